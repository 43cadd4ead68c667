#!/usr/bin/python3
"""Measures oidc-sidecar and its peers in one run: ./dev bench. Asserts no figure.

    tests/bench/run.py                writes tests/bench/RESULTS.md, in some four minutes
    tests/bench/run.py --quick        short rounds, to see that it works; writes nothing
    tests/bench/run.py --only a,d     some of the measures; writes nothing

OIDC_BUILD names the build directory, from the root of the repository (default: _build).
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from harness.process import Process  # noqa: E402: found by the path above

import measures  # noqa: E402
import report  # noqa: E402
from pin import Failed, leave_server_core  # noqa: E402

RUN_LIMIT = 300
BUILD_LIMIT = 300
PROGRAMS = ("oidc-sidecar", "tests/bench/bare_handler", "tests/bench/sink",
            "tests/bench/verify_id_token")
# Somebody else's work on our cores would be measured as well.
QUIET_LOAD = 0.5


def build_directory():
    build = (ROOT / os.environ.get("OIDC_BUILD", "_build")).resolve()
    if not (build / "Makefile").is_file():
        raise Failed(f"{build} is not configured; run ./dev build")
    return build


def build_programs(build):
    done = subprocess.run(["make", "-s", "-C", str(build), *PROGRAMS], timeout=BUILD_LIMIT,
                          stdout=sys.stderr, check=False)
    if done.returncode != 0:
        raise Failed("the programs to measure cannot be built")


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="short rounds, nothing is written")
    parser.add_argument("--only", metavar="a,b", type=lambda text: text.split(","),
                        default=list(measures.MEASURES), help="some of the measures")
    options = parser.parse_args(arguments)
    unknown = set(options.only) - set(measures.MEASURES)
    if unknown:
        parser.error(f"there is no measure {', '.join(sorted(unknown))}")
    return options


def measure(build, folder, options):
    bench = measures.Bench(build, Path(folder),
                           measures.QUICK if options.quick else measures.FULL)
    bench.start()
    return [row for letter, take in measures.MEASURES.items() if letter in options.only
            for row in take(bench)]


def publish(rows, build, options, load_before):
    print(report.comparison(rows))
    print(report.spread(rows))
    if options.quick or set(options.only) != set(measures.MEASURES):
        print("Not written down: this was not the whole run.")
        return
    report.RESULTS.write_text(report.document(rows, build, load_before), encoding="utf-8")
    print(f"Written to {report.RESULTS.relative_to(ROOT)}.")


def interrupted(*_):
    raise KeyboardInterrupt


def too_long(*_):
    raise Failed(f"not done within {RUN_LIMIT} seconds")


def stop_everything():
    """Whatever a measure left running when it broke off. Nothing may interrupt this."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(name, signal.SIG_IGN)
    for process in reversed(list(Process.running)):
        process.stop()


def main(arguments=None):
    options = parse_arguments(arguments)
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, interrupted)
    signal.signal(signal.SIGALRM, too_long)
    try:
        build = build_directory()
        build_programs(build)
        leave_server_core()
        load_before = os.getloadavg()[0]
        if load_before > QUIET_LOAD:
            print(f"bench: the machine is busy (load {load_before:.2f}): the figures will be poor",
                  file=sys.stderr)
        signal.alarm(RUN_LIMIT)
        with tempfile.TemporaryDirectory(prefix="oidc-bench-") as folder:
            rows = measure(build, folder, options)
        publish(rows, build, options, load_before)
    except (Failed, AssertionError) as problem:
        print(f"bench: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        stop_everything()
    return 0


if __name__ == "__main__":
    sys.exit(main())
