"""How long a session lives, and what ends it."""

import base64
import secrets
import time

import pytest

from harness.browser import Cookie
from harness.wait import wait_until


def is_in(made, browser):
    return browser.open(f"{made.url}/oidc/session").status == 200


def test_absolute_end(launch):
    made = launch(options=["--session-ttl", "3s", "--session-idle", "3s"])
    browser = made.signed_in()
    cookie = browser.jar.get(made.session_cookie)
    kept = cookie.value
    assert is_in(made, browser)

    def over():
        cookie.value, cookie.expires = kept, float("inf")
        browser.jar.put(cookie)
        return not is_in(made, browser)
    began = time.monotonic()
    wait_until(over, "the session to end although it is in use", 10)
    assert time.monotonic() - began < 8


def test_idle_end(launch):
    made = launch(options=["--session-ttl", "1h", "--session-idle", "2s"])
    busy, idle = made.signed_in("alice"), made.signed_in("bob")
    until = time.monotonic() + 4
    while time.monotonic() < until:
        assert is_in(made, busy), "a session in use stays"
        time.sleep(0.2)
    assert not is_in(made, idle)
    assert is_in(made, busy)


def test_use_behind_forward_auth_counts(launch):
    """Sub-requests cannot renew the cookie: that the session is in use is remembered here."""
    made = launch(options=["--session-ttl", "1h", "--session-idle", "2s"])
    browser = made.signed_in()
    value = browser.jar.get(made.session_cookie).value
    until = time.monotonic() + 4
    while time.monotonic() < until:
        answer = browser.request("GET", f"{made.url}/oidc/auth",
                                 {"Cookie": f"{made.session_cookie}={value}"})
        assert answer.status == 200
        time.sleep(0.2)


@pytest.mark.parametrize("change", ["flip first", "flip middle", "flip last", "cut 1", "cut 16",
                                    "append", "empty", "state"])
def test_tampered(site, change):
    browser = site.signed_in()
    cookie = browser.jar.get(site.session_cookie)
    value = cookie.value

    def flip(at):
        # Some bits of the last character of base64 may mean nothing: turn it over entirely.
        other = "A" if value[at] not in "ABCD" else "z"
        return value[:at] + other + value[at + 1 or len(value):]
    site_state = site.browser()
    site_state.begin(site.url)
    (state,) = site_state.jar.named(site.state_prefix)
    cookie.value = {"flip first": flip(0), "flip middle": flip(len(value) // 2),
                    "flip last": flip(-1), "cut 1": value[:-1], "cut 16": value[:-22],
                    "append": value + "A", "empty": "", "state": state.value}[change]
    assert not is_in(site, browser)


def test_every_byte_of_the_seal_matters(site):
    browser = site.signed_in()
    cookie = browser.jar.get(site.session_cookie)
    value = cookie.value
    step = max(1, len(value) // 60)
    for at in range(0, len(value) - 1, step):
        cookie.value = value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1:]
        assert not is_in(site, browser), f"character {at} may be changed"
    cookie.value = value
    assert is_in(site, browser)


def test_restart_with_the_same_key_file(launch):
    made = launch()
    browser = made.signed_in()
    made.restart_sidecar()
    assert is_in(made, browser)
    assert "Signed in as" in browser.visit(f"{made.url}/").text


def test_key_rotation(launch):
    """A new key in front: old sessions go on, new ones use it; then the old key goes, and with it what it sealed."""
    made = launch()
    old = made.signed_in("alice")
    sealed = Cookie(**vars(old.jar.get(made.session_cookie)))
    old_key = made.key_file.read_text().strip()
    new_key = base64.b64encode(secrets.token_bytes(32)).decode()
    made.key_file.write_text(f"{new_key}\n{old_key}\n")
    made.restart_sidecar()
    assert is_in(made, old)
    new = made.signed_in("bob")
    made.key_file.write_text(f"{new_key}\n")
    made.restart_sidecar()
    assert is_in(made, new)
    fresh = made.browser()
    fresh.jar.put(sealed)
    assert fresh.open(f"{made.url}/oidc/session").status == 401


def test_another_key_opens_nothing(launch):
    made = launch()
    browser = made.signed_in()
    made.key_file.write_text(base64.b64encode(secrets.token_bytes(32)).decode() + "\n")
    made.restart_sidecar()
    assert not is_in(made, browser)


def test_replica_with_the_same_key_accepts(launch):
    from harness.process import free_port
    made = launch()
    browser = made.signed_in()
    replica = made.new_sidecar(port=free_port())
    replica.start()
    try:
        value = browser.jar.get(made.session_cookie).value
        answer = browser.request("GET", f"{replica.url}/oidc/session",
                                 {"Cookie": f"{made.session_cookie}={value}"})
        assert answer.status == 200
    finally:
        assert replica.stop() == 0


def with_provider_at(made, url):
    """A restart with a file in which the provider of that id is another."""
    made.config_file.write_text(made.config_file.read_text().replace(made.provider.url, url))
    made.sidecar.stop()
    made.sidecar.start(ready=False)


def test_session_of_another_issuer_is_none(launch):
    """A site moves from a federation's test to its production, and keeps id and key."""
    made = launch()
    browser = made.signed_in()
    made.config_file.write_text(
        f"{made.config_file.read_text()}openid.aaf.issuer={made.provider.url}\n")
    made.restart_sidecar()
    assert is_in(made, browser), "the same issuer, which the file names now"
    with_provider_at(made, "http://127.0.0.1:9")
    assert not is_in(made, browser)


def test_session_of_another_issuer_is_none_once_it_is_known(launch):
    """An issuer that is not in the file is learnt."""
    made, production = launch(), launch()
    browser = made.signed_in()
    cookie = browser.jar.header(made.url)
    with_provider_at(made, production.provider.url)
    made.sidecar.wait_providers()
    assert made.browser().request("GET", f"{made.url}/oidc/session", {"Cookie": cookie}).status == 401


def test_session_outlives_a_provider_that_is_away(launch):
    """Nothing says that its issuer is another now."""
    made = launch()
    browser = made.signed_in()
    made.provider.stop()
    made.sidecar.stop()
    made.sidecar.start(ready=False)
    made.sidecar.wait_event("provider_failed", provider="aaf")
    assert is_in(made, browser)


def test_random_key_comes_with_a_warning(launch):
    made = launch()
    config = [word for word in made.sidecar.argv]
    at = config.index("--session-key-file")
    made.sidecar.stop()
    made.sidecar.argv = config[:at] + config[at + 2:]
    made.sidecar.start()
    warnings = [event for event in made.sidecar.events() if event["level"] == "warning"]
    assert any("session" in str(event) for event in warnings), warnings
