"""Landscape 3.2: an identity header from outside reaches XNAT in no spelling, by no method, on no path."""

import base64
import itertools
import json
import urllib.parse

import pytest

from harness.wire import Closed, Wire, request_bytes

FORGED = "forged-by-the-client"
NAMES = ("Username", "Subject", "Issuer", "Provider", "Email", "Given-Name", "Family-Name",
         "Auto-Enabled", "Auto-Verified", "Create-User", "Assertion", "Groups", "")
ODD = "-_.~!+^`|'*#$%&"  # every sign that a header's name may have (RFC 9110, 5.6.2)
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND", "SEARCH")
BATCH = 40  # names in one request: a head has its limits


def spellings():
    """Each name with each sign for the dashes, in each case, whole, mixed and dropped."""
    made = {}
    for name, one, two in itertools.product(NAMES, (*ODD, "", "--", "-_"), (*"-_.", "")):
        text = f"X{one}XNAT{two}OIDC{one}{name.replace('-', two)}"
        for spelt in (text, text.lower(), text.upper(), text.swapcase()):
            made[spelt] = None
    return list(made)


@pytest.fixture(scope="module")
def site(module_launch):
    """XNAT without its filter, so that every request is answered and recorded."""
    return module_launch(filter_on=False)


@pytest.fixture(scope="module")
def cookie(site):
    return f"{site.session_cookie}={site.signed_in().jar.get(site.session_cookie).value}"


def folded(name):
    return "".join(filter(str.isalnum, name)).lower()


def batches(names):
    return [names[at:at + BATCH] for at in range(0, len(names), BATCH)]


def send(site, method, target, headers):
    """(answer, what reached XNAT)."""
    since = site.xnat.mark()
    with Wire(site.port) as wire:
        answer = wire.send(request_bytes(method, target, headers)).answer(method)
    return answer, site.xnat.requests(since)


def assert_clean(requests, session=False):
    for request in requests:
        assert FORGED.encode() not in request["head"]
        names = [name for name, _ in request["headers"] if folded(name).startswith("xxnatoidc")]
        if session:
            assert len(names) == len(set(map(folded, names))) == 11, names
        else:
            assert not names


@pytest.mark.parametrize("session", [False, True], ids=["stranger", "signed in"])
def test_cve_2025_64484_every_folding(site, cookie, session):
    names = spellings()
    assert len(names) > 2000
    for batch in batches(names):
        headers = [(name, FORGED) for name in batch] + ([("Cookie", cookie)] if session else [])
        answer, arrived = send(site, "GET", "/test/echo", headers)
        assert answer.status == 200 and len(arrived) == 1
        assert_clean(arrived, session)


@pytest.mark.parametrize("line", ["X-XNAT-OIDC-Username : a", "X-XNAT-OIDC-Username\t: a",
                                  "X XNAT OIDC Username: a", "X-XNAT-OIDC-Username\x00: a",
                                  "X-XNAT-OIDC-Usern\xe4me: a", "X-XNAT-OIDC-(Username): a",
                                  "X-XNAT-OIDC-Username,: a", "X/XNAT/OIDC/Username: a"])
def test_cve_2025_64484_names_that_are_none(site, line):
    """A blank before the colon and its kin: the whole request is refused."""
    since = site.xnat.mark()
    with Wire(site.port, timeout=10) as wire:
        wire.send(f"GET /test/echo HTTP/1.1\r\nHost: a\r\n{line}\r\n\r\n".encode("latin-1"))
        assert wire.answer().status == 400 and wire.at_end()
    assert not site.xnat.requests(since)


def test_cve_2017_6062_pass_without_a_session(launch):
    """The mode in which strangers are passed on is the one that must scrub."""
    made = launch(filter_on=False, options=["--unauthenticated", "pass"])
    for target in ("/", "/data/projects", "/app/template/Login.vm", "/test/echo?x=1"):
        _, arrived = send(made, "GET", target, [(name, FORGED) for name in spellings()[:BATCH]])
        assert len(arrived) == 1
        assert_clean(arrived)


BASIC = base64.b64encode(b"admin:admin").decode()


@pytest.mark.parametrize("header", [
    ("Authorization", f"Basic {BASIC}"), ("Authorization", "Bearer e30.e30.e30"),
    ("Authorization", "Digest " + "x" * 2000), ("Authorization", "Negotiate YII="),
    ("Cookie", "JSESSIONID=0123456789ABCDEF"), ("Cookie", "oidc-session=nonsense"),
    ("X-Csrf-Token", "x"), ("X-Forwarded-User", "admin"), ("Remote-User", "admin")],
    ids=lambda header: f"{header[0]} {header[1][:8]}")
def test_cve_2017_6413_other_credentials(site, header):
    _, arrived = send(site, "GET", "/data/x", [header, *((n, FORGED) for n in spellings()[:BATCH])])
    assert len(arrived) == 1
    assert_clean(arrived)


@pytest.mark.parametrize("session", [False, True], ids=["stranger", "signed in"])
@pytest.mark.parametrize("method", METHODS)
def test_mao_2_4_20_1_any_method(site, cookie, method, session):
    forged = [(name, FORGED) for name in spellings()[::97]]
    for target in ("/", "/data/x", "/login", "/test/echo", "/openid-loginx", "/oidcx"):
        headers = [*forged, *([("Cookie", cookie)] if session else [])]
        _, arrived = send(site, method, target, headers)
        assert len(arrived) == 1
        assert_clean(arrived, session)


@pytest.mark.parametrize("method, target, headers", [
    ("TRACE", "/test/echo", []), ("CONNECT", "/test/echo", []), ("CONNECT", "xnat:443", []),
    ("OPTIONS", "*", []), ("GET", "http://xnat.example/test/echo", []),
    ("GET", "/test/echo", [("Connection", "Upgrade"), ("Upgrade", "websocket"),
                           ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
                           ("Sec-WebSocket-Version", "13")]),
    ("GET", "/test/echo", [("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", "h2c"),
                           ("HTTP2-Settings", "AAMAAABkAAQAAP__")]),
    ("GET", "/test/echo", [("Connection", "X-XNAT-OIDC-Username, X-XNAT-OIDC-Assertion")]),
    ("POST", "/test/echo", [("Expect", "100-continue"), ("Content-Length", "0")])],
    ids=["trace", "connect", "tunnel", "asterisk", "absolute", "websocket", "h2c", "hop", "expect"])
def test_mao_2_4_20_1_what_is_no_plain_request(site, cookie, method, target, headers):
    for session in (False, True):
        given = [*headers, *([("Cookie", cookie)] if session else []),
                 *((name, FORGED) for name in spellings()[::97])]
        try:
            answer, arrived = send(site, method, target, given)
        except Closed:
            continue
        assert arrived or answer.status >= 400 or method == "OPTIONS"
        assert_clean(arrived, session)
        assert answer.status != 101


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST", "HEAD"])
@pytest.mark.parametrize("target", ["/oidc/session", "/oidc/auth", "/oidc/auth-redirect/data/x",
                                    "/oidc/sign-in", "/oidc/nothing", "/oidc/jwks.json",
                                    "/openid-login", "/openid-login?providerId=aaf"])
def test_mao_2_4_20_1_own_paths(site, method, target):
    """What is answered here takes them up nowhere: not in the answer, not towards XNAT."""
    for batch in batches(spellings()[::23]):
        answer, arrived = send(site, method, target, [(name, FORGED) for name in batch])
        assert not arrived
        assert FORGED not in answer.body.decode() and FORGED not in str(answer.headers)
        assert not [name for name, _ in answer.headers if folded(name).startswith("xxnatoidc")]


CLAIMS = {"CR": "a\rb", "LF": "a\nb", "CRLF": "a\r\nX-XNAT-OIDC-Username: admin", "VT": "a\x0bb",
          "FF": "a\x0cb", "NEL": "a\x85b", "LS": "a\u2028b", "PS": "a\u2029b", "DEL": "a\x7fb",
          "ESC": "a\x1bb", "umlaut": "Jörg", "BOM": "\ufeffa", "surplus": "a" * 3000}


@pytest.fixture(scope="module")
def nasty(module_launch, tmp_path_factory):
    people = tmp_path_factory.mktemp("people") / "people.json"
    people.write_text(json.dumps([{"id": f"p{number}", "organisation": "O", "claims": {
        "name": "N", "email": f"p{number}@example.com", "given_name": value,
        "family_name": value[::-1]}} for number, value in enumerate(CLAIMS.values())]))
    return module_launch(filter_on=False, provider_options=["--people", people])


@pytest.mark.parametrize("name", CLAIMS)
def test_mao_2_4_19_3_line_ends_in_claims(nasty, name):
    """One clean line each; what comes out of it is what went in, or the sign-in is refused."""
    browser = nasty.browser()
    answer = browser.sign_in(nasty.url, f"p{list(CLAIMS).index(name)}")
    if answer.status != 302:
        assert answer.status in (403, 502) and not browser.jar.get(nasty.session_cookie)
        return
    since = nasty.xnat.mark()
    browser.open(f"{nasty.url}/test/echo")
    (request,) = nasty.xnat.requests(since)
    lines = request["head"].split(b"\r\n")
    assert not [line for line in lines if b"\r" in line or b"\n" in line]
    assert all(0x20 <= byte < 0x7f for line in lines for byte in line)
    ours = [tuple(each) for each in request["headers"] if folded(each[0]).startswith("xxnatoidc")]
    assert len(ours) == 11 and dict(ours)["X-XNAT-OIDC-Username"] != "admin"
    given = urllib.parse.unquote(dict(ours)["X-XNAT-OIDC-Given-Name"])
    assert not set(given) & set("\r\n\x00") or given == CLAIMS[name]


def test_mao_2_4_19_3_nul_in_a_claim(court, liar):
    liar.claims = lambda given: given | {"given_name": "a\x00b"}
    attempt = court.sign_in("liar")
    court.assert_refused(attempt.answer, attempt.browser, "id_token_malformed", 502)


@pytest.mark.parametrize("copies", [1, 2, 20])
def test_multi_value_is_set_never_appended(site, cookie, copies):
    """The upstream sees one header of each name, whichever of several it would read."""
    headers = [("X-XNAT-OIDC-Username", FORGED)] * copies
    for order in ([*headers, ("Cookie", cookie)], [("Cookie", cookie), *headers]):
        _, (request,) = send(site, "GET", "/test/echo", order)
        assert_clean([request], session=True)
        (value,) = [value for name, value in request["headers"] if name == "X-XNAT-OIDC-Username"]
        assert value.startswith("aaf_")
