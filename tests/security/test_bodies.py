"""Landscape 3.11: bodies that nobody asked for, and providers that never come to an end."""

import json
import time

import pytest

from harness import hostile
from harness.hostile import b64url
from harness.wait import wait_until
from harness.wire import Closed, Wire, exchange, request_bytes

OWN = ("/oidc/sign-in", "/oidc/sign-out", "/oidc/session", "/oidc/auth", "/oidc/auth-redirect/x",
       "/oidc/jwks.json", "/oidc/style.css", "/openid-login", "/oidc/nothing",
       "/oidc/backchannel-logout")
METHODS = ("POST", "PUT", "PATCH", "DELETE")


def send(made, data, method="POST"):
    """The status, or None where the connection was closed."""
    try:
        with Wire(made.port) as wire:
            return wire.send(data).answer(method).status
    except (Closed, ConnectionError):
        return None


def assert_unharmed(made):
    assert made.sidecar.alive
    assert exchange(made.port, request_bytes("GET", "/oidc/session")).status == 401


TYPES = {"none": [], "empty": [("Content-Type", "")], "64 kB": [("Content-Type", "x" * 65536)],
         "8 kB": [("Content-Type", "x/" + "y" * 8000)], "two": [("Content-Type", "a/b")] * 2,
         "multipart without boundary": [("Content-Type", "multipart/form-data")],
         "unclosed": [("Content-Type", 'multipart/form-data; boundary="')],
         "nonsense": [("Content-Type", ";;;=,/\"")]}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", TYPES)
def test_cve_2021_20718_content_type(site, name, method):
    """To every path of ours: without, with an empty one, with far too much of it."""
    for path in OWN:
        for body in (b"", b"a=b&c", b"\x00" * 300):
            status = send(site, request_bytes(method, path, TYPES[name], body), method)
            assert status is None or status < 500, f"{path}: {status}"
    assert_unharmed(site)


LENGTHS = {"nothing": ([], b""), "zero": ([("Content-Length", "0")], b""),
           "negative": ([("Content-Length", "-1")], b""),
           "huge": ([("Content-Length", "9" * 25)], b""),
           "more than comes": ([("Content-Length", "1000")], b"x"),
           "terabyte": ([("Content-Length", str(10 ** 12))], b"x" * 1000),
           "no chunk": ([("Transfer-Encoding", "chunked")], b"0\r\n\r\n"),
           "no chunk, unfinished": ([("Transfer-Encoding", "chunked")], b"0\r\n"),
           "chunk that never comes": ([("Transfer-Encoding", "chunked")], b"ffff\r\n"),
           "one chunk": ([("Transfer-Encoding", "chunked")], b"1\r\na\r\n0\r\n\r\n")}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", LENGTHS)
def test_cve_2025_3891_empty_post(site, name, method):
    """A length that says nothing, too much or the impossible: answered or closed, and forgotten."""
    headers, body = LENGTHS[name]
    unfinished = name in ("more than comes", "terabyte", "no chunk, unfinished",
                          "chunk that never comes")
    for path in (*OWN, "/test/echo"):
        with Wire(site.port) as wire:
            wire.send(request_bytes(method, path, headers, b"") + body)
            if not unfinished:
                try:
                    assert wire.answer(method).status < 600
                except (Closed, ConnectionError):
                    pass
    assert_unharmed(site)


def test_cve_2025_3891_over_and_over(launch):
    """Every shape over and over, some cut off in the middle: nothing of them is kept."""
    made = launch()

    def flood(rounds):
        for number in range(rounds):
            headers, body = list(LENGTHS.values())[number % len(LENGTHS)]
            path = OWN[number % len(OWN)]
            with Wire(made.port) as wire:
                wire.send(request_bytes("POST", path, headers, b"") + body)
                if number % 3 == 0:
                    continue
                try:
                    wire.socket.settimeout(0.02)
                    wire.answer("POST")
                except (Closed, OSError):
                    pass
    flood(300)
    assert_unharmed(made)
    before, descriptors = made.sidecar.memory(), made.sidecar.descriptors()
    flood(1000)
    wait_until(lambda: made.sidecar.descriptors() <= descriptors + 2, "its descriptors to be closed",
               60, made.sidecar.evidence)
    assert made.sidecar.memory() - before < 4 * 1024 * 1024
    assert_unharmed(made)


def test_mao_2026_compressed_answers_are_not_unpacked(court, liar):
    """We ask for no compression; an answer that comes compressed all the same is no JSON."""
    import gzip
    bomb = gzip.compress(b" " * (50 * 1024 * 1024))
    before = court.sidecar.memory()
    for endpoint, encoding in (("token", "gzip"), ("userinfo", "gzip"), ("token", "br"),
                               ("token", "deflate")):
        liar.answers = {endpoint: lambda exchange, encoding=encoding: exchange.reply(
            200, bomb, headers=[("Content-Encoding", encoding)])}
        attempt = court.sign_in("liar")
        assert attempt.answer.status == 502 and attempt.browser.jar.get("oidc-session") is None
    assert court.sidecar.memory() - before < 30 * 1024 * 1024
    assert not [seen for seen in court.hostile.seen if "accept-encoding: " in seen.lower()
                and "identity" not in seen.lower() and "/t/" in seen.split("\n")[0]
                and "/authorize" not in seen.split("\n")[0]]


@pytest.mark.parametrize("alg", ["dir", "RSA1_5", "RSA-OAEP", "A128KW", "none"])
def test_mao_2026_compressed_jwe(court, liar, alg):
    """A JWE with `zip` is refused before anything of it is unpacked."""
    import zlib
    deflated = zlib.compress(b"0" * (10 * 1024 * 1024))[2:-4]
    head = {"alg": alg, "enc": "A256GCM", "zip": "DEF"}
    liar.id_token = lambda _: ".".join([b64url(json.dumps(head).encode()), b64url(b"k" * 256),
                                        b64url(b"i" * 12), b64url(deflated), b64url(b"t" * 16)])
    before = court.sidecar.memory()
    attempt = court.sign_in("liar")
    assert attempt.answer.status == 502 and "id_token_" in attempt.answer.text
    assert attempt.browser.jar.get("oidc-session") is None
    assert court.sidecar.memory() - before < 8 * 1024 * 1024


def test_mao_2026_thousand_unknown_keys(court, liar):
    """A thousand sign-ins with a key nobody knows: one look for new keys a minute, no more."""
    began, before = time.monotonic(), liar.counts["jwks"]
    for number in range(1000):
        liar.head = lambda head, number=number: head | {"kid": f"kid-{number}-{'x' * (number % 50)}"}
        attempt = court.sign_in("liar")
        assert attempt.answer.status == 502 and attempt.browser.jar.get("oidc-session") is None
    minutes = 1 + int((time.monotonic() - began) // 60)
    assert liar.counts["jwks"] - before <= minutes


def chain(exchange):
    """The first of a hundred redirects."""
    number = int((exchange.query or "n=0").rpartition("=")[2] or 0)
    exchange.reply(302, b"", headers=[("Location", f"{exchange.path.partition('?')[0]}?n={number + 1}")])


@pytest.mark.parametrize("endpoint, answer, reason", [
    ("token", chain, "answer_redirect"), ("userinfo", chain, "answer_redirect"),
    ("token", hostile.endless, "answer_too_large"), ("userinfo", hostile.endless, "answer_too_large"),
    ("token", hostile.huge_head, ("answer_", "provider_unreachable")),
    ("token", hostile.cut_short, "answer_cut_short"), ("token", hostile.hang_up, ("answer_", "provider_"))])
def test_outgoing_bounded_in_bytes(court, liar, endpoint, answer, reason):
    liar.answers[endpoint] = answer
    before = liar.counts[endpoint]
    attempt = court.sign_in("liar")
    assert attempt.answer.status == 502
    assert any(each in attempt.answer.text for each in
               ((reason,) if isinstance(reason, str) else reason))
    assert liar.counts[endpoint] == before + 1, "asked once, followed nowhere"
    assert court.sidecar.peak_memory() < 200 * 1024 * 1024


def test_outgoing_keys_without_an_end(court, liar):
    """The keys' address streams for ever while a sign-in waits for a new key: it ends in a refusal."""
    liar.answers["jwks"] = hostile.endless
    liar.head = lambda head: head | {"kid": "a-new-one"}
    attempt = court.sign_in("liar")
    assert attempt.answer.status == 502 and attempt.browser.jar.get("oidc-session") is None
