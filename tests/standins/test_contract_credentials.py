"""Who XNAT believes, how it asks, and its pages: every row of the contract's section 1."""

import hashlib
import time
import uuid

import pytest

from harness.browser import AGENT, Browser
from harness.rest import Rest, basic
from harness.servers import Xnat
from harness.wire import Wire, exchange, request_bytes

pytestmark = pytest.mark.standins

WHO = "/xapi/users/username"
LOGIN_PAGE = "/app/template/Login.vm"
INACTIVE_PAGE = "/app/template/InactiveAccount.vm"
VERIFICATION_PAGE = "/app/template/VerificationSent.vm"


def log_in(xnat, username, password, action="/app/action/XDATLoginUser", browser=None):
    browser = browser or Browser()
    body = f"username={username}&password={password.replace(' ', '+')}".encode()
    return browser, browser.request("POST", f"{xnat.url}{action}", {
        "Content-Type": "application/x-www-form-urlencoded"}, body)


# --- credentials ------------------------------------------------------------------------------------

class TestCookie:
    def test_a_session_is_enough(self, person):
        rest = person.rest()
        rest.get(WHO)
        rest.credentials = None
        assert rest.get(WHO).text == person.name

    @pytest.mark.parametrize("identifier", ["", "0", "nonsense", "0" * 32])
    def test_what_is_no_session_counts_for_nothing(self, xnat, identifier):
        rest = Rest(xnat.url, None)
        assert rest.get(WHO, Cookie=f"JSESSIONID={identifier}").status == 401

    def test_ends_when_idle_for_a_quarter_of_an_hour(self, xnat, person):
        rest = person.rest()
        rest.get(WHO)
        rest.credentials = None
        for moment in (15 * 60 - 5, 30 * 60 - 10):
            xnat.shift_clock(moment)
            assert rest.get(WHO).status == 200, "each request begins the time anew"
        xnat.shift_clock(45 * 60)
        assert rest.get(WHO).status == 401
        assert person.sessions == 0

    def test_the_idle_time_out_is_a_setting(self, xnat, person):
        xnat.configure(sessionTimeout=3600)
        rest = person.rest()
        assert rest.get(WHO).header("Set-Cookie")
        expiry = rest.browser.jar.get("SESSION_EXPIRATION_TIME").value
        assert expiry.endswith(",3600000")
        xnat.shift_clock(3500)
        rest.credentials = None
        assert rest.get(WHO).status == 200

    def test_session_expiration_time_can_be_read_by_scripts(self, person):
        rest = person.rest()
        rest.get(WHO)
        cookie = rest.browser.jar.get("SESSION_EXPIRATION_TIME")
        now, idle = (int(part) for part in cookie.value.split(","))
        assert abs(now / 1000 - time.time()) < 60 and idle == 15 * 60 * 1000
        assert not cookie.http_only and rest.browser.jar.get("JSESSIONID").http_only


class TestBasic:
    def test_local_account(self, person):
        assert person.rest().get(WHO).text == person.name

    @pytest.mark.parametrize("credentials", [
        "{0.name}:wrong", "nobody:{0.password}", "{0.name}:", "{0.name}"])
    def test_wrong_ones(self, person, credentials):
        answer = person.rest(credentials.format(person)).get(WHO)
        assert answer.status == 401 and answer.header("WWW-Authenticate").startswith("Basic realm=")
        assert person.sessions == 0

    def test_what_is_no_base64(self, xnat):
        assert Rest(xnat.url, None).get(WHO, Authorization="Basic %%%").status == 401

    def test_a_header_that_names_nobody_counts_for_nothing(self, xnat):
        browser = Browser()
        answer = browser.open(f"{xnat.url}/", Authorization=basic(":secret"))
        assert answer.status == 302 and answer.location.endswith(LOGIN_PAGE)

    def test_a_script_gets_no_challenge(self, person):
        answer = person.rest("x:y").get(WHO, **{"X-Requested-With": "XMLHttpRequest"})
        assert answer.status == 401 and answer.header("WWW-Authenticate") is None

    @pytest.mark.parametrize("provider, named, status", [
        ("localdb", "localdb", 200), ("localdb", "hospital", 401),
        ("hospital", "hospital", 200), ("hospital", "localdb", 401), ("hospital", None, 200)])
    def test_account_of_a_named_provider(self, make_person, provider, named, status):
        person = make_person(provider=provider)
        prefix = f"{named}/" if named else ""
        assert person.rest(prefix + person.credentials).get(WHO).status == status

    def test_alias_token(self, admin, person):
        token = admin.token(person.name)
        rest = person.rest(f"{token['alias']}:{token['secret']}")
        assert rest.get(WHO).text == person.name

    def test_alias_token_with_another_secret(self, admin, person):
        first, second = admin.token(person.name), admin.token(person.name)
        for secret in (second["secret"], first["secret"][:-1], first["secret"].swapcase(), ""):
            assert person.rest(f"{first['alias']}:{secret}").get(WHO).status == 401

    def test_a_uuid_that_is_no_token(self, person):
        assert person.rest(f"{uuid.uuid4()}:{'a' * 64}").get(WHO).status == 401

    def test_without_a_session_each_request_opens_one(self, person):
        for number in range(1, 4):
            answer = person.rest().get(WHO)
            assert len(answer.all("Set-Cookie")) == 2 and person.sessions == number

    def test_of_the_sessions_user_is_ignored(self, person):
        rest = person.rest()
        rest.get(WHO)
        first = rest.session
        again = rest.get(WHO)
        assert again.status == 200 and not again.all("Set-Cookie")
        rest.credentials = f"{person.name}:not even checked"
        assert rest.get(WHO).status == 200
        assert rest.session == first and person.sessions == 1

    def test_token_of_the_sessions_user_is_ignored(self, xnat, admin, person):
        token = admin.token(person.name)
        rest = person.rest(f"{token['alias']}:{token['secret']}")
        assert rest.get(WHO).text == person.name
        first = rest.session
        again = rest.get(WHO)
        assert again.status == 200 and not again.all("Set-Cookie")
        assert xnat.sessions(person.name) == [first]

    def test_token_that_is_good_no_longer_is_not_ignored(self, xnat, admin, person):
        token = admin.token(person.name)
        rest = person.rest(f"{token['alias']}:{token['secret']}")
        rest.get(WHO)
        admin.get(f"/data/services/tokens/invalidate/{token['alias']}")
        assert rest.get(WHO).status == 401
        assert person.sessions == 1, "the session itself goes on"

    def test_of_another_user_takes_the_sessions_place(self, make_person):
        first, second = make_person(), make_person()
        rest = first.rest()
        rest.get(WHO)
        before = rest.session
        rest.credentials = second.credentials
        assert rest.get(WHO).text == second.name
        assert rest.session != before and (first.sessions, second.sessions) == (0, 1)

    def test_at_the_limit_further_logins_are_refused(self, xnat, person):
        xnat.configure(concurrentMaxSessions=3)
        lucky = person.rest()
        for rest in (lucky, person.rest(), person.rest()):
            assert rest.get(WHO).status == 200
        assert person.rest().get(WHO).status == 401
        assert log_in(xnat, person.name, person.password)[1].location.endswith("?failed=true")
        assert lucky.get(WHO).status == 200, "who is in stays in"
        xnat.shift_clock(15 * 60)
        assert person.rest().get(WHO).status == 200, "idle ones make room"

    def test_the_limit_is_a_thousand_a_user(self, xnat, make_person):
        person, other = make_person(), make_person()
        head = request_bytes("GET", WHO, [("Authorization", basic(person.credentials))])
        with Wire(xnat.port) as wire:
            statuses = {wire.send(head).answer().status for _ in range(1000)}
            assert statuses == {200} and person.sessions == 1000
            assert wire.send(head).answer().status == 401
        assert other.rest().get(WHO).status == 200


class TestStates:
    """Accounts that wait for approval, or for their e-mail address to be verified."""

    @pytest.fixture(params=["password", "token"])
    def way_in(self, request, admin):
        """Credentials of a person, by either way."""
        def credentials(person):
            if request.param == "password":
                return person.credentials
            token = admin.token(person.name)
            return f"{token['alias']}:{token['secret']}"
        return credentials

    def test_disabled_is_refused_always(self, xnat, make_person, way_in):
        person = make_person(enabled=False)
        for required in (False, True):
            xnat.configure(emailVerification=required)
            assert person.rest(way_in(person)).get(WHO).status == 401

    def test_unverified_is_refused_while_the_site_requires_it(self, xnat, make_person, way_in):
        person = make_person(verified=False)
        credentials = way_in(person)
        assert person.rest(credentials).get(WHO).status == 200
        xnat.configure(emailVerification=True)
        assert person.rest(credentials).get(WHO).status == 401
        xnat.set_account(person.name, verified=True)
        assert person.rest(credentials).get(WHO).status == 200

    @pytest.mark.parametrize("fields, page", [
        ({"enabled": False}, INACTIVE_PAGE), ({"verified": False}, VERIFICATION_PAGE),
        ({"enabled": False, "verified": False}, INACTIVE_PAGE)])
    def test_the_form_leads_to_a_page(self, xnat, make_person, fields, page):
        xnat.configure(emailVerification=True)
        person = make_person(**fields)
        browser, answer = log_in(xnat, person.name, person.password)
        assert answer.status == 302 and answer.location.startswith(f"{xnat.url}{page}")
        assert browser.follow(answer).status == 200
        assert person.sessions == 0 and not browser.jar.get("JSESSIONID")
        assert log_in(xnat, person.name, "wrong")[1].location.endswith("?failed=true"), \
            "only to who knows the password"

    def test_disabled_in_the_middle_of_a_session(self, xnat, person):
        browser, _ = log_in(xnat, person.name, person.password)
        assert browser.open(f"{xnat.url}/").status == 200
        xnat.enable_account(person.name, False)
        assert browser.open(f"{xnat.url}/").location.endswith(INACTIVE_PAGE)


# --- who is asked, and how --------------------------------------------------------------------------

INTERACTIVE = [AGENT, "Opera/9.80", "Mozilla/4.0 (compatible; MSIE 8.0)", "x AppleWebKit y"]
OTHERS = [None, "", "curl/7.88.1", "Mozilla/5.0 XNATDesktopClient", "python-requests/2.28"]
DATA_PATHS = ["/xapi", "/xapi/x", "/data/projects", "/REST/x", "/fs/x"]
PAGES = ["/", "/app/template/Index.vm", "/xapix", "/database", "/rest/x", "/x/data/y"]


class TestUnauthenticated:
    @pytest.mark.parametrize("path", DATA_PATHS)
    @pytest.mark.parametrize("agent", OTHERS)
    def test_program_on_a_data_path_is_challenged(self, xnat, path, agent):
        answer = Browser().request("GET", f"{xnat.url}{path}", {"User-Agent": agent})
        assert answer.status == 401 and answer.header("WWW-Authenticate").startswith("Basic realm=")
        assert not answer.all("Set-Cookie")

    def test_a_script_that_brings_nothing_is_challenged(self, xnat):
        answer = Rest(xnat.url, None).get(WHO, **{"X-Requested-With": "XMLHttpRequest"})
        assert answer.status == 401 and answer.header("WWW-Authenticate").startswith("Basic realm=")

    @pytest.mark.parametrize("path, agent", [(path, agent) for path in DATA_PATHS + PAGES
                                             for agent in INTERACTIVE + OTHERS
                                             if path in PAGES or agent in INTERACTIVE])
    def test_all_others_go_to_the_login_page(self, xnat, path, agent):
        answer = Browser().request("GET", f"{xnat.url}{path}", {"User-Agent": agent})
        assert answer.status == 302 and answer.location == f"{xnat.url}{LOGIN_PAGE}"


# --- pages and actions ------------------------------------------------------------------------------

class TestPages:
    @pytest.mark.parametrize("action", ["/app/action/XDATLoginUser", "/login"])
    def test_login(self, xnat, person, action):
        browser, answer = log_in(xnat, person.name, person.password, action)
        assert answer.status == 302 and "Signed in as Ada Byron" in browser.follow(answer).text
        assert xnat.account(person.name)["lastSuccessfulLogin"]

    def test_the_login_page_has_the_form(self, xnat, person):
        browser = Browser()
        page = browser.visit(f"{xnat.url}/")
        assert page.url == f"{xnat.url}{LOGIN_PAGE}"
        assert page.form()[0] == f"{xnat.url}/app/action/XDATLoginUser"
        failed = browser.submit(page, username=person.name, password="no")
        assert failed.location.endswith("?failed=true")
        assert "not right" in browser.follow(failed).text
        home = browser.follow(browser.submit(page, username=person.name, password=person.password))
        assert "Signed in as Ada Byron" in home.text

    def test_login_opens_a_new_session(self, xnat, person):
        browser, _ = log_in(xnat, person.name, person.password)
        first = browser.jar.get("JSESSIONID").value
        log_in(xnat, person.name, person.password, browser=browser)
        assert browser.jar.get("JSESSIONID").value != first and person.sessions == 1

    @pytest.mark.parametrize("method, kind", [
        ("GET", "application/x-www-form-urlencoded"), ("POST", "text/plain"),
        ("POST", "application/json")])
    def test_what_is_no_posted_form_is_no_login(self, xnat, person, method, kind):
        browser = Browser()
        fields = f"username={person.name}&password={person.password.replace(' ', '+')}"
        answer = browser.request(method, f"{xnat.url}/login?{fields}", {"Content-Type": kind},
                                 fields.encode())
        assert answer.status == 302 and LOGIN_PAGE in answer.location and person.sessions == 0

    @pytest.mark.parametrize("target, path", [("home", "/"), ("login", LOGIN_PAGE)])
    def test_logout_ends_the_session(self, xnat, person, target, path):
        xnat.configure(logoutTarget=target)
        browser, _ = log_in(xnat, person.name, person.password)
        answer = browser.open(f"{xnat.url}/app/action/LogoutUser")
        assert answer.status == 302 and answer.location == f"{xnat.url}{path}"
        assert person.sessions == 0 and not browser.jar.get("JSESSIONID")

    @pytest.mark.parametrize("path, words", [
        (INACTIVE_PAGE, "not active yet"), (f"{VERIFICATION_PAGE}?emailTo=a%40b.example", "a@b.example"),
        ("/app/template/RegisterExternalLogin.vm", "new here"), (LOGIN_PAGE, "Log in to XNAT")])
    def test_open_to_all(self, xnat, path, words):
        page = Browser().open(f"{xnat.url}{path}")
        assert page.status == 200 and words in page.text
        policy = page.header("Content-Security-Policy")
        assert "default-src 'none'" in policy and "<script" not in page.text

    def test_what_a_page_quotes_is_text(self, xnat):
        page = Browser().open(f"{xnat.url}{VERIFICATION_PAGE}?emailTo=%3Cb%3E")
        assert "&lt;b&gt;" in page.text and "<b>" not in page.text


# --- traffic ----------------------------------------------------------------------------------------

def head_of(size):
    head = request_bytes("GET", "/test/echo", [("X-Filler", "")])
    return head.replace(b"X-Filler: ", b"X-Filler: " + b"f" * (size - len(head)))


class TestTraffic:
    def test_heads_of_8_kb_and_no_more(self, xnat):
        assert exchange(xnat.port, head_of(8192)).status == 200
        with Wire(xnat.port) as wire:
            answer = wire.send(head_of(8193)).answer()
            assert answer.status == 400 and answer.header("Connection") == "close"
            assert answer.header("Content-Type") == "text/html;charset=utf-8"
            assert b"HTTP Status 400" in answer.body and wire.at_end()

    def test_a_long_request_line_counts(self, xnat):
        assert exchange(xnat.port, request_bytes("GET", f"/{'a' * 8192}")).status == 400

    @pytest.mark.parametrize("framing", ["length", "chunked"])
    def test_uploads_are_streamed_and_their_digest_told(self, stock, person, framing):
        block, count = bytes(range(256)) * 4096, 200
        digest = hashlib.sha256(block * count).hexdigest()
        fields = [("Authorization", basic(person.credentials))]
        fields.append(("Transfer-Encoding", "chunked") if framing == "chunked" else
                      ("Content-Length", str(len(block) * count)))
        with Wire(stock.port) as wire:
            wire.send(request_bytes("POST", "/data/services/import", fields))
            for _ in range(count):
                wire.send(b"%x\r\n%b\r\n" % (len(block), block) if framing == "chunked" else block)
            answer = wire.send(b"0\r\n\r\n" if framing == "chunked" else b"").answer()
        assert answer.status == 200
        assert answer.body == (f'{{"sha256": "{digest}", "size": {len(block) * count}}}').encode()
        assert stock.peak_memory() < len(block) * count / 2, "it is not kept"

    def test_zip_streams_have_no_length(self, xnat, person):
        answer = exchange(xnat.port, request_bytes("GET", "/data/x?format=zip&size=300000", [
            ("Authorization", basic(person.credentials))]))
        assert answer.framing == "chunked" and len(answer.body) == 300000
        assert answer.header("Content-Length") is None

    def test_many_connections_at_once(self, xnat, person):
        wires = [Wire(xnat.port) for _ in range(200)]
        head = request_bytes("GET", WHO, [("Authorization", basic(person.credentials))])
        for wire in wires:
            wire.send(head)
        assert {wire.answer().body for wire in wires} == {person.name.encode()}
        assert xnat.state()["connections"] >= 200
        for wire in wires:
            wire.close()


class TestContextPath:
    """Paths are below the site's context path; cookies and redirects say so."""

    @pytest.fixture(scope="class")
    def below(self):
        process = Xnat(options=["--context-path", "/xnat"]).start()
        yield process
        process.stop()

    def test_rest(self, below):
        rest = Rest(f"{below.url}/xnat")
        assert rest.get("/xapi/users/admin").json()["username"] == "admin"
        assert rest.browser.jar.get("JSESSIONID").path == "/xnat"

    @pytest.mark.parametrize("path", ["/", "/xapi/users/admin", "/xnatx/data/x", "/xna"])
    def test_outside_is_nothing(self, below, path):
        assert Rest(below.url).get(path).status == 404

    def test_pages(self, below):
        browser = Browser()
        page = browser.visit(f"{below.url}/xnat/")
        assert page.url == f"{below.url}/xnat{LOGIN_PAGE}"
        home = browser.follow(browser.submit(page, username="admin", password="admin"))
        assert home.url == f"{below.url}/xnat/" and "Signed in as admin" in home.text
        assert f"{below.url}/xnat/app/action/LogoutUser" in home.links()
        assert browser.open(home.links()[0]).location == f"{below.url}/xnat/"
