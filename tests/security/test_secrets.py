"""Landscape 3.13: secrets stay where they are, a token's head shapes no request, switches switch."""

import base64
import itertools
import re
import subprocess
import urllib.parse

import pytest

from harness.browser import NAVIGATION
from harness.hostile import STRANGE_KEY
from harness.process import clean_environment
from harness.servers import fetch, sidecar_program
from harness.wire import Closed, exchange, request_bytes


def params_of(url):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))


def login(made, browser, secrets):
    """A sign-in step by step; every secret value of it joins the set."""
    first = browser.begin(made.url)
    secrets |= {value for name, value in params_of(first.location).items()
                if name in ("state", "nonce", "code_challenge")}
    secrets |= {cookie.value for cookie in browser.jar.named(made.state_prefix)}
    back = browser.at_provider(first)
    secrets.add(params_of(back)["code"])
    answer = browser.open(back)
    secrets.add(browser.jar.get(made.session_cookie).value)
    return answer


def test_cve_2021_29651_no_secret_in_an_address(launch):
    """Neither in a Location of ours but where it belongs, nor in what a Referer could carry on."""
    made, secrets = launch(), set()
    browser = made.browser()
    answer = login(made, browser, secrets)
    secrets.add(made.client.secret)
    auth = browser.open(f"{made.url}/oidc/auth")
    secrets.add(auth.header("X-XNAT-OIDC-Assertion"))
    answers = [answer, auth] + [browser.open(made.url + target) for target in (
        "/oidc/sign-in", "/oidc/session", "/oidc/auth-redirect/x", "/openid-login?code=a&state=b",
        "/oidc/sign-out")]
    for each in answers:
        location = each.header("Location") or ""
        assert not [secret for secret in secrets if secret in location], location
        permission = each.header("X-XNAT-OIDC-Assertion")  # for a front end, no browser sees it
        assert permission or each.header("Referrer-Policy") == "no-referrer"
        assert each.header("Cache-Control") == "no-store"
        assert made.client.secret not in each.text


def test_mao_2026_canaries_in_the_log(launch):
    """Every secret of sign-ins good and bad: in no line at `debug`, in no metric, nor parts of one."""
    made, secrets = launch(), {"canary-password"}
    secrets |= {made.client.secret, made.key_file.read_text().strip()}
    browser = made.browser()
    login(made, browser, secrets)
    secrets.add(browser.open(f"{made.url}/oidc/auth").header("X-XNAT-OIDC-Assertion"))
    browser.visit(f"{made.url}/")
    secrets.add(browser.jar.get("JSESSIONID").value)
    for scheme in ("Basic", "Bearer", "Digest", "Negotiate"):
        value = base64.b64encode(f"canary:{scheme}-canary".encode()).decode()
        secrets.add(value)
        browser.request("GET", f"{made.url}/test/echo", {"Authorization": f"{scheme} {value}"})
        browser.request("GET", f"{made.url}/oidc/auth", {"Authorization": f"{scheme} {value}"})
    for number, target in enumerate(("/test/echo?token=", "/openid-login?code=", "/openid-login?state=",
                                     "/oidc/sign-in?rd=/x%3Ftoken=", "/oidc/auth-redirect/x?t=",
                                     "/openid-login?error=x&error_description=", "/test/close?q=",
                                     "/openid-login?id_token=")):
        secrets.add(f"canary-query-{number}")
        browser.open(f"{made.url}{target}canary-query-{number}")
    for number, name in enumerate(("Cookie", "X-Csrf-Token", "X-Auth-Token", "Proxy-Authorization")):
        secrets.add(f"canary-header-{number}")
        browser.request("GET", f"{made.url}/test/echo", {name: f"a=canary-header-{number}"})
    spoilt = browser.tab()
    for cookie in browser.jar.all():
        cookie.value = cookie.value[:-3]
    spoilt.open(f"{made.url}/oidc/session")
    text = "\n".join(made.sidecar.stderr + made.sidecar.stdout)
    text += fetch(f"{made.sidecar.admin}/metrics")[1].decode()
    assert len(secrets) > 20 and text.count("\n") > 20
    for secret in secrets:
        assert secret not in text and (len(secret) < 30 or secret[:24] not in text), secret[:12]


def test_mao_2026_canaries_of_lying_providers(court, liar):
    """What a provider answers wrongly is not quoted, least of all its tokens."""
    for lie in ({"error": "invalid_grant"}, {"access_token": "canary-one"},
                {"id_token": "canary-two"}, {"id_token": "e30.canary-three.x"},
                {"refresh_token": "canary-four", "token_type": "MAC"}):
        liar.token_members = lambda given, lie=lie: given | lie
        court.sign_in("liar")
    liar.behave()
    liar.answers = {"userinfo": lambda exchange: exchange.reply(500, b"canary-five")}
    attempt = court.sign_in("liar")
    court.assert_refused(attempt.answer, attempt.browser, "answer_status", 502)
    assert "canary" not in "\n".join(court.sidecar.stderr + court.sidecar.stdout)


WORDS = ["{other}/jwks", "http://127.0.0.1:{port}/evil", "file:///etc/passwd", "../../evil", "a/b?c#d",
         "x\r\nHost: evil", "http://169.254.169.254/latest", "//evil.example/", "{{kid}}", "%2e%2e%2f"]


@pytest.mark.parametrize("member", ["kid", "jku", "x5u", "jwk", "x5c", "x5t"])
def test_liboauth2_cwe_918_token_head_shapes_no_request(court, liar, member):
    """Whatever stands there: nothing is asked of anybody else, and of the provider nothing else."""
    other = court.tenants["honest"]
    for word in WORDS:
        text = word.format(other=other.issuer, port=court.hostile.server_address[1], kid="{kid}") \
            if "{{" not in word else word
        value = STRANGE_KEY.jwk() | {"kid": text} if member == "jwk" else [text] if member == "x5c" \
            else text
        liar.head = lambda head, value=value: head | {member: value}
        liar.sign = STRANGE_KEY.sign
        before = len(court.hostile.seen)
        attempt = court.sign_in("liar")
        assert attempt.answer.status == 502 and attempt.browser.jar.get("oidc-session") is None
        paths = {seen.split(" ")[1].partition("?")[0] for seen in court.hostile.seen[before:]}
        own = urllib.parse.urlsplit(liar.issuer).path
        assert paths <= {f"{own}/authorize", f"{own}/token", f"{own}/userinfo", f"{own}/jwks"}, paths
        assert not [seen for seen in court.hostile.seen[before:] if "evil" in seen]


SWITCHES = {  # option or key, and what shows that it is on and that it is off
    "disableUsernamePasswordLogin": lambda made: "xnat-account" in
        made.browser().open(f"{made.url}/oidc/sign-in").text,
    "visible": lambda made: "providerId=aaf" in made.browser().open(f"{made.url}/oidc/sign-in").text,
}


@pytest.mark.parametrize("value", ["true", "false"])
@pytest.mark.parametrize("key, shown", [("disableUsernamePasswordLogin", "false"), ("visible", "true")])
def test_liboauth2_cwe_200_site_switches_switch(launch, key, shown, value):
    made = launch(site_keys={key: value})
    assert SWITCHES[key](made) is (value == shown)


@pytest.mark.parametrize("value", ["true", "false"])
@pytest.mark.parametrize("key, header", [("userAutoEnabled", "Auto-Enabled"),
                                         ("userAutoVerified", "Auto-Verified"),
                                         ("forceUserCreate", "Create-User")])
def test_liboauth2_cwe_200_provider_switches_switch(launch, key, header, value):
    made = launch(provider_keys={key: value})
    answer = made.signed_in().open(f"{made.url}/oidc/auth")
    assert answer.header(f"X-XNAT-OIDC-{header}") == value


@pytest.mark.parametrize("value", ["true", "false"])
@pytest.mark.parametrize("key, sees", [
    ("pkceEnabled", lambda made: "code_challenge=" in made.browser().begin(made.url).location),
    ("shouldFilterEmailDomains", lambda made: made.browser().sign_in(made.url).status == 403)])
def test_liboauth2_cwe_200_policy_switches_switch(launch, key, sees, value):
    made = launch(provider_keys={"allowedEmailDomains": "elsewhere.example", key: value})
    assert sees(made) is (value == "true")


def test_liboauth2_cwe_200_boolean_options_are_all_known():
    """The command line's switches do something once and end: none could be ignored while serving."""
    said = subprocess.run([sidecar_program(), "--help"], capture_output=True, text=True, check=True,
                          env=clean_environment()).stdout
    flags = set(re.findall(r"^  (--[a-z-]+)$", said, re.MULTILINE))
    assert flags == {"--check-config", "--print-messages", "--version"}, \
        "a new switch needs an on-test and an off-test here"


FORWARDED = ("X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Uri", "X-Forwarded-For",
             "X-Forwarded-Method", "X-Forwarded-Port", "Forwarded")
ODD = [",https", ",", "", " ", ", , ,", "https,", "," * 2000, "x" * 8000, ";", "\"", "[", "::1", "unknown",
       "\xff\xfe", "%00", "https\x0b"]


@pytest.mark.parametrize("trusted", [False, True], ids=["stranger", "trusted"])
@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value[:8]))
def test_liboauth2_cwe_763_forwarded_headers(site, trusting, value, trusted):
    """Beginning with a separator, empty, endless: no crash, no other site, no permission."""
    made = trusting if trusted else site
    for names in (*((name,) for name in FORWARDED), FORWARDED):
        headers = [(name, value) for name in names]
        for path in ("/oidc/auth", "/oidc/auth-redirect", "/oidc/sign-in", "/test/echo"):
            try:
                answer = exchange(made.port, request_bytes("GET", path, [*NAVIGATION.items(), *headers]))
            except (Closed, ConnectionError):
                continue
            assert answer.status in (200, 302, 400, 401, 403, 413, 431)
            assert answer.status != 200 or path in ("/oidc/sign-in", "/test/echo")
            if answer.header("Location"):
                assert answer.header("Location").startswith((made.url, "/"))
    assert made.sidecar.alive


def test_liboauth2_cwe_763_sixty_four_kilobytes(trusting):
    for name, size in itertools.product(FORWARDED, (30000, 65536)):
        try:
            assert exchange(trusting.port, request_bytes("GET", "/oidc/auth", [
                (name, "," * size)])).status in (400, 401, 413, 431)
        except (Closed, ConnectionError):
            pass
    assert exchange(trusting.port, request_bytes("GET", "/oidc/auth")).status == 401


@pytest.fixture(scope="module")
def trusting(module_launch):
    return module_launch(options=["--trusted-proxy", "127.0.0.1"])
