"""The key that decrypts ID tokens: needed, published, changed without a lost sign-in."""

import json

import pytest

from harness import properties
from harness.browser import Browser
from harness.court import Court
from harness.encryption import encrypted, new_key, write_keys
from harness.process import Process
from harness.servers import Sidecar, fetch
from harness.setup import SESSION_KEY

# Made once: keys cost time.
OLD, NEW = new_key(), new_key()


def published(url):
    status, body = fetch(f"{url}/oidc/jwks.json")
    assert status == 200
    return [key for key in json.loads(body)["keys"] if key["use"] == "enc"]


@pytest.fixture
def court(tmp_path):
    (tmp_path / "session.keys").write_text(SESSION_KEY + "\n")
    write_keys(tmp_path / "decryption.pem", OLD)
    made = Court(tmp_path, ["op"], ["--session-key-file", tmp_path / "session.keys",
                                    "--decryption-key-file", tmp_path / "decryption.pem"],
                 {"op": {"idTokenEncryptionAlgorithm": "RSA-OAEP-256"}})
    with made.sitting():
        yield made


def test_published_beside_the_assertions_key(court):
    status, body = fetch(f"{court.url}/oidc/jwks.json")
    keys = json.loads(body)["keys"]
    assert status == 200 and [key["use"] for key in keys] == ["sig", "enc"]
    public = OLD.export_public(as_dict=True)
    assert keys[1] == {"kty": "RSA", "n": public["n"], "e": public["e"], "use": "enc",
                       "alg": "RSA-OAEP-256", "kid": OLD.thumbprint()}


def test_signs_in_with_what_is_published(court):
    (key,) = published(court.url)
    court.tenants["op"].id_token = encrypted(key, "RSA-OAEP-256", kid=key["kid"])
    court.assert_signs_in("op")


def test_key_is_changed_without_a_lost_sign_in(court, tmp_path):
    """Begun before the restart, ended after it with a token for the old key; new sign-ins use the
    new one, and providers that remember the old one are still understood."""
    (old,) = published(court.url)
    tenant = court.tenants["op"]
    tenant.id_token = encrypted(old, "RSA-OAEP-256", kid=old["kid"])
    browser = Browser()
    back = browser.open(browser.begin(court.url, "op").location)
    write_keys(tmp_path / "decryption.pem", NEW, OLD)
    court.restart()
    answer = browser.open(back.location)
    assert answer.status == 302, f"{answer.text}\n{court.sidecar.evidence()}"
    assert browser.jar.get("oidc-session")
    court.assert_signs_in("op")
    (new,) = published(court.url)
    assert new["kid"] == NEW.thumbprint() != old["kid"]
    tenant.id_token = encrypted(new, "RSA-OAEP-256", kid=new["kid"])
    court.assert_signs_in("op")
    write_keys(tmp_path / "decryption.pem", NEW)
    court.restart()
    court.assert_signs_in("op")
    tenant.id_token = encrypted(old, "RSA-OAEP-256", kid=old["kid"])
    attempt = court.sign_in("op")
    court.assert_refused(attempt.answer, attempt.browser, "id_token_decryption", 502)


# --- starting ---------------------------------------------------------------------------------------

def run(folder, algorithm, options=(), **variables):
    """@return exit status and what was said."""
    block = properties.ProviderBlock("http://127.0.0.1:9", keys={
        "issuer": "http://127.0.0.1:9", "idTokenEncryptionAlgorithm": algorithm})
    config = folder / "openid-provider.properties"
    config.write_text(properties.site("http://127.0.0.1:8", [block]))
    process = Sidecar([config], "http://127.0.0.1:9", options, environment=variables)
    Process.start(process)
    return process.wait_exit(), "\n".join(process.stderr + process.stdout)


@pytest.mark.parametrize("check", [[], ["--check-config"]])
def test_key_is_missing(tmp_path, check):
    status, said = run(tmp_path, "RSA-OAEP", check)
    assert status == 1
    for word in ("--decryption-key-file", "aaf", "RSA-OAEP", "openssl genrsa",
                 "http://127.0.0.1:8/oidc/jwks.json"):
        assert word in said


def test_key_by_the_environment(tmp_path):
    keys = write_keys(tmp_path / "decryption.pem", OLD)
    status, said = run(tmp_path, "RSA-OAEP", ["--check-config"],
                       OIDC_SIDECAR_DECRYPTION_KEY_FILE=str(keys))
    assert status == 0, said


@pytest.mark.parametrize("algorithm, words", [
    ("RSA1_5", ["OC403", "Bleichenbacher", "RSA-OAEP-256"]),
    ("RSA-OAEP256", ["OC367", "write RSA-OAEP-256"]),
])
@pytest.mark.parametrize("check", [[], ["--check-config"]])
def test_algorithm_is_not_taken(tmp_path, algorithm, words, check):
    keys = write_keys(tmp_path / "decryption.pem", OLD)
    status, said = run(tmp_path, algorithm, [*check, "--decryption-key-file", keys])
    assert status == 1
    for word in words:
        assert word in said


def test_weak_key(tmp_path):
    keys = write_keys(tmp_path / "decryption.pem", OLD, new_key(1024))
    status, said = run(tmp_path, "RSA-OAEP", ["--decryption-key-file", keys])
    assert status == 1 and "private key 2 of the file has 1024 bits" in said and str(keys) in said
