"""Answers of the token and user-info endpoints, and return legs, that must not be believed."""

import json
import threading
import time
import urllib.parse

import pytest

from harness import hostile
from harness.browser import Browser
from harness.court import Court
from harness.hostile import compact, OWN_KEY
from harness.servers import fetch


def error_with_tokens(exchange):
    """An error status beside tokens that would be good."""
    now = int(time.time())
    tenant = exchange.server.tenants["liar"]
    form = dict(urllib.parse.parse_qsl(exchange.body.decode()))
    asked = tenant.codes[form["code"]]
    claims = {"iss": tenant.issuer, "aud": asked["client_id"], "sub": hostile.SUBJECT,
              "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
    head = {"alg": "RS256", "kid": OWN_KEY.kid}
    exchange.reply(400, json.dumps({
        "error": "invalid_grant", "access_token": "canary-access-token", "token_type": "Bearer",
        "id_token": compact(head, claims, OWN_KEY.sign)}).encode())


def tokens_with_status(status):
    def answer(exchange):
        exchange.reply(status, json.dumps({"access_token": "a", "token_type": "Bearer",
                                           "id_token": "a.b.c"}).encode())
    return answer


TOKEN_LIES = {
    "refused": (lambda e: e.reply(400, b'{"error": "invalid_grant"}'), "token_refused", 502),
    "error beside tokens": (error_with_tokens, "token_refused", 502),
    "client refused": (lambda e: e.reply(401, b'{"error": "invalid_client"}'), "token_refused",
                       502),
    "server error": (hostile.server_error, ("answer_status", "token_refused"), 502),
    "redirected": (hostile.redirected, "answer_redirect", 502),
    "created": (tokens_with_status(201), "answer_status", 502),
    "huge": (hostile.huge, "answer_too_large", 502),
    "endless": (hostile.endless, "answer_too_large", 502),
    "cut short": (hostile.cut_short, "answer_cut_short", 502),
    "cut short in a chunk": (hostile.cut_short_chunk, "answer_cut_short", 502),
    "a page": (hostile.not_json, "answer_malformed", 502),
    "a list": (hostile.json_array, "answer_malformed", 502),
    "a string": (hostile.json_string, "answer_malformed", 502),
    "nested lists": (hostile.deep_json, "answer_malformed", 502),
    "members twice": (hostile.duplicate_keys, "answer_malformed", 502),
    "not UTF-8": (hostile.not_utf8, "answer_malformed", 502),
    "empty": (hostile.empty, "answer_malformed", 502),
    "no HTTP": (hostile.no_http, ("answer_malformed", "provider_unreachable", "answer_cut_short"),
                502),
    "no answer": (hostile.hang_up, ("provider_unreachable", "answer_cut_short"), 502),
}

USERINFO_LIES = {
    "of somebody else": (lambda e: e.reply(200, b'{"sub": "somebody-else"}'), "userinfo_subject",
                         502),
    "of nobody": (lambda e: e.reply(200, b'{"email": "a@example.com"}'),
                  ("userinfo_subject", "userinfo_malformed"), 502),
    "sub a number": (lambda e: e.reply(200, b'{"sub": 1}'),
                     ("userinfo_subject", "userinfo_malformed"), 502),
    "sub twice": (lambda e: e.reply(200, b'{"sub": "x", "sub": "subject-1"}'),
                  ("userinfo_malformed", "answer_malformed"), 502),
    "a list": (hostile.json_array, ("userinfo_malformed", "answer_malformed"), 502),
    "a string": (hostile.json_string, ("userinfo_malformed", "answer_malformed"), 502),
    "a page": (hostile.not_json, ("userinfo_malformed", "answer_malformed"), 502),
    "nested lists": (hostile.deep_json, ("userinfo_malformed", "answer_malformed"), 502),
    "empty": (hostile.empty, ("userinfo_malformed", "answer_malformed"), 502),
    "unsigned JWT": (lambda e: e.reply(200, compact({"alg": "none"}, {"sub": hostile.SUBJECT},
                                                    lambda _: b"").encode(), "application/jwt"),
                     ("userinfo_malformed", "id_token_algorithm"), 502),
    "JWT by a stranger": (lambda e: e.reply(
        200, compact({"alg": "RS256", "kid": OWN_KEY.kid}, {"sub": hostile.SUBJECT},
                     hostile.STRANGE_KEY.sign).encode(), "application/jwt"),
        ("userinfo_malformed", "id_token_signature"), 502),
    "unauthorized": (lambda e: e.reply(401, b"{}"), ("answer_status",), 502),
    "huge": (hostile.huge, "answer_too_large", 502),
    "endless": (hostile.endless, "answer_too_large", 502),
    "cut short": (hostile.cut_short, "answer_cut_short", 502),
    "redirected": (hostile.redirected, "answer_redirect", 502),
}


def judge(court, attempt, reason, status):
    reasons = (reason,) if isinstance(reason, str) else reason
    said = [each for each in reasons if each in attempt.answer.text]
    assert said, f"none of {reasons} on the page: {attempt.answer.status} {attempt.answer.text}"
    court.assert_refused(attempt.answer, attempt.browser, said[0], status)


@pytest.mark.parametrize("name", TOKEN_LIES)
def test_token_answer(court, liar, name):
    answer, reason, status = TOKEN_LIES[name]
    liar.answers["token"] = answer
    before = liar.counts["token"]
    judge(court, court.sign_in("liar"), reason, status)
    assert liar.counts["token"] - before == 1, "a code must be sent once, whatever the answer"


@pytest.mark.parametrize("name", USERINFO_LIES)
def test_userinfo_answer(court, liar, name):
    answer, reason, status = USERINFO_LIES[name]
    liar.answers["userinfo"] = answer
    judge(court, court.sign_in("liar"), reason, status)


@pytest.mark.parametrize("members, reason", [
    ({"token_type": "MAC"}, "token_type"),
    ({"token_type": None}, ("token_type", "answer_malformed")),
    ({"access_token": None}, ("answer_malformed", "token_refused")),
    ({"access_token": ""}, ("answer_malformed", "token_refused")),
    ({"access_token": ["a"]}, ("answer_malformed", "token_refused")),
    ({"access_token": "with\r\nX-Injected: 1"}, ("answer_malformed", "id_token_at_hash")),
])
def test_token_members(court, liar, members, reason):
    liar.token_members = lambda given: {name: value for name, value in (given | members).items()
                                        if value is not None}
    judge(court, court.sign_in("liar"), reason, 502)


def test_bearer_in_any_case_is_fine(court, liar):
    liar.token_members = lambda given: given | {"token_type": "bearer"}
    court.assert_signs_in("liar")


def test_slow_answers(court, liar):
    """A byte a second, or none at all: over within 30 seconds, while others sign in unhindered."""
    ended = {}

    def attempt(endpoint, answer):
        tenant.answers[endpoint] = answer
        began = time.monotonic()
        made = court.sign_in("liar")
        ended[endpoint] = (made, time.monotonic() - began)

    tenant = liar
    first = threading.Thread(target=attempt, args=("token", hostile.slow))
    first.start()
    before = tenant.counts["token"]
    deadline = time.monotonic() + 10
    while tenant.counts["token"] == before and time.monotonic() < deadline:
        time.sleep(0.01)
    for _ in range(3):
        court.assert_signs_in("honest")
    first.join(60)
    assert "token" in ended, court.sidecar.evidence()
    made, seconds = ended["token"]
    judge(court, made, "provider_timeout", 504)
    assert seconds < 40, "30 seconds are the limit"


# --- the return leg ---------------------------------------------------------------------------------

def encode(**params):
    return urllib.parse.urlencode(params)


RETURN_LIES = {
    "code twice": (lambda p, c: encode(code=c, state=p["state"]) + "&" + encode(code=c),
                   "response_malformed", 400),
    "state twice": (lambda p, c: encode(code=c, state=p["state"]) + "&" + encode(state=p["state"]),
                    "response_malformed", 400),
    "another code first": (lambda p, c: encode(code="other") + "&" + encode(
        code=c, state=p["state"]), "response_malformed", 400),
    "code and error": (lambda p, c: encode(code=c, state=p["state"], error="access_denied"),
                       ("response_malformed", "access_denied"), (400, 403)),
    "empty code": (lambda p, c: encode(code="", state=p["state"]), "response_malformed", 400),
    "no code": (lambda p, c: encode(state=p["state"]), "response_malformed", 400),
    "malformed escape": (lambda p, c: f"code=%zz&state={p['state']}", "response_malformed", 400),
    "NUL in the code": (lambda p, c: f"code=a%00b&state={p['state']}", "response_malformed", 400),
    "response of another issuer": (lambda p, c: encode(code=c, state=p["state"],
                                                       iss="https://evil.example"),
                                   "response_issuer", 400),
    "iss twice": (lambda p, c: encode(code=c, state=p["state"], iss="a") + "&iss=b",
                  ("response_malformed", "response_issuer"), 400),
    "person declined": (lambda p, c: encode(error="access_denied", state=p["state"]),
                        "access_denied", 403),
    "provider's error": (lambda p, c: encode(error="server_error", state=p["state"],
                                             error_description="<b>call 555</b>"),
                         "provider_error", 502),
    "huge code": (lambda p, c: encode(code="c" * 6000, state=p["state"]),
                  ("response_malformed", "token_refused"), (400, 502)),
}


@pytest.mark.parametrize("name", RETURN_LIES)
def test_return_leg(court, liar, name):
    liar.back, reason, status = RETURN_LIES[name]
    attempt = court.sign_in("liar")
    assert "<b>" not in attempt.answer.text
    statuses = status if isinstance(status, tuple) else (status,)
    assert attempt.answer.status in statuses
    if name == "state twice":
        # Which sign-in it would have been is anybody's guess; its cookie ends by itself.
        for cookie in attempt.browser.jar.named("oidc-state-"):
            attempt.browser.jar.drop(cookie.name)
    judge(court, attempt, reason, attempt.answer.status)


def test_right_issuer_in_the_response_is_fine(court, liar):
    liar.back = lambda p, c: encode(code=c, state=p["state"], iss=liar.issuer)
    court.assert_signs_in("liar")


def test_promised_issuer_that_does_not_come(tmp_path):
    """RFC 9207: who says that it sends `iss` must send it."""
    made = Court(tmp_path, ["promising"])
    promising = made.tenants["promising"]
    promising.metadata = lambda document: document | {
        "authorization_response_iss_parameter_supported": True}
    with made.sitting():
        attempt = made.sign_in("promising")
        made.assert_refused(attempt.answer, attempt.browser, "response_issuer", 400)
        promising.back = lambda p, c: encode(code=c, state=p["state"], iss=promising.issuer)
        made.assert_signs_in("promising")


def test_code_of_another_login(court, liar):
    """A code of login B brought back with the state of login A: the nonce is B's."""
    other = Browser()
    first = other.begin(court.url, "liar")
    stolen = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(
        other.open(first.location).location).query))["code"]
    liar.back = lambda p, c: encode(code=stolen, state=p["state"])
    attempt = court.sign_in("liar")
    court.assert_refused(attempt.answer, attempt.browser, "id_token_nonce", 502)


def test_whole_return_address_in_a_clean_browser(court, liar):
    """Login CSRF: somebody else's return address, complete and unused."""
    attacker = Browser()
    back = attacker.open(attacker.begin(court.url, "liar").location).location
    victim = Browser()
    answer = victim.open(back)
    court.assert_refused(answer, victim, "cookies_missing", 400)
    assert attacker.open(back).status == 302, "the attacker's own sign-in is unharmed"


def test_state_of_another_tab_and_cookie(court, liar):
    """The cookie of one sign-in renamed to fit the state of another."""
    one, two = Browser(), Browser()
    back = one.open(one.begin(court.url, "liar").location).location
    two.begin(court.url, "liar")
    (mine,), (theirs,) = one.jar.named("oidc-state-"), two.jar.named("oidc-state-")
    mine.value = theirs.value
    court.assert_refused(one.open(back), one, "state_mismatch", 400)


def test_return_leg_twice(court, liar):
    """Once used, a state stays used, even when its cookie is brought back."""
    browser = Browser()
    back = browser.open(browser.begin(court.url, "liar").location).location
    kept = browser.jar.named("oidc-state-")
    assert browser.open(back).status == 302
    thief = Browser()
    for cookie in kept:
        thief.jar.put(cookie)
    court.assert_refused(thief.open(back), thief, "state_used", 400)


def test_stale_return_leg_with_a_session(court, liar):
    """A second look at the return address by somebody signed in goes to a page, not to an error."""
    browser = Browser()
    back = browser.open(browser.begin(court.url, "liar").location).location
    browser.open(back)
    again = browser.open(back)
    assert again.status == 302 and again.location.startswith(court.url + "/")


@pytest.mark.parametrize("change", ["flip", "cut", "empty", "long", "another kind"])
def test_state_cookie_tampered(court, liar, change):
    browser = Browser()
    back = browser.open(browser.begin(court.url, "liar").location).location
    (cookie,) = browser.jar.named("oidc-state-")
    middle = len(cookie.value) // 2
    flipped = "A" if cookie.value[middle] != "A" else "B"
    cookie.value = {
        "flip": cookie.value[:middle] + flipped + cookie.value[middle + 1:],
        "cut": cookie.value[:-20], "empty": "", "long": cookie.value * 4,
        "another kind": signed_in(court).jar.get("oidc-session").value,
    }[change]
    answer = browser.open(back)
    reason = next(each for each in ("state_invalid", "state_missing") if each in answer.text)
    court.assert_refused(answer, browser, reason, 400)


def signed_in(court):
    browser = Browser()
    court.sign_in("honest", browser)
    return browser


def test_provider_is_told_no_more_than_it_needs(court, liar):
    """The request to the provider: PKCE with S256, a nonce, a state, and our own redirect_uri."""
    first = Browser().begin(court.url, "liar")
    params = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(first.location).query))
    assert params["code_challenge_method"] == "S256" and len(params["code_challenge"]) == 43
    assert len(params["nonce"]) >= 22 and len(params["state"]) == 22
    assert params["redirect_uri"] == f"{court.url}/openid-login"
    assert params["response_type"] == "code" and "openid" in params["scope"].split()


def test_third_party_parameters_change_nothing(court, liar):
    """CVE-2021-39191: initiation parameters of a third party steer nothing."""
    browser = Browser()
    first = browser.open(f"{court.url}/openid-login?" + encode(
        providerId="liar", iss="https://evil.example", login_hint="x",
        target_link_uri="https://evil.example/"))
    assert first.status == 302 and first.location.startswith(liar.issuer)
    assert "evil.example" not in first.location
    answer = browser.open(browser.open(first.location).location)
    assert answer.location == f"{court.url}/"


def test_nothing_secret_in_the_log(court):
    """After all of the above: no code, token or client secret in any line."""
    court.assert_signs_in("liar")
    text = "\n".join(court.sidecar.stderr)
    assert "canary-" not in text
    assert fetch(f"{court.sidecar.admin}/metrics")[1].count(b"canary-") == 0
