"""Encrypted ID tokens: right ones sign people in, wrong ones are refused, and nothing that a
provider, or who meddles with what it sends, can see tells one failure to decrypt from another."""

import json
import re

import pytest

from harness.court import Court
from harness.encryption import ALGORITHMS, CONTENT, HEAD, encrypt, encrypted, write_keys
from harness.forgeries import CURRENT, FORGERIES, LAST, around, changed, header_changed
from harness.hostile import OWN_KEY, STRANGE_KEY, b64url, compact

TENANTS = {"oaep": "RSA-OAEP", "oaep256": "RSA-OAEP-256", "liar": "RSA-OAEP", "signed": None}
DECRYPTION = "id_token_decryption"


@pytest.fixture(scope="module")
def court(tmp_path_factory):
    folder = tmp_path_factory.mktemp("court")
    keys = write_keys(folder / "decryption.pem", CURRENT, LAST)
    made = Court(folder, TENANTS, ["--decryption-key-file", keys],
                 {name: {"idTokenEncryptionAlgorithm": alg} for name, alg in TENANTS.items()})
    for name, alg in TENANTS.items():
        if alg:
            made.tenants[name].id_token = encrypted(CURRENT, alg)
    with made.sitting():
        yield made
    said = made.sidecar.evidence()
    for key in (CURRENT, LAST):
        for member in ("d", "p", "q"):
            assert key.export(as_dict=True)[member][:40] not in said


@pytest.fixture
def liar(court):
    tenant = court.tenants["liar"]
    tenant.behave()
    yield tenant
    tenant.behave()
    tenant.id_token = encrypted(CURRENT)
    assert court.sidecar.alive
    court.assert_signs_in("liar")


@pytest.mark.parametrize("enc", CONTENT)
@pytest.mark.parametrize("name, alg", zip(("oaep", "oaep256"), ALGORITHMS))
def test_signs_in(court, name, alg, enc):
    for key in (CURRENT, LAST):
        for header in ({}, {"kid": "of the provider"}, {"kid": key.thumbprint()}):
            court.tenants[name].id_token = encrypted(key, alg, enc, **header)
            court.assert_signs_in(name)


def test_signs_in_without_encryption_elsewhere(court):
    court.assert_signs_in("signed")


# --- lies -------------------------------------------------------------------------------------------

def shortened(claims):
    return encrypted(CURRENT)(claims).rpartition(".")[0]


@pytest.mark.parametrize("name", FORGERIES)
def test_forged(court, liar, name):
    liar.id_token = FORGERIES[name]
    attempt = court.sign_in("liar")
    court.assert_refused(attempt.answer, attempt.browser, DECRYPTION, 502)


def test_forgeries_look_alike(court, liar):
    """RFC 7516 section 11.5: no oracle. Page and log are the same but for
    reference and time."""
    seen = set()
    for make in FORGERIES.values():
        liar.id_token = make
        attempt = court.sign_in("liar")
        (reference,) = set(re.findall(r"\b[0-9a-f]{16}\b", attempt.answer.text))
        line = court.sidecar.wait_event("login_refused", request_id=reference)
        headers = sorted((key, value) for key, value in attempt.answer.headers
                         if key.lower() not in ("date", "set-cookie"))
        page = re.sub(r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\b", "", attempt.answer.text)
        seen.add(json.dumps([attempt.answer.status, line["reason"], line["detail"],
                             page.replace(reference, ""), headers]).replace(reference, ""))
    assert len(seen) == 1, seen


ALGORITHM, MALFORMED = "id_token_algorithm", "id_token_malformed"

LIES = {
    # the header says what cannot be
    "signed alone": (lambda claims: compact(HEAD, claims, OWN_KEY.sign), "id_token_not_encrypted"),
    "RSA1_5": (encrypted(CURRENT, "RSA1_5"), ALGORITHM),
    "another algorithm than the file's": (encrypted(CURRENT, "RSA-OAEP-256"), ALGORITHM),
    "an algorithm of nobody's": (header_changed(alg="RSA-OAEP-257"), ALGORITHM),
    "dir": (header_changed(alg="dir"), ALGORITHM),
    "PBES2 with a thousand million rounds": (
        header_changed(alg="PBES2-HS256+A128KW", p2c=1000000000, p2s="AAAA"), MALFORMED),
    "enc of nobody's": (header_changed(enc="A128CBC"), ALGORITHM),
    "no enc": (changed(0, lambda _: b'{"alg": "RSA-OAEP"}'), ALGORITHM),
    "crit": (encrypted(CURRENT, crit=["exp"], exp=1), MALFORMED),
    "zip": (encrypted(CURRENT, zip="DEF"), MALFORMED),
    "a bomb": (lambda claims: encrypt(CURRENT, b"a" * 50_000_000, "RSA-OAEP", "A256GCM",
                                      zip="DEF"), MALFORMED),
    "around a picture": (encrypted(CURRENT, cty="image/png"), MALFORMED),
    "alg twice": (changed(0, lambda _: b'{"alg":"RSA-OAEP","alg":"dir","enc":"A256GCM"}'),
                  MALFORMED),
    "header no JSON": (changed(0, lambda data: data[:-1]), MALFORMED),
    "four parts": (shortened, MALFORMED),
    "six parts": (lambda claims: encrypted(CURRENT)(claims) + ".AAAA", MALFORMED),
    "200 kB": (lambda claims: encrypted(CURRENT)(claims | {"x": "x" * 200_000}), MALFORMED),
    # what is inside is judged as ever
    "claims without signature": (around(lambda claims: b64url(json.dumps(claims).encode())),
                                 MALFORMED),
    "none inside": (around(lambda claims: compact({"alg": "none"}, claims, lambda _: b"")),
                    ALGORITHM),
    "strange signature inside": (encrypted(CURRENT, sign=STRANGE_KEY.sign), "id_token_signature"),
    "encrypted twice": (around(encrypted(CURRENT)), "id_token_encrypted"),
    "wrong nonce inside": (lambda claims: encrypted(CURRENT)(claims | {"nonce": "x"}),
                           "id_token_nonce"),
    "wrong audience inside": (lambda claims: encrypted(CURRENT)(claims | {"aud": "x"}),
                              "id_token_audience"),
    "NUL inside": (around(lambda claims: compact(HEAD, claims, OWN_KEY.sign) + "\0x"), MALFORMED),
    "nothing inside": (around(lambda claims: ""), MALFORMED),
}


@pytest.mark.parametrize("name", LIES)
def test_refused(court, liar, name):
    liar.id_token, reason = LIES[name]
    attempt = court.sign_in("liar")
    court.assert_refused(attempt.answer, attempt.browser, reason, 502)


def test_encrypted_where_it_is_not_agreed_on(court):
    tenant = court.tenants["signed"]
    tenant.id_token = encrypted(CURRENT)
    attempt = court.sign_in("signed")
    tenant.behave()
    court.assert_refused(attempt.answer, attempt.browser, "id_token_encrypted", 502)


@pytest.mark.parametrize("member", ["jku", "x5u"])
def test_header_never_causes_a_request(court, liar, member):
    signed = court.tenants["signed"]
    before = signed.counts["jwks"]
    liar.id_token = encrypted(CURRENT, **{member: f"{signed.issuer}/jwks"})
    court.assert_signs_in("liar")
    assert signed.counts["jwks"] == before


def test_signing_key_is_renewed_behind_the_encryption(court, liar):
    """An unknown signature key inside is looked for once, as without encryption."""
    liar.id_token = encrypted(CURRENT, head=HEAD | {"kid": "unknown"})
    attempt = court.sign_in("liar")
    court.assert_refused(attempt.answer, attempt.browser, "id_token_key", 502)


def test_encrypted_user_info_is_refused(court, liar):
    liar.id_token = encrypted(CURRENT)
    token = encrypt(CURRENT, compact(HEAD, {"sub": "subject-1"}, OWN_KEY.sign), "RSA-OAEP",
                    "A256GCM")
    liar.answers["userinfo"] = lambda exchange: exchange.reply(200, token.encode(),
                                                               "application/jwt")
    attempt = court.sign_in("liar")
    court.assert_refused(attempt.answer, attempt.browser, "userinfo_encrypted", 502)
