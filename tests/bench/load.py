"""Load from outside: many small requests by wrk, single large bodies by curl.

A figure is given only where every answer was the right one; anything else raises Failed.
"""

import json
import re
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pin import OTHER_CORE, SERVER_CORE, Failed, busy_seconds, on_core, program

CONNECTIONS = 32
SUMMARY = Path(__file__).with_name("summary.lua")
ANSWER_LIMIT = 64 * 1024
# What wrk has counted of answers that were under way when it stopped; and how much shorter a right answer
# may be under load: Apache leaves Keep-Alive out when it is short of workers, and cookies that were renewed
# alone are not renewed again.
LONGER, SHORTER = 1.02, 0.6
GRACE = 20  # seconds beyond the expected after which a tool is given up
TRANSFER_LIMIT = 60


@dataclass(frozen=True)
class Sample:
    """What one round gave, and which part of its time the core of the server under test worked."""

    value: float
    busy: float = None


@dataclass(frozen=True)
class Target:
    """A request to one server. `says` is in every right answer to it."""

    port: int
    path: str
    headers: tuple  # of (name, value)
    says: str

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}{self.path}"

    @property
    def header_options(self):
        return [word for name, value in self.headers for word in ("-H", f"{name}: {value}")]


def run(argv, limit, core=OTHER_CORE):
    """A tool's standard output."""
    argv = [str(word) for word in argv]
    name = Path(argv[0]).name
    try:
        done = subprocess.run(on_core(core, argv), stdin=subprocess.DEVNULL, timeout=limit,
                              capture_output=True, text=True, check=False)
    except subprocess.TimeoutExpired:
        raise Failed(f"{name} was not done within {limit} s: {' '.join(argv)}") from None
    if done.returncode != 0:
        raise Failed(f"{name} ended with {done.returncode}: {done.stderr}{done.stdout}")
    return done.stdout


# --- small requests ---------------------------------------------------------------------------------

def probe(target):
    """Asks once and looks closely. The size of the whole answer in bytes."""
    lines = [f"GET {target.path} HTTP/1.1", *(f"{name}: {value}" for name, value in target.headers)]
    if not any(name == "Host" for name, _ in target.headers):
        lines.insert(1, f"Host: 127.0.0.1:{target.port}")
    with socket.create_connection(("127.0.0.1", target.port), GRACE) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        answer = _read_answer(connection, target)
    if not answer.startswith(b"HTTP/1.1 200 ") or target.says.encode() not in answer:
        raise Failed(f"{target.url} did not answer 200 with {target.says!r}:\n"
                     f"{answer.decode('latin-1')}")
    if re.search(rb"(?im)^connection:.*close", answer.partition(b"\r\n\r\n")[0]):
        raise Failed(f"{target.url} ends its connection after an answer: the making of connections "
                     "would be measured")
    return len(answer)


def _read_answer(connection, target):
    """Exactly one answer with a Content-Length."""
    answer, end = b"", None
    while end is None or len(answer) < end:
        piece = connection.recv(ANSWER_LIMIT)
        answer += piece
        head, blank, _ = answer.partition(b"\r\n\r\n")
        if blank and end is None:
            length = re.search(rb"(?im)^content-length:[ \t]*(\d+)", head)
            end = len(head) + len(blank) + int(length[1]) if length else ANSWER_LIMIT + 1
        if not piece or len(answer) > (end or ANSWER_LIMIT):
            raise Failed(f"{target.url} did not give one answer with a Content-Length:\n"
                         f"{answer[:2000].decode('latin-1')}")
    return answer


def requests_per_second(target, seconds):
    """wrk over persistent connections, one request at a time on each."""
    size = probe(target)
    before = busy_seconds(SERVER_CORE)
    output = run([program("wrk"), "--threads", "1", "--connections", str(CONNECTIONS),
                  "--duration", f"{seconds}s", "--script", str(SUMMARY),
                   *target.header_options, target.url], seconds + GRACE)
    busy = busy_seconds(SERVER_CORE) - before
    figures = json.loads(output.strip().splitlines()[-1])
    _believe(target, figures, size)
    probe(target)
    elapsed = figures["microseconds"] / 1e6
    return Sample(figures["requests"] / elapsed, min(busy / elapsed, 1))


def _believe(target, figures, size):
    """wrk counts statuses of 400 and more; other wrong answers show in how long they are."""
    if any(figures["errors"].values()) or figures["requests"] == 0:
        raise Failed(f"{target.url}: bad answers under load: {figures}")
    mean = figures["bytes"] / figures["requests"]
    if not SHORTER <= mean / size <= LONGER:
        raise Failed(f"{target.url}: answers of {mean:.1f} bytes under load, {size} alone")


# --- large bodies -----------------------------------------------------------------------------------

def _curl(url, cookie, *options):
    """curl without anything between it and loopback; what it wrote, and how it went."""
    output = run([program("curl"), "-q", "--silent", "--show-error", "--noproxy", "*",
                   "--cookie", cookie, "--write-out",
                   "\n%{http_code} %{size_download} %{time_total}", *options, url], TRANSFER_LIMIT)
    body, _, line = output.rpartition("\n")
    status, size, elapsed = line.split()
    if status != "200":
        raise Failed(f"{url} answered {status}: {body}")
    return body, int(size), float(elapsed)


def download(url, cookie, size):
    """Megabytes a second of one download."""
    before = busy_seconds(SERVER_CORE)
    _, got, elapsed = _curl(url, cookie, "--output", "/dev/null")
    busy = busy_seconds(SERVER_CORE) - before
    if got != size:
        raise Failed(f"{url} gave {got} bytes of {size}")
    return Sample(size / elapsed / 1e6, min(busy / elapsed, 1))


def upload(url, cookie, file, size):
    """Megabytes a second of one upload. The other end answers with how many bytes it got."""
    before = busy_seconds(SERVER_CORE)
    # No asking first: a whole upload is measured, not who grants it how fast.
    said, _, elapsed = _curl(url, cookie, "--header", "Expect:", "--upload-file", str(file))
    busy = busy_seconds(SERVER_CORE) - before
    if said.strip() != str(size):
        raise Failed(f"{url}: {size} bytes were sent, {said.strip()!r} came")
    return Sample(size / elapsed / 1e6, min(busy / elapsed, 1))
