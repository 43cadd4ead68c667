"""disableUsernamePasswordLogin=true: XNAT's own login is not only hidden; programs' credentials pass."""

import urllib.parse

import pytest

from harness.browser import AGENT, NAVIGATION, SCRIPT
from harness.rest import Rest, basic

PASSWORD = "canary-local-password"
FORM = urllib.parse.urlencode({"username": "local", "password": PASSWORD}).encode()
POSTED = {"User-Agent": AGENT, "Content-Type": "application/x-www-form-urlencoded"}
LOGINS = ("/login", "/login/", "/Login", "/login?x=1", "/%6cogin", "/login;jsessionid=0", "//login",
          "/data/../login", "/app/action/XDATLoginUser", "/app/action/XDATLoginUser/template/Index.vm",
          "/app/template/Index.vm/action/XDATLoginUser", "/app/Action/xdatloginuser",
          "/app/action/XDATLoginUserX/action/XDATLoginUser", "/app/action/XDATLogin%55ser",
          "/app/template/Index.vm?action=XDATLoginUser", "/app/template/Index.vm?Action=XDATLogin%55ser",
          "/app/template/Index.vm?action=A&action=XDATLoginUser", "/app?%00&action=XDATLoginUser",
          "/data/services/auth", "/REST/services/auth", "/rest/services/%61uth/", "/data//services/auth?x")
OTHERS = ("/data/projects/login", "/logins", "/login-help", "/data/XDATLoginUser", "/x/login", "/apps",
          "/data/services/import", "/data/services/authors", "/x/data/services/auth")
FORMS = ("/app", "/app/", "/app/template/Index.vm", "/APP/template/Index.vm?x", "/app/action/XDATLoginUserX",
         "/app/template/Index.vm?action=Other", "/app/action/XDATRegisterUser")


@pytest.fixture(scope="module")
def site(module_launch):
    return module_launch(site_keys={"disableUsernamePasswordLogin": "true"},
                         xnat_options=["--user", f"local:{PASSWORD}"])


@pytest.fixture(params=["stranger", "signed in"])
def browser(request, site):
    return site.browser() if request.param == "stranger" else site.signed_in()


@pytest.mark.parametrize("path", LOGINS)
def test_refused(site, browser, path):
    since = site.xnat.mark()
    answer = browser.request("POST", site.url + path, NAVIGATION | POSTED, FORM)
    assert answer.status == 403 and "password_login_off" in answer.text
    assert "XNAT&#39;s own login is switched off" in answer.text or \
        "XNAT's own login is switched off" in answer.text
    assert site.xnat.requests(since) == [] and not site.xnat.sessions("local")
    assert site.sidecar.wait_event("request_refused", reason="password_login_off")
    assert not [line for line in site.sidecar.stderr if PASSWORD in line]


@pytest.mark.parametrize("way", [
    ("PUT", POSTED), ("GET", {"User-Agent": AGENT}), ("HEAD", {}), ("POST", SCRIPT | POSTED),
    ("POST", POSTED | {"Authorization": basic("admin:admin")}), ("POST", POSTED | {"Authorization": "Bearer x"})],
    ids=["PUT", "GET", "HEAD", "script", "basic", "bearer"])
def test_refused_however_it_comes(site, way):
    since = site.xnat.mark()
    method, headers = way
    query = FORM.decode() if method in ("GET", "HEAD") else ""
    answer = site.browser().request(method, f"{site.url}/app/action/XDATLoginUser?{query}", headers,
                                    None if query else FORM)
    assert answer.status == 403 and site.xnat.requests(since) == []


@pytest.mark.parametrize("path", ["/login", "/app/action/XDATLoginUser", "/app/template/Login.vm",
                                  "/app/template/Login.vm?xnat-account", "/app/template/Login.vm?failed=true"])
def test_a_browser_that_goes_there_gets_the_sign_in_page(site, path):
    answer = site.browser().open(site.url + path)
    assert answer.status == 302 and answer.location.startswith(f"{site.url}/oidc/sign-in?rd=")


@pytest.mark.parametrize("path", OTHERS)
def test_what_only_looks_like_it_passes(site, path):
    since = site.xnat.mark()
    site.browser().request("POST", site.url + path, SCRIPT | POSTED, FORM)
    assert len(site.xnat.requests(since)) == 1


@pytest.mark.parametrize("path", FORMS)
def test_a_strangers_form_may_hide_it(site, path):
    """Its body, which passes unread, can name the action. But it may be the form of somebody whose session has
    ended: that leads to the sign-in page."""
    since = site.xnat.mark()
    form = FORM + b"&action=XDATLoginUser"
    answer = site.browser().request("POST", site.url + path, NAVIGATION | POSTED, form)
    assert answer.status == 302 and answer.location == f"{site.url}/oidc/sign-in?rd=%2F"
    answer = site.browser().request("POST", site.url + path, SCRIPT | POSTED, form)
    assert answer.status == 401
    assert site.xnat.requests(since) == [] and not site.xnat.sessions("local")


@pytest.mark.parametrize("path", FORMS)
def test_forms_of_those_who_are_in_or_are_programs_pass(site, path):
    since = site.xnat.mark()
    site.signed_in().request("POST", site.url + path, SCRIPT | POSTED, FORM)
    site.browser().request("POST", site.url + path, POSTED | {"Authorization": basic(f"local:{PASSWORD}")}, FORM)
    assert len(site.xnat.requests(since)) == 2
    assert site.browser().open(site.url + path).status != 403


def test_programs_go_on(site):
    """With a password, with an alias token, and with the session that XNAT gave them for it."""
    program = Rest(site.url, f"local:{PASSWORD}")
    assert program.get("/xapi/users/username").text == "local"
    program.credentials = None
    assert program.get("/xapi/users/username").text == "local"
    token = Rest(site.xnat.url).token("local")
    program = Rest(site.url, f"{token['alias']}:{token['secret']}")
    assert program.get("/xapi/users/username").text == "local"


def test_below_a_path(launch):
    """XNAT is not at the top of its host."""
    site = launch(site_keys={"disableUsernamePasswordLogin": "true"}, xnat_options=["--context-path", "/xnat"],
                  options=["--login-page", "/xnat/app/template/Login.vm"])
    answer = site.browser().request("POST", f"{site.url}/xnat/login", NAVIGATION | POSTED, FORM)
    assert answer.status == 403
    since = site.xnat.mark()
    site.browser().request("POST", f"{site.url}/login", NAVIGATION | POSTED, FORM)
    assert len(site.xnat.requests(since)) == 1


def test_taken_where_it_is_not_switched_off(launch):
    site = launch(xnat_options=["--user", f"local:{PASSWORD}"])
    for path in ("/login", "/app/action/XDATLoginUser"):
        answer = site.browser().request("POST", site.url + path, NAVIGATION | POSTED, FORM)
        assert answer.status == 302 and answer.header("Location") == "/"
