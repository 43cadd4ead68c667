"""Landscape 3.12: what libmicrohttpd got wrong, and messages that two servers could read differently."""

import re
import shutil
import subprocess

import pytest

from harness.process import ROOT, clean_environment
from harness.servers import sidecar_program
from harness.wire import Closed, Wire, exchange, request_bytes
from system.test_malformed import HOST, REFUSED, everything, statuses

LIBRARIES = sidecar_program().parent


def assert_refused(site, data):
    """400 or another refusal, the connection closed, nothing at XNAT."""
    since = site.xnat.mark()
    with Wire(site.port, timeout=10) as wire:
        wire.send(data)
        said = statuses(everything(wire))
    assert all(status >= 400 for status in said), said
    assert not site.xnat.requests(since)
    return said


def program():
    """The program itself, not the wrapper that libtool puts in its place."""
    real = LIBRARIES / ".libs" / sidecar_program().name
    return real if real.exists() else sidecar_program()


def symbols():
    """The names that the program takes from libraries, and the libraries."""
    assert shutil.which("readelf"), "binutils come with the compiler"
    def read(option):
        return subprocess.run(["readelf", "-W", option, program()], capture_output=True, text=True,
                              check=True).stdout
    return (set(re.findall(r"UND (\w+)", read("--dyn-syms"))),
            re.findall(r"Shared library: \[([^]]+)\]", read("-d")))


@pytest.mark.parametrize("end", ["%", "%4", "%%", "%zz", "%u0041", "%\x80", "a%"])
@pytest.mark.parametrize("start", ["/test/echo/", "/test/echo?x=", "/openid-login?providerId=",
                                   "/oidc/sign-in?rd=", "/oidc/auth-redirect/", "/oidc/sign-in?",
                                   "/openid-login?code=x&state=", "/"])
def test_cve_2013_7038_lone_percent(site, start, end):
    answer = exchange(site.port, request_bytes("GET", start + end))
    assert answer.status in (200, 302, 400, 401, 404)
    assert site.sidecar.alive


@pytest.mark.parametrize("size", [10, 1000, 8000, 100000])
def test_cve_2013_7039_digest_authorization(site, size):
    """The library's digest authentication is not used: the header is XNAT's, or too long for anybody."""
    value = "Digest username=\"" + "a" * size + "\", nonce=\"" + "b" * (size // 2) + "\""
    since = site.xnat.mark()
    try:
        answer = exchange(site.port, request_bytes("GET", "/test/echo", [("Authorization", value)]))
    except (Closed, ConnectionError):
        assert size > 8000
    else:
        assert answer.status in (200, 400, 413, 431)
        for request in site.xnat.requests(since):
            assert value.encode() in request["head"], "unchanged"
    assert exchange(site.port, request_bytes("GET", "/test/echo")).status == 200


def test_cve_2013_7039_digest_is_not_even_linked():
    taken, _ = symbols()
    assert "MHD_start_daemon" in taken, "or this looks at the wrong program"
    assert not [name for name in taken if "digest" in name.lower() and name.startswith("MHD_")]


def test_cve_2021_3466_post_processor_is_not_linked():
    taken, _ = symbols()
    assert not {"MHD_create_post_processor", "MHD_post_process"} & taken


def test_cve_2021_3466_configure_refuses_that_version(tmp_path):
    """With a pkg-config that tells of 0.9.70, and with one that tells of 0.9.71."""
    assert configure_says(tmp_path, "libmicrohttpd", "0.9.70") != 0
    assert configure_says(tmp_path, "libmicrohttpd", "0.9.71") == 0


def configure_says(folder, package, version):
    """What the line of configure.ac about that package makes of that version."""
    asked = re.search(rf"\[({package}[^\]]*)\]", (ROOT / "configure.ac").read_text()).group(1)
    (folder / f"{package}.pc").write_text(
        f"Name: {package}\nDescription: a stand-in\nVersion: {version}\n")
    return subprocess.run(["pkg-config", "--exists", asked], check=False,
                          env=clean_environment(PKG_CONFIG_LIBDIR=str(folder))).returncode


@pytest.mark.parametrize("boundary", ["\"a\0b\"", "\0", "a\0", "\"", "x" * 5000, ""])
@pytest.mark.parametrize("path", ["/test/echo", "/oidc/sign-out", "/openid-login"])
def test_cve_2023_27371_multipart_boundary(site, path, boundary):
    """A form of parts is a stream of bytes to us: nobody looks for its boundary."""
    head = f"POST {path} HTTP/1.1\r\n{HOST}Content-Type: multipart/form-data; boundary={boundary}\r\n" \
           "Content-Length: 40\r\n\r\n"
    since = site.xnat.mark()
    try:
        with Wire(site.port) as wire:
            wire.send(head.encode("latin-1") + b"--a\0b\r\nContent-Disposition: form-data\r\n\r\nx"[:40])
            assert wire.answer("POST").status < 500
    except (Closed, ConnectionError):
        pass
    assert not [request for request in site.xnat.requests(since) if b"\0" in request["head"]]
    assert exchange(site.port, request_bytes("GET", "/test/echo")).status == 200


FRAMES = [b"\x81\x80\0\0\0\0", b"\x88\xff" + b"\xff" * 8, b"\x00", b"\x8f" * 200,
          b"\x81\xfe\xff\xff" + b"\0" * 100]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("key", ["", "AAAAAAAAAAAAAAAAAAAAAA==", "x" * 5000, "=" * 30])
def test_cve_2025_59777_websocket_packets(site, key, frame):
    """An upgrade is answered as what it is without one, and what comes after it is no frame to us."""
    handshake = request_bytes("GET", "/test/echo", [
        ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Key", key),
        ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Protocol", ", ,")])
    with Wire(site.port) as wire:
        try:
            assert wire.send(handshake + frame).answer().status != 101
        except (Closed, ConnectionError):
            pass
    assert exchange(site.port, request_bytes("GET", "/test/echo")).status == 200


def test_cve_2025_62689_websocket_library_is_not_linked():
    """The fix of both took code away that is not in the library we link, and we ask for no upgrade."""
    taken, needed = symbols()
    assert [name for name in needed if name.startswith("libmicrohttpd.so")]
    assert not [name for name in needed if "microhttpd_ws" in name]
    assert not [name for name in taken if name.startswith(("MHD_websocket", "MHD_create_response_for_upgrade"))]


def test_cve_2025_62689_version_tells_the_library():
    said = subprocess.run([sidecar_program(), "--version"], capture_output=True, text=True, check=True,
                          env=clean_environment()).stdout
    for library in ("liboidc", "libmicrohttpd", "libcurl", "OpenSSL", "cjose", "jansson"):
        assert re.search(rf"{library}[ /]\d+\.\d+", said), f"no version of {library}: {said}"


NAMES = [*(f"X{chr(byte)}A" for byte in range(256)
           if not (chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in "!#$%&'*+-.^_`|~:"))
           and byte not in (0x0a, 0x0d))]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: f"{ord(name[1]):02x}")
def test_mantis_9634_bytes_in_header_names(site, name):
    """Every byte that no name may have: refused before any of it is forwarded."""
    data = f"GET /test/echo HTTP/1.1\r\n{HOST}{name}: x\r\nX-B: 1\r\n\r\n".encode("latin-1")
    since = site.xnat.mark()
    with Wire(site.port) as wire:
        assert wire.send(data).answer().status == 400 and wire.at_end()
    assert not site.xnat.requests(since)


@pytest.mark.parametrize("line", ["nonsense", ": nameless", "X-A : 1", "X-A\t: 1", " X-A: 1", "\tX-A: 1"])
def test_mantis_9634_lines_that_are_no_field(site, line):
    since = site.xnat.mark()
    with Wire(site.port, timeout=10) as wire:
        wire.send(f"GET /test/echo HTTP/1.1\r\n{line}\r\n{HOST}\r\n")
        said = statuses(everything(wire)) if line != ": nameless" else [400]
    assert all(status >= 400 for status in said), said
    assert line == ": nameless" or not site.xnat.requests(since)


LENGTHS = [name for name in REFUSED if any(word in name for word in (
    "length", "coding", "colon", "NUL", "lone CR", "host", "folded", "line feed"))]


@pytest.mark.parametrize("name", LENGTHS)
def test_smuggling_lengths_that_two_could_read_differently(site, name):
    assert_refused(site, REFUSED[name])


CODINGS = ["xchunked", "chunkedx", "chunked, chunked", "gzip, chunked", "chunked;q=1", "identity",
           "\tchunked\t\x0b", "CHUNKED,", ",chunked", "chun\tked", "trailers",
           "chunked\x00\r\nX-B: 1", "\r\n chunked", "chunked\r\n "]


@pytest.mark.parametrize("coding", CODINGS)
def test_smuggling_transfer_codings(site, coding):
    assert_refused(site, f"POST /test/echo HTTP/1.1\r\n{HOST}Transfer-Encoding: {coding}\r\n\r\n"
                         "0\r\n\r\nGET /test/smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
