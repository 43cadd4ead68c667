"""The filter of an XNAT that trusts oidc-sidecar's `headers` hand-off.

It is the recipe that any receiver should follow: it believes nothing but the signed assertion.
"""

import json
import re
import threading
import time
import urllib.parse
import urllib.request

from jwcrypto import jwk, jws

from .accounts import EMAIL, NAME, USERNAME, Exists

CLOCK_LEEWAY = 30
JWKS_RETRY_SECONDS = 2

PREFIX = "X-XNAT-OIDC-"
HEADERS = ("Username", "Subject", "Issuer", "Provider", "Email", "Given-Name",
           "Family-Name", "Auto-Enabled", "Auto-Verified", "Create-User", "Assertion")
# Header name (without the prefix) and the assertion's claim that must say the same.
CLAIM_OF_HEADER = {"Username": "sub", "Subject": "provider_sub", "Provider": "provider",
                   "Email": "email", "Given-Name": "given_name", "Family-Name": "family_name",
                   "Auto-Enabled": "auto_enabled", "Auto-Verified": "auto_verified",
                   "Create-User": "create_user"}


class Refused(Exception):
    """The filter does not let a request pass."""


class Assertions:
    """Verifies assertions (JWS, ES256) with the public keys that the sidecar publishes."""

    def __init__(self, clock, jwks_url, issuer):
        self._clock, self._url, self._issuer = clock, jwks_url, issuer
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
        if claims.get("iss") != self._issuer:
            raise Refused("the assertion is another site's")
        if claims.get("aud") != "xnat":
            raise Refused("the assertion is for another audience")
        for name in ("exp", "iat"):
            if type(claims.get(name)) is not int:
                raise Refused(f"the assertion has no usable {name}")
        if not claims["iat"] - CLOCK_LEEWAY <= self._clock.now() <= claims["exp"] + CLOCK_LEEWAY:
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
        if request.all("Authorization"):
            raise Refused("credentials beside an assertion")
        claims = self._assertions.verify(headers["Assertion"])
        for name, claim in CLAIM_OF_HEADER.items():
            if _decoded(headers.get(name, "")) != header_text(claims.get(claim)):
                raise Refused(f"{PREFIX}{name} and the assertion disagree")
        return claims

    @staticmethod
    def _identity_headers(request):
        names = {f"{PREFIX}{name}".lower(): name for name in HEADERS}
        found = {}
        for name, value in request.headers:
            folded = re.sub(r"[^a-z0-9]", "-", name.lower())
            if not folded.startswith(PREFIX.lower()):
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


def header_text(claim):
    """A claim as its header says it, before encoding."""
    if isinstance(claim, bool):
        return "true" if claim else "false"
    return claim or ""


def account_of(claims, accounts):
    """The account of a verified identity: found by name, origin and e-mail address, or made."""
    username, origin = claims["sub"], [claims.get("provider"), claims.get("provider_sub")]
    account = accounts.find_in_any_case(username)
    if account is None:
        account = _made(claims, accounts, origin)
    if account.origin != origin or account.username != username:
        raise Refused("that user name belongs to an account of another origin")
    if account.email.lower() != (claims.get("email") or "").lower():
        raise Refused("that user name belongs to an account with another e-mail address")
    return account


def _made(claims, accounts, origin):
    """A new account; or that of a request which was faster."""
    if claims.get("create_user") is not True:
        raise Refused("there is no such account, and none may be created")
    fields = {"username": claims["sub"], "email": claims.get("email") or "",
              "firstName": claims.get("given_name") or "",
              "lastName": claims.get("family_name") or "",
              "enabled": claims.get("auto_enabled") is True,
              "verified": claims.get("auto_verified") is True}
    if not EMAIL.fullmatch(fields["email"]):
        raise Refused("an account needs a valid e-mail address")
    for name in (fields["firstName"], fields["lastName"]):
        if name and not NAME.fullmatch(name):
            raise Refused("XNAT does not take that name")
    try:
        return accounts.create(fields, origin=origin)
    except Exists:
        return accounts.find_in_any_case(claims["sub"])
