"""API clients' bearer tokens: what a good one opens, and what each bad one is answered (RFC 6750)."""

import base64
import hashlib
import json
import re
import threading
import time

import pytest

from harness import hostile, properties
from harness.browser import NAVIGATION, SCRIPT, Browser
from harness.court import Court
from harness.hostile import OWN_KEY, STRANGE_KEY, Key, compact, hs256
from harness.process import free_port
from harness.servers import Sidecar
from harness.wait import wait_until
from harness.wire import Wire, request_bytes

NOW = int(time.time())
AUDIENCE = "https://xnat.example/api"
ON = {"bearer.enabled": "true", "audCheck.acceptedAudiences": f"other, {AUDIENCE}",
      "idToken.audCheck.enabled": "false"}

KEYS = {
    "api": ON,
    "role": ON | {"bearer.roleCheck.enabled": "true", "bearer.roleCheck.rolePath": "realm.roles",
                  "bearer.roleCheck.requiredRoles": "canary-user"},
    "type": ON | {"bearer.typCheck.enabled": "true", "bearer.typCheck.expectedTypes": "Bearer"},
    "ids": ON | {"bearer.typCheck.enabled": "true", "bearer.typCheck.expectedTypes": "ID"},
    "shared": ON | {"typCheck.enabled": "true", "typCheck.expectedTypes": "ID"},
    "audience": ON | {"audCheck.enabled": "false"},
    "mail": ON | {"shouldFilterEmailDomains": "true", "allowedEmailDomains": "good.example"},
    "named": ON | {"usernamePattern": "[preferred_username]"},
    "lifted": ON | {"bearer.audCheck.enabled": "false"},
    "create": ON | {"forceUserCreate": "true", "bearer.forceUserCreate": "false"},
    "off": {},
    "busy": ON,
} | {f"new-key-{number}": ON for number in range(6)}

EVENT = "http://schemas.openid.net/event/backchannel-logout"
INVALID = 'Bearer error="invalid_token"'
ASK = 'Bearer realm="XNAT"'  # without an error
HEAD = {"alg": "RS256", "kid": OWN_KEY.kid, "typ": "at+jwt"}


@pytest.fixture(scope="module")
def court(tmp_path_factory):
    with Court(tmp_path_factory.mktemp("court"), KEYS, keys=KEYS).sitting() as made:
        yield made


@pytest.fixture(autouse=True)
def lives(court):
    yield
    assert court.sidecar.alive


def claims_of(court, name="api", **changes):
    claims = {"iss": court.tenants[name].issuer, "aud": AUDIENCE, "sub": "client-1", "iat": NOW,
              "exp": NOW + 3600, "email": "client@example.com", "given_name": "Api",
              "family_name": "Client"} | changes
    return {key: value for key, value in claims.items() if value is not None}


def token_of(court, name="api", head=None, sign=OWN_KEY.sign, **changes):
    whole = {key: value for key, value in (HEAD | (head or {})).items() if value is not None}
    return compact(whole, claims_of(court, name, **changes), sign)


def ask(court, token, path="/data/projects", method="GET", body=None, scheme="Bearer", **headers):
    return Browser().request(method, f"{court.url}{path}", {
        "Authorization": f"{scheme} {token}", "Accept": "*/*"} | headers, body)


def handed(court, since):
    """The headers of the last request that XNAT saw."""
    seen = court.xnat.requests(since)
    assert len(seen) == 1, seen
    return dict(map(tuple, seen[0]["headers"]))


def assert_refused(court, answer, status=401, challenge=INVALID, reason=None):
    assert answer.status == status, f"{answer.status} {answer.text}"
    assert answer.all("WWW-Authenticate") == [challenge]
    assert re.match(r'^Bearer \w+=".+"$', challenge)
    assert not answer.all("Set-Cookie") and not answer.all("Location")
    assert answer.header("Cache-Control") == "no-store"
    assert "canary" not in answer.text and "eyJ" not in answer.text
    if reason:
        count = court.sidecar.metrics()['oidc_sidecar_bearer_requests_total{answer="refused"}']
        told = wait_until(lambda: court.sidecar.events("bearer_refused")[int(count) - 1:],
                          "the log line")[-1]
        assert told["reason"] in ((reason,) if isinstance(reason, str) else reason), told
        assert answer.text.endswith(f".\nReference: {told['request_id']}\n")
        assert told["reason"] not in answer.text, "whoever tries forgeries learns nothing"


# --- what a good token opens ------------------------------------------------------------------------

def test_good_token(court):
    since = court.xnat.mark()
    answer = ask(court, token_of(court))
    assert "oidc" not in str(answer.all("Set-Cookie"))
    headers = handed(court, since)
    assert headers["X-XNAT-OIDC-Username"] == "api_client-1"
    assert headers["X-XNAT-OIDC-Email"] == "client@example.com"
    assert headers["X-XNAT-OIDC-Issuer"] == court.tenants["api"].issuer
    payload = headers["X-XNAT-OIDC-Assertion"].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(payload + "=="))["sub"] == "api_client-1"
    assert "Authorization" not in headers, "the token has served its purpose"


@pytest.mark.parametrize("head, changes", [
    ({"typ": "JWT"}, {}), ({"typ": None}, {}), ({"typ": "application/at+jwt"}, {}),
    ({"typ": "AT+JWT"}, {"nonce": "n"}), ({"kid": None}, {}), ({}, {"aud": ["x", "other"]}),
    ({"typ": "JWT"}, {"typ": "Bearer", "nonce": "n", "azp": "another-client"}),
    ({}, {"iat": None}), ({}, {"exp": NOW + 3600.5}), ({}, {"scope": "a b"}),
], ids=str)
def test_good_in_many_ways(court, head, changes):
    since = court.xnat.mark()
    ask(court, token_of(court, head=head, **changes))
    assert handed(court, since)["X-XNAT-OIDC-Username"] == "api_client-1"


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer ", "Bearer\t"])
def test_scheme_in_any_case(court, scheme):
    since = court.xnat.mark()
    ask(court, token_of(court), scheme=scheme)
    assert handed(court, since)["X-XNAT-OIDC-Username"] == "api_client-1"


def test_forward_auth(court):
    for path in ("/oidc/auth", "/oidc/auth-redirect", "/oidc/auth-redirect/data/projects"):
        answer = ask(court, token_of(court), path)
        assert answer.status == 200 and not answer.all("Set-Cookie")
        assert answer.header("X-XNAT-OIDC-Username") == "api_client-1"
        removed = answer.header("x-envoy-auth-headers-to-remove").split(",")
        assert "authorization" in removed and "x_xnat_oidc_username" in removed


def test_a_session_has_nothing_to_do_with_it(court):
    """Whoever brings credentials is judged by them: neither does a session save a bad token, nor does
    a good token touch the session."""
    attempt = court.sign_in("api")
    cookie = {"Cookie": f"oidc-session={attempt.browser.jar.get('oidc-session').value}"}
    since = court.xnat.mark()
    ask(court, token_of(court, sub="somebody-else"), **cookie)
    assert handed(court, since)["X-XNAT-OIDC-Subject"] == "somebody-else"
    assert_refused(court, ask(court, "nonsense", **cookie))
    assert_refused(court, ask(court, "nonsense", "/oidc/auth", **cookie))
    answer = ask(court, "nonsense", "/app/action/LogoutUser", **cookie)
    assert_refused(court, answer)
    assert attempt.browser.open(f"{court.url}/oidc/session").status == 200


def test_identity_headers_of_the_client_go(court):
    since = court.xnat.mark()
    ask(court, token_of(court), **{"X-XNAT-OIDC-Username": "admin", "x_xnat_oidc_email": "e@x"})
    headers = court.xnat.requests(since)[0]["headers"]
    assert [value for name, value in headers if name.lower().replace("_", "-") ==
            "x-xnat-oidc-username"] == ["api_client-1"]


@pytest.mark.parametrize("size", [0, 10, 300_000])
def test_upload(court, size):
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    answer = ask(court, token_of(court), "/test/echo", "PUT", body)
    assert answer.status == 200, answer.text
    said = answer.json()
    assert (said["size"], said["sha256"]) == (size, hashlib.sha256(body).hexdigest())


def test_creation_has_its_own_switch(court):
    since = court.xnat.mark()
    ask(court, token_of(court, "create"))
    assert handed(court, since)["X-XNAT-OIDC-Create-User"] == "false"
    since = court.xnat.mark()
    ask(court, token_of(court))
    assert handed(court, since)["X-XNAT-OIDC-Create-User"] == "true"


# --- what a bad one is answered ---------------------------------------------------------------------

BAD = {
    "expired": (dict(exp=NOW - 3600), "bearer_expired"),
    "expired beyond the leeway": (dict(exp=NOW - 61), "bearer_expired"),
    "no exp": (dict(exp=None), "bearer_claim_missing"),
    "exp as text": (dict(exp=str(NOW + 3600)), "bearer_malformed"),
    "exp null in a list": (dict(exp=[NOW + 3600]), "bearer_malformed"),
    "not yet": (dict(nbf=NOW + 3600), "bearer_future"),
    "from the future": (dict(iat=NOW + 3600), "bearer_future"),
    "iat as text": (dict(iat="now"), "bearer_malformed"),
    "another audience": (dict(aud="https://canary.example"), "gate_audience"),
    "audience that begins like ours": (dict(aud=AUDIENCE + "/v2"), "gate_audience"),
    "the client as audience": (dict(aud=properties.Client().id), "gate_audience"),
    "no audience": (dict(aud=None), "gate_audience"),
    "no audience in the list": (dict(aud=[]), "gate_audience"),
    "another issuer": (dict(iss="https://evil.example"), "bearer_issuer"),
    "no issuer": (dict(iss=None), "bearer_claim_missing"),
    "issuer in a list": (dict(iss=["x"]), "bearer_claim_missing"),
    "no subject": (dict(sub=None), "bearer_claim_missing"),
    "empty subject": (dict(sub=""), "bearer_subject"),
    "subject with a line": (dict(sub="a\nb"), "bearer_subject"),
    "subject that is a number": (dict(sub=7), "bearer_subject"),
    "bound to a key": (dict(cnf={"jkt": "x"}), "bearer_type"),
    "ID token by its at_hash": (dict(at_hash="x"), "bearer_type"),
    "ID token by its typ": (dict(typ="ID"), "bearer_type"),
    "logout token by its events": (dict(events={EVENT: {}}, sid="s", jti="j"), "bearer_type"),
    "logout token by its typ": (dict(typ="Logout"), "bearer_type"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_claims(court, name):
    changes, reason = BAD[name]
    since = court.xnat.mark()
    assert_refused(court, ask(court, token_of(court, **changes)), reason=reason)
    assert_refused(court, ask(court, token_of(court, **changes), "/oidc/auth"), reason=reason)
    assert not court.xnat.requests(since), "a bad token goes nowhere"


@pytest.mark.parametrize("head, sign, reason", [
    ({"alg": "none"}, lambda _: b"", "bearer_algorithm"),
    ({"alg": "HS256"}, hs256(OWN_KEY.public_pem()), "bearer_algorithm"),
    ({"alg": "HS256"}, hs256(b"canary-client-secret"), "bearer_algorithm"),
    ({"alg": "RS512"}, OWN_KEY.sign, "bearer_algorithm"),
    ({"alg": None}, OWN_KEY.sign, "bearer_algorithm"),
    ({}, STRANGE_KEY.sign, "bearer_signature"),
    ({}, lambda data: OWN_KEY.sign(data)[:-1], "bearer_signature"),
    ({}, lambda _: b"", "bearer_signature"),
    ({"jwk": STRANGE_KEY.jwk()}, STRANGE_KEY.sign, "bearer_signature"),
    ({"crit": ["exp"]}, OWN_KEY.sign, "bearer_malformed"),
    ({"typ": "logout+jwt"}, OWN_KEY.sign, "bearer_type"),
    ({"typ": "dpop+jwt"}, OWN_KEY.sign, "bearer_type"),
    ({"typ": "id_token+jwt"}, OWN_KEY.sign, "bearer_type"),
    ({"typ": 7}, OWN_KEY.sign, "bearer_malformed"),
], ids=str)
def test_bad_signatures(court, head, sign, reason):
    assert_refused(court, ask(court, token_of(court, head=head, sign=sign)), reason=reason)


def test_id_token_is_no_access_token(court):
    """As our own client gets it, with the audience that a careless site may have listed."""
    changes = dict(nonce="n", aud=[properties.Client().id, AUDIENCE], azp=properties.Client().id)
    for kind in ({"typ": "JWT"}, {"typ": None}):
        answer = ask(court, token_of(court, head=kind, **changes))
        assert_refused(court, answer, reason="bearer_type")
    since = court.xnat.mark()
    ask(court, token_of(court, "ids", head={"typ": "JWT"}, typ="ID", **changes))
    assert handed(court, since)["X-XNAT-OIDC-Username"] == "ids_client-1", \
        "bearer.typCheck with ID in its list has decided otherwise"


def test_shared_keys_lift_no_guard(court):
    """What is written for sign-ins as well is not said of API clients: a list with their ID tokens'
    typ, and an audience check that is off."""
    answer = ask(court, token_of(court, "shared", head={"typ": "JWT"}, typ="ID", nonce="n"))
    assert_refused(court, answer, reason="bearer_type")
    answer = ask(court, token_of(court, "audience", aud="https://canary.example"))
    assert_refused(court, answer, reason="gate_audience")
    assert ask(court, token_of(court, "audience"), "/oidc/auth").status == 200, "the list is shared"


@pytest.mark.parametrize("kind", ["JWT", None])
def test_logout_token_is_no_access_token(court, kind):
    """As a provider sends it that writes no logout+jwt in its header, to an audience of the site's."""
    token = token_of(court, head={"typ": kind}, events={EVENT: {}}, sid="s", jti="j", email=None)
    assert_refused(court, ask(court, token), reason="bearer_type")


@pytest.mark.parametrize("token", ["nonsense", "a.b", "a.b.c", "..", "a.b.c.d.e", "eyJhbGciOiJub25lIn0..",
                                   "Bearer", "a b", "%00", "a.b.c,", "é", "=" * 9000])
def test_malformed(court, token):
    for path in ("/data/projects", "/oidc/auth", "/oidc/auth-redirect/x"):
        since = court.xnat.mark()
        answer = ask(court, token, path)
        assert_refused(court, answer, reason=("bearer_malformed", "bearer_encrypted"))
        assert not court.xnat.requests(since)


@pytest.mark.parametrize("lines", [
    [("Authorization", "Bearer")], [("Authorization", "Bearer   ")],
    [("Authorization", "Bearer {}"), ("Authorization", "Bearer {}")],
    [("Authorization", "Basic YTpi"), ("authorization", "bearer {}")],
])
def test_not_one_token(court, lines):
    token = token_of(court)
    for path, status in (("/data/projects", 400), ("/oidc/auth", 401), ("/oidc/auth-redirect", 401)):
        with Wire(court.sidecar.port) as wire:
            wire.send(request_bytes("GET", path, [(name, value.format(token))
                                                  for name, value in lines]))
            answer = wire.answer()
        assert answer.status == status
        assert answer.all("WWW-Authenticate") == ['Bearer error="invalid_request"']


@pytest.mark.parametrize("name, changes, status, challenge, reason", [
    ("role", {}, 403, 'Bearer error="insufficient_scope"', "gate_role"),
    ("role", {"realm": {"roles": ["canary-admin"]}}, 403, 'Bearer error="insufficient_scope"',
     "gate_role"),
    ("type", {}, 401, INVALID, "gate_type"),
    ("type", {"typ": "bearer"}, 401, INVALID, "gate_type"),
    ("mail", {}, 403, ASK, "email_domain"),
    ("mail", {"email": None}, 403, ASK, "email_invalid"),
    ("named", {}, 403, ASK, "claim_missing"),
    ("named", {"preferred_username": "1x"}, 403, ASK, "username_invalid"),
])
def test_policy(court, name, changes, status, challenge, reason):
    token = token_of(court, name, **changes)
    for path in ("/data/projects", "/oidc/auth", "/oidc/auth-redirect"):
        since = court.xnat.mark()
        assert_refused(court, ask(court, token, path), status, challenge, reason)
        assert not court.xnat.requests(since)


@pytest.mark.parametrize("name, changes", [
    ("role", {"realm": {"roles": ["x", "canary-user"]}}), ("type", {"typ": "Bearer"}),
    ("mail", {"email": "a@good.example"}), ("named", {"preferred_username": "ann"}),
    ("lifted", {"aud": "whatever"}), ("lifted", {"aud": None}),
])
def test_policy_admits(court, name, changes):
    assert ask(court, token_of(court, name, **changes), "/oidc/auth").status == 200


def test_names_are_owned(court):
    """A token cannot take the user name of somebody who signed in, nor the other way round."""
    court.tenants["named"].claims = lambda claims: claims | {"preferred_username": "Mine"}
    court.assert_signs_in("named")
    token = token_of(court, "named", preferred_username="mine")
    assert_refused(court, ask(court, token), 403, ASK, "username_taken")
    token = token_of(court, "named", preferred_username="mine", sub=hostile.SUBJECT)
    assert ask(court, token, "/oidc/auth").status == 200
    assert ask(court, token_of(court, "named", preferred_username="theirs"),
               "/oidc/auth").status == 200
    court.tenants["named"].claims = lambda claims: claims | {"preferred_username": "theirs"}
    attempt = court.sign_in("named")
    court.assert_refused(attempt.answer, attempt.browser, "username_taken", 403)


@pytest.mark.parametrize("headers", [NAVIGATION, SCRIPT, {"Accept": "text/html"},
                                     {"User-Agent": "curl/8"}], ids=str)
@pytest.mark.parametrize("path", ["/", "/data/projects", "/app/template/Login.vm", "/oidc/auth",
                                  "/oidc/auth-redirect", "/oidc/auth-redirect/x"])
def test_never_redirected(court, path, headers):
    assert_refused(court, ask(court, token_of(court, exp=NOW - 3600), path, **headers))


def test_provider_whose_tokens_are_not_accepted(court):
    answer = ask(court, token_of(court, "off"))
    assert_refused(court, answer, reason="bearer_issuer")
    court.assert_signs_in("off")


# --- keys -------------------------------------------------------------------------------------------

def test_new_key_is_fetched_once_even_under_an_upload(court):
    """The token waits for the key, and the body for the token; a flood of unknown keys fetches
    nothing more."""
    tenant, fresh = court.tenants["busy"], Key("fresh-key")
    tenant.keys = [OWN_KEY, fresh]
    before = tenant.counts["jwks"]
    token = token_of(court, "busy", head={"kid": "fresh-key"}, sign=fresh.sign)
    body = b"b" * 700_000
    since = court.xnat.mark()
    answer = ask(court, token, "/test/echo", "PUT", body)
    assert answer.status == 200, answer.text
    assert answer.json()["sha256"] == hashlib.sha256(body).hexdigest()
    seen = court.xnat.requests(since)
    assert dict(map(tuple, seen[0]["headers"]))["X-XNAT-OIDC-Username"] == "busy_client-1"
    assert tenant.counts["jwks"] - before == 1
    for number in range(20):
        answer = ask(court, token_of(court, "busy", head={"kid": f"unknown-{number}"}))
        assert_refused(court, answer, reason="bearer_key")
    assert tenant.counts["jwks"] - before == 1


def held_back(court, name):
    """The tenant has a new key, and gives its keys away only when told. The key, and who tells."""
    tenant, fresh, told = court.tenants[name], Key("fresh-key"), threading.Event()

    def jwks(exchange):
        assert told.wait(30)
        tenant.jwks(exchange)
    tenant.keys, tenant.answers = [OWN_KEY, fresh], {"jwks": jwks}
    return token_of(court, name, head={"kid": "fresh-key"}, sign=fresh.sign), told


def asked_for_keys(court, name, before):
    wait_until(lambda: court.tenants[name].counts["jwks"] > before, "the keys to be asked for")


@pytest.mark.parametrize("name, framing", [("new-key-0", "length"), ("new-key-1", "chunked"),
                                           ("new-key-2", "expect")])
def test_body_waits_for_the_key(court, name, framing):
    """Of any framing; and the connection serves on."""
    before = court.tenants[name].counts["jwks"]
    token, told = held_back(court, name)
    body = bytes(range(256)) * 1000
    lines = [("Authorization", f"Bearer {token}")]
    lines += [("Transfer-Encoding", "chunked")] if framing == "chunked" else \
        [("Content-Length", len(body))]
    lines += [("Expect", "100-continue")] if framing == "expect" else []
    with Wire(court.sidecar.port) as wire:
        wire.send(request_bytes("PUT", "/test/echo", lines))
        asked_for_keys(court, name, before)
        if framing == "expect":
            told.set()
            assert wire.head().status == 100
        half = len(body) // 2
        parts = [body[:half], body[half:]]
        for part in parts:
            wire.send(b"%x\r\n%b\r\n" % (len(part), part) if framing == "chunked" else part)
            told.set()
        if framing == "chunked":
            wire.send(b"0\r\n\r\n")
        answer = wire.answer()
        assert answer.status == 200
        assert json.loads(answer.body)["sha256"] == hashlib.sha256(body).hexdigest()
        wire.send(request_bytes("GET", "/oidc/auth", lines[:1]))
        assert wire.answer().header("X-XNAT-OIDC-Username") == f"{name}_client-1"


def test_body_that_stands_still_after_the_key(court):
    """It is watched as any other: framing that cannot be read on ends the connection."""
    before = court.tenants["new-key-5"].counts["jwks"]
    token, told = held_back(court, "new-key-5")
    with Wire(court.sidecar.port) as wire:
        wire.send(request_bytes("PUT", "/test/echo", [
            ("Authorization", f"Bearer {token}"), ("Transfer-Encoding", "chunked")]))
        asked_for_keys(court, "new-key-5", before)
        told.set()
        wire.send(b"5;" + b"a" * 33000)
        wire.socket.settimeout(20)
        assert wire.at_end()


def test_refused_upload_is_not_asked_for_its_body(court):
    with Wire(court.sidecar.port) as wire:
        wire.send(request_bytes("PUT", "/test/echo", [
            ("Authorization", f"Bearer {token_of(court, exp=NOW - 3600)}"),
            ("Content-Length", 10_000_000), ("Expect", "100-continue")]))
        answer = wire.answer()
        assert answer.status == 401 and answer.interim == []


@pytest.mark.parametrize("name, path", [("new-key-3", "/data/x"), ("new-key-4", "/oidc/auth")])
def test_client_that_does_not_wait_for_the_key(court, name, path):
    before = court.tenants[name].counts["jwks"]
    token, told = held_back(court, name)
    with Wire(court.sidecar.port) as wire:
        wire.send(request_bytes("GET", path, [("Authorization", f"Bearer {token}")]))
        asked_for_keys(court, name, before)
    told.set()
    wait_until(lambda: ask(court, token, "/oidc/auth").status == 200, "the key")


def test_provider_out_of_reach(tmp_path):
    """Nothing can be said about a token then; forward-auth still has its three answers."""
    made = Court(tmp_path, ["late"], keys={"late": ON})
    made.tenants["late"].answers = {"discovery": hostile.server_error}
    with made.sitting(ready=False):
        token = token_of(made, "late")
        assert_refused(made, ask(made, token), 503, ASK, "provider_not_ready")
        assert_refused(made, ask(made, token, "/oidc/auth"), 401, ASK, "provider_not_ready")


# --- remembered -------------------------------------------------------------------------------------

def verified(court):
    return court.sidecar.metrics()["oidc_sidecar_bearer_tokens_verified_total"]


def test_verified_once_a_worker(court):
    token = token_of(court, jti="remembered")
    before = verified(court)
    for _ in range(30):
        assert ask(court, token, "/oidc/auth").status == 200
    assert 1 <= verified(court) - before <= 2, "two workers"


def test_not_remembered_beyond_its_end(court):
    token = token_of(court, exp=int(time.time()) - 58)
    assert ask(court, token, "/oidc/auth").status == 200
    answer = wait_until(lambda: (lambda each: each if each.status != 200 else None)(
        ask(court, token, "/oidc/auth")), "the token to expire", 15)
    assert_refused(court, answer, reason="bearer_expired")


def test_counted(court):
    names = [f'oidc_sidecar_bearer_requests_total{{answer="{each}"}}'
             for each in ("accepted", "refused")]
    before = [court.sidecar.metrics()[name] for name in names]
    ask(court, token_of(court))
    ask(court, "nonsense")
    ask(court, "nonsense")
    assert [court.sidecar.metrics()[name] for name in names] == [before[0] + 1, before[1] + 2]


def test_many_at_once(court):
    failures = []

    def work(number):
        for turn in range(10):
            token = token_of(court, sub=f"many-{number}", jti=str(turn))
            answer = ask(court, token, "/oidc/auth")
            if answer.header("X-XNAT-OIDC-Subject") != f"many-{number}":
                failures.append(answer)
    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_no_token_in_the_log(court):
    good, bad = token_of(court, jti="secret"), token_of(court, exp=NOW - 3600)
    ask(court, good)
    ask(court, bad)
    ask(court, bad + "x")
    ask(court, "canary-opaque-token")
    text = "\n".join(court.sidecar.stderr + court.sidecar.stdout)
    assert "eyJ" not in text and "canary-opaque" not in text
    assert good.split(".")[2][:20] not in text


# --- off --------------------------------------------------------------------------------------------

def test_off_by_default(tmp_path):
    """Then the header is XNAT's, byte for byte."""
    with Court(tmp_path, ["plain"]).sitting() as made:
        for value in ("Bearer", "bearer  x y", f"Bearer {token_of(made, 'plain')}"):
            since = made.xnat.mark()
            Browser().request("GET", f"{made.url}/data/x", {"Authorization": value})
            headers = handed(made, since)
            assert headers["Authorization"] == value
            assert "X-XNAT-OIDC-Username" not in headers
        answer = ask(made, token_of(made, "plain"), "/oidc/auth")
        assert answer.status == 401 and not answer.all("WWW-Authenticate")
        assert not made.sidecar.events("bearer_refused")


def test_other_credentials_are_xnats(court):
    since = court.xnat.mark()
    ask(court, "YWRtaW46YWRtaW4=", scheme="Basic")
    assert handed(court, since)["Authorization"] == "Basic YWRtaW46YWRtaW4="


def test_who_brings_nothing_is_told_what_to_bring(tmp_path):
    with Court(tmp_path, ["api"], ["--unauthenticated", "deny"], keys={"api": ON}).sitting() as made:
        for path in ("/data/projects", "/oidc/auth"):
            answer = Browser().script(f"{made.url}{path}")
            assert answer.status == 401 and answer.all("WWW-Authenticate") == [ASK]


@pytest.mark.parametrize("more", [{}, {"audCheck.acceptedAudiences": " , "},
                                  {"idToken.audCheck.acceptedAudiences": "x"}])
def test_without_audience_it_does_not_start(tmp_path, more):
    config = tmp_path / "openid-provider.properties"
    block = properties.ProviderBlock("https://op.example.edu", keys={"bearer.enabled": "true"} | more)
    config.write_text(properties.own_file("https://xnat.example.edu", block))
    sidecar = Sidecar([config], f"http://127.0.0.1:{free_port()}")
    super(Sidecar, sidecar).start()
    assert sidecar.wait_exit() == 1
    assert "OC363" in sidecar.evidence()
