"""Cookie headers as nobody should send them: no crash, no growth, no way in."""

import pytest

from harness.wire import Closed, exchange, request_bytes

NASTY = {
    "empty": "", "semicolon": ";", "many semicolons": ";" * 4000, "only equals": "=",
    "no name": "=x", "no name twice": ";;=", "no equals": "oidc-session", "blank": "   ",
    "tab": "\t", "comma": "a=1, b=2", "quoted": '"oidc-session"="x"', "spaces": " oidc-session = x ",
    "state without equals": "oidc-state-abc", "state prefix alone": "oidc-state-=",
    "secure state without equals": "__Host-oidc-state-abc", "long name": "n" * 5000 + "=v",
    "long value": "oidc-session=" + "A" * 6000, "pairs": "; ".join(
        f"a{number}=" for number in range(1200)), "twenty sessions": "; ".join(
        f"oidc-session=A{number}" for number in range(20)), "utf-8": "oidc-session=\xc3\xbc",
    "control": "oidc-session=\x7f", "percent": "oidc-session=%%%", "dots": "oidc-session=...",
    "chunks": "oidc-session_1of2000000000=x", "prefix in another case": "OIDC-SESSION=x",
}


# More pairs than are read: refused, if need be by closing.
TOO_MANY = {"many semicolons", "pairs"}


@pytest.mark.parametrize("name", NASTY)
def test_nasty(site, name):
    for path, statuses in (("/oidc/session", {401, 400}), ("/oidc/auth", {401, 400}),
                           ("/test/echo", {200, 400}), ("/oidc/sign-out", {200, 400})):
        try:
            answer = exchange(site.port, request_bytes("GET", path, [("Cookie", NASTY[name])]))
        except (Closed, ConnectionError):
            assert name in TOO_MANY
        else:
            assert answer.status in statuses, f"{path}: {answer.status}"


def test_ten_thousand_pairs(site):
    head = request_bytes("GET", "/oidc/session", [("Cookie", "; ".join(["a=b"] * 10000))])
    try:
        assert exchange(site.port, head).status in (400, 401, 413, 431)
    except (Closed, ConnectionError):
        pass


def test_good_cookie_among_strangers(site):
    browser = site.signed_in()
    good = f"{site.session_cookie}={browser.jar.get(site.session_cookie).value}"
    for text in (f"a=1; {good}", f"{good}; a=1", f"a=1;{good};b", f";;{good}", f"x; {good}; =y"):
        answer = exchange(site.port, request_bytes("GET", "/oidc/session", [("Cookie", text)]))
        assert answer.status == 200, text


def test_name_must_fit_exactly(site):
    value = site.signed_in().jar.get(site.session_cookie).value
    for name in ("oidc-sessio", "oidc-session2", "OIDC-Session", "xoidc-session", "oidc_session",
                 "__Host-oidc-session", "oidc-state-abcdefgh"):
        answer = exchange(site.port, request_bytes("GET", "/oidc/session",
                                                   [("Cookie", f"{name}={value}")]))
        assert answer.status == 401, name


def test_memory_stays_flat(site):
    def flood(count):
        for number in range(count):
            name = ("oidc-session", "__Host-oidc-state-abc", "oidc-session_1of2000000000")
            answer = exchange(site.port, request_bytes("GET", "/oidc/auth", [
                ("Cookie", f"{name[number % 3]}={'A' * (number % 3000)}")]))
            assert answer.status == 401
    flood(500)
    before = site.sidecar.memory()
    flood(3000)
    assert site.sidecar.memory() - before < 4 * 1024 * 1024
