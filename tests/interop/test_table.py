"""README.md, matrix.py and the drivers agree."""

import re
import sys
from pathlib import Path

import pytest

import trust

from conformance import guard
from interop import matrix
from interop.installation import driver_of
from interop.providers.base import Driver, NotInstalled

pytestmark = pytest.mark.standins
TESTS = (Path(__file__).parent / "test_matrix.py").read_text()


def test_readme_has_the_table():
    _, inside, _ = matrix.parts(matrix.README.read_text())
    assert inside == matrix.table(), f"{sys.executable} {matrix.__file__} --update"


@pytest.mark.parametrize("capability", matrix.CAPABILITIES, ids=lambda each: each.name)
def test_capability_has_its_test(capability):
    """It is parametrised by this very capability, so that a row without a reason is tried."""
    assert re.search(rf'^@able\("{capability.name}"\)\ndef {capability.test}\(', TESTS, re.M)


def test_each_capability_has_a_test_that_a_mutation_turns_red():
    assert not list(guard.never_red(matrix.CAPABILITIES, trust.MUTATIONS))


@pytest.mark.parametrize("row", matrix.PROVIDERS, ids=lambda row: row.name)
def test_row(row):
    assert issubclass(driver_of(row), Driver)
    assert set(row.lacks) <= {each.name for each in matrix.CAPABILITIES}
    assert all(len(reason) > 10 for reason in row.lacks.values())


@pytest.mark.parametrize("row", matrix.PROVIDERS, ids=lambda row: row.name)
def test_version_is_the_one_tried(row):
    """A provider that is installed in another version was not tried as the table says."""
    try:
        found = driver_of(row).version()
    except NotInstalled as problem:
        pytest.skip(f"{row.name}: {problem}")
    assert found.startswith(row.version), f"{row.name} is {found} here: try it, then amend matrix.py"
