"""What ./dev trust says of the tests, and when it is content."""

import contextlib
import io
from dataclasses import replace

import pytest

import trust
from conformance.requirement import Requirement
from harness.verdicts import ABSENT, FAILED, PASSED

pytestmark = pytest.mark.standins

FAMILY, ONE, OTHER = "tests/x.py::test_y", "tests/x.py::test_y[1]", "tests/x.py::test_y[2]"
UNIT = "tests/unit/x/test_x.c::it_holds"
ROW = Requirement("RFC 1", "1", "It holds.", (FAMILY,))


@pytest.mark.parametrize("test, verdicts, word", [
    (ONE, {ONE: PASSED, OTHER: FAILED}, PASSED),
    (FAMILY, {ONE: PASSED, OTHER: PASSED}, PASSED),
    (FAMILY, {ONE: PASSED, OTHER: FAILED}, FAILED),
    (FAMILY, {ONE: PASSED, OTHER: ABSENT}, ABSENT),
    (FAMILY, {"tests/x.py::test_yes": PASSED}, ABSENT),
    (FAMILY, {}, ABSENT),
    (UNIT, {UNIT: PASSED}, PASSED),
    (UNIT, {UNIT: FAILED}, FAILED),
    (UNIT, {}, ABSENT),
])
def test_verdict(test, verdicts, word):
    assert trust.verdict(test, verdicts) == word


def table(**more):
    return trust.Table("Title", "requirement", (ROW,), lambda row: row.spec, lambda row: row.sentence, **more)


@pytest.mark.parametrize("word, may_be_absent, well", [
    (PASSED, False, True), (FAILED, False, False), (ABSENT, False, False),
    (PASSED, True, True), (FAILED, True, False), (ABSENT, True, True),
])
def test_content(capsys, word, may_be_absent, well):
    assert trust.summary([table(may_be_absent=may_be_absent)], {FAMILY: word}) is well
    assert (f"{word}: {FAMILY}" in capsys.readouterr().out) is not well


def test_functions_of_a_unit_program(tmp_path, monkeypatch):
    """As cmocka tells them; a program that ended early tells of none after."""
    (tmp_path / "tests" / "unit").mkdir(parents=True)
    (tmp_path / "tests" / "unit" / "test_x.log").write_text(
        "[ RUN      ] one\n[       OK ] one\n[ RUN      ] two\n[  FAILED  ] two\n[ RUN      ] three\n")
    monkeypatch.setattr(trust, "ROOT", tmp_path)
    monkeypatch.setattr(trust.subprocess, "run", lambda *_, **__: None)
    file = "tests/unit/test_x.c"
    assert trust.run_units({f"{file}::one"}, ".") == {f"{file}::one": PASSED, f"{file}::two": FAILED}


def test_it_fits_a_terminal():
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        for each in trust.TABLES:
            trust.print_table(each, dict.fromkeys(each.tests(), PASSED))
            trust.print_rows(replace(each, rows=each.rows[:60]), None)
    text = out.getvalue()
    assert "OpenID Connect Core 1.0" in text and "3.1.3.7, 3  aud names the client." in text
    long = [line for line in text.splitlines() if len(line) > trust.WIDTH and "tests/" not in line]
    assert not long, long
