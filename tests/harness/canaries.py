"""A run in which every secret is known, and everything that could show one is kept."""

import base64
import hashlib
import http.client
import json
import re
import secrets
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from . import hostile, properties
from .browser import NAVIGATION, Browser
from .encryption import encrypt, new_key, write_keys
from .hostile import OWN_KEY, HostileProvider, b64url
from .logout import claims_of, form, post, token_of
from .process import free_port
from .redis import Redis
from .servers import Sidecar, Xnat, fetch
from .stock import admin_file
from .tls import self_signed
from .wait import wait_until

AUDIENCE = "https://xnat.example/api"
AGENT = "User-Agent: oidc-sidecar\r\n"  # where it asks XNAT for itself


@dataclass(frozen=True)
class Kind:
    """planted: where it was put. given: the field in which a browser gets it. logged: the log may
    have it, for the reason said. stays: memory may hold it, as it is, for the reason said; lingers: memory
    may hold it and need not. handoff: it is in play only where people are handed over like that."""

    planted: str
    given: str = ""
    logged: str = ""
    stays: str = ""
    lingers: str = ""
    handoff: str = ""


HEADERS, TOKEN = "headers", "xnat-token"

KINDS = {
    "client secret": Kind("properties file", stays="every token request needs it"),
    "session key": Kind("--session-key-file"),
    "assertion key": Kind("--assertion-key-file", handoff=HEADERS),
    "decryption key, d": Kind("--decryption-key-file"),
    "decryption key, p": Kind("--decryption-key-file"),
    "decryption key, q": Kind("--decryption-key-file"),
    "password of Redis": Kind("OIDC_SIDECAR_REDIS", stays="every new connection needs it"),
    "code": Kind("return leg"),
    "code verifier": Kind("sealed state, token request"),
    "code verifier, raw": Kind("sealed state"),
    "state": Kind("authorization request", given="Location"),
    "nonce": Kind("authorization request", given="Location"),
    "nonce, raw": Kind("sealed state", given="Location"),
    "state cookie": Kind("first leg", given="Set-Cookie"),
    "access token": Kind("token answer, user-info request"),
    "access token of a refused sign-in": Kind("token answer, user-info request"),
    "refresh token": Kind("token answer"),
    "encrypted ID token": Kind("token answer"),
    "signature of the ID token": Kind("inside the encrypted ID token"),
    "session cookie": Kind("second leg", given="Set-Cookie"),
    "assertion": Kind("hand-off", given="X-XNAT-OIDC-Assertion",
                      stays="handed off again for as long as it is good, a minute", handoff=HEADERS),
    "XNAT session": Kind("XNAT's Set-Cookie", given="Set-Cookie"),
    "another cookie of XNAT's": Kind("request"),
    "password of an XNAT account": Kind("Authorization: Basic"),
    "secret of an alias token": Kind("path of XNAT's REST interface"),
    "cookie on a kept connection": Kind("request of a front end's"),
    "body of an upload": Kind("request"),
    "bearer token": Kind("Authorization: Bearer", handoff=HEADERS),
    "refused bearer token": Kind("Authorization: Bearer", handoff=HEADERS),
    "logout token": Kind("back-channel logout", handoff=HEADERS),
    "encrypted logout token": Kind("back-channel logout"),
    "signature of an encrypted logout token": Kind("inside the encrypted logout token"),
    "password of the service account": Kind("--xnat-admin-file", handoff=TOKEN),
    "credentials of the service account": Kind(
        "every question to XNAT", stays="every question to XNAT needs them", handoff=TOKEN),
    "session of the service account": Kind(
        "XNAT's Set-Cookie", stays="every question to XNAT goes in it", handoff=TOKEN),
    "secret of an issued token": Kind("XNAT's answer", handoff=TOKEN),
    "credentials of an issued token": Kind("hand-off", handoff=TOKEN),
    "wrong password of the service account": Kind(
        "--xnat-admin-file", lingers="until its worker has a question to XNAT again", handoff=TOKEN),
    "wrong credentials of the service account": Kind(
        "question to XNAT", lingers="until its worker has a question to XNAT again", handoff=TOKEN),
    "access token of a sign-in that XNAT refuses": Kind("token answer, user-info request", handoff=TOKEN),
    "error_description of the return leg": Kind(
        "browser's address", logged="the administrator's only hint, and the browser showed it"),
    "error_description of the token endpoint": Kind("token answer"),
    "error_description of user-info": Kind("user-info answer"),
}


def kinds(handoff):
    """The names of those that are in play there."""
    return [name for name, kind in KINDS.items() if kind.handoff in ("", handoff)]


@dataclass
class Canary:
    """used: whether the other side saw it at work. What was never in play cannot be found either."""

    secret: bytes
    used: bool


@dataclass
class Answer:
    """What somebody outside was told."""

    what: str
    headers: list
    body: bytes

    def text(self, without):
        """Head and body as they came, without one field."""
        head = "".join(f"{name}: {value}\n" for name, value in self.headers
                       if name.lower() != without.lower())
        return head.encode("latin-1") + b"\n" + self.body


def query_of(address):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def word():
    """A marker that no encoding leaves as it is."""
    return f"canary+/{secrets.token_urlsafe(18)}=%"


class Watched(Browser):
    """A browser that keeps what it was answered, XNAT's own pages left out."""

    def __init__(self, answers, jar=None):
        super().__init__(jar=jar)
        self.answers = answers

    def request(self, method, url, headers=None, body=None):
        response = super().request(method, url, headers, body)
        where = urllib.parse.urlsplit(url)
        if where.scheme == "http" and not where.path.startswith("/test/"):
            self.answers.append(Answer(f"answer to {method} {where.path}", response.headers,
                                       response.body))
        return response


class Run:
    """`canaries` by name; `answers` and places() are where none of them may be."""

    def __init__(self, folder, log_format, handoff=HEADERS):
        self.folder, self.handoff = folder, handoff
        self.canaries, self.answers, self._kept = {}, [], None
        self.redis_password, self.client_secret, self.service_password = f"{word()}@", word(), word()
        certificate, key, trusting = self_signed(folder, "localhost")
        self.provider = HostileProvider(tls=("localhost", certificate, key))
        self._outside = Browser({self.provider.url: (self.provider.server_address[1], trusting)})
        self.tenants = {name: self.provider.tenant(name) for name in self._providers()}
        self.redis = Redis(folder, password=self.redis_password).start()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.xnat = (Xnat(self.url) if handoff == HEADERS
                     else Xnat(options=["--admin", self._service_account()])).start()
        self.sidecar = Sidecar(
            [self._write_properties()], self.xnat.url,
            [*self._write_keys(), "--ca-file", certificate, "--log-format", log_format],
            port, {"OIDC_SIDECAR_REDIS": self._redis_url()})
        self.sidecar.start()
        wait_until(lambda: fetch(f"{self.sidecar.admin}/metrics")[1].count(b"redis_up 1\n"),
                   "Redis to be joined", 10, self.sidecar.evidence)
        self.sidecar.wait_providers()

    def stop(self):
        if self._kept:
            self._kept.close()
        status = self.sidecar.stop()
        self.xnat.stop()
        self.provider.stop()
        self.redis.stop()
        return status

    # --- what it starts with --------------------------------------------------------------------

    def kinds(self):
        return kinds(self.handoff)

    def _providers(self):
        """Bearer tokens do not go together with alias tokens."""
        return ("op", "api") if self.handoff == HEADERS else ("op",)

    def _service_account(self):
        return f"service:{self.service_password}"

    def _redis_url(self):
        quoted = urllib.parse.quote(self.redis_password, safe="")
        return f"redis://:{quoted}@127.0.0.1:{self.redis.port}"

    def _write_properties(self):
        keys = {"op": {"idTokenEncryptionAlgorithm": "RSA-OAEP"},
                "api": {"bearer.enabled": "true", "audCheck.acceptedAudiences": AUDIENCE,
                        "idToken.audCheck.enabled": "false"}}
        blocks = [self._block(name, keys[name]) for name in self.tenants]
        config = self.folder / "openid-provider.properties"
        config.write_text(properties.site(self.url, blocks))
        return config

    def _block(self, name, keys):
        issuer = self.tenants[name].issuer
        client = properties.Client(provider=name, secret=self.client_secret)
        return properties.ProviderBlock(issuer, client, {
            "issuer": issuer, "userAuthUri": f"{issuer}/authorize",
            "accessTokenUri": f"{issuer}/token", "userInfoUri": f"{issuer}/userinfo"} | keys)

    def _write_keys(self):
        self.session_key = secrets.token_bytes(32)
        session = self.folder / "session.keys"
        session.write_text(base64.b64encode(self.session_key).decode() + "\n")
        session.chmod(0o600)
        self.decryption_key = new_key()
        decryption = write_keys(self.folder / "decryption.pem", self.decryption_key)
        ways = {HEADERS: self._write_assertion_key, TOKEN: self._write_admin_file}
        return ["--session-key-file", session, "--decryption-key-file", decryption,
                *ways[self.handoff]()]

    def _write_admin_file(self, account=None):
        return ["--handoff", TOKEN, "--xnat-admin-file",
                admin_file(self.folder, f"{account or self._service_account()}\n")]

    def _write_assertion_key(self):
        self.assertion_key = ec.generate_private_key(ec.SECP256R1())
        assertion = self.folder / "assertion.pem"
        assertion.write_bytes(self.assertion_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()))
        assertion.chmod(0o600)
        return ["--assertion-key-file", assertion]

    # --- what happens ---------------------------------------------------------------------------

    def plant(self, name, secret, used):
        assert name in self.kinds() and name not in self.canaries, name
        self.canaries[name] = Canary(secret.encode() if isinstance(secret, str) else secret,
                                     bool(used))

    def play(self):
        if self.handoff == TOKEN:
            self._refusals_of_xnat()
        browser = self._sign_in()
        self._use_xnat(browser)
        self._basic()
        self._look_up_token()
        self._keep_connection()
        self._plant_keys()
        if self.handoff == HEADERS:
            self._plant_assertion_key()
            self._bearer("bearer token", True)
            self._bearer("refused bearer token", False)
            self._signed_logout()
        self._logout()
        self._refusals()
        self._pages(browser)
        return self

    def _seen(self, *texts):
        """Whether the provider got a request with all of them."""
        return any(all(text in each for text in texts) for each in list(self.provider.seen))

    def _xnat_saw(self, text):
        return any(text.encode() in each["head"] for each in self.xnat.requests())

    def _tokens(self, tenant):
        """Has the provider give marked tokens; where they will be noted."""
        given = {"access": secrets.token_urlsafe(40), "refresh": secrets.token_urlsafe(40)}
        half = hashlib.sha256(given["access"].encode()).digest()[:16]

        def id_token(claims):
            signed = hostile.compact({"alg": "RS256", "kid": OWN_KEY.kid, "typ": "JWT"},
                                     claims | {"at_hash": b64url(half)}, OWN_KEY.sign)
            given["signed"] = signed
            given["sealed"] = encrypt(self.decryption_key, signed, "RSA-OAEP", "A256GCM",
                                      kid=self.decryption_key.thumbprint())
            return given["sealed"]
        tenant.id_token = id_token
        tenant.token_members = lambda members: members | {"access_token": given["access"],
                                                          "refresh_token": given["refresh"]}
        return given

    def _sign_in(self):
        tenant, browser = self.tenants["op"], Watched(self.answers)
        given = self._tokens(tenant)
        leg = browser.begin(self.url, "op", rd="/data/projects")
        asked = query_of(leg.location)
        sealed = browser.jar.named("oidc-state-")[0].value
        back = self._outside.tab().open(leg.location).location
        code = query_of(back)["code"]
        answer = browser.open(back)
        assert answer.status == 302, f"{answer.status} {answer.text}\n{self.sidecar.evidence()}"
        sent = tenant.token_requests[-1]
        basic = base64.b64encode(
            f"{properties.Client.id}:{urllib.parse.quote_plus(self.client_secret)}".encode())
        signed_in = browser.open(f"{self.url}/oidc/session").status == 200
        self.plant("client secret", self.client_secret,
                   self._seen(f"Authorization: Basic {basic.decode()}"))
        self.plant("code", code, sent["code"] == code)
        spent = b64url(hashlib.sha256(sent["code_verifier"].encode()).digest())
        self.plant("code verifier", sent["code_verifier"], spent == asked["code_challenge"])
        self.plant("code verifier, raw", decoded(sent["code_verifier"]), signed_in)
        self.plant("state", asked["state"], query_of(back)["state"] == asked["state"])
        self.plant("nonce", asked["nonce"], signed_in)
        self.plant("nonce, raw", decoded(asked["nonce"]), signed_in)
        self.plant("state cookie", sealed, signed_in)
        self.plant("access token", given["access"],
                   self._seen("/userinfo", f"Authorization: Bearer {given['access']}"))
        self.plant("refresh token", given["refresh"], signed_in)
        self.plant("encrypted ID token", given["sealed"].split(".")[3], signed_in)
        self.plant("signature of the ID token", given["signed"].split(".")[2], signed_in)
        self.plant("session cookie", browser.jar.get("oidc-session").value, signed_in)
        return browser

    def _use_xnat(self, browser):
        handed = browser.open(f"{self.url}/oidc/auth")
        if self.handoff == HEADERS:
            self.plant("assertion", handed.header("X-XNAT-OIDC-Assertion"), handed.status == 200)
        browser.visit(f"{self.url}/")
        if self.handoff == TOKEN:
            self._plant_tokens()
        own = browser.jar.get("JSESSIONID").value
        browser.open(f"{self.url}/data/projects")
        self.plant("XNAT session", own, self._xnat_saw(own))
        other = secrets.token_urlsafe(24)
        browser.request("GET", f"{self.url}/test/echo", NAVIGATION | {
            "Cookie": f"{browser.jar.header(self.url)}; XNAT_CSRF={other}"})
        self.plant("another cookie of XNAT's", other, self._xnat_saw(other))

    def _refusals_of_xnat(self):
        """Each of its pages: what it has the account for is another's, an administrator's, or cannot be asked."""
        tenant = self.tenants["op"]
        given = self._tokens(tenant)
        tenant.claims = tenant.userinfo_claims = lambda claims: claims | {"sub": "refused"}
        name, wrong = "op_refused", f"service:{word()}"
        self.xnat.set_account(name, create=True, firstName="A", lastName="B")
        self._write_admin_file(wrong)
        wait_until(lambda: self._is_refused("xnat_refuses_service"), "the wrong password to be taken", 10,
                   self.sidecar.evidence)
        pair = base64.b64encode(wrong.encode()).decode()
        tried = self._xnat_saw(f"Authorization: Basic {pair}")
        self.plant("wrong password of the service account", wrong.partition(":")[2], tried)
        self.plant("wrong credentials of the service account", pair, tried)
        self._write_admin_file(self._service_account())
        time.sleep(1.1)  # each worker looks at the file once a second
        for reason, fields in (("account_email_differs", {"email": "else@example.com"}),
                               ("account_is_administrator", {"email": "person@example.com", "role": "Administrator"})):
            self.xnat.set_account(name, **fields)
            wait_until(lambda reason=reason: self._is_refused(reason), f"{reason} to be told", 10,
                       self.sidecar.evidence)
        self.plant("access token of a sign-in that XNAT refuses", given["access"],
                   self._seen("/userinfo", f"Authorization: Bearer {given['access']}"))
        tenant.behave()

    def _is_refused(self, reason):
        self._try()
        return reason in self.answers[-1].body.decode()

    def _plant_tokens(self):
        """What the sidecar got in to XNAT with, for itself and for the person."""
        heads = [each["head"].decode() for each in self.xnat.requests()]
        own, others = ([head for head in heads if (AGENT in head) is ours] for ours in (True, False))
        pair = base64.b64encode(self._service_account().encode()).decode()
        asked = any(f"Authorization: Basic {pair}" in head for head in own)
        self.plant("password of the service account", self.service_password, asked)
        self.plant("credentials of the service account", pair, asked)
        cookies = [found[1] for head in own if (found := re.search("JSESSIONID=([^;\\s]+)", head))]
        self.plant("session of the service account", cookies[-1], cookies)
        (token,) = {found[1] for head in others
                    if (found := re.search(r"Authorization: Basic (\S+)", head))}
        self.plant("secret of an issued token", base64.b64decode(token).partition(b":")[2], True)
        self.plant("credentials of an issued token", token, True)

    def _basic(self):
        password = word()
        credentials = base64.b64encode(f"admin:{password}".encode()).decode()
        Watched(self.answers).request("GET", f"{self.url}/test/echo", {
            "Authorization": f"Basic {credentials}"})
        self.plant("password of an XNAT account", password,
                   self._xnat_saw(f"Authorization: Basic {credentials}"))

    def _look_up_token(self):
        """As a program does that was given an alias token; and in another spelling."""
        secret = secrets.token_urlsafe(48)
        for path in ("/data/services/tokens", "/data/services;v=1/%74okens"):
            Watched(self.answers).request("GET", f"{self.url}{path}/validate/alias/{secret}")
        self.plant("secret of an alias token", secret, self._xnat_saw(secret))

    def _keep_connection(self):
        """As front ends do: it stays open to the end."""
        cookie, body = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self._kept = http.client.HTTPConnection("127.0.0.1", self.sidecar.port, timeout=20)
        self._kept.request("POST", "/test/echo", f"password={body}",
                           {"Cookie": f"XNAT_CSRF={cookie}"})
        answer = json.loads(self._kept.getresponse().read())
        digest = hashlib.sha256(f"password={body}".encode()).hexdigest()
        self.plant("cookie on a kept connection", cookie, self._xnat_saw(cookie))
        self.plant("body of an upload", body, answer["sha256"] == digest)

    def _plant_keys(self):
        """After what they are for was done: nobody signs in without them."""
        self.plant("session key", self.session_key, self.canaries["session cookie"].used)
        private = json.loads(self.decryption_key.export_private())
        for number in ("d", "p", "q"):
            self.plant(f"decryption key, {number}", decoded(private[number]),
                       self.canaries["encrypted ID token"].used)
        self.plant("password of Redis", self.redis_password, self.redis.names())

    def _plant_assertion_key(self):
        numbers = self.assertion_key.private_numbers()
        x = b64url(numbers.public_numbers.x.to_bytes(32, "big"))
        published = json.loads(fetch(f"{self.url}/oidc/jwks.json")[1])["keys"]
        self.plant("assertion key", numbers.private_value.to_bytes(32, "big"),
                   any(key.get("x") == x for key in published)
                   and self.canaries["XNAT session"].used)

    def _bearer(self, name, good):
        api = self.tenants["api"]
        claims = {"iss": api.issuer, "aud": AUDIENCE, "sub": "client-1", "iat": 1,
                  "exp": 4102444800 if good else 2, "email": "client@example.com",
                  "given_name": "Api", "family_name": "Client"}
        token = hostile.compact({"alg": "RS256", "kid": OWN_KEY.kid, "typ": "at+jwt"}, claims,
                                OWN_KEY.sign)
        statuses = [Watched(self.answers).request("GET", f"{self.url}/data/projects", {
            "Authorization": f"Bearer {token}"}).status for _ in range(3)]
        self.plant(name, token.split(".")[2], set(statuses) == ({200} if good else {401}))

    def _logout(self):
        """One that is encrypted as the provider's ID tokens are."""
        inner = token_of(claims_of(self.tenants["op"], sub="somebody else"))
        sealed = encrypt(self.decryption_key, inner, "RSA-OAEP", "A256GCM",
                         kid=self.decryption_key.thumbprint())
        taken = self._logs_out(sealed)
        self.plant("encrypted logout token", sealed.split(".")[3], taken)
        self.plant("signature of an encrypted logout token", inner.split(".")[2], taken)

    def _signed_logout(self):
        token = token_of(claims_of(self.tenants["api"], sub="somebody else"))
        self.plant("logout token", token.split(".")[2], self._logs_out(token))

    def _logs_out(self, token):
        status, headers, body = post(self.url, form(token))
        self.answers.append(Answer("answer to a logout token", list(headers.items()), body))
        return status == 200

    def _refusals(self):
        """Each way in which the provider says what went wrong, with a secret in it."""
        tenant = self.tenants["op"]
        said = [secrets.token_urlsafe(24) for _ in range(3)]
        tenant.back = lambda params, code: urllib.parse.urlencode({
            "error": "access_denied", "error_description": said[0], "state": params["state"]})
        self.plant("error_description of the return leg", said[0], self._try() == 403)
        tenant.back = None
        tenant.answers["token"] = lambda exchange: exchange.reply(400, json.dumps(
            {"error": "invalid_grant", "error_description": said[1]}).encode())
        self.plant("error_description of the token endpoint", said[1], self._try() == 502)
        del tenant.answers["token"]
        given = self._tokens(tenant)
        tenant.answers["userinfo"] = lambda exchange: exchange.reply(
            401, b"", headers=[("WWW-Authenticate", f'Bearer error_description="{said[2]}"')])
        self.plant("error_description of user-info", said[2], self._try() == 502)
        self.plant("access token of a refused sign-in", given["access"],
                   self._seen("/userinfo", f"Authorization: Bearer {given['access']}"))
        tenant.behave()

    def _try(self):
        browser = Watched(self.answers)
        first = browser.begin(self.url, "op")
        return browser.open(self._outside.tab().open(first.location).location).status

    def _pages(self, browser):
        asked = browser.open(f"{self.url}/oidc/sign-out", **{"Sec-Fetch-Site": "cross-site"})
        assert "Sign out?" in asked.text
        for path in ("/oidc/sign-in", "/oidc/session", "/oidc/auth-redirect", "/oidc/jwks.json",
                     "/oidc/sign-out", "/oidc/signed-out", "/oidc/nothing", "/openid-login",
                     "/openid-login?code=1&state=2", "/openid-login?providerId=none",
                     "/oidc/style.css", "/%2f"):
            browser.open(self.url + path)

    # --- where nothing may be -------------------------------------------------------------------

    def process_places(self):
        """{place: bytes} of what others can read without asking anybody."""
        proc = Path(f"/proc/{self.sidecar.child.pid}")
        return {
            "command line": (proc / "cmdline").read_bytes(),
            "environment": (proc / "environ").read_bytes(),
            "metrics": fetch(f"{self.sidecar.admin}/metrics")[1],
            "readiness": fetch(f"{self.sidecar.admin}/readyz")[1],
            "health": fetch(f"{self.sidecar.admin}/healthz")[1],
            "log": "\n".join(self.sidecar.stderr + self.sidecar.stdout).encode(),
        }
