"""What a request without our session meets, by --unauthenticated and by who asks."""

import base64
import urllib.parse

import pytest

from harness.browser import AGENT, NAVIGATION, SCRIPT

BASIC = {"Authorization": "Basic " + base64.b64encode(b"admin:admin").decode()}
CLIENTS = {
    "browser": NAVIGATION | {"User-Agent": AGENT},
    "old browser": {"User-Agent": AGENT, "Accept": "text/html,*/*;q=0.8"},
    "script": SCRIPT | {"User-Agent": AGENT},
    "old script": {"User-Agent": AGENT, "Accept": "text/html, */*",
                   "X-Requested-With": "XMLHttpRequest"},
    "image": {"User-Agent": AGENT, "Accept": "image/*", "Sec-Fetch-Mode": "no-cors",
              "Sec-Fetch-Dest": "image"},
    "frame": NAVIGATION | {"User-Agent": AGENT, "Sec-Fetch-Dest": "iframe"},
    "probe": {"User-Agent": "kube-probe/1.33", "Accept": "*/*", "Connection": "close"},
    "curl": {"User-Agent": "curl/7.88.1", "Accept": "*/*"},
    "python": {"User-Agent": "python-requests/2.28.1", "Accept": "*/*",
               "Accept-Encoding": "gzip, deflate", "Connection": "keep-alive"},
    "desktop": {"User-Agent": "XNATDesktopClient/1.0", "Accept": "application/json"},
    "nobody": {"User-Agent": None},
    "basic": BASIC | {"User-Agent": "curl/7.88.1", "Accept": "*/*"},
    "browser with basic": NAVIGATION | BASIC | {"User-Agent": AGENT},
}
NAVIGATES = {"browser", "old browser"}
SCRIPTS = {"script", "old script"}
CREDENTIALS = {"basic", "browser with basic"}
PATHS = ("/", "/data/projects", "/app/template/Index.vm", "/xapi/users/username")
LOGIN_PAGE = "/app/template/Login.vm"


@pytest.fixture(scope="module")
def sites(module_launch):
    return {mode: module_launch(options=["--unauthenticated", mode])
            for mode in ("pass", "login", "deny")}


def ask(made, client, path, method="GET"):
    since = made.xnat.mark()
    answer = made.browser().request(method, made.url + path, CLIENTS[client])
    return answer, made.xnat.requests(since)


def same_as_direct(made, client, path, answer):
    direct = made.browser().request("GET", made.xnat.url + path, CLIENTS[client])
    assert (answer.status, answer.header("Location"), answer.header("WWW-Authenticate")) == \
        (direct.status, direct.header("Location"), direct.header("WWW-Authenticate"))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("mode", ["pass", "login", "deny"])
def test_matrix(sites, mode, client, path):
    made = sites[mode]
    answer, arrived = ask(made, client, path)
    if client in NAVIGATES:
        assert answer.status == 302 and len(arrived) == (1 if mode == "pass" else 0)
        assert answer.header("Location") == \
            f"{made.url}/oidc/sign-in?rd={urllib.parse.quote(path, safe='')}"
    elif client in SCRIPTS and mode != "deny":
        assert answer.status == 401 and len(arrived) == 1
        assert answer.header("Location") is None and answer.header("WWW-Authenticate") is None
    elif mode != "deny":
        assert len(arrived) == 1
        same_as_direct(made, client, path, answer)
    else:
        assert answer.status == 401 and not arrived
        assert answer.header("Location") is None


@pytest.mark.parametrize("mode", ["pass", "login", "deny"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_a_get_is_a_navigation(sites, mode, method):
    answer, arrived = ask(sites[mode], "browser", "/data/projects", method)
    if mode == "deny":
        assert answer.status == 401 and not arrived
    else:
        assert len(arrived) == 1


@pytest.mark.parametrize("mode", ["pass", "login", "deny"])
def test_login_page(sites, mode):
    """A person gets the sign-in page there; a probe gets XNAT's own answer."""
    made = sites[mode]
    page, arrived = ask(made, "browser", LOGIN_PAGE)
    if page.status == 302:
        assert page.location.startswith(f"{made.url}/oidc/sign-in")
        page = made.browser().open(page.location)
    assert page.status == 200 and not arrived
    assert any("providerId=aaf" in link for link in page.links())
    for client in ("probe", "curl", "python"):
        answer, arrived = ask(made, client, LOGIN_PAGE)
        if mode == "deny":
            continue  # a probe of such a site asks XNAT's own port
        assert answer.status == 200 and len(arrived) == 1
        assert "Log in to XNAT" in answer.text


@pytest.mark.parametrize("mode", ["pass", "login"])
def test_way_to_xnats_own_login(sites, mode):
    """The sign-in page's link reaches the real form, which works."""
    made = sites[mode]
    browser = made.browser()
    page = browser.visit(made.url + LOGIN_PAGE)
    (link,) = [each for each in page.links() if LOGIN_PAGE in each]
    form = browser.visit(link)
    assert "Log in to XNAT" in form.text
    answer = browser.submit(form, username="admin", password="admin")
    assert answer.status == 302 and browser.jar.get("JSESSIONID")
    # What follows is XNAT's business where we let it be.
    if mode == "pass":
        assert "Signed in as admin" in browser.follow(answer).text


def test_xnats_own_session_passes(sites):
    """JSESSIONID without our session is XNAT's business in `pass`."""
    made = sites["pass"]
    browser = made.browser()
    browser.request("GET", f"{made.url}/data/JSESSION", CLIENTS["basic"])
    assert browser.jar.get("JSESSIONID")
    page = browser.open(f"{made.url}/")
    assert page.status == 200 and "Signed in as admin" in page.text


@pytest.mark.parametrize("mode", ["pass", "login"])
def test_xnats_own_session_of_a_program(sites, mode):
    made = sites[mode]
    browser = made.browser()
    browser.request("GET", f"{made.url}/data/JSESSION", CLIENTS["basic"])
    answer = browser.request("GET", f"{made.url}/xapi/users/username", CLIENTS["curl"])
    assert answer.status == 200 and answer.text == "admin"


def test_query_does_not_make_the_login_page(sites):
    """CVE-2025-54576: a rule about a path must not match the query."""
    made = sites["deny"]
    for target in (f"/data/projects?x={LOGIN_PAGE}", f"/data/x%23{LOGIN_PAGE}"):
        answer, arrived = ask(made, "curl", target)
        assert answer.status in (400, 401) and not arrived


@pytest.mark.parametrize("agent", ["kube-probe/1.33", "GoogleHC/1.0", "ELB-HealthChecker/2.0"])
def test_names_of_probes_open_nothing(sites, agent):
    made = sites["deny"]
    answer = made.browser().request("GET", f"{made.url}/data/projects", {"User-Agent": agent})
    assert answer.status == 401


@pytest.mark.parametrize("mode", ["pass", "login", "deny"])
def test_the_way_to_xnats_own_login(sites, mode):
    """Where nobody gets there, nobody is sent there."""
    made = sites[mode]
    links = [link for link in made.browser().open(f"{made.url}/oidc/sign-in").links() if LOGIN_PAGE in link]
    assert len(links) == (0 if mode == "deny" else 1)
    for link in links:
        since = made.xnat.mark()
        assert made.browser().open(link).status == 200
        assert len(made.xnat.requests(since)) == 1
    assert made.browser().open(f"{made.url}{LOGIN_PAGE}?xnat-account").status == \
        (302 if mode == "deny" else 200)


@pytest.mark.parametrize("client", sorted(set(CLIENTS) - NAVIGATES))
def test_a_program_is_not_sent_to_sign_in(sites, client):
    made = sites["pass"]
    for path in ("/openid-login", "/openid-login?rd=%2F", "/openid-login?providerId=aaf"):
        answer, arrived = ask(made, client, path)
        assert answer.status == 400 and not arrived
        assert answer.header("Location") is None and "in a browser" in answer.text


def test_password_login_switched_off(launch):
    """`login` is the default then, and the page offers no way to XNAT's own form."""
    made = launch(site_keys={"disableUsernamePasswordLogin": "true"})
    answer = made.browser().open(f"{made.url}/")
    assert answer.status == 302 and "/oidc/sign-in" in answer.location
    page = made.browser().open(answer.location)
    assert not [link for link in page.links() if LOGIN_PAGE in link]
    answer = made.browser().request("GET", f"{made.url}/xapi/users/username", CLIENTS["basic"])
    assert answer.status == 200, "programs go on with what XNAT gave them"


def test_default_is_pass(launch):
    made = launch()
    answer, arrived = ask(made, "curl", "/")
    assert answer.header("Location") == LOGIN_PAGE and len(arrived) == 1, "XNAT's own redirect"


# --- whom XNAT sends to its login page ----------------------------------------------------------------

@pytest.mark.parametrize("target", ["/data/projects/a%20b?format=html&x=%26", "/app/action/Do/id/7",
                                    "/?login=1"])
@pytest.mark.parametrize("mode", ["pass", "login"])
def test_the_way_back_is_kept(sites, mode, target):
    """Also with a session of XNAT's that has ended there, which `login` leaves to XNAT."""
    made = sites[mode]
    browser = made.browser()
    answer = browser.open(made.url + target, Cookie="JSESSIONID=0123456789ABCDEF0123456789ABCDEF")
    assert answer.status == 302
    assert answer.location == f"{made.url}/oidc/sign-in?rd={urllib.parse.quote(target, safe='')}"
    (button,) = [link for link in browser.open(answer.location).links() if "providerId=aaf" in link]
    back = browser.open(browser.at_provider(browser.open(button)))
    assert back.location == made.url + target


@pytest.mark.parametrize("location, is_login", [
    ("/app/template/Login.vm", True),
    ("https://elsewhere.example:8443/app/template/Login.vm", True),
    ("/app/template/Login.vm;jsessionid=0123456789ABCDEF", True),
    ("/app/template/Login.vm#top", True),
    ("/app/template/Login.vm?message=locked", False),
    ("/app/template/Login.vmx", False), ("/app/template/Login.vm/x", False),
    ("/xnat/app/template/Login.vm", False), ("/elsewhere?to=/app/template/Login.vm", False),
    ("/x?next=http://h/app/template/Login.vm", False), ("/x#http://h/app/template/Login.vm", False),
    ("https://elsewhere.example", False), ("https://elsewhere.example?/app/template/Login.vm", False)])
def test_which_redirects_are_to_the_login_page(sites, location, is_login):
    made = sites["pass"]
    for client in sorted(NAVIGATES | SCRIPTS):
        made.xnat.trouble("answer", "/data/there", status=302, location=location)
        answer, _ = ask(made, client, "/data/there")
        if not is_login:
            assert (answer.status, answer.header("Location")) == (302, location)
        elif client in SCRIPTS:
            assert answer.status == 401
        else:
            assert answer.location == f"{made.url}/oidc/sign-in?rd=%2Fdata%2Fthere"


@pytest.mark.parametrize("status", [301, 303, 307, 200])
def test_what_is_no_redirect_of_xnats_passes(sites, status):
    made = sites["pass"]
    made.xnat.trouble("answer", "/data/there", status=status, location=LOGIN_PAGE)
    answer, _ = ask(made, "browser", "/data/there")
    assert (answer.status, answer.header("Location")) == (status, LOGIN_PAGE)


def test_what_xnat_remembers_goes_along(sites):
    """Who chooses XNAT's own login then is led back by XNAT."""
    made = sites["pass"]
    browser = made.browser()
    made.xnat.trouble("answer", "/data/there", status=302, location=LOGIN_PAGE,
                      cookie="JSESSIONID=ABC; Path=/; HttpOnly")
    assert "/oidc/sign-in" in browser.open(f"{made.url}/data/there").location
    assert browser.jar.get("JSESSIONID").value == "ABC"


def test_a_message_of_xnats_where_its_login_is_switched_off(launch):
    made = launch(site_keys={"disableUsernamePasswordLogin": "true"}, options=["--unauthenticated", "pass"])
    made.xnat.trouble("answer", "/data/there", status=302, location=f"{LOGIN_PAGE}?message=locked")
    answer, _ = ask(made, "browser", "/data/there")
    assert answer.location == f"{made.url}/oidc/sign-in?rd=%2Fdata%2Fthere"


@pytest.mark.parametrize("path", [
    "/app/action/LogoutUser", "/app/action/LogoutUser/template/Register.vm",
    "/data/projects%2f..%2f..%2fapp%2faction/LogoutUser", "/app/action/LogoutUser;x/../../data",
    "/oidc/../data/projects", "/app/template/Login.vm", "/app/template/Login.vm/../Index.vm"])
@pytest.mark.parametrize("client", ["curl", "probe", "script", "basic"])
def test_no_path_leads_past_deny(sites, client, path):
    """Nor does what a path is good for with a session: signing out is for who is signed in."""
    answer, arrived = ask(sites["deny"], client, path)
    assert answer.status in (400, 401, 404) and not arrived
