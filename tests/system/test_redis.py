"""Replicas that share sign-outs and used states by way of Redis; and what holds when Redis is away."""

import os
import socket
import threading
import time
from types import SimpleNamespace

import pytest

from harness.logout import claims_of, form, post, send, token_of
from harness.process import free_port
from harness.redis import Redis
from harness.replicas import Replicas
from harness.wait import wait_until

ANSWER_LIMIT = 10  # seconds; a sign-in waits for Redis about one


@pytest.fixture
def redis(tmp_path):
    server = Redis(tmp_path).start()
    yield server
    server.thaw() if server.alive else None
    server.stop()


@pytest.fixture
def pair(tmp_path, redis):
    replicas = Replicas(tmp_path, redis.url).start()
    yield replicas
    assert replicas.stop() == 0, replicas.sidecar.evidence() + replicas.other.evidence()


# --- what is shared -----------------------------------------------------------------------------------

def test_sign_out_counts_everywhere(pair):
    cookie, other = pair.signed_in(), pair.signed_in("another")
    assert pair.is_in(pair.other, cookie)
    pair.sign_out(pair.sidecar, cookie)
    assert pair.is_in(pair.sidecar, cookie) is False
    pair.wait_out(pair.other, cookie)
    assert pair.is_in(pair.other, other)


@pytest.mark.parametrize("sid", ["sid-1", "%s%n%s%n", "a b\r\nDEL x\r\n", "*"])
def test_back_channel_logout_counts_everywhere(pair, sid):
    """CVE-2021-32785: what a provider calls its sessions is no part of a command."""
    by_sid, by_sub = pair.signed_in("anna", sid), pair.signed_in("%s%n b", sid + "x")
    other = pair.signed_in("anna", sid + "y")
    assert send(pair.other.url, pair.tenant, sid=sid) == 200
    assert send(pair.sidecar.url, pair.tenant, sub="%s%n b") == 200
    for sidecar in (pair.sidecar, pair.other):
        pair.wait_out(sidecar, by_sid)
        pair.wait_out(sidecar, by_sub)
        assert pair.is_in(sidecar, other)


def test_logout_token_counts_once_everywhere(pair):
    body = form(token_of(claims_of(pair.tenant, sub="nobody")))
    assert post(pair.sidecar.url, body)[0] == 200
    assert post(pair.other.url, body)[0] == 400
    assert pair.other.wait_event("backchannel_logout_refused", reason="logout_used")


def test_state_counts_once_everywhere(pair):
    leg = pair.return_leg()
    assert pair.walk(pair.sidecar, leg).status == 302
    answer = pair.walk(pair.other, leg)
    assert answer.status == 400 and "state_used" in answer.text


def test_one_of_two_wins_at_the_same_time(pair):
    """Whether or not one has told the other: Redis decides."""
    for _ in range(10):
        leg, answers = pair.return_leg(), []
        threads = [threading.Thread(target=lambda where: answers.append(
            pair.walk(where, leg).status), args=[where]) for where in (pair.sidecar, pair.other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == [302, 400]


def test_sign_out_survives_restarts(pair):
    signed_out, kept = pair.signed_in(), pair.signed_in("another")
    logged_out = pair.signed_in("third", "sid-3")
    pair.sign_out(pair.sidecar, signed_out)
    assert send(pair.sidecar.url, pair.tenant, sid="sid-3") == 200
    leg = pair.return_leg()
    assert pair.walk(pair.sidecar, leg).status == 302
    assert (pair.sidecar.stop(), pair.other.stop()) == (0, 0)
    pair.sidecar.start()
    assert pair.is_in(pair.sidecar, signed_out) is False, "from the first request on"
    assert pair.is_in(pair.sidecar, logged_out) is False
    assert pair.is_in(pair.sidecar, kept)
    assert pair.walk(pair.sidecar, leg).status == 400
    assert pair.sidecar.events("redis_ready")[0]["entries"] >= 3
    assert not pair.sidecar.events("redis_slow")
    names = [event["event"] for event in pair.sidecar.events()]
    assert names.index("redis_ready") < names.index("started")


def test_sign_out_just_before_the_end_is_told(pair, redis):
    """Also one that waits behind another, which Redis takes its time for."""
    first, second = pair.signed_in(), pair.signed_in("another")
    assert redis.command("CLIENT", "PAUSE", "600", "ALL") == "OK"
    pair.sign_out(pair.sidecar, first)
    pair.sign_out(pair.sidecar, second)
    assert pair.sidecar.stop() == 0
    pair.wait_out(pair.other, first)
    pair.wait_out(pair.other, second)


def test_nothing_of_a_person_is_in_redis(pair, redis):
    cookie = pair.signed_in("canary-subject", "canary-sid")
    assert send(pair.sidecar.url, pair.tenant, sub="canary-subject", sid="canary-sid",
                jti="canary-jti") == 200
    pair.sign_out(pair.other, pair.signed_in("canary-subject"))
    pair.wait_out(pair.other, cookie)
    names = wait_until(redis.names, "entries")
    for name in names:
        assert name.startswith("oidc-sidecar:"), name
        assert 0 < int(redis.command("TTL", name)) <= 8 * 3600 + 120, "everything ends"
        assert "canary" not in name + redis.command("GET", name)


def test_other_sites_are_left_alone(tmp_path, pair, redis):
    """Two sites may use one database, and there may be other things in it."""
    redis.command("SET", "somebody-elses", "x")
    redis.command("SET", "oidc-sidecar:0123456789abcdef:nonsense", "x")
    (tmp_path / "second").mkdir()
    second = Replicas(tmp_path / "second", redis.url).start()
    try:
        cookie = second.signed_in("anna", "sid-1")
        assert send(pair.sidecar.url, pair.tenant, sub="anna") == 200
        pair.sign_out(pair.sidecar, pair.signed_in())
        own = {name.split(":")[1] for name in redis.names() if name.count(":") == 3}
        assert len(own) == 2, "names of both sites"
        assert second.is_in(second.sidecar, cookie)
        assert redis.command("GET", "somebody-elses") == "x"
    finally:
        assert second.stop() == 0


def test_nonsense_in_redis_does_no_harm(pair, redis):
    cookie = pair.signed_in()
    pair.sign_out(pair.sidecar, pair.signed_in("another"))
    name = wait_until(redis.names, "entries")[0]
    prefix = ":".join(name.split(":")[:2])
    for text in ("", "x", "0" * 32, f"{'0' * 32}:1", f"{'0' * 30}ff:1", f"{'Z' * 32}:1",
                 f"{'0' * 31}5:99999999999999999", f"{'0' * 32}:-1", f"{'0' * 32}:1:1:1"):
        redis.command("SET", f"{prefix}:{text}", "99999999999")
        redis.command("SET", f"{prefix}:{text}a", "nonsense")
        redis.command("PUBLISH", f"{prefix}:0", text)
        redis.command("PUBLISH", f"{prefix}:0", f"{text}:99999999999")
    redis.command("LPUSH", f"{prefix}:list", "x")
    pair.restart(pair.other)
    for sidecar in (pair.sidecar, pair.other):
        assert pair.is_in(sidecar, cookie)
        assert sidecar.alive
    late = pair.signed_in("late")
    pair.sign_out(pair.other, late)
    pair.wait_out(pair.sidecar, late)


def test_many_entries(pair, redis):
    """More than one step of a scan, one question for contents, and one offer."""
    pair.sign_out(pair.sidecar, pair.signed_in())
    name = wait_until(redis.names, "entries")[0]
    prefix = ":".join(name.split(":")[:2])
    script = ("local t = redis.call('TIME') for i = 1, 5000 do redis.call('SET', KEYS[1] .. "
              "string.format(':%030x01:1', i), t[1] + 3600, 'EX', 3600) end return 1")
    assert redis.command("EVAL", script, "1", prefix) == "1"
    pair.restart(pair.other)
    assert pair.other.events("redis_ready")[-1]["entries"] >= 5000
    redis.command("FLUSHALL")
    pair.wait_redis(True)
    redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    wait_until(lambda: len(redis.names()) >= 5000, "Redis to be told again", 30)


# --- no room ------------------------------------------------------------------------------------------

KINDS = {"used_states": 0, "sign_outs": 1, "logout_tokens": 4, "subjects_out": 5}


@pytest.fixture
def crowd(tmp_path, redis):
    """One sidecar, and a way to fill its tables."""
    pair = Replicas(tmp_path, redis.url)
    pair.sidecar.start()
    pair.sign_out(pair.sidecar, pair.signed_in("somebody"))
    prefix = ":".join(wait_until(redis.names, "entries")[0].split(":")[:2])

    def fill(kind, seconds=180):
        """Others' entries, until no more go in."""
        gauge, limit = (f'oidc_sidecar_remembered{end}{{kind="{kind}"}}' for end in ("", "_limit"))
        room = int(pair.sidecar.metrics()[limit])
        script = ("local till = redis.call('TIME')[1] + ARGV[3] "
                  "for i = tonumber(ARGV[1]), tonumber(ARGV[2]) - 1 do "
                  "redis.call('SET', KEYS[1] .. string.format(':%030x%02x:1', i, ARGV[4]), till, "
                  "'EX', ARGV[3]) end return 1")
        for begin in range(0, room, 50_000):
            assert redis.command("EVAL", script, "1", prefix, str(begin), str(begin + 50_000),
                                 str(seconds), str(KINDS[kind])) == "1"
        redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        wait_until(lambda: pair.sidecar.metrics()[gauge] == room, "all of it to be learnt", 90,
                   pair.sidecar.evidence)
        pair.wait_redis(True, pair.sidecar)
    pair.fill = fill
    yield pair
    assert pair.sidecar.stop() == 0, pair.sidecar.evidence()
    pair.stop()


def test_no_room_for_used_states_is_said(crowd):
    """The person is told the truth, and the administrator what to do; nobody else is troubled."""
    leg, cookie = crowd.return_leg(), crowd.signed_in("early")
    crowd.fill("used_states")
    answer = crowd.walk(crowd.sidecar, leg)
    assert answer.status == 503 and "states_full" in answer.text and "used before" not in answer.text
    assert "again" in answer.text and "administrator" in answer.text
    event = crowd.sidecar.wait_event("login_refused", reason="states_full")
    assert "remembered_full" in event["detail"]
    event = crowd.sidecar.wait_event("remembered_full", kind="used_states", level="error")
    assert "redirect path" in event["hint"] and "eleven minutes" in event["effect"]
    crowd.walk(crowd.sidecar, crowd.return_leg())
    assert len(crowd.sidecar.events("remembered_full")) == 1
    assert send(crowd.sidecar.url, crowd.tenant, sub="early") == 200
    assert crowd.is_in(crowd.sidecar, cookie) is False, "a sign-out has room of its own"


def test_sign_out_counts_although_there_is_no_room_for_it(crowd):
    """Then all sessions of the person end that began before; nobody else's, and no later one."""
    first, second = crowd.signed_in("anna"), crowd.signed_in("anna")
    other = crowd.signed_in("berta")
    crowd.fill("sign_outs")
    crowd.sign_out(crowd.sidecar, second)
    assert crowd.is_in(crowd.sidecar, second) is False
    assert crowd.is_in(crowd.sidecar, first) is False
    assert crowd.is_in(crowd.sidecar, other)
    again = crowd.signed_in("anna")
    assert crowd.is_in(crowd.sidecar, again)
    assert crowd.sidecar.wait_event("remembered_full", kind="sign_outs")
    assert not crowd.sidecar.events("revocation_failed")


@pytest.mark.parametrize("kind", ["logout_tokens", "subjects_out"])
def test_logout_that_finds_no_room_may_come_again(crowd, kind):
    """Whether its token or its sign-out found none: it is not told to have come before."""
    crowd.signed_in("anna")
    crowd.fill(kind, 40)
    body = form(token_of(claims_of(crowd.tenant, sub="anna")))
    status, _, text = post(crowd.sidecar.url, body)
    assert status == 400 and b'"temporarily_unavailable"' in text, text
    assert crowd.sidecar.wait_event("backchannel_logout_refused", reason="out_of_memory")
    assert crowd.sidecar.wait_event("remembered_full", kind=kind)
    wait_until(lambda: post(crowd.sidecar.url, body)[0] == 200, "the others' time to be over",
               90, crowd.sidecar.evidence)
    assert not [event for event in crowd.sidecar.events("backchannel_logout_refused")
                if event["reason"] == "logout_used"]


# --- Redis away -----------------------------------------------------------------------------------------

def works_alone(pair, sidecar):
    """Sign-in, sign-out and replay at one replica, each within the limit."""
    begin = time.monotonic()
    cookie = pair.signed_in("alone")
    assert pair.is_in(sidecar, cookie)
    pair.sign_out(sidecar, cookie)
    assert pair.is_in(sidecar, cookie) is False
    leg = pair.return_leg()
    assert pair.walk(sidecar, leg).status == 302
    assert pair.walk(sidecar, leg).status == 400
    assert send(sidecar.url, pair.tenant, sub="alone") == 200
    assert time.monotonic() - begin < ANSWER_LIMIT
    return cookie


def test_redis_killed_and_back(pair, redis, tmp_path):
    before = pair.signed_in("before")
    pair.sign_out(pair.sidecar, before)
    pair.wait_out(pair.other, before)
    redis.kill()
    pair.wait_redis(False)
    cookie = works_alone(pair, pair.sidecar)
    for sidecar in (pair.sidecar, pair.other):
        assert sidecar.wait_event("redis_failed", level="warning")
        assert sidecar.readiness()[0] == 200
    assert pair.sidecar.metrics()["oidc_sidecar_redis_decided_alone_total"] >= 1
    for sidecar in (pair.sidecar, pair.other):
        wait_until(lambda: sidecar.metrics()["oidc_sidecar_redis_failures_total"] >= 3,
                   "some tries in vain", 20, sidecar.evidence)
    assert pair.is_in(pair.other, cookie), "it cannot know"
    again = Redis(tmp_path, redis.port).start()  # and has forgotten everything
    try:
        pair.wait_redis(True)
        pair.wait_out(pair.other, cookie)
        late = pair.signed_in("late")
        pair.sign_out(pair.other, late)
        pair.wait_out(pair.sidecar, late)
        # what both knew before is in the new Redis as well
        third = pair.new_sidecar()
        third.start()
        assert pair.is_in(third, before) is False and pair.is_in(third, cookie) is False
        assert third.stop() == 0
        assert len(pair.sidecar.events("redis_failed")) == 1, "one line, however often it is tried"
        assert len(pair.sidecar.events("redis_ready")) == 2
    finally:
        again.stop()


def test_frozen_redis(pair, redis):
    """It takes connections and never answers."""
    redis.freeze()
    works_alone(pair, pair.sidecar)
    pair.wait_redis(False)
    works_alone(pair, pair.sidecar)
    redis.thaw()
    pair.wait_redis(True)
    late = pair.signed_in("late")
    pair.sign_out(pair.other, late)
    pair.wait_out(pair.sidecar, late)


def test_other_requests_never_wait(pair, redis):
    """While a sign-in waits for a Redis that says nothing, the same workers answer everybody else."""
    cookie, legs = pair.signed_in(), [pair.return_leg() for _ in range(8)]
    redis.freeze()
    answers = []
    threads = [threading.Thread(target=lambda leg=leg: answers.append(
        pair.walk(pair.sidecar, leg).status)) for leg in legs]
    for thread in threads:
        thread.start()
    assert pair.is_in(pair.sidecar, cookie)
    for thread in threads:
        thread.join()
    assert answers == [302] * len(legs)


class SlowWay:
    """Between a sidecar and Redis; each answer takes its time once `slow` is set."""

    def __init__(self, port):
        self.target, self.slow, self.over = port, threading.Event(), threading.Event()
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while not self.over.is_set():
            try:
                near, _ = self.server.accept()
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            for one, other, late in ((near, far, False), (far, near, True)):
                threading.Thread(target=self._pump, args=[one, other, late], daemon=True).start()

    def _pump(self, one, other, late):
        try:
            while data := one.recv(65536):
                if late and self.slow.is_set():
                    self.over.wait(0.5)
                other.sendall(data)
        except OSError:
            pass
        one.close()
        other.close()

    def stop(self):
        self.over.set()
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()


def sign_out_at_once(sidecar, cookies):
    """As fast as the sidecar can: one request behind the other in one connection."""
    requests = "".join(f"GET /oidc/sign-out HTTP/1.1\r\nHost: 127.0.0.1:{sidecar.port}\r\n"
                       f"Cookie: oidc-session={cookie}\r\n\r\n" for cookie in cookies)
    with socket.create_connection(("127.0.0.1", sidecar.port), ANSWER_LIMIT) as connection:
        sender = threading.Thread(target=connection.sendall, args=[requests.encode()])
        sender.start()
        answers = b""
        while answers.count(b"HTTP/1.1 200 ") < len(cookies):
            piece = connection.recv(65536)
            assert piece, answers[-1000:]
            answers += piece
        sender.join()


def test_slow_redis(tmp_path, redis):
    """One that answers, but so late that questions pile up, is as good as none."""
    way = SlowWay(redis.port)
    pair = Replicas(tmp_path, f"redis://127.0.0.1:{way.port}").start()
    try:
        cookies, leg = [pair.signed_in(f"person-{n}") for n in range(400)], pair.return_leg()
        way.slow.set()
        sign_out_at_once(pair.sidecar, cookies)
        assert pair.walk(pair.sidecar, leg).status == 302
        # Which limit is met first, that of an answer or that of the queue, is the machine's matter.
        assert pair.sidecar.wait_event("redis_failed")["detail"] in \
            ("it is too slow", "no answer within 1000 ms")
        way.slow.clear()
        pair.wait_redis(True)
        for cookie in cookies[::50]:
            pair.wait_out(pair.other, cookie)
    finally:
        assert pair.stop() == 0
        way.stop()


def test_end_while_redis_is_frozen(pair, redis):
    pair.sign_out(pair.sidecar, pair.signed_in())
    redis.freeze()
    begin = time.monotonic()
    assert pair.sidecar.stop() == 0
    assert time.monotonic() - begin < ANSWER_LIMIT
    redis.thaw()


def test_start_without_redis(tmp_path):
    port = free_port()
    pair = Replicas(tmp_path, f"redis://127.0.0.1:{port}").start()
    try:
        assert pair.sidecar.events("redis_failed"), "said before the first request"
        cookie = works_alone(pair, pair.sidecar)
        redis = Redis(tmp_path, port).start()
        try:
            pair.wait_redis(True)
            pair.wait_out(pair.other, cookie)
        finally:
            redis.stop()
    finally:
        assert pair.stop() == 0


def test_start_with_a_silent_redis(tmp_path):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        pair = Replicas(tmp_path, f"redis://127.0.0.1:{silent.getsockname()[1]}").start()
        try:
            works_alone(pair, pair.sidecar)
        finally:
            assert pair.stop() == 0


def answering(answer):
    """A server that gives every connection the same bytes for each piece it is sent."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve(connection):
        with connection:
            try:
                while connection.recv(4096):
                    connection.sendall(answer)
            except OSError:
                pass

    def accept():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=[connection], daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()
    return SimpleNamespace(port=server.getsockname()[1], stop=lambda: (
        server.shutdown(socket.SHUT_RDWR), server.close()))


@pytest.mark.parametrize("answer", [
    b"+OK\r\n", b"-LOADING Redis is loading the dataset in memory\r\n", b"*-1\r\n", b"*0\r\n",
    b"$-1\r\n", b":1\r\n", b"nonsense\r\n", b"*2\r\n$1\r\n0\r\n*0\r\n", b"*100000\r\n",
    b"+OK\r\n*2\r\n$1\r\n0\r\n*1\r\n$-1\r\n", b"\x00" * 4096, b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_server_that_is_no_redis(tmp_path, answer):
    server = answering(answer)
    pair = Replicas(tmp_path, f"redis://127.0.0.1:{server.port}")
    pair.sidecar.start()
    try:
        works_alone(pair, pair.sidecar)
        assert pair.sidecar.wait_event("redis_failed")
    finally:
        assert pair.stop() == 0
        server.stop()


# --- credentials ------------------------------------------------------------------------------------------

SECRET = "canary%2Fp%40ss"
PLAIN = "canary/p@ss"


def test_password(tmp_path):
    redis = Redis(tmp_path, password=PLAIN).start()
    url = f"redis://:{SECRET}@127.0.0.1:{redis.port}/3"
    pair = Replicas(tmp_path, None, environment={"OIDC_SIDECAR_REDIS": url}).start()
    third = pair.new_sidecar()
    third.argv += ["--redis", url]
    try:
        third.start()
        cookie = pair.signed_in()
        pair.sign_out(pair.sidecar, cookie)
        pair.wait_out(pair.other, cookie)
        pair.wait_out(third, cookie)
        assert not redis.names() and redis.command("-n", "3", "KEYS", "*"), "the third database"
        for sidecar in (pair.sidecar, third):
            line = open(f"/proc/{sidecar.child.pid}/cmdline", "rb").read()
            assert b"canary%" not in line and b"p%40ss" not in line, "hidden from the list of processes"
            assert "canary" not in "\n".join(sidecar.stderr)
            assert sidecar.events("redis_ready")[0]["server"] == f"127.0.0.1:{redis.port}/3"
    finally:
        assert (third.stop(), pair.stop()) == (0, 0)
        redis.stop()


def test_user_and_password(tmp_path):
    """What the manual says a user of Redis must be allowed is enough."""
    redis = Redis(tmp_path).start()
    assert redis.command("ACL", "SETUSER", "sidecar", "on", f">{PLAIN}", "~oidc-sidecar:*",
                         "&oidc-sidecar:*", "+select", "+subscribe", "+eval", "+exists", "+publish",
                         "+set", "+scan", "+mget", "+ping") == "OK"
    pair = Replicas(tmp_path, f"redis://sidecar:{SECRET}@127.0.0.1:{redis.port}").start()
    try:
        cookie = pair.signed_in()
        pair.sign_out(pair.sidecar, cookie)
        pair.wait_out(pair.other, cookie)
        assert not pair.sidecar.events("redis_failed")
    finally:
        assert pair.stop() == 0
        redis.stop()


def test_wrong_password(tmp_path):
    redis = Redis(tmp_path, password=PLAIN).start()
    pair = Replicas(tmp_path, f"redis://:canary-wrong@127.0.0.1:{redis.port}")
    pair.sidecar.start()
    try:
        works_alone(pair, pair.sidecar)
        event = pair.sidecar.wait_event("redis_failed")
        assert "WRONGPASS" in event["detail"]
        assert "canary" not in "\n".join(pair.sidecar.stderr)
    finally:
        assert pair.stop() == 0
        redis.stop()


def test_unix_socket(tmp_path):
    path = f"/tmp/oidc-redis-{os.getpid()}.sock"
    redis = Redis(tmp_path, options=["--unixsocket", path]).start()
    pair = Replicas(tmp_path, f"unix:{path}").start()
    try:
        cookie = pair.signed_in()
        pair.sign_out(pair.sidecar, cookie)
        pair.wait_out(pair.other, cookie)
    finally:
        assert pair.stop() == 0
        redis.stop()


def test_without_the_option_there_is_no_gauge(launch):
    made = launch()
    assert "oidc_sidecar_redis_up" not in made.sidecar.metrics()
