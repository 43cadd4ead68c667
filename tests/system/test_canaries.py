"""No secret where somebody could find it: command line, environment, pages, metrics, logs at full
length, what an aborted process leaves behind, and memory once a secret has done its work."""

import os
import resource
import signal
import subprocess
import sys

import pytest

from harness import memory
from harness.canaries import HEADERS, KINDS, TOKEN, Run, kinds
from harness.servers import Sidecar
from harness.spellings import parts, spellings
from harness.wait import wait_until

# --- a run in which every secret is known ---------------------------------------------------------


RUNS = [("json", HEADERS), ("text", HEADERS), ("json", TOKEN), ("text", TOKEN)]
of_each_run = pytest.mark.parametrize("run", RUNS, ids="-".join, indirect=True, scope="module")
of_each_kind = pytest.mark.parametrize(
    "run, name", [(each, name) for each in RUNS for name in kinds(each[1])],
    ids=lambda value: value if isinstance(value, str) else "-".join(value), indirect=["run"], scope="module")


@pytest.fixture(scope="module")
def run(request, tmp_path_factory):
    made = Run(tmp_path_factory.mktemp("canaries"), *request.param)
    try:
        yield made.play()
    finally:
        assert made.stop() == 0, made.sidecar.evidence()


def found_in(canary, text):
    return [spelling for spelling, texts in spellings(canary.secret).items()
            if any(each in text for each in texts)]


@of_each_kind
def test_was_in_play(run, name):
    """What was never used could not be found anywhere either."""
    assert run.canaries[name].used, f"{KINDS[name].planted}\n{run.sidecar.evidence()}"


@of_each_kind
def test_is_nowhere(run, name):
    kind, canary = KINDS[name], run.canaries[name]
    places = run.process_places()
    assert b"login_refused" in places["log"] and places["environment"] and places["metrics"]
    assert len(run.answers) > 20
    if kind.logged:
        assert found_in(canary, places.pop("log")), "nobody needs leave for what is not there"
    for place, text in places.items():
        assert not found_in(canary, text), f"in the {place}"
    for answer in run.answers:
        assert not found_in(canary, answer.text(kind.given)), answer.what


# --- memory ---------------------------------------------------------------------------------------

MEMORY_SPELLINGS = ("as it is", "percent-encoded", "base64", "base64url")


def wanted_of(canary, stay):
    """Parts of it in every spelling that may stand nowhere in memory. `stay`: what may."""
    spelled = spellings(canary.secret)
    wanted = {part for spelling in MEMORY_SPELLINGS for text in spelled[spelling]
              for part in parts(text)}
    return [part for part in wanted if not any(part in secret for secret in stay.values())]


@of_each_run
def test_memory_forgets(run):
    """As root reads it: where a secret has done its work, no part of it stands."""
    pid = run.sidecar.child.pid
    stay = {name: canary.secret for name, canary in run.canaries.items() if KINDS[name].stays}
    wanted = {name: wanted_of(canary, stay) for name, canary in run.canaries.items() if not KINDS[name].lingers}
    seen = memory.find(pid, {name: parts(secret) for name, secret in stay.items()})
    assert {name for name, _ in seen} == set(stay), \
        "what has leave to stay is seen, so that the rest would be"
    found = []

    def forgotten():
        """What ends a request runs after its answer was sent."""
        found[:] = memory.find(pid, wanted)
        return not found
    wait_until(forgotten, "memory to forget", 10,
               lambda: "\n".join(f"{name}: {place}" for name, place in found))


# --- what an aborted process leaves, and who may look into a living one ---------------------------

def dumps_core(start, number):
    """Whether a process that ends by a signal leaves a core. `start` gives its Popen."""
    child = start()
    os.kill(child.pid, number)
    _, status = os.waitpid(child.pid, 0)
    child.returncode = -os.WTERMSIG(status)
    return os.WCOREDUMP(status)


def unlimited():
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV], ids=lambda each: each.name)
def test_an_aborted_process_leaves_no_core(launch, tmp_path, number):
    if not dumps_core(lambda: subprocess.Popen(["sleep", "60"], cwd=tmp_path, preexec_fn=unlimited),
                      number):
        pytest.skip("nothing leaves a core on this machine")
    made = launch()
    made.signed_in()
    argv, environment = made.sidecar.argv, made.sidecar.environment
    made.sidecar.stop()

    def start():
        made.sidecar.argv, made.sidecar.environment = argv, environment
        made.sidecar.child = subprocess.Popen(argv, env=environment, cwd=tmp_path,
                                              preexec_fn=unlimited, stderr=subprocess.DEVNULL)
        made.sidecar.wait_answering()
        return made.sidecar.child
    assert not dumps_core(start, number)
    made.sidecar = None


def plainly(argv):
    """A command without the privileges of root, which could look into anything."""
    drop = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    return [*drop, *argv]


def may_read(pid, file):
    reader = [sys.executable, "-c", f"open('/proc/{pid}/{file}', 'rb')"]
    return subprocess.run(plainly(reader), stderr=subprocess.DEVNULL, check=False).returncode == 0


@pytest.mark.parametrize("file", ["mem", "environ"])
def test_the_same_user_cannot_look_inside(launch, file):
    with subprocess.Popen(plainly(["sleep", "60"])) as other:
        allowed = may_read(other.pid, file)
        other.kill()
    if not allowed:
        pytest.skip("nobody may look into another process here")
    made = launch()
    sidecar = Sidecar([made.config_file], made.xnat.url)
    sidecar.argv = plainly(sidecar.argv)
    sidecar.start()
    try:
        refused = not may_read(sidecar.child.pid, file)
    finally:
        assert sidecar.stop() == 0
    assert refused


def test_no_core_whatever_the_system_does_with_them(site):
    """Belt and braces: where cores are piped to a program, the limit does not count, and where
    processes are made dumpable again, the other does not."""
    limits = open(f"/proc/{site.sidecar.child.pid}/limits", encoding="ascii").read()
    line = next(each for each in limits.splitlines() if each.startswith("Max core file size"))
    assert line.split()[4:6] == ["0", "0"], line
