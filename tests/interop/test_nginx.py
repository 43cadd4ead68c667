"""Behind real nginx, configured by our own examples: with auth_request, and as plain reverse proxy."""

import base64
import os

import pytest

from harness.browser import SCRIPT, Browser
from harness.process import ROOT, Process, free_port
from harness.servers import fetch
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
BASIC = "Basic " + base64.b64encode(b"admin:admin").decode()


class Nginx(Process):
    """One of the examples, with ports, certificate and addresses of this machine."""

    def __init__(self, folder, example, sidecar_port, xnat_port):
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
    answer = front.browser().open(f"{SITE}/oidc/auth")
    assert answer.status == (404 if front.example == "auth-request.conf" else 401)


def test_statuses_of_auth_are_none_that_nginx_chokes_on(front):
    """auth_request turns anything but 2xx, 401 and 403 into 500."""
    for cookie in ("", ";", "__Host-oidc-session=x", "__Host-oidc-session=" + "A" * 3000):
        answer = front.browser().request("GET", f"{SITE}/data/projects",
                                         {"Cookie": cookie, "User-Agent": "curl"})
        assert answer.status == 401, cookie
    assert fetch(f"{front.setup.sidecar.admin}/healthz")[0] == 200
