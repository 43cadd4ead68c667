"""The mutations of the stand-in XNAT fit its code, and their tests are there."""

import pytest

from conformance import guard
from standins.mutations import MUTATIONS

pytestmark = pytest.mark.standins


def test_they_fit_the_code():
    assert not list(guard.rotten_mutations(MUTATIONS))


def test_their_tests_exist():
    names = {test for mutation in MUTATIONS for test in mutation.tests}
    assert not list(guard.missing_tests(names))
