"""What the README shows of oidc-check is what it prints, and what it says to type works."""

import os
import re
import subprocess

import pytest

from harness import guide
from harness.process import ROOT, clean_environment
from harness.servers import sidecar_program

from .conftest import GOOD

pytestmark = pytest.mark.standins


def test_the_example(check):
    block = re.search(r"^    \$ (oidc-check .*)\n((?:    .*\n|\n)*)", (ROOT / "README.md").read_text(),
                      re.MULTILINE)
    _, name = block.group(1).split()
    shown = re.sub(r"^    ", "", block.group(2), flags=re.MULTILINE).rstrip("\n")
    done = check.run(check.write(GOOD.replace("aaf.clientId=", "aaf.clientID="), name).name)
    assert done.stdout.decode().rstrip("\n") == shown


def test_running_it(check, tmp_path):
    """Once it is installed, as ./dev build and make install do: from a key to a checked configuration."""
    first, commands = guide.block(ROOT / "README.md", "./dev build && ").split("\n", 1)
    assert first == "./dev build && make -C _build install"
    root = tmp_path / "machine"
    auth = root / "etc/oidc-sidecar/auth"
    programs = tmp_path / "bin"
    for folder in (auth, programs):
        folder.mkdir(parents=True)
    (programs / "oidc-sidecar").symlink_to(sidecar_program())
    check.write(GOOD).rename(auth / "openid-provider.properties")
    script = re.sub(r"(?<![\w/])/(etc|data)/", rf"{root}/\1/", commands)
    done = subprocess.run(["sh", "-euc", script], capture_output=True, text=True, timeout=60, check=False,
                          env=clean_environment(PATH=f"{programs}:{os.environ['PATH']}"))
    assert (done.returncode, done.stdout) == (0, "The configuration is fine.\n"), done.stderr


def test_what_it_needs_where_it_was_not_built():
    """That is what the image has."""
    image = (ROOT / "examples/kubernetes/Containerfile.sidecar").read_text()
    *_, packages = re.findall(r"--no-install-recommends \\\n\s*(.*?) \\\n", image)
    assert guide.block(ROOT / "README.md", "apt-get install ") == f"apt-get install {packages}"
