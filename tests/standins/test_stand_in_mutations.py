"""The tests that the mutations of the stand-in XNAT are to turn red are there."""

import pytest

from conformance import guard
from standins.mutations import MUTATIONS

pytestmark = pytest.mark.standins


def test_their_tests_exist():
    names = {test for mutation in MUTATIONS for test in mutation.tests}
    assert not list(guard.missing_tests(names))
