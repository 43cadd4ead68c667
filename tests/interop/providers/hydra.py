"""Ory Hydra, by the Go module proxy. It leaves the pages to the site that runs it: what those would
ask Hydra for is asked for here."""

import json
import urllib.parse
from dataclasses import dataclass, field

from harness.browser import Browser
from harness.process import Process, free_port

from .base import INSTALLED, Driver, NotInstalled

PROGRAM = INSTALLED / "hydra"
PAGES = "/pages"  # of the site, which nobody serves
CONFIGURATION = """dsn: memory
serve:
  public: {{host: 127.0.0.1, port: {port}}}
  admin: {{host: 127.0.0.1, port: {admin}}}
  tls: {{enabled: false, allow_termination_from: [127.0.0.1/32]}}
urls:
  self: {{issuer: "{url}", public: "{url}"}}
  login: {url}{pages}/login
  consent: {url}{pages}/consent
  logout: {url}{pages}/logout
  error: {url}{pages}/error
secrets: {{system: [only-for-the-tests-of-a-relying-party]}}
sqa: {{opt_out: true}}
log: {{level: warn}}
"""


@dataclass
class Hydra(Driver):
    admin_port: int = field(default_factory=free_port)

    logout_token_lacks = "exp"

    @staticmethod
    def version():
        note = INSTALLED / "hydra.version"
        if not PROGRAM.exists() or not note.exists():
            raise NotInstalled("Ory Hydra is not built")
        return note.read_text().strip()

    def start(self):
        file = self.folder / "hydra.yml"
        file.write_text(CONFIGURATION.format(port=self.port, admin=self.admin_port,
                                             url=self.front.url, pages=PAGES))
        self.process = Process("hydra", [PROGRAM, "serve", "all", "--sqa-opt-out", "--config", file])
        self.process.start()
        for port in (self.port, self.admin_port):
            self.wait_answering(self.process, "/health/ready", port=port)
        for client in self.clients:
            self.admin("POST", "/clients", {
                "client_id": client.id, "client_secret": client.secret,
                "redirect_uris": [client.redirect_uri],
                "post_logout_redirect_uris": [client.post_logout_uri],
                "backchannel_logout_uri": client.back_channel_uri,
                "backchannel_logout_session_required": True,
                "grant_types": ["authorization_code"], "response_types": ["code"],
                "scope": "openid profile email", "token_endpoint_auth_method": client.method})

    def stop(self):
        self.process.stop()

    def rotate_keys(self):
        """The newest key of the set signs."""
        self.admin("POST", "/keys/hydra.openid.id-token", {"alg": "RS256", "use": "sig",
                                                           "kid": "newer"})

    def admin(self, method, path, data):
        answer = Browser().script(
            f"http://127.0.0.1:{self.admin_port}/admin{path}", method,
            None if data is None else json.dumps(data).encode(),
            **{"Content-Type": "application/json", "X-Forwarded-Proto": "https"})
        assert answer.status in (200, 201), f"{path}: {answer.status} {answer.text}"
        return answer.json()

    # --- the pages of the site that runs it --------------------------------------------------------

    def sign_in(self, browser, answer):
        page = self.at_pages(browser, answer)
        page = self.decide(browser, page, "accept", subject=self.person.login, remember=True)
        return self.decide(browser, page, "accept", remember=True, grant_scope=self.scopes.split(","),
                           session={"id_token": {"email": self.person.email,
                                                 "given_name": self.person.given_name,
                                                 "family_name": self.person.family_name}}).url

    def deny(self, browser, answer):
        page = self.at_pages(browser, answer)
        page = self.decide(browser, page, "accept", subject=self.person.login)
        return self.decide(browser, page, "reject", error="access_denied",
                           error_description="The person declined.").url

    def at_pages(self, browser, answer):
        """Follows redirects to a page of the site's, or back."""
        for _ in range(20):
            path = urllib.parse.urlsplit(answer.location).path
            if path.startswith(PAGES) or not answer.location.startswith(self.front.url):
                answer.url = answer.location
                return answer
            answer = browser.open(answer.location)
        raise AssertionError(f"too many redirects: {browser.history[-20:]}")

    def decide(self, browser, page, verdict, **data):
        """What a page's form does; to the next page, or back."""
        return self.at_pages(browser, browser.open(self.told(page, verdict, **data)))

    def told(self, page, verdict, **data):
        """Tells Hydra what the person decided on a page; where it sends them next."""
        parts = urllib.parse.urlsplit(page.url)
        kind = parts.path.rpartition("/")[2]
        challenge = dict(urllib.parse.parse_qsl(parts.query)).get(f"{kind}_challenge")
        assert challenge, f"no challenge on {page.url}"
        return self.admin("PUT", f"/oauth2/auth/requests/{kind}/{verdict}?{kind}_challenge="
                          + urllib.parse.quote(challenge, safe=""), data)["redirect_to"]

    def has_session(self, browser, answer):
        """Hydra tells the page whether it knows the person."""
        page = self.at_pages(browser, answer)
        challenge = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.url).query))
        return self.admin("GET", "/oauth2/auth/requests/login?login_challenge=" + urllib.parse.quote(
            challenge["login_challenge"], safe=""), None)["skip"]

    def end_session(self, browser, document):
        page = self.at_pages(browser, browser.open(document["end_session_endpoint"]))
        self.until_back(browser, browser.open(self.told(page, "accept")))

    def offers(self, capability, document):
        if capability == "back-channel":
            return not self.logout_token_lacks  # which has a test of its own
        if capability != "logout":
            return super().offers(capability, document)
        answer = Browser(self.front.routes()).open(f"{document['end_session_endpoint']}?state=x")
        return not answer.location.startswith(f"{self.front.url}{PAGES}/error")
