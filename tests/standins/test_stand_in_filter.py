"""The filter of the stand-in XNAT believes nothing but the signed assertion of oidc-sidecar."""

import base64
import http.server
import json
import threading
import time
import urllib.parse

import pytest
from jwcrypto import jwk, jws

from harness.browser import Browser
from harness.servers import Xnat

pytestmark = pytest.mark.standins

SITE = "https://xnat.example.com"


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

    @pytest.mark.parametrize("credentials", ["", "Basic YTpi", "anything"])
    def test_refuses_two_identities(self, xnat, signer, credentials):
        """As the shipped filter does, whatever the second one is."""
        assert self.home(xnat, signer.headers() | {"Authorization": credentials}).status == 403

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

    def test_another_e_mail_address(self, xnat, signer):
        """As the filter that is installed in XNAT: an administrator writes the new one there."""
        browser, changed = Browser(), signer.headers(signer.claims(email="New@example.com"))
        self.home(xnat, signer.headers())
        assert self.home(xnat, changed, browser).status == 403
        xnat.set_account("aaf_1", email="new@example.com")
        assert self.home(xnat, changed, browser).status == 200

    def test_policy_flags(self, xnat, signer):
        assert self.home(xnat, signer.headers(signer.claims(create_user=False))).status == 403
        page = Browser().visit(f"{xnat.url}/", **signer.headers(signer.claims(auto_enabled=False)))
        assert page.url.endswith("/app/template/InactiveAccount.vm")
