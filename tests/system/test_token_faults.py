"""As test_faults.py, where people are handed over by alias tokens: XNAT is asked at each sign-in and
told at each sign-out, by calls that may fail as all others."""

import os

import pytest

from harness import faults
from harness.ordeal import Ordeal

EVERY = int(os.environ.get("OIDC_FAULTS_EVERY", "11"))
SPARE_BLOCKS = 40  # as in test_faults.py


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return faults.build(tmp_path_factory.mktemp("faults"))


@pytest.fixture(scope="module")
def ordeal(module_launch, library, tmp_path_factory):
    file = tmp_path_factory.mktemp("service") / "xnat-admin"
    file.write_text("admin:admin")
    file.chmod(0o600)
    made = Ordeal(module_launch(filter_on=False, options=["--handoff", "xnat-token",
                                                          "--xnat-admin-file", file]), library)
    made.warm_up()
    return made


@pytest.fixture
def held(ordeal):
    """Afterwards all is well, and the process holds what it held before."""
    descriptors = ordeal.sidecar.descriptors()
    yield
    ordeal.is_well()
    ordeal.holds_no_more(descriptors)


@pytest.mark.parametrize("call", ["socket", "connect", "epoll_control"])
def test_a_call_fails(ordeal, held, call):
    assert ordeal.sweep(call, faults.ERRORS[call][0], range(1, 200)) > 0, "it was never made"


def test_an_allocation_fails(ordeal, held):
    assert ordeal.sweep("allocate", None, range(1, 20000, EVERY)) > 0


def test_memory_is_short_for_a_while(ordeal, held):
    assert ordeal.sweep("allocate", None, range(1, 20000, 5 * EVERY), times=40) > 0


def test_nothing_is_left_behind(ordeal, library):
    """Every block of memory is freed on every way out."""
    assert ordeal.sidecar.stop() == 0
    controls = faults.Faults(library, ordeal.setup.folder)
    other = ordeal.new_sidecar(controls, ordeal.setup.port)
    other.start()
    ordeal.warm_up()
    assert other.stop() == 0
    more = ordeal.faults.blocks - controls.blocks
    assert more <= SPARE_BLOCKS, f"{more} blocks of memory were never freed"
