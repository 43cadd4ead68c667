"""A machine of a new user's: a folder in place of /, the programs of a guide's commands, and what they start.

Everything that can be had is the real thing: oidc-sidecar and oidc-check, curl, openssl, nginx, HAProxy,
Redis. Two are not, because they take a machine of their own: systemctl and journalctl ask this process,
which starts, stops and reloads what systemd would, by the unit's own words (harness/systemd.py).
"""

import http.server
import json
import os
import re
import signal
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
from interop.fronts import EXAMPLES, NAME, RECIPES, SITE

SIDECAR = "oidc-sidecar"
CLIENT = ("5f0c2b7a-xnat", "Hc9vTq2LmWz7RkXb4NsYdJ6f")  # as AAF gave them to the new user
AAF = "https://central.test.aaf.edu.au"
PLACES = re.compile(r"(?<![\w./])/(etc|data|usr/local)(?=/)")
LISTENS = (("listen 443 ssl", "listen 127.0.0.1:{port} ssl"), ("bind :443 ", "bind 127.0.0.1:{port} "))
# What a person is asked for, or does not see because it takes another minute.
TYPED = {"--user admin ": "--user admin:admin "}

# Asks the test what systemd, or the front end's program, would say.
ASK = """#!{python}
import json, os, sys, urllib.request
words = [os.path.basename(sys.argv[0]), *sys.argv[1:]]
opener = urllib.request.build_opener(urllib.request.ProxyHandler({{}}))
with opener.open("http://127.0.0.1:{port}/", json.dumps(words).encode()) as answer:
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
    """nginx or HAProxy with the machine's own configuration."""

    def __init__(self, machine, recipe, files):
        self.machine, self.files, self.port = machine, files, free_port()
        self.recipe = next(each for each in RECIPES if each.example == recipe)
        super().__init__(recipe, [])

    def render(self):
        """With the machine's ports and paths. The command that serves it, and its environment."""
        folder, _, pattern = self.files.rpartition("/")
        text = self.machine.within("".join(file.read_text() for file in
                                           sorted(self.machine.file(folder).glob(pattern))))
        for before, after in LISTENS:
            text = text.replace(before, after.format(port=self.port))
        return self.recipe.start(self.machine.folder("front"), text)

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


class Machine:
    """One machine. `names` are those of the sites that it has certificates for."""

    def __init__(self, folder, around, names=(NAME,)):
        self.home, self.around = folder, around
        self.root = self.folder("root")
        self.port, self.admin_port = free_port(), free_port()
        self.services, self.units, self.calls = {}, {}, []
        for path in ("etc/systemd/system", "etc/nginx/conf.d", "etc/nginx/tls", "data/xnat/home/config/auth",
                     "data/xnat/home/plugins", "usr/local/bin", "tmp"):
            (self.root / path).mkdir(parents=True, exist_ok=True)
        self.contexts = {name: self_signed(self.file("/etc/nginx/tls"), name)[2] for name in names}
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
        for port, ours in ((8080, self.around.xnat.port), (8081, self.port), (9090, self.admin_port)):
            text = re.sub(rf"(127\.0\.0\.1|localhost):{port}\b", f"127.0.0.1:{ours}", text)
        return text

    def _programs(self):
        programs = self.file("/usr/local/bin")
        for name in (SIDECAR, "oidc-check"):
            (programs / name).symlink_to(sidecar_program().with_name(name))
        self.add_programs("systemctl", "journalctl", "nginx")

    def add_programs(self, *names):
        """Further ones that are asked of `asked`."""
        for name in names:
            program = self.file("/usr/local/bin") / name
            program.write_text(ASK.format(python=PYTHON, port=self._ask.server_address[1]))
            program.chmod(0o755)

    def run(self, block, folder, status=0):
        """What the guide says to type, where its files are; what it said, of which nothing is lost."""
        for before, after in TYPED.items():
            block = block.replace(before, after)
        home = self.folder("home")
        if "nginx" in self.services:  # as if the site had an address of its own
            (home / ".curlrc").write_text(f'connect-to = "{NAME}:443:127.0.0.1:{self.services["nginx"].port}"\n'
                                          f'cacert = "{self.file("/etc/nginx/tls")}/{NAME}.pem"\n')
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

    def browser(self):
        return Browser({f"https://{name}": (self.services["nginx"].port, context)
                        for name, context in self.contexts.items()})

    def stop(self):
        ends = {name: service.stop() for name, service in self.services.items()}
        self._ask.shutdown()
        self._ask.server_close()
        assert ends.get(SIDECAR) in (0, None), self.sidecar.evidence()

    def asked(self, words):
        """What systemctl and its like answer: (status, output)."""
        self.calls.append(" ".join(words))
        try:
            match words:
                case ["systemctl", "daemon-reload"]:
                    return self._daemon_reload()
                case ["systemctl", "enable", "--now", name] | ["systemctl", "start", name]:
                    return self._start(name)
                case ["systemctl", "stop", name] | ["systemctl", "disable", "--now", name] if name in self.services:
                    return self._stop(name)
                case ["systemctl", "restart", name]:
                    if name in self.services:
                        self._stop(name)
                    return self._start(name)
                case ["systemctl", "reload", "nginx"]:
                    return self._reload_nginx()
                case ["nginx", "-t"]:
                    return self._check_nginx()
                case ["journalctl", "--unit", name, "--output", "cat", *_]:
                    return 0, "".join(f"{line}\n" for line in list(self.services[name].stderr))
        except Exception as problem:  # the command's own failure, which its block then has
            return 1, f"{words}: {problem}\n"
        return 1, f"{' '.join(words)}: the guides' machine knows no such command\n"

    def _daemon_reload(self):
        folder = self.file("/etc/systemd/system")
        for file in folder.glob("*.service"):
            dropins = sorted((folder / f"{file.name}.d").glob("*.conf"))
            self.units[file.stem] = Unit(file, dropins)
        return 0, ""

    def _start(self, name):
        if name not in self.units:
            return 1, f"Unit {name}.service not found.\n"
        service = Service(self.units[name], self.root, self.within, self.home / "credentials", self.port)
        service.admin_port, service.admin = self.admin_port, f"http://127.0.0.1:{self.admin_port}"
        service.more["OIDC_SIDECAR_ADMIN_LISTEN"] = f"127.0.0.1:{self.admin_port}"
        checked = service.load().check()
        if checked.returncode != 0:
            return 1, f"Job for {name}.service failed.\n{checked.stderr}"
        self.services[name] = service
        service.start(ready=False)
        return 0, ""

    def _stop(self, name):
        return int(self.services.pop(name).stop() != 0), ""

    def _nginx(self):
        return self.services.get("nginx") or Front(self, "nginx/reverse-proxy.conf",
                                                   "/etc/nginx/conf.d/*.conf")

    def _check_nginx(self):
        front = self._nginx()
        arguments, _ = front.render()
        done = subprocess.run([*map(str, arguments), "-t"], capture_output=True, text=True, timeout=30,
                              check=False)
        return done.returncode, done.stdout + done.stderr

    def _reload_nginx(self):
        if "nginx" not in self.services:
            self.services["nginx"] = self._nginx().start()
        else:
            self.services["nginx"].reload()
        return 0, ""

    def _handler(machine):  # noqa: N805  (the handler's own self is another)
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                words = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, output = machine.asked(words)
                body = json.dumps({"status": status, "output": output}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass
        return Handler
