"""What the README shows of oidc-check is what it prints."""

import re

import pytest

from harness.process import ROOT

from .conftest import GOOD

pytestmark = pytest.mark.standins


def test_the_example(check):
    block = re.search(r"^    \$ (oidc-check .*)\n((?:    .*\n|\n)*)", (ROOT / "README.md").read_text(),
                      re.MULTILINE)
    _, name = block.group(1).split()
    shown = re.sub(r"^    ", "", block.group(2), flags=re.MULTILINE).rstrip("\n")
    done = check.run(check.write(GOOD.replace("aaf.clientId=", "aaf.clientID="), name).name)
    assert done.stdout.decode().rstrip("\n") == shown
