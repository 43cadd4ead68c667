"""The guides of the front ends, each from its sidecar to somebody who is signed in through it."""

import pytest

from guides.machine import CLIENT, EXAMPLES, FRONTS, SITE, Around, Machine
from harness import guide, properties
from harness.process import Process, clean_environment
from harness.servers import fetch
from harness.wait import wait_until

FILE = "/etc/oidc-sidecar/auth/openid-provider.properties"
KEY = "/etc/oidc-sidecar/session.key"


@pytest.fixture
def machine(tmp_path):
    around = Around().start()
    made = Machine(tmp_path, around)
    block = properties.ProviderBlock(around.provider.url, properties.Client("aaf", *CLIENT))
    made.file(FILE).parent.mkdir(mode=0o700, parents=True)
    made.file(FILE).write_text(properties.site(SITE, [block]))
    made.file(FILE).chmod(0o640)
    made.file(KEY).write_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
    made.file(KEY).chmod(0o600)
    yield made
    made.stop()
    around.stop()


def begin(machine, block):
    """The sidecar, by the guide's command; only where it listens is this machine's."""
    program = machine.file("/usr/local/bin")
    sidecar = Process("oidc-sidecar", ["bash", "-euc", "exec " + machine.within(block)], clean_environment(
        PATH=f"{program}:/usr/bin:/bin", OIDC_SIDECAR_LISTEN=f"127.0.0.1:{machine.port}",
        OIDC_SIDECAR_ADMIN_LISTEN=f"127.0.0.1:{machine.admin_port}")).start()

    def ready():
        assert sidecar.alive, sidecar.evidence()
        try:
            return fetch(f"http://127.0.0.1:{machine.admin_port}/readyz")[0] == 200
        except OSError:
            return False
    wait_until(ready, "oidc-sidecar to be ready", 20, sidecar.evidence)
    return sidecar


@pytest.mark.parametrize("service", FRONTS)
def test_from_top_to_bottom(machine, service):
    example = FRONTS[service][0].partition("/")[0]
    with guide.walk(EXAMPLES / example / "README.md") as take:
        sidecar = begin(machine, take("oidc-sidecar "))
        machine.run(take("install --backup -m 644 "), example)
        browser = machine.browser()
        assert browser.sign_in(SITE).status == 302
        assert browser.script(f"{SITE}/oidc/session").json()["provider"] == "aaf"
        assert sidecar.stop() == 0
