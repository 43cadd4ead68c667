"""Landscape 3.10: texts of a provider are data: never a format, a log line, an argument or a path."""

import json
import urllib.parse

import pytest

from harness.browser import Browser
from harness.wait import wait_until

FORMATS = ["%s%s%s%n", "%1$n", "%99999d", "%p %x", "%%", "%", "a b  c", "'; DROP--", "$(id)", "`id`",
           "${jndi:ldap://x}", "\\r\\n", "*3 $3 SET", "a\"b\\c"]


def signed_in(court, liar, subject):
    liar.claims = lambda given: given | {"sub": subject}
    liar.userinfo_claims = lambda given: given | {"sub": subject}
    return court.sign_in("liar")


@pytest.mark.parametrize("subject", FORMATS)
def test_cve_2021_32785_subject_as_a_format(court, liar, subject):
    """Found again byte for byte, in the session and in the hand-off; the cookie is opened each time."""
    attempt = signed_in(court, liar, subject)
    assert attempt.answer.status == 302, attempt.answer.text
    for _ in range(4):  # so that every worker's cache has it
        answer = attempt.browser.request("GET", f"{court.url}/oidc/auth")
        assert answer.status == 200
        assert urllib.parse.unquote(answer.header("X-XNAT-OIDC-Subject")) == subject
    attempt.browser.open(f"{court.url}/oidc/sign-out")
    assert attempt.browser.request("GET", f"{court.url}/oidc/auth").status == 401


@pytest.mark.parametrize("text", FORMATS)
@pytest.mark.parametrize("where", ["kid", "typ", "state", "code", "error", "cookie", "agent"])
def test_cve_2021_32785_other_texts_as_a_format(court, liar, where, text):
    """What only passes through: refused or ignored; every log line stays one JSON object."""
    browser = Browser()
    if where in ("kid", "typ"):
        liar.head = lambda head: head | {where: text}
        court.sign_in("liar", browser)
    elif where == "cookie":
        browser.request("GET", f"{court.url}/oidc/session", {
            "Cookie": f"oidc-session={urllib.parse.quote(text, safe='%$')}"})
    elif where == "agent":
        browser.request("GET", f"{court.url}/oidc/session", {"User-Agent": text})
    else:
        browser.open(f"{court.url}/openid-login?{where}={urllib.parse.quote(text, safe='')}&state=x")
    assert court.sidecar.alive and court.sidecar.events()


def test_liboauth2_cwe_134_sessions_are_told_apart_byte_for_byte(court, liar):
    """No text ends another early, or is a pattern that fits it."""
    subjects = ["a", "ab", "a%s", "a*c", "a??d", "[a-z]e", "b"]
    browsers = [signed_in(court, liar, subject).browser for subject in subjects]
    for subject, browser in zip(subjects, browsers):
        answer = browser.request("GET", f"{court.url}/oidc/auth")
        assert urllib.parse.unquote(answer.header("X-XNAT-OIDC-Subject")) == subject
    browsers[0].open(f"{court.url}/oidc/sign-out")
    for browser in browsers[1:]:
        assert browser.request("GET", f"{court.url}/oidc/auth").status == 200


LINE = '\n{"event":"login_succeeded","username":"forged"}'


@pytest.mark.parametrize("place", ["sub", "given_name", "email", "error", "error_description",
                                   "provider", "path", "agent", "issuer"])
def test_log_injection_one_event_one_line(court, liar, place):
    from harness.wire import exchange, request_bytes
    if place in ("sub", "given_name", "email"):
        liar.claims = lambda given: given | {place: f"x{LINE}"}
        court.sign_in("liar")
    elif place in ("error", "error_description"):
        liar.back = lambda params, _: urllib.parse.urlencode(
            {"error": "server_error", "state": params["state"], place: f"x{LINE}"})
        court.sign_in("liar")
    elif place == "issuer":
        liar.back = lambda params, code: urllib.parse.urlencode(
            {"code": code, "state": params["state"], "iss": f"x{LINE}"})
        court.sign_in("liar")
    elif place == "provider":
        Browser().begin(court.url, f"x{LINE}")
    elif place == "path":
        Browser().open(f"{court.url}/oidc/{urllib.parse.quote(LINE)}")
    else:
        exchange(court.sidecar.port, request_bytes("GET", "/oidc/session", [("User-Agent", "x\x0b")]))
    names = [event.get("username") for event in court.sidecar.events("login_succeeded")]
    assert "forged" not in names
    for line in list(court.sidecar.stderr):
        assert isinstance(json.loads(line), dict)


@pytest.mark.parametrize("name", ["../../xapi/users/admin", "a/../admin", "a%2f..%2fadmin", "..%2fadmin",
                                  "a;jsessionid=x", "a?x=y", "a#b", "a\\..\\admin", "admin/", "a b/c"])
def test_rest_path_injection_user_name(launch, tmp_path, name):
    """A user name is made of safe characters before anything is built of it, or it is none."""
    people = tmp_path / "people.json"
    people.write_text(json.dumps([{"id": "p", "organisation": "O", "claims": {
        "name": name, "email": "p@example.com", "given_name": name, "family_name": "F"}}]))
    made = launch(filter_on=False, provider_options=["--people", people],
                  provider_keys={"usernamePattern": "[name]"})
    since = made.xnat.mark()
    browser = made.browser()
    answer = browser.sign_in(made.url, "p")
    if answer.status == 302:
        username = browser.open(f"{made.url}/oidc/session").json()["username"]
        assert not set(username) & set("/%;?#\\ ") and username[0].isalpha()
        assert ".." not in username or "/" not in username
    else:
        assert answer.status == 403 and "username_invalid" in answer.text
    browser.open(f"{made.url}/test/echo")
    wait_until(lambda: made.xnat.requests(since), "the request to arrive")
    assert {request["target"] for request in made.xnat.requests(since)} == {"/test/echo"}
