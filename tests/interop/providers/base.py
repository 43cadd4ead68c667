"""What a driver of a real provider offers to the tests."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from harness.front import DISCOVERY
from harness.process import ROOT, free_port
from harness.servers import fetch
from harness.wait import wait_until

# Where ./dev interop puts what it fetches.
INSTALLED = Path(os.environ.get("OIDC_BUILD", ROOT / "_build")).resolve() / "interop"


# How a discovery document promises what not every provider can.
OFFERED = {
    "pkce": lambda document: "S256" in document.get("code_challenge_methods_supported", []),
    "user-info": lambda document: "userinfo_endpoint" in document,
    "logout": lambda document: "end_session_endpoint" in document,
    "back-channel": lambda document: document.get("backchannel_logout_supported", False),
}


class NotInstalled(Exception):
    """Says what is missing."""


def debian(path):
    """A file of the Debian packages that install.sh unpacks: installed, they would start services."""
    return INSTALLED / "debian" / path


def debian_version(package, program):
    """Of a package that is unpacked, without Debian's revision."""
    note = debian(f"{package}.version")
    if not program.exists() or not note.exists():
        raise NotInstalled(f"Debian's {package} is not unpacked")
    return note.read_text().strip()


@dataclass
class Client:
    """The site, as registered with the provider."""

    id: str
    secret: str
    method: str  # of authentication at the token endpoint
    redirect_uri: str
    post_logout_uri: str
    back_channel_uri: str


@dataclass
class Person:
    """Somebody who has an account at the provider."""

    login: str = "guenther"
    password: str = "correct horse 7 Battery!"
    email: str = "guenther@example.edu.au"
    given_name: str = "Günther"
    family_name: str = "Größe"


@dataclass
class Driver:
    """One provider on a port of its own, with throw-away data, reached through `front`."""

    front: object
    folder: object
    clients: list
    person: Person = field(default_factory=Person)
    port: int = field(default_factory=free_port)

    decodes_basic = True  # id and secret in a Basic header, as RFC 6749, 2.3.1, has it
    compares_pkce = True  # at the token endpoint, whatever is asked of the client
    denied_as = "access_denied"  # RFC 6749, 4.1.2.1
    logout_token_lacks = None  # a claim that Back-Channel Logout 1.0, 2.4, demands
    path = ""  # of the issuer
    tail = ""  # of the issuer, for providers whose issuer ends in a slash
    scopes = "openid,profile,email"

    @staticmethod
    def version():
        """The installed version; raises NotInstalled."""
        raise NotImplementedError

    def start(self):
        raise NotImplementedError

    def stop(self):
        raise NotImplementedError

    def rotate_keys(self):
        """From now on ID tokens are signed by a new key."""
        raise NotImplementedError

    def sign_in(self, browser, answer):
        """From the redirect to the provider to the address it sends the person back to."""
        raise NotImplementedError

    def deny(self, browser, answer):
        """The same for a person who declines."""
        raise NotImplementedError

    def sign_out(self, browser, answer):
        """From the redirect to the end-session endpoint to where it sends the person."""
        raise NotImplementedError

    def end_session(self, browser, document):
        """The person signs out at the provider, by themselves."""
        client = self.clients[0]
        self.sign_out(browser, browser.open(document["end_session_endpoint"] + "?" + urlencode(
            {"client_id": client.id, "post_logout_redirect_uri": client.post_logout_uri})))

    def offers(self, capability, document):
        """Whether its document promises what the table says it cannot do."""
        return capability in OFFERED and OFFERED[capability](document)

    # --- for all of them ---------------------------------------------------------------------------

    @property
    def issuer(self):
        return self.front.url + self.path + self.tail

    @property
    def document_path(self):
        return self.path + DISCOVERY

    def wait_answering(self, process, path, timeout=60, port=None):
        self.front.upstream_port = self.port

        def answers():
            assert process.alive, f"it ended early\n{process.evidence()}"
            try:
                return fetch(f"http://127.0.0.1:{port or self.port}{path}")[0] == 200
            except OSError:
                return False
        wait_until(answers, f"{path} of {process.name}", timeout, process.evidence)

    def wait_ready(self, process, timeout=60):
        self.wait_answering(process, self.document_path, timeout)

    def document(self, browser):
        return browser.script(self.front.url + self.document_path).json()

    def until_back(self, browser, answer):
        """Follows redirects, but not onto the site: the return leg is the test's."""
        for _ in range(20):
            if answer.status not in (301, 302, 303, 307):
                assert answer.status < 400, f"the provider says {answer.status}:\n{answer.text}"
                return answer
            if not answer.location.startswith(self.front.url):
                answer.url = answer.location
                return answer
            answer = browser.open(answer.location)
        raise AssertionError(f"too many redirects: {browser.history[-20:]}")

    def is_back(self, answer):
        return not answer.url.startswith(self.front.url)

    def has_session(self, browser, answer):
        """Whether somebody who is redirected here is let through without a question."""
        return self.is_back(self.until_back(browser, answer))
