"""examples/systemd: the unit is one that systemd takes and calls safe, the commands of its README set it
up, and what it starts signs people in with no more than it is given."""

import os
import re
import socket
import subprocess
import threading

import pytest

from harness import guide, properties
from harness.browser import Browser
from harness.process import ROOT, clean_environment
from harness.servers import sidecar_program
from harness.setup import Setup
from harness.systemd import Service, Unit

EXAMPLE = ROOT / "examples" / "systemd"
UNIT = "oidc-sidecar.service"
INSTALLED = "/usr/local/bin/oidc-sidecar"


def values(key):
    return Unit(EXAMPLE / UNIT).values(key)


# --- what systemd says of it --------------------------------------------------------------------------

@pytest.fixture
def unit(tmp_path):
    """Where the program is elsewhere, systemd would not find it."""
    text = (EXAMPLE / UNIT).read_text()
    made = tmp_path / UNIT
    made.write_text(text.replace(INSTALLED, str(sidecar_program())))
    return made


def analyze(*arguments):
    done = subprocess.run(["systemd-analyze", *map(str, arguments)], capture_output=True, text=True,
                          timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def test_systemd_takes_it(unit):
    assert analyze("verify", "--man=no", "--recursive-errors=no", unit) == (0, "")


def test_systemd_calls_it_safe(unit):
    """The exposure that the README tells of, in tenths; each restriction less would be more."""
    shown = re.search(r"calls that OK \((\d)\.(\d)\)", (EXAMPLE / "README.md").read_text())
    tenths = int(shown.group(1) + shown.group(2))
    status, output = analyze("security", "--offline=true", f"--threshold={tenths}", "--no-pager", unit)
    assert status == 0, output
    assert f"exposure level for {UNIT}: {tenths / 10} OK" in output
    unit.write_text(unit.read_text().replace("RestrictNamespaces=yes\n", ""))
    assert analyze("security", "--offline=true", f"--threshold={tenths}", "--no-pager", unit)[0] == 1


def test_uploads_in_flight_are_waited_for():
    """The manual says how long the sidecar goes on after SIGTERM; systemd waits longer."""
    limit = int(re.search(r"^#define DRAIN_LIMIT (\d+)$", (ROOT / "server" / "ending.c").read_text(),
                          re.MULTILINE).group(1))
    (minutes,) = [re.fullmatch(r"(\d+)min", value).group(1) for value in values("TimeoutStopSec")]
    assert int(minutes) * 60 > limit


def test_a_start_that_fails_is_tried_again():
    """For as long as it takes, and as often as the guides say; a limit would count an administrator's tries, too."""
    unit = Unit(EXAMPLE / UNIT)
    assert unit.values("StartLimitIntervalSec", "Unit") == ["0"] and values("Restart") == ["always"]
    (seconds,) = [re.fullmatch(r"(\d+)s", value).group(1) for value in values("RestartSec")]
    for guide_of in ("systemd", "troubleshooting"):
        text = (ROOT / "examples" / guide_of / "README.md").read_text()
        assert re.search(rf"tried again every\s{seconds} seconds", text), guide_of


# --- the README's commands, and what they set up ------------------------------------------------------

@pytest.fixture
def machine(tmp_path):
    """A folder in place of /, with the provider files' folder and the programs in it."""
    root = tmp_path / "machine"
    for folder in ("etc/systemd/system", "etc/oidc-sidecar/auth", "usr/local/bin"):
        (root / folder).mkdir(parents=True)
    for name in ("oidc-sidecar", "oidc-check"):
        (root / "usr/local/bin" / name).symlink_to(sidecar_program().with_name(name))
    return root


def commands():
    """The first block of the README."""
    return guide.block(EXAMPLE / "README.md", "install ").splitlines()


def within(machine, text):
    return re.sub(r"(?<![\w/])/(etc|data|usr/local)/", rf"{machine}/\1/", text)


def install(machine):
    """Everything but systemd itself, which would have to be there: those are returned."""
    ours, systemds = [], []
    for line in commands():
        (systemds if line.startswith("systemctl ") else ours).append(line)
    path = f"{machine}/usr/local/bin:{os.environ['PATH']}"
    done = subprocess.run(["sh", "-euc", within(machine, "\n".join(ours))], cwd=EXAMPLE,
                          env=clean_environment(PATH=path), capture_output=True, text=True,
                          timeout=60, check=False)
    return done, systemds


def service_on(machine, tmp_path, port):
    return Service(Unit(EXAMPLE / UNIT), machine, lambda text: within(machine, text),
                   tmp_path / "credentials", port)


def test_from_nothing_to_a_signed_in_person(machine, tmp_path):
    setup = Setup(tmp_path)
    setup.provider.start()
    setup.xnat.start()
    file = machine / "etc/oidc-sidecar/auth/openid-provider.properties"
    file.write_text(setup._text(), encoding="latin-1")
    file.chmod(0o640)
    done, systemds = install(machine)
    assert done.returncode == 0, done.stdout + done.stderr
    assert systemds == ["systemctl daemon-reload", "systemctl enable --now oidc-sidecar"]
    assert (machine / "etc/systemd/system" / UNIT).read_text() == (EXAMPLE / UNIT).read_text()
    assert (machine / "etc/oidc-sidecar/session.key").stat().st_mode & 0o777 == 0o600

    service = service_on(machine, tmp_path, setup.port)
    service.more["OIDC_SIDECAR_UPSTREAM"] = setup.xnat.url
    service.load()
    checked = service.check()
    assert (checked.returncode, checked.stdout) == (0, "The configuration is fine.\n"), checked.stderr
    setup.sidecar = service.start()
    try:
        browser = setup.signed_in("pertiwi")
        assert "Signed in as" in browser.open(f"{setup.url}/").text
    finally:
        assert setup.stop() == 0


class Proxy:
    """One that lets nobody through, and keeps what it was asked for."""

    def __init__(self):
        self.asked = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._refuse, daemon=True).start()

    def _refuse(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                self.asked.append(stream.readline().decode().split()[:2])
                while stream.readline().strip():
                    pass
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")


def test_a_proxy_to_the_internet(machine, tmp_path):
    """The drop-in of the README: the provider is asked through it, XNAT is not."""
    setup, proxy = Setup(tmp_path), Proxy()
    setup.xnat.start()
    file = machine / "etc/oidc-sidecar/auth/openid-provider.properties"
    block = properties.ProviderBlock("https://sso.example.edu.au", setup.client)
    file.write_text(properties.site(setup.url, [block]), encoding="latin-1")
    file.chmod(0o640)
    done, _ = install(machine)
    assert done.returncode == 0, done.stdout + done.stderr
    drop_in = tmp_path / "override.conf"
    drop_in.write_text(guide.block(EXAMPLE / "README.md", "[Service]\nEnvironment=https_proxy=").replace(
        "http://proxy.example:3128", proxy.url))
    assert proxy.url in drop_in.read_text()
    service = service_on(machine, tmp_path, setup.port)
    service.unit = Unit(EXAMPLE / UNIT, [drop_in])
    service.more |= {"OIDC_SIDECAR_UPSTREAM": setup.xnat.url, "http_proxy": proxy.url, "all_proxy": proxy.url}
    sidecar = setup.sidecar = service.load().start(ready=False)
    try:
        assert "CONNECT tunnel failed" in sidecar.wait_event("provider_failed")["detail"]
        since = setup.xnat.mark()
        Browser().visit(f"{setup.url}/app/template/Index.vm")
        assert setup.xnat.requests(since)
        assert {tuple(each) for each in proxy.asked} == {("CONNECT", "sso.example.edu.au:443")}
    finally:
        assert setup.stop() == 0
        proxy.listener.close()


def test_a_provider_file_with_a_mistake_keeps_it_from_starting(machine, tmp_path):
    setup = Setup(tmp_path)
    file = machine / "etc/oidc-sidecar/auth/openid-provider.properties"
    file.write_text(setup._text().replace(".clientId=", ".clientID="), encoding="latin-1")
    done, _ = install(machine)
    assert done.returncode == 1 and "[OC303]" in done.stdout
    checked = service_on(machine, tmp_path, setup.port).load().check()
    assert checked.returncode == 1 and "auth_openid-provider.properties:" in checked.stderr
