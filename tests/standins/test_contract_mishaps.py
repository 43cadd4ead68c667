"""What tests order of the stand-in XNAT: mishaps, another time, another password, a restart."""

import threading

import pytest

from harness.rest import Rest
from harness.servers import Xnat, fetch
from harness.wait import wait_until
from harness.wire import Closed, Wire, exchange, request_bytes

pytestmark = pytest.mark.standins

WHO = "/xapi/users/username"


def raw(xnat, path=WHO, method="GET"):
    return exchange(xnat.port, request_bytes(method, path), method)


class TestTroubles:
    @pytest.mark.parametrize("kind, status", [("restarting", 503), ("starting", 404)])
    def test_tomcat_answers_for_xnat(self, xnat, admin, kind, status):
        xnat.trouble(kind)
        answer = admin.get(WHO)
        assert answer.status == status and f"HTTP Status {status}" in answer.text
        assert admin.get(WHO).status == 200, "once only"

    def test_down(self, xnat, admin):
        xnat.trouble("down", times=2)
        for _ in range(2):
            with pytest.raises(Closed):
                raw(xnat)
        assert admin.get(WHO).status == 200

    def test_slow(self, xnat, admin):
        xnat.trouble("slow", seconds=0.01)
        assert admin.get(WHO).text == "admin"

    @pytest.mark.parametrize("kind, done_before", [("held", False), ("held-answer", True)])
    def test_held(self, xnat, admin, person, kind, done_before):
        path = f"/data/services/tokens/issue/user/{person.name}"
        admin.get(WHO)
        xnat.trouble(kind, path, gate=f"{kind} gate")
        since, answers = xnat.mark(), []
        caller = threading.Thread(target=lambda: answers.append(admin.get(path)))
        caller.start()
        wait_until(lambda: xnat.requests(since), "the request to arrive")
        if done_before:
            wait_until(lambda: xnat.tokens(person.name), "the token to be issued")
        else:
            assert xnat.tokens(person.name) == []
        assert answers == []
        xnat.open_gate(f"{kind} gate")
        caller.join(20)
        assert answers[0].status == 200 and len(xnat.tokens(person.name)) == 1

    def test_lost_answer(self, xnat, admin, person):
        path = f"/data/services/tokens/issue/user/{person.name}"
        admin.get(WHO)
        xnat.trouble("lost-answer", path)
        with Wire(xnat.port) as wire:
            wire.send(request_bytes("GET", path, [("Cookie", f"JSESSIONID={admin.session}")]))
            with pytest.raises(Closed) as closed:
                wire.answer()
        assert closed.value.received == b"" and len(xnat.tokens(person.name)) == 1

    def test_any_answer(self, xnat, admin):
        xnat.trouble("answer", status=302, location="/elsewhere", type="text/html", body="<p>")
        answer = admin.get(WHO)
        assert (answer.status, answer.text) == (302, "<p>")
        assert answer.header("Location") == "/elsewhere"
        assert answer.header("Content-Type") == "text/html"

    def test_cut(self, xnat):
        xnat.trouble("cut", status=200, body='{"username": ')
        with pytest.raises(Closed) as closed:
            raw(xnat)
        assert closed.value.received == b'{"username": '

    def test_only_what_fits(self, xnat, admin, person):
        path = f"/xapi/users/{person.name}"
        xnat.trouble("restarting", path, method="PUT", times=1)
        assert admin.get(path).status == 200
        assert admin.call("PUT", f"{path}/enabled/true").status == 200
        assert admin.call("PUT", path, {"firstName": "Eve"}).status == 503
        assert xnat.account(person.name)["firstName"] == "Ada"
        assert admin.call("PUT", path, {"firstName": "Eve"}).status == 200

    def test_in_the_order_they_were_ordered(self, xnat, admin):
        for status in (500, 502, 504):
            xnat.trouble("answer", status=status)
        assert [admin.get(WHO).status for _ in range(4)] == [500, 502, 504, 200]

    def test_reset(self, xnat, admin):
        xnat.trouble("restarting", times=1000)
        xnat.configure(unknownUser=500)
        xnat.shift_clock(1e6)
        xnat.reset()
        assert admin.get("/xapi/users/nobody").status == 404
        assert admin.token("admin")["created"] < 4e12

    @pytest.mark.parametrize("query", [
        "trouble?kind=nonsense", "trouble?kind=slow", "settings?nonsense=1",
        "settings?sessionTimeout=0", "settings?unknownUser=200", "account?username=nobody",
        "account?username=admin&nonsense=1", "account?username=admin&enabled=maybe", "clock?shift=x",
        "account?username=admin&create=true"])
    def test_what_cannot_be_ordered_is_an_error(self, xnat, query):
        assert fetch(f"{xnat.control}/control/{query}", "POST")[0] == 400

    @pytest.mark.parametrize("path", ["/control/state", "/control/", "/state"])
    def test_the_control_is_not_on_the_port_of_xnat(self, xnat, admin, path):
        assert admin.get(path).status == 404


class TestServiceAccount:
    def test_its_password_can_be_changed(self, xnat):
        rest = Rest(xnat.url)
        assert rest.get(WHO).status == 200
        try:
            xnat.set_account("admin", password="another")
            assert rest.get(WHO).status == 200, "the session goes on"
            assert Rest(xnat.url).get(WHO).status == 401
            assert Rest(xnat.url, "admin:another").get(WHO).status == 200
        finally:
            xnat.set_account("admin", password="admin")

    def test_it_can_have_another_name(self):
        process = Xnat(options=["--admin", "svc:pw", "--user", "bob:x"]).start()
        try:
            assert Rest(process.url, "svc:pw").get("/xapi/users").json() == ["bob", "svc"]
            assert Rest(process.url, "bob:x").get("/xapi/users").status == 403
            assert Rest(process.url).get(WHO).status == 401
        finally:
            process.stop()


class TestCounts:
    def test_sessions_and_tokens(self, xnat, admin, person):
        rests = [person.rest() for _ in range(2)]
        for rest in rests:
            rest.get(WHO)
        token = admin.token(person.name)
        state = xnat.state()
        assert state["sessions"][person.name] == 2 and state["tokens"][person.name] == 1
        assert xnat.sessions(person.name) == [rest.session for rest in rests]
        (listed,) = xnat.tokens(person.name)
        assert listed["alias"] == token["alias"] and listed["secret"] is None
        assert xnat.end_sessions(person.name) == [rest.session for rest in rests]
        assert person.name not in xnat.state()["sessions"]

    def test_all_sessions_can_be_ended(self, xnat, admin, person):
        person.rest().get(WHO)
        admin.get(WHO)
        xnat.end_sessions()
        assert xnat.state()["sessions"] == {}

    def test_records_raw_heads(self, xnat):
        since = xnat.mark()
        head = request_bytes("GET", "/test/echo?a=%41", [("x-OdD", "Value")])
        exchange(xnat.port, head)
        (kept,) = xnat.requests(since)
        assert kept["head"] == head and ["x-OdD", "Value"] in kept["headers"]


class TestRestart:
    """Accounts and tokens outlive it, as in a database; sessions do not."""

    @pytest.mark.parametrize("kill", [False, True])
    def test_with_a_database(self, tmp_path, kill):
        process = Xnat(options=["--database", tmp_path / "database.json", "--user", "bob:x"]).start()
        try:
            admin, port = Rest(process.url), process.port
            admin.call("POST", "/xapi/users", {
                "username": "eve", "email": "eve@example.org", "firstName": "E", "lastName": "V",
                "enabled": True, "verified": True})
            admin.call("PUT", "/xapi/users/bob/enabled/false")
            kept, gone = admin.token("eve"), admin.token("eve")
            admin.get(f"/data/services/tokens/invalidate/{gone['alias']}")
            process.restart(kill)
            assert process.port == port
            assert process.state()["accounts"] == ["admin", "bob", "eve"]
            assert process.state()["sessions"] == {}
            assert Rest(process.url, "bob:x").get(WHO).status == 401
            assert [each["alias"] for each in process.tokens("eve")] == [kept["alias"]]
            assert Rest(process.url, f"{kept['alias']}:{kept['secret']}").get(WHO).text == "eve"
            assert Rest(process.url).get("/xapi/users/admin/roles").json() == ["Administrator"]
            assert Rest(process.url).token("eve")["id"] > kept["id"]
        finally:
            process.stop()

    def test_without_one_nothing_is_kept(self):
        process = Xnat(options=["--user", "bob:x"]).start()
        try:
            process.set_account("eve", create=True)
            process.restart()
            assert process.state()["accounts"] == ["admin", "bob"]
        finally:
            process.stop()


class TestThreads:
    def test_thousands_of_calls_at_once(self, xnat, admin, make_person, in_parallel):
        people = [make_person() for _ in range(12)]

        def work(person):
            rest = Rest(xnat.url)
            for _ in range(60):
                token = rest.token(person.name)
                theirs = Rest(xnat.url, f"{token['alias']}:{token['secret']}")
                assert theirs.get(WHO).text == person.name
                rest.get(f"/data/services/tokens/invalidate/{token['alias']}")
            return person.sessions, len(xnat.tokens(person.name))
        assert in_parallel(work, people) == [(60, 0)] * 12
