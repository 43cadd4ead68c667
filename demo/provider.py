#!/usr/bin/python3
"""A stand-in for an OpenID Provider that looks like the Australian Access Federation (AAF).

For demonstrations and tests on loopback only: whoever opens its page may sign in as any of its
people. In everything else it is as strict as a real provider: exact redirect_uri, codes that are good
once and for a minute, client authentication, PKCE (S256), RS256 signatures. It shares no code with
liboidc, so the two cannot share a mistake.
"""

import argparse
import base64
import binascii
import hashlib
import hmac
import html
import io
import json
import re
import secrets
import signal
import sys
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CODE_SECONDS = 60
TOKEN_SECONDS = 300
INTERACTION_SECONDS = 600
SESSION_SECONDS = 3600
SESSION_COOKIE = "op-session"
BODY_LIMIT = 64 * 1024
# Bounded memory: the oldest entry goes when a table is full.
TABLE_LIMIT = 10_000

SCOPE_CLAIMS = {
    "profile": ("name", "given_name", "family_name"),
    "email": ("email", "email_verified"),
    "aueduperson": ("edu_person_shared_token", "edu_person_assurance"),
    "eduperson_affiliation": ("edu_person_affiliation",),
    "eduperson_scoped_affiliation": ("edu_person_scoped_affiliation",),
    "schac_home_organization": ("schac_home_organization",),
}
SCOPES = ("openid", "phone", "eduperson_assurance", "eduperson_entitlement", "eduperson_orcid",
          "eduperson_principal_name", *SCOPE_CLAIMS)


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in. A claim their organisation does not release is simply absent."""

    id: str
    organisation: str
    claims: dict

    @property
    def label(self):
        return str(self.claims.get("name") or self.claims.get("family_name") or self.id)


def _person(identifier, organisation, given, family, email):
    claims = {"name": " ".join(part for part in (given, family) if part), "email": email,
              "schac_home_organization": email.partition("@")[2],
              "edu_person_affiliation": ["member", "staff"]}
    if given:
        claims["given_name"] = given
    if family:
        claims["family_name"] = family
    return Person(identifier, organisation, claims)


PEOPLE = (
    _person("alice", "University of Example", "Alice", "Nguyen", "alice.nguyen@example.com"),
    _person("guenther", "University of Example", "Günther", "Größe", "guenther@example.com"),
    _person("pertiwi", "Example Institute of Imaging", None, "Pertiwi", "pertiwi@example.org"),
    _person("bob", "Elsewhere College", "Bob", "O'Hara", "bob@elsewhere.example"),
)


@dataclass(frozen=True)
class Client:
    id: str
    secret: str
    redirect_uris: tuple


@dataclass(frozen=True)
class AuthorizationRequest:
    """What a client asked for, after every check has passed."""

    client: Client
    redirect_uri: str
    scopes: tuple
    state: str
    nonce: str
    code_challenge: str
    entity_id: str


@dataclass
class Grant:
    """A sign-in that a person agreed to; what a code and then an access token stand for."""

    request: AuthorizationRequest
    person: Person
    auth_time: int
    used: bool = False
    access_tokens: list = field(default_factory=list)


class Refusal(Exception):
    """An OAuth error: for the client's redirect_uri, or as the JSON answer of the token endpoint."""

    def __init__(self, error, description, status=400):
        super().__init__(description)
        self.error, self.description, self.status = error, description, status


class OwnPage(Exception):
    """A refusal that must not be sent to any redirect_uri (RFC 6749 section 4.1.2.1)."""


class Expiring:
    """A bounded table whose entries live for so many seconds. Safe in any thread."""

    def __init__(self, seconds):
        self._seconds, self._entries, self._lock = seconds, {}, threading.Lock()

    def put(self, value):
        key = secrets.token_urlsafe(24)
        with self._lock:
            while len(self._entries) >= TABLE_LIMIT:
                del self._entries[next(iter(self._entries))]
            self._entries[key] = (time.monotonic() + self._seconds, value)
        return key

    def get(self, key):
        with self._lock:
            until, value = self._entries.get(key, (0, None))
            return value if until > time.monotonic() else None

    def take(self, key):
        with self._lock:
            until, value = self._entries.pop(key, (0, None))
            return value if until > time.monotonic() else None

    drop = take


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


class Keys:
    """The signing key, and those that are still published."""

    def __init__(self, first=None):
        self._lock = threading.Lock()
        self._keys = []
        self.rotate(False, first)

    def rotate(self, keep, key=None):
        key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
        numbers = key.public_key().public_numbers()
        kid = b64url(hashlib.sha256(str(numbers.n).encode()).digest()[:9])
        with self._lock:
            self._keys = [(kid, key), *(self._keys if keep else [])]
        return kid

    def jwks(self):
        with self._lock:
            return {"keys": [self._jwk(kid, key) for kid, key in self._keys]}

    @staticmethod
    def _jwk(kid, key):
        numbers = key.public_key().public_numbers()
        modulus = numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": b64url(modulus),
                "e": b64url(numbers.e.to_bytes(3, "big"))}

    def sign(self, claims):
        with self._lock:
            kid, key = self._keys[0]
        head = {"alg": "RS256", "typ": "JWT", "kid": kid}
        text = ".".join(b64url(json.dumps(part).encode()) for part in (head, claims))
        signature = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{text}.{b64url(signature)}"


class Provider:
    """The protocol, without HTTP."""

    def __init__(self, issuer, options, clients, people):
        self.issuer, self.options = issuer, options
        self.clients = {client.id: client for client in clients}
        self.people = {person.id: person for person in people}
        self.keys = Keys(options.key)
        self.interactions = Expiring(INTERACTION_SECONDS)
        self.codes = Expiring(CODE_SECONDS)
        self.tokens = Expiring(TOKEN_SECONDS)
        self.sessions = Expiring(SESSION_SECONDS)
        self._lock = threading.Lock()
        self.counts, self.holds = {}, {}

    def count(self, what):
        with self._lock:
            self.counts[what] = self.counts.get(what, 0) + 1

    def hold(self, what):
        """The next answer of this kind is kept back until release()."""
        self.holds[what] = threading.Event()

    def release(self):
        for event in self.holds.values():
            event.set()
        self.holds.clear()

    def metadata(self):
        at = self.issuer
        more = {"end_session_endpoint": f"{at}/oidc/end-session"} if self.options.end_session else {}
        return more | {
            "issuer": at,
            "authorization_endpoint": f"{at}/oidc/authorize",
            "token_endpoint": f"{at}/oidc/token",
            "userinfo_endpoint": f"{at}/oidc/userinfo",
            "jwks_uri": f"{at}/oidc/jwks",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "userinfo_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": self.options.token_auth,
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": list(SCOPES),
            "claims_supported": [],
        }

    # --- authorization endpoint -----------------------------------------------------------------

    def authorization_request(self, pairs, session=None):
        """Checks a request. Raises OwnPage until client and redirect_uri are known to be right.
        Where nobody has to be asked: where the browser goes, as a text."""
        client_ids = [value for name, value in pairs if name == "client_id"]
        client = self.clients.get(client_ids[0]) if len(client_ids) == 1 else None
        if client is None:
            raise OwnPage("No service is registered here under that client_id.")
        uris = [value for name, value in pairs if name == "redirect_uri"]
        if len(uris) != 1 or uris[0] not in client.redirect_uris:
            raise OwnPage("The redirect_uri is not one that this service has registered.")
        states = [value for name, value in pairs if name == "state"]
        try:
            request = self._checked(client, uris[0], pairs)
            prompt = dict(pairs).get("prompt")
            if prompt == "none":
                return self._without_a_page(request, session)
            known = self.sessions.get(session) if self.options.single_sign_on else None
            return self._agreed(request, known) if known and not prompt else request
        except Refusal as refusal:
            refusal.redirect_uri = uris[0]
            refusal.state = states[0] if len(states) == 1 else None
            raise

    def _checked(self, client, redirect_uri, pairs):
        names = [name for name, _ in pairs]
        if len(names) != len(set(names)):
            raise Refusal("invalid_request", "a parameter is given twice")
        params = dict(pairs)
        if params.get("response_type") != "code":
            raise Refusal("unsupported_response_type", "only response_type=code is offered")
        if params.get("response_mode", "query") != "query":
            raise Refusal("invalid_request", "only response_mode=query is offered")
        if "request" in params or "request_uri" in params:
            raise Refusal("request_not_supported", "request objects are not offered")
        scopes = tuple(params.get("scope", "").split())
        if "openid" not in scopes or not set(scopes) <= set(SCOPES):
            raise Refusal("invalid_scope", "scope must have openid and none that is unknown")
        challenge = params.get("code_challenge", "")
        if challenge:
            if params.get("code_challenge_method") != "S256":
                raise Refusal("invalid_request", "only code_challenge_method=S256 is offered")
            if not re.fullmatch(r"[A-Za-z0-9_-]{43}", challenge):
                raise Refusal("invalid_request", "code_challenge is not a SHA-256 in base64url")
        elif self.options.require_pkce:
            raise Refusal("invalid_request", "this service must use PKCE")
        prompts = params.get("prompt", "").split()
        if "none" in prompts and prompts != ["none"]:
            raise Refusal("invalid_request", "prompt=none stands alone")
        return AuthorizationRequest(client, redirect_uri, scopes, params.get("state"),
                                    params.get("nonce"), challenge, params.get("entityID"))

    def _without_a_page(self, request, session):
        """prompt=none (Core 3.1.2.1): by the person's session here, or not at all."""
        if self.options.silent_error:
            raise Refusal(self.options.silent_error, "this provider would have had to ask")
        person = self.sessions.get(session)
        if person is None:
            raise Refusal("login_required", "nobody is signed in here")
        return self._agreed(request, person)

    def end_session(self, pairs, session):
        """RP-Initiated Logout 1.0, 2: where the browser goes, or None to stay. The page of a refusal
        never leads anywhere."""
        names = [name for name, _ in pairs]
        if len(names) != len(set(names)):
            raise OwnPage("A parameter is given twice.")
        params = dict(pairs)
        uri = params.get("post_logout_redirect_uri")
        if "client_id" in params and params["client_id"] not in self.clients:
            raise OwnPage("No service is registered here under that client_id.")
        if uri is not None and ("client_id" not in params or uri not in self.options.post_logout):
            raise OwnPage("The post_logout_redirect_uri is not one that this service has registered.")
        self.sessions.drop(session)
        return self.back(uri, params.get("state")) if uri is not None else None

    def decide(self, interaction, person, accepted):
        """Where the browser goes after the person decided; None when the page is too old."""
        request = self.interactions.take(interaction)
        if request is None:
            return None
        if not accepted:
            return self.back(request.redirect_uri, request.state, error="access_denied",
                             error_description="The person declined the sign-in")
        return self._agreed(request, self.people[person])

    def _agreed(self, request, person):
        grant = Grant(request, person, int(time.time()))
        return self.back(request.redirect_uri, request.state, code=self.codes.put(grant))

    @staticmethod
    def back(redirect_uri, state, **answer):
        if state is not None:
            answer["state"] = state
        joint = "&" if "?" in redirect_uri else "?"
        return redirect_uri + (joint + urllib.parse.urlencode(answer) if answer else "")

    # --- token endpoint -------------------------------------------------------------------------

    def token(self, pairs, authorization):
        names = [name for name, _ in pairs]
        if len(names) != len(set(names)):
            raise Refusal("invalid_request", "a parameter is given twice")
        params = dict(pairs)
        client = self._authenticate(params, authorization)
        if params.get("grant_type") != "authorization_code":
            raise Refusal("unsupported_grant_type", "only authorization_code is offered")
        grant = self._redeem(client, params)
        access = self.tokens.put(grant)
        grant.access_tokens.append(access)
        return {"access_token": access, "token_type": "Bearer", "expires_in": TOKEN_SECONDS,
                "scope": " ".join(grant.request.scopes), "id_token": self._id_token(grant, access)}

    def _authenticate(self, params, authorization):
        if authorization is not None:
            if "client_secret" in params:
                raise Refusal("invalid_request", "the client authenticates in two ways at once")
            method, (identifier, secret) = "client_secret_basic", _basic(authorization)
            if params.get("client_id", identifier) != identifier:
                raise Refusal("invalid_request", "two client identifiers")
        else:
            method = "client_secret_post"
            identifier, secret = params.get("client_id", ""), params.get("client_secret", "")
        client = self.clients.get(identifier)
        known = client.secret if client else secrets.token_urlsafe()
        right = hmac.compare_digest(known.encode(), secret.encode())
        if not right or client is None or method not in self.options.token_auth:
            raise Refusal("invalid_client", "client authentication failed", 401)
        return client

    def _redeem(self, client, params):
        grant = self.codes.get(params.get("code", ""))
        if grant is None or grant.request.client is not client:
            raise Refusal("invalid_grant", "the code is unknown, expired or another client's")
        with self._lock:
            again, grant.used = grant.used, True
        if again:
            # RFC 6749 section 4.1.2: what a replayed code had bought is taken back.
            for token in grant.access_tokens:
                self.tokens.drop(token)
            raise Refusal("invalid_grant", "the code was used before")
        if params.get("redirect_uri") != grant.request.redirect_uri:
            raise Refusal("invalid_grant", "redirect_uri is not the one of the request")
        _check_pkce(grant.request.code_challenge, params.get("code_verifier", ""))
        return grant

    def _id_token(self, grant, access_token):
        now = int(time.time())
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        claims = {"iss": self.issuer, "aud": grant.request.client.id,
                  "azp": grant.request.client.id, "sub": self._subject(grant),
                  "iat": now, "exp": now + TOKEN_SECONDS, "auth_time": grant.auth_time,
                  "at_hash": b64url(half)}
        if grant.request.nonce is not None:
            claims["nonce"] = grant.request.nonce
        if self.options.claims in ("both", "id-token"):
            claims = {**self._released(grant), **claims}
        return self.keys.sign(claims)

    @staticmethod
    def _subject(grant):
        """Opaque, and another one for each service, as AAF's are."""
        if "sub" in grant.person.claims:
            return grant.person.claims["sub"]
        text = f"{grant.request.client.id}\n{grant.person.id}".encode()
        return b64url(hashlib.sha256(text).digest()[:18])

    @staticmethod
    def _released(grant):
        allowed = {claim for scope in grant.request.scopes for claim in SCOPE_CLAIMS.get(scope, ())}
        return {name: value for name, value in grant.person.claims.items() if name in allowed}

    # --- user-info endpoint ---------------------------------------------------------------------

    def userinfo(self, authorization):
        """(content type, body), or None where the access token is no good."""
        scheme, _, token = (authorization or "").partition(" ")
        grant = self.tokens.get(token.strip()) if scheme.lower() == "bearer" else None
        if grant is None:
            return None
        claims = {"sub": self._subject(grant)}
        if self.options.claims in ("both", "userinfo"):
            claims = {**self._released(grant), **claims}
        if self.options.userinfo_jwt:
            claims |= {"iss": self.issuer, "aud": grant.request.client.id}
            return "application/jwt", self.keys.sign(claims)
        return "application/json", json.dumps(claims)


def _basic(authorization):
    """Identifier and secret, form-decoded as RFC 6749 section 2.3.1 has them encoded."""
    scheme, _, text = authorization.partition(" ")
    try:
        pair = base64.b64decode(text.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        pair = ""
    identifier, colon, secret = pair.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise Refusal("invalid_client", "unusable Authorization header", 401)
    return urllib.parse.unquote_plus(identifier), urllib.parse.unquote_plus(secret)


def _check_pkce(challenge, verifier):
    if not challenge and not verifier:
        return
    if not re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier):
        raise Refusal("invalid_grant", "code_verifier is missing or malformed")
    if not challenge or b64url(hashlib.sha256(verifier.encode()).digest()) != challenge:
        raise Refusal("invalid_grant", "code_verifier does not belong to the request")


# --- pages ------------------------------------------------------------------------------------------

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f27; --dim: #4c5566; --paper: #f4f5f8; --card: #fff;
        --line: #8b93a3; --key: #5b2a86; --on-key: #fff; --note: #fff4d6; --on-note: #4a3500; }
@media (prefers-color-scheme: dark) {
    :root { --ink: #eef0f4; --dim: #b4bccb; --paper: #15171c; --card: #1f232b; --line: #727b8c;
            --key: #d0a8f2; --on-key: #1c0d2b; --note: #3b3010; --on-note: #ffe9a8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
       font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.note { margin: 0; padding: .6rem 1rem; background: var(--note); color: var(--on-note);
        text-align: center; }
main { max-width: 34rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
        padding: 1.25rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
.dim { color: var(--dim); margin: 0 0 1rem; overflow-wrap: anywhere; }
fieldset { border: 0; margin: 0 0 1rem; padding: 0; }
legend { font-weight: 600; padding: 0; margin-bottom: .4rem; }
.person { display: flex; gap: .75rem; align-items: center; padding: .65rem .75rem;
          border: 1px solid var(--line); border-radius: .5rem; margin-bottom: .5rem;
          min-height: 3rem; cursor: pointer; }
.person input { width: 1.2rem; height: 1.2rem; flex: none; accent-color: var(--key); }
.person small { display: block; color: var(--dim); font-size: .9rem; overflow-wrap: anywhere; }
.person:has(input:checked) { border-color: var(--key); box-shadow: 0 0 0 1px var(--key); }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.25rem; }
button { font: inherit; min-height: 2.75rem; padding: .5rem 1.25rem; border-radius: .5rem;
         border: 1px solid var(--key); background: var(--key); color: var(--on-key);
         cursor: pointer; flex: 1 1 10rem; }
button.quiet { background: transparent; color: var(--key); }
:focus-visible { outline: 3px solid var(--key); outline-offset: 2px; }
"""


def page(title, body):
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<link rel="stylesheet" href="/assets/style.css">
</head>
<body>
<header><p class="note">Stand-in provider for demonstrations and tests. This is not AAF.</p></header>
<main>
<div class="card">
{body}
</div>
</main>
</body>
</html>
"""


def picker_page(provider, interaction, request):
    organisations = {}
    for person in provider.people.values():
        organisations.setdefault(person.organisation, []).append(person)
    if request.entity_id in organisations:
        organisations = {request.entity_id: organisations[request.entity_id]}
    groups = "\n".join(_organisation(name, people) for name, people in organisations.items())
    service = urllib.parse.urlsplit(request.redirect_uri).netloc
    return page("Choose who to sign in as", f"""<h1>Choose who to sign in as</h1>
<p class="dim">You are signing in to {html.escape(service)}.</p>
<form method="post" action="/interaction">
<input type="hidden" name="interaction" value="{html.escape(interaction)}">
{groups}
<div class="actions">
<button type="submit" name="decision" value="accept">Sign in</button>
<button type="submit" name="decision" value="decline" class="quiet" formnovalidate>Decline</button>
</div>
</form>""")


def _organisation(name, people):
    rows = "\n".join(
        f'<label class="person"><input type="radio" name="person" '
        f'value="{html.escape(person.id)}" required> <span>{html.escape(person.label)}'
        f'<small>{html.escape(str(person.claims.get("email", "no e-mail address")))}</small>'
        f"</span></label>" for person in people)
    return f"<fieldset>\n<legend>{html.escape(name)}</legend>\n{rows}\n</fieldset>"


def refusal_page(reason):
    return page("This sign-in cannot go on", f"""<h1>This sign-in cannot go on</h1>
<p>{html.escape(reason)}</p>
<p class="dim">The provider does not send you back, because it cannot tell where to. Please tell the
people who run the service you came from.</p>""")


# --- HTTP -------------------------------------------------------------------------------------------

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "stand-in-provider", ""
    disable_nagle_algorithm = True
    timeout = 60

    ROUTES = {
        "/.well-known/openid-configuration": ("discovery", ("GET",)),
        "/oidc/authorize": ("authorize", ("GET", "POST")),
        "/providers/op/authorize": ("authorize", ("GET", "POST")),
        "/oidc/token": ("token", ("POST",)),
        "/providers/op/token": ("token", ("POST",)),
        "/oidc/userinfo": ("userinfo", ("GET", "POST")),
        "/oidc/jwks": ("jwks", ("GET",)),
        "/oidc/end-session": ("end_session", ("GET", "POST")),
        "/interaction": ("interaction", ("POST",)),
        "/assets/style.css": ("style", ("GET",)),
    }
    CONTROL = {
        "/control/rotate-keys": ("control_rotate", ("POST",)),
        "/control/counts": ("control_counts", ("GET",)),
        "/control/person": ("control_person", ("POST",)),
        "/control/hold": ("control_hold", ("POST",)),
        "/control/release": ("control_release", ("POST",)),
    }

    @property
    def provider(self):
        return self.server.provider

    def do_GET(self):
        path, _, self.query = self.path.partition("?")
        routes = self.ROUTES | (self.CONTROL if self.provider.options.control else {})
        name, methods = routes.get(path, (None, ()))
        method = "GET" if self.command == "HEAD" else self.command
        body = self._body()
        if body is None:
            return
        self.body = body
        if name is None:
            self._html(404, page("Not found", "<h1>Not found</h1>"))
        elif method not in methods:
            self._send(405, "text/plain", "method not allowed\n", Allow=", ".join(methods))
        else:
            self.provider.count(name)
            self._answer(name, self.provider.holds.get(name))

    do_POST = do_HEAD = do_GET

    def _answer(self, name, held):
        """Does what was asked, and says so at once or when it is no longer held."""
        wire, self.wfile = self.wfile, io.BytesIO() if held else self.wfile
        getattr(self, f"_{name}")()
        if held:
            self.provider.count(f"{name} held")
            held.wait()
            wire.write(self.wfile.getvalue())
        self.wfile = wire

    def _body(self):
        """The request's body, or None after a refusal."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self.close_connection = True
            self._send(411, "text/plain", "a Content-Length is needed\n")
            return None
        if int(length) > BODY_LIMIT:
            self.close_connection = True
            self._send(413, "text/plain", "too large\n")
            return None
        return self.rfile.read(int(length))

    def _form(self):
        """Parameters of a form body, or a refusal when it is none."""
        kind = self.headers.get_content_type()
        if kind != "application/x-www-form-urlencoded":
            raise Refusal("invalid_request", "the body must be application/x-www-form-urlencoded")
        try:
            return _pairs(self.body.decode("ascii"))
        except (UnicodeDecodeError, ValueError):
            raise Refusal("invalid_request", "malformed form") from None

    def _discovery(self):
        self._json(200, self.provider.metadata())

    def _jwks(self):
        self._json(200, self.provider.keys.jwks())

    def _style(self):
        self._send(200, "text/css; charset=utf-8", STYLE)

    def _authorize(self):
        try:
            pairs = _pairs(self.query) if self.command != "POST" else self._form()
            request = self.provider.authorization_request(pairs, self._session())
        except (OwnPage, ValueError) as problem:
            self._html(400, refusal_page(str(problem)))
        except Refusal as refusal:
            if getattr(refusal, "redirect_uri", None) is None:
                self._html(400, refusal_page(refusal.description))
                return
            self._redirect(Provider.back(refusal.redirect_uri, refusal.state, error=refusal.error,
                                         error_description=refusal.description))
        else:
            if isinstance(request, str):
                self._redirect(request)
                return
            interaction = self.provider.interactions.put(request)
            self._html(200, picker_page(self.provider, interaction, request), request.redirect_uri)

    def _interaction(self):
        try:
            params = dict(self._form())
        except Refusal as refusal:
            self._html(400, refusal_page(refusal.description))
            return
        accepted = params.get("decision") == "accept"
        if accepted and params.get("person") not in self.provider.people:
            self._html(400, refusal_page("Nobody was chosen. Go back and choose a person."))
            return
        target = self.provider.decide(params.get("interaction", ""), params.get("person"), accepted)
        if target is None:
            self._html(400, refusal_page("This page was used before or is more than ten minutes "
                                         "old. Start again at the service you came from."))
        else:
            self._redirect(target, **self._remember(params.get("person"), accepted))

    def _session(self):
        """The session in the browser's cookie, if there is one."""
        cookies = [each.strip().partition("=") for each in self.headers.get("Cookie", "").split(";")]
        return next((value for name, _, value in cookies if name == SESSION_COOKIE), "")

    def _remember(self, person, accepted):
        """Single sign-on: the header that keeps the person signed in here."""
        if not accepted or not self.provider.options.sessions:
            return {}
        session = self.provider.sessions.put(self.provider.people[person])
        return {"Set-Cookie": f"{SESSION_COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax"}

    def _end_session(self):
        if not self.provider.options.end_session:
            self._html(404, page("Not found", "<h1>Not found</h1>"))
            return
        try:
            pairs = _pairs(self.query) if self.command != "POST" else self._form()
            target = self.provider.end_session(pairs, self._session())
        except (OwnPage, Refusal, ValueError) as problem:
            self._html(400, refusal_page(str(problem)))
        else:
            if target is None:
                self._html(200, page("Signed out", "<h1>You are signed out here</h1>"))
            else:
                self._redirect(target)

    def _token(self):
        try:
            answer = self.provider.token(self._form(), self.headers.get("Authorization"))
        except Refusal as refusal:
            challenge = {"WWW-Authenticate": 'Basic realm="token"'} if refusal.status == 401 else {}
            self._json(refusal.status, {"error": refusal.error,
                                        "error_description": refusal.description}, **challenge)
        else:
            self._json(200, answer)

    def _userinfo(self):
        answer = self.provider.userinfo(self.headers.get("Authorization"))
        if answer is None:
            self._json(401, {"error": "invalid_token"},
                       **{"WWW-Authenticate": 'Bearer error="invalid_token"'})
        else:
            self._send(200, *answer)

    def _control_rotate(self):
        keep = dict(_pairs(self.query)).get("keep") == "1"
        self._json(200, {"kid": self.provider.keys.rotate(keep)})

    def _control_counts(self):
        self._json(200, self.provider.counts)

    def _control_person(self):
        """Claims of the person `id` become others."""
        claims = dict(_pairs(self.query))
        person = self.provider.people.get(claims.pop("id", None))
        if person:
            person.claims.update(claims)
        self._json(200 if person else 404, {})

    def _control_hold(self):
        self.provider.hold(dict(_pairs(self.query))["what"])
        self._json(200, {})

    def _control_release(self):
        self.provider.release()
        self._json(200, {})

    def _json(self, status, value, **headers):
        self._send(status, "application/json", json.dumps(value), **headers)

    def _html(self, status, text, form_goes_to=None):
        # Browsers apply form-action to the redirects after a form too.
        origin = ""
        if form_goes_to:
            parts = urllib.parse.urlsplit(form_goes_to)
            origin = f" {parts.scheme}://{parts.netloc}"
        policy = ("default-src 'none'; style-src 'self'; base-uri 'none'; "
                  f"frame-ancestors 'none'; form-action 'self'{origin}")
        self._send(status, "text/html; charset=utf-8", text, **{"Content-Security-Policy": policy})

    def _redirect(self, target, **headers):
        self._send(302, "text/plain", "", Location=target, **headers)

    def _send(self, status, kind, text, **headers):
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *_):
        """Says nothing: request lines hold codes and states."""


def _pairs(text):
    return urllib.parse.parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text),
                                  encoding="utf-8", errors="strict", max_num_fields=100)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        """A browser that goes away is no news; anything else is."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


# --- command line -----------------------------------------------------------------------------------

def parse_client(text):
    """The secret may have colons: the redirect address begins at the last one before a scheme."""
    parts = re.fullmatch(r"([^:]+):(.+):([a-z]+://.+)", text)
    if not parts:
        raise argparse.ArgumentTypeError("write id:secret:redirect_uri")
    return Client(parts[1], parts[2], (parts[3],))


def merge_clients(clients):
    """A client given twice has two redirect addresses."""
    merged = {}
    for client in clients:
        before = merged.get(client.id)
        if before and before.secret != client.secret:
            sys.exit(f"client {client.id} is given with two secrets")
        uris = (before.redirect_uris if before else ()) + client.redirect_uris
        merged[client.id] = Client(client.id, client.secret, uris)
    return merged.values()


def load_people(path):
    """People from a JSON file: a list of {"id", "organisation", "claims"}."""
    with open(path, encoding="utf-8") as file:
        return tuple(Person(each["id"], each["organisation"], each["claims"])
                     for each in json.load(file))


def load_key(path):
    with open(path, "rb") as file:
        return serialization.load_pem_private_key(file.read(), None)


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listen", default="127.0.0.1:0", metavar="HOST:PORT")
    parser.add_argument("--issuer", help="default: the address it listens on")
    parser.add_argument("--client", action="append", default=[], type=parse_client,
                        metavar="ID:SECRET:REDIRECT_URI", help="repeatable")
    parser.add_argument("--people", type=load_people, default=PEOPLE, metavar="FILE")
    parser.add_argument("--key", type=load_key, metavar="FILE",
                        help="the RSA key (PEM) to sign with; default: a new one")
    parser.add_argument("--claims", choices=("both", "id-token", "userinfo"), default="both",
                        help="where attributes are released")
    parser.add_argument("--token-auth", action="append", default=[],
                        choices=("client_secret_basic", "client_secret_post"),
                        help="accepted client authentication; repeatable; default: both")
    parser.add_argument("--sessions", action="store_true",
                        help="remember who signed in, and answer prompt=none by it")
    parser.add_argument("--single-sign-on", action="store_true",
                        help="with --sessions: ask nobody again who has one")
    parser.add_argument("--silent-error", metavar="WORD", help="answer prompt=none with this error")
    parser.add_argument("--end-session", action="store_true", help="offer RP-initiated logout")
    parser.add_argument("--post-logout", action="append", default=[], metavar="URI",
                        help="registered post_logout_redirect_uri; repeatable")
    parser.add_argument("--require-pkce", action="store_true")
    parser.add_argument("--userinfo-jwt", action="store_true", help="user-info is a signed JWT")
    parser.add_argument("--control", action="store_true", help="offer /control/ to tests")
    options = parser.parse_args(arguments)
    options.token_auth = options.token_auth or ["client_secret_basic", "client_secret_post"]
    return options


def main(arguments=None):
    options = parse_arguments(arguments)
    host, _, port = options.listen.rpartition(":")
    server = Server((host, int(port)), Handler)
    own = f"http://{host}:{server.server_address[1]}"
    server.provider = Provider((options.issuer or own).rstrip("/"), options,
                               merge_clients(options.client), options.people)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"listening on {own}", flush=True)
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
