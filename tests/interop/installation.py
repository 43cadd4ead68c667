"""A provider of the matrix, XNAT's stand-in, and a sidecar for each way of registering the site."""

import importlib

from harness import properties
from harness.browser import Browser
from harness.front import Front
from harness.process import free_port
from harness.servers import Sidecar, Xnat

from .providers.base import Client

MARKS = ":/+ %&=?"  # in a secret: each of them gets lost somewhere when it is not encoded
PKCE = {"plain": "false", "proven": "true"}  # providers of the file, and their pkceEnabled


class Site:
    """One sidecar, registered with the provider as one client; two providers in its file."""

    def __init__(self, folder, front, name, method, marks):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = Client(f"site-{name}", f"canary{marks}secret", method,
                             f"{self.url}/openid-login", f"{self.url}/oidc/signed-out",
                             f"{self.url}/oidc/backchannel-logout")
        self.folder, self.front, self.method = folder, front, method
        self.config = folder / f"{name}-provider.properties"
        self.xnat = Xnat(self.url, self.url)

    def start(self, driver, document):
        blocks = [properties.ProviderBlock(
            self.front.url, properties.Client(name, self.client.id, self.client.secret),
            {"issuer": driver.issuer, "pkceEnabled": enabled, "scopes": driver.scopes,
             "userAuthUri": document["authorization_endpoint"],
             "accessTokenUri": document["token_endpoint"],
             # Named in the file, it is always asked; else only for what the ID token lacks.
             "userInfoUri": document.get("userinfo_endpoint") if name == "proven" else None})
            for name, enabled in PKCE.items()]
        self.config.write_text(properties.site(self.url, blocks), encoding="latin-1")
        self.config.chmod(0o600)
        self.xnat.start()
        self.sidecar = Sidecar([self.config], self.xnat.url, ["--ca-file", self.front.certificate],
                               self.port)
        self.front.amend = self.only_its_method
        self.sidecar.start()
        for name in PKCE:
            self.sidecar.wait_event("provider_ready", provider=name)
        self.front.amend = lambda unchanged: unchanged

    def stop(self):
        status = self.sidecar.stop()
        self.xnat.stop()
        assert status == 0

    def only_its_method(self, document):
        """The provider's document as this site should see it."""
        key = "token_endpoint_auth_methods_supported"
        assert self.method in document.get(key, ["client_secret_basic"])
        return document | {key: [self.method]}


class Installation:
    def __init__(self, row, folder):
        self.row = row
        self.front = Front(folder)
        made = driver_of(row)
        rows = [("basic", "client_secret_basic", MARKS if made.decodes_basic else "-"),
                ("post", "client_secret_post", MARKS)]
        if not made.decodes_basic:
            rows.append(("undecoded", "client_secret_basic", MARKS))
        self.sites = [Site(folder, self.front, *row) for row in rows]
        self.basic, self.post = self.sites[:2]
        self.driver = made(self.front, folder, [site.client for site in self.sites])

    def start(self):
        self.driver.start()
        self.document = self.driver.document(self.browser())
        for site in self.sites:
            site.start(self.driver, self.document)
        return self

    def stop(self):
        try:
            for site in self.sites:
                site.stop()
        finally:
            self.driver.stop()
            self.front.stop()

    def browser(self):
        return Browser(self.front.routes())


def driver_of(row):
    module, name = row.driver.split(".")
    return getattr(importlib.import_module(f"interop.providers.{module}"), name)
