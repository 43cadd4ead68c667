"""Back-channel logout (OpenID Connect Back-Channel Logout 1.0): what ends sessions, and what must not."""

import json
import re
import time
import urllib.parse

import pytest

from harness.court import Court
from harness.encryption import encrypt, encrypted, write_keys
from harness.forgeries import CURRENT, FORGERIES, LAST, around, changed, header_changed
from harness.hostile import OWN_KEY, STRANGE_KEY, Key, b64url, compact, hs256
from harness.logout import EVENT, FORM, claims_of, form, post, send, token_of
from harness.properties import Client, ProviderBlock, site
from harness.servers import Sidecar
from harness.wait import wait_until

NOW = int(time.time())  # of the collection: a run may come to a test half an hour later


def signed_in(court, tenant, subject="subject-1", sid=None):
    """A browser with a session of that subject and that session of the provider's."""
    tenant.claims = lambda given: given | {"sub": subject} | ({"sid": sid} if sid else {})
    tenant.userinfo_claims = lambda given: given | {"sub": subject}
    attempt = court.sign_in(tenant.name)
    assert attempt.answer.status == 302, f"{attempt.answer.status}: {attempt.answer.text}"
    return attempt.browser


def is_in(court, browser, url=None):
    """Whether every worker takes the session; all must agree."""
    answers = {browser.request("GET", f"{url or court.url}/oidc/session").status
               for _ in range(8)}
    assert len(answers) == 1, f"workers disagree: {answers}"
    return answers == {200}


def refused(court, body, reason, status=400, **headers):
    """400, never kept, JSON as section 2.8 has it; one line in the log that says why."""
    got, head, text = post(court.url, body, **headers)
    assert got == status, text
    assert "no-store" in head["Cache-Control"]
    assert head["Content-Type"] == "application/json"
    answer = json.loads(text)
    assert answer["error"] == "invalid_request" and answer["error_description"]
    lines = wait_until(lambda: [event for event in court.sidecar.events("backchannel_logout_refused")
                                if event["request_id"] == answer["reference"]], "a log line")
    assert [line["reason"] for line in lines] == [reason] == [answer["reason"]]
    assert text.decode().isascii()


# --- what ends --------------------------------------------------------------------------------------

def test_by_session(court, liar):
    one = signed_in(court, liar, "anna", "sid-1")
    two = signed_in(court, liar, "anna", "sid-2")
    other = signed_in(court, liar, "bert", "sid-3")
    assert is_in(court, one)
    status, head, _ = post(court.url, form(token_of(claims_of(liar, sid="sid-1"))))
    assert status == 200 and "no-store" in head["Cache-Control"]
    assert not is_in(court, one)
    assert is_in(court, two) and is_in(court, other)
    assert court.sidecar.wait_event("backchannel_logout", provider="liar", ends="one session")


def test_by_session_and_subject_ends_that_session(court, liar):
    """Section 2.4: only where there is no sid, all sessions are meant."""
    one = signed_in(court, liar, "carl", "sid-4")
    two = signed_in(court, liar, "carl", "sid-5")
    assert send(court.url, liar, sid="sid-4", sub="carl") == 200
    assert not is_in(court, one) and is_in(court, two)


def test_by_subject(court, liar):
    browsers = [signed_in(court, liar, "dora", "sid-6"), signed_in(court, liar, "dora", "sid-7"),
                signed_in(court, liar, "dora")]
    other = signed_in(court, liar, "emil", "sid-8")
    assert send(court.url, liar, sub="dora") == 200
    assert [is_in(court, browser) for browser in browsers] == [False] * 3
    assert is_in(court, other)


def test_sessions_without_sid_end_by_subject(court, liar):
    """A provider that names sessions in logout tokens only: which one is meant cannot be known."""
    nameless, named = signed_in(court, liar, "fred"), signed_in(court, liar, "fred", "sid-9")
    assert send(court.url, liar, sub="fred", sid="sid-10") == 200
    assert not is_in(court, nameless) and is_in(court, named)


def test_only_at_that_issuer(court, liar):
    honest = court.tenants["honest"]
    here = signed_in(court, liar, "gabi", "sid-11")
    there = signed_in(court, honest, "gabi", "sid-11")
    honest.behave()
    assert send(court.url, liar, sub="gabi") == 200
    assert send(court.url, liar, sid="sid-11") == 200
    assert not is_in(court, here) and is_in(court, there)


def test_a_later_session_is_good_at_once(court, liar):
    """Also in the same second, with the same sid."""
    for number in range(3):
        before = signed_in(court, liar, "hans", "sid-12")
        assert is_in(court, before)
        assert send(court.url, liar, **({"sub": "hans"} if number else {"sid": "sid-12"})) == 200
        assert not is_in(court, before)
        assert is_in(court, signed_in(court, liar, "hans", "sid-12"))


def test_nobody_signed_in_is_a_success(court, liar):
    """Section 2.7: who is signed out already is signed out."""
    assert send(court.url, liar, sub="nobody-was-here") == 200


@pytest.mark.parametrize("sid", ["%s%n%s%n", "a b  c", "a\r\nSET x y\r\n", "\u00e4\u20ac", "x" * 4000,
                                 "*", "'; drop", "\x01\x7f"])
def test_any_sid(court, liar, sid):
    """CVE-2021-32785: what a provider calls its sessions means nothing to us."""
    one, other = signed_in(court, liar, "ines", sid), signed_in(court, liar, "ines", sid + "x")
    assert send(court.url, liar, sid=sid) == 200
    assert not is_in(court, one) and is_in(court, other)


@pytest.mark.parametrize("subject", ["%s%n%s%n", "a b  c", "*?[a]", "'\"\\"])
def test_any_subject(court, liar, subject):
    one = signed_in(court, liar, subject)
    other = signed_in(court, liar, subject + "x")
    assert send(court.url, liar, sub=subject) == 200
    assert not is_in(court, one) and is_in(court, other)


def test_sid_is_shown_nowhere(court, liar):
    sid = "canary-sid-4711"
    browser = signed_in(court, liar, "jana", sid)
    assert sid not in browser.request("GET", f"{court.url}/oidc/session").text
    assert send(court.url, liar, sid=sid) == 200
    assert sid not in "\n".join(court.sidecar.stderr)


def test_userinfo_does_not_name_the_session(court, liar):
    """The sid is the signed token's, not what else is said."""
    liar.userinfo_claims = lambda given: given | {"sid": "sid-of-userinfo"}
    attempt = court.sign_in("liar")
    assert attempt.answer.status == 302
    assert send(court.url, liar, sid="sid-of-userinfo") == 200
    assert is_in(court, attempt.browser)


# --- what ends nothing ------------------------------------------------------------------------------

WRONG_CLAIMS = {
    "no iss": ({"iss": None}, "logout_claim_missing"),
    "other iss": ({"iss": "https://evil.example"}, "logout_issuer"),
    "iss with slash": (lambda tenant: {"iss": tenant.issuer + "/"}, "logout_issuer"),
    "iss no text": ({"iss": ["x"]}, "logout_claim_missing"),
    "no aud": ({"aud": None}, "logout_claim_missing"),
    "other aud": ({"aud": "another-client"}, "logout_audience"),
    "empty aud": ({"aud": []}, "logout_audience"),
    "no iat": ({"iat": None}, "logout_claim_missing"),
    "old iat": ({"iat": NOW - 3600, "exp": NOW + 86400}, "logout_expired"),
    "iat to come": ({"iat": NOW + 3600, "exp": NOW + 7200}, "logout_future"),
    "iat as text": ({"iat": str(NOW)}, "logout_malformed"),
    "no exp": ({"exp": None}, "logout_claim_missing"),
    "expired": ({"exp": NOW - 120}, "logout_expired"),
    "no jti": ({"jti": None}, "logout_claim_missing"),
    "empty jti": ({"jti": ""}, "logout_malformed"),
    "jti a number": ({"jti": 7}, "logout_malformed"),
    "no events": ({"events": None}, "logout_claim_missing"),
    "empty events": ({"events": {}}, "logout_type"),
    "events a list": ({"events": [EVENT]}, "logout_malformed"),
    "events a text": ({"events": EVENT}, "logout_malformed"),
    "event a text": ({"events": {EVENT: "yes"}}, "logout_type"),
    "event null": ({"events": {EVENT: None}}, "logout_type"),
    "other event": ({"events": {"http://schemas.openid.net/event/other": {}}}, "logout_type"),
    "nonce": ({"nonce": "n"}, "logout_type"),
    "neither sub nor sid": ({"sub": None, "sid": None}, "logout_claim_missing"),
    "sub a number": ({"sub": 7}, "logout_malformed"),
    "sub too long": ({"sub": "x" * 256}, "logout_subject"),
    "sub with a line end": ({"sub": "kurt\r\n"}, "logout_subject"),
    "sid an object": ({"sid": {}}, "logout_malformed"),
    "empty sid": ({"sid": ""}, "logout_malformed"),
    "nbf to come": ({"nbf": NOW + 3600}, "logout_future"),
}


@pytest.fixture(scope="module")
def bystander(court):
    """Somebody who must stay signed in whatever comes."""
    tenant = court.tenants["liar"]
    browser = signed_in(court, tenant, "kurt", "sid-kurt")
    tenant.behave()
    yield browser
    assert is_in(court, browser)


@pytest.mark.parametrize("name", WRONG_CLAIMS)
def test_wrong_claim(court, liar, bystander, name):
    changes, reason = WRONG_CLAIMS[name]
    changes = changes(liar) if callable(changes) else changes
    token = token_of(claims_of(liar, **({"sub": "kurt", "sid": "sid-kurt"} | changes)))
    refused(court, form(token), reason)


def kurt(tenant):
    return claims_of(tenant, sub="kurt", sid="sid-kurt")


def spoiled(tenant):
    signed, _, signature = token_of(kurt(tenant)).rpartition(".")
    return f"{signed}.{signature[:-6]}AAAAAA"


WRONG_TOKENS = {
    "none": (lambda t: token_of(kurt(t), alg="none", sign=lambda data: b""), "logout_algorithm"),
    "HS256 with the secret": (lambda t: token_of(kurt(t), alg="HS256",
                                                 sign=hs256(b"canary-client-secret")),
                              "logout_algorithm"),
    "HS256 with the public key": (lambda t: token_of(kurt(t), alg="HS256",
                                                     sign=hs256(OWN_KEY.public_pem())),
                                  "logout_algorithm"),
    "algorithm not listed": (lambda t: token_of(kurt(t), alg="RS512"), "logout_algorithm"),
    "strange key": (lambda t: token_of(kurt(t), key=STRANGE_KEY, kid=OWN_KEY.kid),
                    "logout_signature"),
    "unknown key": (lambda t: token_of(kurt(t), key=STRANGE_KEY), "logout_key"),
    "key in the header": (lambda t: token_of(kurt(t), key=STRANGE_KEY, jwk=STRANGE_KEY.jwk(),
                                             kid=None), "logout_key"),
    "spoiled": (spoiled, "logout_signature"),
    "no signature": (lambda t: token_of(kurt(t)).rpartition(".")[0] + ".", "logout_signature"),
    "crit": (lambda t: token_of(kurt(t), crit=["exp"]), "logout_malformed"),
    "two parts": (lambda t: token_of(kurt(t)).rpartition(".")[0], "logout_malformed"),
    "encrypted": (lambda t: "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a.b.c.d",
                  "logout_encrypted"),
    "empty": (lambda t: "", "logout_malformed"),
    "no JSON": (lambda t: f"{b64url(b'x')}.{b64url(b'x')}.{b64url(b'x')}", "logout_malformed"),
    "claims a list": (lambda t: token_of(b"[]"), "logout_malformed"),
    "claim twice": (lambda t: token_of(json.dumps(kurt(t)).replace(
        "{", '{"sub": "other", ', 1).encode()), "logout_malformed"),
    "typ of an access token": (lambda t: token_of(kurt(t), typ="at+jwt"), "logout_type"),
    "typ of another event": (lambda t: token_of(kurt(t), typ="secevent+jwt"), "logout_type"),
    "an ID token": (lambda t: token_of({"iss": t.issuer, "aud": "client-of-the-site", "sub": "kurt",
                                        "sid": "sid-kurt", "iat": int(time.time()), "exp": NOW + 86400,
                                        "nonce": "n", "jti": "x"}, typ="JWT"),
                    "logout_claim_missing"),
    "an ID token with events": (lambda t: token_of(kurt(t) | {"nonce": "n"}, typ="JWT"),
                                "logout_type"),
}


@pytest.mark.parametrize("name", WRONG_TOKENS)
def test_wrong_token(court, liar, bystander, name):
    make, reason = WRONG_TOKENS[name]
    refused(court, form(make(liar)), reason)


def good(tenant):
    return form(token_of(kurt(tenant)))


WRONG_REQUESTS = {
    "no token": lambda t: b"token=x",
    "nothing": lambda t: b"",
    "token twice": lambda t: good(t) + b"&" + good(t),
    "broken escape": lambda t: good(t) + b"&a=%zz",
    "NUL": lambda t: good(t) + b"&a=%00",
    "JSON": lambda t: b'{"logout_token": "x"}',
    "too large": lambda t: good(t) + b"&a=" + b"x" * 100_000,
    "too many fields": lambda t: good(t) + b"".join(b"&a%d=" % n for n in range(40)),
}


@pytest.mark.parametrize("name", WRONG_REQUESTS)
def test_wrong_request(court, liar, bystander, name):
    refused(court, WRONG_REQUESTS[name](liar), "logout_request")


@pytest.mark.parametrize("kind", [None, "text/plain", "application/json",
                                  "application/x-www-form-urlencodedx", "multipart/form-data"])
def test_not_a_form(court, liar, bystander, kind):
    refused(court, good(liar), "logout_request", Content_Type=kind)


@pytest.mark.parametrize("kind", [f"{FORM}; charset=utf-8", FORM.upper(), f"{FORM} ;a=b"])
def test_form_in_other_spellings(court, liar, kind):
    body = form(token_of(claims_of(liar, sub="nobody")))
    assert post(court.url, body, Content_Type=kind)[0] == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods(court, liar, bystander, method):
    query = urllib.parse.urlencode({"logout_token": token_of(kurt(liar))})
    status, head, _ = post(court.url, b"", method, path=f"/oidc/backchannel-logout?{query}")
    assert status == 405
    assert head["Allow"] == "POST" and "no-store" in head["Cache-Control"]


def test_token_in_the_query_does_not_count(court, liar, bystander):
    query = urllib.parse.urlencode({"logout_token": token_of(kurt(liar))})
    status, head, _ = post(court.url, b"a=b", path=f"/oidc/backchannel-logout?{query}")
    assert status == 400 and "no-store" in head["Cache-Control"]


def test_endless_body_is_cut_off(court, liar, bystander):
    try:
        status = post(court.url, b"a=" + b"x" * 3_000_000)[0]
    except OSError:
        status = None
    assert status in (None, 400)


def test_a_token_counts_once(court, liar):
    body = form(token_of(claims_of(liar, sub="lena")))
    before = signed_in(court, liar, "lena")
    assert post(court.url, body)[0] == 200
    assert not is_in(court, before)
    after = signed_in(court, liar, "lena")
    for _ in range(4):  # whichever worker it comes to
        refused(court, body, "logout_used")
    assert is_in(court, after)


def test_identifiers_are_an_issuers_own(court, liar):
    """Another provider cannot spend this one's identifiers."""
    honest = court.tenants["honest"]
    assert send(court.url, honest, sub="nobody", jti="the-same") == 200
    assert send(court.url, liar, sub="nobody", jti="the-same") == 200


def test_one_provider_cannot_end_anothers_sessions(court, liar):
    honest = court.tenants["honest"]
    victim = signed_in(court, honest, "mira", "sid-mira")
    honest.behave()
    liar.keys = [STRANGE_KEY]
    # signed by a key that the liar alone has, in the honest one's name
    refused(court, form(token_of(claims_of(honest, sub="mira"), key=STRANGE_KEY, kid=None)),
            "logout_key")
    assert is_in(court, victim)


def test_rotated_key(tmp_path):
    """An unknown key is fetched, at most once a minute, and the logout then counts."""
    court = Court(tmp_path, ["only"])
    with court.sitting():
        only = court.tenants["only"]
        browser = signed_in(court, only, "nora")
        fresh, fetched = Key("fresh"), only.counts["jwks"]
        only.keys = [fresh]
        assert post(court.url, form(token_of(claims_of(only, sub="nora"), key=fresh)))[0] == 200
        assert not is_in(court, browser)
        for _ in range(5):
            refused(court, form(token_of(claims_of(only, sub="nora"), key=STRANGE_KEY)),
                    "logout_key")
        assert only.counts["jwks"] == fetched + 1


def test_provider_that_is_not_known_yet(tmp_path):
    court = Court(tmp_path, ["only"])
    only = court.tenants["only"]
    only.answers["jwks"] = lambda exchange: exchange.reply(500, b"")
    with court.sitting(ready=False):
        status, head, text = post(court.url, form(token_of(claims_of(only, sub="olaf"))))
        assert status == 400 and "no-store" in head["Cache-Control"]
        assert json.loads(text)["error"] in ("temporarily_unavailable", "invalid_request")


def test_two_clients_at_one_issuer(tmp_path, court, liar):
    """Which of them is meant, the audience says."""
    config = tmp_path / "openid-provider.properties"
    keys = {"issuer": liar.issuer, "userAuthUri": f"{liar.issuer}/authorize",
            "accessTokenUri": f"{liar.issuer}/token"}
    config.write_text(site("http://127.0.0.1:9", [
        ProviderBlock(liar.issuer, Client(provider="one", id="client-1"), keys),
        ProviderBlock(liar.issuer, Client(provider="two", id="client-2"), keys)]))
    sidecar = Sidecar([config])
    sidecar.start()
    try:
        for client in ("client-1", "client-2"):
            assert send(sidecar.url, liar, sub="x", client=client) == 200
        assert send(sidecar.url, liar, sub="x", client="client-3") == 400
        for provider in ("one", "two"):
            sidecar.wait_event("backchannel_logout", provider=provider)
        assert len(sidecar.events("backchannel_logout")) == 2
    finally:
        assert sidecar.stop() == 0


# --- encrypted ----------------------------------------------------------------------------------------

AGREED = {"oaep": "RSA-OAEP", "oaep256": "RSA-OAEP-256", "signed": None}


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """Providers that encrypt, each in its own way, and one that does not."""
    folder = tmp_path_factory.mktemp("closed")
    keys = write_keys(folder / "decryption.pem", CURRENT, LAST)
    made = Court(folder, AGREED, ["--decryption-key-file", keys],
                 {name: {"idTokenEncryptionAlgorithm": alg} for name, alg in AGREED.items() if alg})
    for name, alg in AGREED.items():
        made.tenants[name].id_token = encrypted(CURRENT, alg) if alg else None
    with made.sitting():
        yield made


@pytest.fixture(scope="module")
def insider(closed):
    """Somebody who must stay signed in whatever comes."""
    browser = signed_in(closed, closed.tenants["oaep"], "kurt", "sid-kurt")
    yield browser
    assert is_in(closed, browser)


def enclosed(claims, alg="RSA-OAEP", enc="A256GCM", key=CURRENT, **header):
    return encrypt(key, token_of(claims), alg, enc, **header)


@pytest.mark.parametrize("name, alg", [("oaep", "RSA-OAEP"), ("oaep256", "RSA-OAEP-256")])
def test_encrypted_as_id_tokens_are(closed, name, alg):
    """Whose it is, is seen inside only: both providers' are opened, with each of the keys."""
    tenant = closed.tenants[name]
    for number, (key, header) in enumerate([(CURRENT, {}), (LAST, {}), (CURRENT, {"kid": CURRENT.thumbprint()}),
                                            (LAST, {"kid": "of the provider"}),
                                            (CURRENT, {"iss": tenant.issuer})]):
        browser = signed_in(closed, tenant, "lena", f"sid-{number}")
        token = enclosed(claims_of(tenant, sid=f"sid-{number}"), alg, key=key, **header)
        status, _, text = post(closed.url, form(token))
        assert status == 200, text
        assert not is_in(closed, browser)
    assert closed.sidecar.wait_event("backchannel_logout", provider=name, ends="one session")


def test_two_providers_that_encrypt_alike(tmp_path):
    """The first is asked to open it, and the token is the second's."""
    keys = write_keys(tmp_path / "decryption.pem", CURRENT)
    court = Court(tmp_path, ["one", "two"], ["--decryption-key-file", keys],
                  {name: {"idTokenEncryptionAlgorithm": "RSA-OAEP"} for name in ("one", "two")})
    with court.sitting():
        for name in ("one", "two"):
            tenant = court.tenants[name]
            tenant.id_token = encrypted(CURRENT)
            browser = signed_in(court, tenant, "mona")
            assert post(court.url, form(enclosed(claims_of(tenant, sub="mona"))))[0] == 200
            assert not is_in(court, browser)
            assert court.sidecar.wait_event("backchannel_logout", provider=name)


def test_rotated_key_behind_the_encryption(tmp_path):
    """A signature key that is new is looked up once, as for a plain token."""
    keys = write_keys(tmp_path / "decryption.pem", CURRENT)
    court = Court(tmp_path, ["only"], ["--decryption-key-file", keys],
                  {"only": {"idTokenEncryptionAlgorithm": "RSA-OAEP"}})
    with court.sitting():
        only = court.tenants["only"]
        only.id_token = encrypted(CURRENT)
        browser = signed_in(court, only, "nora")
        fresh = Key("fresh")
        only.keys = [fresh]
        token = encrypt(CURRENT, token_of(claims_of(only, sub="nora"), key=fresh), "RSA-OAEP", "A256GCM")
        assert post(court.url, form(token))[0] == 200
        assert not is_in(court, browser)
        refused(court, form(token), "logout_used")


@pytest.mark.parametrize("name", FORGERIES)
def test_forged_encryption(closed, insider, name):
    refused(closed, form(FORGERIES[name](kurt(closed.tenants["oaep"]))), "logout_decryption")


def test_forgeries_look_alike(closed, insider):
    """RFC 7516 section 11.5: no oracle for whoever can send a request. Answer and log are the same but for
    the reference."""
    seen = set()
    for make in FORGERIES.values():
        status, head, text = post(closed.url, form(make(kurt(closed.tenants["oaep"]))))
        answer = json.loads(text)
        (line,) = wait_until(lambda: [event for event in closed.sidecar.events("backchannel_logout_refused")
                                      if event["request_id"] == answer["reference"]], "a log line")
        headers = sorted(item for item in head.items() if item[0].lower() != "date")
        seen.add(json.dumps([status, line["reason"], line["detail"], answer, headers]
                            ).replace(answer["reference"], ""))
    assert len(seen) == 1, seen


WRONGLY_ENCLOSED = {
    "plain": (lambda t: token_of(kurt(t)), "logout_not_encrypted"),
    "RSA1_5": (lambda t: enclosed(kurt(t), "RSA1_5"), "logout_algorithm"),
    "an algorithm that nobody has": (lambda t: header_changed(alg="dir")(kurt(t)), "logout_algorithm"),
    "another provider's algorithm": (lambda t: enclosed(kurt(t), "RSA-OAEP-256"), "logout_algorithm"),
    "zip": (lambda t: enclosed(kurt(t), zip="DEF"), "logout_malformed"),
    "crit": (lambda t: enclosed(kurt(t), crit=["exp"], exp=1), "logout_malformed"),
    "around a picture": (lambda t: enclosed(kurt(t), cty="image/png"), "logout_malformed"),
    "header no JSON": (lambda t: changed(0, lambda data: data[:-1])(kurt(t)), "logout_malformed"),
    "six parts": (lambda t: enclosed(kurt(t)) + ".AAAA", "logout_malformed"),
    "issuer of another in the header": (
        lambda t: enclosed(kurt(t), iss="https://evil.example"), "logout_encrypted"),
    "issuer that is no text in the header": (lambda t: enclosed(kurt(t), iss=[t.issuer]), "logout_issuer"),
    "claims alone": (lambda t: around(lambda claims: b64url(json.dumps(claims).encode()))(kurt(t)),
                     "logout_malformed"),
    "none inside": (lambda t: around(lambda claims: compact({"alg": "none"}, claims, lambda _: b""))(kurt(t)),
                    "logout_algorithm"),
    "strange signature inside": (
        lambda t: around(lambda claims: token_of(claims, key=STRANGE_KEY, kid=OWN_KEY.kid))(kurt(t)),
        "logout_signature"),
    "encrypted twice": (lambda t: around(encrypted(CURRENT))(kurt(t)), "logout_encrypted"),
    "an ID token inside": (lambda t: encrypted(CURRENT)({"iss": t.issuer, "aud": "client-of-the-site",
                                                         "sub": "kurt", "iat": int(time.time()),
                                                         "exp": NOW + 86400,
                                                         "nonce": "n"}), "logout_claim_missing"),
    "wrong audience inside": (lambda t: enclosed(kurt(t) | {"aud": "x"}), "logout_audience"),
    "NUL inside": (lambda t: around(lambda claims: token_of(claims) + "\0x")(kurt(t)), "logout_malformed"),
    "nothing inside": (lambda t: around(lambda claims: "")(kurt(t)), "logout_malformed"),
}


@pytest.mark.parametrize("name", WRONGLY_ENCLOSED)
def test_wrongly_encrypted(closed, insider, name):
    make, reason = WRONGLY_ENCLOSED[name]
    refused(closed, form(make(closed.tenants["oaep"])), reason)


def test_encrypted_where_it_is_not_agreed_on(closed):
    """Opened it is, because others encrypt; but it counts for nobody who does not."""
    tenant = closed.tenants["signed"]
    browser = signed_in(closed, tenant, "olga")
    refused(closed, form(enclosed(claims_of(tenant, sub="olga"))), "logout_encrypted")
    assert is_in(closed, browser)
    assert send(closed.url, tenant, sub="olga") == 200
    assert not is_in(closed, browser)


# --- what is told -------------------------------------------------------------------------------------

def test_metrics(court, liar):
    name = 'oidc_sidecar_backchannel_logouts_total{answer="%s"}'
    before = court.sidecar.metrics()
    assert send(court.url, liar, sub="x") == 200
    assert send(court.url, liar, sub="x", jti=None) == 400
    after = court.sidecar.metrics()
    for answer in ("taken", "refused"):
        assert after[name % answer] == before[name % answer] + 1


def test_answers_name_no_claim(court, liar):
    _, _, text = post(court.url, form(token_of(claims_of(liar, aud="canary-aud", sub="s"))))
    assert "canary" not in text.decode()
    assert re.fullmatch(r"[\x20-\x7e]*", text.decode())
