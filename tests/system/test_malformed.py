"""Requests that two servers could read differently go nowhere: refused, closed, nothing at XNAT."""

import re

import pytest

from harness.wait import wait_until
from harness.wire import Closed, Wire, exchange, request_bytes

HOST = "Host: a\r\n"
HIDDEN = "GET /test/smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

REFUSED = {
    "two different lengths": f"POST /test/echo HTTP/1.1\r\n{HOST}Content-Length: 5\r\n"
                             "Content-Length: 6\r\n\r\nhello!",
    "the same length twice": f"POST /test/echo HTTP/1.1\r\n{HOST}Content-Length: 5\r\n"
                             "Content-Length: 5\r\n\r\nhello",
    "list of lengths": f"POST /test/echo HTTP/1.1\r\n{HOST}Content-Length: 5, 5\r\n\r\nhello",
    "length and coding": f"POST /test/echo HTTP/1.1\r\n{HOST}Content-Length: 4\r\n"
                         f"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    "coding and length": f"POST /test/echo HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n"
                         f"Content-Length: 4\r\n\r\n0\r\n\r\n{HIDDEN}",
    "unknown coding": f"POST /test/echo HTTP/1.1\r\n{HOST}Transfer-Encoding: xchunked\r\n\r\n"
                      "0\r\n\r\n",
    "two codings": f"POST /test/echo HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n"
                   "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "coding with a vertical tab": f"POST /test/echo HTTP/1.1\r\n{HOST}"
                                  "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "coding chunked, identity": f"POST /test/echo HTTP/1.1\r\n{HOST}"
                                "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "coding in quotes": f'POST /test/echo HTTP/1.1\r\n{HOST}Transfer-Encoding: "chunked"\r\n\r\n'
                        "0\r\n\r\n",
    "blank before the colon": f"POST /test/echo HTTP/1.1\r\n{HOST}Content-Length : 5\r\n\r\nhello",
    "blank before the colon of the coding": f"POST /test/echo HTTP/1.1\r\n{HOST}"
                                            f"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    "negative length": f"POST /test/echo HTTP/1.1\r\n{HOST}Content-Length: -1\r\n\r\n",
    "signed length": f"POST /test/echo HTTP/1.1\r\n{HOST}Content-Length: +5\r\n\r\nhello",
    "length in hex": f"POST /test/echo HTTP/1.1\r\n{HOST}Content-Length: 0x5\r\n\r\nhello",
    "length that overflows": f"POST /test/echo HTTP/1.1\r\n{HOST}Content-Length: "
                             "99999999999999999999999\r\n\r\n",
    "length past 63 bits": f"POST /test/echo HTTP/1.1\r\n{HOST}Content-Length: "
                           "9223372036854775808\r\n\r\n",
    "length past 63 bits and then a header": f"POST /test/echo HTTP/1.1\r\n{HOST}Content-Length: "
                                             "9223372036854775808\r\nX-B: 1\r\n\r\n",
    "length of 64 bits": f"POST /test/echo HTTP/1.1\r\n{HOST}Content-Length: "
                         "18446744073709551615\r\n\r\n",
    "coding in HTTP/1.0": f"POST /test/echo HTTP/1.0\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n"
                          "0\r\n\r\n",
    "length and words": f"POST /test/echo HTTP/1.1\r\n{HOST}Content-Length: 5 bytes\r\n\r\nhello",
    "empty length": f"POST /test/echo HTTP/1.1\r\n{HOST}Content-Length:\r\n\r\n",
    "no host": "GET /test/echo HTTP/1.1\r\n\r\n",
    "two hosts": "GET /test/echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "line without a colon": f"GET /test/echo HTTP/1.1\r\n{HOST}nonsense\r\n\r\n",
    "NUL in a name": f"GET /test/echo HTTP/1.1\r\n{HOST}X-\x00A: 1\r\n\r\n",
    "lone CR in a value": f"GET /test/echo HTTP/1.1\r\n{HOST}X-A: 1\rX-B: 2\r\n\r\n",
    "byte above ASCII in a name": f"GET /test/echo HTTP/1.1\r\n{HOST}X-\xe9: 1\r\n\r\n",
    "blank in the target": f"GET /test/ec ho HTTP/1.1\r\n{HOST}\r\n",
    "raw fragment": f"GET /test/echo#x HTTP/1.1\r\n{HOST}\r\n",
    "control character in the target": f"GET /test/\x01echo HTTP/1.1\r\n{HOST}\r\n",
    "tab in the target": f"GET /test/\techo HTTP/1.1\r\n{HOST}\r\n",
    "backslash at the start": f"GET \\test\\echo HTTP/1.1\r\n{HOST}\r\n",
    "no slash": f"GET test/echo HTTP/1.1\r\n{HOST}\r\n",
    "no target": f"GET  HTTP/1.1\r\n{HOST}\r\n",
    "no version": f"GET /test/echo\r\n{HOST}\r\n",
    "unknown version": f"GET /test/echo HTTP/9.9\r\n{HOST}\r\n",
    "lower-case version": f"GET /test/echo http/1.1\r\n{HOST}\r\n",
    "connect": "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
    "method with a control character": f"GE\x01T /test/echo HTTP/1.1\r\n{HOST}\r\n",
    "TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\x00" * 200 + "\r\n\r\n",
    "HTTP/2 preface": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}

REFUSED |= {
    "folded line": f"GET /test/echo HTTP/1.1\r\n{HOST}X-A: 1\r\n two\r\n\r\n",
    "folded line, then more": f"GET /test/echo HTTP/1.1\r\n{HOST}X-A: 1\r\n\ttwo\r\nX-B: 1\r\n\r\n",
    "folded line without a text": f"GET /test/echo HTTP/1.1\r\n{HOST}X-A: 1\r\n \r\nX-B: 1\r\n\r\n",
    "folded coding": f"POST /test/echo HTTP/1.1\r\n{HOST}Transfer-Encoding:\r\n chunked\r\n\r\n"
                     f"0\r\n\r\n{HIDDEN}",
    "bare line feed after the request line": f"GET /test/echo HTTP/1.1\n{HOST}X-A: 1\r\n\r\n",
    "bare line feeds": "GET /test/echo HTTP/1.1\nHost: a\n\n",
    "one bare line feed": f"GET /test/echo HTTP/1.1\r\n{HOST}X-A: 1\nX-B: 2\r\n\r\n",
    "length behind a bare line feed": f"POST /test/echo HTTP/1.1\r\n{HOST}X-A: 1\nContent-Length: 5"
                                      "\r\nX-B: 1\r\n\r\nhello",
    "NUL in the target": f"GET /test/echo\x00/../x HTTP/1.1\r\n{HOST}\r\n",
    "NUL in the query": f"GET /test/echo?a=1\x00b HTTP/1.1\r\n{HOST}\r\n",
    "NUL behind the method": f"GET\x00X /test/echo HTTP/1.1\r\n{HOST}\r\n",
    "NUL in a value": f"GET /test/echo HTTP/1.1\r\n{HOST}X-A: 1\x002\r\nX-B: 1\r\n\r\n",
    "NUL behind a coding": f"POST /test/echo HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\x00\r\n"
                           f"X-B: 1\r\n\r\n0\r\n\r\n{HIDDEN}",
}

# What stands behind the last field. libmicrohttpd 0.9.75 takes a field without a name for the end of the
# head, and what follows for the next request.
REFUSED |= {
    "field without a name": f"GET /test/echo HTTP/1.1\r\n{HOST}: value\r\n\r\n",
    "nothing but a colon": f"GET /test/echo HTTP/1.1\r\n{HOST}:\r\n\r\n",
    "request behind a field without a name": f"GET /test/echo HTTP/1.1\r\n{HOST}: value\r\n{HIDDEN}",
    "request behind nothing but a colon": f"GET /test/echo HTTP/1.1\r\n{HOST}:\r\n{HIDDEN}",
    "request behind a colon, a blank and line feeds": f"GET /test/echo HTTP/1.1\r\n{HOST}X-A: 1\n: \n{HIDDEN}",
    "length behind a field without a name": f"POST /test/echo HTTP/1.1\r\n{HOST}: value\r\n"
                                            f"Content-Length: {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    "NUL in the last value": f"GET /test/echo HTTP/1.1\r\n{HOST}X-A: 1\x002\r\n\r\n",
    "bare line feed at the end": f"GET /test/echo HTTP/1.1\r\n{HOST}X-A: 1\n\n",
    "bare line feed for the empty line": f"GET /test/echo HTTP/1.1\r\n{HOST}X-A: 1\r\n\n",
    "bare line feed before the empty line": f"GET /test/echo HTTP/1.1\r\n{HOST}X-A: 1\n\r\n",
}

BODIES = {
    "chunk size in words": "zz\r\nabc\r\n0\r\n\r\n",
    "negative chunk size": "-3\r\nabc\r\n0\r\n\r\n",
    "chunk size that overflows": "fffffffffffffffff\r\nabc\r\n0\r\n\r\n",
    "chunk size with 0x": "0x3\r\nabc\r\n0\r\n\r\n",
    "chunk longer than it says": "2\r\nabc\r\n0\r\n\r\n",
    "empty chunk size": "\r\nabc\r\n0\r\n\r\n",
}


def everything(wire):
    """All that comes until the other side closes."""
    try:
        return wire.stream.read()
    except ConnectionError:
        return b""


def statuses(data):
    return [int(status) for status in re.findall(rb"HTTP/1\.1 ([0-9]{3})", data)]


@pytest.mark.parametrize("name", REFUSED)
def test_refused(site, name):
    """The connection closes, every answer on it is a refusal, nothing reaches XNAT."""
    since = site.xnat.mark()
    with Wire(site.port, timeout=5) as wire:
        wire.send(REFUSED[name])
        said = statuses(everything(wire))
    assert all(status >= 400 for status in said), said
    assert not site.xnat.requests(since)


# What the log says of some of them, at level debug. libmicrohttpd refuses others itself.
TOLD = {"method with a control character": "method", "connect": "method", "raw fragment": "target",
        "blank before the colon": "header_name", "lone CR in a value": "header_value",
        "length past 63 bits": "content_length",
        "length past 63 bits and then a header": "content_length", "unknown coding": "transfer_encoding",
        "coding in HTTP/1.0": "transfer_encoding", "the same length twice": "two_lengths",
        "length and coding": "two_lengths", "two hosts": "host", "folded line": "lines", "NUL in a value": "lines"}
HEADS = {"no version": (REFUSED["no version"], 400),
         "large head": (request_bytes("GET", "/test/echo", [("X-Large", "x" * 70000)]), 431),
         "large target": (request_bytes("GET", "/test/echo?" + "x" * 70000), 414)}


@pytest.mark.parametrize("name", TOLD)
def test_the_log_says_what_is_wrong(site, name):
    """Whoever tries is not told."""
    before = len(site.sidecar.events("request"))
    with Wire(site.port, timeout=5) as wire:
        answer = everything(wire.send(REFUSED[name]))
    (event,) = wait_until(lambda: site.sidecar.events("request")[before:], "the line of the request")
    assert (event["status"], event["detail"]) == (405 if name == "connect" else 400, TOLD[name])
    assert answer.endswith(b"\r\n\r\nThat method is not taken.\n" if name == "connect" else
                           b"\r\n\r\nThe request is malformed.\n")


@pytest.mark.parametrize("head, status", HEADS.values(), ids=HEADS)
def test_libmicrohttpd_says_what_it_refuses_itself(site, head, status):
    before = len(site.sidecar.events("connection"))
    with Wire(site.port, timeout=5) as wire:
        assert statuses(everything(wire.send(head))) == [status]
    assert f"code is {status} " in wait_until(lambda: site.sidecar.events("connection")[before:],
                                              "the line of the connection")[-1]["detail"]


def test_what_is_sound_has_no_fault(site):
    assert exchange(site.port, request_bytes("GET", "/test/echo?sound")).status == 200
    assert "detail" not in site.sidecar.wait_event("request", path="/test/echo", status=200)


SOUND = ("GET /test/echo HTTP/1.1\r\nHost: a\r\nX-Empty:\r\nX-Blank: \t \r\nX-Behind: b \t\r\n"
         "Cookie: a=b; c=d\r\nCookie: e=f\r\nx:y\r\nX-High: \xe9\r\nX-Last:\tz\r\n\r\n")


@pytest.mark.parametrize("step", [1, 7])
def test_sound_heads_however_they_arrive(site, step):
    """Cut in two at any place, and byte by byte: what is legal, if odd, is never refused."""
    with Wire(site.port) as wire:
        for at in range(1, len(SOUND), step):
            wire.send(SOUND[:at])
            assert wire.send(SOUND[at:]).answer().status == 200, f"cut at {at}"
        for character in SOUND:
            wire.send(character)
        assert wire.answer().status == 200


def test_sound_heads_one_behind_the_other(site):
    """Pipelined, with long values that make the library's buffer grow and move."""
    long = SOUND.replace("X-Last:", "X-Long: " + "l" * 7000 + "\r\nX-Last:")
    with Wire(site.port) as wire:
        wire.send((SOUND + long) * 5 + SOUND)
        for _ in range(11):
            assert wire.answer().status == 200


@pytest.mark.parametrize("name", BODIES)
def test_malformed_chunks(site, name):
    """The head may have gone on by then; a whole body must not."""
    since = site.xnat.mark()
    with Wire(site.port) as wire:
        wire.send(f"POST /test/echo HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n"
                  f"{BODIES[name]}")
        try:
            assert wire.answer("POST").status >= 400
        except (Closed, ConnectionError):
            pass
    assert not any(each["body_complete"] for each in site.xnat.requests(since))


@pytest.mark.parametrize("size, statuses", [(16000, {200, 400, 413, 414, 431}),
                                            (70000, {400, 413, 414, 431})])
def test_large_heads(site, size, statuses):
    for head in (request_bytes("GET", "/test/echo", [("X-Large", "x" * size)]),
                 request_bytes("GET", "/test/echo?" + "x" * size),
                 request_bytes("GET", "/test/echo", [(f"X-{number}", "v")
                                                     for number in range(size // 10)])):
        try:
            assert exchange(site.port, head).status in statuses
        except (Closed, ConnectionError):
            pass


@pytest.mark.parametrize("path", ["/oidc/sign-in", "/oidc/sign-out", "/oidc/session", "/oidc/auth",
                                  "/oidc/auth-redirect", "/oidc/jwks.json", "/openid-login",
                                  "/oidc/nothing", "/"])
@pytest.mark.parametrize("headers, body", [
    ([("Content-Length", "0")], b""), ([("Content-Type", "")], b"x"),
    ([("Content-Type", "x" * 8000)], b"x"),
    ([("Transfer-Encoding", "chunked")], b"0\r\n\r\n"),
    ([("Content-Type", "multipart/form-data; boundary=\"a\"")], b"--a\0\r\n"),
    ([("Content-Type", "application/x-www-form-urlencoded")], b"a=%zz&=&&" + b"x" * 100000)],
    ids=["empty", "no type", "long type", "no chunk", "multipart", "large form"])
def test_posts_to_own_paths(site, path, headers, body):
    """CVE-2021-20718 and its kind: bodies that nobody asked for."""
    with Wire(site.port) as wire:
        try:
            wire.send(request_bytes("POST", path, headers, body))
            assert wire.answer("POST").status < 600
        except (Closed, ConnectionError):
            pass
    assert exchange(site.port, request_bytes("GET", "/oidc/session")).status == 401


@pytest.mark.parametrize("target", ["/test/echo/%", "/test/echo/%4", "/test/echo/%zz",
                                    "/openid-login?providerId=%", "/oidc/sign-in?rd=%4",
                                    "/oidc/sign-in?%", "/oidc/sign-in?&&==&rd"])
def test_lone_percent(site, target):
    assert exchange(site.port, request_bytes("GET", target)).status in (200, 302, 400, 404)


def test_half_requests_do_not_hold_others_up(site):
    wires = [Wire(site.port) for _ in range(50)]
    for wire in wires:
        wire.send("GET /test/echo HTTP/1.1\r\nHost: a\r\nX-Slow: ")
    for _ in range(10):
        assert exchange(site.port, request_bytes("GET", "/test/echo")).status == 200
    for wire in wires:
        wire.close()


def test_still_alive(site):
    assert site.sidecar.alive
    site.signed_in()
