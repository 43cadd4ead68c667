"""nginx and the sidecar with a UNIX socket between them, as nginx's guide says."""

import re
import socket

import pytest

from harness.browser import SCRIPT, Browser
from harness.process import ROOT
from harness.rest import basic
from harness.setup import Setup
from harness.stock import ADMIN, admin_file
from harness.wire import request_bytes
from interop.fronts import RECIPES, SITE, FrontEnd

GUIDE = ROOT / "examples/nginx/README.md"
PLACE = "/run/oidc-sidecar/sidecar.socket"
NGINX = [recipe for recipe in RECIPES if recipe.example.startswith("nginx/")]


class Site:
    """nginx, the sidecar, a stock XNAT and a provider."""

    def __init__(self, folder, recipe, trusted=True):
        self.socket = folder / "sidecar.socket"
        self.setup = Setup(folder, site_url=SITE, filter_on=False, xnat_options=["--admin", ADMIN], options=[
            "--handoff", "xnat-token", "--xnat-admin-file", admin_file(folder), "--unauthenticated", "login"])
        self.setup.start().sidecar.stop()
        self.listen(trusted)
        line = self.said("server unix:")
        self.server = FrontEnd(folder, recipe, self.setup.port, self.setup.xnat.port,
                               lambda text: re.sub(r"server 127\.0\.0\.1:%d;" % self.setup.port, line, text)).start()

    def said(self, beginning):
        """What the guide says between backticks, with our socket."""
        (text,) = re.findall(f"`({beginning}[^`]*)`", GUIDE.read_text())
        assert PLACE in text
        return text.replace(PLACE, str(self.socket))

    def listen(self, trusted):
        options = self.said("--listen ").split()
        argv = self.setup.sidecar.argv
        argv[argv.index("--listen") + 1] = options[1]
        argv += options[2:] if trusted else []
        self.setup.sidecar.start()

    def signed_in(self):
        browser = Browser({SITE: (self.server.port, self.server.context)})
        assert browser.sign_in(SITE, "guenther").status == 302
        return browser

    def stop(self):
        self.server.stop()
        assert self.setup.stop() == 0


def addresses_told(requests):
    return {value for request in requests for name, value in request["headers"]
            if name.lower() == "x-forwarded-for"}


@pytest.fixture
def make(tmp_path):
    made = []

    def make(recipe, **settings):
        made.append(Site(tmp_path, recipe, **settings))
        return made[-1]
    yield make
    for site in made:
        site.stop()


@pytest.mark.parametrize("recipe", NGINX, ids=str)
def test_the_front_end_is_believed(make, recipe):
    site = make(recipe)
    browser = site.signed_in()
    assert "Günther Größe" in browser.visit(f"{SITE}/").text
    assert browser.request("GET", f"{SITE}/data/projects", SCRIPT).status == 200
    assert not site.setup.sidecar.events("credentials_withheld")
    clients = {(event["client"], event.get("peer")) for event in site.setup.sidecar.events("request")}
    assert clients == {("127.0.0.1", "unix")}
    assert addresses_told(site.setup.xnat.requests()) == {"127.0.0.1"}, "XNAT hears of addresses alone"


@pytest.mark.parametrize("recipe", NGINX, ids=str)
def test_without_the_word_it_is_not(make, recipe):
    site = make(recipe, trusted=False)
    site.signed_in().visit(f"{SITE}/")
    assert {event["client"] for event in site.setup.sidecar.events("request")} == {"unix"}
    assert "unix" not in addresses_told(site.setup.xnat.requests())


@pytest.mark.parametrize("trusted", [True, False])
def test_a_front_end_that_says_nothing_of_its_client(make, trusted):
    """Then XNAT hears nothing, not the word."""
    site = make(NGINX[0], trusted=trusted)
    since = site.setup.xnat.mark()
    with socket.socket(socket.AF_UNIX) as wire:
        wire.connect(str(site.socket))
        wire.sendall(request_bytes("GET", "/data/projects", [("Authorization", basic(ADMIN)), ("Connection", "close")]))
        assert wire.recv(65536).startswith(b"HTTP/1.1 200")
    told = site.setup.xnat.requests(since)
    assert told and addresses_told(told) == set()
