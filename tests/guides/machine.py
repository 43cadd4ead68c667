"""A machine of a new user's: a folder in place of /, the programs of a guide's commands, and what they start.

Everything that can be had is the real thing: oidc-sidecar and oidc-check, curl, openssl, nginx, HAProxy,
Redis. Three are not, because they take machines of their own: systemctl, journalctl and scp ask this process,
which starts, stops and reloads what systemd would, by the unit's own words (harness/systemd.py), and copies.
"""

import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
from pathlib import Path

from harness.browser import Browser
from harness.process import PYTHON, Process, clean_environment, free_port
from harness.servers import Provider, Xnat, sidecar_program
from harness.systemd import Service, Unit
from harness.tls import self_signed
from harness.wait import wait_until
from harness.wire import Wire
from interop.fronts import APACHE_MODULES, EXAMPLES, NAME, RECIPES, SITE

SIDECAR = "oidc-sidecar"
CLIENT = ("5f0c2b7a-xnat", "Hc9vTq2LmWz7RkXb4NsYdJ6f")  # as AAF gave them to the new user
AAF = "https://central.test.aaf.edu.au"
PLACES = re.compile(r"(?<![\w./])/(etc|data|usr/local)(?=/)")
REDIS = "redis-server"
# By service: whose way of starting it is, and the files that it reads.
FRONTS = {"nginx": ("nginx/reverse-proxy.conf", "/etc/nginx/conf.d/*.conf"),
          "haproxy": ("haproxy/haproxy.cfg", "/etc/haproxy/haproxy.cfg"),
          "apache2": ("apache/xnat.conf", "/etc/apache2/sites-enabled/*.conf"),
          "caddy": ("caddy/reverse-proxy.Caddyfile", "/etc/caddy/Caddyfile"),
          "envoy": ("envoy/reverse-proxy.yaml", "/etc/envoy/envoy.yaml"),
          "traefik": ("traefik/reverse-proxy.yaml", "/etc/traefik/xnat.yaml")}
# Those whose guide starts them by their own program, with its last word.
SERVES = {"envoy": ["-c"], "traefik": []}
# What a person is asked for, or does not see because it takes another minute.
TYPED = {"--user admin ": "--user admin:admin "}

# Asks the test what systemd, or the front end's program, would say.
ASK = """#!{python}
import json, os, sys, urllib.request
asked = [os.getcwd(), os.path.basename(sys.argv[0]), *sys.argv[1:]]
opener = urllib.request.build_opener(urllib.request.ProxyHandler({{}}))
with opener.open("http://127.0.0.1:{port}/", json.dumps(asked).encode()) as answer:
    said = json.load(answer)
sys.stdout.write(said["output"])
sys.exit(said["status"])
"""


class Around:
    """What is there before the guide begins: a provider, and an XNAT in which nothing is installed."""

    def __init__(self, sites=(SITE,)):
        self.provider = Provider([(*CLIENT, f"{site}/openid-login") for site in sites])
        self.xnat = Xnat()

    def start(self):
        self.provider.start()
        self.xnat.start()
        return self

    def stop(self):
        self.xnat.stop()
        self.provider.stop()


class Front(Process):
    """A front end with the machine's own configuration."""

    def __init__(self, machine, name):
        recipe, self.files = FRONTS[name]
        self.machine, self.port = machine, free_port()
        self.recipe = next(each for each in RECIPES if each.example == recipe)
        super().__init__(name, [])

    def render(self):
        """With the machine's ports and paths. The command that serves it, and its environment."""
        place, _, pattern = self.files.rpartition("/")
        own, folder = self.machine.file(place), self.machine.folder(self.name)
        for name in self.recipe.beside:
            (folder / name).write_text(self._placed((own / name).read_text()))
        text = "".join(file.read_text() for file in sorted(own.glob(pattern)))
        return self.recipe.start(folder, self.machine.within(self._placed(text)))

    def _placed(self, text):
        """By the recipe's table, of which a guide's own configuration may have less."""
        certificates = self.machine.file("/etc/tls")
        for before, after in self.recipe.places:
            text = text.replace(before, after.format(
                port=self.port, sidecar=self.machine.port, xnat=self.machine.around.xnat.port,
                certificate=certificates / f"{NAME}.pem", key=certificates / f"{NAME}.key",
                bundle=certificates / f"{NAME}.bundle"))
        return text

    def start(self):
        arguments, environment = self.render()
        self.argv, self.environment = [str(each) for each in arguments], clean_environment(**environment)
        super().start()
        wait_until(self._listens, f"{self.name} to listen", 20, self.evidence)
        return self

    def reload(self):
        """Until nobody answers by the configuration of before."""
        before = self._workers()
        self.render()
        self.signal(signal.SIGHUP)
        wait_until(lambda: not before & self._workers(), f"{self.name} to have other workers", 20,
                   self.evidence)

    def _workers(self):
        children = Path(f"/proc/{self.child.pid}/task/{self.child.pid}/children")
        return set(children.read_text().split())

    def _listens(self):
        assert self.alive, self.evidence()
        try:
            Wire(self.port, context=self.machine.contexts[NAME], name=NAME).close()
            return True
        except OSError:
            return False


class Redis(Process):
    """Debian's, with what the machine's own files say, on a port of the test's."""

    def __init__(self, machine):
        self.machine, self.port = machine, machine.redis_port
        super().__init__("redis", [])

    def start(self):
        folder, files = self.machine.folder("redis"), self.machine.file("/etc/redis")
        for file in files.iterdir():
            (folder / file.name).write_text(
                self.machine.within(file.read_text()).replace(str(files), str(folder)))
        self.argv = [str(word) for word in (
            "redis-server", folder / "redis.conf", "--daemonize", "no", "--supervised", "no",
            "--port", self.port, "--bind", "127.0.0.1", "--dir", folder, "--logfile", "",
            "--pidfile", folder / "pid")]
        super().start()
        wait_until(self._listens, "redis to listen", 10, self.evidence)
        return self

    def _listens(self):
        assert self.alive, self.evidence()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Machine:
    """One machine. `names` are those of the sites that it has certificates for."""

    def __init__(self, folder, around, names=(NAME,)):
        self.home, self.around = folder, around
        self.root = self.folder("root")
        self.port, self.admin_port = free_port(), free_port()
        self.services, self.units = {}, {}
        self.waiting = set()  # services that did not start, and are tried again
        self.journal = {}  # by service: what the look before the last start said
        self.addresses, self.remote, self.redis_port = {}, {}, None  # of machines in a network
        self.xnat_port = around.xnat.port  # of what is at its own port 8080
        for path in ("etc/systemd/system", "etc/nginx/conf.d", "etc/nginx/tls", "etc/tls", "etc/redis",
                     "etc/haproxy", "etc/apache2/sites-available", "etc/apache2/sites-enabled", "etc/caddy",
                     "etc/envoy", "etc/traefik", "data/xnat/home/config/auth",
                     "data/xnat/home/plugins", "usr/local/bin", "tmp"):
            (self.root / path).mkdir(parents=True, exist_ok=True)
        self.contexts = {name: self._certificate(name) for name in names}
        self._ask = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._ask.serve_forever, daemon=True).start()
        self._programs()

    # --- the house ------------------------------------------------------------------------------------

    def folder(self, name):
        made = self.home / name
        made.mkdir(exist_ok=True)
        return made

    def file(self, path):
        return self.root / path.lstrip("/")

    def within(self, text):
        """With the paths and ports of this machine in place of those of every machine."""
        text = PLACES.sub(rf"{self.root}/\1", text)
        for port, ours in ((8080, self.xnat_port), (8081, self.port), (9090, self.admin_port)):
            text = re.sub(rf"(127\.0\.0\.1|localhost):{port}\b", f"127.0.0.1:{ours}", text)
        for address, ours in self.addresses.items():
            text = re.sub(rf"(?<!root@)\b{re.escape(address)}\b", ours, text)
        return text

    def _certificate(self, name):
        """Where the recipes' tables find it, and nginx that of another name."""
        folder = self.file("/etc/tls")
        certificate, key, context = self_signed(folder, name)
        (folder / f"{name}.bundle").write_bytes(certificate.read_bytes() + key.read_bytes())
        for file in (certificate, key):
            shutil.copy(file, self.file("/etc/nginx/tls"))
        return context

    def _programs(self):
        programs = self.file("/usr/local/bin")
        for name in (SIDECAR, "oidc-check"):
            (programs / name).symlink_to(sidecar_program().with_name(name))
        self.add_programs("systemctl", "journalctl", "scp", "a2enmod", "a2ensite", "apachectl", *FRONTS)

    def add_programs(self, *names):
        """Those that this process answers for."""
        for name in names:
            program = self.file("/usr/local/bin") / name
            program.write_text(ASK.format(python=PYTHON, port=self._ask.server_address[1]))
            program.chmod(0o755)

    def run(self, block, folder, status=0):
        """What the guide says to type, where its files are; what it said, of which nothing is lost."""
        for before, after in TYPED.items():
            block = block.replace(before, after)
        home = self.folder("home")
        if self.front:  # as if the site had an address of its own
            (home / ".curlrc").write_text(f'connect-to = "{NAME}:443:127.0.0.1:{self.front.port}"\n'
                                          f'cacert = "{self.file("/etc/tls")}/{NAME}.pem"\n')
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", self.within(block)], cwd=EXAMPLES / folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
                              check=False, env=clean_environment(
                                  PATH=f"{self.file('/usr/local/bin')}:{os.environ['PATH']}",
                                  HOME=str(home), TMPDIR=str(self.file("/tmp"))))
        assert done.returncode == status, f"{block}\n--- ended with {done.returncode}\n{done.stdout}"
        return done.stdout

    def edit(self, path, *pairs):
        """As in an editor: each text must be there."""
        file = self.file(path)
        text = file.read_text(encoding="latin-1")
        for before, after in pairs:
            assert before in text, f"{before!r} is not in {path}"
            text = text.replace(before, after)
        file.write_text(text, encoding="latin-1")

    # --- what runs ------------------------------------------------------------------------------------

    @property
    def sidecar(self):
        return self.services[SIDECAR]

    @property
    def front(self):
        return next((self.services[name] for name in FRONTS if name in self.services), None)

    def browser(self):
        return Browser({f"https://{name}": (self.front.port, context)
                        for name, context in self.contexts.items()})

    def stop(self):
        ends = {name: service.stop() for name, service in self.services.items()}
        self._ask.shutdown()
        self._ask.server_close()
        assert ends.get(SIDECAR) in (0, None), self.sidecar.evidence()

    def asked(self, words, folder="/"):
        """What systemctl and its like answer: (status, output)."""
        try:
            match words:
                case ["systemctl", "daemon-reload"]:
                    return self._daemon_reload()
                case ["systemctl", "enable", name] if name in self.units:
                    return 0, ""
                case ["systemctl", "enable", "--now", name]:
                    return self._start(name)
                case ["systemctl", "stop", name] | ["systemctl", "disable", "--now", name]:
                    return self._stop(name)
                case ["systemctl", "restart", name]:
                    if name in self.services:
                        self._stop(name)
                    return self._start(name)
                case ["systemctl", "reload", name] if name in FRONTS:
                    return self._reload(name)
                case ["a2enmod", *names] if set(names) <= set(APACHE_MODULES):
                    return 0, ""
                case ["a2ensite", name]:
                    return self._site_of_apache(name)
                case ["apachectl", *options]:
                    return self._program("apache2", options)
                case [name, *options] if name in FRONTS:
                    return self._program(name, options)
                case ["scp", *options, host] if (found := re.fullmatch(r"root@([\d.]+):(/.*)", host)):
                    return self._copy(options, folder, self.remote[found[1]], found[2])
                case ["systemctl", "cat", name]:
                    return 0, self._files_of(name)
                case ["systemctl", "status", "--no-pager", name]:
                    return self._status(name)
                case ["journalctl", "--unit", name, "--no-pager"] if name in self.journal:
                    return 0, self.journal[name] + self._log(name)
                case ["journalctl", "--unit", name, "--output", "cat", *_]:
                    return 0, self._log(name)
        except Exception as problem:  # the command's own failure, which its block then has
            return 1, f"{words}: {problem}\n"
        return 1, f"{' '.join(words)}: the guides' machine knows no such command\n"

    def _status(self, name):
        if name in self.services:
            return 0, "active (running)\n"
        return 3, "activating (auto-restart)\n" if name in self.waiting else "failed\n"

    def _log(self, name):
        """Of what runs, if it does."""
        lines = self.services[name].stderr if name in self.services else []
        return "".join(f"{line}\n" for line in lines)

    def _files_of(self, name):
        folder = self.file("/etc/systemd/system")
        files = [folder / f"{name}.service", *sorted((folder / f"{name}.service.d").glob("*.conf"))]
        return "".join(f"# {file}\n{file.read_text()}\n" for file in files)

    def _daemon_reload(self):
        folder = self.file("/etc/systemd/system")
        for file in folder.glob("*.service"):
            dropins = sorted((folder / f"{file.name}.d").glob("*.conf"))
            self.units[file.stem] = Unit(file, dropins)
        return 0, ""

    def _start(self, name):
        if name == REDIS:
            self.services[name] = Redis(self).start()
            return 0, ""
        if name not in self.units:
            return 1, f"Unit {name}.service not found.\n"
        service = Service(self.units[name], self.root, self.within, self.home / "credentials", self.port)
        service.admin_port, service.admin = self.admin_port, f"http://127.0.0.1:{self.admin_port}"
        service.more["OIDC_SIDECAR_ADMIN_LISTEN"] = f"127.0.0.1:{self.admin_port}"
        checked = service.load().check()
        self.journal[name] = checked.stdout + checked.stderr
        self.waiting.discard(name)
        if checked.returncode != 0:
            if "always" in self.units[name].values("Restart"):
                self.waiting.add(name)
            return 1, f"Job for {name}.service failed.\n{checked.stderr}"
        self.services[name] = service
        service.start(ready=False)
        return 0, ""

    def _stop(self, name):
        return int(self.services.pop(name).stop() != 0), ""

    def _program(self, name, options):
        """A look at the file, as in `nginx -t` and `haproxy -c -f FILE`, or what serves it."""
        front = Front(self, name)
        (program, *rest), environment = front.render()
        if name in SERVES and options[:-1] == SERVES[name]:
            self.services[name] = front.start()
            return 0, ""
        words = [program, *rest, "-t"] if options in (["-t"], ["configtest"]) else \
            [program, *options[:-1], rest[-1]]
        done = subprocess.run([*map(str, words)], env=clean_environment(**environment), capture_output=True,
                              text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr

    def _site_of_apache(self, name):
        (self.file("/etc/apache2/sites-enabled") / f"{name}.conf").symlink_to(f"../sites-available/{name}.conf")
        return 0, ""

    def _reload(self, name):
        if name in self.services:
            self.services[name].reload()
        else:
            self.services[name] = Front(self, name).start()
        return 0, ""

    def _copy(self, options, folder, machine, target):
        """To another machine. The shell has put our own root in front of the paths."""
        target = machine.file(target.removeprefix(str(self.root)))
        for source in (Path(folder) / word for word in options if not word.startswith("-")):
            if source.is_dir():
                shutil.copytree(source, target / source.name, dirs_exist_ok=True)
            else:
                shutil.copy(source, target)
        return 0, ""

    def _handler(machine):  # noqa: N805  (the handler's own self is another)
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                folder, *words = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, output = machine.asked(words, folder)
                body = json.dumps({"status": status, "output": output}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass
        return Handler
