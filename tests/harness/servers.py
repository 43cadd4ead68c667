"""The programs of a set-up: oidc-sidecar, the stand-in provider, the stand-in XNAT."""

import base64
import json
import os
import urllib.parse
import urllib.request
from pathlib import Path

from .process import PYTHON, ROOT, Process, clean_environment, free_port
from .wait import wait_until

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def sidecar_program():
    return Path(os.environ.get("OIDC_SIDECAR", ROOT / "_build" / "oidc-sidecar"))


def fetch(url, method="GET", timeout=10):
    """(status, body) of a plain request, redirects followed by nobody."""
    request = urllib.request.Request(url, method=method)
    try:
        with DIRECT.open(request, timeout=timeout) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code, problem.read()


class Sidecar(Process):
    """oidc-sidecar on loopback ports of its own."""

    reported = []  # what is known of those in which a sanitizer found something

    def __init__(self, configs, upstream=None, options=(), port=None, environment=None):
        self.port = port or free_port()
        self.admin_port = free_port(but=self.port)
        self.url = f"http://127.0.0.1:{self.port}"
        self.admin = f"http://127.0.0.1:{self.admin_port}"
        argv = [sidecar_program()]
        for config in configs:
            argv += ["--config", config]
        if upstream:
            argv += ["--upstream", upstream]
        argv += ["--listen", f"127.0.0.1:{self.port}",
                 "--admin-listen", f"127.0.0.1:{self.admin_port}", "--workers", "2",
                 "--log-level", "debug", *options]
        super().__init__("oidc-sidecar", argv, clean_environment(**(environment or {})))

    def start(self, ready=True):
        super().start()
        self.wait_answering()
        if ready:
            self.wait_ready()
        return self

    def wait_exit(self, timeout=15):
        status = super().wait_exit(timeout)
        if any("Sanitizer" in line or "runtime error:" in line for line in self.stderr):
            Sidecar.reported.append(self.evidence())
        return status

    def wait_answering(self):
        def answering():
            assert self.alive, f"oidc-sidecar ended early\n{self.evidence()}"
            try:
                return fetch(f"{self.admin}/healthz")[0] == 200
            except OSError:
                return False
        wait_until(answering, "oidc-sidecar to answer /healthz", 10, self.evidence)

    def wait_ready(self, timeout=20):
        wait_until(lambda: self.readiness()[0] == 200, "oidc-sidecar to be ready", timeout,
                   lambda: f"{self.readiness()}\n{self.evidence()}")

    def wait_providers(self, but=(), timeout=20):
        """Until every provider is known: it is ready itself with the first of them."""
        wait_until(lambda: all(each["ready"] or each["provider"] in but
                               for each in self.readiness()[1]["providers"]),
                   "all providers to be ready", timeout, lambda: f"{self.readiness()}\n{self.evidence()}")

    def readiness(self):
        status, body = fetch(f"{self.admin}/readyz")
        return status, json.loads(body)

    def metrics(self):
        """Values by name and labels, as written."""
        _, body = fetch(f"{self.admin}/metrics")
        lines = [line for line in body.decode().splitlines() if line and line[0] != "#"]
        return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}

    def events(self, name=None):
        """Log lines; each must be one JSON object."""
        parsed = []
        for line in self.stderr:
            try:
                parsed.append(json.loads(line))
            except ValueError:
                raise AssertionError(f"log line is not JSON: {line!r}") from None
        return [event for event in parsed if name is None or event.get("event") == name]

    def wait_event(self, name, timeout=10, **fields):
        def found():
            fitting = [event for event in self.events(name)
                       if all(event.get(key) == value for key, value in fields.items())]
            return fitting[-1] if fitting else None
        return wait_until(found, f"log event {name} {fields}", timeout, self.evidence)


class Provider(Process):
    """demo/provider.py. `clients` are (id, secret, redirect_uri)."""

    def __init__(self, clients, options=(), port=0):
        argv = [PYTHON, ROOT / "demo" / "provider.py", "--listen", f"127.0.0.1:{port}",
                "--control"]
        for client in clients:
            argv += ["--client", ":".join(client)]
        super().__init__("provider", [*argv, *options])
        self.url = None

    def start(self):
        super().start()
        self.url = self.wait_line("listening on ")
        return self

    def rotate_keys(self, keep=False):
        assert fetch(f"{self.url}/control/rotate-keys?keep={int(keep)}", "POST")[0] == 200

    def counts(self):
        return json.loads(fetch(f"{self.url}/control/counts")[1])

    def change(self, person, **claims):
        """What the provider says of somebody from now on."""
        query = urllib.parse.urlencode({"id": person} | claims)
        assert fetch(f"{self.url}/control/person?{query}", "POST")[0] == 200

    def hold(self, what):
        """The next answers of this kind ("token") are kept back until release(); they are counted as
        "token held" when all is done but the answer."""
        assert fetch(f"{self.url}/control/hold?what={what}", "POST")[0] == 200

    def release(self):
        assert fetch(f"{self.url}/control/release", "POST")[0] == 200

    def restart(self, kill=False):
        """Once more on the same port; nothing is known of what it has given out."""
        if kill:
            self.kill()
        self.stop()
        self.argv[self.argv.index("--listen") + 1] = self.url.removeprefix("http://")
        return self.start()


class Xnat(Process):
    """demo/xnat.py with its control port and test paths."""

    def __init__(self, sidecar_url=None, issuer=None, options=(), port=0):
        argv = [PYTHON, ROOT / "demo" / "xnat.py", "--listen", f"127.0.0.1:{port}",
                "--control-listen", "127.0.0.1:0", "--test-paths"]
        if sidecar_url:
            argv += ["--handoff-jwks", f"{sidecar_url}/oidc/jwks.json",
                     "--handoff-issuer", issuer or sidecar_url]
        super().__init__("xnat", [*argv, *options])
        self.url = self.control = self.port = None

    def start(self):
        super().start()
        self.control = self.wait_line("control on ")
        self.url = self.wait_line("listening on ")
        self.port = int(self.url.rpartition(":")[2])
        return self

    def mark(self):
        """A point in time: requests() then gives what came after it."""
        return self._control("GET", "requests", since=999999999)["last"]

    def requests(self, since=0):
        kept = self._control("GET", "requests", since=since)["requests"]
        for request in kept:
            request["head"] = base64.b64decode(request["head"])
        return kept

    def state(self):
        """Connections, names of accounts, and how many sessions and good alias tokens a user has."""
        return self._control("GET", "state")

    def account(self, username):
        """The user JSON, with roles and origin."""
        return self._control("GET", "account", username=username)

    def set_account(self, username, **fields):
        """Fields of the user JSON, password, provider, role (empty: none); create=True makes it."""
        self._control("POST", "account", username=username, **fields)

    def enable_account(self, username, enabled=True):
        self.set_account(username, enabled=enabled)

    def sessions(self, username):
        """Identifiers of the user's sessions, the oldest first."""
        return self._control("GET", "sessions", username=username)

    def restart(self, kill=False):
        """Once more on the same port; what no --database file kept is gone."""
        if kill:
            self.kill()
        self.stop()
        self.argv[self.argv.index("--listen") + 1] = f"127.0.0.1:{self.port}"
        return self.start()

    def end_sessions(self, username=None):
        """Of one user, or of all, as when XNAT is restarted."""
        return self._control("DELETE", "sessions", **({"username": username} if username else {}))

    def tokens(self, username):
        """The user's good alias tokens, without their secrets."""
        return self._control("GET", "tokens", username=username)

    def configure(self, **settings):
        """See demo/xnat_server/settings.py."""
        self._control("POST", "settings", **settings)

    def shift_clock(self, seconds):
        """How far XNAT's clock is from ours."""
        self._control("POST", "clock", shift=seconds)

    def trouble(self, kind, path=".*", **details):
        """See demo/xnat_server/troubles.py; method and times say which requests meet it."""
        self._control("POST", "trouble", kind=kind, path=path, **details)

    def reset(self):
        """No settings but the defaults, no trouble, the right time."""
        for what in ("settings", "trouble", "clock"):
            self._control("DELETE", what)

    def open_gate(self, name):
        self._control("POST", "gate", name=name)

    def _control(self, method, what, /, **params):
        texts = {name: str(value).lower() if isinstance(value, bool) else value
                 for name, value in params.items()}
        query = urllib.parse.urlencode(texts)
        status, body = fetch(f"{self.control}/control/{what}?{query}", method)
        assert status == 200, f"{method} {what} {texts}: {status} {body.decode()}"
        return json.loads(body)
