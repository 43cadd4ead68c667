"""Configurations that people published: what the tool says of each is what is true of it."""

import os
from pathlib import Path

import json
import pytest

from harness.process import ROOT

from .wild_verdicts import VERDICTS

pytestmark = pytest.mark.standins

WILD = Path(os.environ.get("OIDC_WILD", ROOT.parent / "shared" / "wild"))


def found(check, name):
    """From standard input: neither the name nor the mode of the file is part of the verdict."""
    done = check.run("--format", "json", "-", stdin=(WILD / name).read_bytes())
    return json.loads(done.stdout)["findings"], done.returncode


@pytest.mark.skipif(not WILD.is_dir(), reason=f"the published configurations are not in {WILD}")
@pytest.mark.parametrize("name", sorted(VERDICTS))
def test_verdict(check, name):
    findings, status = found(check, name)
    said = {severity: [(f["code"], f["line"]) for f in findings if f["severity"] == severity]
            for severity in ("error", "warning", "info")}
    assert {severity: items for severity, items in said.items() if items} == VERDICTS[name]
    assert status == (1 if "error" in VERDICTS[name] else 0)


@pytest.mark.skipif(not WILD.is_dir(), reason=f"the published configurations are not in {WILD}")
def test_every_file_has_a_verdict():
    assert sorted(path.name for path in WILD.iterdir()) == sorted(VERDICTS)
