"""Programs that we did not write: providers, nginx, Chromium, Tomcat."""

import os

import pytest

from interop import matrix
from interop.installation import Installation, driver_of
from interop.providers import oidc_provider
from interop.providers.base import NotInstalled

EVERY = os.environ.get("OIDC_INTEROP") == "all"  # ./dev interop: what is missing is a failure
versions = {}


@pytest.fixture(scope="session")
def node_package():
    return oidc_provider.install()


@pytest.fixture(scope="session")
def installations(tmp_path_factory):
    """Providers by name, each started once and only when a test wants it."""
    made, broken = {}, {}

    def of(row):
        assert row.name not in broken, f"it did not start: {broken[row.name]}"
        if row.name not in made:
            try:
                made[row.name] = Installation(row, tmp_path_factory.mktemp(row.name)).start()
            except Exception as problem:
                broken[row.name] = problem
                raise
        return made[row.name]
    yield of
    for each in made.values():
        each.stop()


@pytest.fixture
def at(request, installations):
    """The installation of the provider that a test names by parameter `row`."""
    row = request.getfixturevalue("row")
    try:
        versions[row.name] = driver_of(row).version()
    except NotInstalled as problem:
        versions[row.name] = None
        (pytest.fail if EVERY else pytest.skip)(f"{row.name}: {problem}; ./dev interop installs it")
    return installations(row)


def pytest_terminal_summary(terminalreporter):
    if versions:
        terminalreporter.section("providers")
        for row in matrix.PROVIDERS:
            if row.name in versions:
                terminalreporter.line(f"{row.name} {versions[row.name] or 'is not installed'}")
