"""Names of tests as the tables have them, and whether there is such a test.

    tests/hostile/test_x.py::test_y            a test, or a whole parametrised family
    tests/hostile/test_x.py::test_y[case]      one of a family
    tests/hostile/test_x.py::TestX             all of a class
    tests/unit/liboidc/test_x.c::function      a cmocka test that its file registers
"""

import os
import re
import subprocess
from functools import lru_cache

from .process import PYTHON, ROOT


def split(test):
    """(file, what is in it)."""
    file, _, rest = test.partition("::")
    return file, rest


def is_unit(test):
    return split(test)[0].endswith(".c")


def family(test):
    return test.partition("[")[0]


@lru_cache
def collected():
    """All of pytest's tests, relative to the repository; collected by pytest itself."""
    done = subprocess.run([PYTHON, "-m", "pytest", "-p", "no:cacheprovider", "--collect-only", "-q", "tests"],
                          cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
                          env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})
    assert done.returncode == 0, done.stdout + done.stderr
    return frozenset(f"tests/{line}" for line in done.stdout.splitlines() if "::" in line)


def expand(test, names):
    """The single tests that a pytest id stands for."""
    return {name for name in names
            if name == test or name.startswith((f"{test}[", f"{test}::"))}


@lru_cache
def _families(names):
    known = set()
    for name in names:
        known |= {name, family(name), family(name).rpartition("::")[0]}
    return {name for name in known if "::" in name}


@lru_cache
def registered(file):
    """The functions that a C file hands to cmocka."""
    path = ROOT / file
    text = path.read_text() if path.exists() else ""
    return frozenset(re.findall(r"cmocka_unit_test\w*\(\s*(\w+)", text))


@lru_cache
def built(file):
    """Whether make builds the program of that C file."""
    fragment = ROOT / os.path.dirname(file) / "module.mk"
    return fragment.exists() and f"{file[:-2]}\n" in fragment.read_text() + "\n"


def missing(test, names=None):
    """What is wrong with the name, or None."""
    file, rest = split(test)
    if is_unit(test):
        if rest not in registered(file):
            return f"{file} registers no {rest}"
        return None if built(file) else f"{file} is built by nobody"
    if test in _families(collected() if names is None else names):
        return None
    return f"pytest collects no {test}"
