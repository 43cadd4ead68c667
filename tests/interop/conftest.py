"""Programs that we did not write: a certified provider, nginx, Chromium."""

import shutil
import subprocess
from pathlib import Path

import pytest

from harness.process import ROOT

HERE = Path(__file__).resolve().parent
PACKAGE = HERE / "oidc-provider"
BUILD = ROOT / "_build" / "interop" / "oidc-provider"
FILES = ("package.json", "package-lock.json", "server.js")


@pytest.fixture(scope="session")
def node_package():
    """The package, installed outside of the source tree as its lock file says."""
    assert shutil.which("node") and shutil.which("npm"), "nodejs and npm are missing: ./dev deps"
    BUILD.mkdir(parents=True, exist_ok=True)
    stamp = BUILD / "installed-from"
    wanted = "".join((PACKAGE / name).read_text() for name in FILES[:2])
    for name in FILES:
        shutil.copy(PACKAGE / name, BUILD / name)
    if not stamp.exists() or stamp.read_text() != wanted:
        done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
                              cwd=BUILD, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, f"npm ci failed:\n{done.stdout}\n{done.stderr}"
        stamp.write_text(wanted)
    return BUILD
