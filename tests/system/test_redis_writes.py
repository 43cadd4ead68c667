"""A Redis that takes no writes is none, and says why; what it takes, it takes and tells whole."""

import os
import signal
import socket
import threading
from pathlib import Path

import pytest

from harness import properties
from harness.process import Process, free_port
from harness.redis import Redis
from harness.replicas import Replicas
from harness.servers import Sidecar
from harness.wait import wait_until

COMMANDS = ["select", "subscribe", "eval", "exists", "publish", "set", "scan", "mget", "ping"]
CHECK_LIMIT = 30  # seconds; the check itself gives up after ten


@pytest.fixture
def redis(tmp_path):
    server = Redis(tmp_path, options=["--enable-protected-configs", "yes"]).start()
    yield server
    server.stop()


def allow(redis, *rules):
    assert redis.command("ACL", "SETUSER", "sidecar", "reset", "on", ">canary", *rules) == "OK"
    return f"redis://sidecar:canary@127.0.0.1:{redis.port}"


def everything(but=None):
    return ["~oidc-sidecar:*", "&oidc-sidecar:*", *(f"+{name}" for name in COMMANDS if name != but)]


def check(folder, url, meanwhile=lambda process: None):
    """(status, standard output, standard error) of --check-config."""
    file = folder / "openid-provider.properties"
    file.write_text(properties.site("http://127.0.0.1:8081",
                                    [properties.ProviderBlock("http://127.0.0.1:9")]))
    process = Sidecar([file], "http://127.0.0.1:9", ["--check-config"])
    process.environment |= {"OIDC_SIDECAR_REDIS": url}
    Process.start(process)
    meanwhile(process)
    status = process.wait_exit(CHECK_LIMIT)
    return status, "\n".join(process.stdout), "\n".join(process.stderr)


# --- what keeps a Redis from taking writes ------------------------------------------------------------

def replica(redis, folder):
    """A real replica of a real primary, in step with it."""
    port = free_port()
    (folder / "replica").mkdir()
    second = Redis(folder / "replica", port, options=["--replicaof", f"127.0.0.1 {redis.port}"])
    second.start()
    wait_until(lambda: "master_link_status:up" in second.command("INFO", "replication"),
               "the replica to be in step", 30)
    return second, second.url


def broken_disk(redis, folder):
    """Its last snapshot failed: where the file should go is a folder."""
    (folder / "in-the-way").mkdir()
    for words in (["dbfilename", "in-the-way"], ["save", "3600 1"]):
        assert redis.command("CONFIG", "SET", *words) == "OK"
    redis.command("BGSAVE")
    wait_until(lambda: "rdb_last_bgsave_status:err" in redis.command("INFO", "persistence"),
               "the snapshot to fail", 30)
    return None, redis.url


def no_memory(redis, folder):
    assert redis.command("CONFIG", "SET", "maxmemory", "1") == "OK"
    return None, redis.url


def too_few_replicas(redis, folder):
    assert redis.command("CONFIG", "SET", "min-replicas-to-write", "1") == "OK"
    return None, redis.url


def without(name):
    return lambda redis, folder: (None, allow(redis, *everything(but=name)))


def other_keys(redis, folder):
    return None, allow(redis, *everything()[1:], "~other:*")


def other_channels(redis, folder):
    return None, allow(redis, "~oidc-sidecar:*", *everything()[2:])


def wrong_password(redis, folder):
    return None, allow(redis, *everything()).replace("canary", "another")


# Redis's own trouble, with which the sidecar starts, and what is written otherwise here than there.
REFUSALS = {
    "replica": (replica, "warning", "READONLY", "name the primary"),
    "disk": (broken_disk, "warning", "MISCONF", "stop-writes-on-bgsave-error"),
    "memory": (no_memory, "warning", "OOM", "maxmemory"),
    "replicas": (too_few_replicas, "warning", "NOREPLICAS", "min-replicas-to-write"),
    "keys": (other_keys, "error", "", "oidc-sidecar"),
    "channels": (other_channels, "error", "NOPERM", "REPLICAS"),
    "password": (wrong_password, "error", "WRONGPASS", "OIDC_SIDECAR_REDIS"),
    **{f"no {name}": (without(name), "error", "user", "REPLICAS") for name in COMMANDS},
}


VERDICTS = {"warning": (0, "The sidecar would start; ", "Until Redis is back"),
            "error": (1, "", "the sidecar does not start")}


def assert_judged(found, weight, word, cure):
    """Of what check brought: one line about Redis, its cure, what follows, and the status."""
    status, out, said = found
    expected, end, effect = VERDICTS[weight]
    (line,) = [line for line in said.splitlines() if line.startswith("redis 127.0.0.1:")]
    assert f": {weight}: " in line and word in line, said
    remedy, meaning = said[said.index(line):].splitlines()[1:3]
    assert remedy.startswith("    cure: ") and cure in remedy and effect in meaning, said
    assert status == expected and out.startswith(end) and bool(out) == bool(end), out + said
    assert "fine" not in out


@pytest.mark.parametrize("name", REFUSALS)
def test_check_says_what_is_wrong(tmp_path, redis, name):
    make, weight, word, cure = REFUSALS[name]
    second, url = make(redis, tmp_path)
    found = check(tmp_path, url)
    assert_judged(found, weight, word, cure)
    assert "canary" not in found[2]
    if second:
        second.stop()


@pytest.mark.parametrize("name", ["replica", "disk", "no publish"])
def test_it_is_never_called_ready(tmp_path, redis, name):
    """From the first connect on, not from the first sign-out; and it is used once it can be."""
    make, _, word, cure = REFUSALS[name]
    second, url = make(redis, tmp_path)
    pair = Replicas(tmp_path, None, environment={"OIDC_SIDECAR_REDIS": url}).start()
    try:
        for sidecar in (pair.sidecar, pair.other):
            event = sidecar.events("redis_failed")[0]
            assert word in event["detail"] and cure in event["hint"], event
            wait_until(lambda: sidecar.metrics()["oidc_sidecar_redis_failures_total"] >= 2,
                       "another try", 20, sidecar.evidence)
            assert not sidecar.events("redis_ready")
            assert sidecar.metrics()["oidc_sidecar_redis_up"] == 0
        cookie = pair.signed_in()
        pair.sign_out(pair.sidecar, cookie)
        assert pair.is_in(pair.sidecar, cookie) is False and pair.is_in(pair.other, cookie)
        if second:
            assert second.command("REPLICAOF", "NO", "ONE") == "OK"
        elif name == "disk":
            assert redis.command("CONFIG", "SET", "stop-writes-on-bgsave-error", "no") == "OK"
        else:
            allow(redis, *everything())
        pair.wait_redis(True)
        pair.wait_out(pair.other, cookie)
    finally:
        assert pair.stop() == 0
        if second:
            second.stop()


# --- the check ----------------------------------------------------------------------------------------

def test_check_of_one_that_is_fine(tmp_path, redis):
    status, out, said = check(tmp_path, allow(redis, *everything()))
    assert status == 0, said
    assert "takes entries and tells them" in out and ("fine" in out or "would start" in out)
    assert all(0 < int(redis.command("TTL", name)) <= 10 for name in redis.names())


def test_check_where_nothing_listens(tmp_path):
    """The sidecar starts without: a check before the start that failed would leave nothing running."""
    found = check(tmp_path, f"redis://127.0.0.1:{free_port()}")
    assert_judged(found, "warning", "Connection refused", "nothing listens")


def test_check_of_one_that_says_nothing(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        found = check(tmp_path, f"redis://127.0.0.1:{silent.getsockname()[1]}")
    assert_judged(found, "warning", "no answer within 1000 ms", "overloaded")


def test_check_of_one_that_takes_no_more_connections(tmp_path):
    """Its queue is full, so that connecting itself takes too long."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        with socket.create_connection(full.getsockname()):
            found = check(tmp_path, f"redis://127.0.0.1:{full.getsockname()[1]}")
    assert_judged(found, "warning", "timed out", "firewall")


@pytest.mark.parametrize("answer, weight, word, cure", [
    (b"", "warning", "closed the connection", "does it start just now"),
    (b"HTTP/1.1 400 Bad Request\r\n\r\n", "error", "Protocol error", "name the port of Redis")])
def test_check_of_one_that_is_no_redis(tmp_path, answer, weight, word, cure):
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve():
            with server.accept()[0] as near:
                near.recv(65536)
                near.sendall(answer)
        thread = threading.Thread(target=serve)
        thread.start()
        found = check(tmp_path, f"redis://127.0.0.1:{server.getsockname()[1]}")
        thread.join()
    assert_judged(found, weight, word, cure)


# --- whole, or not at all -----------------------------------------------------------------------------

class Cutter:
    """Between a sidecar and Redis. Armed, it lets questions through, and cuts the connection instead of
    bringing the answer; until it is disarmed nothing new goes through."""

    def __init__(self, port):
        self.target, self.armed = port, threading.Event()
        self.cut = threading.Event()
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.server.accept()
            except OSError:
                return
            if self.armed.is_set():
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.target))
            for one, other, answers in ((near, far, False), (far, near, True)):
                threading.Thread(target=self._pump, args=[one, other, answers], daemon=True).start()

    def _pump(self, one, other, answers):
        try:
            while data := one.recv(65536):
                if answers and self.armed.is_set() and b"PONG" not in data.upper():
                    self.cut.set()
                    break
                other.sendall(data)
        except OSError:
            pass
        for end in (one, other):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def stop(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()


def test_link_that_breaks_between_putting_and_telling(tmp_path, redis):
    """What Redis has been given, the others know, although who gave it hears nothing any more."""
    way = Cutter(redis.port)
    pair = Replicas(tmp_path, way.url)
    pair.other.argv[pair.other.argv.index(way.url)] = redis.url
    pair.start()
    try:
        cookie = pair.signed_in()
        way.armed.set()
        pair.sign_out(pair.sidecar, cookie)
        assert way.cut.wait(10)
        pair.wait_redis(False, pair.sidecar)
        pair.wait_out(pair.other, cookie)
        assert pair.other.metrics()["oidc_sidecar_redis_up"] == 1
        assert len(pair.other.events("redis_ready")) == 1, "it was told, not taught at a new connect"
        way.armed.clear()
        pair.wait_redis(True)
    finally:
        assert pair.stop() == 0
        way.stop()


def test_redis_killed_before_it_has_done_it(tmp_path, redis):
    """Nothing was put, nothing was told: all of it is when Redis is back."""
    pair = Replicas(tmp_path, redis.url).start()
    try:
        cookie = pair.signed_in()
        assert redis.command("CLIENT", "PAUSE", "60000", "WRITE") == "OK"
        pair.sign_out(pair.sidecar, cookie)
        wait_until(lambda: int(redis.command("INFO", "clients").split("blocked_clients:")[1].split()[0]),
                   "the script to wait in Redis", 10)
        redis.kill()
        pair.wait_redis(False)
        assert pair.is_in(pair.other, cookie), "it cannot know"
        again = Redis(tmp_path, redis.port).start()
        try:
            pair.wait_redis(True)
            pair.wait_out(pair.other, cookie)
        finally:
            again.stop()
    finally:
        assert pair.stop() == 0


def test_check_that_comes_to_a_bad_end(tmp_path):
    """What is not known to be well, or only away, is no reason to go on."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        def kill_who_asks(process):
            with silent.accept()[0]:
                pid = process.child.pid
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
                os.kill(int(children[0]), signal.SIGKILL)
        status, _, said = check(tmp_path, f"redis://127.0.0.1:{silent.getsockname()[1]}", kill_who_asks)
    assert status == 1 and "error: the check came to a bad end" in said, said
