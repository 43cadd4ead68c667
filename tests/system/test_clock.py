"""A wall clock that is put forward and back while the sidecar runs."""

import base64
import errno
import json
import re
import time

import pytest

from harness.ordeal import Ordeal
from harness.rest import basic
from harness.stock import ADMIN, make_stock
from harness.wait import wait_until

HOUR, DAY, YEAR = 3600, 24 * 3600, 365 * 24 * 3600
AHEAD = 40 * 60  # a session that is not used for so long is not idle yet
JUMPS = (-YEAR, -DAY, -HOUR, HOUR, DAY, YEAR)


@pytest.fixture
def ordeal(launch, library):
    made = Ordeal(launch(), library)
    assert made.visit()
    return made


@pytest.mark.parametrize("jump", JUMPS)
def test_while_it_is_wrong_nobody_gets_in(ordeal, jump):
    """The provider's tokens are of another time. With the right time all is well at once."""
    ordeal.faults.shift_clock(jump)
    assert not ordeal.visit()
    ordeal.try_to_get_in()
    ordeal.faults.shift_clock(0)
    ordeal.is_well()


def test_a_session_does_not_live_again(ordeal):
    """One that ended while the clock was ahead may be good when it is not; a signed-out one never."""
    browser = ordeal.setup.signed_in()
    copy = browser.jar.header(ordeal.setup.url)
    assert browser.open(f"{ordeal.setup.url}/oidc/sign-out").status == 200
    for jump in (DAY, 0, -HOUR):
        ordeal.faults.shift_clock(jump)
        again = ordeal.setup.browser().request("GET", f"{ordeal.setup.url}/oidc/session",
                                               {"Cookie": copy})
        assert again.status == 401, jump


def test_a_provider_that_failed_while_it_was_ahead(ordeal):
    """Is asked again soon, not when that time comes."""
    port = int(ordeal.setup.provider.url.rpartition(":")[2])
    ordeal.sidecar.stop()
    ordeal.faults.shift_clock(YEAR)
    ordeal.faults.arm("connect", 1, errno.ECONNREFUSED, times=1000, port=port)
    ordeal.sidecar.start(ready=False)
    wait_until(lambda: ordeal.sidecar.events("provider_failed"), "the provider to fail")
    ordeal.faults.disarm()
    ordeal.faults.shift_clock(0)
    ordeal.sidecar.wait_ready()
    assert ordeal.setup.signed_in()


def test_a_used_state_is_remembered_while_it_is_good(ordeal):
    """Its sidecar's clock may be ahead of that of another, to which it comes back: there it is good for longer."""
    setup = ordeal.setup
    browser = setup.browser()
    back = browser.at_provider(browser.begin(setup.url))
    cookies = browser.jar.header(setup.url)
    ordeal.faults.shift_clock(-50)
    browser.open(back)
    ordeal.faults.shift_clock(555)
    again = setup.browser().request("GET", back, {"Cookie": cookies})
    assert again.status == 400 and "state_used" in again.text, again.text


def test_a_state_of_the_future(ordeal):
    """Its sign-in was begun at a replica whose clock is ahead: page and log say that it is a clock, and by how much."""
    setup = ordeal.setup
    browser = setup.browser()
    back = browser.at_provider(browser.begin(setup.url))
    ordeal.faults.shift_clock(-HOUR)
    answer = browser.open(back)
    assert answer.status == 400 and "<h1>A clock is wrong</h1>" in answer.text, answer.text
    assert re.search("<dt>Clocks differ by</dt><dd>(59|60) minutes</dd>", answer.text), answer.text
    line = ordeal.sidecar.wait_event("login_refused", reason="state_future")
    assert re.search(r"\b3[56]\d\d seconds", line["detail"]) and "NTP" in line["hint"], line


# --- sessions that live through it ------------------------------------------------------------------
# With one worker: what it noted while the clock was ahead, it goes by afterwards.

@pytest.fixture
def lone(launch, library):
    return lambda **settings: Ordeal(launch(**settings), library, workers=1)


@pytest.fixture
def stock(tmp_path, lone):
    """With a stock XNAT, and somebody's session."""
    people = tmp_path / "people.json"
    people.write_text(json.dumps([{"id": name, "organisation": "O", "claims": {
        "sub": name, "name": name, "given_name": name.title(), "family_name": "Doe",
        "email": f"{name}@example.com"}} for name in ("ada", "bea")]))
    made = make_stock(lone, tmp_path, people)
    made.browser = made.setup.signed_in("ada")
    assert made.browser.visit(f"{made.setup.url}/").status == 200
    return made


def revoke(ordeal):
    """As an administrator does, and XNAT's sessions end."""
    xnat = ordeal.setup.xnat
    for token in xnat.tokens("aaf_ada"):
        path = f"/data/services/tokens/invalidate/{token['alias']}"
        assert ordeal.setup.browser().request("GET", f"{xnat.url}{path}", {
            "Authorization": basic(ADMIN), "User-Agent": "curl"}).status == 200
    xnat.end_sessions("aaf_ada")


def issued_at(answer):
    payload = answer.header("X-XNAT-OIDC-Assertion").split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["iat"]


def test_what_was_signed_while_it_was_ahead_is_not_handed_on(lone):
    """A receiver refuses what is from the future, to everybody for as long as the clock was wrong by."""
    ordeal = lone()
    url, browser = ordeal.setup.url, ordeal.setup.signed_in()
    for shift in (0, AHEAD, 0):
        ordeal.faults.shift_clock(shift)
        assert abs(issued_at(browser.open(f"{url}/oidc/auth")) - time.time() - shift) < 30
        taken = browser.open(f"{url}/data/projects").status == 200
        assert taken == (shift == 0)


def test_a_session_is_idle_by_the_right_time(lone):
    ordeal = lone(options=["--session-idle", "10m"])
    url, browser = ordeal.setup.url, ordeal.setup.signed_in()
    for shift, status in ((500, 200), (0, 200), (590, 200), (0, 200), (610, 401)):
        ordeal.faults.shift_clock(shift)
        assert browser.open(f"{url}/oidc/auth").status == status, shift


def test_a_token_that_was_renewed_while_it_was_ahead_is_renewed_again(stock):
    url = stock.setup.url
    for shift in (AHEAD, 0):
        stock.faults.shift_clock(shift)
        revoke(stock)
        assert stock.browser.visit(f"{url}/").status == 200, stock.sidecar.evidence()
    assert len(stock.sidecar.events("xnat_token_renewed")) == 2


def test_a_service_account_that_was_refused_while_it_was_ahead_is_tried_again(stock):
    stock.setup.xnat.trouble("answer", "/xapi/users/.*", status=401, times=9)
    stock.faults.shift_clock(AHEAD)
    revoke(stock)
    assert stock.browser.visit(f"{stock.setup.url}/").status != 200
    stock.sidecar.wait_event("xnat_service_refused")
    stock.setup.xnat.reset()
    stock.faults.shift_clock(0)
    assert stock.setup.signed_in("bea")
