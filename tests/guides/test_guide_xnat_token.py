"""examples/xnat-token: its README from top to bottom, by somebody who has an XNAT and nothing else of ours."""

import re
import subprocess

import pytest

from guides.machine import AAF, CLIENT, EXAMPLES, SITE, Around, Machine
from harness import guide
from harness.servers import sidecar_program
from harness.systemd import Unit

EXAMPLE = EXAMPLES / "xnat-token"
README = EXAMPLE / "README.md"
FILE = "openid-provider.properties"
OTHER = "google-provider.properties"
PLACED = f"/etc/oidc-sidecar/auth/{FILE}"
SERVICE = "oidc-sidecar"
PAGE = "Your account is waiting for approval"


@pytest.fixture
def machine(tmp_path):
    around = Around().start()
    made = Machine(tmp_path, around)
    yield made
    made.stop()
    around.stop()


def put_in(machine):
    """What the comments of the file ask for."""
    machine.edit(PLACED, ("clientId=CHANGE-ME", f"clientId={CLIENT[0]}"),
                 ("clientSecret=CHANGE-ME", f"clientSecret={CLIENT[1]}"), (AAF, machine.around.provider.url))


def is_private(path):
    return path.stat().st_mode & 0o077 == 0


def test_from_top_to_bottom(machine):
    xnat = machine.around.xnat

    def run(block, status=0):
        return machine.run(block, "xnat-token", status)

    with guide.walk(README) as take:
        run(take("install -d -m 700 /etc/oidc-sidecar "))
        account = machine.file("/etc/oidc-sidecar/xnat-admin")
        assert is_private(account)
        before = account.read_text()
        run(guide.blocks(README)[0])
        assert account.read_text() == before, "the account would keep the old password"
        run(take("printf '{\"username\": \"oidc-sidecar\""))
        assert run(take("curl --fail-with-body")).strip() == take("[")
        assert xnat.account(SERVICE)["enabled"] and xnat.account(SERVICE)["verified"]

        run(take("install -m 600 openid-provider.properties "))
        checks = take("oidc-check --target sidecar /"), take("oidc-check --target sidecar --online ")
        assert "[OC324]" in run(checks[0]), "what was not changed is told of"
        put_in(machine)
        for check in checks:
            said = run(check)
            assert f"{SITE}/openid-login\n" in said and "[OC" not in said, said

        said = run(take("test -s /etc/oidc-sidecar/session.key"))
        assert "XNAT takes the service account" in said
        assert said.endswith(take("The configuration is fine.") + "\n")
        assert is_private(machine.file("/etc/oidc-sidecar/session.key"))
        ready = run(take("install -m 644 ../systemd/oidc-sidecar.service "))
        assert '"ready":true' in ready and '"xnat_service_account":"' in ready
        machine.sidecar.wait_event("xnat_service_accepted", user=SERVICE)

        install = take("if test -e /etc/nginx/conf.d/xnat.conf ")
        front, kept = machine.file("/etc/nginx/conf.d/xnat.conf"), machine.file("/etc/nginx/xnat.conf.before")
        run(install)
        assert front.exists() and not kept.exists(), "there was nothing to keep"
        front.write_text("# what was there\n")
        for _ in range(2):
            run(install)
            assert kept.read_text() == "# what was there\n" != front.read_text()
        run(take("nginx -t"))
        assert "providerId=aaf" in run(take("curl --fail --silent --show-error https://"))

        browser = machine.browser()
        page = browser.sign_in(SITE, "alice")
        assert page.status == 403 and PAGE in page.text
        refused = machine.sidecar.wait_event("login_refused")
        (account,) = machine.sidecar.events("xnat_account_created")
        log = run(take("journalctl "))
        assert refused["reason"] == "account_disabled" and refused["request_id"] in page.text
        assert xnat.account(account["username"])["verified"]
        run(take("username=$(journalctl "))
        assert browser.sign_in(SITE, "alice").status == 302
        assert browser.script(f"{SITE}/xapi/users/username").text == account["username"]
        assert machine.sidecar.wait_event("login_succeeded")["username"] == account["username"]
        for event in events_of_the_guide():
            assert machine.sidecar.events(event), log

        old = machine.file("/etc/oidc-sidecar/xnat-admin").read_text()
        run(take("old=$(cat "))
        assert machine.file("/etc/oidc-sidecar/xnat-admin").read_text() != old
        assert is_private(machine.file("/etc/oidc-sidecar/xnat-admin"))
        machine.sidecar.wait_ready()
        machine.sidecar.wait_event("xnat_service_accepted", user=SERVICE)
        assert browser.script(f"{SITE}/oidc/session").status == 200, "who is signed in stays so"
        assert machine.browser().sign_in(SITE, "bob").status == 403

        run(take("install -m 600 google-provider.properties "))
        machine.edit(f"/etc/oidc-sidecar/auth/{OTHER}", *((f"{key}=CHANGE-ME", f"{key}={value}") for key, value in
                                                          zip(("clientId", "clientSecret"), CLIENT)))
        said = run(take("oidc-check --target sidecar "))
        assert "no problems in 2 files\n" in said, said
        machine.sidecar.wait_event("provider_ready", provider="aaf")
        page = machine.browser().open(f"{SITE}/oidc/sign-in").text
        assert "providerId=aaf" in page and "providerId=google" in page

        run(take("systemctl disable --now "))
        assert SERVICE not in machine.services


def events_of_the_guide():
    return re.findall(r"^\| `(\w+)` \| ", README.read_text().partition("## 5.")[2].partition("## ")[0],
                      re.MULTILINE)


def test_the_guide_tells_of_the_whole_first_sign_in():
    assert events_of_the_guide() == ["xnat_service_accepted", "login_started", "xnat_account_created",
                                     "login_refused", "login_succeeded"]


def test_the_check_says_what_is_wrong_with_the_account(machine):
    """The step that people leave out, and the wrong password."""
    blocks = guide.blocks(README)
    made = re.match(r"(?s)(.*?/xapi/users\n)(.*roles/Administrator)", blocks[1])
    machine.run(blocks[0], "xnat-token")
    check = guide.block(README, "test -s /etc/oidc-sidecar/session.key")
    machine.run(guide.block(README, "install -m 600 openid-provider"), "xnat-token")
    put_in(machine)
    assert "does not take the user name and password" in machine.run(check, "xnat-token")
    machine.run(made.group(1), "xnat-token")
    assert "may not look at others" in (said := machine.run(check, "xnat-token")) \
        or "no site administrator's" in said
    machine.run(made.group(2), "xnat-token")
    assert "XNAT takes the service account" in machine.run(check, "xnat-token")


@pytest.mark.standins
def test_the_drop_in_leaves_xnats_folder_alone():
    unit = Unit(EXAMPLES / "systemd" / "oidc-sidecar.service", [EXAMPLE / "xnat-token.conf"])
    assert unit.credentials() == {"auth": "/etc/oidc-sidecar/auth",
                                  "session.key": "/etc/oidc-sidecar/session.key",
                                  "xnat-admin": "/etc/oidc-sidecar/xnat-admin"}


@pytest.mark.standins
def test_the_production_service_of_the_comment_is_known():
    """The other issuer that the file names: oidc-check finds as little to say."""
    text = (EXAMPLE / FILE).read_text()
    (issuer,) = re.findall(r"the issuer is (\S+)\.\n", text)
    text = text.replace(AAF, issuer).replace("clientId=CHANGE-ME", "clientId=5f0c2b7a-xnat").replace(
        "CHANGE-ME", CLIENT[1])
    done = subprocess.run([sidecar_program().with_name("oidc-check"), "--target", "sidecar", "-"], input=text,
                          capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0 and "[OC" not in done.stdout, done.stdout
