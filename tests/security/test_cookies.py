"""Landscape 3.8: absurd Cookie headers, on every path, cost nothing and open nothing."""

import pytest

from harness.wait import wait_until
from harness.wire import Closed, Wire, exchange, request_bytes

PATHS = ("/oidc/session", "/oidc/auth", "/oidc/auth-redirect/x", "/oidc/sign-in", "/oidc/sign-out",
         "/openid-login?state=" + "a" * 22 + "&code=x", "/test/echo", "/app/action/LogoutUser")
MEGABYTE = 1024 * 1024

ABSURD = {
    "empty": "", "semicolon": ";", "only separators": "; ;;=;", "two and an equals": ";;=",
    "no name": "=x", "name without value": "oidc-session", "name and equals": "oidc-session=",
    "blank": "   ", "equals": "=" * 3000, "semicolons": ";" * 3000, "spaced": " ; = ; ",
    "quotes": '"', "quoted": '"oidc-session=x"', "control": "a=\x01\x1f", "high": "a=\xff\xfe",
    "ends in the middle": "oidc-session=x;", "begins in the middle": ";oidc-session=x",
    "many sessions": "; ".join(["oidc-session=A"] * 300),
    "many states": "; ".join(f"oidc-state-{n}=A" for n in range(300)),
}


def survive(made, path, cookie):
    """Answered as a stranger's request, or the connection closed."""
    head = request_bytes("GET", path, [("Cookie", cookie), ("Connection", "close")])
    try:
        answer = exchange(made.port, head)
    except (Closed, ConnectionError):
        return
    assert answer.status in (200, 302, 400, 401, 413, 431), f"{path}: {answer.status}"
    if path in ("/oidc/session", "/oidc/auth"):
        assert answer.status != 200


def assert_unharmed(made):
    assert made.sidecar.alive
    assert exchange(made.port, request_bytes("GET", "/oidc/session")).status == 401


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", ABSURD)
def test_cve_2023_28625_absurd_header(site, name, path):
    survive(site, path, ABSURD[name])
    assert_unharmed(site)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("size", [8192, 65536, 1048576])
def test_cve_2023_28625_long_header(site, path, size):
    for cookie in ("a" * size, "oidc-session=" + "A" * size, "; ".join(["a=b"] * (size // 5))):
        survive(site, path, cookie)
    assert_unharmed(site)


def test_cve_2023_28625_header_without_an_end(site):
    with Wire(site.port) as wire:
        wire.send("GET /oidc/session HTTP/1.1\r\nHost: a\r\nCookie: ;")
    assert_unharmed(site)


@pytest.mark.parametrize("name", ["oidc-session", "__Host-oidc-session", "oidc-state-abc",
                                  "mod_auth_openidc_session", "_oauth2_proxy"])
@pytest.mark.parametrize("suffix", ["_chunks=99999999", "_0=x", "_1=x", "chunks=99999999"])
def test_cve_2024_24814_chunk_count(site, name, suffix):
    """There is no counter of chunks to believe: nothing but the exact name is read."""
    for path in PATHS:
        survive(site, path, f"{name}{suffix}; {name}=x")
    good = site.signed_in().jar.get(site.session_cookie).value
    half = len(good) // 2
    pieces = f"{site.session_cookie}_0={good[:half]}; {site.session_cookie}_1={good[half:]}; " \
             f"{site.session_cookie}_chunks=2"
    for cookie in (pieces, f"{site.session_cookie}{suffix.partition('=')[0]}={good}"):
        answer = exchange(site.port, request_bytes("GET", "/oidc/session", [("Cookie", cookie)]))
        assert answer.status == 401, cookie


@pytest.mark.parametrize("cookie", ["__Host-oidc-state-abc", "oidc-state-abc", "oidc-state-",
                                    "oidc-state", "__Host-oidc-state-", "a=b; oidc-state-abc",
                                    "oidc-state-" + "a" * 22])
@pytest.mark.parametrize("path", PATHS)
def test_cve_2026_54789_state_without_equals(site, path, cookie):
    survive(site, path, cookie)
    assert_unharmed(site)


SHAPES = ["oidc-session_1of2000000000=x", "oidc-state-abc_1of2000000000=x", "oidc-session=A",
          "VouchCookie_1of2000000000=x", "__Host-oidc-state-abc", "oidc-session_2000000000of1=x"]


def test_cve_2026_55149_memory_over_ten_thousand_requests(launch):
    """One connection, kept: ten thousand requests later the process is as large as before."""
    made = launch()

    def flood(count):
        with Wire(made.port) as wire:
            for number in range(count):
                shape = SHAPES[number % len(SHAPES)]
                wire.send(request_bytes("GET", "/oidc/auth", [
                    ("Cookie", f"{shape}{'A' * (number % 4000)}")]))
                assert wire.answer().status == 401
    flood(1000)
    before, descriptors = made.sidecar.memory(), made.sidecar.descriptors()
    flood(10000)
    assert made.sidecar.memory() - before < 2 * MEGABYTE
    wait_until(lambda: made.sidecar.descriptors() <= descriptors, "its descriptors to be closed",
               evidence=made.sidecar.evidence)
