"""Real providers sign people out server to server: npm's oidc-provider, and Keycloak."""

import pytest

from harness import properties
from harness.browser import Browser
from harness.encryption import new_key, write_keys
from harness.node_provider import NodeProvider
from harness.process import free_port
from harness.servers import Sidecar
from harness.wait import wait_until
from interop import matrix
from interop.conftest import EVERY
from interop.installation import Installation as Sites
from interop.providers.base import NotInstalled
from interop.providers.keycloak import Keycloak
from interop.test_oidc_provider import at_provider


class Installation:
    """Of a provider that signs tokens, and encrypts them where there is an algorithm to do it with."""

    def __init__(self, folder, package, session_required, alg=None):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        metadata = {"backchannel_logout_uri": f"{self.url}/oidc/backchannel-logout",
                    "backchannel_logout_session_required": session_required}
        configuration, keys, options = {}, {}, []
        if alg:
            metadata |= {"jwks_uri": f"{self.url}/oidc/jwks.json",
                         "id_token_encrypted_response_alg": alg,
                         "id_token_encrypted_response_enc": "A256GCM"}
            configuration = {"features": {"devInteractions": {"enabled": True},
                                          "backchannelLogout": {"enabled": True},
                                          "encryption": {"enabled": True}}}
            keys = {"idTokenEncryptionAlgorithm": alg}
            options = ["--decryption-key-file", write_keys(folder / "decryption.pem", new_key())]
        self.provider = NodeProvider(package, f"{self.url}/openid-login",
                                     settings={"clientMetadata": metadata}, **configuration).start()
        client = properties.Client("node", secret=self.provider.settings["secret"])
        config = folder / "openid-provider.properties"
        config.write_text(properties.site(self.url, [properties.ProviderBlock(
            self.provider.url, client, {"userAuthUri": f"{self.provider.url}/auth",
                                        "accessTokenUri": f"{self.provider.url}/token"} | keys)]))
        self.sidecar = Sidecar([config], options=options, port=port)

    def sign_in(self, login):
        browser = Browser()
        assert browser.open(at_provider(browser, browser.begin(self.url, "node"),
                                        login)).status == 302
        assert self.is_in(browser)
        return browser

    def is_in(self, browser):
        return browser.request("GET", f"{self.url}/oidc/session").status == 200

    def sign_out_at_provider(self, browser):
        """The person goes there; this site's sign-out has no part in it."""
        page = browser.visit(f"{self.provider.url}/session/end")
        assert page.status == 200 and "<form" in page.text, page.text
        action, hidden = page.form()
        browser.follow(browser.submit(page, logout="yes"))
        assert action and hidden

    def stop(self):
        status = self.sidecar.stop()
        self.provider.stop()
        assert status == 0


@pytest.mark.parametrize("alg", [None, "RSA-OAEP", "RSA-OAEP-256"])
@pytest.mark.parametrize("session_required", [True, False])
def test_sign_out_at_the_provider(tmp_path, node_package, session_required, alg):
    """With a session named the person's other browser stays signed in; without, none does. Logout tokens are
    encrypted where ID tokens are."""
    site = Installation(tmp_path, node_package, session_required, alg)
    site.sidecar.start()
    try:
        one, two, other = site.sign_in("anna"), site.sign_in("anna"), site.sign_in("bert")
        site.sign_out_at_provider(one)
        event = site.sidecar.wait_event("backchannel_logout", provider="node")
        assert event["ends"] == ("one session" if session_required else "all of the subject")
        wait_until(lambda: not site.is_in(one), "the session to be refused", 10,
                   site.sidecar.evidence)
        assert site.is_in(two) == session_required
        assert site.is_in(other)
        assert not site.sidecar.events("backchannel_logout_refused")
    finally:
        site.stop()


class KeycloakThatTells(Keycloak):
    """Both sites are registered for back-channel logout; nobody is asked for consent."""

    def realm(self):
        made = super().realm()
        for registered, client in zip(made["clients"], self.clients):
            site = client.redirect_uri.removesuffix("/openid-login")
            registered["consentRequired"] = False
            registered["attributes"] |= {
                "backchannel.logout.url": f"{site}/oidc/backchannel-logout",
                "backchannel.logout.session.required": "true"}
        return made


@pytest.fixture
def sites(tmp_path, monkeypatch):
    """Two sites that one person is signed in to by one sign-in at Keycloak."""
    try:
        Keycloak.version()
    except NotInstalled as problem:
        (pytest.fail if EVERY else pytest.skip)(f"{problem}; ./dev interop installs it")
    monkeypatch.setattr("interop.installation.driver_of", lambda row: KeycloakThatTells)
    made = Sites(next(row for row in matrix.PROVIDERS if row.name == "keycloak"), tmp_path).start()
    yield made
    made.stop()


def test_keycloak_signs_out_everywhere(sites):
    """Signed out at one site, a person is signed out at the other one."""
    at_one, at_other = sites.browser(), sites.browser()
    assert at_one.open(sites.driver.sign_in(at_one, at_one.begin(sites.basic.url, "proven"))).status == 302
    for cookie in at_one.jar.all():  # what Keycloak knows the browser by; the sites keep theirs apart
        if not cookie.name.startswith("oidc-"):
            at_other.jar.put(cookie)
    answer = at_other.begin(sites.post.url, "proven")
    while not answer.location.startswith(sites.post.url):
        answer = at_other.open(answer.location)
    assert at_other.open(answer.location).status == 302
    assert at_other.open(f"{sites.post.url}/oidc/session").status == 200

    answer = at_one.open(f"{sites.basic.url}/oidc/sign-out", **{"Sec-Fetch-Site": "same-origin"})
    sites.driver.sign_out(at_one, answer)
    event = sites.post.sidecar.wait_event("backchannel_logout", ends="one session")
    assert event["subject"]
    assert at_other.open(f"{sites.post.url}/oidc/session").status == 401
    for site in sites.sites:
        assert not site.sidecar.events("backchannel_logout_refused")
