"""Landscape 3.7: what is sealed and signed, and how it is compared."""

import base64
import hashlib
import hmac
import re
import subprocess

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from harness.browser import Browser
from harness import forgeries
from harness.court import Court
from harness.encryption import HEAD as HEADER, encrypted, write_keys
from harness.hostile import OWN_KEY, compact
from harness.process import ROOT
from hostile import test_encrypted_id_tokens as encryption

HEAD, NONCE, TAG = 5, 12, 16  # of a sealed text; liboidc/seal.c


def raw(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def nonce(value):
    return raw(value)[HEAD:HEAD + NONCE]


def session_value(made, person="alice"):
    return made.signed_in(person).jar.get(made.session_cookie).value


def test_cve_2021_32791_same_person_twice(launch):
    """Nothing of two sealed sessions is alike but version and key, in one process and the next."""
    made = launch()
    values = [session_value(made) for _ in range(8)]
    made.restart_sidecar()
    values += [session_value(made) for _ in range(8)]
    assert len(set(values)) == len({nonce(value) for value in values}) == 16
    assert len({raw(value)[:HEAD] for value in values}) == 1, "one version, one key"
    bodies = [raw(value)[HEAD + NONCE:] for value in values]
    assert len({body[:16] for body in bodies}) == 16, "and so no two ciphertexts begin alike"


def test_cve_2021_32791_states(site):
    values = [each.value for browser in (site.browser() for _ in range(20))
              for each in [browser.begin(site.url)] and browser.jar.named(site.state_prefix)]
    assert len({nonce(value) for value in values}) == 20


@pytest.mark.parametrize("left", [0, 1, 4, 8, 12, 15])
def test_cve_2023_37464_cut_tag_of_a_session(site, left):
    """GCM's tag has one length: what is shorter is nothing that we sealed."""
    browser = site.signed_in()
    cookie = browser.jar.get(site.session_cookie)
    good = cookie.value
    cookie.value = text(raw(good)[:left - TAG])
    assert browser.open(f"{site.url}/oidc/session").status == 401
    cookie.value = good
    assert browser.open(f"{site.url}/oidc/session").status == 200


@pytest.mark.parametrize("left", [0, 1, 4, 8, 12, 15])
def test_cve_2023_37464_cut_tag_of_a_state(court, liar, left):
    browser = Browser()
    back = browser.open(browser.begin(court.url, "liar").location).location
    (cookie,) = browser.jar.named("oidc-state-")
    cookie.value = text(raw(cookie.value)[:left - TAG])
    court.assert_refused(browser.open(back), browser, "state_invalid", 400)


# Comparisons that say how far two texts are alike: early at the first difference.
EARLY = re.compile(r"\b(?:str(?:n?case)?n?cmp|memcmp|bcmp)\s*\(")
SECRET = re.compile(r"secret|nonce|verifier|hash|hmac|mac\b|\btag\b|token|password|digest|brought|"
                    r"cookie->value|signature|->state\b|\bcode\b", re.IGNORECASE)


def early_comparisons(code):
    """The arguments of each, without texts that stand in the code for everybody to read."""
    for match in EARLY.finditer(code):
        depth, at = 1, match.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(code[at], 0)
            at += 1
        yield re.sub(r'"(?:[^"\\]|\\.)*"', '""', " ".join(code[match.end():at - 1].split()))


# What looks like one and is none, and why.
PUBLIC = {
    "->digest, digest, DIGEST_SIZE": "of a cookie or token, by a hash nobody can steer",
    "login->state->provider": "a provider's name",
    "login->state->issuer": "an issuer's address",
    "cookie->value, word, strlen(word)": "what the guard of silent sign-in says, for all to know",
}


def test_cve_2024_25714_secrets_are_compared_in_constant_time():
    """One function does it, and it is CRYPTO_memcmp."""
    found = [f"{file.name}: {arguments}"
             for folder in ("liboidc", "server") for file in sorted((ROOT / folder).glob("*.c"))
             for arguments in early_comparisons(file.read_text())
             if SECRET.search(arguments) and not any(known in arguments for known in PUBLIC)]
    assert not found
    body = (ROOT / "liboidc" / "secret.c").read_text()
    assert re.search(r"bool secret_equal\([^{]*\{[^}]*CRYPTO_memcmp", body)


def test_cve_2024_25714_the_search_finds_what_it_looks_for():
    for bad in ('if (strcmp(state->nonce, nonce) == 0)', "return memcmp(tag, expected, 16) == 0;",
                "strncmp (token, other,\n   size)", 'strcasecmp(client_secret, text)'):
        (arguments,) = early_comparisons(bad)
        assert SECRET.search(arguments), bad


def test_cookie_context_each_kind_to_every_other_reader(site):
    """A sealed state is no session, a session no state, under whatever name it comes."""
    browser = site.signed_in()
    session = browser.jar.get(site.session_cookie).value
    other = site.browser()
    back = other.at_provider(other.begin(site.url))
    (state,) = other.jar.named(site.state_prefix)
    for name in (site.session_cookie, f"__Host-{site.session_cookie}"):
        answer = other.request("GET", f"{site.url}/oidc/session", {"Cookie": f"{name}={state.value}"})
        assert answer.status == 401
    answer = other.request("GET", back, {"Cookie": f"{state.name}={session}"})
    assert answer.status == 400 and "state_invalid" in answer.text
    assert not other.jar.get(site.session_cookie)


def test_cve_2023_37464_configure_refuses_such_a_cjose(tmp_path):
    """It asks the library itself, because distributions mend it under the old number."""
    assert (ROOT / "configure").exists(), "run ./dev build"
    said = subprocess.run([ROOT / "configure", "-q", "oidc_cv_cjose_tag=no"], cwd=tmp_path,
                          capture_output=True, text=True, check=False)
    assert said.returncode != 0 and "CVE-2023-37464" in said.stderr
    told = (ROOT / "m4" / "oidc.m4").read_text()
    assert "cjose_jwe_decrypt(cut" in told


# --- encrypted ID tokens ----------------------------------------------------------------------------

@pytest.fixture(scope="module")
def encrypting(tmp_path_factory):
    """A site whose provider encrypts."""
    folder = tmp_path_factory.mktemp("encrypting")
    keys = write_keys(folder / "decryption.pem", encryption.CURRENT, encryption.LAST)
    made = Court(folder, ["sealed"], ["--decryption-key-file", keys],
                 {"sealed": {"idTokenEncryptionAlgorithm": "RSA-OAEP"}})
    with made.sitting():
        yield made


def refused_encrypted(made, make, reason=encryption.DECRYPTION):
    tenant = made.tenants["sealed"]
    tenant.id_token = make
    attempt = made.sign_in("sealed")
    made.assert_refused(attempt.answer, attempt.browser, reason, 502)
    tenant.id_token = encrypted(encryption.CURRENT)
    made.assert_signs_in("sealed")


@pytest.mark.parametrize("left", [0, 1, 4, 8, 12, 15])
@pytest.mark.parametrize("enc", ["A128GCM", "A256GCM", "A128CBC-HS256"])
def test_cve_2023_37464_cut_tag_of_an_encrypted_token(encrypting, enc, left):
    refused_encrypted(encrypting, forgeries.changed(4, forgeries.cut(left), enc=enc))


@pytest.mark.parametrize("alg", ["A256GCMKW", "A128GCMKW", "RSA1_5", "dir", "ECDH-ES", "ECDH-ES+A128KW"])
def test_cve_2022_32096_other_wraps_of_the_key(encrypting, alg):
    """With the members that their readers look for, short and long: nobody looks."""
    for size in (0, 11, 12, 16, 4000):
        refused_encrypted(encrypting, encryption.header_changed(
            alg=alg, iv=text(b"i" * size), tag=text(b"t" * size)), encryption.MALFORMED)
    refused_encrypted(encrypting, encryption.header_changed(alg=alg), encryption.ALGORITHM)


@pytest.mark.parametrize("alg", ["A128KW", "A192KW", "A256KW"])
def test_cve_2026_53938_aes_key_unwrap(encrypting, alg):
    """Wrapped keys of every odd size for AES key wrap, which is not taken."""
    for size in (0, 1, 7, 8, 15, 16, 24, 40, 72, 4000):
        def make(claims, size=size):
            parts = encrypted(encryption.CURRENT)(claims).split(".")
            parts[0] = text(b'{"alg":"%b","enc":"A128CBC-HS256"}' % alg.encode())
            parts[1] = text(b"k" * size)
            return ".".join(parts)
        refused_encrypted(encrypting, make, encryption.ALGORITHM)


@pytest.mark.parametrize("wrapped", [b"", b"\0" * 256, b"k" * 256, b"\xff" * 256])
def test_cve_2026_53939_key_of_zeros(encrypting, wrapped):
    """A right token under the key that a program would go on with whose unwrapping failed."""
    def make(claims):
        head = text(b'{"alg":"RSA-OAEP","enc":"A128CBC-HS256","cty":"JWT"}')
        inner = compact(HEADER, claims, OWN_KEY.sign).encode()
        pad = 16 - len(inner) % 16
        cipher = Cipher(algorithms.AES(bytes(16)), modes.CBC(bytes(16))).encryptor()
        body = cipher.update(inner + bytes([pad]) * pad) + cipher.finalize()
        signed = head.encode() + bytes(16) + body + (8 * len(head)).to_bytes(8, "big")
        tag = hmac.new(bytes(16), signed, hashlib.sha256).digest()[:16]
        return ".".join([head, text(wrapped), text(bytes(16)), text(body), text(tag)])
    refused_encrypted(encrypting, make)
