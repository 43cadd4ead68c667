"""ID tokens that must not be believed: each is refused for its own reason, and leaves no session."""

import base64
import json
import time

import pytest

from harness.hostile import OWN_KEY, STRANGE_KEY, b64url, compact, hs256

NOW = time.time()  # of the collection: a run may come to a test half an hour later
HEAD = {"alg": "RS256", "kid": OWN_KEY.kid, "typ": "JWT"}


def claims(**changes):
    """Sets claims; None takes one away."""
    def change(given):
        merged = given | changes
        return {name: value for name, value in merged.items() if value is not None}
    return {"claims": change}


def head(sign=None, **changes):
    def change(given):
        merged = given | changes
        return {name: value for name, value in merged.items() if value is not None}
    return {"head": change} | ({"sign": sign} if sign else {})


def token(make):
    return {"id_token": make}


def flipped(bit):
    def make(given):
        text = compact(HEAD, given, OWN_KEY.sign)
        signed, _, signature = text.rpartition(".")
        raw = bytearray(base64.urlsafe_b64decode(signature + "=="))
        raw[bit // 8] ^= 1 << bit % 8
        return f"{signed}.{b64url(bytes(raw))}"
    return token(make)


def resigned_payload(given):
    """A good signature over other claims."""
    first, _, signature = compact(HEAD, given, OWN_KEY.sign).split(".")
    other = b64url(json.dumps(given | {"sub": "somebody-else"}).encode())
    return f"{first}.{other}.{signature}"


def signed_text(text):
    return f"{text}.{b64url(OWN_KEY.sign(text.encode()))}"


def with_raw_claims(before, after):
    """Claims that json.dumps would not write: a member replaced in the text."""
    def make(given):
        text = json.dumps(given)
        assert before(given) in text
        return compact(HEAD, text.replace(before(given), after(given), 1).encode(), OWN_KEY.sign)
    return token(make)


def exp_as(text):
    return with_raw_claims(lambda given: f'"exp": {given["exp"]}', lambda _: f'"exp": {text}')


ALGORITHM, KEY, SIGNATURE = "id_token_algorithm", "id_token_key", "id_token_signature"
MALFORMED, MISSING = "id_token_malformed", "id_token_claim_missing"
JWK_SECRET = json.dumps(OWN_KEY.jwk()).encode()

LIES = {
    # signature
    "signature with its first bit flipped": (flipped(0), SIGNATURE),
    "signature with its last bit flipped": (flipped(2047), SIGNATURE),
    "signature of other claims": (token(resigned_payload), SIGNATURE),
    "signature by a key that is not in the JWKS, under a kid that is":
        ({"sign": STRANGE_KEY.sign}, SIGNATURE),
    "signature by a key that is not in the JWKS, without kid":
        (head(STRANGE_KEY.sign, kid=None), (SIGNATURE, KEY)),
    "kid that is not in the JWKS": (head(STRANGE_KEY.sign, kid=STRANGE_KEY.kid), KEY),
    "key in the header": (head(STRANGE_KEY.sign, kid=STRANGE_KEY.kid, jwk=STRANGE_KEY.jwk()), KEY),
    "empty signature": (token(lambda c: compact(HEAD, c, lambda _: b"")), SIGNATURE),
    "half a signature": (token(lambda c: compact(HEAD, c, lambda d: OWN_KEY.sign(d)[:128])),
                         SIGNATURE),
    "signature with a zero byte in front":
        (token(lambda c: compact(HEAD, c, lambda d: b"\0" + OWN_KEY.sign(d))), SIGNATURE),
    "two parts": (token(lambda c: compact(HEAD, c, OWN_KEY.sign).rpartition(".")[0]), MALFORMED),
    "four parts": (token(lambda c: compact(HEAD, c, OWN_KEY.sign) + ".AAAA"), MALFORMED),
    "five parts": (token(lambda c: compact(HEAD, c, OWN_KEY.sign) + ".AAAA.AAAA"),
                   "id_token_encrypted"),
    "not base64url": (token(lambda _: signed_text(b64url(json.dumps(HEAD).encode()) + ".e*30")),
                      MALFORMED),
    "nothing but dots": (token(lambda _: ".."), MALFORMED),
    "no token": ({"token_members": lambda m: {k: v for k, v in m.items() if k != "id_token"}},
                 "id_token_missing"),
    "token that is no text": ({"token_members": lambda m: m | {"id_token": {"a": 1}}},
                              ("id_token_missing", MALFORMED)),
    # algorithm
    "alg none": (token(lambda c: compact(HEAD | {"alg": "none"}, c, lambda _: b"")), ALGORITHM),
    "alg None": (token(lambda c: compact(HEAD | {"alg": "None"}, c, lambda _: b"")), ALGORITHM),
    "alg NONE with a signature": (head(alg="NONE"), ALGORITHM),
    "alg missing": (head(alg=None), ALGORITHM),
    "alg empty": (head(alg=""), ALGORITHM),
    "alg in lower case": (head(alg="rs256"), ALGORITHM),
    "alg that is no text": (head(alg=["RS256"]), ALGORITHM),
    "alg not in the metadata": (head(alg="RS512"), ALGORITHM),
    "HS256 with the public key's PEM": (head(hs256(OWN_KEY.public_pem()), alg="HS256"), ALGORITHM),
    "HS256 with the JWK": (head(hs256(JWK_SECRET), alg="HS256"), ALGORITHM),
    "HS256 with the modulus": (head(hs256(OWN_KEY.jwk()["n"].encode()), alg="HS256"), ALGORITHM),
    "HS256 with the client secret": (head(hs256(b"canary-client-secret"), alg="HS256"), ALGORITHM),
    "HS256 with nothing": (head(hs256(b""), alg="HS256", kid=None), ALGORITHM),
    "ES256 header over RSA": (head(alg="ES256"), ALGORITHM),
    "crit": (head(crit=["exp"]), MALFORMED),
    "b64 false": (head(b64=False, crit=["b64"]), MALFORMED),
    # issuer, audience, authorized party
    "wrong iss": (claims(iss="https://evil.example"), "id_token_issuer"),
    "iss of another tenant": ({"claims": lambda c: c | {
        "iss": c["iss"].replace("/liar", "/honest")}}, "id_token_issuer"),
    "iss with a slash more": ({"claims": lambda c: c | {"iss": c["iss"] + "/"}},
                              "id_token_issuer"),
    "iss in another case": ({"claims": lambda c: c | {"iss": c["iss"].upper()}},
                            "id_token_issuer"),
    "no iss": (claims(iss=None), MISSING),
    "wrong aud": (claims(aud="another-client"), "id_token_audience"),
    "aud list without us": (claims(aud=["one", "two"]), "id_token_audience"),
    "empty aud list": (claims(aud=[]), "id_token_audience"),
    "aud that begins like us": (claims(aud="client-of-the-site-2"), "id_token_audience"),
    "no aud": (claims(aud=None), (MISSING, "id_token_audience")),
    "two audiences without azp": (claims(aud=["client-of-the-site", "other"]), "id_token_azp"),
    "wrong azp": (claims(azp="other"), "id_token_azp"),
    "azp that is no text": (claims(azp=["client-of-the-site"]), "id_token_azp"),
    # times
    "expired": (claims(exp=int(NOW) - 3600, iat=int(NOW) - 7200), "id_token_expired"),
    "expired beyond the leeway": (claims(exp=int(NOW) - 61), "id_token_expired"),
    "exp negative": (claims(exp=-1), "id_token_expired"),
    "exp zero": (claims(exp=0), "id_token_expired"),
    "exp as text": ({"claims": lambda c: c | {"exp": str(c["exp"])}}, MALFORMED),
    "exp 1e300": (exp_as("1e300"), MALFORMED),
    "exp 1e400": (exp_as("1e400"), MALFORMED),
    "exp with thirty digits": (exp_as("9" * 30), MALFORMED),
    "exp true": (claims(exp=True), MALFORMED),
    "exp null": (exp_as("null"), (MALFORMED, MISSING)),
    "no exp": (claims(exp=None), MISSING),
    "from the future": (claims(iat=int(NOW) + 7200, exp=int(NOW) + 9000), "id_token_future"),
    "not valid yet": (claims(nbf=int(NOW) + 7200), "id_token_future"),
    "no iat": (claims(iat=None), MISSING),
    "iat as text": (claims(iat="now"), MALFORMED),
    "nbf as text": (claims(nbf="now"), MALFORMED),
    # nonce, at_hash, sub
    "wrong nonce": (claims(nonce="another"), "id_token_nonce"),
    "empty nonce": (claims(nonce=""), "id_token_nonce"),
    "no nonce": (claims(nonce=None), (MISSING, "id_token_nonce")),
    "nonce that is a list": ({"claims": lambda c: c | {"nonce": [c["nonce"]]}},
                             (MALFORMED, "id_token_nonce")),
    "nonce cut short": ({"claims": lambda c: c | {"nonce": c["nonce"][:-1]}}, "id_token_nonce"),
    "wrong at_hash": (claims(at_hash="AAAAAAAAAAAAAAAAAAAAAA"), "id_token_at_hash"),
    "empty at_hash": (claims(at_hash=""), "id_token_at_hash"),
    "at_hash that is no text": (claims(at_hash=7), "id_token_at_hash"),
    "no sub": (claims(sub=None), (MISSING, "id_token_subject")),
    "empty sub": (claims(sub=""), "id_token_subject"),
    "sub of 256 characters": (claims(sub="s" * 256), "id_token_subject"),
    "sub with a line end": (claims(sub='a\n{"event":"login_succeeded"}'), "id_token_subject"),
    "sub with a NUL": (claims(sub="subject-1\0x"), ("id_token_subject", MALFORMED)),
    "sub not ASCII": (claims(sub="Günther"), "id_token_subject"),
    "sub a number": (claims(sub=1), MALFORMED),
    # JSON
    "sub twice": (with_raw_claims(lambda c: '"sub":', lambda c: '"sub": "other", "sub":'),
                  MALFORMED),
    "header with alg twice": (token(lambda c: compact(
        b'{"alg":"RS256","alg":"none","kid":"own-key"}', c, OWN_KEY.sign)), MALFORMED),
    "claims that are a list": (token(lambda _: compact(HEAD, [], OWN_KEY.sign)), MALFORMED),
    "claims followed by more": (token(lambda c: compact(
        HEAD, json.dumps(c).encode() + b"{}", OWN_KEY.sign)), MALFORMED),
    "claims that are no UTF-8": (token(lambda c: compact(
        HEAD, json.dumps(c).encode().replace(b"Given", b"\xff\xfe"), OWN_KEY.sign)), MALFORMED),
    "claims of nested lists": (token(lambda c: compact(
        HEAD, b'{"sub":' + b"[" * 90000 + b"]" * 90000 + b"}", OWN_KEY.sign)), MALFORMED),
}

STATUS = {"id_token_missing": 502}


@pytest.mark.parametrize("name", LIES)
def test_refused(court, liar, name):
    changes, reason = LIES[name]
    for attribute, value in changes.items():
        setattr(liar, attribute, value)
    attempt = court.sign_in("liar")
    reasons = (reason,) if isinstance(reason, str) else reason
    said = [each for each in reasons if each in attempt.answer.text]
    assert said, f"none of {reasons} on the page: {attempt.answer.status} {attempt.answer.text}"
    court.assert_refused(attempt.answer, attempt.browser, said[0], 502)


GOOD = {
    "several audiences with azp": claims(aud=["client-of-the-site", "other"],
                                         azp="client-of-the-site"),
    "no at_hash": claims(at_hash=None),
    "no kid": head(kid=None),
    "no typ": head(typ=None),
    "a claim nobody knows": claims(edu_person_shared_token="x" * 5000, nested={"a": [1, {}]}),
    "sub of 255 characters": {"claims": lambda c: c | {"sub": "s" * 255},
                              "userinfo_claims": lambda c: c | {"sub": "s" * 255}},
    "a minute in the future": claims(iat=int(NOW) + 30),
    "exp with a fraction": claims(exp=NOW + 86400.5),
}


@pytest.mark.parametrize("name", [name for name in GOOD if "255" not in name])
def test_accepted(court, liar, name):
    """What is right must not be refused along with the lies."""
    for attribute, value in GOOD[name].items():
        setattr(liar, attribute, value)
    court.assert_signs_in("liar")


def test_old_token_again(court, liar):
    """A token of an earlier sign-in has an earlier nonce."""
    kept = []

    def keep(given):
        kept.append(compact(HEAD, given, OWN_KEY.sign))
        return kept[0]
    liar.id_token = keep
    court.assert_signs_in("liar")
    attempt = court.sign_in("liar")
    court.assert_refused(attempt.answer, attempt.browser, "id_token_nonce", 502)


def test_flood_of_unknown_keys(court, liar):
    """Tokens that name unknown keys must not turn into a flood of fetches."""
    before = liar.counts["jwks"]
    for number in range(20):
        liar.head = lambda given, number=number: given | {"kid": f"unknown-{number}"}
        attempt = court.sign_in("liar")
        court.assert_refused(attempt.answer, attempt.browser, "id_token_key", 502)
    assert liar.counts["jwks"] - before <= 1


@pytest.mark.parametrize("member", ["jku", "x5u"])
def test_header_never_causes_a_request(court, liar, member):
    honest = court.tenants["honest"]
    before = honest.counts["jwks"]
    liar.head = lambda given: given | {member: f"{honest.issuer}/jwks"}
    liar.sign = STRANGE_KEY.sign
    attempt = court.sign_in("liar")
    court.assert_refused(attempt.answer, attempt.browser, "id_token_signature", 502)
    assert honest.counts["jwks"] == before
