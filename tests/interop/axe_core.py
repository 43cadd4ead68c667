"""axe-core, the rules by which accessibility is judged, from npm."""

import shutil
import subprocess

from harness.process import ROOT

from .providers.base import INSTALLED

SOURCE = ROOT / "tests" / "interop" / "axe"
PACKAGE = INSTALLED / "axe"
FILES = ("package.json", "package-lock.json")


def script():
    """Its source, installed outside of the source tree as its lock file says."""
    assert shutil.which("npm"), "npm is missing: ./dev deps"
    PACKAGE.mkdir(parents=True, exist_ok=True)
    stamp = PACKAGE / "installed-from"
    wanted = "".join((SOURCE / name).read_text() for name in FILES)
    if not stamp.exists() or stamp.read_text() != wanted:
        for name in FILES:
            shutil.copy(SOURCE / name, PACKAGE / name)
        done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
                              cwd=PACKAGE, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, f"npm ci failed:\n{done.stdout}\n{done.stderr}"
        stamp.write_text(wanted)
    return (PACKAGE / "node_modules" / "axe-core" / "axe.min.js").read_text()
