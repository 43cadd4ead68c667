"""Who runs on which core: the server under test has one to itself, everything else shares the other."""

import os
import shutil

SERVER_CORE, OTHER_CORE = 0, 1


class Failed(Exception):
    """The measurements cannot go on, or cannot be believed; the text says why."""


def program(name):
    """The path of an installed program; daemons live where users seldom look."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    found = shutil.which(name, path=path)
    if not found:
        raise Failed(f"{name} is not installed; run ./dev deps")
    return found


def on_core(core, argv):
    """A command line that runs another one pinned, and ends it when we are gone, however we went."""
    return [program("taskset"), "--cpu-list", str(core), program("setpriv"), "--pdeathsig", "TERM",
            *(str(word) for word in argv)]


def leave_server_core():
    """Moves ourselves to the other core; what we start through on_core() goes where it is told."""
    missing = {SERVER_CORE, OTHER_CORE} - os.sched_getaffinity(0)
    if missing:
        raise Failed(f"cores {SERVER_CORE} and {OTHER_CORE} are needed, {missing} cannot be used")
    os.sched_setaffinity(0, {OTHER_CORE})


def busy_seconds(core):
    """Seconds that a core has worked since the machine started, for whomever."""
    with open("/proc/stat", encoding="ascii") as file:
        for line in file:
            name, *ticks = line.split()
            if name == f"cpu{core}":
                user, nice, system, _idle, _wait, hard, soft = map(int, ticks[:7])
                return (user + nice + system + hard + soft) / os.sysconf("SC_CLK_TCK")
    raise Failed(f"/proc/stat does not know core {core}")
