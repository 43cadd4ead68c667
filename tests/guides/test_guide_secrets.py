"""What every guide's commands owe to keys and passwords: nobody else can read the files that they write them into."""

import re

import pytest

from harness import guide
from harness.process import ROOT

GUIDES = sorted(str(each.relative_to(ROOT)) for each in [ROOT / "README.md", *(ROOT / "examples").rglob("README.md")])
WRITES = re.compile(r">>? *(\S*/)?(session\.key|session\.key\.new|xnat-admin|environment)(?![\w.])")
MAKES = re.compile(r"openssl genpkey .*-out ")
# Into the file that is there, which keeps its permissions.
KEEPS = re.compile(r"cat (\S+)\.new > \1$")
NOBODY = re.compile(r"(^|\()umask 077( |$)")


def commands(block):
    """Line by line; continued ones as one."""
    return re.sub(r"(\\|\|\||&&)\n\s*", r"\1 ", block).replace("\\ ", "").splitlines()


def careless(block):
    """Commands that write a secret for whoever likes to read it."""
    found, for_all = [], True
    for each in commands(block):
        if (WRITES.search(each) or MAKES.search(each)) and for_all and not NOBODY.search(each.partition(">")[0]) \
                and not KEEPS.match(each):
            found.append(each)
        for_all = for_all and each != "umask 077"
    return found


@pytest.mark.standins
@pytest.mark.parametrize("name", GUIDES)
def test_secrets_are_nobody_elses(name):
    assert [each for block in guide.blocks(ROOT / name) for each in careless(block)] == []


@pytest.mark.standins
@pytest.mark.parametrize("block, found", [
    ("openssl rand -base64 32 > session.key", 1), ("(umask 077 && openssl rand -base64 32 > session.key)", 0),
    ("umask 077\ntest -s /etc/k || openssl rand -hex 8 >> /etc/session.key", 0),
    ("test -s /etc/session.key ||\n    openssl rand -hex 8 > /etc/session.key", 1),
    ("(umask 022 && openssl rand -hex 8 > session.key)", 1), ("openssl genpkey -algorithm EC -out /etc/key.pem", 1),
    ("(umask 077 && printf a=%s x \\\n    > /etc/environment)", 0), ("tac session.key > session.key.new", 1),
    ("cat session.key.new > session.key", 0), ("cat other.new > session.key", 1)])
def test_what_is_careless(block, found):
    assert len(careless(block)) == found
