"""A small, strict HTTP/1.1 server: what Tomcat does on the wire, for the stand-in XNAT.

It keeps every request head as it came, byte for byte, so that tests can look at what really arrived;
it streams bodies both ways; and where Tomcat answers 400 it answers 400, at the latest.
"""

import hashlib
import html
import re
import socket
import socketserver
import sys
import threading
from http import HTTPStatus

HEAD_LIMIT = 8192  # Tomcat's maxHttpHeaderSize, request line included.
SWALLOW_LIMIT = 2 * 1024 * 1024  # Tomcat's maxSwallowSize: more unread body closes the connection.
CHUNK_LINE_LIMIT = 1024
BLOCK = 64 * 1024
IDLE_SECONDS = 60

TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
TARGET = re.compile(rb"[A-Za-z0-9._~!$&'()*+,;=:@/?%-]+")
VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")


class BadRequest(Exception):
    def __init__(self, reason, status=400):
        super().__init__(reason)
        self.status = status


class BrokenBody(ConnectionError):
    """The client's body ended early or is malformed."""


class Body:
    """A request's body, read block by block; knows the digest of what was read."""

    def __init__(self, stream, length, chunked, proceed):
        self._stream, self._left, self._chunked = stream, length, chunked
        self._proceed = proceed
        self._digest = hashlib.sha256()
        self.size = 0
        self.complete = not chunked and length == 0

    @property
    def sha256(self):
        return self._digest.hexdigest()

    def blocks(self):
        if self._proceed and not self.complete:
            self._proceed()
            self._proceed = None
        while not self.complete:
            block = self._next()
            self._digest.update(block)
            self.size += len(block)
            if block:
                yield block

    def drain(self):
        for _ in self.blocks():
            pass

    def _next(self):
        if self._chunked and self._left == 0:
            self._left = self._chunk_size()
            if self._left == 0:
                self._trailers()
                self.complete = True
                return b""
        block = self._stream.read1(min(BLOCK, self._left))
        if not block:
            raise BrokenBody("the body was cut short")
        self._left -= len(block)
        if self._left == 0:
            self._end_of_part()
        return block

    def _end_of_part(self):
        if not self._chunked:
            self.complete = True
        elif self._stream.read(2) != b"\r\n":
            raise BrokenBody("chunk without its end")

    def _line(self):
        line = self._stream.readline(CHUNK_LINE_LIMIT)
        if not line.endswith(b"\r\n"):
            raise BrokenBody("malformed chunk line")
        return line[:-2]

    def _chunk_size(self):
        digits = self._line().partition(b";")[0].strip()
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,16}", digits):
            raise BrokenBody("malformed chunk size")
        return int(digits, 16)

    def _trailers(self):
        while self._line():
            pass


class Request:
    """One request. Header names and values are Latin-1, as servlets see them."""

    def __init__(self, head, method, target, version, headers):
        self.head, self.method, self.target, self.version = head, method, target, version
        self.headers = headers
        self.path, _, self.query = target.partition("?")
        self.body = None

    def all(self, name):
        return [value for each, value in self.headers if each.lower() == name.lower()]

    def first(self, name, default=""):
        values = self.all(name)
        return values[0] if values else default

    def cookies(self):
        pairs = (part.strip().partition("=") for part in "; ".join(self.all("Cookie")).split(";"))
        return {name: value for name, equals, value in pairs if equals}


def parse_head(head):
    """Takes a request head (its empty line included) apart; raises BadRequest."""
    lines = head[:-4].split(b"\r\n")
    parts = lines[0].split(b" ")
    if len(parts) != 3 or not TOKEN.fullmatch(parts[0]):
        raise BadRequest("malformed request line")
    method, target, version = parts
    if version not in (b"HTTP/1.1", b"HTTP/1.0"):
        raise BadRequest("unknown HTTP version", 505)
    headers = [_header(line) for line in lines[1:]]
    request = Request(head, method.decode(), target.decode("latin-1"), version.decode(), headers)
    if version == b"HTTP/1.1" and len(request.all("Host")) != 1:
        raise BadRequest("HTTP/1.1 needs exactly one Host")
    return request


def check_target(request):
    """What Tomcat refuses in a request target. After parse_head, so that it is recorded first."""
    target = request.target.encode("latin-1")
    if not TARGET.fullmatch(target) or not (target.startswith(b"/") or target == b"*"):
        raise BadRequest("invalid character in the request target")
    if re.search(r"%(?![0-9A-Fa-f]{2})", request.path):
        raise BadRequest("malformed percent encoding")
    if re.search(r"%(2f|5c|00)", request.path, re.IGNORECASE):
        raise BadRequest("encoded slash, backslash or NUL in the path")


def _header(line):
    name, colon, value = line.partition(b":")
    value = value.strip(b" \t")
    if not colon or not TOKEN.fullmatch(name) or not VALUE.fullmatch(value):
        raise BadRequest("malformed header")
    return name.decode(), value.decode("latin-1")


def body_framing(request):
    """(length, chunked); raises BadRequest where two readers could disagree."""
    lengths, codings = request.all("Content-Length"), request.all("Transfer-Encoding")
    if lengths and codings or len(lengths) > 1:
        raise BadRequest("ambiguous body length")
    if codings:
        if [coding.lower() for coding in codings] != ["chunked"]:
            raise BadRequest("unknown transfer coding", 501)
        return 0, True
    if lengths and not re.fullmatch(r"[0-9]{1,18}", lengths[0]):
        raise BadRequest("malformed Content-Length")
    return int(lengths[0]) if lengths else 0, False


class Response:
    """Writes one answer. A body is bytes, or an iterable of blocks with or without a length."""

    def __init__(self, connection, request):
        self._connection, self._request = connection, request
        self.started = False
        self.close = False

    def send(self, status, headers=(), body=b"", length=None):
        headers = list(headers)
        blocks = [body] if isinstance(body, bytes) else body
        if isinstance(body, bytes):
            length = len(body)
        bodiless = status in (204, 304) or status < 200
        chunked = False
        if length is not None and not bodiless:
            headers.append(("Content-Length", str(length)))
        elif not bodiless and self._request and self._request.version == "HTTP/1.1":
            headers.append(("Transfer-Encoding", "chunked"))
            chunked = True
        elif not bodiless:
            self.close = True
        if self.close:
            headers.append(("Connection", "close"))
        self.raw(head_bytes(status, headers))
        if not bodiless and not (self._request and self._request.method == "HEAD"):
            self._write(blocks, chunked)

    def raw(self, data):
        self.started = True
        self._connection.sendall(data)

    def _write(self, blocks, chunked):
        for block in blocks:
            if block:
                self.raw(b"%x\r\n%b\r\n" % (len(block), block) if chunked else block)
        if chunked:
            self.raw(b"0\r\n\r\n")


def head_bytes(status, headers):
    # Tomcat sends no reason phrase.
    lines = [f"HTTP/1.1 {status} ", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def error_page(status, reason=""):
    """(headers, body) of an error that Tomcat answers itself."""
    title = f"HTTP Status {status} – {HTTPStatus(status).phrase}"
    text = (f'<!doctype html><html lang="en"><head><title>{title}</title></head>'
            f"<body><h1>{title}</h1><p>{html.escape(reason)}</p></body></html>")
    return ([("Content-Type", "text/html;charset=utf-8"), ("Content-Language", "en")],
            text.encode())


class Handler(socketserver.BaseRequestHandler):
    """One connection: requests one after another until somebody closes."""

    def setup(self):
        self.request.settimeout(IDLE_SECONDS)
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.request.makefile("rb", BLOCK)
        self.server.connected(+1)

    def finish(self):
        self.stream.close()
        self.server.connected(-1)

    def handle(self):
        try:
            while self._one():
                pass
        except (ConnectionError, TimeoutError):
            pass

    def _one(self):
        request, response = None, Response(self.request, None)
        try:
            head = self._read_head()
            if head is None:
                return False
            request = self._parsed(head)
            response = Response(self.request, request)
            check_target(request)
            request.body = Body(self.stream, *body_framing(request), self._proceed(request))
        except BadRequest as problem:
            response.close = True
            response.send(problem.status, *error_page(problem.status, str(problem)))
            self._linger()
            return False
        self.server.serve(request, response)
        return self._after(request, response)

    def _parsed(self, head):
        """The request, recorded; what cannot be parsed is recorded as bytes alone."""
        request = Request(head, "", "", "", [])
        try:
            request = parse_head(head)
        finally:
            self.server.record(request)
        return request

    def _read_head(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.stream.readline(HEAD_LIMIT + 1 - len(head))
            if not line and not head:
                return None
            head += line
            if len(head) > HEAD_LIMIT:
                raise BadRequest("request head larger than 8 kB")
            if not line.endswith(b"\r\n") or head == b"\r\n":
                raise BadRequest("malformed line")
        return head

    def _proceed(self, request):
        expectation = request.first("Expect").lower()
        if not expectation:
            return None
        if expectation != "100-continue":
            raise BadRequest("unknown expectation", 417)
        return lambda: self.request.sendall(b"HTTP/1.1 100 \r\n\r\n")

    def _after(self, request, response):
        """Whether the connection serves another request."""
        wants_close = "close" in request.first("Connection").lower()
        if response.close or wants_close or request.version == "HTTP/1.0":
            self._linger()
            return False
        if not request.body.complete and request.body.size == 0 and request.first("Expect"):
            return False
        for _ in request.body.blocks():
            if request.body.size > SWALLOW_LIMIT:
                return False
        return True

    def _linger(self):
        """Lets the peer read our last words although bytes of it are still under way."""
        try:
            self.request.shutdown(socket.SHUT_WR)
            self.request.settimeout(2)
            for _ in range(SWALLOW_LIMIT // BLOCK):
                if not self.request.recv(BLOCK):
                    break
        except OSError:
            pass


class Server(socketserver.ThreadingTCPServer):
    """Subclasses say what `serve` answers and, if they like, `record` what arrives."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, listen):
        host, _, port = listen.rpartition(":")
        super().__init__((host, int(port)), Handler)
        self.url = f"http://{host}:{self.server_address[1]}"
        self._count_lock = threading.Lock()
        self.connections = 0

    def connected(self, change):
        with self._count_lock:
            self.connections += change

    def serve(self, request, response):
        raise NotImplementedError

    def record(self, request):
        """Called with every whole request head, before anything is decided. What cannot be parsed
        has bytes, and an empty method and target."""

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)
