"""Silent sign-in (openid.P.autoLogin): once, unseen when it fails, never in a circle."""

import dataclasses
import json
import time
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from harness.browser import Browser, Jar
from harness.wait import wait_until

OPTIONS = {"provider_keys": {"autoLogin": "true"}, "provider_options": ["--sessions"]}
DEEP = "/data/projects/P1?format=html&x=%2F"


@pytest.fixture(scope="module")
def site(module_launch):
    return module_launch(**OPTIONS)


def asked(made):
    """How many browsers came to the provider's authorization endpoint."""
    return made.provider.counts().get("authorize", 0)


def sign_in_page(made, rd=DEEP):
    return f"{made.url}/oidc/sign-in?rd={quote(rd, safe='')}"


def assert_shows_the_page(answer, made, rd=DEEP):
    """The sign-in page, its buttons leading where the person wanted to go, without an error."""
    assert answer.status == 200, f"{answer.status}: {answer.text}"
    assert answer.url.startswith(f"{made.url}/oidc/sign-in"), answer.url
    (button,) = [each for each in answer.links() if "providerId=" in each]
    assert dict(parse_qsl(urlsplit(button).query))["rd"] == rd
    for word in ("Reason", "Reference", "did not work", "login_required"):
        assert word not in answer.text


def known_to_the_provider(made):
    """A browser with a session there and none here."""
    browser = made.signed_in()
    browser.jar.drop(made.session_cookie)
    browser.history.clear()
    return browser


def to_the_provider(made, browser, rd=DEEP):
    """The redirect to the provider, behind the one that looks whether cookies are kept."""
    answer = browser.open(sign_in_page(made, rd))
    assert answer.status == 302 and answer.location.startswith(f"{made.url}/oidc/sign-in?")
    answer = browser.open(answer.location)
    assert answer.status == 302 and answer.location.startswith(made.provider.url), answer.location
    return answer


def guard(browser):
    cookie = browser.jar.get("oidc-silent")
    return cookie.value if cookie else None


# --- it works ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("start", ["/oidc/sign-in?rd=%2Fdata%2Fprojects%2FP1",
                                   "/openid-login?rd=%2Fdata%2Fprojects%2FP1"])
def test_whoever_is_signed_in_there_is_signed_in_here(site, start):
    browser = known_to_the_provider(site)
    before = asked(site)
    answer = browser.open(f"{site.url}{start}")
    while answer.status == 302 and not answer.location.startswith(f"{site.url}/data/"):
        answer = browser.open(answer.location)
    assert answer.status == 302 and answer.location == f"{site.url}/data/projects/P1"
    assert browser.open(f"{site.url}/oidc/session").json()["username"]
    assert asked(site) == before + 1
    assert not any("/interaction" in url for _, url, _ in browser.history), "nobody was asked"


def test_xnats_login_page_begins_it(site):
    browser = known_to_the_provider(site)
    answer = browser.visit(f"{site.url}/app/template/Login.vm")
    assert "Signed in as Alice Nguyen" in answer.text


def test_forward_auth_leads_to_it(site):
    browser = known_to_the_provider(site)
    before = asked(site)
    answer = browser.open(f"{site.url}/oidc/auth")
    assert answer.status == 401 and not answer.all("Set-Cookie"), "never anything but 401"
    assert browser.script(f"{site.url}/oidc/auth-redirect{DEEP}").status == 401
    assert asked(site) == before
    answer = browser.open(f"{site.url}/oidc/auth-redirect/data/x")
    assert answer.status == 302 and answer.location.startswith(f"{site.url}/oidc/sign-in?")
    browser.visit(answer.location)
    assert browser.open(f"{site.url}/oidc/session").status == 200


def test_request_says_that_nobody_may_be_asked(site):
    answer = to_the_provider(site, site.browser())
    assert dict(parse_qsl(urlsplit(answer.location).query))["prompt"] == "none"
    by_hand = site.browser().begin(site.url)
    assert "prompt" not in dict(parse_qsl(urlsplit(by_hand.location).query))


def test_on_https(launch):
    """The guard is kept to this host alone, and from scripts."""
    made = launch(site_url="https://xnat.example.com", **OPTIONS)
    browser = known_to_the_provider(made)
    answer = browser.open(sign_in_page(made))
    cookie = browser.jar.get("__Host-oidc-silent")
    assert cookie.value == "check" and cookie.secure and cookie.http_only
    assert cookie.same_site == "Lax" and cookie.path == "/"
    browser.follow(answer)
    assert browser.open(f"{made.url}/oidc/session").status == 200
    browser.visit(f"{made.url}/oidc/sign-out")
    assert browser.jar.get("__Host-oidc-silent").value == "off"


# --- it fails unseen -----------------------------------------------------------------------------------

def test_nobody_is_signed_in_there(site):
    browser, before = site.browser(), asked(site)
    metrics = site.sidecar.metrics()
    assert_shows_the_page(browser.visit(sign_in_page(site)), site)
    assert asked(site) == before + 1
    assert not browser.jar.named("oidc-state-")
    event = site.sidecar.wait_event("silent_login_declined", provider="aaf")
    assert event["level"] == "info" and "login_required" in event["detail"]
    after = site.sidecar.metrics()
    name = "oidc_sidecar_silent_logins_declined_total"
    assert after[name] == metrics[name] + 1
    refusals = [key for key in after if key.startswith("oidc_sidecar_logins_refused_total")]
    assert refusals and all(after[key] == metrics[key] for key in refusals)
    for _ in range(3):
        answer = browser.open(sign_in_page(site))
        assert_shows_the_page(answer, site)
    assert asked(site) == before + 1


@pytest.mark.parametrize("word", ["login_required", "interaction_required", "consent_required",
                                  "account_selection_required", "access_denied", "server_error",
                                  "invalid_request", "a_word_of_its_own"])
def test_every_error_shows_the_page(launch, word):
    made = launch(provider_keys={"autoLogin": "true"}, provider_options=["--silent-error", word])
    browser = made.browser()
    assert_shows_the_page(browser.visit(sign_in_page(made)), made)
    assert_shows_the_page(browser.visit(sign_in_page(made)), made)
    assert asked(made) == 1
    made.sidecar.wait_event("silent_login_declined")
    assert not made.sidecar.events("login_refused")


def test_account_that_the_site_turns_away(launch):
    """The log says so; the person did not ask, and sees the page."""
    made = launch(provider_options=["--sessions"],
                  provider_keys={"autoLogin": "true", "shouldFilterEmailDomains": "true",
                                 "allowedEmailDomains": "example.org"})
    browser = made.browser()
    assert browser.sign_in(made.url).status == 403, "by hand it is said"
    assert_shows_the_page(browser.visit(sign_in_page(made)), made)
    assert asked(made) == 2 and len(made.sidecar.events("login_refused")) == 2


def test_provider_that_is_not_ready(launch):
    made = launch(ready=False, provider_keys={"autoLogin": "true",
                                              "issuer": "http://127.0.0.1:9"})
    assert_shows_the_page(made.browser().visit(sign_in_page(made)), made)
    made.sidecar.wait_event("silent_login_skipped", reason="provider_not_ready")


def test_answer_of_another_issuer_is_refused_but_shown_as_the_page(site):
    browser = site.browser()
    state = dict(parse_qsl(urlsplit(to_the_provider(site, browser).location).query))["state"]
    answer = browser.visit(f"{site.redirect_uri}?error=login_required&state={state}"
                           "&iss=https%3A%2F%2Fevil.example")
    assert_shows_the_page(answer, site)
    site.sidecar.wait_event("login_refused", reason="response_issuer")


def test_forged_answer_shows_the_page_at_worst(site):
    browser, before = site.browser(), asked(site)
    state = "A" * 22
    answer = browser.visit(f"{site.redirect_uri}?error=login_required&state={state}")
    assert_shows_the_page(answer, site, "/")
    assert asked(site) == before, "and begins nothing"
    answer = browser.visit(f"{site.redirect_uri}?error=access_denied&state={state}")
    assert answer.status == 400 and "state_missing" in answer.text
    answer = browser.visit(f"{site.redirect_uri}?code=x&state={state}")
    assert answer.status == 400 and "state_missing" in answer.text


def test_sign_in_by_hand_is_told_of_its_error(site):
    """The same words, when a person did ask."""
    browser = site.browser()
    state = dict(parse_qsl(urlsplit(browser.begin(site.url).location).query))["state"]
    answer = browser.visit(f"{site.redirect_uri}?error=login_required&state={state}")
    assert answer.status == 502 and "provider_error" in answer.text


# --- it cannot go in a circle ----------------------------------------------------------------------------

class NoCookies(Jar):
    """A browser that refuses cookies, or those whose name begins so."""

    def __init__(self, beginning=""):
        super().__init__()
        self.beginning = beginning

    def store(self, url, text):
        if not text.startswith(self.beginning):
            super().store(url, text)


def test_browser_without_cookies_is_not_sent_away(site):
    browser, before = Browser(jar=NoCookies()), asked(site)
    for start in (sign_in_page(site), sign_in_page(site)):
        browser.history.clear()
        assert_shows_the_page(browser.visit(start), site)
        assert len(browser.history) == 2
    assert asked(site) == before


@pytest.mark.parametrize("refused", ["oidc-session", "oidc-state-", "oidc-silent"])
def test_browser_that_refuses_one_cookie(launch, refused):
    """Wherever it gets to, it gets there: 12 redirects are an error of the browser's."""
    made = launch(**OPTIONS, options=["--unauthenticated", "deny"])
    browser = Browser(jar=NoCookies())
    browser.jar.beginning = refused
    person = made.signed_in()
    browser.jar.put(person.jar.get("op-session"))
    before = asked(made)
    answer = browser.visit(f"{made.url}{DEEP}")
    assert answer.status in (200, 400), answer.text
    assert browser.jar.get("oidc-session") is None
    assert asked(made) - before == (0 if refused == "oidc-silent" else 1)


def test_provider_that_never_sends_anybody_back(site):
    browser, before = site.browser(), asked(site)
    to_the_provider(site, browser)
    for _ in range(3):
        assert_shows_the_page(browser.visit(sign_in_page(site)), site)
    assert asked(site) == before


def test_guard_that_is_lost_on_the_way(site):
    browser, before = site.browser(), asked(site)
    answer = browser.open(to_the_provider(site, browser).location)
    browser.jar.drop("oidc-silent")
    page = browser.follow(answer)
    assert_shows_the_page(page, site)
    assert page.url.endswith("&silent=no") and asked(site) == before + 1
    browser.jar.drop("oidc-silent")
    assert_shows_the_page(browser.visit(page.url), site)
    assert asked(site) == before + 1, "the address alone holds it back"


def test_time_counts_from_the_answer(site):
    """A provider that takes longer than the guard lasts does not get the browser back at once."""
    browser, before = site.browser(), asked(site)
    away = to_the_provider(site, browser)
    assert 100 < remaining(browser.jar.get("oidc-silent")) <= 120
    browser.jar.drop("oidc-silent")
    browser.follow(away)
    assert guard(browser) == "tried" and 100 < remaining(browser.jar.get("oidc-silent")) <= 120
    assert_shows_the_page(browser.visit(sign_in_page(site)), site)
    assert asked(site) == before + 1


def remaining(cookie):
    return cookie.expires - time.monotonic()


def test_after_its_time_it_is_tried_again(site):
    browser, before = site.browser(), asked(site)
    browser.visit(sign_in_page(site))
    browser.jar.put(dataclasses.replace(browser.jar.get("oidc-silent"), expires=0))
    assert_shows_the_page(browser.visit(sign_in_page(site)), site)
    assert asked(site) == before + 2


def test_many_tabs_at_once(site):
    """More than the state cookies that are kept: the tabs whose cookie went get the page too."""
    browser, before = site.browser(), asked(site)
    browser.open(sign_in_page(site))
    asking = browser.jar.get("oidc-silent")
    assert asking.value == "check"
    away = []
    for _ in range(8):
        browser.jar.put(asking)
        away.append(browser.tab().open(f"{sign_in_page(site)}&silent=check"))
    assert len(browser.jar.named("oidc-state-")) == 5
    for each in away:
        answer = browser.tab().follow(each)
        assert answer.status == 200 and answer.url.startswith(f"{site.url}/oidc/sign-in?")
        assert "Reference" not in answer.text
    assert asked(site) == before + 8


# --- for people alone --------------------------------------------------------------------------------------

@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    {"Sec-Fetch-Dest": "iframe"},
    {"Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Mode": None, "Sec-Fetch-Dest": None, "Accept": "*/*"},
    {"X-Requested-With": "XMLHttpRequest"},
    {"Authorization": "Basic YTpi"},
    {"Sec-Purpose": "prefetch"},
    {"Sec-Purpose": "prefetch;prerender"},
], ids=range(8))
def test_nobody_else_is_sent_away(site, headers):
    browser, before = site.browser(), asked(site)
    answer = browser.open(sign_in_page(site), **headers)
    assert answer.status == 200 and not answer.all("Set-Cookie")
    assert asked(site) == before


def test_only_asking_is_sent_away(site):
    answer = site.browser().request("HEAD", sign_in_page(site), {"Accept": "text/html"})
    assert answer.status == 200 and not answer.all("Set-Cookie")


def test_whoever_is_signed_in_gets_the_page(site):
    browser, before = site.signed_in(), asked(site)
    assert_shows_the_page(browser.open(sign_in_page(site)), site)
    assert asked(site) == before


@pytest.mark.parametrize("mark", ["", "&silent=check"])
def test_whoever_is_signed_in_to_xnat_alone_gets_the_page(site, mark):
    """With an account of XNAT's own: another site would exchange it under their hands."""
    browser, before = known_to_the_provider(site), asked(site)
    if mark:
        browser.open(sign_in_page(site))
    had = guard(browser)
    browser.request("GET", f"{site.url}/data/JSESSION", {"Authorization": "Basic YWRtaW46YWRtaW4="})
    assert browser.jar.get("JSESSIONID")
    answer = browser.open(sign_in_page(site) + mark, **{"Sec-Fetch-Site": "cross-site"})
    assert_shows_the_page(answer, site)
    assert not answer.all("Set-Cookie") and guard(browser) == had and asked(site) == before
    assert browser.open(f"{site.url}/oidc/session").status == 401


@pytest.mark.parametrize("sent_by", ["same-origin", "none"])
def test_xnats_cookie_alone_holds_nobody_back(site, sent_by):
    """XNAT gives it to everybody who sees a page of its."""
    browser = known_to_the_provider(site)
    browser.request("GET", f"{site.url}/data/JSESSION", {"Authorization": "Basic YWRtaW46YWRtaW4="})
    browser.visit(sign_in_page(site), **{"Sec-Fetch-Site": sent_by})
    assert browser.open(f"{site.url}/oidc/session").status == 200


def test_address_can_hold_it_back(site):
    browser, before = known_to_the_provider(site), asked(site)
    assert_shows_the_page(browser.visit(f"{sign_in_page(site)}&silent=no"), site)
    assert asked(site) == before


def test_address_holds_it_back_in_the_middle_of_it(site):
    """Between the two redirects, in another tab."""
    browser, before = known_to_the_provider(site), asked(site)
    browser.open(sign_in_page(site))
    assert guard(browser) == "check"
    assert_shows_the_page(browser.tab().visit(f"{sign_in_page(site)}&silent=no"), site)
    assert asked(site) == before


def test_signed_in_meanwhile_in_another_tab(site):
    """The page that was wanted, not the sign-in page."""
    browser = site.browser()
    answer = browser.open(to_the_provider(site, browser).location)
    assert "login_required" in answer.location
    browser.tab().sign_in(site.url)
    answer = browser.open(answer.location)
    assert answer.status == 302 and answer.location == f"{site.url}{DEEP}"


def test_name_that_somebody_else_has(launch, tmp_path):
    """Turned away after all that the provider says was verified: the page as well."""
    people = tmp_path / "people.json"
    people.write_text(json.dumps([
        {"id": each, "organisation": "Twins", "claims": {"name": "twin", "sub": each,
                                                         "email": f"{each}@example.org"}}
        for each in ("castor", "pollux")]))
    made = launch(provider_options=["--sessions", "--people", people], filter_on=False,
                  provider_keys={"autoLogin": "true", "usernamePattern": "[name]"})
    made.signed_in("castor")
    browser = made.browser()
    assert browser.sign_in(made.url, "pollux").status == 403, "by hand it is said"
    assert_shows_the_page(browser.visit(sign_in_page(made)), made)
    assert asked(made) == 3
    wait_until(lambda: [each["reason"] for each in made.sidecar.events("login_refused")] ==
               ["username_taken"] * 2, "both refusals are in the log")


# --- a sign-out holds it back --------------------------------------------------------------------------------

def test_signed_out_stays_signed_out(site):
    browser = site.signed_in()
    browser.visit(f"{site.url}/oidc/sign-out")
    before = asked(site)
    assert guard(browser) == "off" and remaining(browser.jar.get("oidc-silent")) > 29 * 24 * 3600
    for _ in range(3):
        assert_shows_the_page(browser.visit(sign_in_page(site)), site)
    browser.visit(f"{site.url}/app/template/Login.vm")
    assert browser.open(f"{site.url}/oidc/session").status == 401
    assert asked(site) == before


def test_xnats_logout_counts_as_well(site):
    browser = site.signed_in()
    browser.visit(f"{site.url}/app/action/LogoutUser")
    assert guard(browser) == "off"
    assert browser.open(f"{site.url}/oidc/session").status == 401


def test_xnats_logout_of_an_account_of_its_own(site):
    """Who signs out of XNAT's own account is not signed in as somebody else next."""
    browser = known_to_the_provider(site)
    before = asked(site)
    browser.visit(f"{site.url}/app/action/LogoutUser")
    assert guard(browser) == "off"
    assert browser.open(f"{site.url}/oidc/session").status == 401 and asked(site) == before


@pytest.mark.parametrize("sent_by", ["cross-site", "same-site"])
def test_another_site_cannot_hold_it_back(site, sent_by):
    """By sending somebody who is not signed in to XNAT's logout."""
    browser = site.browser()
    answer = browser.open(f"{site.url}/app/action/LogoutUser", **{"Sec-Fetch-Site": sent_by})
    assert answer.status == 302 and guard(browser) is None


@pytest.mark.parametrize("sent_by", ["cross-site", "same-site"])
def test_nor_by_sending_somebody_who_is(site, sent_by):
    browser = site.signed_in()
    answer = browser.open(f"{site.url}/app/action/LogoutUser", **{"Sec-Fetch-Site": sent_by})
    assert "Sign out?" in answer.text and guard(browser) is None


@pytest.mark.parametrize("sent_by", ["same-origin", "none", None])
def test_xnats_own_link_holds_it_back(site, sent_by):
    browser = site.browser()
    browser.open(f"{site.url}/app/action/LogoutUser", **{"Sec-Fetch-Site": sent_by})
    assert guard(browser) == "off"


def test_signing_in_by_hand_ends_that(site):
    browser = site.signed_in()
    browser.visit(f"{site.url}/oidc/sign-out")
    browser.sign_in(site.url)
    assert guard(browser) is None
    browser.jar.drop(site.session_cookie)
    browser.visit(sign_in_page(site, "/"))
    assert browser.open(f"{site.url}/oidc/session").status == 200


def test_signing_in_silently_does_not(site):
    """Else a session cookie that is not kept would make a circle."""
    browser = known_to_the_provider(site)
    browser.visit(sign_in_page(site, "/"))
    assert browser.jar.get(site.session_cookie) and guard(browser) == "tried"


def test_sign_out_during_a_try_stands(site):
    browser = known_to_the_provider(site)
    browser.jar.drop("op-session")
    away = to_the_provider(site, browser)
    browser.tab().visit(f"{site.url}/oidc/sign-out")
    assert guard(browser) == "off"
    browser.follow(away)
    assert guard(browser) == "off"


# --- off -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("value", ["false", None])
def test_switched_off(launch, value):
    made = launch(provider_keys={"autoLogin": value}, provider_options=["--sessions"])
    browser = known_to_the_provider(made)
    before = asked(made)
    answer = browser.open(sign_in_page(made))
    assert_shows_the_page(answer, made)
    assert not answer.all("Set-Cookie") and asked(made) == before
    browser.visit(f"{made.url}/oidc/sign-out")
    assert guard(browser) is None
