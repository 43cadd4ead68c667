"""Pytest's verdict on each test, by the repository's names.

    python3 -m harness.verdicts FILE ID…    runs them, and writes {id: verdict} as JSON
"""

import json
import sys
from pathlib import Path

from . import ids

PASSED, FAILED, ABSENT = "passed", "failed", "not run"


class Recorder:
    """A plugin of pytest's. What fails in set-up or tear-down has failed."""

    def __init__(self):
        self.verdicts = {}

    def pytest_runtest_logreport(self, report):
        name = f"tests/{report.nodeid}"
        if report.failed:
            self.verdicts[name] = FAILED
        elif report.skipped:
            self.verdicts.setdefault(name, ABSENT)
        elif report.when == "call":
            self.verdicts.setdefault(name, PASSED)


def run(tests, options=()):
    """All of them in one run of pytest, in this process and the repository as current folder."""
    import pytest
    families = {test for test in tests if "[" not in test}
    chosen = sorted(test for test in tests if "[" not in test or ids.family(test) not in families)
    recorder = Recorder()
    if chosen:
        pytest.main(["-p", "no:cacheprovider", "-q", "--no-header", *options, *chosen],
                    plugins=[recorder])
    return recorder.verdicts


def main():
    file, *tests = sys.argv[1:]
    Path(file).write_text(json.dumps(run(tests, ["--tb=no", "-r", "N"])))


if __name__ == "__main__":
    main()
