"""Calls of the whole process that fail: memory, descriptors, files, sockets, events, threads.

While one call after another fails, people sign in, work, upload and sign out. Each of them may fail
for it; nobody may get in for it, nothing may be forgotten, and the next person signs in as ever.

OIDC_FAULTS_EVERY says which of a round's allocations fail: 1 is each of them, the default every
eleventh. `./dev faults` runs the large sweep.
"""

import http.client
import os
import subprocess
import sys

import pytest

from harness import faults
from harness.process import ROOT, Process
from harness.servers import fetch
from harness.wait import wait_until
from harness.wire import Closed

sys.path.insert(0, str(ROOT / "demo"))
from xnat_test_paths import noise  # noqa: E402

EVERY = int(os.environ.get("OIDC_FAULTS_EVERY", "11"))
SIZE = 60000
FORGED = "forged-by-a-stranger"
ACCIDENTS = (OSError, http.client.HTTPException, Closed, AssertionError)

# Calls of a running sidecar. The others are made while it starts.
RUNNING = ("write", "receive", "send", "accept", "socket", "connect", "epoll_control", "epoll_wait",
           "poll", "socket_option")
STARTING = ("open", "read", "socket", "bind", "listen", "epoll_create", "epoll_control", "event_fd",
            "signal_fd", "random", "thread", "socket_option", "poll", "write")

# What a process may hold more of afterwards: idle connections to the upstream and the provider.
SPARE_DESCRIPTORS = 24
# Blocks of memory that two processes may leave at their ends by chance: what threads of OpenSSL's and
# the resolver's had. A single leak on one way out comes to more in a sweep.
SPARE_BLOCKS = 40


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return faults.build(tmp_path_factory.mktemp("faults"))


class Unacceptable(Exception):
    """What no fault excuses."""


class Bench:
    """A set-up whose sidecar runs under the controls."""

    def __init__(self, setup, library):
        self.setup = setup
        self.faults = faults.Faults(library, setup.folder)
        setup.sidecar.stop()
        setup.sidecar = self.new_sidecar(self.faults, setup.port)
        self.sidecar.start()

    def new_sidecar(self, controls, port, options=()):
        program, environment = faults.bare_program()
        sidecar = self.setup.new_sidecar(port, options)
        sidecar.argv[0] = str(program)
        sidecar.environment |= environment | controls.environment
        return sidecar

    @property
    def sidecar(self):
        return self.setup.sidecar

    # --- a round: what people do, and what somebody tries ------------------------------------------

    def visit(self):
        """Sign-in, a page, a question of forward-auth, an upload, sign-out. Whether all went well."""
        url, browser = self.setup.url, self.setup.browser()
        browser.timeout = 12
        answer = browser.sign_in(url)
        if answer.status not in (302, 303):
            # A sign-in that was refused leaves nothing behind.
            if browser.jar.get(self.setup.session_cookie):
                raise Unacceptable("a session for nobody")
            return False
        good = browser.open(f"{url}/oidc/auth").status == 200
        good &= browser.open(f"{url}/data/projects").status == 200
        page = browser.open(f"{url}/test/body?size={SIZE}&framing=length")
        if page.status == 200 and page.body != b"".join(noise(SIZE)):
            raise Unacceptable("a page arrived otherwise than it was sent")
        upload = browser.script(f"{url}/test/echo", "PUT", b"x" * SIZE)
        if upload.status == 200 and upload.json()["size"] != SIZE:
            raise Unacceptable("an upload arrived in part, and looks whole")
        good &= page.status == 200 and upload.status == 200
        copy = browser.jar.header(url)
        left = browser.open(f"{url}/oidc/sign-out").status == 200
        if left:
            again = self.setup.browser().request("GET", f"{url}/oidc/session", {"Cookie": copy})
            if again.status == 200:
                raise Unacceptable("a signed-out session is still good")
        return good and left

    def try_to_get_in(self):
        """Without a session, with a forged one, with forged headers: never."""
        url = self.setup.url
        for cookie in (None, f"{self.setup.session_cookie}=AAAA",
                       f"{self.setup.session_cookie}={'A' * 400}"):
            headers = {"X-XNAT-OIDC-Username": FORGED, "X_XNAT_OIDC_Assertion": FORGED}
            if cookie:
                headers["Cookie"] = cookie
            for path in ("/oidc/auth", "/oidc/session", "/data/projects"):
                try:
                    answer = self.setup.browser().request("GET", url + path, headers)
                except ACCIDENTS:
                    continue
                ours = path.startswith("/oidc/")
                if ours and answer.status == 200 or answer.header("X-XNAT-OIDC-Username"):
                    raise Unacceptable(f"{path} let a stranger in: {answer.text}")

    def go_round(self):
        """The round under a fault: accidents are fine, but not what must never be."""
        try:
            self.visit()
        except ACCIDENTS:
            pass
        self.try_to_get_in()

    def sweep(self, call, error, numbers, times=1):
        """Fails one call after another until a round makes no more of them."""
        failed = 0
        for number in numbers:
            self.faults.arm(call, number, error, times)
            try:
                self.go_round()
            finally:
                fired = self.faults.disarm()
            assert self.sidecar.alive, f"{call} {number} ({error}) killed it" + \
                self.sidecar.evidence()
            failed += fired > 0
            if not fired:
                break
        return failed

    def is_well(self):
        """A good sign-in works, nobody was let in, and nothing is held that need not be."""
        assert self.visit(), "the next person's sign-in fails"
        forged = [request for request in self.setup.xnat.requests()
                  if FORGED.encode() in request["head"]]
        assert not forged, f"forged headers reached XNAT: {forged[0]['head']}"
        assert fetch(f"{self.sidecar.admin}/healthz")[0] == 200
        for event in self.sidecar.events("login_succeeded"):
            assert event["username"].startswith("aaf_")


@pytest.fixture(scope="module")
def bench(module_launch, library):
    made = Bench(module_launch(), library)
    for _ in range(30):
        assert made.visit()
    return made


@pytest.fixture
def held(bench):
    """Afterwards all is well, and the process holds what it held before."""
    descriptors = bench.sidecar.descriptors()
    yield
    bench.is_well()
    more = bench.sidecar.descriptors() - descriptors
    assert more <= SPARE_DESCRIPTORS, f"{more} descriptors more than before"


@pytest.mark.parametrize("call, error", [(call, error) for call in RUNNING
                                         for error in faults.ERRORS[call]])
def test_a_call_fails(bench, held, call, error):
    assert bench.sweep(call, error, range(1, 200)) > 0, "it was never made"


@pytest.mark.parametrize("call", ["socket", "connect", "accept", "epoll_control", "receive", "send"])
def test_a_call_fails_for_a_while(bench, held, call):
    assert bench.sweep(call, None, range(1, 60, 7), times=20) > 0


def test_an_allocation_fails(bench, held):
    assert bench.sweep("allocate", None, range(1, 20000, EVERY)) > 0


def test_memory_is_short_for_a_while(bench, held):
    assert bench.sweep("allocate", None, range(1, 20000, 5 * EVERY),
                       times=40) > 0


def test_nothing_is_left_behind(bench, library):
    """Every block of memory is freed on every way out: at its end the process has as many as one
    in which nothing failed."""
    assert bench.sidecar.stop() == 0
    controls = faults.Faults(library, bench.setup.folder)
    other = bench.new_sidecar(controls, bench.setup.port)
    other.start()
    for _ in range(30):
        assert bench.visit()
    assert other.stop() == 0
    more = bench.faults.blocks - controls.blocks
    assert more <= SPARE_BLOCKS, f"{more} blocks of memory were never freed"


# --- the beginning ---------------------------------------------------------------------------------


class Beginning:
    """Starts in which a call fails."""

    def __init__(self, setup, library):
        self.setup, self.library = setup, library
        self.bench = Bench.__new__(Bench)
        self.bench.setup = setup

    def start(self, call, number, error, options=()):
        """(whether it fired, exit status or None for one that serves, what it said)"""
        controls = faults.Faults(self.library, self.setup.folder)
        controls.arm(call, number, error)
        sidecar = self.bench.new_sidecar(controls, self.setup.port, options)
        Process.start(sidecar)
        wait_until(lambda: not sidecar.alive or self.answers(sidecar),
                   f"a start with {call} {number} failing to serve or to end", 20,
                   sidecar.evidence)
        fired = controls.disarm() > 0
        try:
            if sidecar.alive:
                self.setup.sidecar = sidecar
                self.is_safe(sidecar)
        finally:
            status = sidecar.stop() if sidecar.alive else sidecar.wait_exit()
        if self.setup.sidecar is sidecar:
            assert status == 0
            return fired, None, ""
        return fired, status, "\n".join(sidecar.stderr + sidecar.stdout)

    @staticmethod
    def answers(sidecar):
        """It is there for good: all of its workers have begun."""
        return any('"event":"started"' in line for line in list(sidecar.stderr))

    def is_safe(self, sidecar):
        """One that started although a call failed verifies as much as any."""
        wait_until(lambda: sidecar.readiness()[0] == 200, "it to be ready", 20, sidecar.evidence)
        self.bench.try_to_get_in()
        assert self.bench.visit()


@pytest.fixture(scope="module")
def beginning(module_launch, library, tmp_path_factory):
    key = tmp_path_factory.mktemp("key") / "assertion.pem"  # XNAT knows it, whoever starts
    subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-out", key], check=True, capture_output=True)
    made = module_launch(options=["--assertion-key-file", key])
    made.sidecar.stop()
    return Beginning(made, library)


def judge(fired, status, said):
    """It serves, or it ends by itself and says why."""
    assert status is None or status == 1, f"it ended with {status}: {said}"
    assert status is None or said.strip(), "it ended without a word"
    return fired


@pytest.mark.parametrize("call", STARTING)
def test_a_start_in_which_a_call_fails(beginning, call):
    for error in faults.ERRORS[call][:1]:
        number = 1
        while judge(*beginning.start(call, number, error)):
            number += 1
            if number > 24:
                break
        assert number > 1, f"{call} is not made at the start"


def test_a_start_in_which_memory_is_short(beginning):
    for number in range(1, 9000, 30 * EVERY):
        if not judge(*beginning.start("allocate", number, None)):
            break
    else:
        number = 9000
    assert number > 1000
