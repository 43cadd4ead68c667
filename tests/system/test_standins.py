"""The stand-ins are strict themselves: what they forgive, no other test would notice."""

import base64
import hashlib
import http.server
import json
import threading
import time
import urllib.parse

import pytest
from jwcrypto import jwk, jws

from harness.browser import Browser
from harness.servers import Provider, Xnat
from harness.wire import exchange, request_bytes

pytestmark = pytest.mark.standins

SITE = "https://xnat.example.com"
RETURN = f"{SITE}/openid-login"
CLIENT = ("site", "the-secret", RETURN)
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@pytest.fixture(scope="module")
def provider():
    process = Provider([CLIENT, ("other", "other-secret", "https://other.example/back")]).start()
    yield process
    process.stop()


def authorize(provider, path="/oidc/authorize", **changes):
    params = {"client_id": "site", "redirect_uri": RETURN, "response_type": "code",
              "scope": "openid profile email", "state": "s t&te", "nonce": "n-1",
              "code_challenge": CHALLENGE, "code_challenge_method": "S256"} | changes
    query = urllib.parse.urlencode({key: value for key, value in params.items() if value})
    return Browser().open(f"{provider.url}{path}?{query}")


def answer_of(response):
    assert response.status == 302
    parts = urllib.parse.urlsplit(response.location)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == RETURN
    return dict(urllib.parse.parse_qsl(parts.query))


def code_for(provider, person="alice", **changes):
    page = authorize(provider, **changes)
    assert page.status == 200
    answer = answer_of(Browser().submit(page, person=person, decision="accept"))
    assert answer["state"] == "s t&te"
    return answer["code"]


def redeem(provider, code, path="/oidc/token", authorization="site:the-secret", **changes):
    params = {"grant_type": "authorization_code", "code": code, "redirect_uri": RETURN,
              "code_verifier": VERIFIER} | changes
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if authorization:
        headers["Authorization"] = "Basic " + base64.b64encode(authorization.encode()).decode()
    body = urllib.parse.urlencode({key: value for key, value in params.items() if value})
    return Browser().request("POST", f"{provider.url}{path}", headers, body.encode())


def verified(provider, token):
    keys = Browser().script(f"{provider.url}/oidc/jwks").json()["keys"]
    kid = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))["kid"]
    signed = jws.JWS()
    signed.deserialize(token)
    signed.verify(jwk.JWK(**next(key for key in keys if key["kid"] == kid)), alg="RS256")
    return json.loads(signed.payload)


class TestProvider:
    def test_whole_flow_with_aaf_claims(self, provider):
        code = code_for(provider, "guenther", path="/providers/op/authorize")
        answer = redeem(provider, code, "/providers/op/token").json()
        assert "refresh_token" not in answer
        claims = verified(provider, answer["id_token"])
        assert claims["iss"] == provider.url
        assert claims["aud"] == claims["azp"] == "site"
        assert claims["nonce"] == "n-1"
        assert claims["given_name"] == "Günther" and claims["email"] == "guenther@example.com"
        half = hashlib.sha256(answer["access_token"].encode()).digest()[:16]
        assert claims["at_hash"] == base64.urlsafe_b64encode(half).decode().rstrip("=")
        assert abs(claims["iat"] - time.time()) < 30 and claims["exp"] > claims["iat"]
        info = Browser().script(f"{provider.url}/oidc/userinfo",
                                Authorization=f"Bearer {answer['access_token']}").json()
        assert info["sub"] == claims["sub"] and info["family_name"] == "Größe"

    def test_code_is_good_once_and_a_replay_takes_the_token_back(self, provider):
        code = code_for(provider)
        access = redeem(provider, code).json()["access_token"]
        assert redeem(provider, code).json()["error"] == "invalid_grant"
        info = Browser().script(f"{provider.url}/oidc/userinfo", Authorization=f"Bearer {access}")
        assert info.status == 401

    @pytest.mark.parametrize("changes, error", [
        ({"redirect_uri": RETURN + "/"}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_grant"),
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"authorization": "site:wrong"}, "invalid_client"),
        ({"authorization": "other:other-secret"}, "invalid_grant"),
        ({"authorization": None}, "invalid_client"),
        ({"client_secret": "the-secret"}, "invalid_request"),
    ])
    def test_token_endpoint_refuses(self, provider, changes, error):
        answer = redeem(provider, code_for(provider), **changes)
        assert answer.status == (401 if error == "invalid_client" else 400)
        assert answer.json()["error"] == error

    def test_post_authentication(self, provider):
        answer = redeem(provider, code_for(provider), authorization=None, client_id="site",
                        client_secret="the-secret")
        assert answer.status == 200

    @pytest.mark.parametrize("changes", [
        {"client_id": "nobody"}, {"client_id": None}, {"redirect_uri": RETURN + "?x=1"},
        {"redirect_uri": RETURN.upper()}, {"redirect_uri": "https://other.example/back"}])
    def test_own_page_where_it_cannot_know_the_way_back(self, provider, changes):
        answer = authorize(provider, **changes)
        assert answer.status == 400 and answer.header("Location") is None

    @pytest.mark.parametrize("changes, error", [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"prompt": "none"}, "login_required")])
    def test_errors_that_go_back(self, provider, changes, error):
        assert answer_of(authorize(provider, **changes))["error"] == error

    def test_decline(self, provider):
        answer = Browser().submit(authorize(provider), decision="decline")
        assert answer_of(answer)["error"] == "access_denied"

    def test_page_is_good_once(self, provider):
        page = authorize(provider)
        Browser().submit(page, person="alice", decision="accept")
        assert Browser().submit(page, person="alice", decision="accept").status == 400

    def test_pages_have_no_script_and_a_strict_policy(self, provider):
        page = authorize(provider)
        policy = page.header("Content-Security-Policy")
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert "<script" not in page.text and "style=" not in page.text

    def test_rotation_replaces_the_key(self, provider):
        before = Browser().script(f"{provider.url}/oidc/jwks").json()["keys"]
        provider.rotate_keys(keep=True)
        after = Browser().script(f"{provider.url}/oidc/jwks").json()["keys"]
        assert after[1:] == before and after[0]["kid"] != before[0]["kid"]
        verified(provider, redeem(provider, code_for(provider)).json()["id_token"])

    def test_options(self):
        process = Provider([CLIENT], ["--require-pkce", "--userinfo-jwt", "--claims", "userinfo",
                                      "--token-auth", "client_secret_post"]).start()
        try:
            plain = authorize(process, code_challenge=None, code_challenge_method=None)
            assert answer_of(plain)["error"] == "invalid_request"
            assert redeem(process, code_for(process)).status == 401
            answer = redeem(process, code_for(process), authorization=None, client_id="site",
                            client_secret="the-secret").json()
            assert "email" not in verified(process, answer["id_token"])
            info = Browser().script(f"{process.url}/oidc/userinfo",
                                    Authorization=f"Bearer {answer['access_token']}")
            assert info.header("Content-Type") == "application/jwt"
            assert verified(process, info.text)["email"] == "alice.nguyen@example.com"
        finally:
            process.stop()


class Signer:
    """Signs assertions as oidc-sidecar should, and publishes the key."""

    def __init__(self):
        self.key = jwk.JWK.generate(kty="EC", crv="P-256", kid="k1")
        served = json.dumps({"keys": [self.key.export_public(as_dict=True)]}).encode()

        class Keys(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", str(len(served)))
                self.end_headers()
                self.wfile.write(served)

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Keys)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def claims(self, **changes):
        now = int(time.time())
        return {"iss": SITE, "aud": "xnat", "sub": "aaf_1", "iat": now, "exp": now + 60,
                "provider": "aaf", "provider_sub": "1", "email": "a@example.com",
                "given_name": "Günther", "family_name": "G", "auto_enabled": True,
                "auto_verified": True, "create_user": True} | changes

    def sign(self, claims, key=None, **head):
        token = jws.JWS(json.dumps(claims))
        token.add_signature(key or self.key, None,
                            json.dumps({"alg": "ES256", "kid": "k1", "typ": "JWT"} | head))
        return token.serialize(compact=True)

    def headers(self, claims=None, assertion=None, **changes):
        claims = claims or self.claims()
        values = {"Username": claims["sub"], "Subject": claims["provider_sub"],
                  "Issuer": "https://idp.example", "Provider": claims["provider"],
                  "Email": claims["email"], "Given-Name": urllib.parse.quote(claims["given_name"]),
                  "Family-Name": claims["family_name"],
                  "Auto-Enabled": str(claims["auto_enabled"]).lower(),
                  "Auto-Verified": str(claims["auto_verified"]).lower(),
                  "Create-User": str(claims["create_user"]).lower(),
                  "Assertion": assertion or self.sign(claims)} | changes
        return {f"X-XNAT-OIDC-{name}": value for name, value in values.items()
                if value is not None}


@pytest.fixture(scope="module")
def signer():
    made = Signer()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def xnat(signer):
    process = Xnat()
    process.argv += ["--handoff-jwks", signer.url, "--handoff-issuer", SITE]
    process.start()
    yield process
    process.stop()


BASIC = "Basic " + base64.b64encode(b"admin:admin").decode()


class TestXnat:
    def test_who_is_asked_to_log_in_and_how(self, xnat):
        curl = {"User-Agent": "curl/7.88.1"}
        data = Browser().request("GET", f"{xnat.url}/data/projects", curl)
        assert data.status == 401 and data.header("WWW-Authenticate").startswith("Basic realm=")
        page = Browser().request("GET", f"{xnat.url}/app/template/Index.vm", curl)
        assert page.status == 302 and page.location.endswith("/app/template/Login.vm")
        assert Browser().open(f"{xnat.url}/data/projects").status == 302
        desktop = {"User-Agent": "Mozilla/5.0 XNATDesktopClient"}
        assert Browser().request("GET", f"{xnat.url}/xapi/x", desktop).status == 401

    def test_basic(self, xnat):
        browser = Browser()
        answer = browser.script(f"{xnat.url}/xapi/users/username", Authorization=BASIC)
        assert answer.text == "admin" and browser.jar.get("JSESSIONID").http_only
        assert browser.jar.get("SESSION_EXPIRATION_TIME")
        again = browser.script(f"{xnat.url}/xapi/users/username", Authorization=BASIC)
        assert again.status == 200 and not again.all("Set-Cookie")
        wrong = "Basic " + base64.b64encode(b"admin:wrong").decode()
        answer = Browser().request("GET", f"{xnat.url}/data/x", {"Authorization": wrong})
        assert answer.status == 401 and answer.header("WWW-Authenticate")
        bare = Browser().script(f"{xnat.url}/data/x", Authorization=wrong,
                                **{"X-Requested-With": "XMLHttpRequest"})
        assert bare.status == 401 and bare.header("WWW-Authenticate") is None

    def test_too_many_sessions(self, xnat):
        for _ in range(1000):
            assert exchange(xnat.port, request_bytes("GET", "/xapi/users/username",
                                                     [("Authorization", BASIC)])).status == 200
        assert exchange(xnat.port, request_bytes("GET", "/xapi/users/username",
                                                 [("Authorization", BASIC)])).status == 401

    def test_login_form_and_logout(self, xnat):
        browser = Browser()
        page = browser.visit(f"{xnat.url}/")
        assert page.url.endswith("/app/template/Login.vm")
        failed = browser.submit(page, username="admin", password="no")
        assert failed.location.endswith("?failed=true")
        home = browser.follow(browser.submit(page, username="admin", password="admin"))
        assert "Signed in as admin" in home.text
        out = browser.visit(f"{xnat.url}/app/action/LogoutUser")
        assert out.url.endswith("/app/template/Login.vm")

    @pytest.mark.parametrize("size, status", [(8192, 200), (8193, 400)])
    def test_header_limit(self, xnat, size, status):
        head = request_bytes("GET", "/test/echo", [("X-Filler", "")])
        head = head.replace(b"X-Filler: ", b"X-Filler: " + b"f" * (size - len(head)))
        assert len(head) == size
        assert exchange(xnat.port, head).status == status

    def test_transfers(self, xnat):
        body = bytes(range(256)) * 5000
        answer = Browser().script(f"{xnat.url}/data/services/import", "POST", body,
                                  Authorization=BASIC)
        assert answer.json() == {"sha256": hashlib.sha256(body).hexdigest(), "size": len(body)}
        down = exchange(xnat.port, request_bytes("GET", "/data/x?format=zip&size=300000",
                                                 [("Authorization", BASIC)]))
        assert down.framing == "chunked" and len(down.body) == 300000

    def test_records_raw_heads(self, xnat):
        since = xnat.mark()
        head = request_bytes("GET", "/test/echo?a=%41", [("x-OdD", "Value")])
        exchange(xnat.port, head)
        (kept,) = xnat.requests(since)
        assert kept["head"] == head and ["x-OdD", "Value"] in kept["headers"]


class TestFilter:
    def home(self, xnat, headers, browser=None):
        return (browser or Browser()).open(f"{xnat.url}/", **headers)

    def test_admits_and_creates(self, xnat, signer):
        browser = Browser()
        page = self.home(xnat, signer.headers(), browser)
        assert page.status == 200 and "Signed in as Günther G" in page.text
        assert "aaf_1" in xnat.state()["accounts"]
        again = self.home(xnat, signer.headers(), browser)
        assert again.status == 200 and not again.all("Set-Cookie")

    @pytest.mark.parametrize("claims", [
        {"iss": "https://evil.example"}, {"aud": "other"}, {"exp": 1000}, {"exp": "never"},
        {"iat": int(time.time()) + 3600}, {"sub": "../admin"}, {"sub": "admin"}])
    def test_refuses_claims(self, xnat, signer, claims):
        assert self.home(xnat, signer.headers(signer.claims(**claims))).status == 403

    def test_refuses_signatures(self, xnat, signer):
        claims = signer.claims()
        stranger = jwk.JWK.generate(kty="EC", crv="P-256")
        good = signer.sign(claims)
        flipped = good[:-8] + ("AAAAAAAA" if good[-8:] != "AAAAAAAA" else "BBBBBBBB")
        none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT","kid":"k1"}').decode()
        for assertion in (signer.sign(claims, stranger), flipped, signer.sign(claims, kid="k2"),
                          signer.sign(claims, typ="other"), "nonsense",
                          none.rstrip("=") + "." + good.split(".")[1] + "."):
            assert self.home(xnat, signer.headers(assertion=assertion)).status == 403

    @pytest.mark.parametrize("headers", [
        {"X-XNAT-OIDC-Username": "admin"}, {"X_XNAT_OIDC_Username": "admin"},
        {"X-XNAT-OIDC-Extra": "1"}, {"X.XNAT.OIDC.Email": "a@b.example"}])
    def test_refuses_headers_of_their_own(self, xnat, headers):
        assert self.home(xnat, headers).status == 403

    def test_refuses_what_disagrees(self, xnat, signer):
        for name, value in (("Username", "other"), ("Email", None), ("Create-User", "false")):
            assert self.home(xnat, signer.headers(**{name: value})).status == 403

    def test_compares_the_user_on_each_request(self, xnat, signer):
        browser = Browser()
        self.home(xnat, signer.headers(), browser)
        session = browser.jar.get("JSESSIONID").value
        other = signer.headers(signer.claims(sub="aaf_2", provider_sub="2", given_name="Eve"))
        assert "Signed in as Eve" in self.home(xnat, other, browser).text
        assert browser.jar.get("JSESSIONID").value != session
        assert self.home(xnat, {}, browser).status == 302, "no identity, no session"

    def test_name_of_another_origin(self, xnat, signer):
        self.home(xnat, signer.headers())
        for claims in ({"provider_sub": "2"}, {"provider": "google"}, {"sub": "AAF_1"}):
            assert self.home(xnat, signer.headers(signer.claims(**claims))).status == 403

    def test_policy_flags(self, xnat, signer):
        assert self.home(xnat, signer.headers(signer.claims(create_user=False))).status == 403
        page = Browser().visit(f"{xnat.url}/", **signer.headers(signer.claims(auto_enabled=False)))
        assert page.url.endswith("/app/template/InactiveAccount.vm")
