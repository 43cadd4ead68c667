"""What every front end of examples/ must hold, with the real server. The rows are fronts.RECIPES."""

import base64
import hashlib
import ipaddress
import json
import re
import subprocess
import sys
from dataclasses import replace
from functools import partial

import pytest

from harness import properties
from harness.browser import NAVIGATION, SCRIPT
from harness.logout import FORM
from harness.process import ROOT, clean_environment
from harness.servers import sidecar_program
from harness.setup import Setup
from harness.wait import wait_until
from harness.wire import Wire, request_bytes
from interop import ingress_nginx
from interop.fronts import (APPENDS, EXAMPLES, KEEPS, MERGES, NAME, PASSES_FORGED, RECIPES, SIGNS_IN_ALL, SITE,
                            UNPACKS, FrontEnd, Refusing, Site)

sys.path.insert(0, str(ROOT / "demo"))
from xnat_server.noise import noise_sha256  # noqa: E402

FORGED = "forged-by-the-client"
FOREIGN = "evil.example"
IDENTITIES = ["X-XNAT-OIDC-Username", "x-xnat-oidc-username", "X_XNAT_OIDC_Username",
              "x-xnat_oidc-username", "X-Xnat-Oidc_UserName", "X.XNAT.OIDC.Username",
              "X-XNAT-OIDC-Assertion", "X_XNAT_OIDC_ASSERTION", "X-XNAT-OIDC-Email",
              "X-XNAT-OIDC-Given-Name", "X-XNAT-OIDC-Create_User", "x-XNAT-oidc-AUTO-Enabled",
              "X-XNAT-OIDC-Family-Name"]
# All that the sidecar hands over.
HANDED = [f"X-XNAT-OIDC-{name}" for name in (
    "Username", "Subject", "Issuer", "Provider", "Email", "Given-Name", "Family-Name", "Auto-Enabled",
    "Auto-Verified", "Create-User", "Assertion")]
FORWARDING = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Method",
              "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Proto", "X-Forwarded-Scheme",
              "X-Forwarded-Server", "X-Forwarded-Uri", "X-Original-Method", "X-Original-URL",
              "X-Real-IP", "X-Rewrite-URL"]
BASIC = ("Authorization", "Basic " + base64.b64encode(b"admin:admin").decode())
DEEP = f"{SITE}/app/template/Index.vm?x=1&y=2"
LARGE = 96 * 1024 * 1024
# Tomcat takes 8 kB; the sidecar's own cookies come on top of that, and are not passed on.
LONG_VALUE = "v" * 6000


@pytest.fixture(scope="module", params=RECIPES, ids=str)
def site(request, tmp_path_factory):
    made = Site(tmp_path_factory.mktemp("front"), request.param)
    yield made
    made.stop()


@pytest.fixture(scope="module", params=RECIPES, ids=str)
def site_without_passwords(request, tmp_path_factory):
    made = Site(tmp_path_factory.mktemp("front"), request.param, site_keys={"disableUsernamePasswordLogin": "true"})
    yield made
    made.stop()


def cookie(browser):
    return ("Cookie", browser.jar.header(SITE))


def refused(site):
    """The status for who has no session, and is no person."""
    return 302 if SIGNS_IN_ALL in site.recipe.habits else 401


def allowed(site):
    """A header with which a program may pass."""
    return cookie(site.signed_in()) if SIGNS_IN_ALL in site.recipe.habits else BASIC


def forged(recipe, head):
    """Whether the client's word is in a request's head, but where the front end keeps it by itself."""
    kept = {PASSES_FORGED: "^X-Original-Forwarded-For:.*$", APPENDS: f"(?<=^X-Forwarded-For: )({FORGED}, ?)+"}
    for each in set(kept) & set(recipe.habits):
        head = re.sub(f"(?mi){kept[each]}", "", head)
    return FORGED in head


def values(request, name):
    return [value for each, value in request["headers"] if each.lower() == name.lower()]


# --- people -----------------------------------------------------------------------------------------

def test_sign_in_comes_back_to_the_deep_link_and_out(site):
    browser = site.browser()
    page = browser.visit(DEEP)
    (button,) = [link for link in page.links() if "providerId=aaf" in link]
    answer = browser.open(browser.at_provider(browser.open(button), "guenther"))
    assert answer.header("Location") == DEEP
    assert "Signed in as Günther Größe" in browser.follow(answer).text
    session = browser.jar.get("__Host-oidc-session")
    assert session.secure and session.http_only
    assert browser.visit(f"{SITE}/app/action/LogoutUser").status == 200
    assert browser.jar.get("__Host-oidc-session") is None
    old = {"Cookie": f"__Host-oidc-session={session.value}"}
    assert browser.request("GET", f"{SITE}/oidc/session", SCRIPT | old).status == 401


@pytest.mark.parametrize("recipe", RECIPES, ids=str)
def test_a_renewed_cookie_reaches_the_browser(tmp_path, recipe):
    """The sidecar sends one when a quarter of the idle time is over; the answer's own cookies come too. No cache
    that others share may keep it."""
    site = Site(tmp_path, recipe, ["--session-idle", "4s"])
    browser = site.signed_in()

    def brings_cookie():
        answer = browser.script(f"{SITE}/test/kept?as=public,%20max-age=3600")
        assert answer.status == 200
        return answer if any(text.startswith("__Host-oidc-session=") for text in answer.all("Set-Cookie")) else None
    answer = wait_until(brings_cookie, "a renewed cookie", 20)
    assert any("no-store" in value for value in answer.all("Cache-Control")) == (KEEPS not in recipe.habits)
    assert browser.script(f"{SITE}/oidc/session").status == 200
    answer = browser.script(f"{SITE}/test/cookies")
    assert {"first=1; Path=/", "second=2; Path=/"} <= set(answer.all("Set-Cookie"))
    site.stop()


def test_script_without_a_session(site):
    answer = site.browser().script(f"{SITE}/data/projects", **{"User-Agent": "curl"})
    assert answer.status == refused(site) and (answer.header("Location") is None) == (answer.status == 401)


# What a person's browser and a page's script look like, whatever else they leave out.
TOLD_APART = {
    "browser": (302, {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}),
    "old browser": (302, {"Accept": "text/html"}),
    "script that wants a page": (401, {"Accept": "text/html", "Sec-Fetch-Mode": "cors",
                                       "Sec-Fetch-Dest": "empty"}),
    "old script that wants a page": (401, {"Accept": "text/html", "X-Requested-With": "XMLHttpRequest"}),
    "old script": (401, {"Accept": "application/json"}),
}


@pytest.mark.parametrize("who", TOLD_APART)
def test_people_and_scripts_are_told_apart(site, who):
    """A person is sent to sign in; a script is told that it has no session, not given a page."""
    status, headers = TOLD_APART[who]
    answer = site.exchange(request_bytes("GET", "/data/projects", [*headers.items()], host=NAME))
    assert answer.status == (302 if status == 302 else refused(site)), answer.headers


@pytest.mark.parametrize("path", ["/app/action/LogoutUser", "//app/action/LogoutUser", "/app//action/LogoutUser",
                                  "/app/./action/LogoutUser", "/x/../app/action/LogoutUser",
                                  "/app/action/%4cogoutUser"])
def test_logout_ends_the_session_or_is_refused(site, path):
    """However it is spelt: XNAT reads it as one path, and must not end its session alone."""
    browser = site.signed_in()
    answer = site.exchange(request_bytes("GET", path, [*NAVIGATION.items(), cookie(browser)], host=NAME))
    session = browser.script(f"{SITE}/oidc/session")
    assert answer.status >= 400 or session.status == 401, answer.status


def test_own_credentials_pass(site):
    since = site.xnat.mark()
    answer = site.exchange(request_bytes("GET", "/data/projects", [BASIC], host=NAME))
    if SIGNS_IN_ALL in site.recipe.habits:
        assert answer.status == 302 and not site.xnat.requests(since)
        return
    assert answer.status == 200
    (seen,) = site.xnat.requests(since)
    assert values(seen, "Authorization") == [BASIC[1]]
    # What a program does not ask for is not asked for in its name: bytes pass as they are.
    assert values(seen, "Accept-Encoding") == (["gzip"] if UNPACKS in site.recipe.habits else [])


@pytest.mark.parametrize("brought", ["x", "Basic !", "Negotiate"])
def test_whatever_is_in_authorization_is_xnats_to_judge(site, brought):
    """A front end that asks is no gate, and its example does not say that it is."""
    since = site.xnat.mark()
    answer = site.exchange(request_bytes("GET", "/data/projects", [("Authorization", brought)], host=NAME))
    passes = SIGNS_IN_ALL not in site.recipe.habits
    assert (answer.status, len(site.xnat.requests(since))) == ((401, 1) if passes else (302, 0))
    if site.recipe.asks and passes:
        head = " ".join((EXAMPLES / site.recipe.example).read_text().replace("#", " ").split())
        assert "whatever is in it, passes unasked" in head


@pytest.mark.parametrize("target", ["/login", "/data/services/auth", "/REST/services/auth", "/app/action/XDATLoginUser",
                                    "/app/template/Index.vm?action=XDATLoginUser"])
def test_xnats_own_login_is_barred_by_the_sidecar_alone(site_without_passwords, target):
    """Where it is the proxy. A front end that asks goes past it, and its guide says so."""
    site = site_without_passwords
    since = site.xnat.mark()
    answer = site.exchange(request_bytes("POST", target, [
        cookie(site.signed_in()), ("Content-Type", FORM), ("Content-Length", "0")], host=NAME), "POST")
    arrived = [each for each in site.xnat.requests(since) if each["target"] == target]
    assert bool(arrived) == site.recipe.asks, answer.status
    guide = (EXAMPLES / site.recipe.example).parent / "README.md"
    assert not site.recipe.asks or "disableUsernamePasswordLogin=true" in guide.read_text()


def test_paths_arrive_as_they_were_written(site):
    browser = site.signed_in()
    for target in ("/data/a%20b/c%2Bd?x=%2F&y=a+b", "/data/~x/%C3%A9;v=1", "/data/projects?format=json&&",
                   "/data//x", "/data/a%2Fb"):
        since = site.xnat.mark()
        answer = site.exchange(request_bytes("GET", target, [cookie(browser)], host=NAME))
        assert answer.status in (200, 400), answer.body
        if answer.status == 200:
            (seen,) = site.xnat.requests(since)
            assert seen["target"] == (
                target.replace("//", "/") if MERGES in site.recipe.habits else target)


# --- forged -----------------------------------------------------------------------------------------

def assert_none_forged(requests, session):
    """XNAT saw nothing of the client's making, and who it is only where there is a session."""
    for request in requests:
        assert FORGED.encode() not in request["head"]
        named = [name.lower() for name, value in request["headers"]
                 if value and "xnatoidc" in "".join(filter(str.isalnum, name)).lower()]
        assert len(named) == len(set(named))
        assert ("x-xnat-oidc-assertion" in named) == session
        assert session or not named


@pytest.mark.parametrize("spelling", IDENTITIES)
def test_forged_identity(site, spelling):
    """With a session, with XNAT's own credentials, and with nothing; alone and twice."""
    basic_passes = SIGNS_IN_ALL not in site.recipe.habits
    for more, session, passes in (([cookie(site.signed_in())], True, True), ([BASIC], False, basic_passes),
                                  ([], False, False)):
        for lies in ([(spelling, FORGED)], [(spelling, FORGED)] * 2):
            since = site.xnat.mark()
            answer = site.exchange(request_bytes("GET", "/data/projects", [*lies, *more], host=NAME))
            arrived = site.xnat.requests(since)
            assert answer.status == (200 if passes else refused(site)), answer.body
            assert bool(arrived) >= passes
            assert_none_forged(arrived, session)


def test_each_header_that_is_handed_over_is_the_sidecars_alone(site):
    """In both spellings, with a session and with XNAT's own credentials."""
    signed_in = cookie(site.signed_in())
    for name in (*HANDED, *(name.replace("-", "_") for name in HANDED)):
        for who in {signed_in, allowed(site)}:
            since = site.xnat.mark()
            answer = site.exchange(request_bytes("GET", "/data/projects", [(name, FORGED), who], host=NAME))
            assert answer.status == 200, f"{name}: {answer.body}"
            (seen,) = [each for each in site.xnat.requests(since) if each["target"] == "/data/projects"]
            assert_none_forged([seen], who[0] == "Cookie")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
def test_forged_identity_all_at_once(site, method):
    browser = site.signed_in("pertiwi")
    headers = [(name, FORGED) for name in IDENTITIES]
    since = site.xnat.mark()
    answer = site.exchange(request_bytes(method, "/data/projects", [*headers, cookie(browser)], host=NAME),
                           method)
    assert answer.status in (200, 201), answer.body
    (seen,) = site.xnat.requests(since)
    assert_none_forged([seen], True)
    # She has no given name: what the sidecar leaves empty is not the client's to fill.
    assert values(seen, "X-XNAT-OIDC-Given-Name") in ([], [""])
    assert values(seen, "Authorization") == [], "a second identity, with which XNAT's filter lets nobody in"


def test_identity_named_by_connection(site):
    """A front end takes away what Connection names: then nobody is signed in, or the person who is."""
    browser = site.signed_in()
    for name in IDENTITIES:
        since = site.xnat.mark()
        site.exchange(request_bytes("GET", "/data/projects", [
            (name, FORGED), ("Connection", name), cookie(browser)], host=NAME))
        assert FORGED.encode() not in b"".join(each["head"] for each in site.xnat.requests(since))


@pytest.mark.parametrize("name", FORWARDING)
def test_forged_forwarding(site, name):
    """Neither XNAT nor the sidecar hears of it; XNAT hears where the request really came from."""
    who = allowed(site)
    for lies in ([(name, FORGED)], [(name, FORGED), (name, FORGED)], [(name.replace("-", "_"), FORGED)]):
        since = site.xnat.mark()
        answer = site.exchange(request_bytes("GET", "/data/projects", [*lies, who], host=NAME))
        assert answer.status == 200
        (seen,) = [each for each in site.xnat.requests(since) if each["target"] == "/data/projects"]
        assert not forged(site.recipe, seen["head"].decode())
        assert values(seen, "X-Forwarded-Proto") == ["https"]
        assert values(seen, "X-Forwarded-Host") == [NAME]
        hops = re.split(", ?", ",".join(values(seen, "X-Forwarded-For")))
        if APPENDS in site.recipe.habits:
            hops = [hop for hop in hops if hop != FORGED]
        assert len(hops) == (1 if site.recipe.asks else 2)  # the front end; the sidecar too
        assert all(map(ipaddress.ip_address, hops))


@pytest.mark.parametrize("recipe", RECIPES, ids=str)
def test_forged_forwarding_does_not_reach_the_sidecar(tmp_path, recipe):
    """Which believes such headers of a front end, in whatever it is asked or sent."""
    sidecar = Refusing()
    server = FrontEnd(tmp_path, recipe, sidecar.port, sidecar.port).start()
    for name in FORWARDING:
        for path in ("/data/projects", "/oidc/sign-in", "/openid-login", "/app/action/LogoutUser"):
            since = len(sidecar.requests)
            with Wire(server.port, context=server.context, name=NAME) as wire:
                wire.send(request_bytes("GET", path, [(name, FORGED)], host=NAME)).answer()
            assert sidecar.requests[since:]
            assert not forged(recipe, "".join(sidecar.requests[since:])), f"{name} {path}"
    server.stop()
    sidecar.stop()


def test_forged_target_does_not_choose_where_sign_in_ends(site):
    forged = {"X-Forwarded-Uri": "/elsewhere", "X-Forwarded-Method": "POST", "X-Original-URL": "/elsewhere"}
    browser = site.browser()
    answer = browser.open(DEEP, **forged)
    assert answer.status == 302
    assert "elsewhere" not in answer.location and "Index.vm" in answer.location


@pytest.mark.parametrize("target", ["/oidc/sign-in", "/openid-login?providerId=aaf", "/app/template/Index.vm"])
def test_forged_host(site, target):
    """Refused by the front end, or answered with the site's own addresses."""
    headers = [*NAVIGATION.items(), ("X-Forwarded-Host", FOREIGN)]
    answer = site.exchange(request_bytes("GET", target, headers, host=FOREIGN))
    assert FOREIGN.encode() not in answer.body
    assert FOREIGN not in json.dumps(answer.headers)


def test_forged_host_does_not_reach_xnat(site):
    since = site.xnat.mark()
    site.exchange(request_bytes("GET", "/data/projects", [BASIC, ("X-Forwarded-Host", FOREIGN)], host=FOREIGN))
    assert not [each for each in site.xnat.requests(since) if FOREIGN.encode() in each["head"]]


# --- what only the front end may reach --------------------------------------------------------------

def test_admin_port_is_not_reachable(site):
    browser = site.signed_in()
    for path in ("/metrics", "/healthz", "/readyz"):
        since = site.xnat.mark()
        answer = browser.open(f"{SITE}{path}")
        assert b"oidc_" not in answer.body and answer.status == 404
        assert [each["target"] for each in site.xnat.requests(since)] == [path]


def test_back_channel_logout_is_reachable(site):
    """A provider, which has no session: what it sends is judged by the sidecar."""
    answer = site.browser().request("POST", f"{SITE}/oidc/backchannel-logout",
                                    {"Content-Type": FORM, "User-Agent": "provider"},
                                    b"logout_token=not-a-token")
    assert answer.status == 400, answer.body
    assert site.sidecar.wait_event("backchannel_logout_refused")


def test_own_paths_of_the_sidecar(site):
    for path in ("/oidc/sign-in", "/oidc/jwks.json"):
        assert site.browser().open(f"{SITE}{path}").status == 200


@pytest.mark.parametrize("path", [
    "/oidc/auth", "/oidc/auth-redirect", "/oidc/auth-redirect/", "/oidc/auth-redirect/data/projects",
    "/oidc/auth?x", "/oidc/auth;x", "/oidc/auth/", "/oidc/%61uth", "/oidc//auth", "/oidc/./auth",
    "/oidc/x/../auth", "/oidc/%2e/auth", "/oidc/auth-redirect;x/y", "/oidc/%61uth-redirect/data",
    "/oidc//auth-redirect/data", "//oidc/auth-redirect/data", "/./oidc/auth", "/oidc/auth%2dredirect/x",
    "/x/../oidc/auth", "/%6fidc/auth", "/oidc;a/auth", "/oidc;a/auth-redirect/x", "/oidc%5Cauth-redirect/x",
    "/oidc\\auth-redirect/x", "/oidc%2fauth-redirect/x", "/;/oidc;y/auth-redirect/x",
    "/x/..;/oidc/auth-redirect/y"])
def test_questions_are_the_front_ends_alone(site, path):
    """What is answered to them lets people in to XNAT: a script on a page must not get hold of it."""
    answer = site.exchange(request_bytes("GET", path, [cookie(site.signed_in())], host=NAME))
    assert answer.status in (400, 403, 404), answer.status
    assert not [name for name, _ in answer.headers if name.lower().startswith("x-xnat-")]


INGRESS_NGINX = [recipe for recipe in RECIPES if recipe.example.startswith("ingress-nginx/")]


@pytest.fixture(scope="module", params=INGRESS_NGINX, ids=str)
def site_that_believes_forwarded(request, tmp_path_factory):
    """With a controller that takes anybody's word for where a request comes from."""
    render = partial(ingress_nginx.configuration, settings={"use_forwarded_headers": True})
    made = Site(tmp_path_factory.mktemp("front"), replace(request.param, render=render))
    yield made
    made.stop()


@pytest.mark.parametrize("address", ["192.0.2.0", "127.0.0.1", "10.0.0.1", "::1", "2001:db8::1", "unix:"])
def test_no_forwarded_address_opens_the_questions(site_that_believes_forwarded, address):
    site = site_that_believes_forwarded
    browser = site.signed_in()
    for path in ("/oidc/auth", "/oidc/auth-redirect/data/projects"):
        answer = site.exchange(request_bytes("GET", path, [cookie(browser), ("X-Forwarded-For", address)], host=NAME))
        assert answer.status == 403, answer.status
        assert not [name for name, _ in answer.headers if name.lower().startswith("x-xnat-")]


def test_forward_auth_statuses(site):
    """Whatever the cookie, it is 401 without a session, and 200 with one."""
    for value in ("", ";", "__Host-oidc-session=x", "__Host-oidc-session=" + "A" * 3000):
        answer = site.browser().script(f"{SITE}/data/projects", Cookie=value, **{"User-Agent": "curl"})
        assert answer.status == refused(site), value
    assert site.signed_in().script(f"{SITE}/data/projects").status == 200


# --- XNAT's traffic ---------------------------------------------------------------------------------

def test_large_transfers_arrive_as_they_are(site):
    browser = site.signed_in()
    block = bytes(range(256)) * 4096
    body = block * (LARGE // len(block))
    answer = browser.script(f"{SITE}/data/services/import", "POST", body)
    assert answer.json() == {"size": LARGE, "sha256": hashlib.sha256(body).hexdigest()}
    down = browser.open(f"{SITE}/data/x?format=zip&size={LARGE}")
    assert down.status == 200 and len(down.body) == LARGE
    assert hashlib.sha256(down.body).hexdigest() == noise_sha256(LARGE)


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_an_upload_streams(site, framing):
    """XNAT has the request before its body is complete."""
    size = 4 * 1024 * 1024
    half = b"u" * (size // 2)
    how = {"length": ("Content-Length", str(size)), "chunked": ("Transfer-Encoding", "chunked")}[framing]
    before, after = (b"", b"") if framing == "length" else (f"{len(half):x}\r\n".encode(), b"\r\n")
    since = site.xnat.mark()
    with site.wire() as wire:
        wire.send(request_bytes("POST", "/data/services/import", [how, allowed(site)], host=NAME))
        wire.send(before + half + after)
        wait_until(lambda: site.xnat.requests(since), "XNAT to see an upload that goes on", 20)
        assert not site.xnat.requests(since)[0]["body_complete"]
        wire.send(before + half + after + (b"0\r\n\r\n" if framing == "chunked" else b""))
        answer = wire.answer("POST")
    assert json.loads(answer.body) == {"size": size, "sha256": hashlib.sha256(half * 2).hexdigest()}


def test_a_download_streams(site):
    """The browser has the beginning of what XNAT still makes."""
    browser = site.signed_in()
    with site.wire() as wire:
        wire.send(request_bytes("GET", "/test/gate/front?when=body&size=2000", [cookie(browser)], host=NAME))
        assert wire.head().status == 200
        assert len(wire.exactly(100)) == 100
        site.xnat.open_gate("front")


def test_a_long_head_passes(site):
    browser = site.signed_in()
    cookies = f"{browser.jar.header(SITE)}; long={LONG_VALUE}"
    since = site.xnat.mark()
    answer = site.exchange(request_bytes("GET", "/data/projects", [("Cookie", cookies)], host=NAME))
    assert answer.status == 200
    (seen,) = site.xnat.requests(since)
    assert LONG_VALUE in values(seen, "Cookie")[0]


# --- the commands of the guides ---------------------------------------------------------------------

# Of manifests, test_kubernetes.py runs the commands.
GUIDES = sorted({recipe.example.partition("/")[0] for recipe in RECIPES if not recipe.render})


def commands(guide):
    """Lines of the guide's command blocks, continued ones as one."""
    text = (EXAMPLES / guide / "README.md").read_text().replace("\\\n", "")
    return [line.split() for line in re.findall(r"^    (\S.*)$", text, re.MULTILINE)]


def run(words, **more):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=60,
                          check=False, **more)


@pytest.mark.parametrize("guide", GUIDES)
def test_the_command_that_starts_the_sidecar(tmp_path, guide):
    """As it stands in the guide, with this machine's paths, for a look at the configuration."""
    (words,) = [line for line in commands(guide) if line[0] == "oidc-sidecar"]
    setup = Setup(tmp_path, site_url=SITE)
    auth = tmp_path / "auth"
    auth.mkdir()
    file = auth / "openid-provider.properties"
    file.write_text(properties.site(SITE, [properties.ProviderBlock("http://127.0.0.1:9")]),
                    encoding="latin-1")
    file.chmod(0o600)
    paths = {"/etc/oidc-sidecar/auth": auth, "/etc/oidc-sidecar/session.key": setup.key_file}
    assert set(paths) <= set(words)
    done = run([sidecar_program(), *(paths.get(word, word) for word in words[1:]), "--check-config"],
               env=clean_environment())
    assert (done.returncode, done.stdout) == (0, "The configuration is fine.\n"), done.stderr


@pytest.mark.parametrize("recipe", [each for each in RECIPES if each.check], ids=str)
def test_the_command_that_checks_the_configuration(tmp_path, recipe):
    """As it stands in the guide: it takes the example, and notices a damaged one."""
    words = recipe.check.split()
    assert words in commands(recipe.example.partition("/")[0])
    for damage, good in (("", True), ("\n}}} nonsense\n", False)):
        server = FrontEnd(tmp_path, recipe, 8081, 8080, lambda text, damage=damage: text + damage)
        done = run([server.argv[0], *words[1:-1], server.argv[-1]], env=server.environment)
        assert (done.returncode == 0) == good, done.stderr
