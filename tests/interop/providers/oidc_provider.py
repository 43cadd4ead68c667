"""npm's oidc-provider, with its development pages for signing in and consenting."""

import json
import shutil
import subprocess
from dataclasses import dataclass, field

from harness.node_provider import NodeProvider
from harness.process import ROOT

from .base import INSTALLED, Driver, NotInstalled, Person

SOURCE = ROOT / "tests" / "interop" / "oidc-provider"
PACKAGE = INSTALLED / "oidc-provider"
FILES = ("package.json", "package-lock.json", "server.js")


def install():
    """The package, installed outside of the source tree as its lock file says."""
    assert shutil.which("node") and shutil.which("npm"), "nodejs and npm are missing: ./dev deps"
    PACKAGE.mkdir(parents=True, exist_ok=True)
    stamp = PACKAGE / "installed-from"
    wanted = "".join((SOURCE / name).read_text() for name in FILES[:2])
    for name in FILES:
        shutil.copy(SOURCE / name, PACKAGE / name)
    if not stamp.exists() or stamp.read_text() != wanted:
        done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
                              cwd=PACKAGE, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, f"npm ci failed:\n{done.stdout}\n{done.stderr}"
        stamp.write_text(wanted)
    return PACKAGE


@dataclass
class OidcProvider(Driver):
    person: Person = field(default_factory=lambda: Person(email="guenther@example.com",
                                                          family_name="guenther"))

    @staticmethod
    def version():
        if not shutil.which("npm"):
            raise NotInstalled("npm is not installed")
        manifest = install() / "node_modules" / "oidc-provider" / "package.json"
        return json.loads(manifest.read_text())["version"]

    def start(self):
        clients = [{"client_id": client.id, "client_secret": client.secret,
                    "token_endpoint_auth_method": client.method,
                    "redirect_uris": [client.redirect_uri],
                    "post_logout_redirect_uris": [client.post_logout_uri],
                    "backchannel_logout_uri": client.back_channel_uri,
                    "backchannel_logout_session_required": True,
                    "response_types": ["code"], "grant_types": ["authorization_code"]}
                   for client in self.clients]
        self.process = NodeProvider(install(), self.clients[0].redirect_uri, self.port,
                                    {"issuer": self.issuer, "pkceRequired": False,
                                     "behindFront": True}, clients=clients,
                                    features={"devInteractions": {"enabled": True},
                                              "rpInitiatedLogout": {"enabled": True},
                                              "backchannelLogout": {"enabled": True}})
        self.process.start()
        self.wait_ready(self.process)

    def stop(self):
        self.process.stop()

    def rotate_keys(self):
        self.process.rotate_keys()

    def sign_in(self, browser, answer):
        page = self.until_back(browser, answer)
        for _ in range(4):
            if self.is_back(page):
                return page.url
            page = self.until_back(browser, browser.submit(page, login=self.person.login,
                                                           password=self.person.password))
        raise AssertionError(f"no way back from {page.url}")

    def deny(self, browser, answer):
        page = self.until_back(browser, answer)
        (abort,) = [link for link in page.links() if link.endswith("/abort")]
        return self.until_back(browser, browser.open(abort)).url

    def sign_out(self, browser, answer):
        page = self.until_back(browser, answer)
        return self.until_back(browser, browser.submit(page, logout="yes"))
