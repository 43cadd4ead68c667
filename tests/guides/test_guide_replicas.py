"""examples/replicas: its README from top to bottom, on three machines, with people at work all the while."""

import os
import threading
from pathlib import Path

import pytest

from guides.machine import EXAMPLES, SIDECAR, SITE, Around, Machine
from guides.test_guide_xnat_token import put_in
from harness import guide
from harness.browser import Browser
from harness.process import free_port
from harness.systemd import Unit
from harness.wait import wait_until

EXAMPLE = EXAMPLES / "replicas"
README = EXAMPLE / "README.md"
TOKEN = EXAMPLES / "xnat-token" / "README.md"
HOME, ONE, TWO = "192.0.2.10", "192.0.2.11", "192.0.2.12"
KEY = "/etc/oidc-sidecar/session.key"
FILE = "/etc/oidc-sidecar/auth/openid-provider.properties"
# Debian's, which root and Redis may read; for others, what of it ours says anew.
REDIS_CONF, REDIS_LINES = Path("/etc/redis/redis.conf"), "bind 127.0.0.1 -::1\nport 6379\n"


class Network:
    """The three machines, each of which finds the others at their addresses."""

    def __init__(self, folder, around):
        self.around = around
        self.machines = {}
        redis = free_port()
        for name, address in (("home", HOME), ("one", ONE), ("two", TWO)):
            (folder / name).mkdir()
            made = self.machines[address] = Machine(folder / name, around)
            made.remote = self.machines
        ports = {f"{HOME}:8080": around.xnat.port, f"{HOME}:6379": redis,
                 f"{ONE}:8081": self.machines[ONE].port, f"{TWO}:8081": self.machines[TWO].port}
        for made in self.machines.values():
            made.addresses = {each: f"127.0.0.1:{port}" for each, port in ports.items()} | {
                HOME: "127.0.0.1"}
            made.redis_port = redis
        for address in (ONE, TWO):
            self.machines[address].xnat_port = free_port()  # nothing listens there
        self.machines[HOME].file("/etc/redis/redis.conf").write_text(
            REDIS_CONF.read_text() if os.access(REDIS_CONF, os.R_OK) else REDIS_LINES)

    def __getitem__(self, address):
        return self.machines[address]

    def stop(self):
        for made in self.machines.values():
            made.stop()


@pytest.fixture
def network(tmp_path):
    around = Around().start()
    made = Network(tmp_path, around)
    yield made
    made.stop()
    around.stop()


class People:
    """One request after the other through the front end, until told to stop; what was not 200 is kept."""

    def __init__(self, browser):
        self.browser, self.count, self.wrong = browser, 0, []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def _work(self):
        while not self._stop.is_set():
            try:
                status = self.browser.script(f"{SITE}/xapi/users/username").status
            except OSError as problem:
                status = problem
            self.count += 1
            if status != 200:
                self.wrong.append(status)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join(60)

    def go_on(self):
        """Some more requests have been answered."""
        enough = self.count + 5
        wait_until(lambda: self.count >= enough, "people to go on", 30)


def at(machine, browser):
    """What one sidecar makes of the browser's session."""
    cookie = browser.jar.get("__Host-oidc-session")
    return Browser().request("GET", f"http://127.0.0.1:{machine.port}/oidc/session",
                             {"Cookie": f"{cookie.name}={cookie.value}"}).status


def proxied(machine):
    return machine.sidecar.metrics()['oidc_sidecar_requests_total{kind="proxied"}']


def test_from_top_to_bottom(network):
    one, two, home = network[ONE], network[TWO], network[HOME]

    def run(machine, block, status=0):
        return machine.run(block, "replicas", status)

    with guide.walk(README) as take:
        parts = first_parts()
        second = next(i for i, block in enumerate(parts) if block.startswith("install -m 600 openid-provider"))
        for block in parts[:second]:
            home.run(block, "xnat-token")
        run(home, take("scp -pr "))
        assert one.file("/etc/oidc-sidecar/xnat-admin").stat().st_mode & 0o077 == 0
        run(one, take("install -D -m 644 zz-replicas.conf "))
        for block in parts[second:]:
            if block.startswith("test -s"):
                put_in(one)
            one.run(block.replace("127.0.0.1:8080", f"{HOME}:8080"), "xnat-token")
        one.sidecar.wait_event("xnat_service_accepted")
        run(one, take("password="))
        assert one.file("/etc/oidc-sidecar/environment").stat().st_mode & 0o077 == 0
        run(home, take("grep -q redis-sidecar "))
        said = run(one, take("set -a; "))
        assert "takes entries and tells them" in said and "The configuration is fine.\n" in said
        run(one, take("scp -pr "))
        block = take("install -D ")
        for machine in (one, two):
            assert '"ready":true' in run(machine, block)

        run(home, take("if test -e /etc/nginx/"))
        run(home, take("nginx -t"))
        browser = home.browser()
        assert browser.sign_in(SITE, "alice").status == 403, "she waits for approval"
        approve(network)
        begun = browser.begin(SITE)
        assert browser.open(browser.at_provider(begun, "alice")).status == 302
        assert [at(machine, browser) for machine in (one, two)] == [200, 200]
        with People(browser) as people:
            wait_until(lambda: proxied(one) and proxied(two), "nginx to ask both", 20)
        assert people.wrong == []
        haproxy = [take("if test -e /etc/haproxy/"), take("haproxy -c ")]
        assert "redis_up 1" in run(one, down := take("curl "))

        with_redis_away(network, down)

        restart = take("oidc-check ")
        before = one.file(FILE).read_text()
        one.file(FILE).write_text(before.replace(".clientId=", ".clientID="))
        run(one, restart, status=1)
        assert at(one, browser) == 200, "it serves on with what it has read"
        one.file(FILE).write_text(before)
        with People(browser) as people:
            for machine in (one, two):
                people.go_on()
                assert '"ready":true' in run(machine, restart)
            people.go_on()
        assert people.wrong == [] and people.count > 10

        with People(browser) as people:
            for beginning in ("(umask 077 && openssl rand -base64 32 >>", "(umask 077 && tac "):
                run(one, take(beginning))
                assert one.file(KEY).read_text() == two.file(KEY).read_text()
                for machine in (one, two):
                    run(machine, restart)
                    other = home.browser()  # a sign-in with one half restarted
                    assert other.sign_in(SITE, "alice").status == 302
                    assert [at(each, other) for each in (one, two)] == [200, 200]
                    people.go_on()
        assert people.wrong == []
        run(one, take("sed -i "))
        for machine in (one, two):
            run(machine, restart)
        assert len(one.file(KEY).read_text().splitlines()) == 1
        assert [at(each, other) for each in (one, two)] == [200, 200], "sealed with the new one"
        assert at(one, browser) == 401, "eight hours too early, of course"

    home.services.pop("nginx").stop()
    for block in haproxy:
        run(home, block)
    assert home.browser().sign_in(SITE, "alice").status == 302
    browser = home.browser()
    assert browser.sign_in(SITE, "alice").status == 302
    with People(browser) as people:
        one.asked(["systemctl", "stop", SIDECAR])
        people.go_on()
    assert people.wrong == []


def first_parts():
    """Of the guide that this one begins with, until its service runs."""
    found = guide.blocks(TOKEN)
    end = next(i for i, block in enumerate(found) if block.startswith("if test -e /etc/nginx/"))
    commands = ("install", "printf", "curl", "test", "oidc-check --target sidecar /")
    return [block for block in found[:end] if block.startswith(commands)]


def approve(network):
    (account,) = wait_until(lambda: [event for address in (ONE, TWO)
                                     for event in network[address].sidecar.events("xnat_account_created")],
                            "an account to be created")
    network.around.xnat.enable_account(account["username"])


def with_redis_away(network, down):
    """A sign-in goes on; a sign-out is told when Redis is back. Whoever is restarted meanwhile starts."""
    one, two, home = network[ONE], network[TWO], network[HOME]
    home.services.pop("redis-server").stop()
    for machine in (one, two):
        machine.sidecar.wait_event("redis_failed")
        assert "redis_up 0" in machine.run(down, "replicas")
    status, said = two.asked(["systemctl", "restart", SIDECAR])
    assert status == 0, said
    assert "Until Redis is back" in two.journal[SIDECAR]
    two.sidecar.wait_ready()
    two.sidecar.wait_event("redis_failed")
    browser = home.browser()
    assert browser.sign_in(SITE, "alice").status == 302
    cookie = browser.jar.get("__Host-oidc-session")
    header = {"Cookie": f"{cookie.name}={cookie.value}"}
    out = Browser().request("GET", f"http://127.0.0.1:{one.port}/oidc/sign-out", header)
    assert out.status in (200, 302, 303)
    assert at(one, browser) == 401 and at(two, browser) == 200, "as the guide admits"
    assert home.asked(["systemctl", "restart", "redis-server"])[0] == 0
    for machine in (one, two):
        wait_until(lambda: machine.sidecar.metrics()["oidc_sidecar_redis_up"] == 1, "Redis to be back", 30)
    wait_until(lambda: at(two, browser) == 401, "the other to be told", 20)


@pytest.mark.standins
def test_the_last_drop_in_counts():
    """By their names, as systemd sorts them."""
    files = sorted([EXAMPLES / "xnat-token" / "xnat-token.conf", EXAMPLE / "zz-replicas.conf"],
                   key=lambda file: file.name)
    given = Unit(EXAMPLES / "systemd" / "oidc-sidecar.service", files).environment("/credentials")
    assert given["OIDC_SIDECAR_TRUSTED_PROXY"] == HOME
    assert given["OIDC_SIDECAR_UPSTREAM"] == f"http://{HOME}:8080"
