"""/oidc/auth answers exactly 200, 401 or 403; /oidc/auth-redirect sends navigations to sign in."""

import json
import time

import pytest

from harness.browser import NAVIGATION, SCRIPT
from harness.stock import make_stock
from harness.wire import Wire, exchange, request_bytes

NAMES = ("Username", "Subject", "Issuer", "Provider", "Email", "Given-Name", "Family-Name",
         "Auto-Enabled", "Auto-Verified", "Create-User", "Assertion")
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND")
PROBES = ("kube-probe/1.33", "GoogleHC/1.0", "ELB-HealthChecker/2.0")


@pytest.mark.parametrize("method", METHODS)
def test_auth_with_a_session(site, method):
    browser = site.signed_in()
    answer = browser.request(method, f"{site.url}/oidc/auth")
    assert answer.status == 200
    for name in NAMES:
        assert len(answer.all(f"X-XNAT-OIDC-{name}")) == 1
    assert answer.header("X-XNAT-OIDC-Email") == "alice.nguyen@example.com"


def test_whole_set_even_where_there_is_no_value(site):
    """Otherwise some front ends let the client's own header pass."""
    answer = site.signed_in("pertiwi").open(f"{site.url}/oidc/auth")
    assert answer.all("X-XNAT-OIDC-Given-Name") == [""]
    removed = [name.strip().lower()
               for name in answer.header("x-envoy-auth-headers-to-remove").split(",")]
    assert "x_xnat_oidc_username" in removed
    assert not {f"x-xnat-oidc-{name}".lower() for name in NAMES} & set(removed), \
        "what Envoy removes it would remove after setting it"


@pytest.mark.parametrize("person", ["alice", "guenther", "pertiwi", "bob"])
def test_answer_is_under_4_kB(site, person):
    value = site.signed_in(person).jar.get(site.session_cookie).value
    head = raw_head(site, value)
    assert len(head) < 4096, len(head)


# A front end's, about a request of the browser's.
QUESTION = [("X-Forwarded-Uri", "/data/projects")]
LONG_EMAIL = "e" * 60 + "@" + ".".join(["d" * 60] * 3) + ".example"


def with_people(launch, folder, handoff, people, *options):
    """A site at which these sign in: {id: claims}."""
    file = folder / "people.json"
    file.write_text(json.dumps([{"id": name, "organisation": "O", "claims": {"name": name} | claims}
                                for name, claims in people.items()]))
    settings = {"options": ["--trusted-proxy", "127.0.0.1", *options], "provider_keys": {"usernamePattern": "u_[name]"}}
    if handoff == "xnat-token":
        return make_stock(launch, folder, file, **settings)
    return launch(provider_options=["--people", file], **settings)


LONG = {"long": {"sub": "s" * 255, "given_name": "ü" * 200, "family_name": "ß" * 200, "email": LONG_EMAIL}}


@pytest.mark.parametrize("handoff", ["headers", "xnat-token"])
def test_answer_is_under_4_kB_at_the_limits(launch, tmp_path, handoff):
    made = with_people(launch, tmp_path, handoff, LONG)
    head = raw_head(made, made.signed_in("long").jar.get(made.session_cookie).value)
    assert b" 200 " in head.split(b"\r\n")[0] and len(head) < 4096, len(head)
    assert (b"\r\nAuthorization: Basic " in head) == (handoff == "xnat-token")


@pytest.mark.parametrize("handoff", ["headers", "xnat-token"])
def test_a_renewed_cookie_comes_where_it_has_room(launch, tmp_path, handoff):
    """It would make an answer longer than nginx takes: then another answer brings it."""
    made = with_people(launch, tmp_path, handoff, LONG, "--session-idle", "8s")
    browser = made.signed_in("long")
    cookie = ("Cookie", browser.jar.header(made.url))
    with Wire(made.port) as wire:  # one worker's: each has to see for itself

        def asks(path):
            return wire.send(request_bytes("GET", path, [cookie, *QUESTION])).answer()
        deadline = time.monotonic() + 3  # a renewal is due after a quarter of the idle time
        while time.monotonic() < deadline:
            answer = asks("/oidc/auth")
            assert answer.status == 200 and answer.all("Set-Cookie") == []
        with Wire(made.port) as another:
            head = another.send(request_bytes("GET", "/oidc/auth", [cookie, *QUESTION, ("Connection", "close")]))
            assert len(head.stream.read()) < 4096
        answer = asks("/oidc/session")
        (line,) = answer.all("Set-Cookie")
        assert line.startswith(f"{made.session_cookie}=")
        cookie = ("Cookie", line.partition(";")[0])
        answer = asks("/oidc/auth")
        assert answer.status == 200 and answer.all("Set-Cookie") == []


def test_a_renewed_cookie_has_room_to_the_last_byte(launch, tmp_path):
    people = {f"n{size}": {"sub": f"{size:04}" + "s" * 251, "given_name": "x" * size, "family_name": "y" * 128,
                           "email": LONG_EMAIL} for size in range(76, 106, 2)}
    made = with_people(launch, tmp_path, "headers", people, "--session-idle", "4s")
    values = [made.signed_in(name).jar.get(made.session_cookie).value for name in people]
    time.sleep(2)
    heads = [raw_head(made, value) for value in values]
    assert {b" 200 " in head.split(b"\r\n")[0] for head in heads} == {True}
    assert max(map(len, heads)) < 4096
    assert {b"\r\nSet-Cookie: " in head for head in heads} == {True, False}


def raw_head(made, value):
    with Wire(made.port) as wire:
        wire.send(request_bytes("GET", "/oidc/auth", [
            ("Cookie", f"{made.session_cookie}={value}"), *QUESTION, ("Connection", "close")]))
        return wire.stream.read()


@pytest.mark.parametrize("headers", [
    {}, NAVIGATION, SCRIPT, {"Authorization": "Basic YWRtaW46YWRtaW4="},
    {"Cookie": "JSESSIONID=0123456789ABCDEF"}, {"Authorization": "Bearer x"},
    {"X-Original-URL": "/app/template/Login.vm", "X-Forwarded-Uri": "/", "X-Rewrite-URL": "/",
     "X-Original-Method": "OPTIONS", "X-Forwarded-Method": "OPTIONS"},
    *({"User-Agent": probe} for probe in PROBES)])
def test_auth_without_a_session(site, headers):
    answer = site.browser().request("GET", f"{site.url}/oidc/auth", headers)
    assert answer.status == 401
    assert answer.header("WWW-Authenticate") is None and answer.header("Location") is None
    assert not [name for name, _ in answer.headers if name.lower().startswith("x-xnat-oidc-")]


@pytest.mark.parametrize("path", [
    "/%6fidc/auth", "/oidc/%61uth", "/oidc%2fauth", "//oidc/auth", "/oidc/./auth", "/oidc/auth;x=1", "/oidc;a/auth",
    "/x/../oidc/auth", "/oidc/auth/", "/oidc/auth/x", "/oidc\\auth", "/oidc%5cauth",
    "/oidc/%61uth-redirect/x", "/oidc;a/auth-redirect/x", "/oidc/auth-redirect;a/x", "/oidc%5Cauth-redirect/x",
    "/oidc\\auth-redirect/x", "/oidc%2fauth-redirect/x", "/;/oidc;y/auth-redirect/x",
    "/x/..;/oidc/auth-redirect/y", "//oidc/auth-redirect/x", "/oidc/./auth-redirect", "/oidc/auth%2dredirect"])
def test_a_question_is_spelt_as_it_is(site, path):
    """A front end that closes the addresses of questions to browsers compares letters."""
    since = site.xnat.mark()
    value = site.signed_in().jar.get(site.session_cookie).value
    answer = exchange(site.port, request_bytes("GET", path, [
        ("Cookie", f"{site.session_cookie}={value}"), ("Connection", "close")]))
    assert answer.status in (400, 401, 404), answer.status
    assert not [name for name, _ in answer.headers if name.lower().startswith("x-xnat-oidc-")]
    assert not site.xnat.requests(since)


@pytest.mark.parametrize("path", [
    "/oidc/auth-redirect/../../test/echo", "/oidc/auth/../../test/echo",
    "/oidc/auth-redirect/%2e%2e/%2e%2e/test/echo", "/oidc/auth-redirect/..;/..;/test/echo",
    "/oidc/auth-redirect//..//..//test/echo", "/oidc/auth-redirect/a%2f..%2f..%2f..%2ftest/echo"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_a_question_never_reaches_the_upstream(site, path, signed_in):
    headers = [("Connection", "close")]
    if signed_in:
        value = site.signed_in().jar.get(site.session_cookie).value
        headers.append(("Cookie", f"{site.session_cookie}={value}"))
    since = site.xnat.mark()
    answer = exchange(site.port, request_bytes("GET", path, headers))
    assert answer.status in (200, 302, 401, 403), answer.status
    assert not site.xnat.requests(since)


@pytest.mark.parametrize("suffix", ["", "/data/projects?x=1", "/", "/robots.txt",
                                    "/app/template/Login.vm"])
def test_redirect_for_a_navigation(site, suffix):
    answer = site.browser().open(f"{site.url}/oidc/auth-redirect{suffix}")
    assert answer.status == 302
    where = answer.header("Location")
    assert where.startswith(f"{site.url}/oidc/sign-in"), "absolute, for Traefik"
    if suffix == "/data/projects?x=1":
        assert where.endswith("?rd=%2Fdata%2Fprojects%3Fx%3D1")


@pytest.mark.parametrize("method, headers", [
    ("GET", SCRIPT), ("GET", {"Accept": "*/*", "User-Agent": "kube-probe/1.33"}),
    ("POST", NAVIGATION), ("PUT", NAVIGATION), ("OPTIONS", NAVIGATION),
    ("GET", NAVIGATION | {"Authorization": "Basic YWRtaW46YWRtaW4="}),
    ("GET", {"Accept": "text/html", "X-Requested-With": "XMLHttpRequest"})])
def test_no_redirect_for_anything_else(site, method, headers):
    answer = site.browser().request(method, f"{site.url}/oidc/auth-redirect/data/x", headers)
    assert answer.status == 401 and answer.header("Location") is None


@pytest.mark.parametrize("method", METHODS)
def test_redirect_path_with_a_session(site, method):
    answer = site.signed_in().request(method, f"{site.url}/oidc/auth-redirect/data/x?y=1")
    assert answer.status == 200 and answer.header("X-XNAT-OIDC-Username")


@pytest.mark.parametrize("suffix", ["/openid-login", "/openid-login?code=a&state=b", "/oidc/auth",
                                    "/oidc/sign-in", "/%6fidc/session", "/oidc/../oidc/x"])
def test_own_paths_below_are_not_allowed_through(site, suffix):
    for browser in (site.browser(), site.signed_in()):
        answer = exchange(site.port, request_bytes(
            "GET", f"/oidc/auth-redirect{suffix}",
            [*NAVIGATION.items(), ("Cookie", browser.jar.header(site.url) or "a=b"),
             ("Connection", "close")]))
        assert answer.status in (400, 401, 403, 404), answer.status


def test_forwarded_headers_of_strangers_are_not_believed(site):
    answer = site.browser().open(f"{site.url}/oidc/auth-redirect",
                                 **{"X-Forwarded-Uri": "/stranger"})
    assert answer.status == 302 and "stranger" not in answer.location


def test_forwarded_headers_of_a_trusted_proxy(launch):
    made = launch(options=["--trusted-proxy", "127.0.0.1"])
    answer = made.browser().open(f"{made.url}/oidc/auth-redirect",
                                 **{"X-Forwarded-Uri": "/data/x?y=1"})
    assert answer.status == 302 and answer.location.endswith("?rd=%2Fdata%2Fx%3Fy%3D1")
    answer = made.browser().open(f"{made.url}/oidc/auth-redirect",
                                 **{"X-Forwarded-Uri": "/x", "X-Forwarded-Method": "POST"})
    assert answer.status == 401
    for value in (",https", "", "," * 100, "x" * 3000):
        answer = made.browser().open(f"{made.url}/oidc/auth-redirect", **{
            "X-Forwarded-Proto": value, "X-Forwarded-Host": value, "X-Forwarded-Uri": value,
            "X-Forwarded-For": value})
        assert answer.status in (302, 400, 401, 403)
        assert answer.status != 302 or answer.location.startswith(made.url)
    answer = made.browser().open(f"{made.url}/oidc/auth-redirect",
                                 **{"X_Forwarded_Uri": "/underscored"})
    assert "underscored" not in (answer.header("Location") or "")


def test_without_an_upstream(launch):
    """Forward-auth and sign-in need no upstream."""
    made = launch(upstream=False)
    browser = made.browser()
    assert browser.sign_in(made.url).status == 302
    assert browser.request("GET", f"{made.url}/oidc/auth").status == 200
    assert browser.open(f"{made.url}/data/x").status in (404, 502, 503)


@pytest.mark.parametrize("path", ["/oidc/auth", "/oidc/auth-redirect/data/x", "/oidc/session",
                                  "/oidc/sign-in", "/oidc/jwks.json"])
@pytest.mark.parametrize("session", [True, False])
def test_connections_are_kept(site, path, session):
    """A front end asks about every request: it must not have to connect anew each time."""
    cookie = site.signed_in().jar.header(site.url) if session else "a=b"
    with Wire(site.port) as wire:
        for _ in range(5):
            answer = wire.send(request_bytes("GET", path, [("Cookie", cookie)])).answer()
            assert "close" not in (answer.header("Connection") or "").lower()
