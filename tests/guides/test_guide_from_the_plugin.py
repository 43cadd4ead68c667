"""examples/from-the-plugin: its README from top to bottom, beside an XNAT that serves people all the while."""

import json
import re
import subprocess

import pytest

from guides.machine import CLIENT, EXAMPLES, NAME, SIDECAR, SITE, Around, Machine
from harness import guide
from harness.rest import basic
from harness.servers import sidecar_program
from harness.systemd import Unit

EXAMPLE = EXAMPLES / "from-the-plugin"
README = EXAMPLE / "README.md"
FILE = "openid-provider.properties"
XNATS = f"/data/xnat/home/config/auth/{FILE}"
MENDED = f"/etc/oidc-sidecar/mended/{FILE}"
JAR = "/data/xnat/home/plugins/xnat-openid-auth-plugin-all-1.0.2.jar"
TRIAL_NAME = "xnat-test.example.com"
TRIAL = f"https://{TRIAL_NAME}"
STRAIGHT = f"""server {{
    listen 443 ssl;
    server_name {NAME};
    ssl_certificate /etc/nginx/tls/{NAME}.pem;
    ssl_certificate_key /etc/nginx/tls/{NAME}.key;
    location / {{
        proxy_pass http://127.0.0.1:8080;
        proxy_set_header Host $server_name;
    }}
}}
"""


@pytest.fixture
def machine(tmp_path):
    """XNAT with the plugin's file and jar, and nginx in front of it."""
    around = Around(sites=(SITE, TRIAL)).start()
    made = Machine(tmp_path, around, names=(NAME, TRIAL_NAME))
    made.file(XNATS).write_text((EXAMPLE / "before" / FILE).read_text())
    made.file(JAR).write_text("")
    made.file("/etc/nginx/conf.d/xnat.conf").write_text(STRAIGHT)
    assert made.asked(["systemctl", "reload", "nginx"])[0] == 0
    yield made
    made.stop()
    around.stop()


def put_in(machine, path):
    """The file beside the guide, with the client and the provider of this test."""
    text = (EXAMPLE / "after" / FILE).read_text()
    assert CLIENT[0] in text and CLIENT[1] in text
    machine.file(path).write_text(text.replace("https://central.test.aaf.edu.au", machine.around.provider.url))


def test_from_top_to_bottom(machine):
    xnat = machine.around.xnat

    def run(block, status=0):
        return machine.run(block, "from-the-plugin", status)

    def answer(url):
        return machine.browser().open(url).status

    def refusal():
        return machine.sidecar.wait_event("login_refused", reason="account_unknown")

    with guide.walk(README) as take:
        run(take("install -d -m 700 "))
        check = take("oidc-check ")
        assert codes(run(check, 1)) == codes_of_the_guide()
        put_in(machine, MENDED)
        assert "no problems in 1 file\n" in run(check)

        for block in guide.blocks(EXAMPLES / "xnat-token" / "README.md")[:2]:
            machine.run(block, "xnat-token")
        xnat.set_account("aaf_boss", create=True, email="boss@example.com", role="Administrator")
        said = run(take("xnat() "))
        assert said.splitlines() == ["aaf_boss is a site administrator's", 'aaf_boss "email": "boss@example.com"']
        assert run(take("oidc-check --redirect-uri ")).strip() == take("https://")

        run(take("sed -e 's,^siteUrl="))
        assert '"ready":true' in run(take("test -s "))
        run(take("sed 's/xnat"))
        assert answer(f"{TRIAL}/oidc/sign-in") == 200
        assert answer(f"{SITE}/oidc/sign-in") == 302, "XNAT's own answer, which knows no such page"
        browser = machine.browser()
        assert browser.sign_in(TRIAL, "alice").status == 403
        # What the plugin would have made of her. The trial made nothing.
        username = re.search(r"XNAT has no account (\S+),", refusal()["detail"]).group(1)
        assert username.startswith("aaf_") and "accounts_created" not in str(machine.sidecar.events())
        xnat.set_account(username, create=True, email="Alice.Nguyen@example.com", enabled=True, verified=True)
        assert browser.sign_in(TRIAL, "alice").status == 302
        events = [json.loads(line) for line in run(take("journalctl ")).splitlines()]
        assert [event["event"] for event in events] == ["login_refused", "login_succeeded"]
        assert events[1]["username"] == username

        earlier = machine.browser()
        earlier.script(f"{SITE}/xapi/users/username", Authorization=basic("admin:admin"))
        assert '"ready":true' in run(take("cp -p /data/"))
        assert machine.file(XNATS).stat().st_mode & 0o007 == 0
        run(take("cp -p /etc/nginx/conf.d/xnat.conf "))
        assert answer(f"{SITE}/oidc/sign-in") == 200
        assert earlier.script(f"{SITE}/xapi/users/username").text == "admin", "a session of XNAT's passes"
        assert browser.sign_in(SITE, "alice").status == 302
        assert browser.script(f"{SITE}/xapi/users/username").text == username

        run(take("cp -p /etc/nginx/xnat.conf.before "))
        assert answer(f"{SITE}/oidc/sign-in") == 302
        assert SIDECAR not in machine.services

        # Forward again, for good.
        machine.run(guide.block(README, "cp -p /etc/nginx/conf.d/xnat.conf ").replace(
            "rm /etc/nginx/conf.d/xnat-test.conf", ""), "from-the-plugin")
        run(take("install -d -m 700 /etc/oidc-sidecar/auth"))
        machine.sidecar.wait_ready()
        assert not machine.file(XNATS).exists() and not machine.file(JAR).exists()
        assert answer(f"{SITE}/oidc/sign-in") == 200
        assert machine.browser().sign_in(SITE, "alice").status == 302


# --- the files beside it ------------------------------------------------------------------------------

def codes(said):
    return sorted(set(re.findall(r"\[(OC\d+)\]", said)))


def codes_of_the_guide():
    table = README.read_text().partition("| finding |")[2].partition("\n\n")[0]
    return sorted(re.findall(r"`(OC\d+)`", table))


def checked(folder, *options):
    text = (EXAMPLE / folder / FILE).read_text()
    done = subprocess.run([sidecar_program().with_name("oidc-check"), *options, "-"], input=text,
                          capture_output=True, text=True, timeout=30, check=False)
    return done.returncode, done.stdout


@pytest.mark.standins
def test_the_table_has_all_that_is_found():
    assert codes(checked("before")[1]) == codes_of_the_guide()


@pytest.mark.standins
@pytest.mark.parametrize("target", ["auto", "sidecar", "plugin-1.0"])
def test_nothing_is_left_to_mend(target):
    """For the one reader and for the other: going back takes no other file."""
    status, said = checked("after", "--target", target)
    assert status == 0 and not codes(said), said


@pytest.mark.standins
def test_the_drop_ins_load_no_file_twice():
    """Which of two counts systemd does not say."""
    unit = EXAMPLES / "systemd" / "oidc-sidecar.service"
    trial = Unit(unit, [EXAMPLE / "handoff.conf", EXAMPLE / "trial.conf"]).credentials()
    after = Unit(unit, [EXAMPLE / "handoff.conf"]).credentials()
    assert trial["auth"] == "/etc/oidc-sidecar/trial" and after["auth"] == "/data/xnat/home/config/auth"
    assert {**trial, "auth": ""} == {**after, "auth": ""}
