"""Paths below /test/ of the stand-in XNAT: every shape of answer, good and bad, that a proxy may meet.

    /test/echo                              what arrived, as JSON
    /test/status/N                          that status; 204 and 304 without a body
    /test/body?size=N&framing=F             N bytes; F is length, chunked or close
    /test/headers?bytes=N                   an answer with one header of N bytes
    /test/kept?as=V[&session=1][&small=1]   a script with that Cache-Control, and the other fields by
                                            which caches keep things; with a session of XNAT's; the
                                            fields' names in small letters
    /test/cookies                           several Set-Cookie
    /test/hop                               hop-by-hop headers, one named by Connection
    /test/refuse                            an answer before the request's body was read
    /test/unmeasured[/304]                  an answer to HEAD, or a 304, that tells no length
    /test/expectation                       417 to whoever waits for 100 Continue
    /test/gate/NAME?size=N&when=W           waits until the control port opens the gate:
                                            W is head (before the answer) or body (in mid-body)
    /test/close?when=W                      closes: W is head (no answer), body (in mid-body,
                                            with Content-Length), chunk (in mid-body, chunked) or
                                            first (with the first chunk, in one piece with the head)
    /test/garbage[?bytes=B]                 an answer that is no HTTP; those bytes
"""

import json
import urllib.parse

from .noise import noise

# Bytes of a body that breaks off: more than anybody on the way holds, so that it has begun to arrive.
BEGINNING = 2_000_000


class OddPaths:
    def __init__(self, gates):
        self._gates = gates

    def serve(self, request, response):
        parts = request.path.split("/")
        params = dict(urllib.parse.parse_qsl(request.query))
        action = getattr(self, f"_do_{parts[2]}", None)
        if action is None:
            response.send(404)
        else:
            action(request, response, parts[3:], params)

    @staticmethod
    def _do_echo(request, response, _, __):
        request.body.drain()
        answer = {"method": request.method, "target": request.target, "headers": request.headers,
                  "size": request.body.size, "sha256": request.body.sha256}
        response.send(200, [("Content-Type", "application/json")], json.dumps(answer).encode())

    @staticmethod
    def _do_status(request, response, rest, _):
        request.body.drain()
        status = int(rest[0])
        headers = [("Location", "/elsewhere?a=%20b")] if status in (301, 302, 303, 307) else []
        headers.append(("ETag", '"a-tag"'))
        response.send(status, headers, b"" if status in (204, 304) else b"a small body\n")

    @staticmethod
    def _do_body(request, response, _, params):
        request.body.drain()
        size, framing = int(params["size"]), params.get("framing", "length")
        kind = [("Content-Type", "application/octet-stream")]
        if framing == "close":
            response.close = True
            response.raw(b"HTTP/1.1 200 \r\nContent-Type: application/octet-stream\r\n"
                         b"Connection: close\r\n\r\n")
            if request.method != "HEAD":
                for block in noise(size):
                    response.raw(block)
        else:
            response.send(200, kind, noise(size), size if framing == "length" else None)

    @staticmethod
    def _do_headers(_, response, __, params):
        response.send(200, [("X-Filler", "f" * int(params["bytes"]))], b"large head\n")

    @staticmethod
    def _do_kept(_, response, __, params):
        headers = [("Content-Type", "text/javascript"), ("Cache-Control", params["as"]),
                   *((name, "max-age=3600") for name in ("CDN-Cache-Control", "Surrogate-Control")),
                   ("Expires", "Fri, 01 Jan 2100 00:00:00 GMT")]
        if "session" in params:
            headers.append(("Set-Cookie", "JSESSIONID=0123456789ABCDEF; Path=/; HttpOnly"))
        if "small" in params:
            headers = [(name.lower(), value) for name, value in headers]
        response.send(200, headers, b"kept\n")

    @staticmethod
    def _do_cookies(_, response, __, ___):
        response.send(200, [("Set-Cookie", "first=1; Path=/"), ("Set-Cookie", "second=2; Path=/"),
                            ("set-cookie", "third=a=b, c; Path=/; Secure")], b"cookies\n")

    @staticmethod
    def _do_hop(_, response, __, ___):
        response.send(200, [("Connection", "keep-alive"), ("Connection", "X-Only-For-You"), ("X-Only-For-You", "1"),
                            ("Keep-Alive", "timeout=5"), ("X-End-To-End", "2")], b"hop\n")

    @staticmethod
    def _do_refuse(_, response, __, ___):
        response.close = True
        response.send(413, [("Content-Type", "text/plain")], b"no, thank you\n")

    @staticmethod
    def _do_unmeasured(_, response, rest, __):
        response.raw(b"HTTP/1.1 304 \r\nETag: \"a\"\r\n\r\n" if rest == ["304"]
                     else b"HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n")

    @staticmethod
    def _do_expectation(_, response, __, ___):
        response.close = True
        response.send(417, [("Content-Type", "text/plain")], b"no, as ever\n")

    def _do_gate(self, request, response, rest, params):
        request.body.drain()
        gate, size = rest[0], int(params.get("size", 20))

        def blocks():
            for number, block in enumerate(noise(size)):
                middle = len(block) // 2
                yield block[:middle]
                if number == 0 and params.get("when", "head") == "body":
                    self._gates.wait(gate)
                yield block[middle:]

        if params.get("when", "head") == "head":
            self._gates.wait(gate)
        response.send(200, [("Content-Type", "application/octet-stream")], blocks())

    @staticmethod
    def _do_close(request, response, _, params):
        request.body.drain()
        response.close = True
        when = params["when"]
        if when == "body":
            response.raw(b"HTTP/1.1 200 \r\nContent-Length: %d\r\n\r\n" % (2 * BEGINNING) +
                         b"x" * BEGINNING)
        elif when == "chunk":
            response.raw(b"HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n"
                         b"%x\r\n" % BEGINNING + b"x" * BEGINNING + b"\r\n3e8\r\nxxx")
        elif when == "first":
            response.raw(b"HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n")

    @staticmethod
    def _do_garbage(_, response, __, params):
        response.close = True
        response.raw(params.get("bytes", "\x00\x01\x02 this is no HTTP\r\n\r\n").encode("latin-1"))
