"""examples/from-the-plugin: its README from top to bottom, beside an XNAT that serves people all the while."""

import json
import re
import subprocess

import pytest

from guides.machine import CLIENT, EXAMPLES, NAME, SIDECAR, SITE, Around, Machine
from harness import guide
from harness.rest import Rest, basic
from harness.servers import sidecar_program
from harness.systemd import Unit

EXAMPLE = EXAMPLES / "from-the-plugin"
README = EXAMPLE / "README.md"
FILE = "openid-provider.properties"
XNATS = f"/data/xnat/home/config/auth/{FILE}"
MENDED = f"/etc/oidc-sidecar/mended/{FILE}"
PLUGINS = "/data/xnat/home/plugins"
JAR = f"{PLUGINS}/xnat-openid-auth-plugin-all-1.0.2.jar"
OTHER_JAR = f"{PLUGINS}/ldap-auth-plugin-1.2.0.jar"
OLD_FRONT = "/etc/nginx/conf.d/xnat.conf"
NEW_FRONT = "/etc/oidc-sidecar/nginx-xnat.conf"
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
    for jar in (JAR, OTHER_JAR):
        made.file(jar).write_text("")
    made.file(OLD_FRONT).write_text(STRAIGHT)
    assert made.asked(["systemctl", "reload", "nginx"])[0] == 0
    yield made
    made.stop()
    around.stop()


def put_in(machine, path):
    """The file beside the guide, with the client and the provider of this test."""
    text = (EXAMPLE / "after" / FILE).read_text()
    assert CLIENT[0] in text and CLIENT[1] in text
    machine.file(path).write_text(text.replace("https://central.test.aaf.edu.au", machine.around.provider.url))


def with_secret(machine):
    """Files of the machine that have the client's; oidc-check has it in an example."""
    return {f"/{path.relative_to(machine.root)}" for folder in ("/etc", "/data")
            for path in machine.file(folder).rglob("*")
            if path.is_file() and CLIENT[1].encode() in path.read_bytes()}


def test_from_top_to_bottom(machine):
    xnat = machine.around.xnat

    def run(block, status=0):
        return machine.run(block, "from-the-plugin", status)

    def answer(url):
        return machine.browser().open(url).status

    def refusal():
        return machine.sidecar.wait_event("login_refused", reason="account_unknown")

    with guide.walk(README) as take:
        assert JAR.rpartition("/")[2] in run(take(f"ls {PLUGINS}")).splitlines()
        run(take("install -d -m 700 "))
        check = take("oidc-check ")
        assert codes(run(check, 1)) == codes_of_the_guide()
        put_in(machine, MENDED)
        assert "no problems in 1 file\n" in run(check)

        for block in guide.blocks(EXAMPLES / "xnat-token" / "README.md")[:2]:
            machine.run(block, "xnat-token")
        good = {"create": True, "enabled": True, "verified": True}
        xnat.set_account("aaf_boss", **good, email="boss@example.com", role="Administrator")
        xnat.set_account("aaf_first", **good | {"verified": False}, email="First@example.com")
        xnat.set_account("aaf_second", **good | {"enabled": False, "verified": False}, email="second@example.com")
        xnat.set_account("third_example.com", **good, email="third@example.com")  # by [email]
        said = run(take("xnat() ")).splitlines()
        assert {line.split()[0] for line in said} == set(xnat_names(machine))
        assert [line for line in said if line.split()[0] not in ("admin", "guest", "oidc-sidecar")] == [
            "aaf_boss email:boss@example.com enabled:true verified:true administrator",
            "aaf_first email:First@example.com enabled:true verified:false",
            "aaf_second email:second@example.com enabled:false verified:false",
            "third_example.com email:third@example.com enabled:true verified:true"]
        run(take("set_true() "))
        for name in ("aaf_first", "aaf_second"):
            assert xnat.account(name)["enabled"] and xnat.account(name)["verified"]
        assert run(take("oidc-check --redirect-uri ")).strip() == take("https://")

        run(take("sed -e 's,^siteUrl="))
        assert '"ready":true' in run(take("test -s "))
        run(take("install -m 644 ../nginx/reverse-proxy.conf "))
        machine.edit(NEW_FRONT, ("    listen 443 ssl;", "    # the site's own\n    listen 443 ssl;"))
        run(take("sed -e 's,^\\( *server_name"))
        trial = machine.file("/etc/nginx/conf.d/xnat-test.conf").read_text()
        assert re.findall(r"^ *((?:server_name|ssl_\w+) .*);", trial, re.MULTILINE) == [
            f"server_name {TRIAL_NAME}", machine.within(f"ssl_certificate /etc/nginx/tls/{TRIAL_NAME}.pem"),
            machine.within(f"ssl_certificate_key /etc/nginx/tls/{TRIAL_NAME}.key")]
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
        assert '"ready":true' in run(take("test -e /etc/oidc-sidecar/"))
        assert machine.file(XNATS).stat().st_mode & 0o007 == 0
        switch = take("test -e /etc/nginx/xnat.conf.before ")
        for _ in range(2):  # a second time does not take the sidecar's for what was before
            run(switch)
            assert machine.file("/etc/nginx/xnat.conf.before").read_text() == STRAIGHT
        assert "# the site's own" in machine.file(OLD_FRONT).read_text()
        assert answer(f"{SITE}/oidc/sign-in") == 200
        assert earlier.script(f"{SITE}/xapi/users/username").text == "admin", "a session of XNAT's passes"
        assert browser.sign_in(SITE, "alice").status == 302
        assert browser.script(f"{SITE}/xapi/users/username").text == username

        run(take("mv /etc/nginx/xnat.conf.before "))
        assert answer(f"{SITE}/oidc/sign-in") == 302
        assert SIDECAR not in machine.services

        # Forward again, for good.
        assert '"ready":true' in run(guide.block(README, "test -e /etc/oidc-sidecar/"))
        run(switch)
        said = run(take("install -d -m 700 /etc/oidc-sidecar/auth"))
        assert '"ready":true' in said and JAR.rpartition("/")[2] in said
        assert not machine.file(XNATS).exists() and not machine.file(JAR).exists()
        assert machine.file(OTHER_JAR).exists(), "another plugin's"
        run(take("rm -r /etc/oidc-sidecar/mended "))
        assert with_secret(machine) == {f"/etc/oidc-sidecar/auth/{FILE}"}
        assert answer(f"{SITE}/oidc/sign-in") == 200
        assert machine.browser().sign_in(SITE, "alice").status == 302


def xnat_names(machine):
    return Rest(machine.around.xnat.url, "admin:admin").get("/xapi/users").json()


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
def test_who_obeys_the_pattern_is_told_to_keep_it():
    """Releases from 1.1 on made the accounts by it."""
    text = (EXAMPLE / "after" / FILE).read_text() + "openid.aaf.usernamePattern=[email]\n"
    done = subprocess.run([sidecar_program().with_name("oidc-check"), "--target", "sidecar", "-"], input=text,
                          capture_output=True, text=True, timeout=30, check=False)
    assert codes(done.stdout) == ["OC353"]
    assert "Where people have accounts already, leave it" in " ".join(done.stdout.split())
    mending = README.read_text().partition("Then mend it")[2].partition("oidc-check ")[0]
    assert "OC353" in mending and "do not follow it" in mending


@pytest.mark.standins
def test_the_drop_ins_load_no_file_twice():
    """Which of two counts systemd does not say."""
    unit = EXAMPLES / "systemd" / "oidc-sidecar.service"
    trial = Unit(unit, [EXAMPLE / "handoff.conf", EXAMPLE / "trial.conf"]).credentials()
    after = Unit(unit, [EXAMPLE / "handoff.conf"]).credentials()
    assert trial["auth"] == "/etc/oidc-sidecar/trial" and after["auth"] == "/data/xnat/home/config/auth"
    assert {**trial, "auth": ""} == {**after, "auth": ""}
