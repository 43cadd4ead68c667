"""Decisions are made on the path that XNAT will resolve; what is ambiguous gets the stricter reading."""

import pytest

from harness.browser import NAVIGATION
from harness.wire import exchange, request_bytes

LOGIN = "/app/template/Login.vm"
LOGOUT = "/app/action/LogoutUser"


@pytest.fixture(scope="module")
def site(module_launch):
    return module_launch(options=["--unauthenticated", "deny"])


# Spellings that some server resolves to another path than they seem to name.
AMBIGUOUS = ["/app/template/..;/..;/data", "//data/projects", "/%2e%2e/data", "/data/%2e%2e/x",
             "/data/;x=1/projects", "/data/projects;jsessionid=ABC", "/data/./projects",
             "/data/../projects", "/data%2fprojects", "/data%5cprojects", "/data\\projects",
             "/data/%00", "/data//projects", "/.", "/..", "/data/..", "/%252e%252e/data"]


@pytest.mark.parametrize("target", AMBIGUOUS)
def test_without_a_session_nothing_arrives(site, target):
    since = site.xnat.mark()
    answer = exchange(site.port, request_bytes("GET", target, [("User-Agent", "curl")]))
    assert answer.status in (400, 401, 404), answer.status
    assert not site.xnat.requests(since)


@pytest.mark.parametrize("target", [f"{LOGIN};x=1", f"/{LOGIN}", "/app/./template/Login.vm",
                                    "/app/x/../template/Login.vm", "/app/template/Login%2evm",
                                    "/app/template%2fLogin.vm", "/APP/template/Login.vm",
                                    f"{LOGIN}/", f"{LOGIN}/x", f"{LOGIN}%00", f"/x?{LOGIN}",
                                    f"/data/x%3f{LOGIN}", f"/data/x%23{LOGIN}"])
def test_what_is_nearly_the_login_page_opens_nothing(site, target):
    since = site.xnat.mark()
    answer = exchange(site.port, request_bytes("GET", target, [("User-Agent", "curl")]))
    assert answer.status in (400, 401, 404)
    assert not site.xnat.requests(since)


@pytest.mark.parametrize("target", [f"{LOGOUT};x=1", "/app/action/../action/LogoutUser",
                                    "/app/action/%4cogoutUser", f"/{LOGOUT}", LOGOUT])
def test_spellings_of_logout_end_the_session_or_go_nowhere(site, target):
    """Whatever XNAT may take for its logout must not leave our session behind."""
    browser = site.signed_in()
    since = site.xnat.mark()
    cookie = f"{site.session_cookie}={browser.jar.get(site.session_cookie).value}"
    exchange(site.port, request_bytes("GET", target, [("Cookie", cookie)]))
    over = browser.request("GET", f"{site.url}/oidc/session",
                           {"Cookie": cookie}).status == 401
    assert over or not site.xnat.requests(since)


@pytest.mark.parametrize("target", ["/openid-login/", "/openid-login;x", "//openid-login",
                                    "/openid%2dlogin;", "/oidc/x", "/oidc", "/oidc/", "/oidc//auth",
                                    "/%6fidc/x", "/oidc/../oidc/session", "/oidc/session;a=b",
                                    "/oidc/%73ession", "/OIDC/session"])
def test_own_paths_in_other_spellings(site, target):
    """None may be answered as signed in where the plain spelling is not."""
    since = site.xnat.mark()
    answer = exchange(site.port, request_bytes("GET", f"{target}"))
    assert answer.status in (400, 401, 404), answer.status
    assert not site.xnat.requests(since)


@pytest.mark.parametrize("target", ["/test/echo/a%20b", "/test/echo/%41%42", "/test/echo/%C3%BC",
                                    "/test/echo/a+b", "/test/echo/~x", "/test/echo/%7ex",
                                    "/test/echo/a:b@c", "/test/echo/.hidden", "/test/echo/a..b",
                                    "/test/echo/...", "/test/echo?a=../b&c=//d;e%2f"])
def test_clear_paths_travel_byte_for_byte(site, target):
    browser = site.signed_in()
    since = site.xnat.mark()
    cookie = f"{site.session_cookie}={browser.jar.get(site.session_cookie).value}"
    assert exchange(site.port, request_bytes("GET", target, [("Cookie", cookie)])).status == 200
    assert site.xnat.requests(since)[0]["target"] == target


@pytest.mark.parametrize("headers", [
    {"X-Forwarded-Uri": LOGIN}, {"X-Original-URL": LOGIN}, {"X-Rewrite-URL": LOGIN},
    {"X-Original-URI": LOGIN}, {"X-Forwarded-Prefix": "/oidc"}, {"X-Forwarded-Method": "OPTIONS"},
    {"X-HTTP-Method-Override": "OPTIONS"}])
def test_headers_choose_no_path(site, headers):
    since = site.xnat.mark()
    answer = site.browser().request("GET", f"{site.url}/data/projects",
                                    {"User-Agent": "curl", **headers})
    assert answer.status == 401 and not site.xnat.requests(since)


def test_absolute_form(site):
    """A proxy's spelling of a target: the same decision as for its path."""
    since = site.xnat.mark()
    answer = exchange(site.port, request_bytes("GET", f"{site.url}/data/x",
                                               [("User-Agent", "curl")]))
    assert answer.status in (400, 401)
    answer = exchange(site.port, request_bytes("GET", "http://evil.example/oidc/sign-in"))
    assert answer.status in (200, 400) and b"evil.example" not in answer.body
    assert not site.xnat.requests(since)


def test_asterisk_form(site):
    answer = exchange(site.port, request_bytes("OPTIONS", "*"))
    assert answer.status in (200, 204, 400, 401, 404, 405)


def test_navigation_to_an_ambiguous_path(site):
    """A browser is sent to sign in, or refused; never to another site."""
    for target in AMBIGUOUS:
        answer = exchange(site.port, request_bytes("GET", target, list(NAVIGATION.items())))
        assert answer.status in (302, 400, 404)
        if answer.status == 302:
            assert answer.header("Location").startswith(f"{site.url}/oidc/sign-in")
