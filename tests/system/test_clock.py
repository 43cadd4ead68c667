"""A wall clock that is put forward and back while the sidecar runs."""

import errno
import re

import pytest

from harness.ordeal import Ordeal
from harness.wait import wait_until

HOUR, DAY, YEAR = 3600, 24 * 3600, 365 * 24 * 3600
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
