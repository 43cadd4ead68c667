"""Calls of Redis's thread that fail, and calls on its sockets.

Whatever fails, people sign in as ever: without Redis a process remembers alone, and says so. And
once nothing fails any more, every sign-out is known at both replicas, wherever it was made.
"""

import pytest

from harness import faults
from harness.ordeal import Ordeal, assertion_key
from harness.process import free_port
from harness.redis import Redis
from harness.wait import wait_until

REDIS_THREAD = 1  # it is started before the workers
LOOKS = 4  # so that each of a replica's workers is asked
PATIENCE = 30  # seconds; the longest pause between two tries of a connection is eight

FAILURES = [(call, error) for call in ("connect", "receive", "send")
            for error in (*faults.ERRORS[call], *faults.PASSING.get(call, ()))]


class Pair:
    """Two replicas; the calls of the first fail."""

    def __init__(self, setup, library, redis):
        self.setup, self.redis = setup, redis
        self.ordeal = Ordeal(setup, library)
        self.other = setup.new_sidecar(free_port())
        self.other.start()

    def stop(self):
        return self.other.stop()

    def ask(self, sidecar, path, cookies):
        return self.setup.browser().request("GET", f"{sidecar.url}/oidc/{path}",
                                            {"Cookie": cookies}).status

    def sign_in(self):
        """At the first, always; its cookies."""
        return self.setup.signed_in().jar.header(self.setup.url)

    def sign_out(self, sidecar, cookies):
        assert self.ask(sidecar, "sign-out", cookies) in (200, 302, 303)

    def wait_out(self, sidecar, cookies):
        wait_until(lambda: all(self.ask(sidecar, "session", cookies) == 401 for _ in range(LOOKS)),
                   "a sign-out to be known at the other replica", PATIENCE,
                   lambda: self.ordeal.sidecar.evidence() + self.other.evidence())

    def share(self, healed=False):
        """A sign-out at each of the two is known at the other in the end.

        healed: what fails has an end before they learn of it."""
        here, there = self.sign_in(), self.sign_in()
        self.sign_out(self.ordeal.sidecar, here)
        self.sign_out(self.other, there)
        if healed:
            self.ordeal.faults.disarm()
        self.wait_out(self.other, here)
        self.wait_out(self.ordeal.sidecar, there)
        self.ordeal.try_to_get_in()

    def cut(self):
        """Redis drops all connections."""
        self.redis.command("CLIENT", "KILL", "TYPE", "normal")
        self.redis.command("CLIENT", "KILL", "TYPE", "pubsub")

    def share_anew(self, healed=False):
        """The same while connections are made anew."""
        self.cut()
        self.share(healed)

    def is_up(self):
        return self.ordeal.sidecar.metrics()["oidc_sidecar_redis_up"] == 1

    def wait_up(self):
        wait_until(self.is_up, "Redis to be there", PATIENCE, self.ordeal.sidecar.evidence)


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    server = Redis(tmp_path_factory.mktemp("redis")).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def pair(module_launch, library, redis, tmp_path_factory):
    key = assertion_key(tmp_path_factory.mktemp("key"))
    setup = module_launch(options=["--redis", redis.url, "--assertion-key-file", key])
    made = Pair(setup, library, redis)
    made.ordeal.warm_up()
    yield made
    assert made.stop() == 0, made.other.evidence()


@pytest.fixture
def held(pair):
    pair.wait_up()
    descriptors = pair.ordeal.sidecar.descriptors()
    yield
    pair.wait_up()
    pair.ordeal.is_well()
    pair.share()
    pair.ordeal.holds_no_more(descriptors)


@pytest.mark.parametrize("times", [1, 40])
def test_an_allocation_fails(pair, held, times):
    assert pair.ordeal.sweep("allocate", None, range(1, 1000, faults.EVERY), times,
                             visit=lambda: pair.share(healed=times > 1),
                             thread=REDIS_THREAD) > 0


@pytest.mark.parametrize("times", [1, 40])
def test_an_allocation_fails_on_the_way_back(pair, held, times):
    """While a new connection is made, and both sides learn what they missed."""
    for number in range(1, 400, 3 * faults.EVERY):
        pair.wait_up()
        pair.ordeal.sweep("allocate", None, [number], times,
                          visit=lambda: pair.share_anew(healed=times > 1), thread=REDIS_THREAD)


def test_a_sign_out_elsewhere_finds_no_room(pair, held):
    """One of these allocations is what it would be remembered in: the process is new, and has no
    table for it yet."""
    assert pair.ordeal.sidecar.stop() == 0
    assert pair.redis.command("FLUSHALL") == "OK"
    pair.ordeal.sidecar.start()
    for number in [*range(1, 6), *[*range(6, 16)] * 4]:
        pair.wait_up()
        cookies = pair.sign_in()
        pair.ordeal.sweep("allocate", None, [number], thread=REDIS_THREAD,
                          visit=lambda cookies=cookies: pair.sign_out(pair.other, cookies))
        pair.wait_out(pair.ordeal.sidecar, cookies)


@pytest.mark.parametrize("call, error", FAILURES)
def test_a_call_on_its_sockets_fails(pair, held, call, error):
    for number in (1, 2, 4):
        for times in (1, 3):
            pair.ordeal.sweep(call, error, [number], times, visit=pair.share_anew,
                              port=pair.redis.port)


def test_a_start_in_which_an_allocation_fails(pair):
    """It starts all the same, and has Redis soon."""
    ordeal, number, fired = pair.ordeal, 1, True
    while fired and number < 1000:
        assert ordeal.sidecar.stop() == 0
        ordeal.faults.arm("allocate", number, thread=REDIS_THREAD)
        ordeal.sidecar.start()
        pair.wait_up()
        fired = ordeal.faults.disarm()
        warned = ordeal.sidecar.events("redis_failed") + ordeal.sidecar.events("redis_no_room")
        assert warned or not fired
        pair.share()
        number += 2 * faults.EVERY
    assert number > 2 * faults.EVERY
