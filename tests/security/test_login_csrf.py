"""Landscape 3.6: a sign-in belongs to the browser that began it, and leaves nothing of another."""

import pytest

from harness import logout
from harness.browser import Browser, Cookie
from harness.hostile import SUBJECT


def whoami(made, browser):
    answer = browser.open(f"{made.url}/oidc/session")
    return answer.json()["email"] if answer.status == 200 else None


def test_cve_2017_1000069_return_address_in_a_clean_browser(court, liar):
    """An attacker's complete, unused return address, opened by a victim."""
    attacker, victim = Browser(), Browser()
    back = attacker.open(attacker.begin(court.url, "liar").location).location
    court.assert_refused(victim.open(back), victim, "cookies_missing", 400)


def test_cve_2017_1000069_return_address_amid_a_sign_in(court, liar):
    """And by a victim who has begun a sign-in himself: his own state is another."""
    attacker, victim = Browser(), Browser()
    back = attacker.open(attacker.begin(court.url, "liar").location).location
    own = victim.open(victim.begin(court.url, "liar").location).location
    answer = victim.open(back)
    assert answer.status == 400 and "state_m" in answer.text
    assert victim.jar.get("oidc-session") is None
    assert victim.open(own).status == 302, "his own goes on"


def test_cve_2026_34454_session_of_the_person_before(launch):
    """B signs in, or gives up half-way, on the machine of A: A is gone, or is still A and never B."""
    made = launch(filter_on=False)
    browser = made.signed_in("alice")
    old = browser.jar.get(made.session_cookie).value
    browser.open(f"{made.url}/oidc/sign-in")
    browser.begin(made.url)
    # B gives up: whoever comes next is A only with A's own cookie, and sign-out ends that.
    assert whoami(made, browser) in (None, "alice.nguyen@example.com")
    assert browser.sign_in(made.url, "pertiwi").status == 302
    assert whoami(made, browser) == "pertiwi@example.org"
    since = made.xnat.mark()
    browser.open(f"{made.url}/test/echo")
    (request,) = made.xnat.requests(since)
    assert b"alice" not in request["head"].lower()
    thief = made.browser()
    thief.jar.put(browser.jar.get(made.session_cookie))
    thief.jar.get(made.session_cookie).value = old
    browser.open(f"{made.url}/oidc/sign-out")
    assert whoami(made, browser) is None


@pytest.mark.parametrize("value", ["", "planted", "A" * 200])
def test_mao_2_4_20_1_planted_session_cookie(launch, value):
    """The session's value is made at the sign-in, whatever the browser brought."""
    made = launch()
    browser = made.browser()
    browser.jar.put(Cookie(made.session_cookie, value, "127.0.0.1", "/", False, True, "Lax",
                           float("inf")))
    assert browser.sign_in(made.url).status == 302
    assert browser.jar.get(made.session_cookie).value not in ("", value)
    assert whoami(made, browser) == "alice.nguyen@example.com"


def test_mao_2_4_20_1_session_of_an_attacker_planted(launch):
    """A victim with the attacker's valid cookie signs in: the attacker gets nothing of it."""
    made = launch()
    attacker, victim = made.signed_in("alice"), made.browser()
    planted = attacker.jar.get(made.session_cookie)
    victim.jar.put(Cookie(**vars(planted)))
    assert victim.sign_in(made.url, "pertiwi").status == 302
    assert victim.jar.get(made.session_cookie).value != planted.value
    assert whoami(made, attacker) in (None, "alice.nguyen@example.com")
    assert whoami(made, victim) == "pertiwi@example.org"


def test_mao_2_4_20_1_xnat_session_of_before(launch):
    """XNAT's session of before the sign-in is not used under the new identity."""
    made = launch()
    browser = made.browser()
    browser.visit(f"{made.url}/app/template/Login.vm?xnat-account")
    planted = browser.jar.get("JSESSIONID")
    assert browser.sign_in(made.url, "alice").status == 302
    browser.visit(f"{made.url}/")
    now = browser.jar.get("JSESSIONID")
    assert now and (planted is None or now.value != planted.value)


MALFORMED = {"no jti": {"jti": None}, "no iat": {"iat": None}, "a nonce": {"nonce": "n"},
             "no event": {"events": None}, "neither sub nor sid": {"sub": None}}


@pytest.mark.parametrize("name", MALFORMED)
def test_mao_2026_logout_token_that_is_none(court, liar, name):
    """400, not to be kept, and the session goes on."""
    browser = court.sign_in("liar").browser
    claims = {"sub": SUBJECT} | MALFORMED[name]
    status, head, _ = logout.post(court.url, logout.form(logout.token_of(
        logout.claims_of(liar, **claims))))
    assert status == 400 and "no-store" in head["Cache-Control"]
    assert browser.request("GET", f"{court.url}/oidc/session").status == 200


def test_mao_2026_logout_token_again(court, liar):
    """The token counts once: who has signed in since stays signed in."""
    body = logout.form(logout.token_of(logout.claims_of(liar, sub=SUBJECT)))
    first = court.sign_in("liar").browser
    assert logout.post(court.url, body)[0] == 200
    assert first.request("GET", f"{court.url}/oidc/session").status == 401
    second = court.sign_in("liar").browser
    logout.post(court.url, body)
    assert second.request("GET", f"{court.url}/oidc/session").status == 200


def test_mao_2026_front_channel_logout_is_not_offered(court, liar):
    """No address at which a page of another site ends a session by naming it."""
    browser = court.sign_in("liar").browser
    for target in ("/oidc/frontchannel-logout?sid=x", "/openid-login?logout=x&sid=x",
                   "/oidc/sign-out?sid=x&iss=" + liar.issuer):
        browser.request("GET", court.url + target, {"Sec-Fetch-Site": "cross-site",
                                                    "Sec-Fetch-Mode": "no-cors"})
    assert browser.request("GET", f"{court.url}/oidc/session").status == 200
