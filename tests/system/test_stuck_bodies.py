"""Bodies that do not come to an end cost nothing for long: neither a worker's time nor a connection."""

import os
import socket
import time

import pytest

from harness.wait import wait_until


def connect(site):
    return socket.create_connection(("127.0.0.1", site.port))


def ends(sock):
    """Whether the server has closed the connection."""
    sock.settimeout(0.2)
    try:
        return sock.recv(65536) == b""
    except TimeoutError:
        return False
    except ConnectionResetError:
        return True


def ticks(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


@pytest.mark.parametrize("path", ["/oidc/session", "/app/upload"])
def test_framing_that_fills_the_buffer(site, path):
    """libmicrohttpd cannot go on reading such a chunk's head, and wants to be run for ever."""
    sock = connect(site)
    sock.sendall(f"POST {path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;"
                 .encode() + b"a" * 33000)
    wait_until(lambda: ends(sock), "the connection to be closed", timeout=20)
    pid = site.sidecar.child.pid
    before = ticks(pid)
    # Not a measure of time: a worker that spins uses all of these seconds, one that waits none.
    time.sleep(2)
    assert ticks(pid) - before < os.sysconf("SC_CLK_TCK")


def test_framing_that_fills_the_buffer_after_an_invitation(site):
    """A connection that was waited with before its body came is watched as any other."""
    before = descriptors(site)
    sock = connect(site)
    sock.sendall(b"PUT /test/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                 b"Expect: 100-continue\r\n\r\n")
    assert sock.recv(65536).startswith(b"HTTP/1.1 100 ")
    sock.sendall(b"5;" + b"a" * 33000)
    wait_until(lambda: ends(sock), "the connection to be closed", timeout=20)
    wait_until(lambda: descriptors(site) <= before, "it to be let go of", timeout=20)


@pytest.mark.parametrize("path", ["/oidc/session", "/oidc/sign-out"])
def test_clients_that_go_in_mid_body(site, path):
    before = descriptors(site)
    for _ in range(20):
        sock = connect(site)
        sock.sendall(f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab".encode())
        sock.close()
    wait_until(lambda: descriptors(site) <= before, "the connections to be closed", timeout=20)


def descriptors(site):
    return len(os.listdir(f"/proc/{site.sidecar.child.pid}/fd"))
