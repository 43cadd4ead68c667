"""./dev: what people see of it first."""

import os
import subprocess

from harness.process import ROOT


def test_a_first_build_says_what_it_does_and_no_more(tmp_path):
    """Nothing of automake's and configure's, whose warnings would be about our own files. Of make only
    what it would run is made: that what is run is quiet is the compiler's business."""
    files = subprocess.run(["git", "ls-files", "-z", "--cached", "--others",
                            "--exclude-standard"], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["sh", "-c", 'tar --null -T - -cf - | tar -x -C "$0"', tmp_path], cwd=ROOT,
                   input=files, check=True, timeout=60)
    clean = {name: value for name, value in os.environ.items() if name != "OIDC_BUILD"}
    done = subprocess.run([tmp_path / "dev", "build"], cwd=tmp_path, env=clean | {"MAKEFLAGS": "n"},
                          capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "_build" / "Makefile").exists()
    assert done.stderr == ""
    assert done.stdout == "== building everything in _build, which takes a minute or two\n"
