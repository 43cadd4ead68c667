"""The five measures. Each alternates between us and the peers, round by round, and gives rows."""

import http.client
import re
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from harness import properties
from harness.browser import Browser
from harness.process import free_port
from harness.servers import Provider
from harness.setup import SESSION_KEY

import load
import peers
from load import Sample, Target
from pin import OTHER_CORE, SERVER_CORE, Failed, on_core, program

PERSON, EMAIL = "alice", "alice.nguyen@example.com"
COOKIE = "oidc-session"
APACHE_COOKIE = "mod_auth_openidc_session"
MIB = 1024 * 1024


@dataclass(frozen=True)
class Plan:
    """How long everything takes."""

    rounds: int
    seconds: int  # of load or verification in a round
    warm_up: int
    transfer_rounds: int
    transfer_size: int
    starts: int
    settle: float  # seconds before memory counts as idle


FULL = Plan(rounds=5, seconds=4, warm_up=1, transfer_rounds=3, transfer_size=1024 * MIB, starts=5,
            settle=2)
QUICK = Plan(rounds=2, seconds=1, warm_up=1, transfer_rounds=2, transfer_size=128 * MIB, starts=2,
             settle=0.5)


@dataclass(frozen=True)
class Series:
    """All rounds of one contender."""

    who: str
    samples: tuple

    @property
    def values(self):
        return [sample.value for sample in self.samples]

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def busy(self):
        shares = [sample.busy for sample in self.samples if sample.busy is not None]
        return statistics.median(shares) if shares else None


@dataclass(frozen=True)
class Goal:
    """A bound for our value, or for its ratio to the peer's."""

    text: str
    low: float = float("-inf")
    high: float = float("inf")


@dataclass(frozen=True)
class Row:
    what: str
    unit: str
    ours: Series
    peer: Series = None
    goal: Goal = None

    @property
    def ratio(self):
        return self.ours.median / self.peer.median if self.peer else None

    @property
    def met(self):
        if self.goal is None:
            return None
        value = self.ours.median if self.peer is None else self.ratio
        return self.goal.low <= value <= self.goal.high


def say(text):
    print(text, file=sys.stderr, flush=True)


def alternate(letter, rounds, contenders):
    """A B A B …: {who: what takes a sample} gives {who: Series}."""
    taken = {who: [] for who in contenders}
    for number in range(1, rounds + 1):
        for who, sample in contenders.items():
            taken[who].append(sample())
            say(f"({letter}) round {number} of {rounds}: {who}: {taken[who][-1].value:,.1f}")
    return {who: Series(who, tuple(samples)) for who, samples in taken.items()}


def rows(what, unit, series, goals):
    """We against each of the others."""
    ours, *others = series.values()
    return [Row(what, unit, ours, other, goals.get(other.who)) for other in others]


class Bench:
    """What all measures share: a folder, the stand-in provider, a configuration and a session."""

    def __init__(self, build, folder, plan):
        self.build, self.folder, self.plan = build, folder, plan
        self.port, self.apache_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = properties.Client()
        self.apache_client = properties.Client(id="client-of-apache")
        self.provider = Provider([
            (self.client.id, self.client.secret, f"{self.url}/openid-login"),
            (self.apache_client.id, self.apache_client.secret,
             peers.Apache.redirect_uri(self.apache_port))])
        self.provider.argv = on_core(OTHER_CORE, self.provider.argv)
        self.key_file = folder / "session.keys"
        self.config = folder / "openid-provider.properties"
        self.large_file = folder / "large"
        self._cookie = None

    def start(self):
        self.key_file.touch(0o600)
        self.key_file.write_text(SESSION_KEY + "\n")
        with self.large_file.open("wb") as file:
            file.truncate(self.plan.transfer_size)
        self.provider.start()
        block = properties.ProviderBlock(self.provider.url, self.client)
        self.config.write_text(properties.site(self.url, [block]))

    def place(self, name):
        """A folder of its own for the servers of one measure."""
        folder = self.folder / name
        folder.mkdir()
        return folder

    def new_sidecar(self, upstream, workers=1, port=None):
        return peers.MeasuredSidecar(self.build, self.config, self.key_file, port or self.port,
                                     f"http://127.0.0.1:{upstream.port}", workers)

    @property
    def cookie(self):
        """A session by a real sign-in, once: every sidecar here has the same keys."""
        if self._cookie is None:
            browser = Browser()
            answer = browser.sign_in(self.url, PERSON)
            cookie = browser.jar.get(COOKIE)
            if not cookie:
                raise Failed(f"sign-in gave no session: {answer.status}\n{answer.text}")
            self._cookie = f"{COOKIE}={cookie.value}"
        return self._cookie

    def apache_cookie(self, apache):
        browser = Browser()
        page = browser.follow(browser.open(f"http://127.0.0.1:{apache.port}/whoami"))
        if page.status == 200:
            answer = browser.submit(page, person=PERSON, decision="accept")
            page = browser.follow(browser.open(answer.location))
        cookie = browser.jar.get(APACHE_COOKIE)
        if page.status != 200 or not cookie:
            raise Failed(f"sign-in by Apache failed: {page.status}\n{page.text}\n"
                         f"{apache.evidence()}")
        return f"{APACHE_COOKIE}={cookie.value}"

    def request(self, server, path, cookie, says):
        return Target(server.port, path, (("Host", f"127.0.0.1:{self.port}"), ("Cookie", cookie)),
                      says)

    def rates(self, letter, targets):
        """Requests a second of each, warmed up first."""
        for target in targets.values():
            load.requests_per_second(target, self.plan.warm_up)
        return alternate(letter, self.plan.rounds, {
            who: lambda target=target: load.requests_per_second(target, self.plan.seconds)
            for who, target in targets.items()})


def end(*servers):
    """Stops them; the sidecar must have had no trouble."""
    for server in servers:
        if isinstance(server, peers.MeasuredSidecar):
            trouble = [event for event in server.events() if event.get("level") == "error"]
            if trouble or not server.alive:
                raise Failed(f"the sidecar had trouble\n{server.evidence()}")
        status = server.stop()
        if status != 0:
            raise Failed(f"ended with status {status}\n{server.evidence()}")


# --- (a) and (b): small requests --------------------------------------------------------------------

def forward_auth(bench):
    upstream = peers.upstream(bench.place("a"), bench.large_file).start()
    sidecar, bare = bench.new_sidecar(upstream).start(), peers.bare_handler(bench.build).start()
    series = bench.rates("a", {
        "oidc-sidecar": bench.request(sidecar, "/oidc/auth", bench.cookie, EMAIL),
        "bare libmicrohttpd": bench.request(bare, "/oidc/auth", bench.cookie, "200 OK")})
    end(sidecar, bare, upstream)
    return rows("(a) forward-auth", "requests/s", series,
                {"bare libmicrohttpd": Goal("at least 0.70", low=0.7)})


def proxied(bench):
    folder = bench.place("b")
    upstream = peers.upstream(folder, bench.large_file).start()
    sidecar = bench.new_sidecar(upstream).start()
    nginx = peers.nginx_proxy(folder, upstream.port).start()
    apache = peers.Apache(folder, bench.apache_port, bench.provider.url, bench.apache_client,
                          upstream.port).start()
    apache_cookie = bench.apache_cookie(apache)
    # Both relying parties must tell the upstream who it is, and did so before they are measured.
    load.probe(bench.request(sidecar, "/whoami", bench.cookie, EMAIL))
    load.probe(bench.request(apache, "/whoami", apache_cookie, EMAIL))
    small = "A small answer"
    series = bench.rates("b", {
        "oidc-sidecar": bench.request(sidecar, "/data/projects", bench.cookie, small),
        "nginx": bench.request(nginx, "/data/projects", bench.cookie, small),
        "Apache": bench.request(apache, "/data/projects", apache_cookie, small)})
    end(sidecar, nginx, apache, upstream)
    return rows("(b) proxied small requests", "requests/s", series,
                {"Apache": Goal("more than 1", low=1)})


# --- (c): large bodies ------------------------------------------------------------------------------

def transfers(bench):
    folder, size = bench.place("c"), bench.plan.transfer_size
    upstream, sink = (peers.upstream(folder, bench.large_file).start(),
                      peers.sink(bench.build).start())
    nginx = peers.nginx_proxy(folder, upstream.port, sink.port).start()
    # An upstream each, so that each one's growth is that of one direction.
    down = bench.new_sidecar(upstream).start()
    up = bench.new_sidecar(sink, port=free_port()).start()
    cookie = bench.cookie
    load.probe(bench.request(down, "/", cookie, "A small answer"))
    time.sleep(bench.plan.settle)
    idle = {sidecar: sidecar.memory() for sidecar in (down, up)}
    downloads = alternate("c, down", bench.plan.transfer_rounds, {
        "oidc-sidecar": lambda: load.download(f"{down.url}/large", cookie, size),
        "nginx": lambda: load.download(f"http://127.0.0.1:{nginx.port}/large", cookie, size)})
    uploads = alternate("c, up", bench.plan.transfer_rounds, {
        "oidc-sidecar": lambda: load.upload(f"{up.url}/upload", cookie, bench.large_file, size),
        "nginx": lambda: load.upload(f"http://127.0.0.1:{nginx.port}/upload", cookie,
                                     bench.large_file, size)})
    grown = {sidecar: (sidecar.peak_memory() - idle[sidecar]) / MIB for sidecar in idle}
    end(down, up, nginx, sink, upstream)
    goal = Goal("under 8", high=8)
    return [*rows(f"(c) download of {size // MIB} MiB", "MB/s", downloads, {}),
            *rows(f"(c) upload of {size // MIB} MiB", "MB/s", uploads, {}),
            _single("(c) peak memory over idle, download", "MiB", [grown[down]], goal),
            _single("(c) peak memory over idle, upload", "MiB", [grown[up]], goal)]


def _single(what, unit, values, goal=None):
    return Row(what, unit, Series("oidc-sidecar", tuple(Sample(value) for value in values)),
               goal=goal)


# --- (d): start and idle ----------------------------------------------------------------------------

def idle(bench):
    upstream = peers.upstream(bench.place("d"), bench.large_file).start()
    starts = [_start(bench, upstream, number) for number in range(1, bench.plan.starts + 1)]
    end(upstream)
    ready, resident, shared_out, peak = zip(*starts)
    return [_single("(d) start to /readyz 200, two workers", "ms", ready,
                    Goal("at most 100", high=100)),
            _single("(d) idle memory (VmRSS), two workers", "MiB", resident,
                    Goal("at most 16", high=16)),
            _single("(d) idle memory (Pss), two workers", "MiB", shared_out),
            _single("(d) peak memory at start (VmHWM), two workers", "MiB", peak)]


def _start(bench, upstream, number):
    """One start: (milliseconds to readiness, then MiB: resident, proportional, peak)."""
    sidecar = bench.new_sidecar(upstream, workers=2)
    begin = time.monotonic()
    sidecar.launch()
    while not _is_ready(sidecar.admin_port):
        if not sidecar.alive or time.monotonic() - begin > load.GRACE:
            raise Failed(f"the sidecar did not become ready\n{sidecar.evidence()}")
        time.sleep(0.001)
    milliseconds = (time.monotonic() - begin) * 1000
    time.sleep(bench.plan.settle)
    figures = (milliseconds, sidecar.memory() / MIB, _proportional_memory(sidecar) / MIB,
               sidecar.peak_memory() / MIB)
    end(sidecar)
    say(f"(d) start {number}: ready after {figures[0]:.0f} ms, {figures[1]:.1f} MiB")
    return figures


def _is_ready(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _proportional_memory(process):
    """Bytes, with what is shared with other processes divided among them (Pss)."""
    text = Path(f"/proc/{process.child.pid}/smaps_rollup").read_text(encoding="ascii")
    return int(re.search(r"(?m)^Pss:\s+(\d+) kB", text)[1]) * 1024


# --- (e): ID tokens ---------------------------------------------------------------------------------

def id_tokens(bench):
    seconds = bench.plan.seconds
    verifier = bench.build / "tests" / "bench" / "verify_id_token"
    series = alternate("e", bench.plan.rounds, {
        "liboidc": lambda: _verify_id_tokens(verifier, seconds),
        "openssl speed": lambda: _openssl_speed(max(seconds // 2, 1))})
    return rows("(e) ID tokens verified, RS256", "tokens/s", series, {})


def _verify_id_tokens(verifier, seconds):
    return Sample(float(load.run([verifier, str(seconds)], seconds + load.GRACE, SERVER_CORE)))


def _openssl_speed(seconds):
    """Bare RSA verifications a second. It signs for as long, which is of no interest here."""
    output = load.run([program("openssl"), "speed", "-elapsed", "-mr", "-seconds", str(seconds),
                       "rsa2048"], 2 * seconds + load.GRACE, SERVER_CORE)
    found = re.search(r"(?m)^\+F2:\d+:2048:[\d.]+:([\d.]+)", output)
    if not found:
        raise Failed(f"openssl speed said something else: {output}")
    return Sample(float(found[1]))


MEASURES = {"a": forward_auth, "b": proxied, "c": transfers, "d": idle, "e": id_tokens}
