"""A whole set-up: provider, XNAT and sidecar, wired together, stopped together."""

import base64
import secrets

from . import properties
from .browser import Browser
from .process import free_port
from .servers import Provider, Sidecar, Xnat

SESSION_KEY = base64.b64encode(bytes(range(32))).decode()


class Setup:
    """Attributes: provider, xnat, sidecar, url (as the browser sees the site; "{url}" stands for it
    in the provider's options)."""

    def __init__(self, folder, site_url=None, options=(), provider_options=(), xnat_options=(),
                 provider_keys=None, site_keys=None, config=None, upstream=True, filter_on=True,
                 clients=None):
        self.folder = folder
        self.port = free_port()
        self.url = site_url or f"http://127.0.0.1:{self.port}"
        self.client = properties.Client()
        self.redirect_uri = f"{self.url}/openid-login"
        clients = clients or [self.client]
        self.provider = Provider([(each.id, each.secret, self.redirect_uri) for each in clients],
                                 [str(each).replace("{url}", self.url)
                                  for each in provider_options])
        self.own_url = f"http://127.0.0.1:{self.port}"
        self.xnat = Xnat(self.own_url if filter_on else None, self.url, xnat_options)
        self._provider_keys, self._site_keys = provider_keys or {}, site_keys or {}
        self._config, self._upstream, self._options = config, upstream, list(options)
        self.key_file = folder / f"session-{secrets.token_hex(4)}.keys"
        self.key_file.write_text(SESSION_KEY + "\n")
        self.key_file.chmod(0o600)
        self.sidecar = None

    def start(self, ready=True):
        self.provider.start()
        self.xnat.start()
        self.config_file = self.folder / f"{secrets.token_hex(4)}-provider.properties"
        self.config_file.write_text(self._text(), encoding="latin-1")
        self.sidecar = self.new_sidecar()
        self.sidecar.start(ready)
        return self

    def _text(self):
        if self._config:
            return self._config(self)
        block = properties.ProviderBlock(self.provider.url, self.client, self._provider_keys)
        return properties.site(self.url, [block], **self._site_keys)

    def new_sidecar(self, port=None, options=()):
        """Another sidecar with the same files: a restart, or a replica."""
        return Sidecar([self.config_file], self.xnat.url if self._upstream else None,
                       ["--session-key-file", self.key_file, *self._options, *options],
                       port or self.port)

    def restart_sidecar(self, options=()):
        self.sidecar.stop()
        self.sidecar = self.new_sidecar(options=options)
        self.sidecar.start()

    def browser(self):
        routes = {} if self.url == self.own_url else {self.url: (self.port, None)}
        return Browser(routes)

    def signed_in(self, person="alice", **more):
        """A browser that has a session."""
        browser = self.browser()
        answer = browser.sign_in(self.url, person, **more)
        assert answer.status in (302, 303), \
            f"sign-in failed: {answer.status}\n{answer.text}\n{self.sidecar.evidence()}"
        assert browser.jar.get(self.session_cookie), f"no session cookie: {answer.headers}"
        return browser

    @property
    def session_cookie(self):
        return "__Host-oidc-session" if self.url.startswith("https") else "oidc-session"

    @property
    def state_prefix(self):
        return "__Host-oidc-state-" if self.url.startswith("https") else "oidc-state-"

    def stop(self):
        """Stops everything; says how the sidecar ended."""
        status = self.sidecar.stop() if self.sidecar else None
        self.xnat.stop()
        self.provider.stop()
        return status
