"""Alias tokens (--handoff xnat-token) through real front ends that ask about every request, configured by our
examples as they are; and a script on a page learns no token, even where the door is left open."""

import pytest

from harness.browser import SCRIPT, Browser
from harness.setup import Setup
from harness.stock import ADMIN, admin_file
from interop.fronts import RECIPES, SITE, FrontEnd

# What of an example keeps the question to the front end, and what stands there instead: nothing keeps browsers
# from asking.
UNGUARDED = {
    "nginx/auth-request.conf": ("location ^~ /oidc/auth {", "location = /nowhere {"),
    "caddy/forward-auth.Caddyfile": ("path_regexp /oidc/(.*/)?auth", "path_regexp /nowhere"),
    "envoy/ext-authz.yaml": ('regex: ".*/oidc/(.*/)?auth.*"', 'regex: "/nowhere"'),
    "traefik/forward-auth.yaml": ("PathRegexp(`/oidc/(.*/)?auth`)", "PathRegexp(`/nowhere`)"),
}
ASKING = [recipe for recipe in RECIPES if recipe.example in UNGUARDED]
OPEN = "left open"


class Site:
    """A front end, the sidecar, a stock XNAT and a provider."""

    def __init__(self, folder, recipe, is_open):
        self.is_open = is_open
        self.setup = Setup(folder, site_url=SITE, filter_on=False, xnat_options=["--admin", ADMIN], options=[
            "--trusted-proxy", "127.0.0.1", "--handoff", "xnat-token", "--xnat-admin-file", admin_file(folder)])
        self.setup.start()
        self.xnat = self.setup.xnat
        self.server = FrontEnd(folder, recipe, self.setup.port, self.xnat.port,
                               lambda text: self.changed(recipe, text) if is_open else text).start()

    @staticmethod
    def changed(recipe, text):
        before, after = UNGUARDED[recipe.example]
        assert text.count(before) == 1, f"{recipe}: {before}: {text.count(before)}"
        return text.replace(before, after)

    def browser(self):
        return Browser({SITE: (self.server.port, self.server.context)})

    def signed_in(self):
        browser = self.browser()
        assert browser.sign_in(SITE, "guenther").status == 302
        return browser

    def sessions(self):
        """Those of the one person, in XNAT."""
        return self.xnat.sessions(self.xnat.state()["accounts"][0])

    def stop(self):
        self.server.stop()
        assert self.setup.stop() == 0


@pytest.fixture(scope="module", params=[
    *(pytest.param((recipe, False), id=str(recipe)) for recipe in ASKING),
    *(pytest.param((recipe, True), id=f"{recipe} {OPEN}") for recipe in ASKING)])
def site(request, tmp_path_factory):
    made = Site(tmp_path_factory.mktemp("tokens"), *request.param)
    yield made
    made.stop()


def test_a_stock_xnat_knows_who_it_is(site):
    browser = site.signed_in()
    assert "Günther Größe" in browser.visit(f"{SITE}/").text
    answer = browser.request("GET", f"{SITE}/xapi/users/username", SCRIPT)
    assert (answer.status, answer.text) == (200, site.xnat.state()["accounts"][0])
    assert not site.setup.sidecar.events("credentials_withheld")


def test_who_keeps_cookies_has_one_session_in_xnat(site):
    browser = site.signed_in()
    before = len(site.sessions())
    for _ in range(8):
        assert browser.request("GET", f"{SITE}/data/projects", SCRIPT).status == 200
    assert len(site.sessions()) == before + 1


def test_who_keeps_no_cookies_has_a_session_in_xnat_for_each_request(site):
    """The front end sends the token along, and the sidecar sees nothing of XNAT's answers: the manual says so."""
    name = "__Host-oidc-session"
    cookie = {"Cookie": f"{name}={site.signed_in().jar.get(name).value}"}
    before = len(site.sessions())
    for _ in range(8):
        assert site.browser().request("GET", f"{SITE}/data/projects", SCRIPT | cookie).status == 200
    assert len(site.sessions()) == before + 8


@pytest.mark.parametrize("path", ["/oidc/auth", "/oidc/auth-redirect", "/oidc/auth-redirect/data/projects"])
@pytest.mark.parametrize("headers", [{}, {"X-Forwarded-Uri": "/data/projects"}, {"X_Forwarded_Uri": "/data/projects"}],
                         ids=["plain", "forged", "alias"])
def test_a_script_learns_no_token(site, path, headers):
    browser = site.signed_in()
    assert browser.request("GET", f"{SITE}/data/projects", SCRIPT).status == 200
    answer = browser.request("GET", f"{SITE}{path}", SCRIPT | headers)
    assert answer.status in ((200, 403, 404) if site.is_open else (404,))
    assert answer.all("Authorization") == []
