"""Bodies of any size, in bounded memory, slow or fast."""

import hashlib
import json
import sys
import threading
import time

import pytest

from harness.process import ROOT
from harness.wait import wait_until
from harness.wire import Wire, request_bytes

sys.path.insert(0, str(ROOT / "demo"))
from xnat_server.noise import noise, noise_sha256  # noqa: E402

SIZE = 200 * 1024 * 1024
GROWTH = 24 * 1024 * 1024


@pytest.fixture
def site(launch):
    made = launch()
    with Wire(made.port) as wire:  # warm: thread stacks, TLS tables, allocator
        wire.send(request_bytes("GET", "/test/body?size=3000000&framing=chunked")).answer()
    return made


def receive(wire, framing, length):
    digest, size = hashlib.sha256(), 0
    if framing == "chunked":
        blocks = wire.chunks()
    else:
        blocks = iter(lambda: wire.stream.read1(1 << 16), b"")
    for block in blocks:
        digest.update(block)
        size += len(block)
        if framing == "length" and size == length:
            break
    return size, digest.hexdigest()


@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
def test_large_download(site, framing):
    before = site.sidecar.peak_memory()
    with Wire(site.port) as wire:
        wire.send(request_bytes("GET", f"/test/body?size={SIZE}&framing={framing}",
                                [("Connection", "close")]))
        head = wire.head()
        framing = "chunked" if head.header("Transfer-Encoding") else (
            "length" if head.header("Content-Length") else "close")
        assert receive(wire, framing, SIZE) == (SIZE, noise_sha256(SIZE))
    grown = site.sidecar.peak_memory() - before
    assert grown < GROWTH, f"memory grew by {grown >> 20} MiB"


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_large_upload(site, framing):
    before = site.sidecar.peak_memory()
    headers = [("Transfer-Encoding", "chunked")] if framing == "chunked" else [
        ("Content-Length", str(SIZE))]
    with Wire(site.port, timeout=120) as wire:
        wire.send(request_bytes("PUT", "/test/echo", headers))
        for block in noise(SIZE):
            wire.send(b"%x\r\n%b\r\n" % (len(block), block) if framing == "chunked" else block)
        if framing == "chunked":
            wire.send(b"0\r\n\r\n")
        said = json.loads(wire.answer("PUT").body)
    assert (said["size"], said["sha256"]) == (SIZE, noise_sha256(SIZE))
    grown = site.sidecar.peak_memory() - before
    assert grown < GROWTH, f"memory grew by {grown >> 20} MiB"


def test_slow_reader_holds_the_sender_back(site):
    """Back-pressure: what the client does not read stays in XNAT."""
    before = site.sidecar.memory()
    wires = []
    for _ in range(8):
        wire = Wire(site.port)
        wire.send(request_bytes("GET", f"/test/body?size={SIZE}&framing=chunked"))
        assert wire.head().status == 200
        wires.append(wire)
    # Long enough to read it all eight times, if nothing held it back.
    highest, until = 0, time.monotonic() + 3
    while time.monotonic() < until:
        highest = max(highest, site.sidecar.memory())
        time.sleep(0.05)
    for wire in wires:
        wire.close()
    assert highest - before < GROWTH, f"memory grew by {(highest - before) >> 20} MiB"


def test_slow_xnat_holds_the_client_back(site):
    """The other way: an upload to an XNAT that does not read."""
    before = site.sidecar.memory()
    sent = [0]
    with Wire(site.port) as wire:
        wire.send(request_bytes("PUT", "/test/gate/unread?when=head", [
            ("Content-Length", str(SIZE)), ("Expect", "")]))

        def push():
            try:
                for block in noise(SIZE):
                    wire.send(block)
                    sent[0] += len(block)
            except OSError:
                pass
        thread = threading.Thread(target=push, daemon=True)
        thread.start()
        thread.join(60)
        assert site.sidecar.memory() - before < GROWTH
        site.xnat.open_gate("unread")
        assert wire.answer("PUT").status == 200
    assert sent[0] == SIZE


def test_many_at_once(site):
    """Several transfers share the workers, and all are whole."""
    size, results = 5 * 1024 * 1024, []
    expected = noise_sha256(size)

    def download():
        with Wire(site.port) as wire:
            answer = wire.send(request_bytes(
                "GET", f"/test/body?size={size}&framing=chunked")).answer()
            results.append(hashlib.sha256(answer.body).hexdigest() == expected)
    threads = [threading.Thread(target=download) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert results == [True] * 16


def test_transfer_outlives_the_session(launch):
    """Decided at the start of a request, never in the middle; and a transfer counts as use."""
    made = launch(options=["--session-idle", "2s", "--session-ttl", "3s"])
    browser = made.signed_in()
    with Wire(made.port) as wire:
        wire.send(request_bytes("GET", "/test/gate/long?when=body&size=5000", [
            ("Cookie", browser.jar.header(made.url))]))
        assert wire.head().status == 200
        wait_until(lambda: browser.tab().request(
            "GET", f"{made.url}/oidc/session",
            {"Cookie": f"{made.session_cookie}=x"}).status == 401, "the sidecar")
        time.sleep(4)
        made.xnat.open_gate("long")
        assert sum(map(len, wire.chunks())) == 5000
