"""Landscape 3.9: nothing from outside becomes markup, script or surplus on any page."""

import base64
import hashlib
import html.parser
import json
import re
import urllib.parse
import subprocess

import pytest

from harness import properties
from harness.browser import NAVIGATION, Browser
from harness.process import clean_environment
from harness.servers import sidecar_program
from harness.wire import Wire, request_bytes

TAGS = {"html", "head", "meta", "title", "link", "body", "header", "svg", "path", "p", "span", "main",
        "h1", "h2", "ul", "li", "a", "footer", "div", "strong", "dl", "dt", "dd"}
# The one script of ours, on the sign-in page, which hands on the place on a page that somebody asked for.
SCRIPT = ("if(location.hash)document.querySelectorAll('a[href*=\"&rd=\"]')"
          ".forEach(function(a){a.href+=encodeURIComponent(location.hash)})")
DIGEST = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
MARKUP = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>",
          "'><b>call 555</b>", "</title><script>alert(1)</script>", "</p></main><form action=//evil>",
          "<!--", "-->", "]]>", "&lt;script&gt;", "&#60;b&#62;", "javascript:alert(1)", "<<b>b>",
          "%3Cscript%3E", "\u003cb\u003e", "{{7*7}}", "<a href=//evil.example>"]


class Markup(html.parser.HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.words = set(), [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attributes]

    def handle_data(self, data):
        self.words.append(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment on the page: {data!r}")


def assert_harmless(answer):
    """A page of ours alone: its tags, no event, no style, no script but ours, no address elsewhere."""
    assert answer.header("Content-Type") == "text/html; charset=utf-8"
    page = Markup(answer.body.decode().replace(f"<script>{SCRIPT}</script>", "", 1))
    assert page.tags <= TAGS, page.tags - TAGS
    for tag, name, value in page.attributes:
        assert not name.startswith("on") and name not in ("style", "src", "srcdoc", "action")
        if name == "href":
            assert value.startswith("/") and not value.startswith(("//", "/\\")), (tag, value)
    policy = dict((part.split(None, 1) + [""])[:2]
                  for part in answer.header("Content-Security-Policy").split(";"))
    assert policy["default-src"] == "'none'" and "unsafe" not in str(policy)
    assert policy.get("script-src") == (f"'sha256-{DIGEST}'" if SCRIPT in answer.body.decode() else None)
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert answer.header("Referrer-Policy") == "no-referrer"
    return page


def test_the_judge_can_say_no():
    for text in ("<script>a</script>", "<p onclick='a'>", "<a href='//evil.example'>x</a>",
                 "<a href='javascript:a'>x</a>", "<img src=x>", "<p style='x'>", "<!-- x -->"):
        class Fake:
            body = text.encode()

            @staticmethod
            def header(name):
                return {"Content-Type": "text/html; charset=utf-8"}.get(name, "default-src 'none'")
        with pytest.raises(AssertionError):
            assert_harmless(Fake)


@pytest.mark.parametrize("text", MARKUP)
@pytest.mark.parametrize("name", ["error", "error_description", "error_uri"])
def test_cve_2017_6059_provider_words_on_the_error_page(court, liar, name, text):
    liar.back = lambda params, _: urllib.parse.urlencode({"error": "server_error", "state": params["state"]}
                                            | {name: text})
    answer = court.sign_in("liar").answer
    assert answer.status in (400, 502)
    page = assert_harmless(answer)
    assert "call 555" not in " ".join(page.words)


@pytest.mark.parametrize("text", MARKUP)
@pytest.mark.parametrize("target", ["/openid-login?providerId={}", "/openid-login?error={}",
                                    "/openid-login?state={}&code=x", "/oidc/sign-in?rd={}",
                                    "/oidc/sign-in?{}={}", "/oidc/sign-out?poll={}", "/oidc/{}",
                                    "/openid-login?iss={}&state=x", "/oidc/session?poll={}",
                                    "/oidc/auth-redirect/{}"])
def test_cve_2019_1010247_request_values(court, target, text):
    """No value of a request stands in a script, because there is none; nor as markup anywhere."""
    answer = Browser().open(court.url + target.replace("{}", urllib.parse.quote(text, safe="")))
    if (answer.header("Content-Type") or "").startswith("text/html"):
        assert_harmless(answer)
    else:
        assert "<" not in answer.body.decode()
        assert (answer.header("Content-Type") or "text/plain").startswith(
            ("text/plain", "application/json"))


@pytest.mark.parametrize("text", MARKUP)
def test_cve_2019_1010247_headers(court, text):
    for name in ("User-Agent", "Referer", "Accept-Language", "X-Forwarded-Host", "Origin"):
        answer = Browser().open(f"{court.url}/oidc/sign-in",
                                **{name: text.encode("ascii", "ignore").decode()})
        assert_harmless(answer)
    answer = Browser().request("GET", f"{court.url}/oidc/sign-in", NAVIGATION | {
        "Host": "evil.example"})
    assert b"evil.example" not in answer.body and "evil.example" not in str(answer.headers)


@pytest.mark.parametrize("path", ["/openid-login?providerId=honest", "/oidc/sign-in",
                                  "/oidc/auth-redirect/data/x", "/oidc/sign-out", "/openid-login"])
def test_cve_2021_32792_no_body_is_kept(court, path):
    """A form that somebody was filling in is not kept over the sign-in: nowhere is it given back."""
    browser = Browser()
    answer = browser.request("POST", court.url + path, NAVIGATION | {
        "Content-Type": "application/x-www-form-urlencoded"}, b"canary-field=%3Cscript%3E&x=1")
    assert "canary-field" not in answer.text + str(answer.headers)
    for cookie in browser.jar.all():
        assert "canary" not in cookie.value
    assert "canary-field" not in browser.open(f"{court.url}/oidc/sign-in").text


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
@pytest.mark.parametrize("target", ["/data/projects", "/oidc/auth", "/oidc/auth-redirect/data/x",
                                    "/openid-login?code=x&state=y", "/oidc/session",
                                    "/oidc/nothing", "/app/template/Login.vm/../x", "/data/x%00"])
def test_cve_2025_31492_exactly_our_body(denying, method, target):
    """An answer of ours ends where its length says, and nothing of XNAT comes after it."""
    since = denying.xnat.mark()
    with Wire(denying.port) as wire:
        wire.send(request_bytes(method, target, [("Connection", "close"),
                                                 ("User-Agent", "curl")]))
        answer = wire.answer(method)
        assert answer.status >= 300 and wire.at_end(), "surplus after the answer"
    if method != "HEAD":
        assert answer.framing == "length" and len(answer.body) == int(answer.header("Content-Length"))
    assert not denying.xnat.requests(since)


@pytest.fixture(scope="module")
def denying(module_launch):
    return module_launch(options=["--unauthenticated", "deny"])


LINKS = [*(f'<a href="/openid-login?providerId=aaf">{text}</a>' for text in MARKUP), *MARKUP,
         '<a href="javascript:alert(1)" onclick="alert(2)">x</a>',
         '<a href="//evil.example/" style="position:fixed">x</a>',
         '<a href="/openid-login?providerId=aaf"><img src="//evil.example/x.png" onerror=a></a>',
         '<iframe srcdoc="&lt;script&gt;">', '<a title=\'"><script>a</script>\'>x</a>']


def hostile_words(link, name):
    def text(setup):
        block = properties.ProviderBlock(setup.provider.url, setup.client, {"link": link})
        return properties.site(setup.url, [block], name=name)
    return text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\"'<>&", "</title><img src=x>",
                                  "</strong><svg onload=a>"])
def test_mao_2026_unescaped_texts_on_every_page(launch, text):
    """The provider's name and link, hostile, on every page that shows them."""
    link = f'<a href="/openid-login?providerId=aaf">{text}</a>'
    made = launch(config=hostile_words(link, text))
    browser = made.signed_in()
    for target in ("/oidc/sign-in", "/openid-login?providerId=nobody", "/openid-login", "/oidc/x",
                   "/openid-login?code=x&state=" + "a" * 22, "/oidc/sign-out", "/oidc/sign-out"):
        answer = browser.open(made.url + target)
        if (answer.header("Content-Type") or "").startswith("text/html"):
            assert_harmless(answer)


@pytest.mark.parametrize("text", MARKUP)
def test_mao_2026_unescaped_claims(court, liar, text):
    """Names and addresses as hostile as can be: JSON on the session page, never HTML."""
    changes = {"given_name": text, "family_name": text, "name": text, "email": "a@example.com"}
    liar.claims = lambda given: given | changes
    liar.userinfo_claims = lambda given: given | changes
    attempt = court.sign_in("liar")
    assert attempt.answer.status == 302, attempt.answer.text
    answer = attempt.browser.open(f"{court.url}/oidc/session")
    assert answer.header("Content-Type").startswith("application/json")
    assert answer.json()["given_name"] == text
    page = assert_harmless(attempt.browser.open(f"{court.url}/oidc/sign-out"))
    assert text not in page.words


def test_cve_2024_39315_session_page_shows_no_token(court, liar):
    browser = court.sign_in("liar").browser
    answer = browser.open(f"{court.url}/oidc/session")
    assert answer.status == 200
    shown = answer.json()
    assert not {"id_token", "access_token", "refresh_token", "sid", "assertion", "nonce"} & set(shown)
    assert "eyJ" not in answer.text and "canary-" not in answer.text
    assert browser.jar.get("oidc-session").value[:20] not in answer.text
    assert not re.search(r"[A-Za-z0-9_-]{40,}", answer.text), "nothing that looks like a token"


def test_cve_2026_33525_sign_in_page_texts(links):
    """Every hostile link on one page: nothing of them is left, for the buttons are ours."""
    page, addresses = links
    assert_harmless(page)
    assert len(addresses) == len(LINKS)


@pytest.fixture(scope="module")
def links(module_launch):
    """The sign-in page of a site with a provider for every hostile link."""
    def config(setup):
        clients = [properties.Client(provider=f"p{number}") for number in range(len(LINKS))]
        return properties.site(setup.url, [
            properties.ProviderBlock(setup.provider.url, client, {"link": link})
            for client, link in zip(clients, LINKS)])
    made = module_launch(config=config)
    page = made.browser().open(f"{made.url}/oidc/sign-in")
    return page, [link for link in page.links() if "providerId=p" in link]


def test_ais_link_is_rebuilt_and_the_linter_warns(launch):
    """The button is made anew, whatever `link` is; script in it is told to whoever writes the file."""
    link = '<script>alert(1)</script><a href="javascript:a" onerror="b">Words</a>'
    made = launch(config=hostile_words(link, "Name"))
    answer = made.browser().open(f"{made.url}/oidc/sign-in")
    assert_harmless(answer)
    assert "/openid-login?providerId=aaf" in answer.text
    check = sidecar_program().parent / "oidc-check"
    said = subprocess.run([check, "--format", "json", made.config_file], capture_output=True,
                          text=True, env=clean_environment(), check=False)
    assert "OC383" in [each["code"] for each in json.loads(said.stdout)["findings"]]


def test_ais_link_in_json_of_the_session(court, liar):
    """And where a browser could sniff JSON for HTML, it is told not to."""
    answer = court.sign_in("liar").browser.open(f"{court.url}/oidc/session")
    assert answer.header("X-Content-Type-Options") == "nosniff" and answer.json()
