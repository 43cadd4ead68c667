"""Thousands of hostile logins, one after another and side by side: afterwards the process holds what
it held before, and in between everybody honest gets in.

OIDC_SOAK says how many of each; ten thousand is the number promised. `./dev soak` makes as many against a
sidecar with AddressSanitizer: one that lost memory on the way does not end with status 0.
"""

import itertools
import os
import threading
from pathlib import Path

import pytest

from harness import hostile
from harness.browser import Browser
from harness.court import Court
from harness.hostile import STRANGE_KEY, SUBJECT
from harness.stock import admin_file
from harness.wait import wait_until

COUNT = int(os.environ.get("OIDC_SOAK", "10000"))
HONEST_EVERY = 100
WARM = 150  # hostile logins after which what is made once is made, and kept for a while is kept
# What comes and goes by itself: idle connections to the provider, the allocator's arenas.
SPARE_DESCRIPTORS = 16
SPARE_MEMORY = 8 * 1024 * 1024
# The last sign-ins find all that. What each leaves behind grows in every batch of them; what the allocator
# takes in one is there for the next. A used state is remembered for ten minutes, in so many bytes at most.
BATCHES = 6
SPARE_IN_A_BATCH = 128 * 1024
REMEMBERED_SIZE = 128


# Each is a way of lying that takes no time.
LIES = (
    {"sign": STRANGE_KEY.sign},
    {"claims": lambda claims: claims | {"nonce": "another"}},
    {"claims": lambda claims: claims | {"aud": "another"}},
    {"claims": lambda claims: claims | {"iss": "https://another.example"}},
    {"claims": lambda claims: claims | {"exp": 1}},
    {"head": lambda head: head | {"alg": "none"}},
    {"id_token": lambda claims: "a.b.c"},
    {"answers": {"token": hostile.not_json}},
    {"answers": {"token": hostile.deep_json}},
    {"answers": {"token": hostile.cut_short}},
    {"answers": {"token": hostile.hang_up}},
    {"answers": {"token": hostile.huge}},
    {"answers": {"token": hostile.server_error}},
    {"answers": {"token": hostile.redirected}},
    {"back": lambda params, code: "error=access_denied&state=" + params["state"]},
    {"back": lambda params, code: f"code={code}&state=" + "A" * 22},
    {"back": lambda params, code: f"code={code}&code=x&state=" + params["state"]},
)


HEADERS, TOKEN = "headers", "xnat-token"
USURPER = "usurper"  # all is true but whose account it is, which XNAT tells when all else is done


@pytest.fixture(scope="module")
def court(request, tmp_path_factory):
    """One tenant for each way of lying, and an honest one."""
    names = [f"liar{number}" for number in range(len(LIES))]
    folder, token = tmp_path_factory.mktemp("soak"), request.param == TOKEN
    options = ["--handoff", TOKEN, "--xnat-admin-file", admin_file(folder, "admin:admin\n")]
    made = Court(folder, [*names, "honest", USURPER], options if token else ())
    made.liars = [*names, USURPER] if token else names
    made.xnat.set_account(f"{USURPER}_{SUBJECT}", create=True, email="person@example.com", firstName="A",
                          lastName="B", role="Administrator")
    for name, lies in zip(names, LIES):
        for attribute, value in lies.items():
            setattr(made.tenants[name], attribute, value)
    # With AddressSanitizer what is freed is kept for a while, which looks like growth.
    made.sidecar.environment.setdefault("ASAN_OPTIONS", "detect_leaks=1:quarantine_size_mb=8")
    with made.sitting():
        yield made


def attempt(court, name):
    browser = Browser()
    court.sign_in(name, browser)
    assert browser.jar.get("oidc-session") is None, f"the word of {name} was taken"


def attempts(court, count, side_by_side):
    """So many hostile logins, an honest one among each hundred."""
    errors = []
    numbers = itertools.count()

    def work():
        try:
            while (number := next(numbers)) < count and not errors:
                if number % HONEST_EVERY == 0:
                    court.assert_signs_in("honest")
                else:
                    attempt(court, court.liars[number % len(court.liars)])
        except BaseException as error:  # told by the thread that waits
            errors.append(error)

    workers = [threading.Thread(target=work) for _ in range(side_by_side)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    if errors:
        raise errors[0]


def remembered(sidecar):
    return int(sum(value for name, value in sidecar.metrics().items() if name.startswith("oidc_sidecar_remembered{")))


def growth(court, count, side_by_side):
    """Of memory, in one batch, but for what is remembered."""
    memory, known = court.sidecar.memory(), remembered(court.sidecar)
    attempts(court, count, side_by_side)
    return court.sidecar.memory() - memory - REMEMBERED_SIZE * (remembered(court.sidecar) - known)


def is_sanitized(sidecar):
    """With AddressSanitizer all of it is larger, and it says itself what was lost."""
    return "libasan" in Path(f"/proc/{sidecar.child.pid}/maps").read_text()


def threads(sidecar):
    return len(os.listdir(f"/proc/{sidecar.child.pid}/task"))


@pytest.mark.parametrize("court, side_by_side, count", [
    (HEADERS, 1, COUNT), (HEADERS, 16, COUNT), (TOKEN, 16, COUNT // 10)],
    ids=["in a row", "in parallel", "with alias tokens"], indirect=["court"])
def test_thousands_of_hostile_logins(court, side_by_side, count):
    attempts(court, max(count // 8, WARM), side_by_side)
    memory, descriptors = court.sidecar.memory(), court.sidecar.descriptors()
    running = threads(court.sidecar)
    attempts(court, count - BATCHES * (count // 9), side_by_side)
    grown = [growth(court, count // 9, side_by_side) for _ in range(BATCHES)]
    wait_until(lambda: court.sidecar.descriptors() <= descriptors + SPARE_DESCRIPTORS,
               f"descriptors to be {descriptors} again", 20)
    assert threads(court.sidecar) <= running
    now = court.sidecar.memory()
    assert now - memory < SPARE_MEMORY, f"memory grew by {(now - memory) >> 10} KiB"
    assert is_sanitized(court.sidecar) or min(grown) < SPARE_IN_A_BATCH, \
        f"memory grew in every batch of {count // 9}, by these KiB: {[size >> 10 for size in grown]}"


@pytest.mark.parametrize("court", [TOKEN], indirect=True)
def test_the_usurper_gets_as_far_as_xnat(court):
    """Or the last part above would end where the others do."""
    attempt = court.sign_in(USURPER)
    court.assert_refused(attempt.answer, attempt.browser, "account_is_administrator", 403)
