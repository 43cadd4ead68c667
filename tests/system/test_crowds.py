"""More connections than there is room for: whoever comes next waits, the log says so, and all go on afterwards."""

import contextlib
import resource

import pytest

from harness.wait import wait_until
from harness.wire import Wire, exchange, request_bytes

# Of one worker (server/crowd.h).
CROWD_MAX = 6000


def serve_alone(made, *before):
    """One worker, started by another program."""
    made.sidecar.stop()
    argv = made.sidecar.argv
    argv[argv.index("--workers") + 1] = "1"
    made.sidecar.argv = [*before, *argv]
    made.sidecar.start()


def told(made, count):
    """The one event, however often it was so."""
    event = made.sidecar.wait_event("connections_full")
    assert event["level"] == "warning" and event["connections"] == count(event), event
    return event


def assert_told_once(made):
    assert len(made.sidecar.events("connections_full")) == 1
    assert not [line for line in made.sidecar.events("connection") if "limit" in line["detail"]]


def test_no_descriptor_is_left(launch):
    """As where a service has few. What is connected already is served where it takes no descriptor."""
    made = launch()
    serve_alone(made, "prlimit", "--nofile=80:80")
    held = made.sidecar.descriptors()
    for _ in range(3):
        exchange(made.port, request_bytes("GET", "/oidc/jwks.json", [("Connection", "close")]))
    wait_until(lambda: made.sidecar.descriptors() == held, "connections that are over to be counted no more")
    with contextlib.ExitStack() as stack:
        crowd = [stack.enter_context(Wire(made.port)) for _ in range(100)]
        event = told(made, lambda event: 80 - held)
        assert "LimitNOFILE=" in event["hint"] and "descriptor" in event["detail"]
        assert crowd[0].send(request_bytes("GET", "/oidc/jwks.json")).answer().status == 200
        answer = crowd[1].send(request_bytes("POST", "/test/echo", [("Content-Length", "0")])).answer()
        assert answer.status == 503 and b"Reason: out_of_descriptors\n" in answer.body
        assert "LimitNOFILE=" in made.sidecar.wait_event("upstream_failed", reason="out_of_descriptors")["hint"]
        waiting = crowd[-1].send(request_bytes("GET", "/oidc/jwks.json"))
        for wire in crowd[:-1]:
            wire.close()
        assert waiting.answer().status == 200
    made.signed_in()
    assert_told_once(made)


def test_a_worker_has_all_that_it_takes(launch):
    """Nothing of this is libmicrohttpd's to say: it stops to accept, and is silent."""
    ours, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < CROWD_MAX + 500:
        pytest.skip(f"this machine lets nobody have {CROWD_MAX} connections")
    made = launch()
    serve_alone(made)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    try:
        with contextlib.ExitStack() as stack:
            crowd = [stack.enter_context(Wire(made.port)) for _ in range(CROWD_MAX)]
            event = told(made, lambda event: CROWD_MAX)
            assert "--workers" in event["hint"]
            waiting = stack.enter_context(Wire(made.port)).send(request_bytes("GET", "/oidc/jwks.json"))
            crowd[0].close()
            assert waiting.answer().status == 200
            assert_told_once(made)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (ours, most))
    wait_until(lambda: made.sidecar.descriptors() < 100, "the connections to be let go", 20)


@pytest.mark.parametrize("most, with_option", [(24, False), (12, True)])
def test_a_start_without_descriptors_says_what_to_do(launch, most, with_option):
    """They suffice for the sockets to listen on, and not for what each worker has besides; or not
    even for these."""
    made = launch()
    made.sidecar.stop()
    argv = made.sidecar.argv
    argv[argv.index("--workers") + 1] = "8"
    made.sidecar.argv = ["prlimit", f"--nofile={most}:{most}", *argv]
    with pytest.raises(AssertionError, match="ended early"):
        made.sidecar.start()
    assert made.sidecar.wait_exit() == 1
    event = made.sidecar.wait_event("start_failed")
    assert event.get("option") == ("--listen" if with_option else None)
    assert "LimitNOFILE=" in event["hint"] and "--workers" in event["hint"]
    made.sidecar.child.returncode = 0
