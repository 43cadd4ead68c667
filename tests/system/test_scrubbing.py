"""Identity headers from outside never arrive: any spelling, any path, any method, any session."""

import base64

import pytest

from harness.wire import Wire, request_bytes

SPELLINGS = [
    "X-XNAT-OIDC-Username", "x-xnat-oidc-username", "X_XNAT_OIDC_Username", "x-xnat_oidc-username",
    "X-Xnat-Oidc_UserName", "x_xnat-oidc-username", "X.XNAT.OIDC.Username", "X-XNAT-OIDC.Username",
    "X-XNAT-OIDC-Assertion", "X_XNAT_OIDC_ASSERTION", "X-XNAT-OIDC-Email", "X-XNAT-OIDC-Extra",
    "X-XNAT-OIDC-", "X-XNAT-OIDC_Create_User", "XXNATOIDCUsername", "X~XNAT~OIDC~Username",
    "X-XNAT-OIDC-Given-Name", "x-XNAT_OIDC-Auto-Enabled",
]
FORGED = "forged-by-the-client"
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"]
BASIC = "Basic " + base64.b64encode(b"admin:admin").decode()


@pytest.fixture(scope="module")
def site(module_launch):
    """Without the filter, so that every request is answered and recorded."""
    return module_launch(filter_on=False)


def send(made, method, target, headers):
    """All spellings at once, some twice, over one connection; what reached XNAT."""
    since = made.xnat.mark()
    forged = [(name, FORGED) for name in SPELLINGS] + [(SPELLINGS[0], FORGED + "-again")]
    with Wire(made.port) as wire:
        wire.send(request_bytes(method, target, [*forged, *headers]))
        answer = wire.answer(method)
    return answer, made.xnat.requests(since)


def assert_clean(requests, session):
    for request in requests:
        assert FORGED.encode() not in request["head"]
        named = [(name, value) for name, value in request["headers"]
                 if "xnatoidc" in "".join(filter(str.isalnum, name)).lower()]
        names = [name.lower() for name, _ in named]
        assert len(names) == len(set(names)), f"doubled: {names}"
        if session:
            assert len(named) == 11 and all(name.startswith("X-XNAT-OIDC-") for name, _ in named)
        else:
            assert not named, named


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("target", ["/", "/data/projects?x=1", "/test/echo", "/login",
                                    "/app/template/Login.vm", "/app/action/LogoutUserX"])
def test_without_a_session(site, method, target):
    _, arrived = send(site, method, target, [])
    assert len(arrived) == 1
    assert_clean(arrived, session=False)


@pytest.mark.parametrize("headers", [
    [("Authorization", BASIC)], [("Cookie", "JSESSIONID=ABCDEF")],
    [("Authorization", "Bearer abc")], [("Authorization", "Digest " + "x" * 3000)],
    [("Connection", "X-XNAT-OIDC-Username")], [("Connection", "Upgrade"), ("Upgrade", "websocket")],
    [("Cookie", "oidc-session=nonsense")], [("User-Agent", "kube-probe/1.33")],
    [("X-Forwarded-User", "admin")]])
def test_with_credentials_of_other_kinds(site, headers):
    _, arrived = send(site, "GET", "/test/echo", headers)
    assert len(arrived) == 1
    assert_clean(arrived, session=False)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("target", ["/", "/data/projects?x=1", "/test/echo"])
def test_with_a_session(site, method, target):
    browser = site.signed_in("pertiwi")
    cookie = f"{site.session_cookie}={browser.jar.get(site.session_cookie).value}"
    _, arrived = send(site, method, target, [("Cookie", cookie)])
    assert len(arrived) == 1
    assert_clean(arrived, session=True)
    given = [value for name, value in arrived[0]["headers"] if name == "X-XNAT-OIDC-Given-Name"]
    assert given == [""], "a value that the person lacks is not left to the client"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_each_spelling_alone(site, spelling):
    since = site.xnat.mark()
    with Wire(site.port) as wire:
        wire.send(request_bytes("GET", "/test/echo", [(spelling, FORGED), ("X-Other", "kept")]))
        assert wire.answer().status == 200
    (request,) = site.xnat.requests(since)
    assert_clean([request], session=False)
    assert ["X-Other", "kept"] in request["headers"]


@pytest.mark.parametrize("line", ["X-XNAT-OIDC-Username : a", "X-XNAT-OIDC-Username\t: a",
                                  " X-XNAT-OIDC-Username: a", "X XNAT OIDC Username: a",
                                  "X-XNAT-OIDC-Username\x00: a", "X-XNAT-OIDC-Us\xe9r: a"])
def test_malformed_spellings_go_nowhere(site, line):
    since = site.xnat.mark()
    with Wire(site.port) as wire:
        wire.send(f"GET /test/echo HTTP/1.1\r\nHost: a\r\nX-First: 1\r\n{line}\r\n\r\n")
        assert wire.answer().status == 400
        assert wire.at_end()
    assert not site.xnat.requests(since)


@pytest.mark.parametrize("target", ["/oidc/session", "/oidc/auth", "/oidc/sign-in",
                                    "/oidc/auth-redirect/data/x", "/openid-login?providerId=aaf"])
def test_own_paths_do_not_take_them_up(site, target):
    answer, arrived = send(site, "GET", target, [])
    assert not arrived
    assert FORGED not in answer.body.decode() and FORGED not in str(answer.headers)


@pytest.mark.parametrize("method", ["TRACE", "CONNECT"])
def test_methods_that_no_proxy_passes_on(site, method):
    """Whether refused or forwarded: clean, and a refusal tells nothing back (cross-site tracing)."""
    since = site.xnat.mark()
    with Wire(site.port) as wire:
        wire.send(request_bytes(method, "/test/echo", [(name, FORGED) for name in SPELLINGS]))
        answer = wire.answer(method)
    arrived = site.xnat.requests(since)
    assert arrived or answer.status >= 400
    assert_clean(arrived, session=False)
    assert FORGED.encode() not in answer.body


def test_in_trailers(site):
    """A trailer field becomes no header."""
    since = site.xnat.mark()
    with Wire(site.port) as wire:
        wire.send(b"POST /test/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                  b"Trailer: X-XNAT-OIDC-Username\r\n\r\n3\r\nabc\r\n0\r\n"
                  b"X-XNAT-OIDC-Username: forged-by-the-client\r\n\r\n")
        answer = wire.answer("POST")
    assert answer.status in (200, 400)
    assert_clean(site.xnat.requests(since), session=False)
    assert FORGED.encode() not in answer.body


def test_own_cookies_do_not_travel(site):
    """Tomcat refuses more than 8 kB of headers; and they are nobody else's business."""
    browser = site.signed_in()
    browser.begin(site.url)
    browser.jar.store(site.url, "JSESSIONID=0123; Path=/")
    browser.jar.store(site.url, "theme=dark; Path=/")
    since = site.xnat.mark()
    browser.open(f"{site.url}/test/echo")
    (request,) = site.xnat.requests(since)
    cookies = dict(map(tuple, request["headers"]))["Cookie"]
    assert sorted(cookies.split("; ")) == ["JSESSIONID=0123", "theme=dark"]


def test_custom_prefix(launch):
    made = launch(filter_on=False, options=["--header-prefix", "X-Site-User-"])
    since = made.xnat.mark()
    with Wire(made.port) as wire:
        wire.send(request_bytes("GET", "/test/echo", [
            ("X-Site-User-Username", FORGED), ("x_site_user_email", FORGED)]))
        wire.answer()
    (request,) = made.xnat.requests(since)
    assert FORGED.encode() not in request["head"]
    made.signed_in().open(f"{made.url}/test/echo")
    names = [name for name, _ in made.xnat.requests(since)[-1]["headers"]]
    assert "X-Site-User-Username" in names


NASTY = {"given_name": "Line\r\nX-Injected: 1\x0b\x7f\u2028end", "family_name": "%41%0a % \t\"<b>"}


def test_nasty_claims_make_one_clean_line_each(launch, tmp_path):
    import json
    people = tmp_path / "people.json"
    people.write_text(json.dumps([{"id": "nasty", "organisation": "O", "claims": {
        "name": "Nasty", "email": "nasty@example.com", **NASTY}}]))
    made = launch(filter_on=False, provider_options=["--people", people])
    browser = made.browser()
    answer = browser.sign_in(made.url, "nasty")
    assert answer.status == 302, answer.text
    since = made.xnat.mark()
    browser.open(f"{made.url}/test/echo")
    (request,) = made.xnat.requests(since)
    names = [name for name, _ in request["headers"]]
    assert "X-Injected" not in names
    values = dict(map(tuple, request["headers"]))
    for name in ("Given-Name", "Family-Name"):
        value = values[f"X-XNAT-OIDC-{name}"]
        assert value.isascii() and value.isprintable()
    from urllib.parse import unquote
    assert "%41" in unquote(values["X-XNAT-OIDC-Family-Name"]), "decoding gives the value back"


FORWARDING = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Method", "X-Forwarded-Port",
              "X-Forwarded-Prefix", "X-Forwarded-Proto", "X-Forwarded-Scheme", "X-Forwarded-Server",
              "X-Forwarded-Uri", "X-Original-Method", "X-Original-URL", "X-Real-IP", "X-Rewrite-URL"]


@pytest.fixture(scope="module")
def trusting(module_launch):
    return module_launch(filter_on=False, options=["--trusted-proxy", "127.0.0.1"])


def named_in_connection(made, names):
    """What XNAT has of headers that the front end set, where its client named them in Connection."""
    since = made.xnat.mark()
    with Wire(made.port) as wire:
        wire.send(request_bytes("GET", "/test/echo", [
            ("Connection", f"keep-alive, {', '.join(names)}".upper()),
            *[(name, "said-by-the-front-end") for name in names]]))
        assert wire.answer().status == 200
    (arrived,) = made.xnat.requests(since)
    return {name.lower() for name, value in arrived["headers"] if "said-by-the-front-end" in value}


@pytest.mark.parametrize("name", FORWARDING)
def test_connection_takes_no_word_of_a_front_end_away(trusting, name):
    """Without X-Forwarded-Proto, XNAT would take an encrypted request for a plain one, and so on."""
    assert named_in_connection(trusting, [name]) == {name.lower()}


def test_connection_is_heard_about_all_else(trusting):
    assert named_in_connection(trusting, ["X-Mine", "X-Forwarded-Proto", "X-Ours"]) == {"x-forwarded-proto"}


def test_connection_makes_nobody_believed(site):
    """Who is no trusted front end is not heard, named or not."""
    assert named_in_connection(site, FORWARDING) == set()
