"""Landscape 3.3: nothing that a client says about its request makes it one that needs no session."""

import pytest

from harness.browser import NAVIGATION
from harness.wire import Closed, exchange, request_bytes

LOGIN = "/app/template/Login.vm"
CURL = ("User-Agent", "curl")


@pytest.fixture(scope="module")
def site(module_launch):
    return module_launch(options=["--unauthenticated", "deny"])


@pytest.fixture(scope="module")
def open_login(module_launch):
    """Navigations sign in first, but for the one to XNAT's own login page: the only open route."""
    return module_launch(options=["--unauthenticated", "login"])


@pytest.fixture(scope="module")
def trusting(module_launch):
    """The front end's address is believed."""
    return module_launch(options=["--trusted-proxy", "127.0.0.1", "--unauthenticated", "deny"])


def ask(made, target, headers=(CURL,), method="GET"):
    """(status, what reached XNAT); a connection that just closes counts as 400."""
    since = made.xnat.mark()
    try:
        status = exchange(made.port, request_bytes(method, target, list(headers)), method).status
    except (Closed, ConnectionError):
        status = 400
    return status, made.xnat.requests(since)


def assert_denied(made, target, headers=(CURL,), method="GET", statuses=(400, 401)):
    status, arrived = ask(made, target, headers, method)
    assert status in statuses and not arrived, f"{target}: {status}"


@pytest.mark.parametrize("target", [f"/data/projects?x={LOGIN}", f"/data/projects?{LOGIN}",
                                    f"/data/x?a=b&{LOGIN}", "/data/x?/oidc/auth",
                                    "/data/x?/openid-login?providerId=aaf", f"/data/x&{LOGIN}",
                                    f"/data/x%3f{LOGIN}", f"/data/x%3F={LOGIN}"])
def test_cve_2025_54576_route_in_the_query(site, open_login, target):
    assert_denied(site, target)
    assert_denied(open_login, target, list(NAVIGATION.items()), statuses=(302, 400))


def test_the_login_page_itself_opens(open_login):
    """Or the tests around would pass a sidecar that opens nothing at all."""
    target = f"{LOGIN}?xnat-account"
    status, arrived = ask(open_login, target, list(NAVIGATION.items()))
    assert status == 200 and [each["target"] for each in arrived] == [target]


PROBES = ["kube-probe/1.33", "GoogleHC/1.0", "ELB-HealthChecker/2.0", "Amazon-Route53-Health-Check",
          "Envoy/HC", "Prometheus/2.0", "UptimeRobot/2.0", "Consul Health Check"]


@pytest.mark.parametrize("path", ["/oidc/auth", "/oidc/auth-redirect/data/x", "/data/x", "/",
                                  "/ping", "/healthz", "/readyz", "/ready"])
@pytest.mark.parametrize("agent", PROBES)
def test_cve_2026_34457_health_check_by_user_agent(site, agent, path):
    assert_denied(site, path, [("User-Agent", agent), ("Accept", "*/*")])


SAYS = [("X-Forwarded-Uri", LOGIN), ("X-Forwarded-Uri", "/"), ("X-Original-URL", LOGIN),
        ("X-Original-URI", LOGIN), ("X-Rewrite-URL", LOGIN), ("X-Forwarded-Path", LOGIN),
        ("X-Forwarded-Method", "OPTIONS"), ("X-Original-Method", "OPTIONS"),
        ("X-HTTP-Method-Override", "OPTIONS"), ("X-Envoy-Original-Path", LOGIN),
        ("X-Forwarded-Prefix", LOGIN), ("X-Forwarded-Server", "127.0.0.1"),
        ("X-Real-IP", "127.0.0.1"), ("X-Forwarded-For", "127.0.0.1"), ("Forwarded", "for=127.0.0.1"),
        ("X-Auth-Request-Redirect", LOGIN), ("Referer", LOGIN)]


@pytest.mark.parametrize("path", ["/oidc/auth", "/oidc/auth-redirect/data/x", "/data/x"])
@pytest.mark.parametrize("header", SAYS, ids=lambda header: ": ".join(header))
def test_cve_2026_40575_route_by_header(site, header, path):
    assert_denied(site, path, [CURL, header])


@pytest.mark.parametrize("path", ["/oidc/auth", "/data/x"])
@pytest.mark.parametrize("header", SAYS, ids=lambda header: ": ".join(header))
def test_cve_2026_40575_route_by_header_of_a_trusted_proxy(trusting, header, path):
    """Even a proxy's word says where a person wanted to go, not what is open to all."""
    assert_denied(trusting, path, [CURL, header])


@pytest.mark.parametrize("target", [f"/data/x#{LOGIN}", f"/data/x%23{LOGIN}", f"/data/x%2523{LOGIN}",
                                    f"{LOGIN}#", f"#{LOGIN}", f"/data/x%23/..{LOGIN}",
                                    f"/%23{LOGIN}", f"/data/x;#{LOGIN}"])
def test_cve_2026_41059_fragment(site, open_login, target):
    assert_denied(site, target)
    assert_denied(open_login, target, list(NAVIGATION.items()), statuses=(302, 400))


@pytest.mark.parametrize("suffix", [f"/data/x%23{LOGIN}", LOGIN, "/robots.txt"])
def test_cve_2026_41059_fragment_in_a_question(site, suffix):
    for path in ("/oidc/auth-redirect", "/oidc/auth"):
        assert_denied(site, path + suffix, statuses=(400, 401, 404))


@pytest.mark.parametrize("target", ["/app/template/..;/..;/data", "//data/projects",
                                    "/%2e%2e/data", "/data;jsessionid=0123",
                                    "/app/template/Login.vm/../../../data",
                                    "/app/template/Login.vm%2f..%2f..%2fdata",
                                    "/app/template/Login.vm/..;/..;/..;/data",
                                    "/app/template/Login.vm;/../../../data",
                                    "/app/template/%4cogin.vm/%2e%2e/%2e%2e/%2e%2e/data",
                                    "/openid-login/../data", "/oidc/../data", "/oidc/auth/../../data",
                                    "/openid-login/..;/data", "/.;/data", "/./data", "/data/.",
                                    "\\data", "/app\\template\\Login.vm\\..\\..\\..\\data"])
def test_cve_2026_48794_path_normalisation(site, open_login, target):
    """A path that some server resolves to another gets that one's decision, or none."""
    assert_denied(site, target, statuses=(400, 401, 404))
    assert_denied(open_login, target, list(NAVIGATION.items()), statuses=(302, 400, 401, 404))


@pytest.mark.parametrize("target", ["/test/echo/%41", "/test/echo/a%20b", "/test/echo?../%2e%2e/;x"])
def test_cve_2026_48794_forwarded_bytes_are_unchanged(site, target):
    cookie = f"{site.session_cookie}={site.signed_in().jar.get(site.session_cookie).value}"
    _, arrived = ask(site, target, [("Cookie", cookie)])
    assert [each["target"] for each in arrived] == [target]


@pytest.mark.parametrize("path", ["robots.txt", "favicon.ico", "static/style.css", "style.css",
                                  "oidc/style.css", ".well-known/security.txt", "ping"])
def test_o2p_3083_fixed_answers_are_no_permission(site, path):
    """What would be served to everybody must not read as `allow` where the question is a request."""
    for headers in ([CURL], list(NAVIGATION.items())):
        status, arrived = ask(site, f"/oidc/auth-redirect/{path}", headers)
        assert status in (302, 401, 403, 404) and not arrived
