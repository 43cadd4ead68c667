#!/usr/bin/python3
"""A stand-in for XNAT with a filter that trusts the hand-off of oidc-sidecar.

For demonstrations and tests on loopback. It treats credentials, sessions, data paths and agents as XNAT
1.8 on Tomcat 9 does, and is never more forgiving. The filter is the recipe that any receiver of the
hand-off should follow: it believes nothing but the signed assertion.
"""

import argparse
import base64
import binascii
import collections
import hmac
import html
import json
import re
import secrets
import signal
import sys
import threading
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

from jwcrypto import jwk, jws

import http1
import xnat_test_paths

SESSION_IDLE_SECONDS = 15 * 60
CONCURRENT_MAX_SESSIONS = 1000
CLOCK_LEEWAY = 30
JWKS_RETRY_SECONDS = 2
RECORDED_REQUESTS = 5000

DATA_PATH = re.compile(r"/(xapi|data|REST|fs)(/|$)")
INTERACTIVE_AGENT = re.compile(r"MSIE|Mozilla|AppleWebKit|Opera")
USERNAME = re.compile(r"[a-zA-Z][A-Za-z0-9\-_'.]{0,63}")
EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
NAME = re.compile(r"[^&<>\"/]*[^&<>\"/\s][^&<>\"/]*")

LOGIN_PAGE = "/app/template/Login.vm"
IDENTITY_PREFIX = "X-XNAT-OIDC-"
IDENTITY_HEADERS = ("Username", "Subject", "Issuer", "Provider", "Email", "Given-Name",
                    "Family-Name", "Auto-Enabled", "Auto-Verified", "Create-User", "Assertion")
# Header name (without the prefix) and the assertion's claim that must say the same.
CLAIM_OF_HEADER = {"Username": "sub", "Subject": "provider_sub", "Provider": "provider",
                   "Email": "email", "Given-Name": "given_name", "Family-Name": "family_name",
                   "Auto-Enabled": "auto_enabled", "Auto-Verified": "auto_verified",
                   "Create-User": "create_user"}


class Refused(Exception):
    """The filter does not let a request pass."""


@dataclass
class Account:
    username: str
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    enabled: bool = True
    verified: bool = True
    password: str = None
    origin: tuple = None  # (issuer, subject) of an account that the hand-off made


@dataclass
class Session:
    username: str = None
    handed: dict = None  # claims of the assertion that opened it; None for a local login
    seen: float = field(default_factory=time.monotonic)


class Sessions:
    """Servlet sessions by JSESSIONID."""

    def __init__(self):
        self._sessions, self._lock = {}, threading.Lock()

    def get(self, identifier):
        with self._lock:
            session = self._sessions.get(identifier)
            if session and time.monotonic() - session.seen > SESSION_IDLE_SECONDS:
                del self._sessions[identifier]
                return None
            if session:
                session.seen = time.monotonic()
            return session

    def open(self, username, handed=None):
        """A new session's identifier; None when the user has too many."""
        with self._lock:
            mine = sum(1 for each in self._sessions.values() if each.username == username)
            if mine >= CONCURRENT_MAX_SESSIONS:
                return None
            identifier = secrets.token_hex(16).upper()
            self._sessions[identifier] = Session(username, handed)
            return identifier

    def end(self, identifier):
        with self._lock:
            return self._sessions.pop(identifier, None)


class Assertions:
    """Verifies assertions (JWS, ES256) with the public keys that the sidecar publishes."""

    def __init__(self, jwks_url, issuer):
        self._url, self._issuer = jwks_url, issuer
        self._keys, self._fetched, self._lock = {}, 0.0, threading.Lock()
        # Nothing between the two on loopback, whatever the environment says of proxies.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def verify(self, text):
        token = jws.JWS()
        try:
            token.deserialize(text)
            head = json.loads(token.objects["protected"])
            if head.get("alg") != "ES256" or head.get("typ") != "JWT" or "crit" in head:
                raise Refused("the assertion is not a JWT signed with ES256")
            token.allowed_algs = ["ES256"]
            token.verify(self._key(head.get("kid")))
            claims = json.loads(token.payload)
        except (jws.InvalidJWSObject, jws.InvalidJWSSignature, ValueError, KeyError) as problem:
            raise Refused(f"the assertion does not verify: {type(problem).__name__}") from None
        self._check(claims)
        return claims

    def _check(self, claims):
        now = time.time()
        if claims.get("iss") != self._issuer:
            raise Refused("the assertion is another site's")
        if claims.get("aud") != "xnat":
            raise Refused("the assertion is for another audience")
        for name in ("exp", "iat"):
            if type(claims.get(name)) is not int:
                raise Refused(f"the assertion has no usable {name}")
        if not claims["iat"] - CLOCK_LEEWAY <= now <= claims["exp"] + CLOCK_LEEWAY:
            raise Refused("the assertion is not valid at this time")
        if not isinstance(claims.get("sub"), str) or not USERNAME.fullmatch(claims["sub"]):
            raise Refused("the assertion names no valid user")

    def _key(self, kid):
        with self._lock:
            if kid not in self._keys and time.monotonic() - self._fetched > JWKS_RETRY_SECONDS:
                self._fetched = time.monotonic()
                self._keys = self._fetch()
            if kid not in self._keys:
                raise Refused("the assertion is signed by an unknown key")
            return self._keys[kid]

    def _fetch(self):
        try:
            with self._opener.open(self._url, timeout=5) as answer:
                keys = json.load(answer)["keys"]
        except (OSError, ValueError, KeyError):
            raise Refused("the sidecar's keys cannot be fetched") from None
        return {key["kid"]: jwk.JWK(**key) for key in keys
                if key.get("kty") == "EC" and key.get("crv") == "P-256"}


class HandOffFilter:
    """Turns identity headers into the claims of a verified assertion, or refuses the request."""

    def __init__(self, assertions):
        self._assertions = assertions

    def claims(self, request):
        """Claims, or None where the request carries no identity."""
        headers = self._identity_headers(request)
        if not any(headers.values()):
            return None
        if not headers.get("Assertion"):
            raise Refused("identity headers without an assertion")
        claims = self._assertions.verify(headers["Assertion"])
        for name, claim in CLAIM_OF_HEADER.items():
            if _decoded(headers.get(name, "")) != _as_header(claims.get(claim)):
                raise Refused(f"{IDENTITY_PREFIX}{name} and the assertion disagree")
        return claims

    @staticmethod
    def _identity_headers(request):
        names = {f"{IDENTITY_PREFIX}{name}".lower(): name for name in IDENTITY_HEADERS}
        found = {}
        for name, value in request.headers:
            folded = re.sub(r"[^a-z0-9]", "-", name.lower())
            if not folded.startswith(IDENTITY_PREFIX.lower()):
                continue
            known = names.get(name.lower())
            if known is None:
                raise Refused("an identity header in a spelling that nobody sends")
            if known in found:
                raise Refused("an identity header comes twice")
            found[known] = value
        return found


def _decoded(value):
    if not re.fullmatch(r"[\x20-\x7e]*", value):
        raise Refused("an identity header is not printable ASCII")
    return urllib.parse.unquote(value, errors="strict")


def _as_header(claim):
    if isinstance(claim, bool):
        return "true" if claim else "false"
    return claim or ""


class Xnat:
    """What XNAT does with a request, apart from pages."""

    def __init__(self, options):
        self.accounts = {name: Account(name, password=password)
                         for name, password in options.user}
        self.sessions = Sessions()
        self.filter = None
        if options.handoff_jwks:
            self.filter = HandOffFilter(Assertions(options.handoff_jwks, options.handoff_issuer))
        self._lock = threading.Lock()

    def authenticate(self, request):
        """(session or None, headers to set). Raises Refused or WrongPassword."""
        identifier = request.cookies().get("JSESSIONID", "")
        session = self.sessions.get(identifier)
        claims = self.filter.claims(request) if self.filter else None
        if claims:
            return self._handed(claims, identifier, session)
        if session and session.handed:
            # The person the sidecar vouched for is vouched for no longer.
            self.sessions.end(identifier)
            session = None
        authorization = request.first("Authorization")
        if authorization.lower().startswith("basic "):
            return self._basic(authorization, session)
        return (session, []) if session else (None, [])

    def _handed(self, claims, identifier, session):
        account = self._account(claims)
        same = session and session.handed and session.username == account.username
        if same:
            session.handed = claims
            return session, []
        if session:
            self.sessions.end(identifier)
        return self._open(account.username, claims)

    def _account(self, claims):
        """The account of a verified identity: found by name and origin, or made."""
        username, origin = claims["sub"], (claims.get("provider"), claims.get("provider_sub"))
        with self._lock:
            for account in self.accounts.values():
                if account.username.lower() == username.lower():
                    if account.origin != origin or account.username != username:
                        raise Refused("that user name belongs to an account of another origin")
                    return account
            if claims.get("create_user") is not True:
                raise Refused("there is no such account, and none may be created")
            account = Account(username, claims.get("email") or "", claims.get("given_name") or "",
                              claims.get("family_name") or "",
                              claims.get("auto_enabled") is True,
                              claims.get("auto_verified") is True, origin=origin)
            if not EMAIL.fullmatch(account.email):
                raise Refused("an account needs a valid e-mail address")
            for name in (account.first_name, account.last_name):
                if name and not NAME.fullmatch(name):
                    raise Refused("XNAT does not take that name")
            self.accounts[username] = account
            return account

    def _basic(self, authorization, session):
        username, password = _credentials(authorization)
        if session and session.username == username:
            return session, []
        if not self.check_password(username, password):
            raise WrongPassword()
        return self._open(username)

    def check_password(self, username, password):
        provider, slash, name = username.partition("/")
        account = self.accounts.get(name if slash and provider == "localdb" else username)
        known = account.password if account and account.password else secrets.token_hex()
        right = hmac.compare_digest(known.encode(), password.encode())
        return right and account is not None and account.enabled

    def _open(self, username, handed=None):
        identifier = self.sessions.open(username, handed)
        if identifier is None:
            raise WrongPassword()
        return self.sessions.get(identifier), session_cookies(identifier)


class WrongPassword(Exception):
    """Credentials came, and are no good."""


def _credentials(authorization):
    try:
        text = base64.b64decode(authorization[6:].strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise WrongPassword() from None
    username, colon, password = text.partition(":")
    if not colon:
        raise WrongPassword()
    return username, password


def session_cookies(identifier):
    now = int(time.time() * 1000)
    return [("Set-Cookie", f"JSESSIONID={identifier}; Path=/; HttpOnly"),
            ("Set-Cookie", f"SESSION_EXPIRATION_TIME={now},{SESSION_IDLE_SECONDS * 1000}; Path=/")]


# --- pages ------------------------------------------------------------------------------------------

STYLE = """
:root { color-scheme: light dark; --ink: #16202b; --dim: #46566a; --paper: #eef2f6; --card: #fff;
        --line: #8595a8; --key: #0b5a8f; --on-key: #fff; --bar: #123a5c; }
@media (prefers-color-scheme: dark) {
    :root { --ink: #e9eff5; --dim: #afbccb; --paper: #12181f; --card: #1b232d; --line: #6d7d90;
            --key: #8ecbf5; --on-key: #05202f; --bar: #0c2235; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
       font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header { background: var(--bar); color: #fff; padding: .75rem 1rem; display: flex; gap: 1rem;
         flex-wrap: wrap; align-items: baseline; }
header strong { font-size: 1.15rem; }
header nav { margin-left: auto; }
header a { color: #fff; }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
        padding: 1.25rem; margin-bottom: 1rem; }
.dim { color: var(--dim); }
dl { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .35rem 1rem;
     margin: 0; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; } }
label { display: block; font-weight: 600; margin-top: .75rem; }
input { font: inherit; width: 100%; padding: .5rem; border: 1px solid var(--line);
        border-radius: .4rem; background: var(--card); color: var(--ink); }
button { font: inherit; min-height: 2.75rem; margin-top: 1rem; padding: .5rem 1.5rem; border: 0;
         border-radius: .5rem; background: var(--key); color: var(--on-key); cursor: pointer; }
:focus-visible { outline: 3px solid var(--key); outline-offset: 2px; }
header :focus-visible { outline-color: #fff; }
"""

POLICY = ("default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
          "form-action 'self'")


def page(title, body, signed_in=False):
    leave = '<nav aria-label="Session"><a href="/app/action/LogoutUser">Sign out</a></nav>'
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<link rel="stylesheet" href="/style/stand-in.css">
</head>
<body>
<header><strong>XNAT</strong> <span>stand-in, for demonstrations and tests</span>
{leave if signed_in else ""}</header>
<main>
<h1>{html.escape(title)}</h1>
{body}
</main>
</body>
</html>
"""


def home_page(account, session):
    name = " ".join(part for part in (account.first_name, account.last_name) if part)
    rows = {"User name": account.username, "Name": name or "–", "E-mail": account.email or "–"}
    if session.handed:
        handed = "".join(_row(label, session.handed.get(claim)) for label, claim in (
            ("Provider", "provider"), ("Subject", "provider_sub"), ("E-mail", "email"),
            ("Given name", "given_name"), ("Family name", "family_name"),
            ("Starts enabled", "auto_enabled"), ("Starts verified", "auto_verified"),
            ("May be created", "create_user")))
        origin = (f'<section class="card" aria-labelledby="handed"><h2 id="handed">What the '
                  f"sidecar handed over</h2><p class=\"dim\">Signed by the sidecar and verified."
                  f"</p><dl>{handed}</dl></section>")
    else:
        origin = '<p class="dim">Signed in with a user name and password of XNAT itself.</p>'
    account_rows = "".join(_row(label, value) for label, value in rows.items())
    return page(f"Signed in as {name or account.username}",
                f'<section class="card" aria-label="Account"><dl>{account_rows}</dl></section>'
                + origin, signed_in=True)


def _row(label, value):
    return f"<dt>{html.escape(label)}</dt><dd>{html.escape(_as_header(value)) or '–'}</dd>"


def login_page(failed):
    message = '<p role="alert">That user name and password are not right.</p>' if failed else ""
    return page("Log in to XNAT", f"""{message}<form class="card" method="post"
action="/app/action/XDATLoginUser">
<label for="username">User name</label>
<input id="username" name="username" autocomplete="username" required>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">Log in</button>
</form>""")


# --- HTTP -------------------------------------------------------------------------------------------

class XnatServer(http1.Server):
    """XNAT's port."""

    def __init__(self, listen, options):
        super().__init__(listen)
        self.xnat = Xnat(options)
        self.test_paths = xnat_test_paths.TestPaths() if options.test_paths else None
        self.requests = collections.deque(maxlen=RECORDED_REQUESTS)
        self._record_lock = threading.Lock()
        self._sequence = 0

    def record(self, request):
        with self._record_lock:
            self._sequence += 1
            self.requests.append((self._sequence, request))

    def recorded(self, since):
        with self._record_lock:
            kept = [entry for entry in self.requests if entry[0] > since]
        return {"last": self._sequence, "requests": [
            {"sequence": sequence, "method": each.method, "target": each.target,
             "version": each.version, "headers": each.headers,
             "head": base64.b64encode(each.head).decode(),
             "body_size": each.body.size if each.body else 0,
             "body_complete": bool(each.body and each.body.complete)}
            for sequence, each in kept]}

    def serve(self, request, response):
        if self.test_paths and request.path.startswith("/test/"):
            self.test_paths.serve(request, response)
            return
        try:
            session, headers = self.xnat.authenticate(request)
        except Refused as refusal:
            body = page("XNAT does not accept this request", f"<p>{html.escape(str(refusal))}</p>")
            self._html(response, 403, body)
            return
        except WrongPassword:
            self._unauthorized(request, response)
            return
        self._route(request, response, session, headers)

    def _route(self, request, response, session, headers):
        open_paths = {LOGIN_PAGE: self._login_page, "/app/action/XDATLoginUser": self._login,
                      "/login": self._login, "/app/action/LogoutUser": self._logout,
                      "/app/template/InactiveAccount.vm": self._inactive,
                      "/style/stand-in.css": self._style}
        if request.path in open_paths:
            open_paths[request.path](request, response)
        elif session is None:
            self._unauthenticated(request, response)
        elif not self.xnat.accounts[session.username].enabled:
            location = [("Location", "/app/template/InactiveAccount.vm")]
            response.send(302, [*headers, *location])
        elif DATA_PATH.match(request.path):
            self._data(request, response, session, headers)
        elif request.path == "/" or request.path.startswith("/app/"):
            account = self.xnat.accounts[session.username]
            self._html(response, 200, home_page(account, session), headers)
        else:
            self._html(response, 404, page("Not found", ""), headers)

    def _unauthenticated(self, request, response):
        agent = request.first("User-Agent")
        interactive = (INTERACTIVE_AGENT.search(agent) and "XNATDesktopClient" not in agent)
        if DATA_PATH.match(request.path) and not interactive:
            self._unauthorized(request, response)
        else:
            response.send(302, [("Location", LOGIN_PAGE)])

    @staticmethod
    def _unauthorized(request, response):
        script = request.first("X-Requested-With") == "XMLHttpRequest"
        challenge = [] if script else [("WWW-Authenticate", 'Basic realm="XNAT Protected Area"')]
        response.send(401, challenge)

    def _login_page(self, request, response):
        self._html(response, 200, login_page("failed=true" in request.query))

    def _login(self, request, response):
        if request.method != "POST":
            response.send(302, [("Location", LOGIN_PAGE)])
            return
        form = b"".join(request.body.blocks()).decode("ascii", "replace")
        params = dict(urllib.parse.parse_qsl(form))
        username = params.get("username", "")
        identifier = None
        if self.xnat.check_password(username, params.get("password", "")):
            self.xnat.sessions.end(request.cookies().get("JSESSIONID", ""))
            identifier = self.xnat.sessions.open(username)
        if identifier is None:
            response.send(302, [("Location", f"{LOGIN_PAGE}?failed=true")])
        else:
            response.send(302, [("Location", "/"), *session_cookies(identifier)])

    def _logout(self, request, response):
        self.xnat.sessions.end(request.cookies().get("JSESSIONID", ""))
        response.send(302, [("Location", "/"),
                            ("Set-Cookie", "JSESSIONID=; Path=/; HttpOnly; Max-Age=0")])

    def _inactive(self, _, response):
        self._html(response, 200, page(
            "This account is not active yet",
            '<p class="card">Your account was created. An administrator of this site must enable '
            "it before you can use it.</p>"))

    def _style(self, _, response):
        response.send(200, [("Content-Type", "text/css; charset=utf-8")], STYLE.encode())

    def _data(self, request, response, session, headers):
        if request.path == "/data/JSESSION":
            self._jsession(request, response, headers)
        elif request.path == "/xapi/users/username":
            response.send(200, [("Content-Type", "text/plain"), *headers],
                          session.username.encode())
        elif request.method in ("POST", "PUT"):
            request.body.drain()
            answer = {"sha256": request.body.sha256, "size": request.body.size}
            self._json(response, 201 if request.method == "PUT" else 200, answer, headers)
        elif request.method == "DELETE":
            response.send(200, headers)
        elif request.method in ("GET", "HEAD") and "format=zip" in request.query:
            # XNAT zips while it sends, so there is no Content-Length.
            size = int(dict(urllib.parse.parse_qsl(request.query)).get("size", 1 << 20))
            response.send(200, [("Content-Type", "application/zip"), *headers],
                          xnat_test_paths.noise(size))
        else:
            self._json(response, 200, {"ResultSet": {"Result": [], "totalRecords": "0"}}, headers)

    @staticmethod
    def _jsession(request, response, headers):
        opened = [value for _, value in headers if value.startswith("JSESSIONID=")]
        cookie = opened[0].partition(";")[0] if opened else ""
        identifier = cookie.partition("=")[2] or request.cookies().get("JSESSIONID", "")
        response.send(200, [("Content-Type", "text/plain"), *headers], identifier.encode())

    @staticmethod
    def _json(response, status, value, headers):
        response.send(status, [("Content-Type", "application/json"), *headers],
                      json.dumps(value).encode())

    @staticmethod
    def _html(response, status, text, headers=()):
        response.send(status, [("Content-Type", "text/html; charset=utf-8"),
                               ("Content-Security-Policy", POLICY),
                               ("Cache-Control", "no-store"), *headers], text.encode())


class ControlServer(http1.Server):
    """A port of its own through which tests look in and steer."""

    def __init__(self, listen, subject):
        super().__init__(listen)
        self._subject = subject

    def serve(self, request, response):
        params = dict(urllib.parse.parse_qsl(request.query))
        answer = {}
        if request.path == "/control/requests" and request.method == "DELETE":
            self._subject.requests.clear()
        elif request.path == "/control/requests":
            answer = self._subject.recorded(int(params.get("since", 0)))
        elif request.path == "/control/state":
            answer = {"connections": self._subject.connections,
                      "accounts": sorted(self._subject.xnat.accounts)}
        elif request.path == "/control/account":
            account = self._subject.xnat.accounts[params["username"]]
            account.enabled = params["enabled"] == "true"
        elif request.path == "/control/gate" and self._subject.test_paths:
            self._subject.test_paths.open_gate(params["name"])
        else:
            response.send(404)
            return
        response.send(200, [("Content-Type", "application/json")], json.dumps(answer).encode())


# --- command line -----------------------------------------------------------------------------------

def parse_user(text):
    name, colon, password = text.partition(":")
    if not colon or not USERNAME.fullmatch(name) or not password:
        raise argparse.ArgumentTypeError("write name:password")
    return name, password


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listen", default="127.0.0.1:0", metavar="HOST:PORT")
    parser.add_argument("--control-listen", metavar="HOST:PORT", help="offer /control/ to tests")
    parser.add_argument("--user", action="append", type=parse_user, metavar="NAME:PASSWORD",
                        help="local account; repeatable; default: admin:admin")
    parser.add_argument("--handoff-jwks", metavar="URL", help="the sidecar's /oidc/jwks.json")
    parser.add_argument("--handoff-issuer", metavar="URL", help="the site's URL")
    parser.add_argument("--test-paths", action="store_true", help="misbehave on /test/ paths")
    options = parser.parse_args(arguments)
    if bool(options.handoff_jwks) != bool(options.handoff_issuer):
        parser.error("--handoff-jwks and --handoff-issuer go together")
    options.user = options.user or [("admin", "admin")]
    return options


def main(arguments=None):
    options = parse_arguments(arguments)
    server = XnatServer(options.listen, options)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if options.control_listen:
        control = ControlServer(options.control_listen, server)
        threading.Thread(target=control.serve_forever, daemon=True).start()
        print(f"control on {control.url}", flush=True)
    print(f"listening on {server.url}", flush=True)
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
