"""./dev: what people see of it first."""

import os
import shutil
import subprocess

import pytest

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


@pytest.mark.parametrize("verb, wanted", [
    # the first commands of README.md that follow it: a session key, and asking a provider
    ("build", {"build-essential", "openssl", "ca-certificates"}),
    ("demo", {"build-essential", "ca-certificates", "python3"}),
])
def test_a_bare_machine_gets_what_comes_next(tmp_path, verb, wanted):
    """On a machine without any package: apt-get is asked for them, and here goes no further."""
    for name, lines in {"dpkg-query": "exit 1", "sudo": 'exec "$@"',
                        "apt-get": f'echo "$@" >>{tmp_path}/asked; [ "$1" = update ]'}.items():
        file = tmp_path / "bin" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\n{lines}\n")
        file.chmod(0o755)
    done = subprocess.run([ROOT / "dev", verb], check=False, capture_output=True, timeout=60,
                          env=os.environ | {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"})
    update, install = (tmp_path / "asked").read_text().splitlines()
    assert done.returncode != 0 and update.startswith("update") and wanted <= set(install.split())


def test_what_was_skipped_is_said_before_the_last_line(tmp_path):
    """Of tests of their own, in a checkout that has nothing to build."""
    for name in ("run.sh", "harness/__init__.py", "harness/report.py"):
        (tmp_path / "tests" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "tests" / name, tmp_path / "tests" / name)
    (tmp_path / "tests" / "test_some.py").write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('way', ['', '', 'no moon', 'no tide', 'no tide'])\n"
        "def test_it(way):\n    if way:\n        pytest.skip(way)\n"
        "def test_fails():\n    assert False\n")
    (tmp_path / "bin").mkdir()
    for name in ("configure", "bin/make"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run([tmp_path / "tests" / "run.sh", "_build", "system"], check=False, timeout=60,
                          env=os.environ | {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"},
                          capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines()[-4:] == ["1 skipped: no moon", "2 skipped: no tide",
                                             "failed: system: 1 of pytest's", "2 passed, 1 failed"]
