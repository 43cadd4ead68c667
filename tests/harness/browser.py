"""An HTTP client that behaves like a browser where that matters: cookies, navigations, forms.

It follows a redirect only when told to, so that a test sees every step.
"""

import email.utils
import html.parser
import http.client
import json
import time
import urllib.parse
from dataclasses import dataclass

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Safari/537.36"
NAVIGATION = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
              "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document",
              "Sec-Fetch-Site": "none", "Sec-Fetch-User": "?1",
              "Upgrade-Insecure-Requests": "1"}
SCRIPT = {"Accept": "application/json, text/plain, */*", "Sec-Fetch-Mode": "cors",
          "Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "same-origin"}
REDIRECTS = 12


@dataclass
class Cookie:
    name: str
    value: str
    host: str
    path: str
    secure: bool
    http_only: bool
    same_site: str
    expires: float  # monotonic; infinity for the browser's session

    @property
    def alive(self):
        return self.expires > time.monotonic()


@dataclass
class Response:
    status: int
    headers: list
    body: bytes
    url: str

    def all(self, name):
        return [value for each, value in self.headers if each.lower() == name.lower()]

    def header(self, name):
        values = self.all(name)
        return values[0] if values else None

    @property
    def text(self):
        return self.body.decode("utf-8")

    def json(self):
        return json.loads(self.body)

    @property
    def location(self):
        """The redirect's absolute target."""
        where = self.header("Location")
        assert where is not None, f"no Location in {self.status} from {self.url}"
        return urllib.parse.urljoin(self.url, where)

    def form(self):
        parser = _FormParser()
        parser.feed(self.text)
        assert parser.action is not None, f"no form on {self.url}: {self.text[:500]}"
        return urllib.parse.urljoin(self.url, parser.action), dict(parser.fields)

    def links(self):
        parser = _FormParser()
        parser.feed(self.text)
        return [urllib.parse.urljoin(self.url, link) for link in parser.links]


class _FormParser(html.parser.HTMLParser):
    """The first form's action and hidden fields, and all links."""

    def __init__(self):
        super().__init__()
        self.action, self.fields, self.links = None, [], []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "form" and self.action is None:
            self.action = values.get("action", "")
        elif tag == "input" and values.get("type") == "hidden":
            self.fields.append((values["name"], values.get("value", "")))
        elif tag == "a" and "href" in values:
            self.links.append(values["href"])


def _lifetime(attributes):
    """Seconds (RFC 6265, 5.3, 3)."""
    if "max-age" in attributes:
        return float(attributes["max-age"])
    if "expires" in attributes:
        when = email.utils.parsedate_to_datetime(attributes["expires"].replace("-", " "))
        return when.timestamp() - time.time()
    return float("inf")


class Jar:
    """Cookies (RFC 6265 and the __Host- prefix). Shared by the tabs of one browser."""

    def __init__(self):
        self._cookies = {}

    def store(self, url, text):
        parts = urllib.parse.urlsplit(url)
        first, *rest = text.split(";")
        name, equals, value = first.strip().partition("=")
        assert equals and name, f"malformed Set-Cookie {text!r}"
        attributes = {key.strip().lower(): given.strip()
                      for key, _, given in (each.partition("=") for each in rest)}
        path = attributes.get("path") or parts.path.rpartition("/")[0] or "/"
        secure = "secure" in attributes
        if name.startswith("__Host-"):
            assert secure and path == "/" and "domain" not in attributes, \
                f"a browser refuses this cookie: {text!r}"
        if secure and parts.scheme != "https":
            return
        lasts = _lifetime(attributes)
        cookie = Cookie(name, value, parts.hostname, path, secure, "httponly" in attributes,
                        attributes.get("samesite", ""), time.monotonic() + lasts)
        key = (cookie.host, path, name)
        self._cookies.pop(key, None)
        if lasts > 0:
            self._cookies[key] = cookie

    def header(self, url):
        parts = urllib.parse.urlsplit(url)
        path = parts.path or "/"
        fitting = [cookie for cookie in self._cookies.values()
                   if cookie.alive and cookie.host == parts.hostname
                   and (path == cookie.path or path.startswith(cookie.path.rstrip("/") + "/"))
                   and (not cookie.secure or parts.scheme == "https")]
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in fitting)

    def all(self):
        return [cookie for cookie in self._cookies.values() if cookie.alive]

    def named(self, beginning):
        return [cookie for cookie in self.all() if cookie.name.startswith(beginning)]

    def get(self, name):
        found = [cookie for cookie in self.all() if cookie.name == name]
        return found[0] if found else None

    def put(self, cookie):
        self._cookies[(cookie.host, cookie.path, cookie.name)] = cookie

    def drop(self, name):
        for key in [key for key in self._cookies if key[2] == name]:
            del self._cookies[key]


class Browser:
    """One browser. `routes` sends an origin to another address, as name service would:
    {"https://xnat.example.com": (port, TLS context or None)}."""

    def __init__(self, routes=None, jar=None, timeout=40):
        self.routes = routes or {}
        self.jar = jar or Jar()
        self.timeout = timeout
        self.history = []

    def tab(self):
        """Another tab: the same cookies, a history of its own."""
        return Browser(self.routes, self.jar, self.timeout)

    def request(self, method, url, headers=None, body=None):
        parts = urllib.parse.urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = self._connect(parts)
        try:
            sent = {"Host": parts.netloc, "User-Agent": AGENT, **(headers or {})}
            cookies = self.jar.header(url)
            if cookies and "Cookie" not in sent:
                sent["Cookie"] = cookies
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in sent.items():
                if value is not None:
                    connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            response = Response(answer.status, answer.getheaders(), answer.read(), url)
        finally:
            connection.close()
        for text in response.all("Set-Cookie"):
            self.jar.store(url, text)
        self.history.append((method, url, response.status))
        return response

    def _connect(self, parts):
        port, context = self.routes.get(f"{parts.scheme}://{parts.netloc}", (parts.port, None))
        if context is None:
            return http.client.HTTPConnection("127.0.0.1", port, timeout=self.timeout)
        connection = http.client.HTTPSConnection(parts.hostname, port, timeout=self.timeout,
                                                 context=context)
        connection._create_connection = (  # the name stays for TLS, the address is loopback
            lambda address, *rest, **more: _loopback(address[1], self.timeout))
        return connection

    def open(self, url, **headers):
        """A navigation, redirects not followed."""
        return self.request("GET", url, NAVIGATION | headers)

    def script(self, url, method="GET", body=None, **headers):
        """What a page's script asks for."""
        return self.request(method, url, SCRIPT | headers, body)

    def follow(self, response):
        """Follows redirects to the end, as a navigation does."""
        for _ in range(REDIRECTS):
            if response.status not in (301, 302, 303, 307, 308):
                return response
            response = self.open(response.location)
        raise AssertionError(f"too many redirects: {self.history[-REDIRECTS:]}")

    def visit(self, url, **headers):
        return self.follow(self.open(url, **headers))

    def submit(self, page, **fields):
        """Sends the page's form; the answer, not followed."""
        action, hidden = page.form()
        body = urllib.parse.urlencode(hidden | fields).encode()
        return self.request("POST", action, NAVIGATION | {
            "Content-Type": "application/x-www-form-urlencoded"}, body)

    # --- sign-in, step by step ---------------------------------------------------------------------

    def begin(self, site, provider="aaf", rd=None):
        """First leg: the sidecar's redirect to the provider."""
        query = {"providerId": provider} | ({"rd": rd} if rd is not None else {})
        return self.open(f"{site}/openid-login?{urllib.parse.urlencode(query)}")

    def at_provider(self, first_leg, person="alice", decision="accept"):
        """At the provider: the address it sends the browser back to."""
        assert first_leg.status == 302, f"no redirect to the provider: {first_leg.status}\n" \
                                        f"{first_leg.body[:2000].decode(errors='replace')}"
        page = self.follow(first_leg)
        assert page.status == 200, f"the provider refused: {page.status} {page.text}"
        answer = self.submit(page, person=person, decision=decision)
        assert answer.status == 302, f"no way back: {answer.status} {answer.text}"
        return answer.location

    def sign_in(self, site, person="alice", provider="aaf", rd=None, decision="accept"):
        """All of it; the sidecar's answer to the return leg, not followed."""
        return self.open(self.at_provider(self.begin(site, provider, rd), person, decision))


def _loopback(port, timeout):
    import socket
    return socket.create_connection(("127.0.0.1", port), timeout)
