"""The table of advisories is whole: every row has its tests, every test a row, SECURITY.md both."""

import ast
import re

import pytest

import trust

from conformance import guard
from harness.process import ROOT
from security import advisories
from security.advisories import ADVISORIES, CLASSES, PEERS
from security.mutations import MUTATIONS

pytestmark = pytest.mark.standins

PUBLISHED = {"oauth2-proxy": 14, "mod_auth_openidc": 19, "vouch-proxy": 1, "cjose": 3, "libmicrohttpd": 6}


def functions(file):
    """Names of the tests in a file, pytest's or cmocka's."""
    text = (ROOT / file).read_text()
    if file.endswith(".c"):
        return set(re.findall(r"cmocka_unit_test\w*\((\w+)", text))
    return {node.name for node in ast.parse(text).body
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize("advisory", ADVISORIES, ids=lambda advisory: advisory.ident)
def test_row(advisory):
    """A row has tests that exist, or a reason why none is needed."""
    assert advisory.tests or advisory.reason
    assert advisory.klass in {each.key for each in CLASSES} and advisory.cause and advisory.project
    for test in advisory.tests:
        file, _, name = test.partition("::")
        assert (ROOT / file).exists() and name in functions(file), test


def test_every_test_of_an_advisory_is_in_a_row():
    named = {test for advisory in ADVISORIES for test in advisory.tests}
    for each in CLASSES:
        file = f"tests/security/{each.file}"
        unnamed = {f"{file}::{name}" for name in functions(file)} - named
        assert not {test for test in unnamed if re.search(r"test_(cve|ghsa|mao|o2p|lib)", test)}


def test_every_file_is_of_a_class():
    files = {file.name for file in (ROOT / "tests" / "security").glob("test_*.py")}
    assert files == {each.file for each in CLASSES} | {"test_table.py"}


def test_no_row_twice():
    idents = [advisory.ident for advisory in ADVISORIES]
    assert len(set(idents)) == len(idents)


def test_all_published_advisories_of_our_peers():
    assert set(PUBLISHED) == set(PEERS)
    for project, count in PUBLISHED.items():
        rows = [each for each in ADVISORIES if each.project == project and each.published]
        assert len(rows) == count, f"{project}: {len(rows)}"


def test_what_cannot_apply_is_the_exception():
    assert sum(bool(advisory.reason) for advisory in ADVISORIES) < len(ADVISORIES) // 10


def test_security_md_has_the_table():
    """python3 tests/security/advisories.py --update writes it."""
    assert (ROOT / "SECURITY.md").read_text(encoding="utf-8") == advisories.document()


def test_tests_of_the_mutations_exist():
    for test in {test for mutation in MUTATIONS for test in mutation.tests}:
        file, _, name = test.partition("::")
        assert name.partition("[")[0] in functions(file), test  # one case of a test, or all


def test_each_advisory_has_a_test_that_a_mutation_turns_red():
    assert not list(guard.never_red(ADVISORIES, trust.MUTATIONS))
