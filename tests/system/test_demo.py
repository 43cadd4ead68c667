"""The demonstration does what the README promises, and leaves nothing running."""

import re
import signal
import urllib.parse

import pytest

from harness.browser import Browser
from harness.process import PYTHON, ROOT, Process, clean_environment, free_port
from harness.servers import sidecar_program
from harness.wait import wait_until
from harness.wire import Wire

HANDED = ("Username", "Subject", "Issuer", "Provider", "Email", "Given-Name", "Family-Name",
          "Auto-Enabled", "Auto-Verified", "Create-User", "Assertion")


def demonstration(*options, program=None):
    environment = clean_environment(OIDC_SIDECAR=str(program or sidecar_program()),
                                    PYTHONUNBUFFERED="1")
    return Process("demo", [PYTHON, ROOT / "demo" / "run.py", *options], environment).start()


def test_once():
    demo = demonstration("--once")
    assert demo.wait_exit(60) == 0, demo.evidence()
    printed = "\n".join(demo.stdout)
    assert 'XNAT says: "Signed in as Günther Größe"' in printed
    for name in HANDED:
        assert f"X-XNAT-OIDC-{name}: " in printed
    assert "Everything is stopped." in printed


def test_once_with_a_stock_xnat():
    demo = demonstration("--once", "--handoff", "xnat-token")
    assert demo.wait_exit(60) == 0, demo.evidence()
    printed = "\n".join(demo.stdout)
    assert 'XNAT says: "Signed in as Günther Größe"' in printed
    assert re.search(r"Authorization: Basic [0-9a-f-]{36}:\*{64}$", printed, re.MULTILINE)
    assert "X-XNAT-OIDC-" not in printed and "Everything is stopped." in printed


def test_by_hand_until_interrupted():
    port = free_port()
    demo = demonstration("--port", str(port))
    address = demo.wait_line("Open  ", 60).strip()
    assert urllib.parse.urlsplit(address).port == port
    browser = Browser()
    page = browser.visit(address)
    (button,) = [link for link in page.links() if "providerId=aaf" in link]
    # Both ports are named to who has the browser elsewhere.
    provider = urllib.parse.urlsplit(browser.open(button).location).port
    tunnels = " ".join(f"-L {each}:127.0.0.1:{each}" for each in (port, provider))
    assert demo.wait_line(f"    ssh -N {tunnels} ", 60) == "SERVER"
    landed = browser.visit(browser.at_provider(browser.open(button), "alice"))
    assert "Signed in as Alice Nguyen" in landed.text
    demo.signal(signal.SIGINT)
    assert demo.wait_exit(30) == 0, demo.evidence()

    def silent():
        try:
            Wire(port, timeout=1).close()
            return False
        except OSError:
            return True
    wait_until(silent, "its port to be free")


@pytest.mark.parametrize("program, words", [("/nonexistent/oidc-sidecar", "./dev build"),
                                            ("/bin/false", "oidc-sidecar ended with status 1")])
def test_failure_is_explained(program, words):
    demo = demonstration("--once", program=program)
    assert demo.wait_exit(60) == 1
    assert words in "\n".join(demo.stderr)
