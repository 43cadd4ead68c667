"""Starting, ending, and what is said while at it."""

import json
import os
import signal
import threading

import pytest

from harness.process import free_port
from harness.servers import Provider, fetch
from harness.wait import wait_until
from harness.wire import Wire, request_bytes


def test_sigterm_lets_a_download_finish(launch):
    made = launch()
    with Wire(made.port) as wire:
        wire.send(request_bytes("GET", "/test/gate/drain?when=body&size=100000"))
        assert wire.head().status == 200
        chunks = wire.chunks()
        first = len(next(chunks))
        made.sidecar.signal(signal.SIGTERM)
        made.sidecar.wait_event("stopping")
        with pytest.raises(OSError):
            Wire(made.port, timeout=2).send(request_bytes("GET", "/")).answer()
        assert made.sidecar.alive
        made.xnat.open_gate("drain")
        assert first + sum(map(len, chunks)) == 100000
    assert made.sidecar.wait_exit() == 0
    made.sidecar.wait_event("stopped")
    assert not made.sidecar.events("requests_cut")


def test_sigterm_lets_an_upload_finish(launch):
    made = launch()
    with Wire(made.port) as wire:
        wire.send(request_bytes("PUT", "/test/echo", [("Content-Length", "200000")]))
        wire.send(b"x" * 100000)
        wait_until(lambda: any(each["body_size"] for each in made.xnat.requests()), "the upload")
        made.sidecar.signal(signal.SIGTERM)
        made.sidecar.wait_event("stopping")
        wire.send(b"x" * 100000)
        assert json.loads(wire.answer("PUT").body)["size"] == 200000
    assert made.sidecar.wait_exit() == 0


def test_sigterm_while_idle(launch):
    """Open connections without a request hold nothing up."""
    made = launch()
    wires = [Wire(made.port) for _ in range(10)]
    for wire in wires[:5]:
        wire.send(request_bytes("GET", "/test/echo")).answer()
    made.sidecar.signal(signal.SIGTERM)
    assert made.sidecar.wait_exit(10) == 0
    for wire in wires:
        wire.close()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_the_log_says_who_ended_it(launch, name):
    made = launch()
    with_hang_up(made.sidecar, "default")
    made.sidecar.signal(signal.Signals[name])
    assert made.sidecar.wait_exit() == 0
    (event,) = made.sidecar.events("stopping")
    assert (event["signal"], event["sender"]) == (name, os.getpid())


def with_hang_up(sidecar, how):
    """Whatever this process was started with."""
    sidecar.stop()
    sidecar.argv = ["env", f"--{how}-signal=HUP", *sidecar.argv]
    return sidecar.start()


def outlasts(made, *signals):
    """A download goes on to its end, and then the sidecar ends."""
    with Wire(made.port) as wire:
        wire.send(request_bytes("GET", "/test/gate/drain?when=body&size=100000"))
        assert wire.head().status == 200
        for each in signals:
            made.sidecar.signal(each)
        made.sidecar.wait_event("stopping")
        made.xnat.open_gate("drain")
        assert sum(map(len, wire.chunks())) == 100000
    assert made.sidecar.wait_exit() == 0


def test_sighup_lets_a_download_finish(launch):
    """As where the terminal goes, or where somebody hopes for a reload."""
    made = launch()
    with_hang_up(made.sidecar, "default")
    outlasts(made, signal.SIGHUP)


def test_sighup_that_is_ignored_is_none(launch):
    """By nohup(1). Were it heard, the one after it would be the second and cut the download short."""
    made = launch()
    with_hang_up(made.sidecar, "ignore")
    outlasts(made, signal.SIGHUP, signal.SIGTERM)


def test_second_sigterm_does_not_wait(launch):
    made = launch()
    with Wire(made.port) as wire:
        wire.send(request_bytes("GET", "/test/gate/forever?when=head"))
        wait_until(lambda: any("forever" in each["target"] for each in made.xnat.requests()),
                   "the request")
        made.sidecar.signal(signal.SIGTERM)
        made.sidecar.wait_event("stopping")
        made.sidecar.signal(signal.SIGTERM)
        assert made.sidecar.wait_exit(10) == 0
    (event,) = made.sidecar.events("requests_cut")
    assert (event["level"], event["requests"]) == ("warning", 1) and "second signal" in event["detail"]
    made.xnat.open_gate("forever")


def test_two_signals_at_once(launch):
    made = launch()
    for _ in range(12):
        made.sidecar.signal(signal.SIGTERM)
        made.sidecar.signal(signal.SIGINT)
        assert made.sidecar.wait_exit() in (0, 1)
        made.sidecar.child.returncode = 0
        made.sidecar = made.new_sidecar(made.port, [])
        made.sidecar.start()


def test_not_ready_while_draining(launch):
    made = launch()
    with Wire(made.port) as wire:
        wire.send(request_bytes("GET", "/test/gate/ready?when=body&size=1000"))
        wire.head()
        made.sidecar.signal(signal.SIGTERM)
        made.sidecar.wait_event("stopping")
        try:
            status, body = fetch(f"{made.sidecar.admin}/readyz", timeout=1)
            assert status == 503 and json.loads(body)["reason"] == "stopping"
        except OSError:
            pass  # no answer says the same to whoever asks
        made.xnat.open_gate("ready")
        sum(map(len, wire.chunks()))
    assert made.sidecar.wait_exit() == 0


def test_readable_while_a_provider_is_down_at_start(launch):
    """The sidecar starts, says why it is not ready, shows a page, and heals by itself."""
    made = launch()
    made.sidecar.stop()
    port = int(made.provider.url.rpartition(":")[2])
    made.provider.stop()
    made.sidecar.start(ready=False)
    status, said = made.sidecar.readiness()
    assert status == 503 and said["ready"] is False
    made.sidecar.wait_event("provider_failed", provider="aaf", reason="provider_unreachable")
    (row,) = made.sidecar.readiness()[1]["providers"]
    assert row["provider"] == "aaf" and row["reason"] == "provider_unreachable"
    page = made.browser().begin(made.url)
    assert page.status == 503 and "provider_not_ready" in page.text
    refused = made.sidecar.wait_event("login_refused", reason="provider_not_ready")
    assert refused["detail"].endswith(f"not known yet: provider_unreachable: {row['detail']}"), refused
    assert made.browser().open(f"{made.url}/oidc/sign-in").status == 200
    since = made.xnat.mark()
    made.browser().request("GET", f"{made.url}/test/echo")
    assert made.xnat.requests(since), "XNAT is reached all the same"
    made.provider = Provider([(made.client.id, made.client.secret, made.redirect_uri)], port=port)
    made.provider.start()
    made.sidecar.wait_ready(25)
    made.signed_in()


def test_provider_lost_and_found_while_running(launch):
    made = launch()
    port = int(made.provider.url.rpartition(":")[2])
    browser = made.signed_in()
    tab = made.browser()
    back = tab.at_provider(tab.begin(made.url))
    made.provider.stop()
    answer = tab.open(back)
    assert answer.status == 502 and "provider_unreachable" in answer.text
    assert browser.open(f"{made.url}/oidc/session").status == 200, "sessions do not need it"
    made.provider = Provider([(made.client.id, made.client.secret, made.redirect_uri)], port=port)
    made.provider.start()
    # Its keys are new ones: learnt by the first token that names an unknown key.
    made.signed_in()


def test_keys_rotate(launch):
    made = launch()
    made.signed_in()
    made.provider.rotate_keys(keep=False)
    made.signed_in("guenther")


def test_logins_during_rotation_share_one_fetch(launch):
    made = launch()
    tabs = [made.browser() for _ in range(12)]
    backs = [tab.at_provider(tab.begin(made.url)) for tab in tabs]
    made.provider.rotate_keys()
    before = made.provider.counts().get("jwks", 0)
    answers = []
    threads = [threading.Thread(target=lambda tab=tab, back=back: answers.append(
        tab.open(back).status)) for tab, back in zip(tabs, backs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(40)
    assert answers == [302] * 12
    assert made.provider.counts()["jwks"] - before == 1


def test_unix_socket(launch, tmp_path):
    import socket
    made = launch()
    made.sidecar.stop()
    path = tmp_path / "sidecar.socket"
    made.sidecar.argv[made.sidecar.argv.index("--listen") + 1] = f"unix:{path}"
    made.sidecar.start()
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(str(path))
        client.sendall(request_bytes("GET", "/oidc/jwks.json", [("Connection", "close")]))
        assert client.recv(100).startswith(b"HTTP/1.1 200")


def test_ipv6(launch):
    import socket
    made = launch()
    made.sidecar.stop()
    port = free_port()
    made.sidecar.argv[made.sidecar.argv.index("--listen") + 1] = f"[::1]:{port}"
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        made.sidecar.argv[made.sidecar.argv.index("--listen") + 1] = f"127.0.0.1:{made.port}"
        made.sidecar.start()
        pytest.skip("this machine has no IPv6 loopback")
    made.sidecar.start()
    with Wire(port, host="::1") as wire:
        assert wire.send(request_bytes("GET", "/oidc/jwks.json")).answer().status == 200


def test_started_says_where(launch):
    made = launch()
    (event,) = made.sidecar.events("started")
    assert event["port"] == made.port and event["site"] == made.url
    assert event["redirect_uri"] == made.redirect_uri
    assert fetch(f"{made.sidecar.admin}/healthz")[0] == 200
