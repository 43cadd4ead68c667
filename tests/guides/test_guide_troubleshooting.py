"""examples/troubleshooting: its commands answer what the guide says, and its tables know every reason there is."""

import re

import pytest

from guides.machine import CLIENT, EXAMPLES, SITE, Around, Machine
from harness import guide, properties
from harness.process import ROOT
from harness.rest import basic

README = EXAMPLES / "troubleshooting" / "README.md"
SAMPLE = "44d44bc418bb9c8a"
FILE = "/etc/oidc-sidecar/auth/openid-provider.properties"


# --- the commands -------------------------------------------------------------------------------------

@pytest.fixture
def machine(tmp_path):
    """One on which the sidecar runs, as the guide beside the unit set it up."""
    around = Around().start()
    made = Machine(tmp_path, around)
    block = properties.ProviderBlock(around.provider.url, properties.Client("aaf", *CLIENT),
                                     {"shouldFilterEmailDomains": "true",
                                      "allowedEmailDomains": "example.net"})
    made.file(FILE).parent.mkdir(parents=True)
    made.file(FILE).write_text(properties.site(SITE, [block]))
    made.file(FILE).chmod(0o640)
    made.run(guide.block(EXAMPLES / "systemd" / "README.md", "install "), "systemd")
    made.sidecar.wait_ready()
    for beginning in ("if test -e /etc/nginx/", "nginx -t\n"):
        made.run(guide.block(EXAMPLES / "xnat-token" / "README.md", beginning), "xnat-token")
    yield made
    made.stop()
    around.stop()


OTHER = "/data/xnat/home/config/auth"
SET = re.compile(r"^config=(.+)$", re.MULTILINE)
BROKEN = ("openid.aaf.clientId=", "openid.aaf.clientID=")


def serve_as(machine, account):
    """The file of a service account, as the other guide has it made."""
    file = machine.file("/etc/oidc-sidecar/xnat-admin")
    file.write_text(account)
    file.chmod(0o600)


def hand_over_by_tokens(machine):
    """As the other guide has it, with the same provider file. The status of the restart."""
    machine.run("install -D -m 644 xnat-token.conf /etc/systemd/system/oidc-sidecar.service.d/xnat-token.conf\n"
                "systemctl daemon-reload", "xnat-token")
    return machine.asked(["systemctl", "restart", "oidc-sidecar"])[0]


def fact(page, label):
    return re.search(f"<dt>{label}</dt><dd>([^<]*)</dd>", page.text)[1]


def test_from_top_to_bottom(machine):
    config = ""

    def run(block, status=0):
        return machine.run(config + block, "troubleshooting", status)

    serve_as(machine, "admin:admin")
    refused = machine.browser().sign_in(SITE)
    reference, reason = fact(refused, "Reference"), fact(refused, "Reason")
    machine.sidecar.wait_event("login_refused", request_id=reference)
    with guide.walk(README) as take:
        said = run(take("systemctl cat "))
        config = f"{take('config=')}\n"
        assert f"LoadCredential=auth:{SET.match(config)[1]}\n" in said and "_UPSTREAM=" in said
        assert machine.file(FILE).parent == machine.file(SET.match(config)[1])
        runs = take("journalctl --unit oidc-sidecar --no-pager")
        assert "The configuration is fine.\n" in run(runs) and "active" in run(runs)
        said = run(take("curl --fail-with-body"))
        assert said.startswith("ok\n") and '"ready":true' in said
        block = take("reference=")
        assert SAMPLE in block
        (line,) = run(block.replace(SAMPLE, reference)).splitlines()
        assert f'"reason":"{reason}"' in line and '"detail":"example.com is not in' in line
        assert line in run(take("journalctl "))
        assert sorted(run(take("curl --fail --silent")).splitlines()) == [
            f'oidc_sidecar_logins_refused_total{{reason="{reason}"}} 1', "oidc_sidecar_logins_started_total 1"]
        said = run(take("oidc-check --target sidecar "))
        assert said.count(f"{SITE}/openid-login\n") == 2 and "/.well-known/openid-configuration\n" in said, said
        assert run(take("oidc-sidecar --config ")).endswith("The configuration is fine.\n")
        said = run(take("oidc-sidecar --config "))
        assert "XNAT takes the service account" in said and said.endswith("The configuration is fine.\n")
        effective, dump = take("oidc-check --target sidecar --effective "), take("oidc-check --dump ")
        said = run(effective)
        assert "openid.aaf.clientSecret = ***" in said and CLIENT[1] not in said
        machine.edit(FILE, BROKEN)
        said = run(effective, status=1)
        assert "[OC303]" in said and "clientSecret = " not in said
        said = run(dump)
        assert '"openid.aaf.clientID"' in said and CLIENT[1] not in said
        machine.edit(FILE, BROKEN[::-1])
        assert not machine.sidecar.events("request")
        cookie = machine.browser()
        said = run(take("install -d /etc/systemd/"))
        machine.sidecar.wait_ready()
        cookie.visit(f"{SITE}/app/template/Index.vm?secret=canary")
        line = machine.sidecar.wait_event("request", path="/app/template/Index.vm")
        assert "canary" not in str(line)
        run(take("rm /etc/systemd/"))
        machine.sidecar.wait_ready()
        cookie.visit(f"{SITE}/app/template/Index.vm")
        assert not machine.sidecar.events("request")
        said = run(take("oidc-sidecar --version"))
        assert said.startswith("oidc-sidecar ") and '"findings":' in said and CLIENT[1] not in said


def test_a_service_that_does_not_start(machine):
    """Its reason is among what the guide has one look at first, under the name that the guide explains."""
    text = README.read_text()
    machine.edit(FILE, BROKEN)
    with pytest.raises(AssertionError, match="Job for oidc-sidecar.service failed"):
        machine.run("systemctl restart oidc-sidecar", "systemd")
    journal, status = guide.block(README, "journalctl --unit oidc-sidecar --no-pager").splitlines()
    named = re.search(r"`/run/credentials/oidc-sidecar.service/([\w.-]+):15`", text)[1]
    said = machine.run(journal, "troubleshooting")
    assert re.search(rf"/{re.escape(named)}:\d+:\d+: error \[OC303\]", said), said
    assert "`activating (auto-restart)`" in text
    assert machine.run(status, "troubleshooting", status=3) == "activating (auto-restart)\n"


def test_a_refused_service_account(machine):
    """Keeps nobody's own login at XNAT from them, and says so."""
    serve_as(machine, "admin:of-last-year")
    block = next(each for each in guide.blocks(README) if "--handoff xnat-token" in each)
    said = machine.run(f"{guide.block(README, 'config=')}\n{block}", "troubleshooting")
    assert "does not take the user name and password" in said
    assert "The sidecar would start, but nobody could sign in with this service account" in said
    assert hand_over_by_tokens(machine) == 0
    machine.sidecar.wait_event("xnat_service_refused", status=401)
    assert "nobody can sign in" in machine.run("journalctl --unit oidc-sidecar --no-pager", "systemd")
    own = machine.browser().request("GET", f"{SITE}/data/projects", {"Authorization": basic("admin:admin")})
    assert own.status == 200, "as the other guide says"


def test_xnat_is_stopped(machine):
    """/readyz says what it said, and the log which address does not answer."""
    serve_as(machine, "admin:admin")
    assert hand_over_by_tokens(machine) == 0
    machine.sidecar.wait_event("xnat_service_accepted")
    machine.sidecar.wait_ready()
    before = machine.sidecar.readiness()
    assert before[1]["xnat_service_account"] == "accepted"
    machine.around.xnat.stop()
    assert machine.browser().visit(f"{SITE}/app/template/Index.vm").status == 502
    machine.sidecar.wait_event("upstream_failed", upstream=machine.around.xnat.url)
    assert machine.sidecar.readiness() == before


def test_the_lower_line_counts(machine):
    """While the plugin is there, its folder is read, by a line of the drop-in."""
    machine.run("install -D -m 644 handoff.conf /etc/systemd/system/oidc-sidecar.service.d/handoff.conf",
                "from-the-plugin")
    said = machine.run(guide.block(README, "systemctl cat "), "troubleshooting").splitlines()
    folders = [line.partition("=auth:")[2] for line in said if "=auth:" in line]
    assert len(folders) == 2 and folders[-1] == OTHER
    assert "Environment=OIDC_SIDECAR_HANDOFF=xnat-token" in said
    assert f"`{OTHER}`" in README.read_text()


# --- the tables ---------------------------------------------------------------------------------------

PAGES = re.compile(r'^    X\((\w+), "\w+", \w+, \w+,\s*(?:\\\s*)?"([^"]+)"', re.MULTILINE)
ROWS = re.compile(r'^    \{"(\w+)", PAGE_KIND_(\w+)\},$', re.MULTILINE)
# What programs bring has no page, and success no reason.
PROGRAMS, SUCCESS = "NOT_UNDERSTOOD", "ok"
IN_A_ROW = re.compile(r"^\| (`\w+`(?:, `\w+`)*) \|", re.MULTILINE)


def told():
    """{reason: heading of its page} as the sidecar has it; None for what only programs are told."""
    headings = dict(PAGES.findall((ROOT / "server" / "page_kinds.h").read_text()))
    rows = ROWS.findall((ROOT / "server" / "page_kinds.c").read_text())
    return {reason: None if kind == PROGRAMS else headings[kind] for reason, kind in rows
            if reason != SUCCESS}


def explained():
    """[(reason, heading under which its row stands)] as the guide has it; None in the part for programs."""
    found = []
    for part in re.split(r"^(?=##+ )", README.read_text(), flags=re.MULTILINE):
        title = part.partition("\n")[0]
        heading = title.removeprefix("### ") if title.startswith("### ") else None
        if heading or title == "## What programs are told":
            for cell in IN_A_ROW.findall(part):
                found += [(reason, heading) for reason in re.findall(r"\w+", cell)]
    return found


@pytest.mark.standins
def test_every_reason_has_a_row_under_its_page():
    """One, and no row is about what is not there."""
    assert sorted(explained(), key=str) == sorted(told().items(), key=str)


@pytest.mark.standins
def test_the_code_has_no_other_reasons():
    """Those of the library, and the sidecar's own beside them."""
    codes = re.findall(r'^    X\(OIDC_\w+, "(\w+)"', (ROOT / "liboidc/include/oidc/error.h").read_text(),
                       re.MULTILINE)
    assert len(codes) > 90 and set(codes) - {SUCCESS} <= set(told())


@pytest.mark.standins
def test_events_and_options_are_those_of_the_manual():
    manual = (ROOT / "server" / "oidc-sidecar.8").read_text().replace("\\-", "-")
    text = README.read_text()
    events = set(re.findall(r"[Ee]vents? `(\w+)`", text))
    assert {"start_failed", "provider_failed", "remembered_full"} <= events
    for event in events:
        assert re.search(rf"^\.It (Sy )?{event}$", manual, re.MULTILINE), event
    listed = set(re.findall(r"`(--[a-z-]+)", text)) - {"--online", "--redirect-uri", "--effective", "--head"}
    for option in listed:
        assert f"Fl -{option[2:]}" in manual or f"Fl {option[1:]}" in manual, option


@pytest.mark.standins
def test_guides_that_it_points_at_are_there():
    for target in re.findall(r"\]\(([^)#]+)\)", README.read_text()):
        assert (README.parent / target).exists(), target
