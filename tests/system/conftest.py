"""What calls that fail are tried with: harness/ordeal.py."""

import pytest

from harness import faults


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """The library that lets calls fail; a file of tests makes its `ordeal` with it."""
    return faults.build(tmp_path_factory.mktemp("faults"))


@pytest.fixture
def held(ordeal):
    """Afterwards all is well, and the process holds what it held before."""
    descriptors = ordeal.sidecar.descriptors()
    yield
    ordeal.is_well()
    ordeal.holds_no_more(descriptors)
