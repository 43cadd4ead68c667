"""examples/kubernetes: what the Containerfiles run in the image that builds, run here, in a copy of what git has.

No image is built: that takes a registry to have Debian's from. What is told is that these commands make, out of a
fresh clone, what the Containerfiles copy into their images.
"""

import os
import re
import shutil
import subprocess

import pytest

from harness.process import ROOT, clean_environment

pytestmark = pytest.mark.standins

FOLDER = ROOT / "examples" / "kubernetes"
VERSION = re.search(r"^AC_INIT\(\[[^]]*\],\[([^]]*)\]", (ROOT / "configure.ac").read_text(), re.MULTILINE)[1]
# By Containerfile: the programs of its image, and where the commands leave them.
IMAGES = {"Containerfile": {"oidc-check": "src/oidc-check"},
          "Containerfile.sidecar": {name: f"image/usr/bin/{name}" for name in ("oidc-check", "oidc-sidecar")}}


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """What `COPY . /src` has of a fresh clone. The second image's commands find what the first's have compiled."""
    tmp_path = tmp_path_factory.mktemp("images")
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True,
                            check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            target = tmp_path / "src" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    return tmp_path


def commands(name):
    """Those in the source's folder: what apt-get installs, tests/check/test_examples.py compares."""
    found = re.findall(r"^RUN (.*)$", (FOLDER / name).read_text(), re.MULTILINE)
    (ours,) = [each for each in found if not each.startswith("apt-get ")]
    return ours


@pytest.mark.parametrize("name", IMAGES)
def test_what_is_run_makes_what_is_copied(clone, name):
    """`/image` is a folder beside the source."""
    text = (FOLDER / name).read_text()
    assert "COPY . /src\nWORKDIR /src\nRUN " in text
    done = subprocess.run(["sh", "-euc", commands(name).replace("/image", f"{clone}/image")], cwd=clone / "src",
                          env=clean_environment(MAKEFLAGS=f"-j{os.cpu_count()}", PATH=os.environ["PATH"]),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=1800, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    for program, made in IMAGES[name].items():
        assert re.search(rf"^COPY --from=build /(?:{re.escape(made)}|image/usr) /usr", text, re.MULTILINE)
        said = subprocess.run([clone / made, "--version"], capture_output=True, text=True, timeout=60, check=False,
                              env=clean_environment(LD_LIBRARY_PATH=str(clone / "image/usr/lib")))
        assert said.returncode == 0, said.stderr
        assert f"{program} {VERSION}" in said.stdout, said.stdout
