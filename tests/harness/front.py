"""A front end before a provider: TLS, a note of every request, and a document that can be amended.

Real providers stand behind such a thing. Here it also shows what the sidecar really sent them.
"""

import http.client
import json
import threading
import urllib.parse
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .tls import self_signed

NAME = "localhost"
DISCOVERY = "/.well-known/openid-configuration"
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "te", "upgrade"}


@dataclass
class Request:
    method: str
    path: str
    query: dict
    headers: dict  # names in lower case
    form: dict
    status: int = 0


class Front:
    """Attributes: url (the issuer's origin), certificate (for --ca-file), context (for a browser)."""

    def __init__(self, folder):
        self.certificate, key, self.context = self_signed(folder, NAME)
        self.upstream_port = None
        self.amend = lambda document: document
        self.requests = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        context = _server_context(self.certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True,
                                                  do_handshake_on_connect=False)
        self.port = self._server.server_address[1]
        self.url = f"https://{NAME}:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def routes(self):
        """For harness.browser.Browser."""
        return {self.url: (self.port, self.context)}

    def mark(self):
        return len(self.requests)

    def seen(self, since, url):
        """Requests to an endpoint after mark()."""
        path = urllib.parse.urlsplit(url).path
        return [each for each in self.requests[since:] if each.path == path]

    def exchange(self, method, target, headers, body):
        """Asks the provider; status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream_port, timeout=60)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value)
            if body:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def _handler(front):  # noqa: N805  (the handler's own self is another)
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                self.close_connection = True
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                parts = urllib.parse.urlsplit(self.path)
                noted = Request(self.command, parts.path, _pairs(parts.query),
                                {name.lower(): value for name, value in self.headers.items()},
                                _pairs(body.decode("latin-1")))
                headers = [pair for pair in self.headers.items() if pair[0].lower() not in HOP_BY_HOP]
                headers += [("X-Forwarded-Proto", "https"), ("X-Forwarded-Port", str(front.port)),
                            ("X-Forwarded-Host", f"{NAME}:{front.port}"),
                            ("X-Forwarded-For", "127.0.0.1"), ("Connection", "close")]
                try:
                    status, answered, content = front.exchange(self.command, self.path, headers, body)
                except OSError as problem:
                    status, answered, content = 502, [], f"no provider: {problem}\n".encode()
                noted.status = status
                front.requests.append(noted)
                if parts.path.endswith(DISCOVERY) and status == 200:
                    content = json.dumps(front.amend(json.loads(content))).encode()
                self.send_response_only(status)
                for name, value in answered:
                    if name.lower() not in HOP_BY_HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Connection", "close")
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            do_GET = do_POST = do_HEAD = do_OPTIONS = do_PUT = do_DELETE = pass_on

            def log_message(self, *_):
                pass
        return Handler


def _pairs(text):
    return dict(urllib.parse.parse_qsl(text, keep_blank_values=True))


def _server_context(certificate, key):
    import ssl
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
