"""No secret where somebody could find it: command line, environment, pages, metrics, logs at full
length, and what an aborted process leaves behind."""

import base64
import os
import resource
import signal
import subprocess
import urllib.parse
from pathlib import Path

import pytest

from harness.servers import fetch


def dumps_core(start):
    """Whether a process that is aborted leaves a core. `start` gives its Popen."""
    child = start()
    os.kill(child.pid, signal.SIGABRT)
    _, status = os.waitpid(child.pid, 0)
    child.returncode = -os.WTERMSIG(status)
    return os.WCOREDUMP(status)


def unlimited():
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def test_an_aborted_process_leaves_no_core(launch, tmp_path):
    if not dumps_core(lambda: subprocess.Popen(["sleep", "60"], cwd=tmp_path, preexec_fn=unlimited)):
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
    assert not dumps_core(start)
    made.sidecar = None


def test_nothing_secret_is_left_lying_about(launch):
    made = launch()
    browser = made.browser()
    leg = browser.begin(made.url)
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(leg.location).query))
    back = browser.at_provider(leg)
    code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))["code"]
    browser.open(back)
    key = made.key_file.read_text().strip()
    canaries = {"client secret": made.client.secret, "session key": key,
                "raw session key": base64.b64decode(key), "code": code, "nonce": asked["nonce"],
                "state": asked["state"], "session": browser.jar.get(made.session_cookie).value}
    proc = Path(f"/proc/{made.sidecar.child.pid}")
    places = {"command line": (proc / "cmdline").read_bytes(),
              "environment": (proc / "environ").read_bytes(),
              "metrics": fetch(f"{made.sidecar.admin}/metrics")[1],
              "readiness": fetch(f"{made.sidecar.admin}/readyz")[1],
              "keys": browser.open(f"{made.url}/oidc/jwks.json").body,
              "who am I": browser.open(f"{made.url}/oidc/session").body,
              "sign-in page": made.browser().open(f"{made.url}/oidc/sign-in").body,
              "refusal": made.browser().open(back).body,
              "sign-out page": browser.open(f"{made.url}/oidc/sign-out").body,
              "log": "\n".join(made.sidecar.stderr + made.sidecar.stdout).encode()}
    assert b"login_succeeded" in places["log"] and places["environment"]
    for name, canary in canaries.items():
        for place, text in places.items():
            canary_bytes = canary if isinstance(canary, bytes) else canary.encode()
            assert canary_bytes not in text, f"the {name} is in the {place}"
