#!/usr/bin/python3
"""Three tables for whoever has to trust this: what the specifications ask, what our peers got wrong, and
which providers it works with; each row with the tests that show it, run here and now.

    ./dev trust            runs the tests that the tables name, and prints how they went
    ./dev trust --table    prints the tables without running anything
    ./dev trust --full     every row, not only the counts

Exits 0 when every row's tests ran and passed (or, with --table, exist).
"""

import argparse
import os
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from conformance.guard import seen_red  # noqa: E402
from harness import ids  # noqa: E402
from harness.verdicts import ABSENT, FAILED, PASSED, run as run_pytest  # noqa: E402
from conformance import mutations as conformance  # noqa: E402
from conformance.requirements import REQUIREMENTS  # noqa: E402
from interop import mutations as interop  # noqa: E402
from interop.matrix import CAPABILITIES, PROVIDERS  # noqa: E402
from security import mutations as security  # noqa: E402
from security.advisories import ADVISORIES  # noqa: E402
from standins import mutations as standins  # noqa: E402

WIDTH = 100
MUTATIONS = conformance.MUTATIONS + interop.MUTATIONS + security.MUTATIONS + standins.MUTATIONS


# --- the tables -----------------------------------------------------------------------------------

@dataclass
class Line:
    """One line of a table: a group of rows."""

    name: str
    rows: int = 0
    reasoned: int = 0  # rows without a test, with a reason
    tests: set = field(default_factory=set)

    def add(self, row):
        self.rows += 1
        self.reasoned += not row.tests
        self.tests |= set(row.tests)


@dataclass(frozen=True)
class Table:
    title: str
    noun: str
    rows: tuple
    group: object  # function(row) → the name of its line
    label: object  # function(row) → what --full prints
    may_be_absent: bool = False  # a provider that is not installed is no failure
    promises: tuple = ()  # (noun, rows): what mutations must turn red, where it is not the rows

    def lines(self):
        lines = {}
        for row in self.rows:
            lines.setdefault(self.group(row), Line(self.group(row))).add(row)
        return list(lines.values())

    def tests(self):
        return {test for row in self.rows for test in row.tests}


TABLES = (
    Table("Requirements of the specifications", "requirement", REQUIREMENTS, lambda row: row.spec,
          lambda row: f"{row.section}  {row.sentence}"),
    Table("Vulnerabilities of our peers, by class", "vulnerability", ADVISORIES, lambda row: row.klass,
          lambda row: f"{row.ident} ({row.project})  {row.cause}"),
    Table("Providers it was tried with", "provider", PROVIDERS, lambda row: row.name,
          lambda row: f"{row.title} {row.version}", may_be_absent=True,
          promises=("capability", CAPABILITIES)),
)


# --- running --------------------------------------------------------------------------------------

def run_units(tests, build):
    """The programs by make check; which of their functions passed stands in their logs."""
    programs = sorted({ids.split(test)[0][:-2] for test in tests})
    if not programs:
        return {}
    subprocess.run(["make", "-C", build, "-s", "check", f"TESTS={' '.join(programs)}"], cwd=ROOT,
                   stdout=subprocess.DEVNULL, check=False)
    verdicts = {}
    for program in programs:
        log = ROOT / build / f"{program}.log"
        text = log.read_text(errors="replace") if log.exists() else ""
        verdicts |= {f"{program}.c::{name}": PASSED if word == "OK" else FAILED
                     for word, name in re.findall(r"^\[ +(OK|FAILED) +\] (\w+)$", text, re.MULTILINE)}
    return verdicts


def run(wanted, build):
    units = {test for test in wanted if ids.is_unit(test)}
    return run_units(units, build) | run_pytest(wanted - units)


def verdict(test, verdicts):
    """Of one id: a family has passed when each of its cases has."""
    if ids.is_unit(test):
        return verdicts.get(test, ABSENT)
    found = {verdicts[name] for name in ids.expand(test, verdicts)}
    return FAILED if FAILED in found else PASSED if found == {PASSED} else ABSENT


# --- printing -------------------------------------------------------------------------------------

def plural(count, noun):
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") else f"{count} {noun}s"


def columns(table, line, outcome):
    """What a line says in numbers."""
    cells = [line.rows, line.reasoned, len(line.tests)]
    if outcome is not None:
        judged = [outcome[test] for test in line.tests]
        cells += [judged.count(word) for word in (PASSED, FAILED, ABSENT)]
    return cells


def print_table(table, outcome):
    heads = ["rows", "no test", "tests"] + ([PASSED, FAILED, ABSENT] if outcome is not None else [])
    lines = table.lines()
    width = WIDTH - 9 * len(heads)
    print(f"\n{table.title}\n{'-' * len(table.title)}")
    print(" " * width + "".join(f"{head:>9}" for head in heads))
    for line in lines:
        cells = columns(table, line, outcome)
        name = textwrap.shorten(line.name, width - 1, placeholder="…")
        print(f"{name:{width}}" + "".join(f"{cell or '·':>9}" for cell in cells))
    total = Line("all")
    for row in table.rows:
        total.add(row)
    print(f"{'all':{width}}" + "".join(f"{cell or '·':>9}" for cell in columns(table, total, outcome)))


def print_rows(table, outcome):
    """Every row with its tests and how they went."""
    group = None
    print(f"\n{table.title}\n{'=' * len(table.title)}")
    for row in table.rows:
        if table.group(row) != group:
            group = table.group(row)
            print(f"\n{group}")
        print(textwrap.fill(table.label(row), WIDTH, initial_indent="  ", subsequent_indent="      "))
        if getattr(row, "reason", ""):
            print(textwrap.fill(f"reason: {row.reason}", WIDTH, initial_indent="      ",
                                subsequent_indent="      "))
        for what, why in getattr(row, "lacks", {}).items():
            print(textwrap.fill(f"without {what}: {why}", WIDTH, initial_indent="      ",
                                subsequent_indent="      "))
        for test in row.tests:
            print(f"      {test}" + (f": {outcome[test]}" if outcome is not None else ""))


def turned_red(table):
    """Of how many of its promises, and of how many there are, a mutation is made for a test."""
    noun, rows = table.promises or (table.noun, table.rows)
    tested = [row for row in rows if row.tests]
    return f"{sum(seen_red(row, MUTATIONS) for row in tested)} of {plural(len(tested), noun)}"


def summary(all_tables, outcome):
    """The last lines: the counts, and whether all is well."""
    print("\nno test: rows that cannot apply to us, or that we do not follow; each says why (--full)\n")
    well = True
    for table in all_tables:
        reasons = sum(not row.tests for row in table.rows)
        words = f"{plural(len(table.rows), table.noun)}, {plural(len(table.tests()), 'test')}"
        if reasons:
            words += f", {reasons} without a test for a reason they give"
        if outcome is not None:
            bad = [test for test in table.tests() if outcome[test] == FAILED
                   or (outcome[test] == ABSENT and not table.may_be_absent)]
            well = well and not bad
            words += "; all is well" if not bad else f"; {len(bad)} FAILED OR DID NOT RUN:"
            words += "".join(f"\n  {outcome[test]}: {test}" for test in sorted(bad))
        print(words)
    print(f"{len(MUTATIONS)} mutations, which ./dev mutants makes one by one, are to turn red tests of "
          + ", ".join(turned_red(table) for table in all_tables))
    return well


def main():
    parser = argparse.ArgumentParser(prog="./dev trust", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", action="store_true", help="run nothing")
    parser.add_argument("--full", action="store_true", help="print every row")
    options = parser.parse_args()
    build = os.environ.get("OIDC_BUILD", "_build")
    os.chdir(ROOT)
    wanted = {test for table in TABLES for test in table.tests()}
    outcome = None
    if not options.table:
        verdicts = run(wanted, build)
        outcome = {test: verdict(test, verdicts) for test in wanted}
    for table in TABLES:
        (print_rows if options.full else print_table)(table, outcome)
    return 0 if summary(TABLES, outcome) else 1


if __name__ == "__main__":
    sys.exit(main())
