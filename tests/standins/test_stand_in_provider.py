"""The stand-in provider is strict itself: what it forgives, no other test would notice."""

import base64
import hashlib
import json
import time
import urllib.parse

import pytest
from jwcrypto import jwk, jws

from harness.browser import Browser
from harness.servers import Provider, fetch

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


class TestSessions:
    """A provider that remembers people, and one that does not ask them again."""

    @pytest.fixture
    def remembering(self):
        made = []

        def start(*options):
            made.append(Provider([CLIENT], ["--sessions", *options]).start())
            return made[-1]
        yield start
        for each in made:
            each.stop()

    @staticmethod
    def ask(browser, provider, **more):
        params = {"client_id": "site", "redirect_uri": RETURN, "response_type": "code",
                  "scope": "openid email"} | more
        return browser.open(f"{provider.url}/oidc/authorize?{urllib.parse.urlencode(params)}")

    def sign_in(self, browser, provider):
        answer = browser.submit(self.ask(browser, provider), person="alice", decision="accept")
        assert "code" in answer_of(answer)

    def test_asks_again(self, remembering):
        provider, browser = remembering(), Browser()
        self.sign_in(browser, provider)
        assert self.ask(browser, provider).status == 200

    def test_single_sign_on(self, remembering):
        provider, browser = remembering("--single-sign-on"), Browser()
        self.sign_in(browser, provider)
        assert "code" in answer_of(self.ask(browser, provider))
        assert self.ask(browser, provider, prompt="login").status == 200
        assert self.ask(Browser(), provider).status == 200

    def test_claims_change(self, remembering):
        provider = remembering()
        provider.change("alice", email="new@example.com")
        answer = redeem(provider, code_for(provider)).json()
        assert verified(provider, answer["id_token"])["email"] == "new@example.com"
        assert fetch(f"{provider.url}/control/person?id=nobody", "POST")[0] == 404
