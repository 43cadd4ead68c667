"""A certified provider signs people out server to server: npm's oidc-provider."""

import pytest

from harness import properties
from harness.browser import Browser
from harness.node_provider import NodeProvider
from harness.process import free_port
from harness.servers import Sidecar
from harness.wait import wait_until
from interop.test_oidc_provider import at_provider


class Installation:
    def __init__(self, folder, package, session_required):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        metadata = {"backchannel_logout_uri": f"{self.url}/oidc/backchannel-logout",
                    "backchannel_logout_session_required": session_required}
        self.provider = NodeProvider(package, f"{self.url}/openid-login",
                                     settings={"clientMetadata": metadata}).start()
        client = properties.Client("node", secret=self.provider.settings["secret"])
        config = folder / "openid-provider.properties"
        config.write_text(properties.site(self.url, [properties.ProviderBlock(
            self.provider.url, client, {"userAuthUri": f"{self.provider.url}/auth",
                                        "accessTokenUri": f"{self.provider.url}/token"})]))
        self.sidecar = Sidecar([config], port=port)

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


@pytest.mark.parametrize("session_required", [True, False])
def test_sign_out_at_the_provider(tmp_path, node_package, session_required):
    """With a session named the person's other browser stays signed in; without, none does."""
    site = Installation(tmp_path, node_package, session_required)
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
