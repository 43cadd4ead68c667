"""What pytest's own report (--junitxml) says, for tests/run.sh.

    python3 -m harness.report FILE    "PASSED FAILED", then a line for each reason to skip tests
"""

import sys
import xml.etree.ElementTree as tree
from collections import Counter


def lines(path):
    """A run without a report has failed."""
    try:
        suite = tree.parse(path).getroot().find("testsuite")
        total, failed, errors, skipped = (
            int(suite.get(word)) for word in ("tests", "failures", "errors", "skipped"))
    except Exception as problem:
        print(f"{path}: {problem}", file=sys.stderr)
        return ["0 1"]
    bad = failed + errors
    reasons = Counter(each.get("message") or "no reason" for each in suite.iter("skipped"))
    return [f"{total - bad - skipped} {bad}",
            *(f"{count} skipped: {reason}" for reason, count in sorted(reasons.items()))]


if __name__ == "__main__":
    print("\n".join(lines(sys.argv[1])))
