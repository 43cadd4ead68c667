"""Log lines: one JSON object each, stable names, nothing secret in any of them."""

import base64
import datetime
import secrets
import signal
import urllib.parse

import pytest

from harness.ordeal import Ordeal
from harness.servers import fetch
from harness.wait import wait_until
from harness.wire import Closed, exchange, request_bytes

LEVELS = {"debug", "info", "warning", "error"}


@pytest.fixture(scope="module")
def told(module_launch):
    """A set-up in which about everything happened that is logged, and every secret of it."""
    made = module_launch(options=["--upstream-timeout", "1s"])
    secrets = {"client secret": made.client.secret,
               "session key": made.key_file.read_text().strip()}
    browser = made.browser()
    leg = browser.begin(made.url)
    params = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(leg.location).query))
    secrets |= {"state": params["state"], "nonce": params["nonce"],
                "code challenge": params["code_challenge"],
                "state cookie": browser.jar.named(made.state_prefix)[0].value}
    back = browser.at_provider(leg, "guenther")
    secrets["code"] = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))["code"]
    browser.open(back)
    secrets["session cookie"] = browser.jar.get(made.session_cookie).value
    auth = browser.open(f"{made.url}/oidc/auth")
    secrets["assertion"] = auth.header("X-XNAT-OIDC-Assertion")
    browser.visit(f"{made.url}/")
    secrets["XNAT session"] = browser.jar.get("JSESSIONID").value
    basic = base64.b64encode(b"admin:canary-password").decode()
    secrets |= {"basic": basic, "password": "canary-password"}
    browser.request("GET", f"{made.url}/data/x", {"Authorization": f"Basic {basic}"})
    browser.request("GET", f"{made.url}/test/close?when=head&q=canary-query")
    browser.open(back)
    made.browser().open(back)
    made.browser().sign_in(made.url, decision="decline")
    made.browser().begin(made.url, "nobody\n{\"event\":\"login_succeeded\"}")
    made.browser().open(f"{made.url}/openid-login?error=x%0a%7b%22event%22&state={'a' * 22}")
    with pytest.raises((Closed, ConnectionError, AssertionError)):
        assert exchange(made.port, b"nonsense\r\n\r\n").status == 0
    browser.open(f"{made.url}/oidc/sign-out")
    made.sidecar.wait_event("sign_out")
    return made, secrets


def test_every_line_is_a_json_object(told):
    made, _ = told
    events = made.sidecar.events()
    assert len(events) > 8
    for event in events:
        assert event["level"] in LEVELS
        assert isinstance(event["event"], str) and event["event"].isascii()
        assert datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00")).tzinfo


def test_nothing_secret(told):
    made, secrets = told
    text = "\n".join(made.sidecar.stderr + made.sidecar.stdout)
    for name, value in secrets.items():
        assert value not in text, f"the {name} is in the log"
        # Nor a good part of it.
        assert len(value) < 30 or value[:24] not in text, f"part of the {name} is in the log"
    assert "eyJ" not in text


def test_what_happened_is_told(told):
    made, _ = told
    names = {event["event"] for event in made.sidecar.events()}
    assert {"started", "provider_ready", "login_started", "login_succeeded", "login_refused",
            "sign_out", "upstream_failed"} <= names
    succeeded = made.sidecar.events("login_succeeded")
    assert len(succeeded) == 1, "a claim or parameter must not forge a line"
    assert succeeded[0]["provider"] == "aaf" and succeeded[0]["username"].startswith("aaf_")
    reasons = {event["reason"] for event in made.sidecar.events("login_refused")}
    assert {"access_denied", "provider_unknown"} <= reasons


def test_reference_on_the_page_is_in_the_log(told):
    made, _ = told
    page = made.browser().sign_in(made.url, decision="decline")
    wait_until(lambda: [event for event in made.sidecar.events("login_refused")
                        if event["reason"] == "access_denied" and event["request_id"]
                        and event["request_id"] in page.text],
               "the line with the page's reference", evidence=made.sidecar.evidence)


def test_nothing_secret_in_addresses(told):
    """No token in a Location; and pages tell other sites nothing."""
    made, secrets = told
    browser = made.browser()
    answer = browser.sign_in(made.url)
    value = browser.jar.get(made.session_cookie).value
    assert value not in answer.header("Location") and "code=" not in answer.header("Location")
    assert answer.header("Referrer-Policy") == "no-referrer"
    assert secrets["client secret"] not in answer.text


def test_nothing_secret_on_the_command_line_or_in_messages(told):
    made, secrets = told
    argv = " ".join(made.sidecar.argv)
    assert secrets["client secret"] not in argv and secrets["session key"] not in argv


def test_text_format(launch):
    made = launch(options=["--log-format", "text"])
    made.signed_in()
    assert not any(line.startswith("{") for line in made.sidecar.stderr)
    wait_until(lambda: any("login_succeeded" in line for line in made.sidecar.stderr),
               "the login's line", evidence=made.sidecar.evidence)


@pytest.fixture(scope="module")
def behind(module_launch):
    """A sidecar behind front ends: one on this machine, others in 10.0.0.0/8."""
    return module_launch(options=["--trusted-proxy", "127.0.0.1", "--trusted-proxy", "10.0.0.0/8"])


REFUSED = {"login_refused": ("GET", f"/openid-login?error=x&state={'a' * 22}", b""),
           "backchannel_logout_refused": ("POST", "/oidc/backchannel-logout", b"logout_token=x"),
           "request": ("GET", "", b"")}
LISTS = {
    "one": ([("X-Forwarded-For", "192.0.2.7")], "192.0.2.7"),
    "forged in front": ([("X-Forwarded-For", "10.0.0.1, 192.0.2.7")], "192.0.2.7"),
    "through two": ([("X-Forwarded-For", "203.0.113.9, 192.0.2.7, 10.0.0.2")], "192.0.2.7"),
    "a field of the front end's own": (
        [("X-Forwarded-For", "203.0.113.9"), ("x-forwarded-for", "192.0.2.7")], "192.0.2.7"),
    "port": ([("X-Forwarded-For", "192.0.2.7:4711")], "192.0.2.7"),
    "IPv6": ([("X-Forwarded-For", "[2001:db8::1]:443")], "2001:db8::1"),
    "Forwarded": ([("Forwarded", 'for="[2001:db8::1]:443";proto=https, for=10.0.0.2')], "2001:db8::1"),
    "both": ([("X-Forwarded-For", "192.0.2.7"), ("Forwarded", "for=203.0.113.9")], "192.0.2.7"),
    "hidden": ([("X-Forwarded-For", "203.0.113.9, unknown")], None),
    "obfuscated": ([("Forwarded", "for=203.0.113.9, for=_hidden")], None),
    "not to be read": ([("Forwarded", 'for=203.0.113.9;by="')], None),
    "a name that no front end writes": ([("X_Forwarded_For", "203.0.113.9")], None),
    "nothing": ([], None),
}


def told_of(made, event, headers):
    """The (client, peer) of the one new line about a request."""
    method, target, body = REFUSED[event]
    target = target or f"/oidc/{secrets.token_hex(8)}"  # whose line is known, for lines follow the answers
    before = len(made.sidecar.events(event))

    def lines():
        return [line for line in made.sidecar.events(event)[before:] if line.get("path", target) == target]
    exchange(made.port, request_bytes(method, target, [
        ("Content-Type", "application/x-www-form-urlencoded"), ("Connection", "close"), *headers], body))
    (line,) = wait_until(lines, f"another {event}")
    return line["client"], line.get("peer")


@pytest.mark.parametrize("event", REFUSED)
@pytest.mark.parametrize("case", LISTS)
def test_client_behind_front_ends(behind, case, event):
    """The last hop that no trusted front end is; nobody else's word, and nobody who has no address."""
    headers, client = LISTS[case]
    assert told_of(behind, event, headers) == ((client, "127.0.0.1") if client else ("127.0.0.1", None))


@pytest.mark.parametrize("header", [("X-Forwarded-For", "192.0.2.7"), ("Forwarded", "for=192.0.2.7")])
def test_client_is_the_peer_where_it_is_no_front_end(told, header):
    made, _ = told
    for event in ("login_refused", "backchannel_logout_refused"):
        assert told_of(made, event, [header]) == ("127.0.0.1", None)


# XNAT has a path with a secret in it, and takes it in more than one spelling.
LOOK_UPS = {
    "/data/services/tokens/validate/{}": "/data/services/tokens/…",
    "/REST/services/tokens/validate/{}?format=json": "/REST/services/tokens/…",
    "/xnat/data/services/tokens/validate/{}": "/xnat/data/services/tokens/…",
    "/data/Services/TOKENS/validate/{}": "/data/Services/TOKENS/…",
    "/data/services;v=1/%74okens/validate/{};x": "/data/services/tokens/…",
    "/data//services%2ftokens/validate/{}": "/data/services/tokens/…",
    "/data/services/tokens": "/data/services/tokens",
}


def secret_in(lines, secret):
    return [line for line in lines if secret[:16] in line]


@pytest.mark.parametrize("target", LOOK_UPS)
def test_a_secret_in_the_path_is_not_told(told, target):
    made, _ = told
    secret, before = secrets.token_hex(32), len(made.sidecar.events("request"))
    exchange(made.port, request_bytes("GET", target.format(f"{secrets.token_hex(16)}/{secret}")))
    lines = wait_until(lambda: made.sidecar.events("request")[before:], "the line of the request")
    assert [line["path"] for line in lines] == [LOOK_UPS[target]]
    assert not secret_in(made.sidecar.stderr + made.sidecar.stdout, secret)


def test_nor_where_the_answer_cannot_be_sent(launch, library):
    """libmicrohttpd has a line of its own then, with the path as it was sent."""
    ordeal = Ordeal(launch(), library, workers=1)
    target = f"/data/services/tokens/validate/alias/{secrets.token_hex(32)}"
    ordeal.faults.arm("send", 1, port=ordeal.setup.port)
    with pytest.raises((Closed, ConnectionError)):
        exchange(ordeal.setup.port, request_bytes("GET", target))
    assert ordeal.faults.disarm() == 1
    line = ordeal.sidecar.wait_event("connection")
    assert line["detail"].startswith("Failed to send") and line["detail"].endswith("request")
    ordeal.sidecar.wait_event("request", path="/data/services/tokens/…", whole=False)
    assert not secret_in(ordeal.sidecar.stderr, target.rpartition("/")[2])


# --- a reader that stands still -------------------------------------------------------------------------

def test_a_log_that_nobody_reads_stops_nobody(launch):
    """Lines are dropped, and counted; nobody waits for the reader."""
    made = launch()
    with made.sidecar.log_unread():
        for _ in range(60):
            assert made.browser().open(f"{made.url}/openid-login?providerId=nobody").status == 404
        assert made.signed_in().open(f"{made.url}/oidc/session").status == 200
        assert fetch(f"{made.sidecar.admin}/healthz")[0] == 200

    def told():
        """With the first line that is taken again."""
        made.browser().open(f"{made.url}/oidc/sign-in")
        return made.sidecar.events("log_lines_lost")

    lost = wait_until(told, "the log to say what it has lost")[0]
    assert lost["count"] > 60 and lost["level"] == "warning"


def test_an_end_that_nobody_reads_of(launch):
    made = launch()
    with made.sidecar.log_unread():
        for _ in range(60):
            made.browser().open(f"{made.url}/openid-login?providerId=nobody")
        made.sidecar.signal(signal.SIGTERM)
        assert made.sidecar.child.wait(20) == 0
    made.sidecar.wait_exit()
