"""Behind real nginx, configured by our own examples: with auth_request, and as plain reverse proxy."""

import base64
import os
import re
import subprocess
import time

import pytest

from harness import properties
from harness.browser import SCRIPT, Browser
from harness.court import Court
from harness.hostile import OWN_KEY, compact
from harness.process import ROOT, Process, clean_environment, free_port
from harness.servers import fetch, sidecar_program
from harness.setup import Setup
from harness.tls import self_signed
from harness.wait import wait_until
from harness.wire import Wire, request_bytes

NAME = "xnat.example.com"
SITE = f"https://{NAME}"
EXAMPLES = ROOT / "examples" / "nginx"
FORGED = "forged-by-the-client"
SPELLINGS = ["X-XNAT-OIDC-Username", "x-xnat-oidc-username", "X_XNAT_OIDC_Username",
             "x-xnat_oidc-username", "X-Xnat-Oidc_UserName", "X.XNAT.OIDC.Username",
             "X-XNAT-OIDC-Assertion", "X_XNAT_OIDC_ASSERTION", "X-XNAT-OIDC-Email",
             "X-XNAT-OIDC-Given-Name", "X-XNAT-OIDC-Create_User", "x-XNAT-oidc-AUTO-Enabled",
             "X-XNAT-OIDC-Family-Name"]
OPTION = '#"~*^bearer " "";'
BASIC = "Basic " + base64.b64encode(b"admin:admin").decode()


class Nginx(Process):
    """One of the examples, with ports, certificate and addresses of this machine."""

    def __init__(self, folder, example, sidecar_port, xnat_port, bearer=False):
        self.port = free_port()
        certificate, key, self.context = self_signed(folder, NAME)
        text = (EXAMPLES / example).read_text()
        for before, after in (("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"),
                              ("127.0.0.1:8081;", f"127.0.0.1:{sidecar_port};"),
                              ("127.0.0.1:8080;", f"127.0.0.1:{xnat_port};"),
                              (f"/etc/nginx/tls/{NAME}.pem", str(certificate)),
                              (f"/etc/nginx/tls/{NAME}.key", str(key))):
            assert before in text or (before == "127.0.0.1:8080;" and "proxy" in example), before
            text = text.replace(before, after)
        if bearer:
            assert text.count(OPTION) == 1
            text = text.replace(OPTION, OPTION.lstrip("#"))
        site = folder / example
        site.write_text(text)
        paths = "".join(f"{kind}_temp_path {folder}/{kind};\n"
                        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        main = folder / "nginx.conf"
        user = "user root;\n" if os.getuid() == 0 else ""
        main.write_text(f"{user}daemon off;\nworker_processes 1;\nerror_log stderr;\n"
                        f"pid {folder}/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n"
                        f"{paths}include {site};\n}}\n")
        super().__init__("nginx", ["/usr/sbin/nginx", "-p", folder, "-c", main, "-e", "stderr"])

    def start(self):
        super().start()

        def answers():
            assert self.alive, self.evidence()
            try:
                Wire(self.port, context=self.context, name=NAME).close()
                return True
            except OSError:
                return False
        wait_until(answers, "nginx to listen", 10, self.evidence)
        return self


class Front:
    def __init__(self, folder, example):
        self.setup = Setup(folder, site_url=SITE, options=["--trusted-proxy", "127.0.0.1"])
        self.setup.start()
        self.xnat = self.setup.xnat
        self.nginx = Nginx(folder, example, self.setup.port, self.xnat.port).start()

    def browser(self):
        return Browser({SITE: (self.nginx.port, self.nginx.context)})

    def signed_in(self, person="alice"):
        browser = self.browser()
        assert browser.sign_in(SITE, person).status == 302
        assert browser.jar.get("__Host-oidc-session")
        return browser

    def exchange(self, data, method="GET"):
        with Wire(self.nginx.port, context=self.nginx.context, name=NAME) as wire:
            return wire.send(data).answer(method)

    def stop(self):
        self.nginx.stop()
        assert self.setup.stop() == 0


@pytest.fixture(scope="module", params=["auth-request.conf", "reverse-proxy.conf"])
def front(request, tmp_path_factory):
    made = Front(tmp_path_factory.mktemp("nginx"), request.param)
    made.example = request.param
    yield made
    made.stop()


def test_sign_in_and_out(front):
    browser = front.browser()
    page = browser.visit(f"{SITE}/app/template/Index.vm?x=1&y=2")
    if front.example == "reverse-proxy.conf":
        # XNAT's own redirect to its login page becomes our sign-in page there.
        page = browser.visit(f"{SITE}/app/template/Login.vm")
    (button,) = [link for link in page.links() if "providerId=aaf" in link]
    answer = browser.open(browser.at_provider(browser.open(button), "guenther"))
    if front.example == "auth-request.conf":
        assert answer.header("Location") == f"{SITE}/app/template/Index.vm?x=1&y=2"
    assert "Signed in as Günther Größe" in browser.follow(answer).text
    assert browser.jar.get("__Host-oidc-session").secure
    value = browser.jar.get("__Host-oidc-session").value
    out = browser.visit(f"{SITE}/app/action/LogoutUser")
    assert out.status == 200 and browser.jar.get("__Host-oidc-session") is None
    old = browser.request("GET", f"{SITE}/oidc/session",
                          {"Cookie": f"__Host-oidc-session={value}"})
    assert old.status == 401


def assert_clean(requests, session):
    assert requests
    for request in requests:
        assert FORGED.encode() not in request["head"]
        named = [name.lower() for name, _ in request["headers"]
                 if "xnatoidc" in "".join(filter(str.isalnum, name)).lower()]
        assert len(named) == len(set(named))
        if session:
            assert "x-xnat-oidc-assertion" in named
        else:
            assert not named


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
def test_forged_headers_with_a_session(front, method):
    browser = front.signed_in("pertiwi")
    headers = [(name, FORGED) for name in SPELLINGS]
    headers += [("Cookie", browser.jar.header(SITE)), (SPELLINGS[0], FORGED)]
    since = front.xnat.mark()
    answer = front.exchange(request_bytes(method, "/data/projects", headers, host=NAME), method)
    assert answer.status in (200, 201), answer.body
    assert_clean(front.xnat.requests(since), session=True)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_each_forged_spelling(front, spelling):
    """Alone; with a session, with XNAT's own credentials, and with nothing."""
    browser = front.signed_in()
    since = front.xnat.mark()
    for more, session in (([("Cookie", browser.jar.header(SITE))], True),
                          ([("Authorization", BASIC)], False), ([], False)):
        before = front.xnat.mark()
        answer = front.exchange(request_bytes("GET", "/data/projects",
                                              [(spelling, FORGED), *more], host=NAME))
        arrived = front.xnat.requests(before)
        if more:
            assert answer.status == 200, answer.body
            assert_clean(arrived, session)
        else:
            assert answer.status == 401
            assert not arrived or assert_clean(arrived, False) is None
    assert front.xnat.mark() > since


def test_script_without_a_session(front):
    answer = front.browser().request("GET", f"{SITE}/data/projects",
                                     SCRIPT | {"User-Agent": "curl", "X-Forwarded-Uri": "/"})
    assert answer.status == 401 and answer.header("Location") is None


def test_missing_value_is_not_the_clients(front):
    browser = front.signed_in("pertiwi")
    since = front.xnat.mark()
    browser.open(f"{SITE}/", **{"X-XNAT-OIDC-Given-Name": FORGED})
    (request,) = front.xnat.requests(since)
    given = [value for name, value in request["headers"] if name.lower().endswith("given-name")]
    assert given in ([], [""])


def test_large_upload_and_download(front):
    browser = front.signed_in()
    size = 20 * 1024 * 1024
    answer = browser.script(f"{SITE}/data/services/import", "POST", b"x" * size)
    assert answer.json()["size"] == size
    down = browser.open(f"{SITE}/data/x?format=zip&size={size}")
    assert down.status == 200 and len(down.body) == size


def test_own_paths_of_the_sidecar(front):
    assert front.browser().open(f"{SITE}/oidc/sign-in").status == 200
    assert front.browser().open(f"{SITE}/oidc/jwks.json").status == 200


@pytest.mark.parametrize("path", [
    "/oidc/auth", "/oidc/auth-redirect", "/oidc/auth-redirect/", "/oidc/auth-redirect/data/projects",
    "/oidc/auth?x", "/oidc/auth;x", "/oidc/auth/", "/oidc/%61uth", "/oidc//auth", "/oidc/./auth",
    "/oidc/x/../auth", "/oidc/%2e/auth", "/oidc/auth-redirect;x/y", "/oidc/%61uth-redirect/data",
    "/oidc//auth-redirect/data", "//oidc/auth-redirect/data", "/./oidc/auth", "/oidc/auth%2dredirect/x",
])
def test_questions_are_the_front_ends_alone(front, path):
    """What is answered to them lets people in to XNAT: a script on a page must not get hold of it."""
    browser = front.signed_in()
    cookie = browser.jar.get("__Host-oidc-session")
    answer = front.exchange(request_bytes("GET", path, [("Cookie", f"{cookie.name}={cookie.value}")],
                                          host=NAME))
    assert answer.status == 404, answer.status
    assert not [name for name, _ in answer.headers if name.lower().startswith("x-xnat-")]


def test_statuses_of_auth_are_none_that_nginx_chokes_on(front):
    """auth_request turns anything but 2xx, 401 and 403 into 500."""
    for cookie in ("", ";", "__Host-oidc-session=x", "__Host-oidc-session=" + "A" * 3000):
        answer = front.browser().request("GET", f"{SITE}/data/projects",
                                         {"Cookie": cookie, "User-Agent": "curl"})
        assert answer.status == 401, cookie
    assert fetch(f"{front.setup.sidecar.admin}/healthz")[0] == 200


# --- how the sidecar is started -------------------------------------------------------------------------

@pytest.mark.parametrize("example", ["auth-request.conf", "reverse-proxy.conf"])
def test_the_command_that_starts_the_sidecar(tmp_path, example):
    """As it stands in the example, with this machine's paths, for a look at the configuration."""
    block = re.search(r"^#     (oidc-sidecar (?:.*\\\n#  +)*.*)$", (EXAMPLES / example).read_text(),
                      re.MULTILINE).group(1)
    words = re.sub(r"\\\n# +", "", block).split()
    setup = Setup(tmp_path, site_url=SITE)
    auth = tmp_path / "auth"
    auth.mkdir()
    file = auth / "openid-provider.properties"
    file.write_text(properties.site(SITE, [properties.ProviderBlock("http://127.0.0.1:9")]),
                    encoding="latin-1")
    file.chmod(0o600)
    paths = {"/data/xnat/home/config/auth": auth, "/etc/oidc-sidecar/session.key": setup.key_file}
    assert set(paths) <= set(words)
    done = subprocess.run([sidecar_program(), *(str(paths.get(word, word)) for word in words[1:]),
                           "--check-config"], env=clean_environment(), capture_output=True, text=True,
                          timeout=30, check=False)
    assert (done.returncode, done.stdout) == (0, "The configuration is fine.\n"), done.stderr


# --- API clients' tokens ----------------------------------------------------------------------------------

AUDIENCE = "https://xnat.example/api"


@pytest.fixture(scope="module", params=["auth-request.conf", "reverse-proxy.conf"])
def api(request, tmp_path_factory):
    """The lying provider, which is honest here, because it makes any token that is asked for."""
    folder = tmp_path_factory.mktemp("api")
    court = Court(folder, ["api"], keys={"api": {
        "bearer.enabled": "true", "bearer.audCheck.acceptedAudiences": AUDIENCE}})
    court.sidecar.start()
    court.sidecar.wait_providers()
    court.nginx = Nginx(folder, request.param, court.sidecar.port, court.xnat.port,
                        bearer=request.param == "auth-request.conf").start()
    yield court
    court.nginx.stop()
    assert court.stop() == 0


def bearer(court, **changes):
    now = int(time.time())
    return "Bearer " + compact(
        {"alg": "RS256", "kid": OWN_KEY.kid, "typ": "at+jwt"},
        {"iss": court.tenants["api"].issuer, "aud": AUDIENCE, "sub": "client-1", "iat": now,
         "exp": now + 600, "email": "client@example.com"} | changes, OWN_KEY.sign)


def ask(court, *headers):
    """The answer, and what XNAT saw."""
    since = court.xnat.mark()
    with Wire(court.nginx.port, context=court.nginx.context, name=NAME) as wire:
        data = request_bytes("GET", "/data/projects", [("Accept", "*/*"), *headers], host=NAME)
        answer = wire.send(data).answer("GET")
    return answer, [{name.lower(): value for name, value in seen["headers"]}
                    for seen in court.xnat.requests(since)]


def test_a_good_token(api):
    """XNAT is told who it is, by the sidecar alone, and does not see the token."""
    forged = [(name, FORGED) for name in SPELLINGS]
    _, (seen,) = ask(api, ("Authorization", bearer(api)), *forged)
    assert seen["x-xnat-oidc-username"] == "api_client-1"
    assert seen["x-xnat-oidc-assertion"].count(".") == 2
    assert FORGED not in seen.values()
    assert "authorization" not in seen


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_bad_token(api, scheme):
    token = bearer(api, aud="https://other.example").removeprefix("Bearer")
    answer, seen = ask(api, ("Authorization", scheme + token))
    assert answer.status == 401 and seen == []


def test_xnats_own_credentials_beside_tokens(api):
    answer, (seen,) = ask(api, ("Authorization", BASIC), (SPELLINGS[0], FORGED))
    assert answer.status == 200
    assert seen["authorization"] == BASIC
    assert not [name for name, value in seen.items() if "oidc" in name and value]
