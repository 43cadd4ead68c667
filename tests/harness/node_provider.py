"""npm's oidc-provider as a child process."""

import json

from .process import Process
from .servers import fetch


class NodeProvider(Process):
    """npm's oidc-provider, with the site as its one client. `settings` are server.js's own, what is
    in `configuration` is the provider's."""

    def __init__(self, folder, redirect_uri, port=0, settings=None, **configuration):
        site = redirect_uri.rpartition("/")[0]
        self.settings = {"port": port, "redirectUri": redirect_uri, "client": "client-of-the-site",
                         "secret": "canary:secret/with+marks", "postLogout": f"{site}/oidc/signed-out",
                         "configuration": configuration} | (settings or {})
        super().__init__("oidc-provider", ["node", folder / "server.js",
                                           json.dumps(self.settings)], directory=folder)
        self.url = None

    def start(self):
        super().start()
        self.url = self.wait_line("listening on ")
        self.port = int(self.url.rpartition(":")[2])
        return self

    def rotate_keys(self):
        assert fetch(f"{self.url}/control/rotate", "POST")[0] == 200
