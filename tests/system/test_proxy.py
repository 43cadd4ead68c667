"""XNAT's own clients do not notice us: the same bytes and statuses as without us.

Each row is sent to XNAT directly and through the sidecar; both answers, and what XNAT received, must be
equal apart from hop-by-hop headers.
"""

import base64
import json
import threading

import pytest

from harness.wait import wait_until
from harness.wire import Wire, exchange, request_bytes

BASIC = ("Authorization", "Basic " + base64.b64encode(b"admin:admin").decode())
# Where the proxy adds what it knows of the client, as reverse proxies do.
FORWARDED = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}
HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade",
       "proxy-connection"}
# What may differ between two runs of the same request, or is added by an HTTP server of its own.
CHANGING = {"date", "set-cookie"}
BODY = bytes(range(256)) * 300


@pytest.fixture(scope="module")
def site(module_launch):
    return module_launch()


def chunked(body, size=1000):
    parts = [body[at:at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def request(method, target, headers=(), body=b""):
    return method, request_bytes(method, target, headers, body)


CHUNKED = [("Transfer-Encoding", "chunked")]
LONG = "/test/echo?" + "&".join(f"p{number}={'v' * 20}" for number in range(180))
ROWS = {
    "get": request("GET", "/test/echo"),
    "head": request("HEAD", "/test/body?size=5000&framing=length"),
    "head of chunked": request("HEAD", "/test/body?size=5000&framing=chunked"),
    "options": request("OPTIONS", "/test/echo"),
    "delete": request("DELETE", "/test/echo"),
    "delete with body": request("DELETE", "/test/echo", [], BODY),
    "put": request("PUT", "/test/echo", [("Content-Type", "application/zip")], BODY),
    "post": request("POST", "/test/echo", [("Content-Type", "text/xml; charset=UTF-8")], BODY),
    "patch": request("PATCH", "/test/echo", [], b"x"),
    "propfind": request("PROPFIND", "/test/echo", [("Depth", "1")]),
    "empty post": request("POST", "/test/echo", [("Content-Length", "0")]),
    "post without length or type": request("POST", "/test/echo"),
    "get with body": request("GET", "/test/echo", [], b"a body"),
    "chunked up": request("POST", "/test/echo", CHUNKED, chunked(BODY)),
    "chunked up, one byte each": request("PUT", "/test/echo", CHUNKED, chunked(BODY[:300], 1)),
    "chunked up, nothing": request("POST", "/test/echo", CHUNKED, b"0\r\n\r\n"),
    "chunk extensions and trailers": request(
        "POST", "/test/echo", CHUNKED, b"3;a=b\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n"),
    "multipart": request("POST", "/test/echo", [
        ("Content-Type", "multipart/form-data; boundary=x")], b"--x\r\n\r\na\r\n--x--\r\n"),
    "multipart with NUL in its boundary": request("POST", "/test/echo", [
        ("Content-Type", 'multipart/form-data; boundary="a b"')], b"--a\0b\r\n\r\na\r\n--a\0b--"),
    "length down": request("GET", "/test/body?size=100000&framing=length"),
    "chunked down": request("GET", "/test/body?size=100000&framing=chunked"),
    "closed down": request("GET", "/test/body?size=100000&framing=close"),
    "empty down": request("GET", "/test/body?size=0&framing=length"),
    "204": request("GET", "/test/status/204"),
    "304": request("GET", "/test/status/304", [("If-None-Match", '"a-tag"')]),
    "302": request("GET", "/test/status/302"),
    "307": request("POST", "/test/status/307", [], b"x"),
    "404": request("GET", "/test/status/404"),
    "412": request("PUT", "/test/status/412", [], b"x"),
    "500": request("GET", "/test/status/500"),
    "503": request("GET", "/test/status/503"),
    "299": request("GET", "/test/status/299"),
    "599": request("GET", "/test/status/599"),
    "refused early": request("POST", "/test/refuse", [], b"small"),
    "several Set-Cookie": request("GET", "/test/cookies"),
    "7 kB of headers down": request("GET", "/test/headers?bytes=7000"),
    "long query": request("GET", LONG),
    "encoded path": request("GET", "/test/echo/%41%20%C3%BC+~%7E?q=%2F%3F%23%26+x&&=&a"),
    "path characters": request("GET", "/test/echo/!$&'()*+,=:@-._~?!$&'()*+,;=:@/?"),
    "empty query": request("GET", "/test/echo?"),
    "percent at the end of the query": request("GET", "/test/echo?a=%"),
    "no agent": request("GET", "/data/projects"),
    "data path of a program": request("GET", "/data/projects", [("User-Agent", "curl/7.88.1")]),
    "data path of a browser": request("GET", "/data/projects", [("User-Agent", "Mozilla/5.0")]),
    "script": request("GET", "/data/projects", [("X-Requested-With", "XMLHttpRequest"),
                                                ("Authorization", "Basic YTpi")]),
    "basic": request("GET", "/xapi/users/username", [BASIC]),
    "basic, wrong": request("GET", "/xapi/users/username", [("Authorization", "Basic eDp5")]),
    "basic, malformed": request("GET", "/xapi/users/username", [("Authorization", "Basic %%%")]),
    "unknown JSESSIONID": request("GET", "/xapi/users/username", [("Cookie", "JSESSIONID=0")]),
    "digest": request("GET", "/test/echo", [("Authorization", "Digest " + "x" * 4000)]),
    "many cookies": request("GET", "/test/echo", [
        ("Cookie", "; ".join(f"c{number}=v" for number in range(300)))]),
    "two Cookie headers": request("GET", "/test/echo", [("Cookie", "a=1"), ("Cookie", "b=2")]),
    "doubled header": request("GET", "/test/echo", [("X-Same", "1"), ("X-Same", "2")]),
    "empty header": request("GET", "/test/echo", [("X-Empty", "")]),
    "header with underscore": request("GET", "/test/echo", [("X_Custom_Header", "1")]),
    "latin-1 header": request("GET", "/test/echo", [("X-Name", "G\xfcnther")]),
    "range": request("GET", "/test/echo", [("Range", "bytes=0-99")]),
    "accept-encoding": request("GET", "/test/echo", [("Accept-Encoding", "gzip, br")]),
    "no accept": request("GET", "/test/echo", []),
}


def run(port, row):
    method, data = row
    with Wire(port) as wire:
        wire.send(data)
        return wire.answer(method)


def seen(answer, echo=False):
    """What must be equal of an answer. An echo's length changes with the headers that it echoes."""
    ignored = HOP | CHANGING | ({"content-length"} if echo else set())
    headers = sorted((name.lower(), value) for name, value in answer.headers
                     if name.lower() not in ignored)
    cookies = [value.partition("=")[0] for value in answer.all("Set-Cookie")]
    return answer.status, headers, cookies


def arrived(made, since):
    (kept,) = made.xnat.requests(since)
    headers = sorted((name.lower(), value) for name, value in kept["headers"]
                     if name.lower() not in HOP | FORWARDED | {"content-length", "cookie"})
    cookies = sorted(pair for name, value in kept["headers"] if name.lower() == "cookie"
                     for pair in value.split("; "))
    lengths = [value for name, value in kept["headers"] if name.lower() == "content-length"]
    return kept["method"], kept["target"], headers, cookies, lengths, kept["body_size"]


@pytest.mark.parametrize("name", ROWS)
def test_same_as_direct(site, name):
    row = ROWS[name]
    since = site.xnat.mark()
    direct = run(site.xnat.port, row)
    direct_arrived = arrived(site, since)
    since = site.xnat.mark()
    through = run(site.port, row)
    through_arrived = arrived(site, since)
    echo = b" /test/echo" in row[1].split(b"\r\n")[0]
    assert seen(through, echo) == seen(direct, echo)
    if echo:
        assert echoed(through) == echoed(direct)
    else:
        assert through.body == direct.body
    assert through_arrived == direct_arrived


def echoed(answer):
    """The echo without what arrived() compares and hop-by-hop headers."""
    if not answer.body:
        return None
    said = json.loads(answer.body)
    return said["method"], said["target"], said["size"], said["sha256"]


def test_content_length_is_kept(site):
    answer = run(site.port, ROWS["length down"])
    assert answer.framing == "length" and len(answer.body) == 100000


def test_head_keeps_the_content_length(site):
    assert run(site.port, ROWS["head"]).header("Content-Length") == "5000"


def test_hop_by_hop_headers_stay_behind(site):
    with Wire(site.port) as wire:
        wire.send(request_bytes("GET", "/test/hop", [
            ("Connection", "keep-alive"), ("Connection", "X-Mine, X-Ours"), ("X-Mine", "1"), ("X-Ours", "1"),
            ("Keep-Alive", "timeout=9"), ("TE", "trailers"), ("Proxy-Connection", "keep-alive"),
            ("X-Yours", "2")]))
        answer = wire.answer()
    assert answer.header("X-Only-For-You") is None and answer.header("X-End-To-End") == "2"
    names = {name.lower() for name, _ in site.xnat.requests(0)[-1]["headers"]}
    assert "x-yours" in names
    assert not names & {"x-mine", "x-ours", "keep-alive", "te", "proxy-connection"}


def test_expect_continue(site):
    """The client waits for 100 before it sends; XNAT's word counts."""
    for port in (site.xnat.port, site.port):
        with Wire(port) as wire:
            wire.send(request_bytes("PUT", "/test/echo", [("Expect", "100-continue"),
                                                          ("Content-Length", "5")]))
            assert wire.head().status == 100
            wire.send(b"hello")
            answer = wire.answer("PUT")
        assert answer.status == 200 and json.loads(answer.body)["size"] == 5


def test_expect_something_else(site):
    for port in (site.xnat.port, site.port):
        with Wire(port) as wire:
            wire.send(request_bytes("PUT", "/test/echo", [("Expect", "200-maybe")], b"x"))
            assert wire.answer("PUT").status == 417


@pytest.mark.parametrize("method, path", [("HEAD", "/test/unmeasured"), ("GET", "/test/unmeasured/304")])
def test_nothing_stands_behind_a_head_alone(site, method, path):
    """Not even an end of chunks: whoever reads on would take it for the next answer."""
    with Wire(site.port, timeout=5) as wire:
        wire.send(request_bytes(method, path))
        said = wire.stream.read()
    assert said.startswith(b"HTTP/1.1 ") and said.endswith(b"\r\n\r\n")
    assert said.count(b"\r\n\r\n") == 1, said


@pytest.mark.parametrize("headers", [
    [("Expect", "100-continue")],
    [("Expect", "100-continued")],
    [("Expect", "more, 100-continue")],
    [("Expect", "more"), ("Connection", "Expect")],
    [("Expect", "100-continue"), ("Connection", "expect")],
], ids=lambda headers: headers[0][1] + (", for this hop" if headers[1:] else ""))
def test_expectation_refused(site, headers):
    """XNAT is asked once; libcurl would ask again, and mix up the answers. It hears 100-continue in any
    text that has it, and says it by itself where we do not. That it cannot is told by the body: the
    answer ends with its head, and so did the transfer."""
    since = site.xnat.mark()
    with Wire(site.port, timeout=5) as wire:
        wire.send(request_bytes("PUT", "/test/expectation", headers, b"hello"))
        answer = wire.answer("PUT")
    assert (answer.status, answer.body) == (417, b"")
    assert len(site.xnat.requests(since)) <= 1


def test_keep_alive(site):
    with Wire(site.port) as wire:
        for number in range(20):
            answer = wire.send(request_bytes("GET", f"/test/echo?{number}")).answer()
            assert json.loads(answer.body)["target"] == f"/test/echo?{number}"


def test_pipelined(site):
    with Wire(site.port) as wire:
        wire.send(b"".join(request_bytes("GET", f"/test/echo?{number}") for number in range(5)))
        for number in range(5):
            assert json.loads(wire.answer().body)["target"] == f"/test/echo?{number}"


def test_http_1_0(site):
    with Wire(site.port) as wire:
        wire.send(b"GET /test/body?size=5000&framing=chunked HTTP/1.0\r\nHost: a\r\n\r\n")
        answer = wire.answer()
        assert answer.status == 200 and len(answer.body) == 5000
        assert "chunked" not in str(answer.headers).lower()
        assert wire.at_end()


def test_first_bytes_come_before_the_last(site):
    """Answers stream: what XNAT sent is there while XNAT still works."""
    with Wire(site.port) as wire:
        wire.send(request_bytes("GET", "/test/gate/stream?when=body&size=200"))
        assert wire.head().status == 200
        chunks = wire.chunks()
        first = next(chunks)
        assert first
        site.xnat.open_gate("stream")
        assert len(first) + sum(map(len, chunks)) == 200


def test_request_that_stays_open(site):
    """Nobody else waits for a request that XNAT takes its time over."""
    held = [Wire(site.port) for _ in range(20)]
    try:
        for wire in held:
            wire.send(request_bytes("GET", "/test/gate/patient?when=head"))
        wait_until(lambda: sum("/test/gate/patient" in each["target"]
                               for each in site.xnat.requests()) >= 20, "all to be held")
        for _ in range(20):
            assert run(site.port, ROWS["get"]).status == 200
        site.xnat.open_gate("patient")
        assert all(wire.answer().status == 200 for wire in held)
    finally:
        for wire in held:
            wire.close()


def test_upload_is_streamed(site):
    """XNAT has the first part of a body before the client has sent the last."""
    since = site.xnat.mark()
    with Wire(site.port) as wire:
        wire.send(request_bytes("PUT", "/test/echo", [("Content-Length", "200000")]))
        wire.send(b"x" * 100000)
        wait_until(lambda: any(each["body_size"] >= 50000 for each in site.xnat.requests(since)),
                   "the first part to arrive", 10)
        wire.send(b"x" * 100000)
        assert json.loads(wire.answer("PUT").body)["size"] == 200000


def test_early_refusal_of_a_large_upload(site):
    """An answer before the body was read reaches the client, at the latest after its last byte."""
    with Wire(site.port) as wire:
        wire.send(request_bytes("PUT", "/test/refuse", [
            ("Content-Length", str(760 * 65536))]))
        stop = threading.Event()

        def push():
            try:
                for _ in range(760):
                    if stop.is_set():
                        return
                    wire.send(b"x" * 65536)
            except OSError:
                pass
        sender = threading.Thread(target=push, daemon=True)
        sender.start()
        assert wire.answer("PUT").status == 413
        stop.set()
        sender.join(20)


def test_with_a_session_it_is_the_same(site):
    """Signed in, the proxy adds the identity and changes nothing else."""
    browser = site.signed_in()
    cookie = ("Cookie", browser.jar.header(site.url))
    for name in ("put", "chunked up", "encoded path", "304", "chunked down", "several Set-Cookie"):
        method, data = ROWS[name]
        head, _, body = data.partition(b"\r\n\r\n")
        data = head + f"\r\n{cookie[0]}: {cookie[1]}\r\n\r\n".encode() + body
        direct = run(site.xnat.port, ROWS[name])
        through = run(site.port, (method, data))
        assert through.status == direct.status
        assert set(dict(seen(through)[1])) >= set(dict(seen(direct)[1]))
        if "/test/echo" in data.decode("latin-1").split("\r\n")[0]:
            assert echoed(through) == echoed(direct)
        else:
            assert through.body == direct.body


def test_host_is_passed_on(site):
    with Wire(site.port) as wire:
        wire.send(request_bytes("GET", "/test/echo", host="xnat.example.com"))
        headers = dict(map(tuple, json.loads(wire.answer().body)["headers"]))
    assert headers["Host"] == "xnat.example.com"


def forwarded_for(made, headers):
    """X-Forwarded-For and -Proto as XNAT sees them."""
    since = made.xnat.mark()
    exchange(made.port, request_bytes("GET", "/test/echo", headers))
    given = [(name.lower(), value) for name, value in made.xnat.requests(since)[0]["headers"]]
    names = [name for name, _ in given]
    assert names.count("x-forwarded-for") <= 1 and names.count("x-forwarded-proto") <= 1
    return dict(given).get("x-forwarded-for", ""), dict(given).get("x-forwarded-proto", "")


@pytest.mark.parametrize("spelling", ["X-Forwarded-For", "x-forwarded-for", "X_Forwarded_For"])
def test_strangers_words_about_themselves(site, spelling):
    """A client says that it is another: XNAT hears what the connection says."""
    address, protocol = forwarded_for(site, [(spelling, "192.0.2.7"),
                                             ("X-Forwarded-Proto", "gopher")])
    assert "192.0.2.7" not in address and "gopher" not in protocol


def test_words_of_a_trusted_proxy(launch):
    made = launch(options=["--trusted-proxy", "127.0.0.0/8"])
    address, protocol = forwarded_for(made, [("X-Forwarded-For", "192.0.2.7"),
                                             ("X-Forwarded-Proto", "https")])
    assert "192.0.2.7" in address and protocol == "https"


def test_every_field_of_a_trusted_proxy_counts(launch):
    """A front end may write a field of its own below its client's: XNAT hears both, in this order."""
    made = launch(options=["--trusted-proxy", "127.0.0.0/8"])
    address, _ = forwarded_for(made, [("X-Forwarded-For", "203.0.113.9"), ("x-forwarded-for", "192.0.2.7"),
                                      ("X-Forwarded-For", "")])
    assert address == "203.0.113.9, 192.0.2.7, 127.0.0.1"


@pytest.mark.parametrize("name", ["X_Forwarded_For", "X-Forwarded_For", "X_Forwarded-Proto", "X_Real_IP"])
def test_what_slips_by_a_trusted_proxy(launch, name):
    """A client's spelling that no front end writes, and its rule for the right one does not fit."""
    made = launch(options=["--trusted-proxy", "127.0.0.0/8"])
    since = made.xnat.mark()
    answer = exchange(made.port, request_bytes("GET", "/test/echo", [(name, "slipped")]))
    assert answer.status == 200
    (seen,) = made.xnat.requests(since)
    assert b"slipped" not in seen["head"]


# --- what is kept by whom -------------------------------------------------------------------------------

@pytest.mark.parametrize("kind, kept", [
    ("text/html", "no-store"), ("Text/HTML; charset=utf-8", "no-store"), ("application/json", "no-store"),
    ("application/xhtml+xml", "no-store"), ("text/xml", "no-store"), ("application/xml", "no-store"),
    ("text/css", None), ("text/javascript", None), ("image/png", None), ("application/zip", None)])
def test_what_somebody_sees_is_kept_nowhere(site, kind, kept):
    """Where XNAT says nothing of it; and nothing is said of what everybody may see."""
    somebody = site.signed_in()
    for browser, expected in ((somebody, kept), (site.browser(), None)):
        site.xnat.trouble("answer", "/app/quiet", status=200, type=kind, body="x")
        answer = browser.open(f"{site.url}/app/quiet")
        assert (answer.status, answer.all("Cache-Control")) == (200, [expected] if expected else [])


def test_what_xnat_says_of_keeping_stays(site):
    answer = site.signed_in().open(f"{site.url}/test/kept?as=private,%20max-age=60")
    assert answer.all("Cache-Control") == ["private, max-age=60"]


KEEPING = ["Cache-Control", "Expires", "CDN-Cache-Control", "Surrogate-Control"]


def kept_by(answer):
    return [(name, value) for name in KEEPING for value in answer.all(name)]


@pytest.mark.parametrize("allowed", ["public,%20max-age=31536000", "max-age=60", "no-cache", "max-age=60&small=1"])
def test_an_answer_with_a_fresh_cookie_is_kept_nowhere(launch, allowed):
    """A cache that many people share hands out what it keeps, cookies and all."""
    made = launch(options=["--session-idle", "3s"])  # every answer of XNAT's brings a fresh cookie
    answer = made.signed_in().open(f"{made.url}/test/kept?as={allowed}")
    assert [text for text in answer.all("Set-Cookie") if text.startswith(made.session_cookie)]
    assert kept_by(answer) == [("Cache-Control", "no-store")]
    stranger = made.browser().open(f"{made.url}/test/kept?as={allowed}")
    assert stranger.all("Set-Cookie") == [] and len(kept_by(stranger)) == len(KEEPING)


@pytest.mark.parametrize("spelt", ["", "&small=1"])
def test_an_answer_that_begins_a_session_at_xnat_is_kept_nowhere(site, spelt):
    path = f"/test/kept?as=public,%20max-age=60&session=1{spelt}"
    answer = site.signed_in().open(f"{site.url}{path}")
    assert len(answer.all("Set-Cookie")) == 1 and kept_by(answer) == [("Cache-Control", "no-store")]
    assert len(kept_by(site.browser().open(f"{site.url}{path}"))) == len(KEEPING), "that one is nobody's"
