"""XNAT is down, slow, or breaks off: a clear answer or a broken connection, never a hang or a leak."""

import errno
import threading
import urllib.parse

import pytest

from harness import faults
from harness.browser import NAVIGATION, SCRIPT
from harness.ordeal import Ordeal
from harness.process import free_port
from harness.servers import Xnat
from harness.wait import wait_until
from harness.wire import Closed, Wire, request_bytes


@pytest.fixture(scope="module")
def site(module_launch):
    return module_launch(options=["--upstream-timeout", "2s"])


def get(made, target, headers=()):
    with Wire(made.port) as wire:
        return wire.send(request_bytes("GET", target, headers)).answer()


def reference_of(answer):
    """What leads from a text to its event."""
    return answer.body.decode().splitlines()[-1].removeprefix("Reference: ")


def test_closes_before_the_head(site):
    answer = get(site, "/test/close?when=head")
    assert answer.status == 502
    site.sidecar.wait_event("upstream_failed")


def test_is_no_http(site):
    assert get(site, "/test/garbage").status == 502


def raw(head):
    return "/test/garbage?" + urllib.parse.urlencode({"bytes": f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n"})


# What the log says of an answer that is not taken: libcurl's words, or ours where it was not libcurl.
UNUSABLE = {
    "none": ("/test/close?when=head", "Empty reply from server"),
    "no HTTP": ("/test/garbage", "Received HTTP/0.9 when not allowed"),
    "head": ("/test/headers?bytes=26000", "the head of the answer is larger than 24 KiB"),
    "length": (raw("Content-Length: 5x"), "the answer's Content-Length is no length"),
    "line": (raw("A: b\r\n\rC: d"), "the head of the answer has a line that begins with a carriage return"),
}


@pytest.mark.parametrize("target, detail", UNUSABLE.values(), ids=UNUSABLE)
def test_the_log_says_why(site, target, detail):
    """Exactly, and nothing of the request."""
    answer = get(site, target, [("Cookie", "canary=1")])
    assert answer.status == 502
    event = site.sidecar.wait_event("upstream_failed", request_id=reference_of(answer))
    assert (event["reason"], event["detail"]) == ("upstream_broken", detail)


def test_a_descriptor_that_is_not_left_is_no_trouble_of_xnats(launch, tmp_path):
    ordeal = Ordeal(launch(), faults.build(tmp_path), workers=1)
    port = ordeal.setup.port
    ordeal.faults.arm("socket", 1, errno.EMFILE, times=9)
    with Wire(port) as wire:
        answer = wire.send(request_bytes("POST", "/test/echo", [("Content-Length", "0")])).answer()
    assert ordeal.faults.disarm() > 0 and answer.status == 503
    event = ordeal.sidecar.wait_event("upstream_failed", reason="out_of_descriptors",
                                      detail="no descriptor is left for a connection")
    assert "LimitNOFILE=" in event["hint"] and event["request_id"] == reference_of(answer)


@pytest.mark.parametrize("when", ["body", "chunk"])
def test_breaks_off_in_mid_body(site, when):
    """Headers were sent: the break must be seen, not a body that looks whole."""
    with pytest.raises((Closed, ValueError, ConnectionError)):
        get(site, f"/test/close?when={when}")
    site.sidecar.wait_event("upstream_failed", reason="upstream_broken", detail={
        "body": "transfer closed with 2000000 bytes remaining to read",
        "chunk": "transfer closed with outstanding read data remaining"}[when])
    assert {event["upstream"] for event in site.sidecar.events("upstream_failed")} == {site.xnat.url}


def test_breaks_off_with_its_head(site):
    """Nothing was sent yet: the truth is told, once, and not a part that looks whole."""
    old = b"GET /test/close?when=first HTTP/1.0\r\nHost: xnat.example\r\n\r\n"
    answers = [get(site, "/test/close?when=first")]
    with Wire(site.port) as wire:
        answers.append(wire.send(old).answer())
    answers.append(get(site, "/test/close?when=head"))
    assert [answer.status for answer in answers] == [502] * 3
    references = [reference_of(answer) for answer in answers]
    site.sidecar.wait_event("upstream_failed", request_id=references[-1])
    told = [event["request_id"] for event in site.sidecar.events("upstream_failed")]
    assert [told.count(reference) for reference in references] == [1] * 3


def test_is_silent(site):
    answer = get(site, "/test/gate/never?when=head")
    assert answer.status == 504
    site.xnat.open_gate("never")


def test_falls_silent_in_mid_body(site):
    with Wire(site.port) as wire:
        wire.send(request_bytes("GET", "/test/gate/never2?when=body&size=200"))
        assert wire.head().status == 200
        with pytest.raises((Closed, ValueError, ConnectionError)):
            for _ in wire.chunks():
                pass
    event = site.sidecar.wait_event("upstream_failed", reason="upstream_timeout")
    assert event["detail"].startswith("Operation too slow.")
    site.xnat.open_gate("never2")


def test_pages_for_people_and_words_for_programs(site):
    page = get(site, "/test/close?when=head", NAVIGATION.items())
    assert page.status == 502 and page.header("Content-Type").startswith("text/html")
    plain = get(site, "/test/close?when=head", SCRIPT.items())
    assert plain.status == 502 and plain.header("Content-Type") == "text/plain; charset=utf-8"
    sentence, reason, _ = plain.body.decode().splitlines()
    assert sentence.startswith("XNAT's answer broke off.") and reason == "Reason: upstream_broken"
    site.sidecar.wait_event("upstream_failed", reason="upstream_broken", request_id=reference_of(plain))


@pytest.fixture(scope="module")
def one_worker(module_launch):
    """The connection to XNAT that one request leaves behind is the next one's."""
    made = module_launch()
    made.sidecar.stop()
    argv = made.sidecar.argv
    argv[argv.index("--workers") + 1] = "1"
    made.sidecar.start()
    return made


BODIES = {"none": ([], b""), "empty": ([("Content-Length", "0")], b""),
          "empty in chunks": ([("Transfer-Encoding", "chunked")], b"0\r\n\r\n"),
          "some": ([], b"hello"),
          "when it is wanted": ([("Content-Length", "5"), ("Expect", "100-continue")], b"")}


@pytest.mark.parametrize("method, body, times", [
    ("GET", "none", 2), ("DELETE", "none", 2), *(("POST", body, 1) for body in BODIES),
    ("PATCH", "none", 1), ("PROPFIND", "none", 1), ("get", "none", 1)])
def test_what_may_have_been_done_is_sent_once(one_worker, method, body, times):
    """XNAT closes a connection that it had kept, in place of an answer: nobody knows how far it got. Only what may
    be done twice is sent once more (RFC 9110, section 9.2.2)."""
    assert get(one_worker, "/test/echo").status == 200
    since, (headers, sent) = one_worker.xnat.mark(), BODIES[body]
    one_worker.xnat.trouble("down", "/data/once", times=5)
    with Wire(one_worker.port) as wire:
        assert wire.send(request_bytes(method, "/data/once", headers, sent)).answer().status == 502
    one_worker.xnat.reset()
    assert [request["target"] for request in one_worker.xnat.requests(since)] == ["/data/once"] * times


def assert_given_up(made):
    """Nobody waits any more: no connection to XNAT is held, and nothing holds up the end."""
    wait_until(lambda: made.xnat.state()["connections"] <= 2, "connections to XNAT to be given up",
               15, lambda: str(made.xnat.state()))
    made.sidecar.signal()
    assert made.sidecar.wait_exit(10) == 0


def test_client_that_goes_away_in_mid_download(launch):
    made = launch()
    for _ in range(10):
        wire = Wire(made.port)
        wire.send(request_bytes("GET", "/test/body?size=100000000&framing=chunked"))
        wire.head()
        wire.close()
    assert_given_up(made)


def test_client_that_goes_away_in_mid_upload(launch):
    made = launch()
    for _ in range(10):
        wire = Wire(made.port)
        wire.send(request_bytes("PUT", "/test/echo", [("Content-Length", "1000000")]))
        wire.send(b"x" * 100000)
        wire.close()
    assert_given_up(made)


def test_client_that_goes_away_while_xnat_works(launch):
    """Whether the client still waits may show only when there is something to send it."""
    made = launch()
    for number in range(10):
        with Wire(made.port) as wire:
            wire.send(request_bytes("GET", "/test/gate/works?when=head&size=5000"))
            wait_until(lambda number=number: made.xnat.state()["connections"] > number, "a request")
    made.xnat.open_gate("works")
    # Idle connections to XNAT may be kept for later; nothing must wait on them.
    made.sidecar.signal()
    assert made.sidecar.wait_exit(10) == 0


def test_descriptors_do_not_grow(site):
    def trouble():
        for target in ("/test/close?when=head", "/test/garbage", "/test/echo"):
            get(site, target)
        for when in ("body", "chunk"):
            with pytest.raises((Closed, ValueError, ConnectionError)):
                get(site, f"/test/close?when={when}")
    for _ in range(5):
        trouble()
    before = site.sidecar.descriptors()
    for _ in range(30):
        trouble()
    wait_until(lambda: site.sidecar.descriptors() <= before + 6, "descriptors to be closed", 10,
               lambda: f"{before} before, {site.sidecar.descriptors()} after")


def test_down_and_up_again(launch):
    made = launch()
    port = made.xnat.port
    browser = made.signed_in()
    made.xnat.stop()
    answer = browser.open(f"{made.url}/data/projects")
    assert answer.status == 502
    assert browser.open(f"{made.url}/oidc/session").status == 200, "our own pages go on"
    assert made.browser().sign_in(made.url).status == 302
    upload = made.browser().script(f"{made.url}/data/x", "PUT", b"x" * 1000000)
    assert upload.status == 502
    event = made.sidecar.wait_event("upstream_failed", reason="upstream_unreachable")
    assert event["detail"].startswith(f"Failed to connect to 127.0.0.1 port {port} "), event
    made.xnat = Xnat(made.own_url, made.url, port=port)
    made.xnat.start()
    assert "Signed in as" in browser.visit(f"{made.url}/").text


def test_nothing_listens_from_the_start(launch):
    """The sidecar starts and says so request by request."""
    made = launch()
    made.sidecar.stop()
    at = made.sidecar.argv.index("--upstream")
    made.sidecar.argv[at + 1] = f"http://127.0.0.1:{free_port()}"
    made.sidecar.start()
    threads, statuses = [], []
    for _ in range(20):
        threads.append(threading.Thread(target=lambda: statuses.append(get(made, "/").status)))
        threads[-1].start()
    for thread in threads:
        thread.join(30)
    assert statuses == [502] * 20
