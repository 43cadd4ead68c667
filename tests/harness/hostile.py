"""A provider that lies on demand.

One server is host to any number of tenants, each an issuer of its own whose every answer a test can
replace: a whole answer by a function that writes to the socket, the ID token by functions that change
its claims, its header or its signature. Left alone, a tenant behaves.
"""

import base64
import hashlib
import hmac
import http.server
import json
import socketserver
import ssl
import threading
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

ENDPOINTS = ("discovery", "jwks", "token", "userinfo")
SUBJECT = "subject-1"


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


class Key:
    """An RSA key with its identifier."""

    def __init__(self, kid):
        self.kid = kid
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwk(self):
        numbers = self.private.public_key().public_numbers()
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid,
                "n": b64url(numbers.n.to_bytes(256, "big")),
                "e": b64url(numbers.e.to_bytes(3, "big"))}

    def public_pem(self):
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def sign(self, data):
        return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())


# Made once: keys cost time, and tests need no fresh ones.
OWN_KEY, STRANGE_KEY = Key("own-key"), Key("strange-key")


def compact(head, claims, sign):
    """A compact JWS. Head and claims may be bytes, for JSON that no serializer would write."""
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode()
             for part in (head, claims)]
    text = ".".join(b64url(part) for part in parts)
    return f"{text}.{b64url(sign(text.encode()))}"


def hs256(secret):
    return lambda data: hmac.new(secret, data, hashlib.sha256).digest()


class Tenant:
    """One issuer. Set attributes to make it lie; `behave` undoes all."""

    def __init__(self, server, name):
        self.server, self.name = server, name
        self.issuer = f"{server.url}/t/{name}"
        self.codes = {}
        self.counts = {endpoint: 0 for endpoint in ENDPOINTS}
        self.token_requests = []
        self.behave()

    def behave(self):
        self.answers = {}  # endpoint: function(exchange)
        self.claims = lambda claims: claims
        self.head = lambda head: head
        self.sign = OWN_KEY.sign
        self.id_token = None  # function(claims) that replaces all three
        self.token_members = lambda members: members
        self.userinfo_claims = lambda claims: claims
        self.keys = [OWN_KEY]
        self.metadata = lambda document: document
        self.back = None  # function(params, code): the query of the return leg

    # --- what it answers when it behaves ---------------------------------------------------------

    def discovery(self, exchange):
        document = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
        }
        exchange.json(self.metadata(document))

    def jwks(self, exchange):
        exchange.json({"keys": [key.jwk() if isinstance(key, Key) else key for key in self.keys]})

    def authorize(self, exchange):
        params = dict(urllib.parse.parse_qsl(exchange.query))
        if "redirect_uri" not in params:
            exchange.reply(400, b"redirect_uri is missing")
            return
        code = f"canary-code-{len(self.codes)}-{time.monotonic_ns()}"
        self.codes[code] = params
        query = self.back(params, code) if self.back else urllib.parse.urlencode(
            {"code": code, "state": params["state"]})
        exchange.reply(302, b"", headers=[("Location", f"{params['redirect_uri']}?{query}")])

    def token(self, exchange):
        form = dict(urllib.parse.parse_qsl(exchange.body.decode()))
        if "code" not in form:
            exchange.reply(400, b'{"error": "invalid_request"}')
            return
        self.token_requests.append(form)
        asked = self.codes.get(form.get("code"), {})
        access = f"canary-access-token-{form.get('code')}"
        now = int(time.time())
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims = {"iss": self.issuer, "aud": asked.get("client_id"), "sub": SUBJECT,
                  "iat": now, "exp": now + 300, "nonce": asked.get("nonce"),
                  "at_hash": b64url(half), "email": "person@example.com", "given_name": "Given",
                  "family_name": "Family"}
        claims = self.claims(claims)
        if self.id_token:
            id_token = self.id_token(claims)
        else:
            head = self.head({"alg": "RS256", "kid": OWN_KEY.kid, "typ": "JWT"})
            id_token = compact(head, claims, self.sign)
        members = {"access_token": access, "token_type": "Bearer", "expires_in": 300,
                   "id_token": id_token}
        exchange.json(self.token_members(members))

    def userinfo(self, exchange):
        exchange.json(self.userinfo_claims({"sub": SUBJECT, "email": "person@example.com",
                                            "given_name": "Given", "family_name": "Family"}))


class Exchange(http.server.BaseHTTPRequestHandler):
    """One request and the means to answer it in any shape."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        path, _, self.query = self.path.partition("?")
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append(f"{self.requestline}\n{self.headers}\n{self.body.decode('latin-1')}")
        parts = path.split("/", 3)
        tenant = self.server.tenants.get(parts[2]) if len(parts) == 4 else None
        name = "discovery" if path.endswith("/.well-known/openid-configuration") else parts[-1]
        if tenant is None or name not in (*ENDPOINTS, "authorize"):
            self.reply(404, b"")
            return
        if name in tenant.counts:
            tenant.counts[name] += 1
        answer = tenant.answers.get(name)
        if answer:
            self.close_connection = True
            answer(self)
        else:
            getattr(tenant, name)(self)

    do_POST = do_GET

    def json(self, value):
        self.reply(200, value if isinstance(value, bytes) else json.dumps(value).encode())

    def reply(self, status, body, kind="application/json", headers=()):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def raw(self, data):
        self.wfile.write(data)

    @property
    def stopping(self):
        return self.server.stopping

    def log_message(self, *_):
        pass


class HostileProvider(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port=0, tls=None):
        """tls: the host's name, its certificate and key (files)."""
        super().__init__(("127.0.0.1", port), Exchange)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        if tls:
            name, certificate, key = tls
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            self.socket = context.wrap_socket(self.socket, server_side=True)
            self.url = f"https://{name}:{self.server_address[1]}"
        self.seen = []  # every request as it came
        self.tenants = {}
        self.stopping = threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05},
                         daemon=True).start()

    def tenant(self, name):
        self.tenants[name] = Tenant(self, name)
        return self.tenants[name]

    def stop(self):
        self.stopping.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """The other side hangs up on lies: that is what it should do."""


# --- answers of an endpoint, whatever its name ------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def slow(exchange):
    """A byte a second, for longer than anybody should wait."""
    exchange.raw(HEAD + b"Content-Length: 3600\r\n\r\n")
    while not exchange.stopping.wait(1):
        exchange.raw(b" ")


def silent(exchange):
    """Takes the request and never says anything."""
    exchange.stopping.wait(120)


def endless(exchange):
    exchange.raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    block = b" " * 65536
    while not exchange.stopping.is_set():
        exchange.raw(b"%x\r\n%b\r\n" % (len(block), block))


def huge(exchange):
    """Well-formed, and a little over the limit of 1 MiB."""
    exchange.reply(200, b'{"padding": "' + b"x" * (1024 * 1024) + b'"}')


def huge_head(exchange):
    exchange.raw(b"HTTP/1.1 200 OK\r\n")
    for number in range(40000):
        exchange.raw(b"X-Padding-%d: %b\r\n" % (number, b"x" * 100))
    exchange.raw(b"Content-Length: 2\r\n\r\n{}")


def cut_short(exchange):
    exchange.raw(HEAD + b"Content-Length: 1000\r\n\r\n{\"keys\": [")


def cut_short_chunk(exchange):
    exchange.raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{\"keys\": [")


def redirected(exchange):
    exchange.reply(302, b"", headers=[("Location", exchange.path + "?again=1")])


def not_json(exchange):
    exchange.reply(200, b"<html>Sorry, we are down for maintenance</html>", "text/html")


def json_array(exchange):
    exchange.reply(200, b"[]")


def json_string(exchange):
    exchange.reply(200, b'"yes"')


def deep_json(exchange):
    exchange.reply(200, b"[" * 200000 + b"]" * 200000)


def not_utf8(exchange):
    exchange.reply(200, b'{"keys": "\xff\xfe"}')


def duplicate_keys(exchange):
    exchange.reply(200, b'{"sub": "subject-1", "sub": "subject-2", "issuer": "a", "issuer": "b", '
                        b'"keys": [], "keys": [], "id_token": "a", "id_token": "b", '
                        b'"access_token": "a", "token_type": "Bearer"}')


def empty(exchange):
    exchange.reply(200, b"")


def server_error(exchange):
    exchange.reply(500, b'{"error": "server_error"}')


def no_http(exchange):
    exchange.raw(b"\x16\x03\x01 this is no HTTP\r\n\r\n")


def hang_up(exchange):
    exchange.close_connection = True
