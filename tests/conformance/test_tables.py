"""Tables, tests and code agree; and the guard that says so notices each way in which they would not."""

from dataclasses import replace

import pytest

import trust

from conformance import guard
from conformance.mutations import MUTATIONS, Mutation
from conformance.requirement import Requirement
from conformance.requirements import REQUIREMENTS
from harness import ids

pytestmark = pytest.mark.standins

ROW = Requirement("RFC 9207", "2.4", "iss is compared.", ("tests/hostile/test_answers.py::test_return_leg",))
C_FILE = "tests/unit/liboidc/test_id_token.c"


def none(complaints):
    found = list(complaints)
    assert not found, "\n" + "\n".join(found)


# --- as they are ----------------------------------------------------------------------------------

def test_rows_say_something():
    assert len(REQUIREMENTS) > 200
    none(guard.bad_rows(REQUIREMENTS))


def test_tests_of_the_requirements_exist():
    none(guard.missing_tests({test for row in REQUIREMENTS for test in row.tests}))


def test_citations_of_the_code_and_rows_are_the_same():
    cited = guard.cited_in("liboidc", "server")
    assert sum(map(len, cited.values())) > 40
    none(guard.loose_citations(REQUIREMENTS, cited))


# --- as they must not be --------------------------------------------------------------------------

@pytest.mark.parametrize("rows, words", [
    ([replace(ROW, tests=())], "neither a test nor a reason"),
    ([replace(ROW, tests=ROW.tests * 2)], "named twice"),
    ([replace(ROW, sentence="")], "no specification"),
    ([replace(ROW, reason="Because")], "no sentence"),
    ([ROW, replace(ROW, tests=("tests/x.py::test_y",))], "2 rows say this"),
    ([ROW, replace(ROW, sentence="Another.")], "same tests"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_bad_row(rows, words):
    assert any(words in complaint for complaint in guard.bad_rows(rows))


@pytest.mark.parametrize("test, words", [
    ("tests/hostile/test_answers.py::test_of_yesterday", "collects no"),
    ("tests/hostile/test_yesterday.py::test_return_leg", "collects no"),
    ("tests/hostile/test_answers.py::test_return_leg[of yesterday]", "collects no"),
    ("tests/hostile/test_answers.py", "collects no"),
    (f"{C_FILE}::of_yesterday", "registers no"),
    (f"{C_FILE}::make_keys", "registers no"),
    ("tests/unit/liboidc/test_yesterday.c::the_issuer_is_exact", "registers no"),
])
def test_missing_test(test, words):
    names = frozenset({"tests/hostile/test_answers.py::test_return_leg[code twice]",
                       "tests/x/test_y.py::TestZ::test_it"})
    (complaint,) = guard.missing_tests([test], names)
    assert words in complaint
    none(guard.missing_tests(["tests/hostile/test_answers.py::test_return_leg",
                              "tests/hostile/test_answers.py::test_return_leg[code twice]",
                              "tests/x/test_y.py::TestZ", f"{C_FILE}::the_issuer_is_exact"], names))


def test_unit_test_that_nobody_builds(monkeypatch):
    monkeypatch.setattr(ids, "built", lambda file: False)
    (complaint,) = guard.missing_tests([f"{C_FILE}::the_issuer_is_exact"])
    assert "built by nobody" in complaint


@pytest.mark.parametrize("comment, found", [
    ("/* OpenID Connect Core 1.0, 3.1.3.7, 4 and 5: with several */",
     {("OpenID Connect Core 1.0", "3.1.3.7, 4"), ("OpenID Connect Core 1.0", "3.1.3.7, 5")}),
    ("/* Core 1.0, 3.1.3.7, 9; RFC 7519, 4.1.4: not on\n * or after. */",
     {("OpenID Connect Core 1.0", "3.1.3.7, 9"), ("RFC 7519", "4.1.4")}),
    ("/* RFC 7518, 6.2.2, 6.3.2, 6.4.1: the members */",
     {("RFC 7518", "6.2.2"), ("RFC 7518", "6.3.2"), ("RFC 7518", "6.4.1")}),
    ("/* (RFC 9207\n   * section 2.4) */", {("RFC 9207", "2.4")}),
    ("/* RFC 6749 appendix A.11: a code */", {("RFC 6749", "A.11")}),
    ("/* OpenID Connect Discovery 1.0, 4.3: as\n * a string */", {("OpenID Connect Discovery 1.0", "4.3")}),
    ("/* Discovery 1.0, 4.3 knows no redirects */", {("OpenID Connect Discovery 1.0", "4.3")}),
    ("/* Back-Channel Logout 1.0 (with errata set 1) */", set()),
    ("/* OpenID Connect Back-Channel Logout 1.0, 2.6, 3: sub */",
     {("OpenID Connect Back-Channel Logout 1.0", "2.6, 3")}),
    ("/* JWK Sets (RFC 7517). */", set()),
    ("\"RFC 9207 section 2.4\"", set()),
    ("/* RFC 9110, 5.1: a header */", set()),
])
def test_citation(comment, found):
    assert guard.citations(comment) == found


def test_loose_citation():
    place = {("RFC 9207", "2.4")}
    cited = replace(ROW, code=("liboidc/x.c",))
    none(guard.loose_citations([ROW], {"liboidc/x.c": place}))
    none(guard.loose_citations([cited], {"liboidc/x.c": place}))
    (complaint,) = guard.loose_citations([ROW], {"liboidc/x.c": {("RFC 9207", "2.3")}})
    assert "there is no row" in complaint
    (complaint,) = guard.loose_citations([cited], {"liboidc/x.c": set(), "liboidc/y.c": place})
    assert "it does not" in complaint


# --- mutations ------------------------------------------------------------------------------------

def test_each_row_has_a_test_that_a_mutation_turns_red():
    none(guard.never_red(REQUIREMENTS, MUTATIONS))


def test_row_that_was_never_red():
    case, family = "tests/x.py::test_y[a]", "tests/x.py::test_y"
    mutation = Mutation("name", "file", "b", "c", (case,))
    none(guard.never_red([replace(ROW, tests=(case,)), replace(ROW, tests=(family,)),
                          replace(ROW, tests=(), reason="None.")], [mutation]))
    (complaint,) = guard.never_red([replace(ROW, tests=("tests/x.py::test_y[b]",))], [mutation])
    assert "no mutation" in complaint


def test_tests_of_the_mutations_exist():
    none(guard.missing_tests({test for mutation in MUTATIONS for test in mutation.tests}))


@pytest.mark.parametrize("changes, words", [
    ({"text": "gone"}, "0 times"), ({"text": "a"}, "2 times"), ({"replacement": "b"}, "changes nothing"),
    ({"tests": ()}, "no test"),
])
def test_rotten_mutation(changes, words):
    good = Mutation("name", "file", "b", "c", ("tests/x.py::test_y",))
    none(guard.rotten_mutations([good], lambda file: "a b a"))
    (complaint,) = guard.rotten_mutations([replace(good, **changes)], lambda file: "a b a")
    assert words in complaint
    assert any("have this name" in said for said in guard.rotten_mutations([good, good], lambda file: "b"))


# --- the tables of the neighbours ------------------------------------------------------------------------

def test_tests_of_the_other_tables_exist():
    none(guard.missing_tests({test for table in trust.TABLES for test in table.tests()}))
