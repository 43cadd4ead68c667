"""What was measured, as tables: for the terminal, and with its conditions for RESULTS.md."""

import datetime
import os
import platform
import re
import subprocess
from pathlib import Path

from harness.process import ROOT

from pin import Failed, program

RESULTS = Path(__file__).with_name("RESULTS.md")
PACKAGES = ("libmicrohttpd12", "libcurl4", "libssl3", "libjansson4", "libcjose0", "libc6", "nginx",
            "apache2", "libapache2-mod-auth-openidc", "wrk", "openssl", "curl")


def number(value):
    """Three digits that mean something, thousands apart."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}".replace(",", " ")


def _table(head, lines, texts=1):
    """Markdown that reads as a table before it is rendered, too. The first columns are texts."""
    widths = [max(len(line[column]) for line in [head, *lines]) for column in range(len(head))]

    def text(line):
        cells = [cell.ljust(width) if column < texts else cell.rjust(width)
                 for column, (cell, width) in enumerate(zip(line, widths))]
        return f"| {' | '.join(cells)} |"

    rule = ["-" * width if column < texts else "-" * (width - 1) + ":"
            for column, width in enumerate(widths)]
    return "\n".join([text(head), text(rule), *map(text, lines)]) + "\n"


def comparison(rows):
    lines = []
    for row in rows:
        verdict = {None: "", True: "met", False: "missed"}[row.met]
        lines.append((row.what, f"{number(row.ours.median)} {row.unit}",
                      f"{row.peer.who} {number(row.peer.median)}" if row.peer else "",
                      f"{row.ratio:.2f}" if row.peer else "",
                      row.goal.text if row.goal else "", verdict))
    return _table(("measure", "ours", "peer", "ratio", "goal", ""), lines)


def spread(rows):
    """Every series once: how far its rounds lay apart."""
    lines, seen = [], set()
    for row in rows:
        for series in (row.ours, row.peer):
            if series is None or id(series) in seen or len(series.samples) < 2:
                continue
            seen.add(id(series))
            busy = f"{series.busy:.0%}" if series.busy is not None else ""
            lines.append((row.what, series.who, str(len(series.samples)),
                          number(min(series.values)), number(series.median),
                          number(max(series.values)), busy))
    return _table(("measure", "who", "rounds", "lowest", "median", "highest", "core busy"), lines,
                  texts=2)


# --- conditions -------------------------------------------------------------------------------------

def _said(*argv):
    try:
        return subprocess.run(argv, capture_output=True, text=True, check=True, timeout=20,
                              cwd=ROOT).stdout.strip()
    except (OSError, subprocess.SubprocessError) as problem:
        raise Failed(f"{argv[0]}: {problem}") from None


def _processor():
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    found = re.search(r"(?m)^model name\s*:\s*(.+)$", text)
    return found[1] if found else platform.machine()


def _commit():
    """The checkout that was measured; a release is measured without one."""
    try:
        commit = _said("git", "rev-parse", "--short=12", "HEAD")
        changed = _said("git", "status", "--porcelain", "--untracked-files=no")
    except Failed:
        return "no checkout"
    return f"{commit}, with changes" if changed else commit


def _system():
    release = Path("/etc/os-release").read_text(encoding="utf-8")
    return re.search(r'(?m)^PRETTY_NAME="?([^"\n]+)', release)[1]


def versions(build):
    """(name, version) of everything that took part."""
    flags = re.search(r"(?m)^CFLAGS = (.*)$", (build / "Makefile").read_text(encoding="utf-8"))
    compiler = re.search(r"(?m)^CC = (\S+)", (build / "Makefile").read_text(encoding="utf-8"))[1]
    packages = _said(program("dpkg-query"), "-W", "-f", "${Package} ${Version}\n", *PACKAGES)
    return [("commit", _commit()), ("processor", f"{_processor()}, {os.cpu_count()} cores"),
            ("system", f"{_system()}, Linux {platform.release()}"),
            ("compiler", f"{_said(compiler, '--version').splitlines()[0]}, {flags[1]}"),
            *(tuple(line.split(" ", 1)) for line in packages.splitlines())]


METHOD = """\
How it is measured: one run, loopback, plain HTTP. The server under test has core 0 to itself, with one
worker, process or set of threads; what makes the load and what stands behind the server share core 1.
Contenders alternate, round by round; the figure is the median of the rounds. A run with a single wrong
answer gives no figures. "core busy" is the part of the time in which the server's core worked: below
some 95 % the other core was the limit, and the server can do more than is shown.

- (a) `/oidc/auth` with a session from a real sign-in, 32 connections, beside a libmicrohttpd handler
  that does nothing (`bare_handler.c`). Both get the same bytes; ours answers with the identity headers.
- (b) 32 connections; the upstream is nginx with a small constant answer. nginx is a plain
  `proxy_pass`, it verifies nobody. Apache (event MPM) has mod_auth_openidc as the relying party of the
  same provider with a session from a real sign-in, its sessions in its shared memory cache, which is
  its default.
- (c) one connection; nginx streams (no buffering of requests or answers). Growth is the highest
  resident memory of the whole run over that before the first transfer.
- (d) from before the program is executed, with provider and upstream on loopback; memory after two
  quiet seconds.
- (e) every check of an ID token as AAF's (signature, claims, hash of the access token) beside the bare
  RSA operation of 2048 bits.
"""


def document(rows, build, load_before):
    today = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
    facts = [("date", today), ("load average before", f"{load_before:.2f}"), *versions(build)]
    return f"""# What it costs

Written by `./dev bench`.

{comparison(rows)}
{METHOD}
## How steady it was

{spread(rows)}
## Under which conditions

{_table(("what", "version"), facts, texts=2)}"""
