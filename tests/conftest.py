"""Fixtures of all the tests, and process logs in the report of a failed one."""

import pytest

from harness.process import Process
from harness.servers import Sidecar, sidecar_program
from harness.setup import Setup


def pytest_configure(config):
    config.addinivalue_line("markers", "standins: needs no oidc-sidecar")


def pytest_collection_modifyitems(items):
    """Without the program under test every test would fail with the same words."""
    needed = any(not item.get_closest_marker("standins") for item in items)
    if needed and not sidecar_program().exists():
        raise pytest.UsageError(f"{sidecar_program()} is not built; run ./dev build")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for process in list(Process.running):
            report.sections.append((f"process {process.name}", process.evidence()))


@pytest.fixture(scope="session", autouse=True)
def no_process_is_left():
    yield
    for process in list(Process.running):
        process.stop()
    assert not Sidecar.reported, "\n".join(Sidecar.reported)


@pytest.fixture(autouse=True)
def no_sanitizer_reports():
    """Nor of a sidecar that a test ended without asking how it ended."""
    yield
    reported = "\n".join(Sidecar.reported)
    Sidecar.reported.clear()
    assert not reported, reported


def _maker(folder):
    made = []

    def make(**settings):
        ready = settings.pop("ready", True)
        setup = Setup(folder, **settings)
        made.append(setup)
        return setup.start(ready)
    return make, made


def _stop_all(made):
    """Whatever a test did, the sidecar must have lived through it and end cleanly."""
    ends = [(setup, setup.stop()) for setup in made]
    for setup, status in ends:
        assert status in (0, None), f"it ended with {status}\n{setup.sidecar.evidence()}"


@pytest.fixture
def launch(tmp_path):
    """Makes set-ups for one test."""
    make, made = _maker(tmp_path)
    yield make
    _stop_all(made)


@pytest.fixture(scope="module")
def module_launch(tmp_path_factory):
    """Makes set-ups for all the tests of a file."""
    make, made = _maker(tmp_path_factory.mktemp("setup"))
    yield make
    _stop_all(made)


@pytest.fixture(scope="module")
def site(module_launch):
    """The usual set-up, shared by the tests of a file: none may leave a trace others would notice."""
    return module_launch()
