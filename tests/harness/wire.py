"""HTTP/1.1 as bytes on a socket: for what no HTTP client would send, and to see exactly what comes."""

import socket
from dataclasses import dataclass, field

TIMEOUT = 30


class Closed(Exception):
    """The peer closed before a whole answer was there."""

    def __init__(self, received):
        super().__init__(f"closed after {len(received)} bytes: {received[:200]!r}")
        self.received = received


@dataclass
class Answer:
    status: int
    version: str
    headers: list
    body: bytes = b""
    framing: str = ""  # none, length, chunked, close
    interim: list = field(default_factory=list)  # statuses of 1xx answers before it

    def all(self, name):
        return [value for each, value in self.headers if each.lower() == name.lower()]

    def header(self, name):
        values = self.all(name)
        return values[0] if values else None


class Wire:
    """One connection; over TLS when given a context and the name to expect."""

    def __init__(self, port, host="127.0.0.1", timeout=TIMEOUT, context=None, name=None):
        self.socket = socket.create_connection((host, port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context:
            self.socket = context.wrap_socket(self.socket, server_hostname=name)
        self.stream = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.stream.close()
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data.encode("latin-1") if isinstance(data, str) else data)
        return self

    def answer(self, method="GET"):
        """The next final answer with its body, 1xx answers noted. Raises Closed."""
        interim = []
        while True:
            answer = self.head()
            if answer.status >= 200:
                break
            interim.append(answer.status)
        answer.interim = interim
        self._read_body(answer, method)
        return answer

    def head(self):
        first = self._line()
        version, _, rest = first.partition(b" ")
        status = rest[:3]
        if not version.startswith(b"HTTP/") or not status.isdigit():
            raise AssertionError(f"not an HTTP answer: {first!r}")
        headers = []
        while (line := self._line()) != b"":
            name, colon, value = line.partition(b":")
            assert colon and name.strip() == name, f"malformed header line {line!r}"
            headers.append((name.decode("latin-1"), value.strip().decode("latin-1")))
        return Answer(int(status), version.decode(), headers)

    def _line(self):
        line = self.stream.readline()
        if not line.endswith(b"\n"):
            raise Closed(line)
        assert line.endswith(b"\r\n"), f"line without CR: {line!r}"
        return line[:-2]

    def _read_body(self, answer, method):
        lengths = answer.all("Content-Length")
        if method == "HEAD" or answer.status in (204, 304):
            answer.framing = "none"
        elif "chunked" in (answer.header("Transfer-Encoding") or "").lower():
            answer.framing = "chunked"
            answer.body = b"".join(self.chunks())
        elif lengths:
            answer.framing = "length"
            answer.body = self.exactly(int(lengths[0]))
        else:
            answer.framing = "close"
            answer.body = self.stream.read()

    def exactly(self, size):
        data = self.stream.read(size)
        if len(data) != size:
            raise Closed(data)
        return data

    def chunks(self):
        while True:
            size = int(self._line().partition(b";")[0], 16)
            if size == 0:
                while self._line():
                    pass
                return
            yield self.exactly(size)
            assert self._line() == b""

    def at_end(self):
        """Whether the peer closed its side, without anything further."""
        try:
            return self.stream.read(1) == b""
        except ConnectionError:
            return True


def exchange(port, data, method="GET", timeout=TIMEOUT):
    """One request as bytes on a new connection; its answer."""
    with Wire(port, timeout=timeout) as wire:
        return wire.send(data).answer(method)


def request_bytes(method, target, headers=(), body=b"", host="127.0.0.1"):
    """A request head and body; `headers` are (name, value) pairs, written as they are."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in headers]
    if body and not any(name.lower() in ("content-length", "transfer-encoding")
                        for name, _ in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
