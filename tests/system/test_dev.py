"""./dev: what people see of it first."""

import os
import shutil
import subprocess

import pytest

from harness.process import ROOT


def programs(folder, lines):
    """Of each name there, a shell script of these lines."""
    (folder / "bin").mkdir()
    for name, text in lines.items():
        file = folder / "bin" / name
        file.write_text(f"#!/bin/sh\n{text}\n")
        file.chmod(0o755)


def before_all(folder):
    """An environment in which those programs come before the machine's."""
    return os.environ | {"PATH": f"{folder}/bin:{os.environ['PATH']}"}


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
    programs(tmp_path, {"dpkg-query": "exit 1", "sudo": 'exec "$@"',
                        "apt-get": f'echo "$@" >>{tmp_path}/asked; [ "$1" = update ]'})
    done = subprocess.run([ROOT / "dev", verb], check=False, capture_output=True, timeout=60,
                          env=before_all(tmp_path))
    update, install = (tmp_path / "asked").read_text().splitlines()
    assert done.returncode != 0 and update.startswith("update") and wanted <= set(install.split())


STAGES = ["unit", "sanitizers", "coverage", "valgrind", "installed", "distcheck", "system"]


@pytest.mark.parametrize("stages", [["sytem"], ["unit", "sytem"], ["unit sanitizers"], [""], ["-x"]])
def test_a_misspelt_stage_is_told_before_anything_is_installed(tmp_path, stages):
    """Passed over, it would end as a run in which every test went well."""
    programs(tmp_path, {name: f'echo "$0 $@" >>{tmp_path}/called; exit 1'
                        for name in ("dpkg-query", "sudo", "apt-get", "make")})
    done = subprocess.run([ROOT / "dev", "test", *stages], check=False, capture_output=True, text=True,
                          env=before_all(tmp_path), timeout=60)
    assert done.returncode == 2 and not (tmp_path / "called").exists()
    assert done.stderr == f"./dev test: there is no stage '{stages[-1]}', so nothing was run; " \
        f"there are: {' '.join(STAGES)}\n"


def test_the_stages_are_told():
    done = subprocess.run([ROOT / "dev", "help"], check=True, capture_output=True, text=True, timeout=60)
    for text in (done.stdout, (ROOT / "tests" / "README.md").read_text()):
        assert ", ".join(STAGES) in text


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
    programs(tmp_path, {"make": "", "../configure": ""})
    done = subprocess.run([tmp_path / "tests" / "run.sh", "_build", "system"], check=False, timeout=60,
                          env=before_all(tmp_path),
                          capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines()[-4:] == ["1 skipped: no moon", "2 skipped: no tide",
                                             "failed: system: 1 of pytest's", "2 passed, 1 failed"]
