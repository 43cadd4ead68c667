"""The children of the tests: what one has written is there for whoever looks, in lines, however it came."""

import sys

import pytest

from harness.process import Process
from harness.wait import wait_until

pytestmark = pytest.mark.standins

WRITES_AND_SAYS_SO = """
import os, sys
for turn in range(500):
    os.write(2, b"line %d\\n" % turn)
    os.mkdir(f"{sys.argv[1]}/{turn}")
"""


def python(program, *words):
    return Process("child", [sys.executable, "-c", program, *words]).start()


def test_what_was_written_before_is_there(tmp_path):
    child = python(WRITES_AND_SAYS_SO, tmp_path)
    for turn in range(500):
        wait_until((tmp_path / str(turn)).exists, f"turn {turn}")
        assert f"line {turn}" in child.stderr
    assert child.wait_exit() == 0
    assert child.stderr == [f"line {turn}" for turn in range(500)]


def test_lines_are_put_together_and_the_last_needs_no_end():
    child = python("import os\nfor part in (b'a', b'b\\n\\n', b'\\xff', b'c'):\n    os.write(1, part)")
    assert child.wait_exit() == 0
    assert (child.stdout, child.stderr) == (["ab", "", "\N{REPLACEMENT CHARACTER}c"], [])
