#!/usr/bin/python3
"""Spoils the code, check by check, in a copy of the source, and demands that the tests notice.

    ./dev mutants            all of mutations.py in conformance, interop, security and standins
    ./dev mutants WORD…      those whose name or file has one of the words
    ./dev mutants --fit      only says which of them can no longer be made (tests/guards/mutations.sh)

Prints a line a mutation; exits 0 when each turned each of its tests red.
"""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from conformance import guard  # noqa: E402
from conformance import mutations as conformance  # noqa: E402
from harness import ids  # noqa: E402
from harness.verdicts import FAILED  # noqa: E402
from interop import mutations as interop  # noqa: E402
from security import mutations as security  # noqa: E402
from standins import mutations as standins  # noqa: E402

MUTATIONS = (conformance.MUTATIONS + interop.MUTATIONS + security.MUTATIONS
             + standins.MUTATIONS)
PYTHON = "/usr/bin/python3"
UNIT_SECONDS, PYTEST_SECONDS = 300, 900


def call(argv, folder, seconds=600, **environment):
    """(status, output); a program that takes too long has failed."""
    try:
        done = subprocess.run([str(word) for word in argv], cwd=folder, timeout=seconds, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env=os.environ | environment)
    except subprocess.TimeoutExpired:
        return 1, "it took too long"
    return done.returncode, done.stdout.decode(errors="replace")


class Copy:
    """The source a second time, configured and built beside it."""

    def __init__(self, folder):
        self.source, self.build = folder / "source", folder / "build"
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = self._locked(folder / "lock")

    @staticmethod
    def _locked(path):
        """Two runs in one folder would spoil each other's source."""
        lock = path.open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"another run is at work in {path.parent}: wait for it, or set OIDC_BUILD to another folder")
        return lock

    def prepare(self):
        listed = call(["git", "ls-files", "-co", "--exclude-standard", "-z"], ROOT)[1]
        names = {name for name in listed.split("\0") if name and (ROOT / name).exists()}
        for name in names:
            self._copy(name)
        self.build.mkdir(parents=True, exist_ok=True)
        if not (self.build / "Makefile").exists():
            self._must(["autoreconf", "-fi"], self.source)
            self._must([self.source / "configure", "-q"], self.build)
        self._must(["make", "-s", f"-j{os.cpu_count()}"], self.build)

    def _copy(self, name):
        """With its time, so that make does not build anew what is the same."""
        ours, theirs = ROOT / name, self.source / name
        theirs.parent.mkdir(parents=True, exist_ok=True)
        if not theirs.exists() or theirs.read_bytes() != ours.read_bytes():
            shutil.copy(ours, theirs)

    @staticmethod
    def _must(argv, folder):
        status, output = call(argv, folder, 1800)
        if status != 0:
            sys.exit(f"{' '.join(map(str, argv))} failed:\n{output}")

    def spoilt(self, mutation):
        """What of the mutation's tests stayed green: a list; or why they were not run: a text."""
        path = self.source / mutation.file
        whole = path.read_text()
        if whole.count(mutation.text) != 1:
            return "its text is not in the file once"
        try:
            path.write_text(whole.replace(mutation.text, mutation.replacement))
            return self._green(mutation)
        finally:
            path.write_text(whole)

    def _green(self, mutation):
        units = [test for test in mutation.tests if ids.is_unit(test)]
        others = [test for test in mutation.tests if not ids.is_unit(test)]
        programs = sorted({ids.split(test)[0][:-2] for test in units})
        targets = programs + (["oidc-sidecar", "oidc-check"] if others else [])
        status, output = call(["make", "-s", *targets], self.build)
        if status != 0:
            return f"it does not build:\n{output[-1500:]}"
        red = set()
        for program in programs:
            red |= self._red_functions(program)
        green = [test for test in units if test not in red]
        return green + self._green_of_pytest(others)

    def _red_functions(self, program):
        """A program that crashes has failed in the function that it was in, and told of none after."""
        status, output = call([self.build / program], self.build, UNIT_SECONDS,
                              srcdir=str(self.source), FAILALLOC_SKIP="1")
        red = set(re.findall(r"^\[ +FAILED +\] (\w+)$", output, re.MULTILINE))
        begun = re.findall(r"^\[ RUN +\] (\w+)$", output, re.MULTILINE)
        if status != 0 and not red and begun:
            red = {begun[-1]}
        return {f"{program}.c::{name}" for name in red}

    def _green_of_pytest(self, tests):
        if not tests:
            return []
        report = self.build / "verdicts.json"
        report.unlink(missing_ok=True)
        _, output = call([PYTHON, "-m", "harness.verdicts", report, *tests], self.source, PYTEST_SECONDS,
                         PYTHONPATH="tests", OIDC_BUILD=str(self.build),
                         OIDC_SIDECAR=str(self.build / "oidc-sidecar"))
        verdicts = json.loads(report.read_text()) if report.exists() else {}
        if not verdicts:
            print(output[-2000:])
        red = {name for name, verdict in verdicts.items() if verdict == FAILED}
        return [test for test in tests if not ids.expand(test, red)]


def unfit():
    complaints = list(guard.rotten_mutations(MUTATIONS))
    print("".join(f"{complaint}\n" for complaint in complaints), end="")
    return 1 if complaints else 0


def main():
    words = sys.argv[1:]
    if words == ["--fit"]:
        return unfit()
    chosen = sorted((mutation for mutation in MUTATIONS if not words
                     or any(word in f"{mutation.name} {mutation.file}" for word in words)),
                    key=lambda mutation: mutation.file)
    copy = Copy((ROOT / os.environ.get("OIDC_BUILD", "_build")).resolve() / "mutants")
    copy.prepare()
    survived = 0
    for mutation in chosen:
        green = copy.spoilt(mutation)
        survived += bool(green)
        what = f"{mutation.file}: {mutation.name}"
        if not green:
            print(f"red       {what}", flush=True)
        elif isinstance(green, str):
            print(f"BROKEN    {what}: {green}", flush=True)
        else:
            print(f"SURVIVED  {what}" + "".join(f"\n          {test}" for test in green), flush=True)
    print(f"{len(chosen)} mutations, {survived} not noticed as they should be")
    return 1 if survived or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
