"""Child processes whose output is kept, which always end, and which explain themselves on failure."""

import collections
import contextlib
import fcntl
import os
import random
import select
import signal
import socket
import subprocess
import threading
from pathlib import Path

from .wait import wait_until

ROOT = Path(__file__).resolve().parents[2]
PYTHON = "/usr/bin/python3"
TAIL = 60


# Below those that the system gives to whoever asks for any: between our look and the program's bind, a
# provider of the same test, or a connection, could get the port.
PORTS = range(12000, 32000)
_handed_out = collections.deque(maxlen=1000)


def free_port(but=None):
    """A port that is free now, that nobody got from here lately, and another than `but`."""
    while True:
        port = random.choice(PORTS)
        if port == but or port in _handed_out:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _handed_out.append(port)
        return port


def clean_environment(**extra):
    """Ours, without what would configure the program under test or come between loopback peers."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith("OIDC_SIDECAR") and not name.lower().endswith("_proxy")}
    return kept | extra


PIPE_BYTES = 1 << 20  # more than a pipe holds: one read has all that was written before it


class Output:
    """One stream of a child's. Whoever asks for its lines has all that it had written by then."""

    def __init__(self, stream=None):
        self._stream, self._lines, self._rest = stream, [], b""
        self._ended = stream is None
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._keep, daemon=True)
        if stream:
            os.set_blocking(stream.fileno(), False)
            self._reader.start()

    def lines(self):
        with self._lock:
            self._take()
            return list(self._lines)

    @contextlib.contextmanager
    def unread(self, size):
        """While this lasts nobody takes anything, and the pipe holds no more than `size` bytes. Who
        asks for lines meanwhile waits for ever."""
        with self._lock:
            fcntl.fcntl(self._stream.fileno(), fcntl.F_SETPIPE_SZ, size)
            yield

    def wait_end(self, timeout):
        self._reader.join(timeout)

    def _keep(self):
        """A full pipe would stop the child."""
        ready = select.poll()
        ready.register(self._stream, select.POLLIN)
        while not self._ended:
            ready.poll()
            with self._lock:
                self._take()
        self._stream.close()

    def _take(self):
        if self._ended:
            return
        try:
            block = os.read(self._stream.fileno(), PIPE_BYTES)
        except BlockingIOError:
            return
        *whole, self._rest = (self._rest + block).split(b"\n")
        if not block:
            self._ended = True
            whole = [self._rest] if self._rest else []
        self._lines += [line.decode("utf-8", "replace") for line in whole]


class Process:
    """One child. Its lines of output are in `stdout` and `stderr`."""

    running = []  # for the report of a failed test

    def __init__(self, name, argv, environment=None, directory=None):
        self.name = name
        self.argv = [str(word) for word in argv]
        self.environment = environment if environment is not None else clean_environment()
        self.directory = directory
        self._stdout, self._stderr = Output(), Output()
        self.child = None

    @property
    def stdout(self):
        return self._stdout.lines()

    @property
    def stderr(self):
        return self._stderr.lines()

    def log_unread(self, size=4096):
        return self._stderr.unread(size)

    def start(self):
        self.child = subprocess.Popen(self.argv, env=self.environment, cwd=self.directory,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, start_new_session=True)
        self._stdout, self._stderr = Output(self.child.stdout), Output(self.child.stderr)
        Process.running.append(self)
        return self

    @property
    def alive(self):
        return self.child is not None and self.child.poll() is None

    def wait_line(self, beginning, timeout=20):
        """The rest of the first line of standard output that begins like this."""
        def found():
            for line in self.stdout:
                if line.startswith(beginning):
                    return line[len(beginning):] or " "
            assert self.alive, f"{self.name} ended early\n{self.evidence()}"
            return None
        return wait_until(found, f"{self.name} to say {beginning!r}", timeout, self.evidence)

    def wait_exit(self, timeout=15):
        wait_until(lambda: not self.alive, f"{self.name} to exit", timeout, self.evidence)
        for output in (self._stdout, self._stderr):
            output.wait_end(5)
        if self in Process.running:
            Process.running.remove(self)
        return self.child.returncode

    def signal(self, number=signal.SIGTERM):
        self.child.send_signal(number)

    def kill(self):
        """As kill -9 does; all is gone that was not on a disk."""
        self.signal(signal.SIGKILL)
        self.wait_exit()

    def stop(self, timeout=15):
        """Asks it to end, insists if need be. Its exit status; a negative one is a signal."""
        if self.child is None:
            return None
        if self.alive:
            self.child.terminate()
        try:
            self.child.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(self.child.pid, signal.SIGKILL)
        return self.wait_exit()

    def peak_memory(self):
        """Bytes of resident memory at its highest (VmHWM)."""
        return self._status("VmHWM")

    def forget_peak(self):
        """From now on peak_memory() is the highest since now."""
        Path(f"/proc/{self.child.pid}/clear_refs").write_text("5")

    def memory(self):
        return self._status("VmRSS")

    def _status(self, field):
        for line in Path(f"/proc/{self.child.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
        raise AssertionError(f"no {field} for {self.name}")

    def descriptors(self):
        return len(list(Path(f"/proc/{self.child.pid}/fd").iterdir()))

    def evidence(self):
        state = "running" if self.alive else f"exited with {self.child and self.child.returncode}"
        lines = [f"--- {self.name}: {state}: {' '.join(self.argv)}"]
        for label, kept in (("stdout", self.stdout), ("stderr", self.stderr)):
            lines += [f"  {label}: {line}" for line in kept[-TAIL:]]
        return "\n".join(lines)
