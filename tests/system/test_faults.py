"""Calls of the whole process that fail: memory, descriptors, files, events, threads.

While one call after another fails, people sign in, work, upload and sign out. Each of them may fail
for it; nobody may get in for it, nothing may be forgotten, and the next person signs in as ever.
Sockets have a file of their own (test_socket_faults.py), and so has Redis (test_redis_faults.py).

OIDC_FAULTS_EVERY says which of a round's allocations fail: 1 is each of them, the default every
eleventh. `./dev faults` runs the large sweep.
"""

import errno
import json
import os

import pytest

from harness import faults
from harness.court import Court
from harness.logout import claims_of, form, post, token_of
from harness.ordeal import Ordeal, assertion_key
from harness.process import Process
from harness.wait import wait_until

# Calls of a running sidecar on no socket in particular. The others are made while it starts.
RUNNING = ("write", "socket", "epoll_control", "epoll_wait", "poll")
STARTING = ("open", "read", "socket", "bind", "listen", "epoll_create", "epoll_control", "event_fd",
            "signal_fd", "random", "thread", "socket_option", "poll", "write")


@pytest.fixture(scope="module")
def ordeal(module_launch, library):
    made = Ordeal(module_launch(), library)
    made.warm_up()
    return made


@pytest.mark.parametrize("call, error", [(call, error) for call in RUNNING
                                         for error in faults.ERRORS[call]])
def test_a_call_fails(ordeal, held, call, error):
    assert ordeal.sweep(call, error, range(1, 200)) > 0, "it was never made"


@pytest.mark.parametrize("call", ["socket", "epoll_control"])
def test_a_call_fails_for_a_while(ordeal, held, call):
    assert ordeal.sweep(call, None, range(1, 60, 7), times=20) > 0


def test_an_allocation_fails(ordeal, held):
    ordeal.lacks_memory()


def test_memory_is_short_for_a_while(ordeal, held):
    ordeal.lacks_memory(step=5, times=40)


def test_the_end_comes_although_calls_are_interrupted(launch, library):
    """A word from one thread to another that was interrupted is given again."""
    ordeal = Ordeal(launch(), library)
    for number in range(1, 8):
        ordeal.faults.arm("write", number, errno.EINTR)
        assert ordeal.sidecar.stop() == 0, number
        assert ordeal.faults.disarm() or number > 4, "the end takes four writes or more"
        ordeal.sidecar.start()


def test_a_logout_of_which_no_digest_can_be_made_may_come_again(library, tmp_path):
    """That is told of, not that too much is remembered; and nothing of it is."""
    court, controls = Court(tmp_path, ["honest"]), faults.Faults(library, tmp_path)
    program, environment = faults.bare_program()
    court.sidecar.argv[0] = str(program)
    court.sidecar.environment |= environment | controls.environment
    with court.sitting():
        number, fired, details = 0, True, set()
        while fired:
            number += 1
            body, answers = form(token_of(claims_of(court.tenants["honest"], sub="anna"))), []
            controls.arm("allocate", number)
            Ordeal.accident(lambda: answers.append(post(court.url, body, timeout=12)[2]))
            fired = controls.disarm()
            for answer in map(json.loads, answers):
                if answer.get("reason") == "crypto_failure":
                    details.add(court.sidecar.wait_event("backchannel_logout_refused",
                                                         request_id=answer["reference"])["detail"])
                    assert post(court.url, body)[0] == 200, f"allocation {number}{court.sidecar.evidence()}"
        assert "no digest of the logout token can be made" in details


def test_nothing_is_left_behind(ordeal):
    ordeal.leaves_nothing()


# --- the beginning ---------------------------------------------------------------------------------


# What a start says when the port that was free a moment ago is none of its own any more.
PORT_TAKEN = (os.strerror(errno.EADDRINUSE), "are the same address")


class Beginning:
    """Starts in which a call fails."""

    def __init__(self, setup, library):
        self.setup, self.library = setup, library
        self.ordeal = Ordeal(setup, library)
        self.ordeal.sidecar.stop()

    def start(self, call, number, error, options=()):
        """(whether it fired, exit status or None for one that serves, what it said)"""
        controls = faults.Faults(self.library, self.setup.folder)
        controls.arm(call, number, error)
        sidecar = self.ordeal.new_sidecar(controls, self.setup.port, options)
        Process.start(sidecar)
        wait_until(lambda: not sidecar.alive or self.is_over(sidecar, controls),
                   f"a start with {call} {number} failing to serve or to end", 20,
                   sidecar.evidence)
        fired = controls.disarm() > 0
        try:
            if sidecar.alive:
                self.setup.sidecar = sidecar
                self.is_safe(sidecar)
        finally:
            status = sidecar.stop() if sidecar.alive else sidecar.wait_exit()
        if self.setup.sidecar is sidecar:
            assert status == 0
            return fired, None, ""
        said = "\n".join(sidecar.stderr + sidecar.stdout)
        if call not in ("bind", "listen") and any(taken in said for taken in PORT_TAKEN):
            return self.start(call, number, error, options)
        return fired, status, said

    @staticmethod
    def is_over(sidecar, controls):
        """All of its workers have begun, and the call has failed or is not made: by then the
        provider is known."""
        said = "\n".join(list(sidecar.stderr))
        return '"event":"started"' in said and \
            (controls.fired or '"event":"provider_ready"' in said)

    def is_safe(self, sidecar):
        """One that started although a call failed verifies as much as any, and is soon ready."""
        wait_until(lambda: sidecar.readiness()[0] == 200, "it to be ready", 20, sidecar.evidence)
        self.ordeal.try_to_get_in()
        assert self.ordeal.visit()


@pytest.fixture(scope="module")
def beginning(module_launch, library, tmp_path_factory):
    key = assertion_key(tmp_path_factory.mktemp("key"))
    made = module_launch(options=["--assertion-key-file", key])
    return Beginning(made, library)


def judge(fired, status, said):
    """It serves, or it ends by itself and says why."""
    assert status is None or status == 1, f"it ended with {status}: {said}"
    assert status is None or said.strip(), "it ended without a word"
    return fired


@pytest.mark.parametrize("call", STARTING)
def test_a_start_in_which_a_call_fails(beginning, call):
    for error in faults.ERRORS[call]:
        number = 1
        while judge(*beginning.start(call, number, error)):
            number += 1
            if number > 24:
                break
        assert number > 1, f"{call} is not made at the start"


def test_a_start_in_which_memory_is_short(beginning):
    for number in range(1, 30000, 10 * faults.EVERY):
        if not judge(*beginning.start("allocate", number, None)):
            break
    assert 10000 < number < 20000, "from the first line of main to a provider that is known"
