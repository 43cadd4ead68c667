"""A sidecar before the lying provider, and judges of what it made of the lies."""

import re
from contextlib import contextmanager
from types import SimpleNamespace

from . import properties
from .browser import Browser
from .hostile import HostileProvider
from .process import free_port
from .servers import Sidecar, Xnat
from .wait import wait_until


class Court:
    """A sidecar before the lying provider, with an XNAT behind it."""

    def __init__(self, folder, tenants, options=(), keys=None):
        """keys: of a tenant's name, further keys of its provider in the file."""
        self.hostile = HostileProvider()
        self.tenants = {name: self.hostile.tenant(name) for name in tenants}
        self.xnat = Xnat()
        self.xnat.start()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        config = folder / "openid-provider.properties"
        config.write_text(properties.site(self.url, [
            self._block(tenant, (keys or {}).get(tenant.name, {}))
            for tenant in self.tenants.values()]))
        self._arguments = [config], self.xnat.url, options, port
        self.sidecar = Sidecar(*self._arguments)

    @contextmanager
    def sitting(self, ready=True):
        """From its sidecar's start to the end of all, through which the sidecar must have lived.

        ready: once every provider is known; not to be asked where one of them hides or lies about itself."""
        try:
            self.sidecar.start(ready)
            if ready:
                self.sidecar.wait_providers()
            yield self
        finally:
            status = self.stop()
            assert status == 0, f"the sidecar ended with {status}{self.sidecar.evidence()}"

    def restart(self):
        assert self.sidecar.stop() == 0, self.sidecar.evidence()
        self.sidecar = Sidecar(*self._arguments)
        self.sidecar.start()

    @staticmethod
    def _block(tenant, keys):
        client = properties.Client(provider=tenant.name)
        return properties.ProviderBlock(tenant.issuer, client, {
            "issuer": tenant.issuer, "userAuthUri": f"{tenant.issuer}/authorize",
            "accessTokenUri": f"{tenant.issuer}/token",
            "userInfoUri": f"{tenant.issuer}/userinfo"} | keys)

    def stop(self):
        status = self.sidecar.stop()
        self.xnat.stop()
        self.hostile.stop()
        return status

    def sign_in(self, name, browser=None):
        """Both legs; the answer to the return leg."""
        browser = browser or Browser()
        first = browser.begin(self.url, name)
        assert first.status == 302, f"{first.status}: {first.text}"
        back = browser.open(first.location)
        answer = browser.open(back.location)
        return SimpleNamespace(browser=browser, answer=answer, back=back.location)

    def assert_signs_in(self, name):
        attempt = self.sign_in(name)
        assert attempt.answer.status == 302, f"{attempt.answer.status}: {attempt.answer.text}"
        assert attempt.browser.jar.get("oidc-session")

    def assert_refused(self, answer, browser, reason, status):
        """No session; a page with status, reason and reference; one log line that says the same."""
        assert answer.status == status, f"{answer.status}: {answer.text}"
        assert browser.jar.get("oidc-session") is None
        assert not browser.jar.named("oidc-state-"), "the state cookie must go on every way out"
        assert answer.header("Content-Type").startswith("text/html")
        assert "default-src 'none'" in answer.header("Content-Security-Policy")
        assert reason in answer.text
        references = set(re.findall(r"\b[0-9a-f]{16}\b", answer.text))
        lines = wait_until(lambda: [event for event in self.sidecar.events("login_refused")
                                    if event.get("request_id") in references],
                           f"a log line about {references}")
        assert [line["reason"] for line in lines] == [reason]
        assert browser.open(f"{self.url}/oidc/session").status == 401
