"""What goes to the provider, and what of its answers is passed over."""

import base64
import hashlib
import json
import re
import urllib.parse

import pytest

from conformance.stage import stage
from harness.browser import Browser
from harness.hostile import SUBJECT

TENANTS = {
    "op": None,
    "query": lambda tenant: {"userAuthUri": f"{tenant.issuer}/authorize?entityID=a%26b",
                             "accessTokenUri": f"{tenant.issuer}/token?realm=a%2Fb"},
    "no-pkce": lambda tenant: {"pkceEnabled": "false"},
    "other": None,
}
UNRESERVED = re.compile(r"[A-Za-z0-9._~-]+")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    yield from stage(tmp_path_factory.mktemp("requests"), TENANTS)


@pytest.fixture
def op(site):
    tenant = site.tenants["op"]
    yield tenant
    tenant.behave()
    site.assert_signs_in("op")


class Seen:
    """The requests of one sign-in, as they came."""

    def __init__(self, site, name):
        self.site, self.name, self.since = site, name, len(site.hostile.seen)

    def of(self, method, end):
        """(target, headers, body) of the one request to that endpoint."""
        start = f"{method} /t/{self.name}/{end}"
        (text,) = [text for text in self.site.hostile.seen[self.since:]
                   if re.match(re.escape(start) + r"[? ]", text)]
        head, _, body = text.partition("\n\n")
        lines = head.splitlines()
        headers = [tuple(line.split(": ", 1)) for line in lines[1:] if ": " in line]
        return lines[0].split(" ")[1], headers, body.strip("\n")


def values(headers, name):
    return [value for each, value in headers if each.lower() == name.lower()]


def query_of(url):
    """Every parameter once."""
    pairs = urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query, keep_blank_values=True,
                                   strict_parsing=True)
    assert len(pairs) == len(dict(pairs)), f"a parameter comes twice: {url}"
    return dict(pairs)


# --- the authorization request --------------------------------------------------------------------

def test_authorization_request_has_what_it_needs_and_nothing_else(site):
    first = Browser().begin(site.url, "op")
    assert first.status == 302
    params = query_of(first.location)
    assert set(params) == {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce",
                           "code_challenge", "code_challenge_method"}
    assert params["response_type"] == "code" and params["client_id"] == "client-of-the-site"
    assert params["scope"].split(" ")[0] == "openid"
    assert params["redirect_uri"] == f"{site.url}/openid-login"
    assert params["code_challenge_method"] == "S256"


def test_values_of_a_sign_in_are_unguessable_and_its_own(site):
    """128 bits or more each, never twice, and none of them derived from another."""
    drawn = [query_of(Browser().begin(site.url, "op").location) for _ in range(20)]
    for name, characters in (("state", 22), ("nonce", 22), ("code_challenge", 43)):
        texts = [params[name] for params in drawn]
        assert len(set(texts)) == len(texts)
        assert all(len(text) >= characters and UNRESERVED.fullmatch(text) for text in texts)
    assert all(params["state"] != params["nonce"] for params in drawn)


def test_state_and_verifier_stay_in_the_browsers_own_cookie(site):
    """Sealed, for scripts not to be read, for this host alone."""
    browser = Browser()
    params = query_of(browser.begin(site.url, "op").location)
    (cookie,) = browser.jar.named("oidc-state-")
    assert cookie.http_only and params["nonce"] not in cookie.value
    raw = base64.urlsafe_b64decode(cookie.value.split(".")[-1] + "==")
    assert base64.urlsafe_b64decode(params["nonce"] + "==") not in raw


def test_query_of_the_endpoints_is_kept(site):
    """RFC 6749, 3.1 and 3.2: what the URL brings stays, and ours comes behind it."""
    seen = Seen(site, "query")
    first = Browser().begin(site.url, "query")
    assert query_of(first.location)["entityID"] == "a&b"
    site.assert_signs_in("query")
    target, _, _ = seen.of("POST", "token")
    assert query_of(target) == {"realm": "a/b"}


# --- the token request ----------------------------------------------------------------------------

def test_token_request_is_the_specifications(site, op):
    """A form in the body, the secret in the header alone, each parameter once."""
    seen = Seen(site, "op")
    first = query_of(site.sign_in("op").back)
    target, headers, body = seen.of("POST", "token")
    assert "?" not in target
    assert values(headers, "Content-Type") == ["application/x-www-form-urlencoded"]
    (authorization,) = values(headers, "Authorization")
    assert authorization.startswith("Basic ")
    form = query_of("?" + body)
    assert set(form) == {"grant_type", "code", "redirect_uri", "code_verifier"}
    assert form["grant_type"] == "authorization_code" and form["code"] == first["code"]
    assert form["redirect_uri"] == f"{site.url}/openid-login"
    assert not values(headers, "Cookie") and not values(headers, "Referer")


def test_verifier_is_the_challenges(site, op):
    """RFC 7636, 4.1 and 4.2, computed here: 43 to 128 unreserved characters, and their SHA-256."""
    site.assert_signs_in("op")
    (code, asked), form = list(op.codes.items())[-1], op.token_requests[-1]
    assert form["code"] == code
    verifier = form["code_verifier"]
    assert 43 <= len(verifier) <= 128 and UNRESERVED.fullmatch(verifier)
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")


def test_verifier_stays_at_home_without_a_challenge(site):
    site.assert_signs_in("no-pkce")
    tenant = site.tenants["no-pkce"]
    (asked,) = tenant.codes.values()
    assert "code_challenge" not in asked and "code_verifier" not in tenant.token_requests[-1]


# --- the user-info request ------------------------------------------------------------------------

def test_access_token_travels_in_the_header_alone(site, op):
    """RFC 6750, 2.1: neither in the URL nor in a body."""
    seen = Seen(site, "op")
    attempt = site.sign_in("op")
    code = query_of(attempt.back)["code"]
    target, headers, body = seen.of("GET", "userinfo")
    assert values(headers, "Authorization") == [f"Bearer canary-access-token-{code}"]
    assert "?" not in target and body == ""
    others = [text for text in site.hostile.seen[seen.since:] if not text.startswith(
        "GET /t/op/userinfo")]
    assert not [text for text in others if "canary-access-token" in text]


def test_client_secret_goes_to_the_token_endpoint_alone(site, op):
    since = len(site.hostile.seen)
    site.assert_signs_in("op")
    for text in site.hostile.seen[since:]:
        line = text.splitlines()[0]
        assert ("Authorization: Basic" in text) == line.startswith("POST /t/op/token "), line


def test_access_token_follows_no_redirect(site, op):
    """RFC 6750, 5.3: it reaches nobody but the endpoint it is for."""
    other = site.tenants["other"]
    before = other.counts["userinfo"]
    op.answers["userinfo"] = lambda exchange: exchange.reply(
        307, b"", headers=[("Location", f"{other.issuer}/userinfo")])
    site.refuses("op", "answer_redirect")
    assert other.counts["userinfo"] == before


# --- what is passed over --------------------------------------------------------------------------

def test_unknown_parameters_of_the_response_are_ignored(site, op):
    op.back = lambda params, code: urllib.parse.urlencode(
        {"session_state": "x.y", "code": code, "unknown": "1", "state": params["state"],
         "scope": "openid", "authuser": "0", "hd": "evil.example"})
    site.assert_signs_in("op")


@pytest.mark.parametrize("code", [True, False], ids=["beside a code", "alone"])
def test_tokens_in_the_front_channel_are_never_used(site, op, code):
    """Only the code flow: what the browser brings as a token is not looked at."""
    before = len(op.token_requests)
    op.back = lambda params, given: urllib.parse.urlencode(
        {"state": params["state"], "id_token": "eyJhbGciOiJub25lIn0.e30.", "token_type": "Bearer",
         "access_token": "from-the-browser"} | ({"code": given} if code else {}))
    if code:
        seen = len(site.hostile.seen)
        site.assert_signs_in("op")
        assert not [text for text in site.hostile.seen[seen:] if "from-the-browser" in text]
    else:
        site.refuses("op", "response_malformed", 400)
        assert len(op.token_requests) == before


def test_unknown_members_of_the_token_answer_are_ignored(site, op):
    op.token_members = lambda given: given | {"unknown": {"a": [1, None]}, "expires_in": 1,
                                              "refresh_token": "canary-refresh-token"}
    site.assert_signs_in("op")
    assert "canary-refresh-token" not in "\n".join(site.sidecar.stderr)


def test_unknown_members_of_the_document_are_ignored(tmp_path):
    def shape(tenant):
        tenant.metadata = lambda document: document | {
            "unknown": {"a": [1]}, "claims_parameter_supported": "yes", "ui_locales_supported": [],
            "check_session_iframe": 7, "registration_endpoint": "not a URL"}
    made = stage(tmp_path, {"odd": shape})
    next(made).assert_signs_in("odd")
    assert next(made, None) is None


def test_claims_from_elsewhere_are_not_fetched(site, op):
    """Core, 5.6.2: distributed claims name an address and a token; nobody goes there."""
    other = site.tenants["other"]
    before = dict(other.counts)
    sources = {"_claim_names": {"email": "there"},
               "_claim_sources": {"there": {"endpoint": f"{other.issuer}/userinfo",
                                            "access_token": "t"}}}
    op.claims = lambda given: given | sources
    op.userinfo_claims = lambda given: given | sources
    assert site.session("op")["email"] == "person@example.com"
    assert other.counts == before


def test_error_of_the_provider_is_told_but_never_shown_as_markup(site, op):
    """RFC 6749, 10.14: what comes from outside is data."""
    op.back = lambda params, code: urllib.parse.urlencode(
        {"error": "access_denied", "error_description": "<script>alert(1)</script>",
         "error_uri": "javascript:alert(1)", "state": params["state"]})
    attempt = site.sign_in("op")
    site.assert_refused(attempt.answer, attempt.browser, "access_denied", 403)
    assert "<script" not in attempt.answer.text and "javascript:" not in attempt.answer.text


def test_error_without_a_state_is_nobodys(site, op):
    """Whoever sends a browser here with an error ends nobody's sign-in."""
    browser = Browser()
    back = browser.open(browser.begin(site.url, "op").location).location
    answer = browser.open(f"{site.url}/openid-login?error=access_denied")
    assert answer.status == 400
    assert browser.open(back).status == 302, "the sign-in goes on unharmed"


def test_code_does_not_stay_in_the_address(site, op):
    """The return leg ends in a redirect that has nothing of it, and pages send no Referer."""
    attempt = site.sign_in("op")
    code = query_of(attempt.back)["code"]
    assert attempt.answer.status == 302 and code not in attempt.answer.location
    assert "state=" not in attempt.answer.location
    op.sign = lambda data: b"x" * 256
    refused = site.sign_in("op").answer
    assert refused.header("Referrer-Policy") == "no-referrer"
    assert refused.header("Cache-Control") == "no-store"


# --- who a person is ------------------------------------------------------------------------------

def test_a_person_is_issuer_and_subject(site, op):
    """Core, 5.7: another e-mail address is the same person, the same address another one."""
    first = site.session("op")
    op.claims = op.userinfo_claims = lambda given: given | {"email": "new@example.com"}
    again = site.session("op")
    assert again["username"] == first["username"] and again["subject"] == SUBJECT
    op.claims = op.userinfo_claims = lambda given: given | {"sub": "subject-2"}
    other = site.session("op")
    assert other["email"] == first["email"] and other["username"] != first["username"]
    assert site.session("other")["username"] != first["username"], "another issuer's subject-1"


def test_subject_is_compared_byte_for_byte(site, op):
    """Core, 2: a case-sensitive text."""
    op.userinfo_claims = lambda given: given | {"sub": SUBJECT.upper()}
    site.refuses("op", "userinfo_subject")


def test_unicode_is_not_normalized(site, op):
    """Core, 14: what looks the same is another text."""
    op.claims = lambda given: given | {"aud": "client-of-the-s\u0131te"}
    site.refuses("op", "id_token_audience")
    op.claims = lambda given: given | {"iss": given["iss"].replace("op", "\uff4f\uff50")}
    site.refuses("op", "id_token_issuer")


def test_nothing_of_the_tokens_reaches_xnat_or_the_browser(site, op):
    """Core, 16.4: access and ID token stay between provider and sidecar."""
    attempt = site.sign_in("op")
    since = site.xnat.mark()
    attempt.browser.open(f"{site.url}/data/projects")
    heads = b"".join(request["head"] for request in site.xnat.requests(since))
    said = json.dumps(attempt.answer.headers) + heads.decode("latin-1")
    assert "X-XNAT-OIDC-Username" in said and "canary-access-token" not in said
