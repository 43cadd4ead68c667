"""The small documents: session, keys, health, readiness, metrics."""

import json
import re

import pytest

from harness.servers import fetch


def test_session(site):
    browser = site.signed_in("guenther")
    answer = browser.script(f"{site.url}/oidc/session")
    assert answer.status == 200 and answer.header("Content-Type").startswith("application/json")
    assert answer.header("Cache-Control") == "no-store"
    said = answer.json()
    assert said["provider"] == "aaf" and said["email"] == "guenther@example.com"
    assert said["given_name"] == "Günther" and said["username"].startswith("aaf_")
    assert not set(said) & {"access_token", "id_token", "sid", "session", "cookie", "nonce"}
    assert browser.jar.get(site.session_cookie).value not in answer.text
    assert "eyJ" not in answer.text, "no token of any kind"


def test_session_without_one(site):
    answer = site.browser().script(f"{site.url}/oidc/session")
    assert answer.status == 401 and answer.header("WWW-Authenticate") is None


def test_keys(site):
    status, body = fetch(f"{site.url}/oidc/jwks.json")
    (key,) = json.loads(body)["keys"]
    assert status == 200 and key["kty"] == "EC" and key["crv"] == "P-256"
    assert "d" not in key and key["kid"]


def test_keys_stay_with_a_key_file(launch, tmp_path):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption())
    file = tmp_path / "assertion.pem"
    file.write_bytes(key)
    file.chmod(0o600)
    made = launch(options=["--assertion-key-file", file])
    before = fetch(f"{made.url}/oidc/jwks.json")[1]
    made.restart_sidecar()
    assert fetch(f"{made.url}/oidc/jwks.json")[1] == before
    made.signed_in().visit(f"{made.url}/")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_admin_pages_are_not_public(site, path):
    answer = site.browser().request("GET", site.url + path, {"User-Agent": "curl"})
    assert answer.status in (302, 401, 404), "XNAT's answer"
    assert "oidc_sidecar" not in answer.text


def test_health_and_readiness(site):
    assert fetch(f"{site.sidecar.admin}/healthz")[0] == 200
    status, said = site.sidecar.readiness()
    assert status == 200 and said["ready"] is True
    assert fetch(f"{site.sidecar.admin}/nothing")[0] == 404
    assert fetch(f"{site.sidecar.admin}/metrics", "POST")[0] == 405


@pytest.mark.parametrize("path, media_type", [
    ("/healthz", "text/plain; charset=utf-8"), ("/readyz", "application/json"),
    ("/metrics", "text/plain; version=0.0.4; charset=utf-8"), ("/nothing", "text/plain; charset=utf-8")])
def test_admin_pages_say_what_they_are(site, path, media_type):
    answer = site.browser().request("GET", site.sidecar.admin + path)
    assert answer.header("Content-Type") == media_type
    assert answer.header("Cache-Control") == "no-store", "a probe is told what holds now"


def test_metrics(site):
    def count(name):
        return sum(value for key, value in site.sidecar.metrics().items() if key.startswith(name))
    before = {name: count(name) for name in (
        "oidc_sidecar_logins_started_total", "oidc_sidecar_logins_succeeded_total",
        "oidc_sidecar_sign_outs_total", 'oidc_sidecar_requests_total{kind="proxied"}')}
    browser = site.signed_in()
    browser.open(f"{site.url}/test/echo")
    browser.open(f"{site.url}/oidc/sign-out")
    for name, value in before.items():
        assert count(name) == value + 1, name
    refused = 'oidc_sidecar_logins_refused_total{reason="access_denied"}'
    value = site.sidecar.metrics().get(refused, 0)
    site.browser().sign_in(site.url, decision="decline")
    assert site.sidecar.metrics()[refused] == value + 1


def test_metrics_are_well_formed(site):
    text = fetch(f"{site.sidecar.admin}/metrics")[1].decode()
    typed = set()
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            typed.add(line.split()[2])
        elif line and not line.startswith("#"):
            match = re.fullmatch(r'([a-z_]+)(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? '
                                 r"[0-9.e+-]+", line)
            assert match and match[1] in typed, line
    assert 'oidc_sidecar_provider_ready{provider="aaf"} 1' in text


@pytest.mark.parametrize("path, allowed", [("/oidc/session", "GET"), ("/oidc/jwks.json", "GET"),
                                           ("/oidc/sign-in", "GET"), ("/openid-login", "GET")])
def test_methods(site, path, allowed):
    answer = site.browser().request("DELETE", site.url + path)
    assert answer.status == 405 and allowed in answer.header("Allow")
    head = site.browser().request("HEAD", site.url + path)
    assert head.body == b""


def test_unknown_path_below_the_prefix(site):
    since = site.xnat.mark()
    assert site.browser().open(f"{site.url}/oidc/unknown").status == 404
    assert not site.xnat.requests(since)


def test_path_prefix(launch):
    made = launch(options=["--path-prefix", "/sso"], filter_on=False)
    page = made.browser().open(f"{made.url}/sso/sign-in")
    assert page.status == 200 and "/oidc/" not in page.text
    assert made.signed_in().open(f"{made.url}/sso/session").status == 200
