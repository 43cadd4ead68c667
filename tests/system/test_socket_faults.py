"""Calls on sockets that fail: between browser and sidecar, sidecar and XNAT, sidecar and provider.

What is a failure costs who has it their request, and nobody else anything. What is none (a signal
came, a buffer was empty or full, less was moved than could be) costs nobody anything. The log's
descriptor may fail as well: people do not notice.
"""

import errno

import pytest

from harness import faults
from harness.ordeal import Ordeal

# How many of the calls that disturb nobody are left out from one to the next; `./dev faults`: none.
STEP = 1 if faults.EVERY == 1 else 3

LEGS = ("browser", "xnat", "provider")
CALLS = {"browser": ("accept", "receive", "send"),
         "xnat": ("connect", "receive", "send"),
         "provider": ("connect", "receive", "send")}
FAILURES = [(leg, call, error) for leg in LEGS for call in CALLS[leg] for error in faults.ERRORS[call]]
PASSING = [(leg, call, error) for leg in LEGS for call in faults.PASSING
           for error in faults.PASSING[call]]


@pytest.fixture(scope="module")
def ordeal(module_launch, library):
    # One worker has one idle connection to XNAT: whether a new one is needed is no matter of chance.
    made = Ordeal(module_launch(), library, workers=1)
    made.warm_up()
    return made


def port_of(ordeal, leg):
    """The port that is at one end of all of a leg's connections."""
    setup = ordeal.setup
    return {"browser": setup.port, "xnat": setup.xnat.port,
            "provider": int(setup.provider.url.rpartition(":")[2])}[leg]


def undisturbed(ordeal):
    assert ordeal.visit(), "somebody noticed"
    ordeal.try_to_get_in()


@pytest.mark.parametrize("leg, call, error", FAILURES)
def test_a_call_fails(ordeal, held, leg, call, error):
    assert ordeal.sweep(call, error, range(1, 200), port=port_of(ordeal, leg)) > 0, \
        "it was never made"


@pytest.mark.parametrize("leg, call", [(leg, call) for leg in LEGS for call in CALLS[leg]])
def test_a_call_fails_for_a_while(ordeal, held, leg, call):
    assert ordeal.sweep(call, None, range(1, 60, 7), times=20, port=port_of(ordeal, leg)) > 0


@pytest.mark.parametrize("leg, call, error", PASSING)
def test_what_passes_disturbs_nobody(ordeal, held, leg, call, error):
    assert ordeal.sweep(call, error, range(1, 200, STEP), visit=lambda: undisturbed(ordeal),
                        port=port_of(ordeal, leg)) > 0, "it was never made"


@pytest.mark.parametrize("leg, call", [(leg, call) for leg in LEGS for call in faults.PASSING])
def test_byte_by_byte(ordeal, held, leg, call):
    """Everything that is moved on one leg for a while is moved a byte at a time."""
    assert ordeal.sweep(call, faults.SHORT, [1], times=3000, visit=lambda: undisturbed(ordeal),
                        port=port_of(ordeal, leg)) > 0


@pytest.mark.parametrize("error", [errno.EAGAIN, errno.EPIPE, errno.ENOSPC, errno.EIO, faults.SHORT])
def test_the_log_cannot_be_written(ordeal, held, error):
    assert ordeal.sweep("write", error, [1, 2, 3, 5, 8], times=50,
                        visit=lambda: undisturbed(ordeal),
                        descriptor=faults.STANDARD_ERROR) > 0
