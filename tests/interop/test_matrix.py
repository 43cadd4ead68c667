"""The matrix: every provider and what is promised for it. The rows are in matrix.py."""

import base64
import json
import os
import subprocess
import urllib.parse

import pytest

from harness.process import ROOT
from harness.wait import wait_until
from interop import matrix
from interop.installation import driver_of

CHECK = os.path.abspath(os.path.join(os.environ.get("OIDC_BUILD", ROOT / "_build"), "oidc-check"))


def able(capability):
    """Parameters: the providers that can do it."""
    rows = [row for row in matrix.PROVIDERS if capability not in row.lacks]
    return pytest.mark.parametrize("row", rows, ids=lambda row: row.name)


class Login:
    """One sign-in, its steps kept."""

    def __init__(self, at, provider="plain", site=None, browser=None):
        self.at, self.site, self.provider = at, site or at.basic, provider
        self.browser = browser or at.browser()
        self.since = at.front.mark()
        self.first = self.browser.begin(self.site.url, provider, "/app/template/Index.vm?x=1")
        assert self.first.status == 302, self.refusal()
        self.asked = query(self.first.location)

    def go_on(self):
        """The person signs in; the sidecar's answer to the return leg."""
        self.back = self.at.driver.sign_in(self.browser, self.first)
        assert self.back.startswith(f"{self.site.url}/openid-login?"), self.back
        self.answer = self.browser.open(self.back)
        assert self.answer.status == 302, self.refusal()
        assert self.answer.location == f"{self.site.url}/app/template/Index.vm?x=1"
        return self

    def refusal(self):
        return self.site.sidecar.events("login_refused")[-1:]

    def session(self):
        answer = self.browser.script(f"{self.site.url}/oidc/session")
        assert answer.status == 200, answer.text
        return answer.json()

    def requests(self, endpoint):
        return self.at.front.seen(self.since, self.at.document[endpoint])

    @property
    def token_request(self):
        (request,) = self.requests("token_endpoint")
        return request


def query(url):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))


def assert_person_arrived(login):
    """The session, and what XNAT was handed and believed."""
    person = login.at.driver.person
    said = login.session()
    assert said["issuer"] == login.at.driver.issuer and said["provider"] == login.provider
    assert (said["email"], said["given_name"], said["family_name"]) == (
        person.email, person.given_name, person.family_name)
    page = login.browser.visit(f"{login.site.url}/")
    assert f"Signed in as {person.given_name} {person.family_name}" in page.text


@able("discovery")
def test_discovery(at, row):
    """All endpoints but two are learnt; oidc-check has nothing against the file and the provider."""
    status, said = at.basic.sidecar.readiness()
    assert status == 200, said
    done = subprocess.run([CHECK, "--online", "--format", "json", "--ca-file", at.front.certificate,
                           at.basic.config], capture_output=True, timeout=120, check=False)
    report = json.loads(done.stdout)
    errors = [each for each in report["findings"] if each["severity"] == "error"]
    assert not errors, errors
    assert f"{at.front.url}{at.driver.document_path}" in {each["url"] for each in report["asked"]}


@able("plain")
def test_login_without_pkce(at, row):
    login = Login(at, "plain").go_on()
    assert "code_challenge" not in login.asked
    assert "code_verifier" not in login.token_request.form
    assert_person_arrived(login)


@able("pkce")
def test_login_with_pkce(at, row):
    login = Login(at, "proven").go_on()
    assert login.asked["code_challenge_method"] == "S256" and login.asked["code_challenge"]
    assert len(login.token_request.form["code_verifier"]) >= 43
    assert_person_arrived(login)


@able("pkce")
def test_pkce_is_really_checked(at, row):
    """A code fetched with another login's challenge is worth nothing: the provider compares, or, where
    it does not, the nonce tells us."""
    victim, thief = Login(at, "proven"), Login(at, "proven")
    stolen = query(at.driver.sign_in(victim.browser, victim.first))
    own = query(thief.first.location)
    answer = thief.browser.open(f"{at.basic.url}/openid-login?" + urllib.parse.urlencode(
        stolen | {"state": own["state"]}))
    assert answer.status == 502 and thief.browser.jar.get("oidc-session") is None
    assert ("token_refused" if at.driver.compares_pkce else "id_token_nonce") in answer.text
    assert (thief.token_request.status == 200) != at.driver.compares_pkce


@able("basic")
def test_client_secret_basic(at, row):
    """RFC 6749, 2.3.1: id and secret are form-encoded before they are put together."""
    login = Login(at).go_on()
    request, client = login.token_request, at.basic.client
    kind, _, given = request.headers["authorization"].partition(" ")
    name, _, secret = base64.b64decode(given).decode().partition(":")
    assert kind == "Basic"
    assert [urllib.parse.unquote_plus(part) for part in (name, secret)] == [client.id, client.secret]
    assert "client_secret" not in request.form and request.status == 200


@pytest.mark.parametrize(
    "row", [row for row in matrix.PROVIDERS if not driver_of(row).decodes_basic],
    ids=lambda row: row.name)
def test_secret_that_it_does_not_decode(at, row):
    """What the table remarks; the log names the cause, without the secret."""
    site = at.sites[2]
    login = Login(at, site=site)
    answer = login.browser.open(at.driver.sign_in(login.browser, login.first))
    assert answer.status == 502 and "token_refused" in answer.text
    (event,) = site.sidecar.events("login_refused")
    assert "does not decode" in event["detail"] and "canary" not in event["detail"]


@able("post")
def test_client_secret_post(at, row):
    login = Login(at, site=at.post).go_on()
    request, client = login.token_request, at.post.client
    assert "authorization" not in request.headers
    assert (request.form["client_id"], request.form["client_secret"]) == (client.id, client.secret)
    assert_person_arrived(login)


@able("user-info")
def test_user_info(at, row):
    """Asked once, with the access token, and about the person of the ID token."""
    login = Login(at, "proven").go_on()
    (request,) = login.requests("userinfo_endpoint")
    assert request.status == 200 and request.headers["authorization"].startswith("Bearer ")
    assert "access_token" not in request.query


@able("rotation")
def test_key_rotation(at, row):
    """Signed by a key that the sidecar has never seen: it fetches the keys once more."""
    Login(at).go_on()
    before = key_ids(at)
    at.driver.rotate_keys()
    assert key_ids(at) - before, "the provider has a new key"
    login = Login(at).go_on()
    assert len(login.requests("jwks_uri")) == 1
    assert_person_arrived(login)


def key_ids(at):
    return {key["kid"] for key in at.browser().script(at.document["jwks_uri"]).json()["keys"]}


@able("denied")
def test_denied(at, row):
    login = Login(at)
    back = at.driver.deny(login.browser, login.first)
    assert query(back)["error"] == at.driver.denied_as
    answer = login.browser.open(back)
    assert answer.status == 403 and "access_denied" in answer.text, login.refusal()
    assert login.browser.jar.get("oidc-session") is None
    assert not login.requests("token_endpoint")


@able("logout")
def test_logout(at, row):
    """Out here and out there, and back here: who signs in again has to show who they are."""
    Login(at).go_on()  # consents, where that is asked once
    login = Login(at).go_on()
    assert at.driver.has_session(login.browser, Login(at, browser=login.browser).first)
    answer = login.browser.open(f"{login.site.url}/oidc/sign-out")
    assert answer.status in (302, 303), answer.text
    endpoint = at.document["end_session_endpoint"]
    assert answer.location.startswith(endpoint + ("&" if "?" in endpoint else "?"))
    back = at.driver.sign_out(login.browser, answer)
    assert back.url.startswith(f"{login.site.url}/oidc/signed-out?state="), back.url
    assert "you come back from" in login.browser.open(back.url).text
    assert login.browser.script(f"{login.site.url}/oidc/session").status == 401
    assert not at.driver.has_session(login.browser, Login(at, browser=login.browser).first)


@able("back-channel")
def test_back_channel_logout(at, row):
    """Who signs out at the provider is out here, too; nobody else is."""
    login, other = Login(at).go_on(), Login(at).go_on()
    at.driver.end_session(login.browser, at.document)
    wait_until(lambda: login.browser.script(f"{login.site.url}/oidc/session").status == 401,
               "the session to end", 20, login.site.sidecar.evidence)
    assert other.session()


@pytest.mark.parametrize(
    "row", [row for row in matrix.PROVIDERS if driver_of(row).logout_token_lacks],
    ids=lambda row: row.name)
def test_logout_token_that_is_not_whole(at, row):
    """Refused for what it lacks, and nobody is signed out by it."""
    login = Login(at).go_on()
    at.driver.end_session(login.browser, at.document)
    event = at.basic.sidecar.wait_event("backchannel_logout_refused", provider="plain")
    assert event["detail"] == f'the logout token has no "{at.driver.logout_token_lacks}"'
    assert login.session()


@pytest.mark.parametrize("row", [row for row in matrix.PROVIDERS if row.lacks],
                         ids=lambda row: row.name)
def test_unable_and_says_so(at, row):
    for capability in row.lacks:
        assert not at.driver.offers(capability, at.document), f"it offers {capability}: try it"
