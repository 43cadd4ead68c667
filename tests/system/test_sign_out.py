"""Sign-out ends our session and XNAT's, for good, and says what it could not end."""

import re
import threading

import pytest

from harness import properties
from harness.browser import SCRIPT
from harness.wait import wait_until
from harness.wire import Wire, request_bytes


def cookie_of(made, browser):
    return browser.jar.get(made.session_cookie).value


def refused(made, value):
    """Whether the old cookie is refused everywhere."""
    browser = made.browser()
    header = {"Cookie": f"{made.session_cookie}={value}"}
    for _ in range(8):  # so that every worker is asked
        session = browser.request("GET", f"{made.own_url}/oidc/session", header)
        auth = browser.request("GET", f"{made.own_url}/oidc/auth", header)
        if (session.status, auth.status) != (401, 401):
            return False
    return True


def sign_out(made, browser):
    """However the page is built: a visit, and a form if it asks for one."""
    page = browser.visit(f"{made.url}/oidc/sign-out")
    if "<form" in page.text and browser.jar.get(made.session_cookie):
        page = browser.follow(browser.submit(page))
    return page


def test_ends_all_it_can(site):
    browser = site.signed_in()
    browser.visit(f"{site.url}/")
    old, xnat = cookie_of(site, browser), browser.jar.get("JSESSIONID").value
    page = sign_out(site, browser)
    assert page.status == 200 and page.url.startswith(site.url)
    assert browser.jar.get(site.session_cookie) is None
    assert refused(site, old)
    direct = browser.request("GET", f"{site.xnat.url}/data/JSESSION",
                             {"Cookie": f"JSESSIONID={xnat}", "User-Agent": "curl"})
    assert direct.status == 401, "XNAT's session is over too"


def test_page_says_that_the_provider_session_lives_on(site):
    """AAF has no end-session endpoint."""
    page = sign_out(site, site.signed_in())
    assert "sign" in page.text.lower()
    assert "still" in page.text.lower() or "close" in page.text.lower(), page.text


def test_old_cookie_stays_out(site):
    browser = site.signed_in()
    old = cookie_of(site, browser)
    browser.visit(f"{site.url}/oidc/session")
    sign_out(site, browser)
    assert refused(site, old)


def test_other_sessions_of_the_person_stay(site):
    one, two = site.signed_in("alice"), site.signed_in("alice")
    sign_out(site, one)
    assert two.open(f"{site.url}/oidc/session").status == 200


def test_xnat_logout_ends_ours_too(site):
    browser = site.signed_in()
    browser.visit(f"{site.url}/")
    old = cookie_of(site, browser)
    since = site.xnat.mark()
    before = len(site.sidecar.events("sign_out"))
    answer = browser.open(f"{site.url}/app/action/LogoutUser")
    assert answer.status == 302
    assert [each["target"] for each in site.xnat.requests(since)] == ["/app/action/LogoutUser"]
    assert browser.jar.get(site.session_cookie) is None
    assert refused(site, old)
    logged = [event["username"] for event in site.sidecar.events("sign_out")]
    assert len(logged) == before + 1 and logged[-1]


def test_without_a_session_it_is_harmless(site):
    page = site.browser().visit(f"{site.url}/oidc/sign-out")
    assert page.status == 200


@pytest.mark.parametrize("rd", ["https:///evil.example", "/%5Cevil.example", "//evil.example",
                                "/\t/evil.example", "https://evil.example/"])
def test_never_redirects_elsewhere(site, rd):
    from urllib.parse import quote
    browser = site.signed_in()
    answer = browser.open(f"{site.url}/oidc/sign-out?rd={quote(rd, safe='')}")
    if answer.status in (301, 302, 303):
        assert answer.location.startswith(f"{site.url}/")
        assert "evil" not in answer.location


def test_provider_with_an_end_session_endpoint(launch):
    """The person is sent there, with what the provider needs to know, and nothing secret."""
    made = launch(provider_keys={"logoutUri": "https://idp.example/end"})
    browser = made.signed_in()
    old = cookie_of(made, browser)
    answer = browser.open(f"{made.url}/oidc/sign-out")
    hops = 0
    while answer.status in (302, 303) and answer.location.startswith(made.url) and hops < 5:
        answer = browser.open(answer.location)
        hops += 1
    assert answer.status in (302, 303)
    assert answer.location.startswith("https://idp.example/end?")
    assert "client_id=client-of-the-site" in answer.location
    assert refused(made, old)


# --- at the provider (RP-Initiated Logout 1.0) -------------------------------------------------------

RP_LOGOUT = ("--sessions", "--end-session", "--post-logout", "{url}/oidc/signed-out")


@pytest.fixture(scope="module")
def rp_site(module_launch):
    """Discovery names an end-session endpoint."""
    return module_launch(provider_options=RP_LOGOUT)


def query(url):
    from urllib.parse import parse_qsl, urlsplit
    pairs = parse_qsl(urlsplit(url).query, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs), f"a parameter twice: {url}"
    return dict(pairs)


def leave(made, browser, rd=None):
    """The redirect to the provider."""
    from urllib.parse import quote
    mark = f"?rd={quote(rd, safe='')}" if rd else ""
    answer = browser.open(f"{made.url}/oidc/sign-out{mark}")
    assert answer.status == 302 and answer.location.startswith(made.provider.url), answer.text
    return answer


def at_provider_silently(made, browser):
    """What the provider says of the person when it must not ask them."""
    answer = browser.open(f"{made.provider.url}/oidc/authorize?response_type=code&prompt=none"
                          f"&client_id={made.client.id}&scope=openid&redirect_uri="
                          f"{made.redirect_uri}&state=x")
    return query(answer.location)


def test_provider_session_ends(rp_site):
    browser = rp_site.signed_in()
    old = cookie_of(rp_site, browser)
    assert "code" in at_provider_silently(rp_site, browser), "the provider knows the person"
    answer = leave(rp_site, browser)
    sent = query(answer.location)
    assert sent.pop("state") and sent == {
        "client_id": rp_site.client.id,
        "post_logout_redirect_uri": f"{rp_site.url}/oidc/signed-out"}
    page = browser.follow(answer)
    assert page.status == 200 and page.url.startswith(f"{rp_site.url}/oidc/signed-out?state=")
    assert "You are signed out" in page.text and "you come back from" in page.text
    assert "may still be signed in" not in page.text
    assert at_provider_silently(rp_site, browser)["error"] == "login_required"
    assert refused(rp_site, old)
    assert browser.jar.get("oidc-signed-out") is None, "used once"
    rp_site.sidecar.wait_event("sign_out_returned", provider="aaf")


def test_provider_whose_id_has_dots(launch):
    def config(setup):
        client = properties.Client("uni.edu.au", setup.client.id, setup.client.secret)
        return properties.site(setup.url, [properties.ProviderBlock(setup.provider.url, client)])
    made = launch(provider_options=RP_LOGOUT, config=config)
    browser = made.signed_in(provider="uni.edu.au")
    wanted = "/app/template/Goodbye.vm?a=b.c!d"
    returned = browser.open(leave(made, browser, wanted).location)
    answer = browser.open(returned.location)
    assert answer.status == 302 and answer.header("Location") == f"{made.url}{wanted}"
    made.sidecar.wait_event("sign_out_returned", provider="uni.edu.au")


def test_files_endpoint_wins_and_keeps_its_query(launch):
    made = launch(provider_options=RP_LOGOUT,
                  provider_keys={"logoutUri": "https://idp.example/end?tenant=a%26b"})
    answer = made.signed_in().open(f"{made.url}/oidc/sign-out")
    assert answer.location.startswith("https://idp.example/end?tenant=a%26b&client_id=")
    assert query(answer.location)["post_logout_redirect_uri"] == f"{made.url}/oidc/signed-out"


def test_every_sign_out_has_a_state_of_its_own(rp_site):
    states = {query(leave(rp_site, rp_site.signed_in()).location)["state"] for _ in range(3)}
    assert len(states) == 3 and all(len(each) == 32 for each in states)


def back(made, browser, state):
    return browser.open(f"{made.url}/oidc/signed-out?state={state}")


def test_state_of_another_browser_is_refused(rp_site):
    mine, other = rp_site.signed_in(), rp_site.signed_in()
    state = query(leave(rp_site, mine).location)["state"]
    leave(rp_site, other)
    for browser in (other, rp_site.browser()):
        answer = back(rp_site, browser, state)
        assert answer.status == 400 and "sign_out_state" in answer.text
        assert "you come back from" not in answer.text
        reference = re.search(r"<dt>Reference</dt><dd>(\w+)</dd>", answer.text)[1]
        rp_site.sidecar.wait_event("sign_out_refused", reason="sign_out_state", request_id=reference)
    assert back(rp_site, mine, state).status == 200
    assert back(rp_site, mine, state).status == 400, "once only"


@pytest.mark.parametrize("state", ["", "x", "0" * 32, "%00", "a&state=b"])
def test_wrong_states(rp_site, state):
    browser = rp_site.signed_in()
    right = query(leave(rp_site, browser).location)["state"]
    answer = back(rp_site, browser, state)
    assert "you come back from" not in answer.text
    assert answer.status in (200, 400)
    assert back(rp_site, browser, right).status == 200, "the right one is good still"


def test_page_claims_nothing_to_those_who_come_by(rp_site):
    page = rp_site.browser().open(f"{rp_site.url}/oidc/signed-out")
    assert page.status == 200 and "There is no session on this site" in page.text
    assert "come back" not in page.text
    for method in ("POST", "PUT", "DELETE"):
        assert rp_site.browser().request(method, f"{rp_site.url}/oidc/signed-out").status == 405


def test_page_does_not_call_somebody_signed_out_who_is_in(rp_site):
    browser = rp_site.signed_in()
    page = browser.open(f"{rp_site.url}/oidc/signed-out")
    assert page.status == 200 and "Sign out?" in page.text
    assert browser.open(f"{rp_site.url}/oidc/session").status == 200
    state = query(leave(rp_site, browser).location)["state"]
    browser.sign_in(rp_site.url)
    page = back(rp_site, browser, state)
    assert "Sign out?" in page.text, "signed in anew in another tab"
    assert browser.open(f"{rp_site.url}/oidc/session").status == 200


def test_goes_on_where_the_person_wanted(rp_site):
    browser = rp_site.signed_in()
    wanted = "/app/template/Goodbye.vm?x=1&y=%3B"
    returned = browser.open(leave(rp_site, browser, wanted).location)
    answer = browser.open(returned.location)
    assert answer.status == 302 and answer.header("Location") == f"{rp_site.url}{wanted}"


EVIL = ["https://evil.example/", "//evil.example", "/\\evil.example", "https:///evil.example",
        "/\t/evil.example", "javascript:alert(1)", "/oidc/sign-out", "/x" * 2000]


@pytest.mark.parametrize("rd", EVIL, ids=range(len(EVIL)))
def test_goes_nowhere_else(rp_site, rd):
    browser = rp_site.signed_in()
    page = browser.follow(leave(rp_site, browser, rd))
    assert page.status == 200 and page.url.startswith(f"{rp_site.url}/oidc/signed-out?")
    assert "evil" not in page.text and "Continue" not in page.text


def test_path_in_the_cookie_is_checked_anew(rp_site):
    """On plain http a neighbour could plant the cookie."""
    browser = rp_site.signed_in()
    state = query(leave(rp_site, browser).location)["state"]
    for value in (f"{state}!aaf!https%3A%2F%2Fevil.example", f"{state}!aaf!%2F%5Cevil.example",
                  f"{state}!evil-provider!%2F", f"{state}", f"{state}!aaf", "", "!", "!!"):
        answer = browser.request("GET", f"{rp_site.url}/oidc/signed-out?state={state}",
                                 {"Cookie": f"oidc-signed-out={value}"})
        assert answer.status in (200, 400), answer.status
        assert "evil" not in answer.text


def test_page_offers_to_go_on_where_the_provider_has_no_way(site):
    page = site.signed_in().visit(f"{site.url}/oidc/sign-out?rd=%2Fgoodbye")
    assert "may still be signed in" in page.text
    assert f"{site.url}/goodbye" in page.links()
    page = site.signed_in().visit(f"{site.url}/oidc/sign-out?rd=https%3A%2F%2Fevil.example")
    assert "Continue" not in page.text and "evil" not in page.text


def test_cookie_is_as_safe_as_it_can_be(launch):
    made = launch(site_url="https://xnat.example.com",
                  provider_keys={"logoutUri": "https://idp.example/end"})
    browser = made.browser()
    answer = browser.request("GET", f"{made.own_url}/oidc/sign-out")
    assert not [each for each in answer.all("Set-Cookie") if "signed-out" in each]
    first = browser.request("GET", f"{made.own_url}/openid-login?providerId=aaf",
                            {"Accept": "text/html"})
    state = [each for each in first.all("Set-Cookie")]
    assert state, "a sign-in begins"
    location = made.browser().at_provider(first)
    cookie = state[0].partition(";")[0]
    signed = browser.request("GET", location.replace(made.url, made.own_url), {"Cookie": cookie})
    (session,) = [each.partition(";")[0] for each in signed.all("Set-Cookie")
                  if each.startswith("__Host-oidc-session=")]
    answer = browser.request("GET", f"{made.own_url}/oidc/sign-out", {"Cookie": session})
    (text,) = [each for each in answer.all("Set-Cookie") if "signed-out" in each]
    assert text.startswith("__Host-oidc-signed-out=") and text.endswith("; Max-Age=600")
    assert "; Path=/; HttpOnly; SameSite=Lax; Secure" in text
    assert query(answer.header("Location"))["post_logout_redirect_uri"] == \
        "https://xnat.example.com/oidc/signed-out"


# --- sent here by another site -------------------------------------------------------------------------

@pytest.mark.parametrize("sent_by", ["cross-site", "same-site"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_site_cannot_sign_anybody_out(site, sent_by, method):
    browser = site.signed_in()
    browser.visit(f"{site.url}/")
    since = site.xnat.mark()
    page = browser.request(method, f"{site.url}/oidc/sign-out?rd=%2Fgoodbye",
                           {"Sec-Fetch-Site": sent_by, "Accept": "text/html"},
                           b"a=b" if method == "POST" else None)
    assert page.status == 200 and "Sign out?" in page.text
    assert not page.all("Set-Cookie") and not site.xnat.requests(since)
    assert browser.open(f"{site.url}/oidc/session").status == 200
    assert f"{site.url}/goodbye" in page.links()
    (link,) = [each for each in page.links() if "/oidc/sign-out" in each]
    page = browser.open(link, **{"Sec-Fetch-Site": "same-origin"})
    assert "You are signed out" in page.text and f"{site.url}/goodbye" in page.links()
    assert browser.open(f"{site.url}/oidc/session").status == 401


@pytest.mark.parametrize("sent_by", ["same-origin", "none", None])
def test_own_links_sign_out_at_once(site, sent_by):
    browser = site.signed_in()
    page = browser.open(f"{site.url}/oidc/sign-out", **{"Sec-Fetch-Site": sent_by})
    assert "You are signed out" in page.text
    assert browser.open(f"{site.url}/oidc/session").status == 401


def test_picture_elsewhere_takes_no_cookie_away(site):
    """It is asked for without cookies (SameSite=Lax)."""
    page = site.browser().request("GET", f"{site.url}/oidc/sign-out",
                                  {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"})
    assert page.status == 200 and not page.all("Set-Cookie")


def test_xnat_session_alone_is_asked_about_too(site):
    page = site.browser().request("GET", f"{site.url}/oidc/sign-out",
                                  {"Sec-Fetch-Site": "cross-site", "Cookie": "JSESSIONID=abc"})
    assert "Sign out?" in page.text and not page.all("Set-Cookie")


XNATS_LOGOUT = "/app/action/LogoutUser"


@pytest.mark.parametrize("credentials", ["Basic YWRtaW46d3Jvbmc=", "Bearer x.y.z"])
def test_sign_out_takes_no_credentials_to_xnat(site, credentials):
    """Whose session it is says its cookie. XNAT would judge them, where nobody is let in to try."""
    since = site.xnat.mark()
    page = site.browser().request("GET", f"{site.url}/oidc/sign-out",
                                  {"Cookie": "JSESSIONID=abc", "Authorization": credentials})
    assert page.status == 200 and "You are signed out" in page.text
    (asked,) = site.xnat.requests(since)
    assert asked["target"] == XNATS_LOGOUT
    assert b"JSESSIONID=abc" in asked["head"] and b"authorization" not in asked["head"].lower()


@pytest.mark.parametrize("sent_by", ["cross-site", "same-site"])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", [XNATS_LOGOUT, f"{XNATS_LOGOUT}/x?y=z", "/%61pp/action/LogoutUser"])
def test_another_site_cannot_use_xnats_logout(site, sent_by, method, path):
    browser = site.signed_in()
    browser.visit(f"{site.url}/")
    since = site.xnat.mark()
    page = browser.request(method, f"{site.url}{path}",
                           {"Sec-Fetch-Site": sent_by, "Accept": "text/html"},
                           b"a=b" if method == "POST" else None)
    assert page.status == 200 and "Sign out?" in page.text
    assert not page.all("Set-Cookie") and not site.xnat.requests(since)
    assert browser.open(f"{site.url}/oidc/session").status == 200
    (link,) = [each for each in page.links() if "/oidc/sign-out" in each]
    assert "You are signed out" in browser.open(link, **{"Sec-Fetch-Site": "same-origin"}).text
    assert browser.open(f"{site.url}/oidc/session").status == 401


@pytest.mark.parametrize("sent_by", ["same-origin", "none", None])
def test_xnats_own_links_sign_out_at_once(site, sent_by):
    browser = site.signed_in()
    since = site.xnat.mark()
    answer = browser.open(f"{site.url}{XNATS_LOGOUT}", **{"Sec-Fetch-Site": sent_by})
    assert answer.status == 302 and len(site.xnat.requests(since)) == 1
    assert browser.open(f"{site.url}/oidc/session").status == 401


@pytest.mark.parametrize("sent_by", ["cross-site", "same-site", "same-origin", None])
def test_without_our_session_the_logout_is_xnats(site, sent_by):
    since = site.xnat.mark()
    answer = site.browser().open(f"{site.url}{XNATS_LOGOUT}", **{"Sec-Fetch-Site": sent_by})
    assert answer.status == 302 and len(site.xnat.requests(since)) == 1


@pytest.mark.parametrize("rd", [
    XNATS_LOGOUT, f"{XNATS_LOGOUT}/", f"{XNATS_LOGOUT}?x=y", f"{XNATS_LOGOUT}#x",
    f"{XNATS_LOGOUT}/x", f"{XNATS_LOGOUT};x=y", "/app/%61ction/LogoutUser",
    "/app/x/../action/LogoutUser", "/app//action/LogoutUser", "{url}/app/action/LogoutUser"])
def test_nobody_is_signed_out_right_after_signing_in(site, rd):
    browser = site.browser()
    answer = browser.sign_in(site.url, rd=rd.format(url=site.url))
    assert answer.status == 302 and answer.location == f"{site.url}/"
    browser.follow(answer)
    assert browser.open(f"{site.url}/oidc/session").status == 200


def test_path_beside_the_logout_is_no_logout(site):
    answer = site.browser().sign_in(site.url, rd=f"{XNATS_LOGOUT}s")
    assert answer.location == f"{site.url}{XNATS_LOGOUT}s"


# --- an answer that is on its way meanwhile -----------------------------------------------------------

RENEWING = ["--session-idle", "3s"]  # every answer of XNAT's brings a fresh cookie
ENDINGS = {
    "nobody leaves": lambda made, browser: None,
    "our sign-out": lambda made, browser: browser.visit(f"{made.url}/oidc/sign-out"),
    "XNAT's": lambda made, browser: browser.visit(f"{made.url}{XNATS_LOGOUT}"),
    "somebody else signs in": lambda made, browser: browser.sign_in(made.url, "bob"),
}


@pytest.fixture(scope="module")
def renewing(module_launch):
    return module_launch(options=RENEWING)


def is_at_xnat(made, since, path):
    wait_until(lambda: [request for request in made.xnat.requests(since) if request["target"] == path],
               "the request to be at XNAT")


def fresh_cookies(made, answer):
    return [text for text in answer.all("Set-Cookie") if text.startswith(f"{made.session_cookie}=")]


def answered_after(made, ending, goes_on):
    """The answer to what XNAT was asked before `ending`, and the session that the browser had after it."""
    browser, since = made.signed_in("alice"), made.xnat.mark()
    tab, answers = browser.tab(), []
    made.xnat.trouble("held", "/data/projects", gate=ending)
    late = threading.Thread(target=lambda: answers.append(tab.script(f"{made.url}/data/projects")))
    late.start()
    is_at_xnat(made, since, "/data/projects")
    ENDINGS[ending](made, browser)
    session = browser.jar.get(made.session_cookie)
    goes_on()
    late.join()
    assert (browser.jar.get(made.session_cookie) == session) == (ending != "nobody leaves")
    return answers[0]


@pytest.mark.parametrize("ending", ENDINGS)
def test_late_answer_brings_no_session_back(renewing, ending):
    """XNAT was at work on it when the session ended in another tab: its cookie, sealed anew, would be
    good again after a restart, or in place of the next one's."""
    answer = answered_after(renewing, ending, lambda: renewing.xnat.open_gate(ending))
    assert answer.status == 200
    assert len(fresh_cookies(renewing, answer)) == (ending == "nobody leaves")


@pytest.mark.parametrize("ending", ["nobody leaves", "our sign-out"])
def test_answer_that_never_came_brings_no_session_back(launch, ending):
    made = launch(options=RENEWING)
    answer = answered_after(made, ending, made.xnat.stop)
    assert answer.status == 502
    assert len(fresh_cookies(made, answer)) == (ending == "nobody leaves")


@pytest.mark.parametrize("ending", ["nobody leaves", "our sign-out"])
def test_answer_before_the_end_of_an_upload_brings_no_session_back(renewing, ending):
    """It is here early, and goes out only when all of the upload has come."""
    browser, since = renewing.signed_in(), renewing.xnat.mark()
    with Wire(renewing.port) as wire:
        wire.send(request_bytes("PUT", "/test/refuse", [
            *SCRIPT.items(), ("Cookie", browser.jar.header(renewing.url)), ("Content-Length", "1000")]))
        wire.send(b"x" * 500)
        is_at_xnat(renewing, since, "/test/refuse")
        ENDINGS[ending](renewing, browser)
        answer = wire.send(b"x" * 500).answer("PUT")
    assert answer.status == 413
    assert len(fresh_cookies(renewing, answer)) == (ending == "nobody leaves")
