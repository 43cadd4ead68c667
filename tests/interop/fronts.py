"""Front ends: real servers, each configured by one of our examples. A new one is a row in RECIPES."""

import json
import os
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from harness.browser import Browser
from harness.process import ROOT, Process, clean_environment, free_port
from harness.setup import Setup
from harness.tls import self_signed
from harness.wait import wait_until
from harness.wire import Wire
from interop import ingress_nginx, istio

NAME = "xnat.example.com"
SITE = f"https://{NAME}"
EXAMPLES = ROOT / "examples"
# What Debian would start when installed is only unpacked there (./dev).
UNPACKED = Path(os.environ.get("OIDC_FRONTS", ROOT / "_build" / "fronts"))

APACHE_MODULES = ("mpm_event", "authz_core", "env", "headers", "proxy", "proxy_http", "reqtimeout",
                  "socache_shmcb", "ssl")

# Habits.
APPENDS = "it passes a client's X-Forwarded-For on, with the address that it saw behind it"
KEEPS = "it cannot say of an answer to which it adds the sidecar's cookie that no cache may keep it"
MERGES = "of two slashes it makes one, chooses the way by that, and passes it on"
PASSES_FORGED = "it passes a client's X-Forwarded-For on, as X-Original-Forwarded-For"
SIGNS_IN_ALL = "whoever has no session is sent to sign in: scripts, and programs with XNAT's own credentials too"
UNPACKS = "it asks XNAT for gzip where the client asked for nothing, and unpacks it"


@dataclass(frozen=True)
class Recipe:
    """One example, and what it takes to run it on this machine's ports, as nobody's service."""

    example: str    # below examples/
    asks: bool      # it asks the sidecar (forward-auth) and goes to XNAT itself
    places: tuple   # (text in the example, what stands there in a test)
    start: callable  # (folder, text) -> (arguments, the file last; environment)
    check: str = ""  # the guide's command that looks at the file
    habits: tuple = ()  # of its server, which no configuration takes away
    beside: tuple = ()  # further files of the examples; their places are among `places`
    render: callable = None  # (the example's text, theirs…) -> what a controller makes of it

    def __str__(self):
        return self.example


def _nginx(folder, text, head=""):
    site, main = folder / "site.conf", folder / "nginx.conf"
    site.write_text(text)
    paths = "".join(f"{kind}_temp_path {folder}/{kind};\n"
                    for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;\n" if os.getuid() == 0 else ""
    main.write_text(f"{head}{user}daemon off;\nworker_processes 1;\nerror_log stderr;\n"
                    f"pid {folder}/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n"
                    f"{paths}include {site};\n}}\n")
    return ["/usr/sbin/nginx", "-p", folder, "-c", main, "-e", "stderr"], {}


def _ingress(folder, text):
    """With a module that ingress-nginx brings."""
    modules = UNPACKED / "usr" / "lib" / "nginx" / "modules"
    return _nginx(folder, text, "".join(f"load_module {modules}/{name}_module.so;\n"
                                        for name in ("ndk_http", "ngx_http_set_misc")))


def _haproxy(folder, text):
    file = folder / "haproxy.cfg"
    file.write_text(text)
    libraries = UNPACKED / "usr" / "lib" / f"{os.uname().machine}-linux-gnu"
    return [UNPACKED / "usr" / "sbin" / "haproxy", "-db", "-f", file], {
        "LD_LIBRARY_PATH": str(libraries)}


def _apache(folder, text):
    site, main = folder / "site.conf", folder / "apache.conf"
    site.write_text(text)
    modules = "".join(f"LoadModule {each}_module /usr/lib/apache2/modules/mod_{each}.so\n"
                      for each in APACHE_MODULES)
    user = "User www-data\nGroup www-data\n" if os.getuid() == 0 else ""
    main.write_text(f"{modules}{user}PidFile {folder}/pid\n"
                    f"DefaultRuntimeDir {folder}\nErrorLog /dev/stderr\nServerName localhost\n"
                    f"Mutex posixsem\nInclude {site}\n")
    return ["/usr/sbin/apache2", "-DFOREGROUND", "-d", folder, "-f", main], {}


def _caddy(folder, text):
    """Without its port for administration, and port 80."""
    file = folder / "Caddyfile"
    file.write_text("{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + text)
    homes = {name: str(folder) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    return [UNPACKED / "usr" / "bin" / "caddy", "run", "--adapter", "caddyfile", "--config", file], homes


def _envoy(folder, text):
    file = folder / "envoy.yaml"
    file.write_text(text)
    return [UNPACKED / "envoy" / "envoy", "--disable-hot-restart", "--concurrency", "2",
            "--log-level", "warning", "-c", file], {}


def _of_istio(*texts):
    return json.dumps(istio.configuration(*texts))


def _traefik(folder, text):
    (folder / "xnat.yaml").write_text(text)
    main = folder / "traefik.yaml"
    main.write_text(main.read_text().replace("/etc/traefik/xnat.yaml", f"{folder}/xnat.yaml"))
    return [UNPACKED / "traefik" / "traefik", f"--configFile={main}"], {"HOME": str(folder)}


def _certificate(folder):
    return ((f"{folder}/{NAME}.pem", "{certificate}"), (f"{folder}/{NAME}.key", "{key}"))


_NGINX = (("listen 443 ssl", "listen 127.0.0.1:{port} ssl"), ("127.0.0.1:8081;", "127.0.0.1:{sidecar};"),
          *_certificate("/etc/nginx/tls"))
_CADDY = ((f"\n{NAME} {{\n", "\n" + SITE + ":{port} {{\n\tbind 127.0.0.1\n"),
          ("127.0.0.1:8081", "127.0.0.1:{sidecar}"), *_certificate("/etc/caddy/tls"))
_ENVOY = (("address: 0.0.0.0, port_value: 443", "address: 127.0.0.1, port_value: {port}"),
          ("port_value: 8081", "port_value: {sidecar}"), *_certificate("/etc/envoy/tls"))
_TRAEFIK = (('address: ":443"', 'address: "127.0.0.1:{port}"'), ("127.0.0.1:8081", "127.0.0.1:{sidecar}"),
            *_certificate("/etc/traefik/tls"))
_ISTIO = (('"address": "0.0.0.0", "port_value": 443', '"address": "127.0.0.1", "port_value": {port}'),
          ('"port_value": 8081', '"port_value": {sidecar}'), *_certificate("/etc/envoy/tls"))
_INGRESS = (("listen 443 ssl", "listen 127.0.0.1:{port} ssl"), ("127.0.0.1:8081", "127.0.0.1:{sidecar}"),
            *_certificate("/etc/nginx/tls"))
_HABITS = (MERGES, UNPACKS)
_CADDY_CHECK = "caddy validate --adapter caddyfile --config /etc/caddy/Caddyfile"
_ENVOY_CHECK = "envoy --mode validate -c /etc/envoy/envoy.yaml"

RECIPES = [
    Recipe("nginx/reverse-proxy.conf", False, _NGINX, _nginx),
    Recipe("nginx/auth-request.conf", True, (*_NGINX, ("127.0.0.1:8080;", "127.0.0.1:{xnat};")), _nginx),
    Recipe("haproxy/haproxy.cfg", False, (
        ("bind :443 ", "bind 127.0.0.1:{port} "), ("127.0.0.1:8081", "127.0.0.1:{sidecar}"),
        (f"/etc/haproxy/tls/{NAME}.pem", "{bundle}")), _haproxy,
           "haproxy -c -f /etc/haproxy/haproxy.cfg"),
    Recipe("apache/xnat.conf", False, (
        ("<VirtualHost *:443>", "Listen 127.0.0.1:{port}\n<VirtualHost 127.0.0.1:{port}>"),
        ("127.0.0.1:8081", "127.0.0.1:{sidecar}"), *_certificate("/etc/apache2/tls")), _apache),
    Recipe("caddy/reverse-proxy.Caddyfile", False, _CADDY, _caddy, _CADDY_CHECK),
    Recipe("caddy/forward-auth.Caddyfile", True,
           (*_CADDY, ("127.0.0.1:8080", "127.0.0.1:{xnat}")), _caddy, _CADDY_CHECK),
    Recipe("envoy/reverse-proxy.yaml", False, _ENVOY, _envoy, _ENVOY_CHECK),
    Recipe("envoy/ext-authz.yaml", True, (*_ENVOY, ("port_value: 8080", "port_value: {xnat}")), _envoy,
           _ENVOY_CHECK, habits=(KEEPS, MERGES)),
    Recipe("traefik/reverse-proxy.yaml", False, _TRAEFIK, _traefik, habits=_HABITS, beside=("traefik.yaml",)),
    Recipe("traefik/forward-auth.yaml", True, (*_TRAEFIK, ("127.0.0.1:8080", "127.0.0.1:{xnat}")), _traefik,
           habits=(KEEPS, *_HABITS), beside=("traefik.yaml",)),
    Recipe("ingress-nginx/reverse-proxy.yaml", False, _INGRESS, _ingress, habits=(PASSES_FORGED,),
           beside=("headers.yaml", "../kubernetes/xnat-with-sidecar.yaml"), render=ingress_nginx.configuration),
    Recipe("ingress-nginx/forward-auth.yaml", True, (*_INGRESS, ("127.0.0.1:8080", "127.0.0.1:{xnat}")), _ingress,
           habits=(KEEPS, PASSES_FORGED, SIGNS_IN_ALL), beside=("headers.yaml",), render=ingress_nginx.configuration),
    Recipe("istio/reverse-proxy.yaml", False, _ISTIO, _envoy, habits=(APPENDS,),
           beside=("../kubernetes/xnat-with-sidecar.yaml",), render=_of_istio),
    Recipe("istio/ext-authz.yaml", True,
           (*_ISTIO, ('"port_value": 8080', '"port_value": {xnat}'), (istio.INBOUND, istio.INBOUND + "-{port}")), _envoy,
           habits=(APPENDS, KEEPS, MERGES), beside=("mesh-config.yaml",), render=_of_istio),
]


class FrontEnd(Process):
    """The server of a recipe. `change` is made to the example's text before it is used."""

    def __init__(self, folder, recipe, sidecar_port, xnat_port, change=lambda text: text):
        self.port = free_port()
        certificate, key, self.context = self_signed(folder, NAME)
        bundle = folder / "bundle.pem"
        bundle.write_bytes(certificate.read_bytes() + key.read_bytes())
        example = EXAMPLES / recipe.example
        texts = [example.read_text(), *((example.parent / name).read_text() for name in recipe.beside)]
        if recipe.render:
            texts = [recipe.render(*texts)]
        for before, after in recipe.places:
            assert any(before in text for text in texts), f"{recipe}: {before}"
            after = after.format(port=self.port, sidecar=sidecar_port, xnat=xnat_port,
                                 certificate=certificate, key=key, bundle=bundle)
            texts = [text.replace(before, after) for text in texts]
        for name, text in zip(recipe.beside, texts[1:]):
            (folder / name).write_text(text)
        arguments, environment = recipe.start(folder, change(texts[0]))
        assert Path(arguments[0]).exists(), f"no {arguments[0]}: ./dev pytest brings it"
        super().__init__(recipe.example.replace("/", " "), arguments, clean_environment(**environment))

    def start(self):
        super().start()

        def answers():
            assert self.alive, self.evidence()
            try:
                Wire(self.port, context=self.context, name=NAME).close()
                return True
            except OSError:
                return False
        wait_until(answers, f"{self.name} to listen", 30, self.evidence)
        return self


class Refusing:
    """In a sidecar's place: answers 401 to everything. Attributes: port, requests (their heads)."""

    def __init__(self):
        self.requests = requests = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                requests.append(f"{self.requestline}\r\n{self.headers}")
                self.send_response(401)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


class Site:
    """A front end, the sidecar, XNAT and a provider. Attributes: setup, xnat, sidecar, server, recipe."""

    def __init__(self, folder, recipe, options=(), site_keys=None):
        self.recipe = recipe
        self.setup = Setup(folder, site_url=SITE, site_keys=site_keys, options=[
            "--trusted-proxy", "127.0.0.1", "--unauthenticated", "login", *options])
        self.setup.start()
        self.xnat, self.sidecar = self.setup.xnat, self.setup.sidecar
        self.server = FrontEnd(folder, recipe, self.setup.port, self.xnat.port).start()

    def browser(self):
        return Browser({SITE: (self.server.port, self.server.context)})

    def signed_in(self, person="alice"):
        browser = self.browser()
        assert browser.sign_in(SITE, person).status == 302
        assert browser.jar.get("__Host-oidc-session")
        return browser

    def wire(self):
        return Wire(self.server.port, context=self.server.context, name=NAME)

    def exchange(self, data, method="GET"):
        with self.wire() as wire:
            return wire.send(data).answer(method)

    def stop(self):
        self.server.stop()
        assert self.setup.stop() == 0
