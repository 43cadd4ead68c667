"""A client of XNAT's REST interface, as curl with Basic credentials is one."""

import base64
import json

from .browser import Browser

AGENT = "curl/7.88.1"


def basic(credentials):
    """The value of an Authorization header for "name:password"."""
    return "Basic " + base64.b64encode(credentials.encode()).decode()


class Rest:
    """`url`: the site's; keeps its cookies, so that XNAT opens one session for all of its calls."""

    def __init__(self, url, credentials="admin:admin"):
        self.url, self.browser = url, Browser()
        self.credentials = credentials

    def call(self, method, path, document=None, **headers):
        """The answer; a document goes as JSON, bytes go as they are."""
        sent = {"User-Agent": AGENT, "Accept": "*/*"}
        if self.credentials:
            sent["Authorization"] = basic(self.credentials)
        body = document
        if document is not None and not isinstance(document, bytes):
            body = json.dumps(document).encode()
            sent["Content-Type"] = "application/json"
        return self.browser.request(method, f"{self.url}{path}", sent | headers, body)

    def get(self, path, **headers):
        return self.call("GET", path, **headers)

    def token(self, username):
        """A new alias token of that user."""
        answer = self.get(f"/data/services/tokens/issue/user/{username}")
        assert answer.status == 200, f"{answer.status} {answer.text}"
        return answer.json()

    @property
    def session(self):
        """The identifier of the session that XNAT opened; None before it did."""
        cookie = self.browser.jar.get("JSESSIONID")
        return cookie.value if cookie else None
