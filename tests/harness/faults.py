"""Makes single calls of a running sidecar fail: tests/support/faults.c, preloaded, and its controls."""

import errno
import mmap
import os
import struct
import subprocess

from .process import ROOT
from .servers import sidecar_program

# In the order of `enum call` in tests/support/faults.c.
CALLS = ("allocate", "open", "read", "write", "receive", "send", "accept", "socket", "connect",
         "bind", "listen", "epoll_create", "epoll_control", "epoll_wait", "poll", "event_fd",
         "signal_fd", "random", "thread", "socket_option")
# Which of a round's allocations fail: each of them (1), every second, …
EVERY = int(os.environ.get("OIDC_FAULTS_EVERY", "11"))

SHORT = -1  # in place of an error: as little as can be is read or written

# What the system may answer to each; the first is what happens when it runs short of something.
ERRORS = {
    "allocate": (errno.ENOMEM,), "open": (errno.EMFILE, errno.ENOENT),
    "read": (errno.EIO, errno.EINTR, SHORT), "write": (errno.EINTR,),
    "receive": (errno.ECONNRESET, errno.ETIMEDOUT),
    "send": (errno.ECONNRESET, errno.EPIPE),
    "accept": (errno.EMFILE, errno.ENFILE, errno.ECONNABORTED, errno.EINTR, errno.ENOBUFS,
               errno.EPERM),
    "socket": (errno.EMFILE, errno.ENFILE, errno.ENOBUFS),
    "connect": (errno.ECONNREFUSED, errno.EADDRNOTAVAIL, errno.ENETUNREACH),
    "bind": (errno.EADDRINUSE,), "listen": (errno.EADDRINUSE,), "epoll_create": (errno.EMFILE,),
    "epoll_control": (errno.ENOMEM, errno.ENOSPC), "epoll_wait": (errno.EINTR,),
    "poll": (errno.EINTR,), "event_fd": (errno.EMFILE,), "signal_fd": (errno.EMFILE,),
    "random": (errno.EINTR, errno.ENOSYS), "thread": (errno.EAGAIN,),
    "socket_option": (errno.ENOBUFS,),
}

# What is no failure, for the caller is to try again: a signal came, a buffer is empty or full. The
# library sees to the event that then follows.
PASSING = {"receive": (errno.EINTR, errno.EAGAIN, SHORT), "send": (errno.EINTR, errno.EAGAIN, SHORT)}

STANDARD_ERROR = 2  # where the log goes

FORMAT = struct.Struct(f"<9i{len(CALLS)}i")


def build(folder):
    """Compiles the library; its path."""
    library = folder / "faults.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-fno-builtin", "-Wall", "-Wextra", "-Werror",
                    "-o", library, ROOT / "tests" / "support" / "faults.c"], check=True)
    return library


def bare_program():
    """The sidecar itself and where its library lies: libtool's wrapper is a shell script, whose
    calls would fail in its stead."""
    program = sidecar_program()
    real = program.parent / ".libs" / program.name
    return (real, {"LD_LIBRARY_PATH": str(real.parent)}) if real.exists() else (program, {})


class Faults:
    """The controls of one process."""

    def __init__(self, library, folder):
        self.path = folder / f"faults-{os.urandom(4).hex()}"
        self.path.write_bytes(FORMAT.pack(-1, *[0] * (8 + len(CALLS))))
        with open(self.path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), FORMAT.size)
        self.environment = {"LD_PRELOAD": str(library), "OIDC_FAULTS": str(self.path)}

    def _put(self, index, value):
        struct.pack_into("<i", self._map, 4 * index, value)

    def _get(self, index):
        return struct.unpack_from("<i", self._map, 4 * index)[0]

    def arm(self, call, number, error=None, times=1, thread=0, port=0, descriptor=0):
        """The number-th call from now (from 1) fails, and `times` in all.

        thread: of the thread that was started as the so-many-th alone. port: on sockets with this
        port at either end alone. descriptor: on this one alone."""
        self._put(0, -1)
        self._put(1, error if error is not None else ERRORS[call][0])
        self._put(2, number)
        self._put(3, times)
        self._put(4, 0)
        self._put(6, thread)
        self._put(7, port or -descriptor)
        self._put(0, CALLS.index(call))

    def shift_clock(self, seconds):
        """From now on the wall clock is so much fast."""
        self._put(8, seconds)

    def disarm(self):
        """@return how many calls failed."""
        self._put(0, -1)
        return self._get(4)

    @property
    def fired(self):
        return self._get(4)

    @property
    def blocks(self):
        """Blocks of memory that were allocated and are not freed."""
        return self._get(5)

    def count(self, call):
        return self._get(9 + CALLS.index(call))
