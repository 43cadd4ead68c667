"""Back-channel logout: a provider's request, right or wrong."""

import http.client
import itertools
import time
import urllib.parse

from .hostile import OWN_KEY, compact

EVENT = "http://schemas.openid.net/event/backchannel-logout"
FORM = "application/x-www-form-urlencoded"
_numbers = itertools.count(1)


def claims_of(tenant, client="client-of-the-site", **changes):
    """The claims of a good logout token; None takes one away."""
    now = int(time.time())
    claims = {"iss": tenant.issuer, "aud": client, "iat": now, "exp": now + 120,
              "jti": f"jti-{next(_numbers)}-{time.monotonic_ns()}", "events": {EVENT: {}}} | changes
    return {name: value for name, value in claims.items() if value is not None}


def token_of(claims, key=OWN_KEY, sign=None, **head):
    head = {"alg": "RS256", "kid": key.kid, "typ": "logout+jwt"} | head
    return compact({name: value for name, value in head.items() if value is not None}, claims,
                   sign or key.sign)


def form(token):
    return urllib.parse.urlencode({"logout_token": token}).encode()


def post(sidecar_url, body, method="POST", timeout=20, path="/oidc/backchannel-logout", **headers):
    """(status, headers, body) of a request as it is."""
    parts = urllib.parse.urlsplit(sidecar_url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    try:
        sent = {"Content-Type": FORM} | {name.replace("_", "-"): value
                                         for name, value in headers.items()}
        connection.request(method, path, body,
                           {name: value for name, value in sent.items() if value is not None})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def send(sidecar_url, tenant, **changes):
    """A good logout, as far as the changes leave it one: its status."""
    return post(sidecar_url, form(token_of(claims_of(tenant, **changes))))[0]
