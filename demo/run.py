#!/usr/bin/python3
"""The demonstration: a stand-in AAF, a stand-in XNAT and oidc-sidecar between them, on loopback.

    demo/run.py           prints an address to open, and runs until Ctrl-C
    demo/run.py --once    signs in by itself, prints what XNAT was handed, stops everything

With --handoff xnat-token the stand-in XNAT has no filter: it is a stock one, and gets an alias token.
The sidecar's configuration is the documented sample file with host names and credentials replaced and
new accounts enabled. OIDC_SIDECAR names the program; by default the one that ./dev build makes.
"""

import argparse
import base64
import html
import http.cookiejar
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "tests" / "data" / "properties" / "sample-aaf.properties"
SAMPLE_SITE = b"https://xnat.example.com"
SAMPLE_PROVIDER = b"https://central.test.aaf.edu.au"
DEFAULT_PORT = 8081
DEFAULT_PROVIDER_PORT = 8082
START_SECONDS = 20
STOP_SECONDS = 10
PERSON = "guenther"
HANDED = ("Username", "Subject", "Issuer", "Provider", "Email", "Given-Name", "Family-Name",
          "Auto-Enabled", "Auto-Verified", "Create-User", "Assertion")
NAVIGATION = (("User-Agent", "Mozilla/5.0 (demonstration)"),
              ("Accept", "text/html,application/xhtml+xml"), ("Sec-Fetch-Mode", "navigate"),
              ("Sec-Fetch-Dest", "document"))


class Failed(Exception):
    """The demonstration cannot go on; the text says why."""


class Children:
    """The three programs: started one by one, stopped together whatever happens."""

    def __init__(self, folder):
        self._folder, self._children = Path(folder), []

    def start(self, name, *argv):
        log = self._folder / f"{name}.log"
        environment = {key: value for key, value in os.environ.items()
                       if not key.startswith("OIDC_SIDECAR_")}
        with log.open("wb") as output:
            child = subprocess.Popen([str(word) for word in argv], stdin=subprocess.DEVNULL,
                                     stdout=output, stderr=subprocess.STDOUT, env=environment,
                                     start_new_session=True)
        self._children.append((name, child, log))

    def wait_line(self, name, beginning):
        """The rest of the line that a program prints when it is ready."""
        def find():
            for line in self._log(name).splitlines():
                if line.startswith(beginning):
                    return line[len(beginning):].strip()
            return None
        return self.wait(name, find, f"did not say {beginning!r}")

    def wait(self, name, condition, complaint):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            value = condition()
            if value:
                return value
            self.check()
            time.sleep(0.02)
        raise Failed(f"{name} {complaint} within {START_SECONDS} seconds:\n{self._log(name)}")

    def check(self):
        for name, child, _ in self._children:
            if child.poll() is not None:
                raise Failed(f"{name} ended with status {child.returncode}:\n{self._log(name)}")

    def _log(self, name):
        return next(log for each, _, log in self._children if each == name).read_text("utf-8",
                                                                                     "replace")

    def stop(self):
        """Asks all to end, then insists. The names of those that did not end well."""
        for _, child, _ in reversed(self._children):
            if child.poll() is None:
                child.terminate()
        unwell = []
        for name, child, _ in reversed(self._children):
            try:
                status = child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                status = child.wait()
            if status != 0:
                unwell.append(f"{name} (status {status})")
        self._children = []
        return unwell


def free_port(wanted=0):
    """A port that is free now: the wanted one if it is."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
                return probe.getsockname()[1]
            except OSError:
                continue
    raise Failed("no free port on 127.0.0.1")


def configuration(site, provider, identifier, secret):
    """The documented sample with the demonstration's names in place of the sample's."""
    try:
        text = SAMPLE.read_bytes()
    except OSError as problem:
        raise Failed(f"cannot read the documented sample: {problem}") from None
    for before, after in ((SAMPLE_SITE, site), (SAMPLE_PROVIDER, provider)):
        if before not in text:
            raise Failed(f"{SAMPLE} does not name {before.decode()}")
        text = text.replace(before, after.encode())
    for key, value in (("openid.aaf.clientId", identifier), ("openid.aaf.clientSecret", secret),
                       ("openid.aaf.userAutoEnabled", "true"),
                       ("openid.aaf.userAutoVerified", "true"),
                       ("auto.enabled", "true"), ("auto.verified", "true")):
        pattern = rb"(?m)^" + re.escape(key.encode()) + rb"=[^\r\n]*"
        text, count = re.subn(pattern, f"{key}={value}".encode(), text)
        if count != 1:
            raise Failed(f"{SAMPLE} has {count} lines for {key}, not one")
    return text


class Demonstration:
    def __init__(self, folder, port, provider_port, handoff):
        self._folder, self.handoff = Path(folder), handoff
        self._children = Children(folder)
        self.site = f"http://127.0.0.1:{free_port(port)}"
        self._provider_listen = f"127.0.0.1:{free_port(provider_port)}"
        self.provider = self.control = None

    def start(self):
        program = Path(os.environ.get("OIDC_SIDECAR") or ROOT / "_build" / "oidc-sidecar")
        if not program.is_file():
            raise Failed(f"{program} is missing: run ./dev build first")
        identifier, secret = "demonstration", secrets.token_hex(16)
        here = Path(__file__).resolve().parent
        self._children.start("provider", sys.executable, here / "provider.py", "--listen",
                             self._provider_listen, "--client",
                             f"{identifier}:{secret}:{self.site}/openid-login")
        self._children.start("xnat", sys.executable, here / "xnat.py", "--control-listen",
                             "127.0.0.1:0", *self._filter())
        self.provider = self._children.wait_line("provider", "listening on ")
        self.control = self._children.wait_line("xnat", "control on ")
        upstream = self._children.wait_line("xnat", "listening on ")
        config = self._folder / "openid-provider.properties"
        config.touch(mode=0o600)
        config.write_bytes(configuration(self.site, self.provider, identifier, secret))
        admin = f"127.0.0.1:{free_port()}"
        self._children.start("oidc-sidecar", program, "--config", config, "--upstream", upstream,
                             "--listen", self.site.removeprefix("http://"),
                             "--admin-listen", admin, *self._options())
        self._children.wait("oidc-sidecar", lambda: is_ready(f"http://{admin}/readyz"),
                            "was not ready")

    def _filter(self):
        """What XNAT is told to trust the assertion."""
        if self.handoff == "xnat-token":
            return []
        return ["--handoff-jwks", f"{self.site}/oidc/jwks.json", "--handoff-issuer", self.site]

    def _options(self):
        """What the sidecar is told to get alias tokens."""
        if self.handoff != "xnat-token":
            return []
        file = self._folder / "xnat-admin"
        file.touch(mode=0o600)
        file.write_text("admin:admin")
        return ["--handoff", "xnat-token", "--xnat-admin-file", file]

    def keep_running(self):
        while True:
            self._children.check()
            time.sleep(0.2)

    def stop(self):
        return self._children.stop()


def is_ready(url):
    try:
        with opener().open(url, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def opener(*handlers):
    """An HTTP client with nothing between it and loopback."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), *handlers)


def sign_in(site):
    """Signs in as a browser would: two pages, one form, all redirects followed."""
    client = opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    client.addheaders = list(NAVIGATION)
    try:
        with client.open(f"{site}/openid-login?providerId=aaf", timeout=30) as answer:
            page, at = answer.read().decode(), answer.url
        found = re.search(r'name="interaction" value="([^"]+)"', page)
        if not found:
            raise Failed(f"the provider's page has no form; it is {at}:\n{page}")
        form = {"interaction": html.unescape(found[1]), "person": PERSON, "decision": "accept"}
        with client.open(urllib.parse.urljoin(at, "/interaction"),
                         urllib.parse.urlencode(form).encode(), timeout=30) as answer:
            page, at = answer.read().decode(), answer.url
    except urllib.error.HTTPError as problem:
        raise Failed(f"{problem.url} answered {problem.code}:\n"
                     f"{problem.read().decode(errors='replace')}") from None
    except OSError as problem:
        raise Failed(f"sign-in broke off: {problem}") from None
    if "Signed in as" not in page:
        raise Failed(f"sign-in ended on {at} and not in XNAT:\n{page}")
    return re.search(r"<h1>(.*?)</h1>", page)[1]


def handed_over(control, beginning):
    """The headers so named of the last request of the browser's that reached XNAT with any."""
    with opener().open(f"{control}/control/requests?since=0", timeout=10) as answer:
        requests = json.load(answer)["requests"]
    for request in reversed(requests):
        headers = {name: value for name, value in request["headers"]
                   if name.lower().startswith(beginning)}
        if headers and ["User-Agent", NAVIGATION[0][1]] in request["headers"]:
            return headers
    raise Failed(f"no request reached XNAT with {beginning}")


def once(demonstration):
    heading = sign_in(demonstration.site)
    if demonstration.handoff == "xnat-token":
        token_handed_over(demonstration, heading)
    else:
        headers_handed_over(demonstration, heading)


def token_handed_over(demonstration, heading):
    """An alias is a name; its secret is not shown."""
    value = handed_over(demonstration.control, "authorization")["Authorization"]
    alias, _, secret = base64.b64decode(value.removeprefix("Basic ")).decode().partition(":")
    print(f'XNAT says: "{html.unescape(heading)}"')
    print(f"XNAT, in which nothing is installed, was handed an alias token of its own:\n"
          f"  Authorization: Basic {alias}:{'*' * len(secret)}")


def headers_handed_over(demonstration, heading):
    headers = handed_over(demonstration.control, "x-xnat-oidc-")
    print(f'XNAT says: "{html.unescape(heading)}"')
    print("XNAT was handed:")
    for name, value in headers.items():
        print(f"  {name}: {value}")
    got = {name.lower() for name in headers}
    missing = [name for name in HANDED if f"x-xnat-oidc-{name}".lower() not in got]
    if missing:
        raise Failed(f"missing: {', '.join(missing)}")


def interactive(demonstration):
    ports = [urllib.parse.urlsplit(url).port for url in (demonstration.site, demonstration.provider)]
    tunnels = " ".join(f"-L {port}:127.0.0.1:{port}" for port in ports)
    print(f"""
Open  {demonstration.site}/oidc/sign-in

Choose AAF, choose a person, and you stand in XNAT as that person.
Where the browser is on another machine, first run there, with this machine's name:
    ssh -N {tunnels} SERVER

XNAT's own account is admin, password admin. Ctrl-C stops everything.
""", flush=True)
    demonstration.keep_running()


def interrupted(*_):
    raise KeyboardInterrupt


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--once", action="store_true", help="sign in by itself, print, stop")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT,
                        help="where to serve; another one is taken if it is in use")
    parser.add_argument("--provider-port", type=int, default=DEFAULT_PROVIDER_PORT,
                        help="where the stand-in provider serves; likewise")
    parser.add_argument("--handoff", choices=("headers", "xnat-token"), default="headers",
                        help="how XNAT is told who it is")
    options = parser.parse_args(arguments)
    # SIGINT too: a shell starts what it puts in the background with it ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    status = 0
    with tempfile.TemporaryDirectory(prefix="oidc-demo-") as folder:
        demonstration = Demonstration(folder, 0 if options.once else options.port,
                                      0 if options.once else options.provider_port,
                                      options.handoff)
        try:
            demonstration.start()
            (once if options.once else interactive)(demonstration)
        except Failed as failure:
            print(f"demo: {failure}", file=sys.stderr)
            status = 1
        except KeyboardInterrupt:
            status = 130 if options.once else 0
        finally:
            # A second Ctrl-C must not leave children behind.
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            unwell = demonstration.stop()
    if unwell and status == 0:
        print(f"demo: did not end well: {', '.join(unwell)}", file=sys.stderr)
        status = 1
    if status == 0:
        print("Everything is stopped.")
    return status


if __name__ == "__main__":
    sys.exit(main())
