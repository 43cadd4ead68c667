"""Sign-out ends our session and XNAT's, for good, and says what it could not end."""

import pytest


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
    answer = browser.open(f"{site.url}/app/action/LogoutUser")
    assert answer.status == 302
    assert [each["target"] for each in site.xnat.requests(since)] == ["/app/action/LogoutUser"]
    assert browser.jar.get(site.session_cookie) is None
    assert refused(site, old)


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
