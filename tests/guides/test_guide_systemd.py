"""examples/systemd: its README from top to bottom, on a machine that has its provider file already."""

import pytest

from guides.machine import CLIENT, EXAMPLES, SITE, Around, Machine
from harness import guide, properties

FILE = "/etc/oidc-sidecar/auth/openid-provider.properties"
OVERRIDE = "/etc/systemd/system/oidc-sidecar.service.d/override.conf"


@pytest.fixture
def machine(tmp_path):
    around = Around().start()
    made = Machine(tmp_path, around)
    block = properties.ProviderBlock(around.provider.url, properties.Client("aaf", *CLIENT),
                                     {"userAutoEnabled": "true", "userAutoVerified": "true"})
    made.file(FILE).parent.mkdir(parents=True)
    made.file(FILE).write_text(properties.site(SITE, [block]))
    made.file(FILE).chmod(0o640)
    yield made
    made.stop()
    around.stop()


def edit(machine, text):
    """As `systemctl edit oidc-sidecar` does: beside what was put there before, and systemd reads it anew."""
    file = machine.file(OVERRIDE)
    file.parent.mkdir(exist_ok=True)
    with file.open("a") as override:
        override.write(f"{text}\n")
    machine.run("systemctl daemon-reload", "systemd")


def restart(machine):
    machine.run("systemctl restart oidc-sidecar", "systemd")
    machine.sidecar.wait_ready()


def test_from_top_to_bottom(machine):
    with guide.walk(EXAMPLES / "systemd" / "README.md") as take:
        said = machine.run(take("install -d -m 700 /etc/oidc-sidecar "), "systemd")
        assert "[OC" not in said, said
        machine.sidecar.wait_ready()
        machine.run(guide.block(EXAMPLES / "nginx" / "README.md", "install --backup "), "nginx")
        assert machine.browser().sign_in(SITE, "alice").status == 302

        account = machine.file("/etc/oidc-sidecar/xnat-admin")
        account.write_text("admin:admin\n")
        account.chmod(0o600)
        edit(machine, take("[Service]\nEnvironment=OIDC_SIDECAR_TRUSTED_PROXY="))
        restart(machine)
        assert set(machine.sidecar.unit.credentials()) == {"auth", "session.key", "xnat-admin"}
        browser = machine.browser()
        assert browser.sign_in(SITE, "alice").status == 302
        machine.sidecar.wait_event("xnat_service_accepted", user="admin")
        (made,) = machine.sidecar.events("xnat_account_created")
        assert browser.script(f"{SITE}/xapi/users/username").text == made["username"]

        # That it is gone through: tests/system/test_systemd.py. The provider here is on this machine.
        edit(machine, take("[Service]\nEnvironment=https_proxy="))
        restart(machine)
        assert machine.sidecar.environment["https_proxy"] == "http://proxy.example:3128"
        assert machine.browser().sign_in(SITE, "bob").status == 302

        again = take("oidc-check --target sidecar ")
        machine.edit(FILE, ("openid.aaf.clientId=", "openid.aaf.clientID="))
        before = machine.sidecar
        assert "[OC303]" in machine.run(again, "systemd", status=1)
        assert machine.sidecar is before and before.alive, "what has a mistake in it stops nothing"
        machine.edit(FILE, ("openid.aaf.clientID=", "openid.aaf.clientId="))
        machine.run(again, "systemd")
        assert machine.sidecar is not before
        machine.sidecar.wait_ready()
        assert browser.script(f"{SITE}/oidc/session").status == 200, "who is signed in stays so"
