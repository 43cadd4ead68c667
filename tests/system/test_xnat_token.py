"""--handoff xnat-token: a stock XNAT, in which nothing is installed, gets an alias token of its own."""

import base64
import datetime
import hashlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.parse

import pytest

from harness.browser import NAVIGATION, SCRIPT
from harness.court import Court
from harness.logout import send
from harness.process import Process, clean_environment
from harness.rest import basic
from harness.servers import sidecar_program
from harness.stock import ADMIN, PASSWORD, admin_file, make_stock
from harness.wait import wait_until
from harness.wire import Wire, request_bytes

WORKERS = 2  # of the harness's sidecar: each keeps a session of its own for the service account
SUBJECTS = ("ada", "bea", "cid", "dot", "eve", "fay", "gus", "hal", "ida", "jon", "kim", "leo", "mia",
            "ned", "oda", "pia", "quy", "rob")

CASES = ("uno", "Uno", "uNo", "unO", "UNo", "UnO")  # one name to whoever reads it

UNVERIFIED = {"vic": False, "wyn": "false"}  # as providers write it


def people_file(folder):
    path = folder / "people.json"
    path.write_text(json.dumps([
        {"id": name, "organisation": "O", "claims": {
            "sub": name, "name": name, "given_name": name.title(), "family_name": "Doe",
            "email": f"{name}@example.com"}} for name in SUBJECTS]
        + [{"id": f"twin-{number}", "organisation": "O", "claims": {
            "sub": f"twin-{number}", "name": "Twin", "given_name": "T", "family_name": "Win",
            "email": "twins@example.com"}} for number in (1, 2)]
        + [{"id": name, "organisation": "O", "claims": {
            "sub": name, "name": name, "given_name": "T", "family_name": "Win",
            "email": f"{name}@example.com"}} for name in CASES]
        # claims that they wrote themselves
        + [{"id": f"like-{name}", "organisation": "O", "claims": {
            "sub": f"like-{name}", "name": name, "given_name": name.title(), "family_name": "Doe",
            "email": f"{name}@example.com", "email_verified": verified}}
           for name, verified in UNVERIFIED.items()]
        # not aaf_like_gus's, whose name it gets
        + [{"id": "like@gus", "organisation": "O", "claims": {
            "sub": "like@gus", "given_name": "Gus", "family_name": "Doe",
            "email": "gus@example.com", "email_verified": False}}]
        + [{"id": "nameless", "organisation": "O",
            "claims": {"sub": "nameless", "email": "nameless@example.com"}}]))
    return path


def with_workers(site, count):
    site.sidecar.stop()
    argv = site.sidecar.argv
    argv[argv.index("--workers") + 1] = str(count)
    site.sidecar.start()
    return site


def with_one_worker(site):
    """What one worker knows of a session the others do not."""
    return with_workers(site, 1)


def ask_on(wire, path, cookie):
    return wire.send(request_bytes("GET", path, [("Cookie", cookie)])).answer().status


def wires_to_workers(site, count, cookie):
    """A connection to each of so many workers: to whoever has not seen the cookie it is new."""
    def misses():
        return site.sidecar.metrics()["oidc_sidecar_session_cache_misses_total"]
    wires = []
    while len(wires) < count:
        before, wire = misses(), Wire(site.port)
        assert ask_on(wire, "/oidc/session", cookie) == 200
        if misses() > before:
            wires.append(wire)
        else:
            wire.close()
    return wires


def refuses_connections(site):
    try:
        Wire(site.port).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:
        pass  # it came to one that was closing
    return False


@pytest.fixture
def tokens(launch, tmp_path):
    return lambda **settings: make_stock(launch, tmp_path, people_file(tmp_path), **settings)


@pytest.fixture(scope="module")
def shared(module_launch, tmp_path_factory):
    folder = tmp_path_factory.mktemp("stock")
    return make_stock(module_launch, folder, people_file(folder))


@pytest.fixture
def stock(shared):
    """The usual set-up: each test signs in somebody of its own."""
    yield shared
    shared.xnat.reset()


def account_of(person):
    return f"aaf_{person}"


def path_of(request):
    return request["target"].partition("?")[0]


def handed(site, since, path="/"):
    """Names and values of the last request for a path that reached XNAT after a mark."""
    fitting = [request for request in site.xnat.requests(since) if path_of(request) == path]
    return fitting[-1]["headers"]


def values(headers, name):
    return [value for each, value in headers if each.lower() == name.lower()]


def credentials_in(headers):
    (value,) = values(headers, "Authorization")
    assert value.startswith("Basic ")
    return base64.b64decode(value[6:]).decode().split(":")


def calls(site, since):
    """What the sidecar asked XNAT as the service account."""
    return [f"{request['method']} {path_of(request)}" for request in site.xnat.requests(since)
            if values(request["headers"], "User-Agent") == ["oidc-sidecar"]
            and path_of(request) != "/xapi/users/admin/roles"]  # asked once, at the start


def cookie_of(browser, site):
    """A client that knows our cookie, and keeps no others."""
    cookie = browser.jar.get(site.session_cookie)
    return {"Cookie": f"{cookie.name}={cookie.value}"}


def is_refused(site, answer, status, reason):
    assert answer.status == status, f"{answer.status}\n{answer.text}"
    assert reason in answer.text
    assert not [text for text in answer.all("Set-Cookie")
                if text.startswith(site.session_cookie) and "Max-Age=0" not in text]
    if answer.header("Content-Type").startswith("text/html"):
        reference = re.search(r"<dt>Reference</dt><dd>(\w+)</dd>", answer.text)[1]
        wait_until(lambda: [line for line in site.sidecar.events()
                            if line.get("request_id") == reference and line.get("reason") == reason],
                   "a line of the log with the page's reference")


# --- signing in -------------------------------------------------------------------------------------

def test_the_first_sign_in_makes_an_account(stock):
    since = stock.xnat.mark()
    browser = stock.signed_in("ada")
    page = browser.visit(f"{stock.url}/")
    assert page.status == 200 and "Ada Doe" in page.text
    account = stock.xnat.account("aaf_ada")
    assert (account["email"], account["firstName"], account["lastName"], account["roles"]) == \
        ("ada@example.com", "Ada", "Doe", [])
    assert account["enabled"] and account["verified"]
    assert calls(stock, since) == [
        "GET /xapi/users/aaf_ada", "POST /xapi/users", "GET /xapi/users/aaf_ada",
        "GET /xapi/users/aaf_ada/roles", "GET /data/services/tokens/issue/user/aaf_ada"]
    assert stock.sidecar.wait_event("xnat_account_created", username="aaf_ada")


def test_the_second_sign_in_finds_it(stock):
    stock.signed_in("bea")
    account, since = stock.xnat.account("aaf_bea"), stock.xnat.mark()
    browser = stock.signed_in("bea")
    assert browser.visit(f"{stock.url}/").status == 200
    assert "POST /xapi/users" not in calls(stock, since)
    assert stock.xnat.account("aaf_bea")["id"] == account["id"]


def test_requests_carry_the_token_and_no_identity_headers(stock):
    browser = stock.signed_in("cid")
    since = stock.xnat.mark()
    assert browser.visit(f"{stock.url}/", **{"X-XNAT-OIDC-Username": "admin",
                                            "x_xnat_oidc_assertion": "forged"}).status == 200
    headers = handed(stock, since)
    alias, secret = credentials_in(headers)
    assert [token["alias"] for token in stock.xnat.tokens("aaf_cid")][-1] == alias
    assert len(secret) == 64
    assert not [name for name, _ in headers if "oidc" in name.lower()]
    assert not [value for value in values(headers, "Cookie") if stock.session_cookie in value]


def test_own_credentials_go_as_they_came(stock):
    browser = stock.signed_in("dot")
    stock.xnat.set_account("aaf_dot", password="secret")
    since = stock.xnat.mark()
    answer = browser.request("GET", f"{stock.url}/xapi/users/username",
                             SCRIPT | {"Authorization": basic("aaf_dot:secret")})
    assert (answer.status, answer.text) == (200, "aaf_dot")
    assert values(handed(stock, since, "/xapi/users/username"), "Authorization") == \
        [basic("aaf_dot:secret")]


def test_an_older_xnat(tokens):
    site = tokens(xnat_options=["--setting", "unknownUser=500", "--setting", "existingUser=500"])
    since = site.xnat.mark()
    assert site.signed_in("ada").visit(f"{site.url}/").status == 200
    assert calls(site, since)[:3] == ["GET /xapi/users/aaf_ada", "GET /xapi/users/profile/aaf_ada",
                                      "POST /xapi/users"]


@pytest.mark.parametrize("status", [409, 400, 500])
def test_somebody_else_made_it_meanwhile(tokens, status):
    """Another replica, say, between our look and our creation."""
    site = tokens(xnat_options=["--setting", f"existingUser={status}"])
    site.xnat.trouble("held", "/xapi/users", method="POST", gate="creation")
    browser = site.browser()
    back = browser.at_provider(browser.begin(site.url), "ada")
    answers = []
    leg = threading.Thread(target=lambda: answers.append(browser.open(back)))
    leg.start()
    wait_until(lambda: "POST /xapi/users" in calls(site, 0), "the creation")
    site.xnat.set_account("aaf_ada", create=True, email="ada@example.com", firstName="Ada",
                          lastName="Doe", enabled=True, verified=True)
    site.xnat.open_gate("creation")
    leg.join()
    assert answers[0].status == 302, answers[0].text
    assert browser.visit(f"{site.url}/").status == 200
    assert site.xnat.account("aaf_ada")["id"] == 2  # the administrator is the first
    assert not site.sidecar.events("xnat_account_created")


def test_many_first_sign_ins_of_one_person_make_one_account(stock):
    """All at once: the others wait for the first, and find what it has made."""
    stock.xnat.trouble("held", "/xapi/users", method="POST", gate="first-of-eve")
    browsers = [stock.browser() for _ in range(6)]
    backs = [browser.at_provider(browser.begin(stock.url), "eve") for browser in browsers]
    since = stock.xnat.mark()
    answers = [None] * len(browsers)

    def come_back(number):
        answers[number] = browsers[number].open(backs[number])
    legs = [threading.Thread(target=come_back, args=(number,)) for number in range(len(browsers))]
    for leg in legs:
        leg.start()
    wait_until(lambda: "POST /xapi/users" in calls(stock, since), "the first creation")
    stock.xnat.open_gate("first-of-eve")
    for leg in legs:
        leg.join()
    assert [answer.status for answer in answers] == [302] * len(browsers)
    assert calls(stock, since).count("POST /xapi/users") == 1
    for browser in browsers:
        assert "Eve Doe" in browser.visit(f"{stock.url}/").text


# --- who is turned away -----------------------------------------------------------------------------

REFUSALS = {
    "account_disabled": dict(enabled=False),
    "account_unverified": dict(verified=False),
    "account_is_administrator": dict(role="Administrator"),
    "account_email_differs": dict(email="somebody.else@example.com"),
}
# XNAT sends no message to whom the sidecar, or an administrator, made the account for.
WAYS = {"account_unverified": "If you have none, an administrator has to confirm the address."}
CONFLICTS = ("account_is_administrator", "account_email_differs")  # there is an account to sign in to
OWN_LOGIN = "/app/template/Login.vm?xnat-account"


@pytest.mark.parametrize("reason", REFUSALS)
def test_accounts_that_no_identity_is_attached_to(tokens, reason):
    site = tokens()
    site.xnat.set_account("aaf_ada", create=True, firstName="A", lastName="D",
                          **({"email": "Ada@Example.com", "enabled": True, "verified": True}
                             | {name: value for name, value in REFUSALS[reason].items()
                                if name != "role"}))
    if "role" in REFUSALS[reason]:
        site.xnat.set_account("aaf_ada", role="Administrator")
    browser = site.browser()
    answer = browser.sign_in(site.url, "ada")
    is_refused(site, answer, 403, reason)
    assert (OWN_LOGIN in answer.text) == (reason in CONFLICTS)
    assert WAYS.get(reason, "") in answer.text
    if reason in CONFLICTS:
        page = browser.visit(f"{site.url}{OWN_LOGIN}")
        assert page.status == 200 and 'name="password"' in page.text, "XNAT's own"
    assert site.xnat.tokens("aaf_ada") == []
    event = site.sidecar.wait_event("login_refused", reason=reason)
    assert event["request_id"] in answer.text
    assert site.sidecar.metrics()[
        f'oidc_sidecar_logins_refused_total{{reason="{reason}"}}'] == 1


def test_xnats_own_login_is_not_offered_where_it_is_switched_off(tokens):
    site = tokens(site_keys={"disableUsernamePasswordLogin": "true"})
    site.xnat.set_account("aaf_ada", create=True, firstName="A", lastName="D", email="b@example.com",
                          enabled=True, verified=True)
    answer = site.browser().sign_in(site.url, "ada")
    is_refused(site, answer, 403, "account_email_differs")
    assert "Login.vm" not in answer.text and "password" not in answer.text


def test_a_name_in_another_case(tokens):
    site = tokens(xnat_options=["--setting", "usernames=folded"])
    site.xnat.set_account("AAF_Ada", create=True, email="ada@example.com", firstName="A",
                          lastName="D", enabled=True, verified=True)
    is_refused(site, site.browser().sign_in(site.url, "ada"), 403, "account_name_shared")
    assert site.xnat.state()["tokens"] == {}


def test_nobody_is_created_where_policy_says_so(tokens):
    site = tokens(provider_keys={"forceUserCreate": "false"})
    is_refused(site, site.browser().sign_in(site.url, "ada"), 403, "account_unknown")
    assert site.xnat.state()["accounts"] == ["admin"]


def test_an_account_that_waits_for_approval_and_is_approved(tokens):
    site = tokens(provider_keys={"userAutoEnabled": "false"})
    is_refused(site, site.browser().sign_in(site.url, "ada"), 403, "account_disabled")
    is_refused(site, site.browser().sign_in(site.url, "ada"), 403, "account_disabled")
    account = site.xnat.account("aaf_ada")
    assert not account["enabled"] and account["verified"]
    site.xnat.set_account("aaf_ada", enabled=True)
    assert "Ada Doe" in site.signed_in("ada").visit(f"{site.url}/").text


def test_two_identities_with_one_name_and_one_address(tokens):
    """XNAT could not tell them apart: who signed in first has the name, and no token is left behind."""
    site = tokens(provider_keys={"usernamePattern": "[name]"})
    first = site.signed_in("twin-1")
    assert first.visit(f"{site.url}/").status == 200
    tokens_before = site.xnat.tokens("Twin")
    is_refused(site, site.browser().sign_in(site.url, "twin-2"), 403, "username_taken")
    wait_until(lambda: site.xnat.tokens("Twin") == tokens_before, "the second one's token to go")
    assert first.visit(f"{site.url}/").status == 200


@pytest.mark.parametrize("victim", UNVERIFIED)
def test_claims_that_anybody_can_choose_are_no_evidence(tokens, victim):
    """Who writes name and address at the provider could be anybody's double."""
    site = tokens(provider_keys={"usernamePattern": "[name]"})
    site.xnat.set_account(victim, create=True, email=f"{victim}@example.com", firstName="V",
                          lastName="D", enabled=True, verified=True)
    is_refused(site, site.browser().sign_in(site.url, f"like-{victim}"), 403, "email_invalid")
    assert site.xnat.tokens(victim) == []
    said = site.sidecar.wait_event("login_refused", reason="email_invalid")["detail"]
    assert "email_verified" in said and "openid.aaf.usernamePattern of [providerId] and [sub] alone" in said


def test_no_account_is_made_for_an_unverified_address(tokens):
    """It would be of no use to them: the next time it is one that is there already."""
    site = tokens(provider_keys={"usernamePattern": "aaf_[name]"})
    since = site.xnat.mark()
    is_refused(site, site.browser().sign_in(site.url, "like-vic"), 403, "email_invalid")
    assert calls(site, since) == []


def test_a_subject_whose_characters_were_replaced_is_no_evidence(tokens):
    """Where people choose their login names, and those are the subjects."""
    site = tokens()
    site.xnat.set_account("aaf_like_gus", create=True, email="gus@example.com", firstName="G",
                          lastName="D", enabled=True, verified=True)
    is_refused(site, site.browser().sign_in(site.url, "like@gus"), 403, "email_invalid")
    assert site.xnat.tokens("aaf_like_gus") == []


@pytest.mark.parametrize("pattern", ["[sub]", "aaf_[sub]"])
def test_a_subject_of_any_provider_is_no_evidence(tokens, pattern):
    """Another provider, or XNAT itself, may have had that name before."""
    site = tokens(provider_keys={"usernamePattern": pattern})
    is_refused(site, site.browser().sign_in(site.url, "like-vic"), 403, "email_invalid")


def test_an_unverified_address_beside_the_subject(stock):
    """Some providers say so of everybody; nobody comes by another's subject."""
    for _ in range(2):
        assert stock.signed_in("like-vic").visit(f"{stock.url}/").status == 200


def test_no_account_is_made_for_a_name_that_is_anothers(tokens):
    """To XNAT a name in other capitals is another name, so it would make one; to people it is the same."""
    site = tokens(provider_keys={"usernamePattern": "[name]"})
    first = site.signed_in("uno")
    since = site.xnat.mark()
    for name in CASES[1:]:
        is_refused(site, site.browser().sign_in(site.url, name), 403, "username_taken")
    assert calls(site, since) == []
    assert site.xnat.state()["accounts"] == ["admin", "uno"]
    assert first.visit(f"{site.url}/").status == 200


def test_who_was_turned_away_has_not_kept_the_name(tokens):
    site = tokens(provider_keys={"usernamePattern": "[name]"})
    site.xnat.set_account("uno", create=True, email="uno@example.com", firstName="U", lastName="N",
                          enabled=True, verified=True)
    site.xnat.set_account("Uno", create=True, email="somebody.else@example.com", firstName="U",
                          lastName="N", enabled=True, verified=True)
    is_refused(site, site.browser().sign_in(site.url, "Uno"), 403, "account_email_differs")
    assert site.signed_in("uno").visit(f"{site.url}/").status == 200


def test_one_of_many_who_come_at_once_has_the_name(tokens):
    """The others have waited for their turn, and look only then."""
    site = tokens(provider_keys={"usernamePattern": "[name]"})
    site.xnat.trouble("held", "/xapi/users", method="POST", gate="first")
    browsers = {name: site.browser() for name in CASES}
    backs = {name: browser.at_provider(browser.begin(site.url), name)
             for name, browser in browsers.items()}
    answers = {}
    legs = [threading.Thread(target=lambda name=name: answers.update(
        {name: browsers[name].open(backs[name])})) for name in CASES]
    for leg in legs:
        leg.start()
    wait_until(lambda: site.provider.counts().get("token") == len(CASES) and
               "POST /xapi/users" in calls(site, 0), "all of them to come back, and one to go first")
    site.xnat.open_gate("first")
    for leg in legs:
        leg.join()
    assert sorted(answer.status for answer in answers.values()) == [302] + [403] * (len(CASES) - 1)
    (name,) = [name for name, answer in answers.items() if answer.status == 302]
    assert site.xnat.state()["accounts"] == sorted(["admin", name])
    assert browsers[name].visit(f"{site.url}/").status == 200


def test_what_an_account_needs_and_the_provider_does_not_say(stock):
    answer = stock.browser().sign_in(stock.url, "nameless")
    is_refused(stock, answer, 403, "claim_missing")
    assert "openid.aaf.givenNameProperty" in \
        stock.sidecar.wait_event("login_refused", reason="claim_missing")["detail"]
    assert "aaf_nameless" not in stock.xnat.state()["accounts"]


def test_a_new_account_that_xnat_does_not_make(stock):
    stock.xnat.trouble("answer", "/xapi/users", method="POST", status=400, body="no")
    is_refused(stock, stock.browser().sign_in(stock.url, "fay"), 502, "account_create_failed")


# --- XNAT in trouble --------------------------------------------------------------------------------

TROUBLES = {
    "down": (dict(kind="down"), "xnat_unreachable"),
    "restarting": (dict(kind="restarting"), "xnat_unreachable"),
    "cut": (dict(kind="cut", status=200, body='{"username": "aaf_gus"'), "xnat_unreachable"),
    "page": (dict(kind="answer", status=200, type="text/html", body="<html>"),
             "xnat_answer_malformed"),
    "other user": (dict(kind="answer", status=200, body=json.dumps({
        "username": "admin", "email": "gus@example.com", "enabled": True, "verified": True})),
        "xnat_answer_malformed"),
    "login page": (dict(kind="answer", status=302, location="/app/template/Login.vm"),
                   "xnat_refuses_service"),
    "not allowed": (dict(kind="answer", status=403), "xnat_refuses_service"),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_trouble_passes(stock, name):
    trouble, reason = TROUBLES[name]
    # twice: a request on a connection that was used before is repeated when that breaks
    stock.xnat.trouble(path="/xapi/users/aaf_gus", times=2, **trouble)
    is_refused(stock, stock.browser().sign_in(stock.url, "gus"), 502, reason)
    stock.xnat.reset()
    assert stock.signed_in("gus").visit(f"{stock.url}/").status == 200


def test_anothers_token_is_not_used(stock):
    stock.signed_in("hal")
    body = {"alias": "4d5ab1c0", "secret": "x" * 64, "xdatUserId": "admin", "singleUse": False,
            "estimatedExpirationTime": 4102444800000}
    stock.xnat.trouble("answer", "/data/services/tokens/issue/.*", status=200,
                       body=json.dumps(body))
    is_refused(stock, stock.browser().sign_in(stock.url, "hal"), 502, "xnat_answer_malformed")


def test_a_slow_xnat_holds_nobody_else_up(stock):
    stock.xnat.trouble("held", "/xapi/users/aaf_ida", gate="slow-ida")
    browser = stock.browser()
    back = browser.at_provider(browser.begin(stock.url), "ida")
    answers = []
    leg = threading.Thread(target=lambda: answers.append(browser.open(back)))
    since = stock.xnat.mark()
    leg.start()
    wait_until(lambda: "GET /xapi/users/aaf_ida" in calls(stock, since), "the held call")
    for _ in range(2 * WORKERS):
        assert stock.signed_in("jon").visit(f"{stock.url}/").status == 200
    assert not answers
    stock.xnat.open_gate("slow-ida")
    leg.join()
    assert answers[0].status == 302


def test_an_xnat_that_never_answers_is_given_up(stock):
    stock.xnat.trouble("held", "/xapi/users/aaf_jon", gate="never")
    is_refused(stock, stock.browser().sign_in(stock.url, "jon"), 502, "xnat_unreachable")
    stock.xnat.open_gate("never")


# --- the service account ----------------------------------------------------------------------------

def test_a_wrong_password_is_told_from_the_start(tokens, tmp_path):
    site = tokens()
    site.sidecar.wait_event("xnat_service_accepted", user="admin")
    site.sidecar.stop()
    admin_file(tmp_path, "admin:wrong")
    site.sidecar.start()
    assert site.sidecar.wait_event("xnat_service_refused")["status"] == 401
    assert site.sidecar.readiness()[1]["xnat_service_account"] == "refused"


def test_an_xnat_that_starts_later_is_asked_again(tokens):
    site = tokens()
    site.sidecar.wait_event("xnat_service_accepted")
    site.sidecar.stop()
    site.xnat.trouble("starting", times=1)
    site.sidecar.start()
    assert site.sidecar.readiness()[1]["xnat_service_account"] == "not_asked_yet"
    site.sidecar.wait_event("xnat_service_accepted", timeout=40)


def test_a_new_password_is_taken_from_the_file(tokens, tmp_path):
    site = tokens()
    site.signed_in("ada")
    site.xnat.set_account("admin", password="another-canary-password")
    site.xnat.end_sessions("admin")
    is_refused(site, site.browser().sign_in(site.url, "bea"), 502, "xnat_refuses_service")
    assert site.sidecar.readiness() == (200, site.sidecar.readiness()[1] | {
        "ready": True, "xnat_service_account": "refused"})
    assert site.sidecar.metrics()["oidc_sidecar_xnat_service_accepted"] == 0
    hint = site.sidecar.wait_event("xnat_service_refused", status=401)["hint"]
    assert "--xnat-admin-file" in hint
    admin_file(tmp_path, "admin:another-canary-password\n")

    def signs_in():
        return site.browser().sign_in(site.url, "bea").status == 302
    wait_until(signs_in, "the new password to be read", 30, site.sidecar.evidence)
    assert site.sidecar.readiness()[1]["xnat_service_account"] == "accepted"
    assert site.sidecar.metrics()["oidc_sidecar_xnat_service_accepted"] == 1
    assert site.sidecar.metrics()['oidc_sidecar_xnat_calls_total{outcome="refused"}'] > 0
    assert site.sidecar.events("xnat_admin_file_read")[-1]["user"] == "admin"


def test_a_wrong_password_is_not_tried_for_everybody(tokens, tmp_path):
    """XNAT locks accounts out that fail too often."""
    site = tokens()
    admin_file(tmp_path, "admin:wrong\n")
    written = time.time()
    wait_until(lambda: time.time() > written + 1.1, "the file to be due: it is looked at once a second")
    since = site.xnat.mark()
    for person in SUBJECTS[:8]:
        is_refused(site, site.browser().sign_in(site.url, person), 502, "xnat_refuses_service")
    assert len(calls(site, since)) == 1, "one worker's no is every worker's"


def test_a_session_of_the_service_outlives_its_password(tokens):
    """A worker that XNAT knows by a session guesses no password, and goes on while another waits."""
    site = tokens()
    site.xnat.set_account("admin", password="another-canary-password")
    came = []

    def goes_on():
        came.append(site.browser().sign_in(site.url, "ada").status)
        return 502 in came and came[came.index(502):].count(302) >= 2
    wait_until(goes_on, "one worker to be refused, and the other to go on", 30, site.sidecar.evidence)


def test_the_pause_ends_when_the_password_is_taken(tokens, tmp_path):
    """Whatever XNAT says of what was asked: of somebody new, that there is no such account."""
    site = tokens()
    site.sidecar.stop()
    admin_file(tmp_path, "admin:wrong\n")
    site.sidecar.start()
    site.sidecar.wait_event("xnat_service_refused", status=401)
    site.xnat.set_account("admin", password="wrong")
    wait_until(lambda: site.browser().sign_in(site.url, "ada").status == 302, "the next try", 30,
               site.sidecar.evidence)
    statuses = [site.browser().sign_in(site.url, person).status for person in SUBJECTS[1:13]]
    assert statuses == [302] * 12, site.sidecar.evidence()


def test_the_pause_after_a_wrong_password_doubles(tokens, tmp_path):
    site = tokens()
    site.sidecar.stop()
    admin_file(tmp_path, "admin:wrong\n")
    since = site.xnat.mark()
    site.sidecar.start()
    site.sidecar.wait_event("xnat_service_refused", status=401)
    hint = site.sidecar.events("xnat_service_refused")[0]["hint"]
    assert "locked" in hint and "write the file anew" in hint
    began = time.time()

    def failed_logins():
        is_refused(site, site.browser().sign_in(site.url, "ada"), 502, "xnat_refuses_service")
        return len([told for told in site.xnat.requests(since)
                    if values(told["headers"], "User-Agent") == ["oidc-sidecar"]])
    wait_until(lambda: failed_logins() == 2, "the second try", 30, site.sidecar.evidence)
    assert time.time() - began > 10
    while time.time() - began < 35:  # a third came after 30
        assert failed_logins() == 2
        time.sleep(1)
    admin_file(tmp_path)  # the right one is tried at once
    wait_until(lambda: site.browser().sign_in(site.url, "ada").status == 302, "the file to be read", 10,
               site.sidecar.evidence)


def test_a_file_that_is_being_replaced_does_no_harm(tokens, tmp_path):
    site = tokens()
    admin_file(tmp_path, "")
    site.xnat.end_sessions("admin")
    wait_until(lambda: site.browser().sign_in(site.url, "ada").status == 302
               and site.sidecar.events("xnat_admin_file_unusable"), "the empty file to be noticed")
    (tmp_path / "xnat-admin").unlink()
    assert site.browser().sign_in(site.url, "bea").status == 302


def test_the_service_account_keeps_one_session_a_worker(stock):
    stock.xnat.end_sessions("admin")
    for _ in range(4 * WORKERS):
        stock.signed_in("kim")
    assert stock.xnat.state()["sessions"]["admin"] <= WORKERS


# --- XNAT's sessions --------------------------------------------------------------------------------

def test_a_browser_has_one_session_of_xnats(stock):
    browser = stock.signed_in("leo")
    for _ in range(10):
        assert browser.visit(f"{stock.url}/").status == 200
        assert browser.script(f"{stock.url}/data/projects").status == 200
    assert len(stock.xnat.sessions("aaf_leo")) == 1


def test_a_client_that_keeps_no_cookies_does_not_exhaust_its_user(tokens):
    site = tokens(xnat_options=["--setting", f"concurrentMaxSessions={2 * WORKERS}"])
    browser = site.signed_in("ada")
    cookie = cookie_of(browser, site)
    for _ in range(12 * WORKERS):
        answer = site.browser().request("GET", f"{site.url}/data/projects", SCRIPT | cookie)
        assert answer.status == 200
    assert len(site.xnat.sessions("aaf_ada")) <= WORKERS


def test_requests_at_once_wait_for_the_first_ones_session(tokens):
    site = with_one_worker(tokens())
    browser = site.signed_in("ada")
    cookie = cookie_of(browser, site)
    site.xnat.trouble("held", "/data/first", gate="first")
    statuses = []

    def ask(path, body=None):
        answer = site.browser().request("POST" if body else "GET", f"{site.url}{path}",
                                        SCRIPT | cookie, body)
        statuses.append((answer.status, answer.json().get("sha256")))
    first = threading.Thread(target=ask, args=("/data/first",))
    first.start()
    wait_until(lambda: [request for request in site.xnat.requests()
                        if path_of(request) == "/data/first"], "the first request")
    since = site.xnat.mark()
    body = b"x" * 100_000
    others = [threading.Thread(target=ask, args=(f"/data/{number}",)) for number in range(8)]
    others.append(threading.Thread(target=ask, args=("/data/upload", body)))
    for other in others:
        other.start()
    # A stranger's request shows that the sidecar has looked at what came before it.
    for _ in range(20):
        site.browser().request("GET", f"{site.url}/data/stranger", SCRIPT)
    assert {path_of(request) for request in site.xnat.requests(since)} <= {"/data/stranger"}
    site.xnat.open_gate("first")
    for thread in [first, *others]:
        thread.join()
    assert [status for status, _ in statuses] == [200] * 10
    assert hashlib.sha256(body).hexdigest() in [digest for _, digest in statuses]
    assert len(site.xnat.sessions("aaf_ada")) == 1


def test_who_waits_waits_for_some_seconds_only(tokens):
    site = with_one_worker(tokens())
    cookie = cookie_of(site.signed_in("ada"), site)
    site.xnat.trouble("held", "/data/first", gate="first")
    first = threading.Thread(target=lambda: site.browser().request(
        "GET", f"{site.url}/data/first", SCRIPT | cookie))
    first.start()
    wait_until(lambda: [request for request in site.xnat.requests()
                        if path_of(request) == "/data/first"], "the first request")
    answer = site.browser().request("GET", f"{site.url}/data/second", SCRIPT | cookie)
    assert answer.status == 200
    site.xnat.open_gate("first")
    first.join()


def test_the_first_one_gets_no_answer(tokens):
    site = with_one_worker(tokens())
    cookie = cookie_of(site.signed_in("ada"), site)
    site.xnat.trouble("down", "/data/first", times=2)
    assert site.browser().request("GET", f"{site.url}/data/first", SCRIPT | cookie).status == 502
    assert site.browser().request("GET", f"{site.url}/data/second", SCRIPT | cookie).status == 200


def test_the_first_one_goes_away(tokens):
    """Then the others need not wait any longer: the next goes first."""
    site = with_one_worker(tokens())
    cookie = cookie_of(site.signed_in("ada"), site)
    site.xnat.trouble("held", "/data/first", gate="first")
    with socket.create_connection(("127.0.0.1", site.port)) as first:
        first.sendall(f"GET /data/first HTTP/1.1\r\nHost: {site.url[7:]}\r\n"
                      f"Cookie: {cookie['Cookie']}\r\n\r\n".encode())
        wait_until(lambda: [request for request in site.xnat.requests()
                            if path_of(request) == "/data/first"], "the first request")
    began = time.monotonic()
    assert site.browser().request("GET", f"{site.url}/data/second", SCRIPT | cookie).status == 200
    assert time.monotonic() - began < 9, "nobody waited for the limit"
    site.xnat.open_gate("first")


def test_two_people_on_one_browser(stock):
    browser = stock.signed_in("mia")
    assert "Mia Doe" in browser.visit(f"{stock.url}/").text
    first = browser.jar.get("JSESSIONID").value
    assert browser.sign_in(stock.url, "ned").status == 302
    assert not browser.jar.get("JSESSIONID")
    assert "Ned Doe" in browser.visit(f"{stock.url}/").text
    assert browser.jar.get("JSESSIONID").value != first
    wait_until(lambda: stock.xnat.tokens("aaf_mia") == [] and
               stock.xnat.sessions("aaf_mia") == [], "what the first one had to go")


def test_a_session_of_somebody_elses_is_not_used(stock):
    """A planted JSESSIONID: XNAT goes by the credentials."""
    other = stock.signed_in("oda")
    other.visit(f"{stock.url}/")
    browser = stock.signed_in("pia")
    browser.visit(f"{stock.url}/")
    cookie = browser.jar.get("JSESSIONID")
    cookie.value = other.jar.get("JSESSIONID").value
    assert "Pia Doe" in browser.visit(f"{stock.url}/").text


# --- the token in mid-session -----------------------------------------------------------------------

def revoke_tokens(site, person):
    """As an administrator does, and XNAT's sessions end."""
    for token in site.xnat.tokens(account_of(person)):
        assert fetch_as_admin(site, f"/data/services/tokens/invalidate/{token['alias']}") == 200
    site.xnat.end_sessions(account_of(person))


def fetch_as_admin(site, path):
    return site.browser().request("GET", f"{site.xnat.url}{path}", {
        "Authorization": basic(ADMIN), "User-Agent": "curl"}).status


def test_a_token_that_xnat_refuses_is_replaced(stock):
    browser = stock.signed_in("quy")
    assert browser.visit(f"{stock.url}/").status == 200
    # a token's age is counted in seconds, by a clock that lags some milliseconds behind this one
    begun = browser.request("GET", f"{stock.url}/oidc/session").json()["issued_at"]
    wait_until(lambda: time.time() >= begun + 1.1, "the second of the sign-in to end")
    revoke_tokens(stock, "quy")
    since = stock.xnat.mark()
    page = browser.visit(f"{stock.url}/app/action/Something?a=b%20c")
    assert page.status == 200 and "Quy Doe" in page.text
    assert page.url == f"{stock.url}/app/action/Something?a=b%20c", "they are where they were going"
    asked = [call for call in calls(stock, since) if "/invalidate/" not in call]
    assert asked == ["GET /xapi/users/aaf_quy", "GET /xapi/users/aaf_quy/roles",
                     "GET /data/services/tokens/issue/user/aaf_quy"]
    assert len(stock.xnat.tokens("aaf_quy")) == 1
    # at most once a minute: a token that is refused right away again is XNAT's last word
    revoke_tokens(stock, "quy")
    since = stock.xnat.mark()
    assert browser.visit(f"{stock.url}/").status == 401
    assert browser.script(f"{stock.url}/data/projects").status == 401
    assert not [call for call in calls(stock, since) if "/invalidate/" not in call]


def test_a_script_learns_of_it_first(stock):
    browser = stock.signed_in("rob")
    assert browser.script(f"{stock.url}/data/projects").status == 200
    revoke_tokens(stock, "rob")
    assert browser.script(f"{stock.url}/data/projects").status == 401
    assert browser.script(f"{stock.url}/data/projects").status == 200


def test_a_late_refusal_of_the_old_token_is_none_of_the_new_one(tokens):
    """XNAT takes its time with a request, and meanwhile the session has another token."""
    site = with_one_worker(tokens())
    browser = site.signed_in("ada")
    assert browser.visit(f"{site.url}/").status == 200
    begun = browser.request("GET", f"{site.url}/oidc/session").json()["issued_at"]
    wait_until(lambda: time.time() >= begun + 1.1, "the second of the sign-in to end")
    site.xnat.trouble("held", "/app/late", gate="late", times=1)
    tab, pages = browser.tab(), []
    late = threading.Thread(target=lambda: pages.append(tab.visit(f"{site.url}/app/late")))
    late.start()
    wait_until(lambda: [request for request in site.xnat.requests() if path_of(request) == "/app/late"],
               "the request with the old token")
    revoke_tokens(site, "ada")
    assert browser.script(f"{site.url}/data/projects").status == 401
    assert browser.script(f"{site.url}/data/projects").status == 200
    (token,) = site.xnat.tokens("aaf_ada")
    site.xnat.open_gate("late")
    late.join()
    assert pages[0].status == 200 and "Ada Doe" in pages[0].text, "asked again, with the new token"
    since = site.xnat.mark()
    assert browser.script(f"{site.url}/data/projects").status == 200
    assert credentials_in(handed(site, since, "/data/projects"))[0] == token["alias"]
    assert len(site.sidecar.events("xnat_token_refused")) == 1
    assert site.xnat.tokens("aaf_ada") == [token]


def test_a_script_is_told_why_there_is_no_new_one(tokens):
    site = tokens()
    browser = site.signed_in("ada")
    assert browser.script(f"{site.url}/data/projects").status == 200
    revoke_tokens(site, "ada")
    assert browser.script(f"{site.url}/data/projects").status == 401
    site.xnat.trouble("down", "/xapi/users/.*", times=3)
    answer = browser.script(f"{site.url}/data/projects")
    assert answer.status == 502 and answer.header("Content-Type") == "text/plain; charset=utf-8"
    sentence, reason, reference = answer.text.splitlines()
    assert sentence and site.sidecar.wait_event(
        "request_refused", reason=reason.removeprefix("Reason: "),
        request_id=reference.removeprefix("Reference: "))


@pytest.mark.parametrize("headers", [{}, {"Expect": "100-continue"}])
def test_an_upload_waits_for_the_new_token(tokens, headers):
    site = tokens()
    browser = site.signed_in("ada")
    assert browser.script(f"{site.url}/data/projects").status == 200
    revoke_tokens(site, "ada")
    assert browser.script(f"{site.url}/data/projects").status == 401
    body = bytes(range(256)) * 4096
    answer = browser.script(f"{site.url}/data/upload", "POST", body, **headers)
    assert answer.status == 200
    assert answer.json() == {"sha256": hashlib.sha256(body).hexdigest(), "size": len(body)}


@pytest.mark.parametrize("reason", REFUSALS)
def test_whose_account_changes_in_mid_session_is_told(tokens, reason):
    site = tokens()
    browser = site.signed_in("ada")
    assert browser.visit(f"{site.url}/").status == 200
    old = cookie_of(browser, site)
    site.xnat.set_account("aaf_ada", **REFUSALS[reason])
    revoke_tokens(site, "ada")
    answer = browser.visit(f"{site.url}/app/somewhere")
    is_refused(site, answer, 403, reason)
    assert not browser.jar.get(site.session_cookie) and not browser.jar.get("JSESSIONID")
    assert site.browser().request("GET", f"{site.url}/oidc/session", old).status == 401
    assert site.sidecar.wait_event("session_ended", reason=reason)["username"] == "aaf_ada"


def test_disabled_while_xnat_knows_the_session(tokens):
    """XNAT leads to its own page about it; ours says what to do."""
    site = tokens()
    browser = site.signed_in("ada")
    assert browser.visit(f"{site.url}/").status == 200
    site.xnat.set_account("aaf_ada", enabled=False)
    is_refused(site, browser.visit(f"{site.url}/"), 403, "account_disabled")


def test_trouble_ends_no_session(tokens):
    site = tokens()
    browser = site.signed_in("ada")
    assert browser.visit(f"{site.url}/").status == 200
    revoke_tokens(site, "ada")
    site.xnat.trouble("down", "/xapi/users/.*", times=3)
    assert browser.visit(f"{site.url}/").status == 502
    assert browser.request("GET", f"{site.url}/oidc/session").json()["signed_in"]
    assert not site.sidecar.events("session_ended")


def test_gone_is_who_is_gone_twice(tokens):
    """Of an XNAT that is being started, Tomcat says of everything that there is no such thing."""
    site = with_one_worker(tokens())
    browser = site.signed_in("ada")
    assert browser.visit(f"{site.url}/").status == 200
    revoke_tokens(site, "ada")
    site.xnat.trouble("starting", "/xapi/users/.*", times=1)
    is_refused(site, browser.visit(f"{site.url}/"), 403, "account_unknown")
    assert browser.request("GET", f"{site.url}/oidc/session").json()["signed_in"]
    assert not site.sidecar.events("session_ended")
    site.xnat.trouble("starting", "/xapi/users/.*", times=1)

    def ended():  # XNAT is asked once a minute
        browser.script(f"{site.url}/data/projects")
        return site.sidecar.events("session_ended")
    assert wait_until(ended, "the second look", 90)[0]["reason"] == "account_unknown"
    assert not browser.jar.get(site.session_cookie)


def test_a_token_is_renewed_before_it_ends(tokens):
    site = tokens(xnat_options=["--setting", "aliasTokenTimeout=16"])
    browser = site.signed_in("ada")
    (token,) = site.xnat.tokens("aaf_ada")
    old = browser.jar.get(site.session_cookie).value

    def renewed():
        assert browser.script(f"{site.url}/data/projects").status == 200
        return site.sidecar.events("xnat_token_renewed")
    event, *_ = wait_until(renewed, "the renewal", 20, site.sidecar.evidence)
    when = datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00")).timestamp()
    assert when < token["estimatedExpirationTime"] / 1000 - 2, "a quarter of its life was left"
    since = site.xnat.mark()

    def resealed():
        assert browser.script(f"{site.url}/data/projects").status == 200
        return browser.jar.get(site.session_cookie).value != old
    wait_until(resealed, "a cookie with the new token")
    alias, _ = credentials_in(handed(site, since, "/data/projects"))
    assert alias != token["alias"]
    assert not site.sidecar.events("xnat_token_refused")


def test_a_session_from_before_gets_its_token(tokens, tmp_path):
    """Sealed by a sidecar that handed over by headers: the account is looked up, and not made."""
    site = tokens()
    site.signed_in("ada")  # makes the account
    site.sidecar.stop()
    site._options = []
    site.restart_sidecar()
    ada, bea = site.signed_in("ada"), site.signed_in("bea")
    site._options = ["--handoff", "xnat-token", "--xnat-admin-file", tmp_path / "xnat-admin"]
    site.restart_sidecar()
    assert "Ada Doe" in ada.visit(f"{site.url}/").text
    is_refused(site, bea.open(f"{site.url}/"), 403, "account_unknown")
    assert "Bea Doe" in site.signed_in("bea").visit(f"{site.url}/").text


def test_a_session_from_before_is_no_evidence_either(launch, tmp_path):
    """What that hand-off did not know of an address is not forgotten: it is not in the session."""
    site = launch(filter_on=False, xnat_options=["--admin", ADMIN], provider_keys={"usernamePattern": "[name]"},
                  provider_options=["--people", people_file(tmp_path)])
    site.xnat.set_account("vic", create=True, email="vic@example.com", firstName="V", lastName="D", enabled=True,
                          verified=True)
    usurper = site.signed_in("like-vic")
    site.restart_sidecar(options=["--handoff", "xnat-token", "--xnat-admin-file", admin_file(tmp_path)])
    is_refused(site, usurper.open(f"{site.url}/"), 403, "account_email_differs")
    assert site.xnat.tokens("vic") == []


# --- the end ----------------------------------------------------------------------------------------

def test_sign_out_ends_all_of_it(tokens):
    site = tokens()
    browser = site.signed_in("ada")
    browser.visit(f"{site.url}/")
    old = cookie_of(browser, site)
    assert len(site.xnat.sessions("aaf_ada")) == 1
    assert browser.visit(f"{site.url}/oidc/sign-out").status == 200
    wait_until(lambda: site.xnat.tokens("aaf_ada") == [], "the token to go")
    assert site.xnat.sessions("aaf_ada") == []
    assert not browser.jar.get(site.session_cookie) and not browser.jar.get("JSESSIONID")
    since = site.xnat.mark()
    site.browser().request("GET", f"{site.url}/data/projects", SCRIPT | old)
    assert values(handed(site, since, "/data/projects"), "Authorization") == []
    assert site.sidecar.metrics()["oidc_sidecar_xnat_tokens_invalidated_total"] == 1


def test_xnats_own_logout_does_so_too(tokens):
    site = tokens()
    browser = site.signed_in("ada")
    browser.visit(f"{site.url}/")
    since = site.xnat.mark()
    browser.open(f"{site.url}/app/action/LogoutUser")
    assert values(handed(site, since, "/app/action/LogoutUser"), "Authorization") == []
    wait_until(lambda: site.xnat.tokens("aaf_ada") == [], "the token to go")
    assert site.xnat.sessions("aaf_ada") == []


@pytest.fixture
def court_of_tokens(tmp_path):
    """A provider that sends logout tokens, and its ada."""
    court = Court(tmp_path, ["only"],
                  ["--handoff", "xnat-token", "--xnat-admin-file", admin_file(tmp_path, "admin:admin\n")])
    tenant, claims = court.tenants["only"], {
        "sub": "ada", "email": "ada@example.com", "given_name": "Ada", "family_name": "Doe"}
    tenant.claims = tenant.userinfo_claims = lambda given: given | claims
    with court.sitting():
        yield court, tenant


def test_back_channel_logout_does_so_too(court_of_tokens):
    court, tenant = court_of_tokens
    browser = court.sign_in("only").browser
    assert browser.visit(f"{court.url}/").status == 200
    assert len(court.xnat.sessions("only_ada")) == 1
    assert send(court.url, tenant, sub="ada") == 200
    wait_until(lambda: court.xnat.tokens("only_ada") == [] and
               court.xnat.sessions("only_ada") == [], "token and session to go", 20,
               court.sidecar.evidence)
    assert browser.script(f"{court.url}/data/projects").status in (302, 401)


def nothing_is_left(site, browser, account="aaf_ada"):
    """Of a session that has ended: neither in XNAT nor in the browser that goes on asking."""
    def gone():
        browser.script(f"{site.url}/data/projects")
        return site.xnat.tokens(account) == [] and site.xnat.sessions(account) == []
    wait_until(gone, "token and session to go", 20, site.sidecar.evidence)
    assert "signed in" not in browser.visit(f"{site.url}/").text.lower()
    assert not browser.jar.get(site.session_cookie)


def test_whoever_asks_at_once_is_out_too(court_of_tokens):
    """XNAT's pages ask every few seconds, with XNAT's own session: they keep nobody in."""
    court, tenant = court_of_tokens
    browser = court.sign_in("only").browser
    assert browser.visit(f"{court.url}/").status == 200
    assert browser.jar.get("JSESSIONID")
    assert send(court.url, tenant, sub="ada") == 200
    assert browser.script(f"{court.url}/data/projects").status in (302, 401)
    wait_until(lambda: court.xnat.tokens("only_ada") == [] and court.xnat.sessions("only_ada") == [],
               "token and session to go", 20, court.sidecar.evidence)
    assert browser.script(f"{court.url}/data/projects").status in (302, 401)


@pytest.mark.parametrize("unauthenticated", ["pass", "login", "deny"])
def test_who_was_idle_too_long_is_out_of_xnat(tokens, unauthenticated):
    """Its own time-out is longer."""
    site = with_one_worker(tokens(options=["--session-idle", "2s", "--unauthenticated", unauthenticated]))
    browser = site.signed_in("ada")
    assert browser.visit(f"{site.url}/").status == 200
    assert len(site.xnat.sessions("aaf_ada")) == 1
    time.sleep(4)  # that is what it is about
    site.xnat.trouble("held", "/app/action/LogoutUser", gate="logout")
    answer = browser.script(f"{site.url}/data/projects")
    assert answer.status in (302, 401), "the first request is nobody's already"
    site.xnat.open_gate("logout")
    nothing_is_left(site, browser)


def test_after_a_restart_the_browser_tells_what_has_to_go(tokens):
    """The session of XNAT's that the sidecar never saw."""
    site = with_one_worker(tokens(options=["--session-idle", "2s"]))
    browser = site.signed_in("ada")
    assert browser.visit(f"{site.url}/").status == 200
    site.sidecar.stop()
    assert len(site.xnat.sessions("aaf_ada")) == 1
    time.sleep(3)
    site.sidecar.start()
    assert browser.script(f"{site.url}/data/projects").status in (302, 401)
    nothing_is_left(site, browser)


@pytest.mark.parametrize("visits", [True, False])
def test_whoever_signs_in_to_xnat_itself_after_that_stays(tokens, visits):
    site = with_one_worker(tokens(options=["--session-idle", "2s"]))
    browser = site.signed_in("ada")
    assert browser.visit(f"{site.url}/").status == 200
    time.sleep(3)
    if visits:
        browser.visit(f"{site.url}/")
    assert browser.visit(f"{site.url}/", Authorization=basic(ADMIN)).status == 200
    own = browser.jar.get("JSESSIONID").value
    for _ in range(2):
        assert browser.script(f"{site.url}/xapi/users/username").text == "admin"
    assert browser.jar.get("JSESSIONID").value == own


def test_a_session_whose_key_has_gone_is_over(tokens):
    """So that whoever had it is out when a key has become known."""
    site = with_one_worker(tokens())
    browser = site.signed_in("ada")
    assert browser.visit(f"{site.url}/").status == 200
    site.sidecar.stop()
    keys = pathlib.Path(site.sidecar.argv[site.sidecar.argv.index("--session-key-file") + 1])
    keys.write_text(base64.b64encode(bytes(range(1, 33))).decode() + "\n")
    site.sidecar.start()
    assert browser.script(f"{site.url}/data/projects").status in (302, 401)
    wait_until(lambda: site.xnat.sessions("aaf_ada") == [], "XNAT's session to go", 20, site.sidecar.evidence)


def test_who_uploads_is_not_idle(tokens):
    site = with_one_worker(tokens(options=["--session-idle", "3s"]))
    browser = site.signed_in("ada")
    assert browser.visit(f"{site.url}/").status == 200
    site.xnat.trouble("held", "/data/projects", gate="upload")
    answers = []
    long = threading.Thread(target=lambda: answers.append(browser.tab().script(f"{site.url}/data/projects")))
    long.start()
    time.sleep(5)  # longer than a session may be idle
    assert browser.script(f"{site.url}/data/projects/other").status in (200, 404)
    site.xnat.open_gate("upload")
    long.join()
    assert answers[0].status == 200
    assert browser.script(f"{site.url}/data/projects").status == 200


def test_whoever_writes_sessions_keeps_nobody_elses_alive(tokens):
    """Each is logged out, while there are few, when nobody else's is due: who is idle too long goes before."""
    site = with_one_worker(tokens(options=["--session-idle", "2s", "--unauthenticated", "deny"]))
    over = cookie_of(site.signed_in("bea"), site)["Cookie"]
    time.sleep(3)
    browser = site.signed_in("ada")
    assert browser.visit(f"{site.url}/").status == 200
    site.xnat.trouble("held", "/app/action/LogoutUser", gate="logout", times=4)
    with socket.create_connection(("127.0.0.1", site.port)) as flood:
        for number in range(2500):
            flood.sendall(f"GET /data/projects HTTP/1.1\r\nHost: {site.url[7:]}\r\n"
                          f"Cookie: {over}; JSESSIONID={number:032d}\r\n\r\n".encode())
            assert flood.recv(65536).startswith(b"HTTP/1.1 401")
    time.sleep(3)
    assert browser.script(f"{site.url}/data/projects").status == 401
    wait_until(lambda: site.xnat.tokens("aaf_ada") == [], "the token to go, whatever strangers have brought", 5,
               site.sidecar.evidence)
    site.xnat.open_gate("logout")
    assert not site.sidecar.events("upstream_logout_failed") and not site.sidecar.events("xnat_token_left")
    (left,) = site.sidecar.events("upstream_logout_left")  # once a minute, and 2300 of them were
    assert left["waiting"] == 200 and "time-out" in left["effect"]


def test_the_end_of_the_sidecar_waits_for_nothing_that_a_stranger_brings(tokens):
    site = with_one_worker(tokens())
    site.xnat.trouble("held", "/app/action/LogoutUser", gate="logout", times=9)
    for first in (0, 4):  # XNAT is asked four at a time at most, and each of it takes ten seconds
        some = "; ".join(f"JSESSIONID={number:032d}" for number in range(first, first + 4))
        answer = site.browser().request("GET", f"{site.url}/oidc/session",
                                        {"Cookie": f"{site.session_cookie}=x; {some}"})
        assert answer.status == 401
    wait_until(lambda: [told for told in site.xnat.requests() if told["target"] == "/app/action/LogoutUser"],
               "it to be under way", 10, site.sidecar.evidence)
    site.sidecar.signal(signal.SIGTERM)
    assert site.sidecar.wait_exit(10) == 0


def test_one_request_ends_few_sessions_at_xnat(tokens):
    """A browser has one, or two with different paths."""
    site = with_one_worker(tokens())
    since = site.xnat.mark()
    many = "; ".join(f"JSESSIONID={number:032d}" for number in range(50))
    answer = site.browser().request("GET", f"{site.url}/oidc/session",
                                    {"Cookie": f"{site.session_cookie}=x; {many}"})
    assert answer.status == 401

    def logouts():
        return [told for told in site.xnat.requests(since) if told["target"] == "/app/action/LogoutUser"]
    wait_until(lambda: len(logouts()) == 4, "four to be logged out", 10, site.sidecar.evidence)
    assert site.sidecar.stop() == 0  # what is still to be said is said before it ends
    assert len(logouts()) == 4


@pytest.mark.parametrize("brings, at_work", [(False, "held-answer"), (True, "held"), (True, "held-answer")])
def test_an_answer_that_comes_after_sign_out_lets_nobody_in(tokens, brings, at_work):
    """XNAT was at work on it, as the person, when they signed out in another tab."""
    site = with_one_worker(tokens())
    browser = site.signed_in("ada")
    if brings:
        assert browser.visit(f"{site.url}/").status == 200
    tab, answers = browser.tab(), []
    site.xnat.trouble(at_work, "/data/projects", gate="late")
    site.xnat.trouble("held", "/data/services/tokens/invalidate/.*", gate="token")
    late = threading.Thread(target=lambda: answers.append(tab.script(f"{site.url}/data/projects")))
    late.start()
    wait_until(lambda: [request for request in site.xnat.requests() if path_of(request) == "/data/projects"],
               "the request to be at XNAT")
    assert browser.visit(f"{site.url}/oidc/sign-out").status == 200
    if brings:
        wait_until(lambda: site.xnat.sessions("aaf_ada") == [], "XNAT's session to go")
    site.xnat.open_gate("late")
    late.join()
    site.xnat.open_gate("token")
    assert answers[0].status == 200
    told = [text for text in answers[0].all("Set-Cookie") if text.startswith(("JSESSIONID=", site.session_cookie))]
    if brings and at_work == "held-answer":
        assert told == [], "of what it does not bring nothing is said: the browser may have another by now"
    else:
        assert told[-1].startswith("JSESSIONID=") and "Max-Age=0" in told[-1]
    nothing_is_left(site, browser)


@pytest.mark.parametrize("signs_out", [False, True])
def test_an_early_answer_to_an_upload_renews_no_session_that_is_over(tokens, signs_out):
    """It goes out only when all of the upload has come: that nobody had signed out when it was here is no answer."""
    site = with_one_worker(tokens(options=["--session-idle", "3s"]))  # every answer brings a fresh cookie
    browser, since = site.signed_in("ada"), site.xnat.mark()
    with Wire(site.port) as wire:
        wire.send(request_bytes("PUT", "/test/refuse", [
            *SCRIPT.items(), ("Cookie", browser.jar.header(site.url)), ("Content-Length", "1000")]))
        wire.send(b"x" * 500)
        wait_until(lambda: [request for request in site.xnat.requests(since) if path_of(request) == "/test/refuse"],
                   "the request to be at XNAT")
        if signs_out:
            assert browser.visit(f"{site.url}/oidc/sign-out").status == 200
        answer = wire.send(b"x" * 500).answer("PUT")
    assert answer.status == 413
    told = [text for text in answer.all("Set-Cookie") if text.startswith(site.session_cookie)]
    assert len(told) == (not signs_out)


def test_a_session_that_has_lived_its_life_ends_in_xnat(tokens):
    site = tokens(options=["--session-ttl", "4s", "--session-idle", "4s"])
    browser = site.signed_in("ada")
    assert browser.visit(f"{site.url}/").status == 200
    assert len(site.xnat.sessions("aaf_ada")) == 1
    wait_until(lambda: site.xnat.tokens("aaf_ada") == [] and site.xnat.sessions("aaf_ada") == [],
               "token and session to go", 20, site.sidecar.evidence)


def test_sign_out_while_xnat_is_down(tokens):
    site = tokens()
    browser = site.signed_in("ada")
    site.xnat.trouble("restarting", "/data/services/tokens/invalidate/.*", times=1)
    assert browser.visit(f"{site.url}/oidc/sign-out").status == 200
    wait_until(lambda: site.xnat.tokens("aaf_ada") == [], "the token to go at the next try", 30)


def test_sign_out_while_the_password_changes(tokens, tmp_path):
    site = tokens()
    browser = site.signed_in("ada")
    site.xnat.set_account("admin", password="another-canary-password")
    site.xnat.end_sessions("admin")
    assert browser.visit(f"{site.url}/oidc/sign-out").status == 200
    site.sidecar.wait_event("xnat_service_refused")
    assert len(site.xnat.tokens("aaf_ada")) == 1
    admin_file(tmp_path, "admin:another-canary-password\n")
    wait_until(lambda: site.xnat.tokens("aaf_ada") == [], "the token to go at the next try", 30)


def test_the_end_of_the_sidecar_waits_for_it(tokens):
    site = tokens()
    browser = site.signed_in("ada")
    site.xnat.trouble("slow", "/data/services/tokens/invalidate/.*", seconds=1)
    assert browser.visit(f"{site.url}/oidc/sign-out").status == 200
    assert site.sidecar.stop() == 0
    assert site.xnat.tokens("aaf_ada") == []


def test_the_end_of_the_sidecar_waits_for_renewals(tokens):
    """They go on beside the requests. A worker that ended without its own would keep the turn of the name, for
    which a sign-in at another waits. The first worker waits for the others: two of three have renewals, one of
    the other and one of them ends."""
    site = with_workers(tokens(xnat_options=["--setting", "aliasTokenTimeout=16"]), 3)
    cookie = cookie_of(site.signed_in("ada"), site)["Cookie"]
    first, second, third = wires_to_workers(site, 3, cookie)
    site.xnat.trouble("held", "/xapi/users/aaf_ada", gate="account", times=1)
    since = site.xnat.mark()

    def begun():
        assert ask_on(first, "/data/projects", cookie) == 200
        return "GET /xapi/users/aaf_ada" in calls(site, since)
    wait_until(begun, "the first renewal", 20, site.sidecar.evidence)
    assert ask_on(second, "/data/projects", cookie) == 200, "it goes at once: its renewal waits for the turn"
    browser = site.browser()
    back = browser.at_provider(browser.begin(site.url), "ada")
    asked = site.provider.counts()["token"]
    third.send(request_bytes("GET", back.removeprefix(site.url), [("Cookie", browser.jar.header(back))]))
    wait_until(lambda: site.provider.counts()["token"] > asked, "the sign-in to wait for the turn, too")
    site.sidecar.signal(signal.SIGTERM)
    wait_until(lambda: refuses_connections(site), "all workers to know of the end")
    site.xnat.open_gate("account")
    assert third.answer().status == 302
    assert site.sidecar.wait_exit() == 0
    assert len(site.sidecar.events("xnat_token_renewed")) == 2
    for wire in (first, second, third):
        wire.close()


def test_all_may_go_at_once_though_they_wait_for_xnats_answer(tokens):
    """Two of one name and two of another: whoever has the turn leaves it to somebody who goes as well."""
    site = with_one_worker(tokens())
    site.xnat.trouble("held", "/xapi/users/aaf_.*", gate="accounts", times=2)
    sent = site.provider.counts().get("token", 0)
    wires = []
    for person in ("ada", "ada", "bea", "bea"):
        browser = site.browser()
        back = browser.at_provider(browser.begin(site.url), person)
        wires.append(Wire(site.port).send(request_bytes(
            "GET", back.removeprefix(site.url), [("Cookie", browser.jar.header(back))])))
    wait_until(lambda: site.provider.counts()["token"] == sent + 4, "all to be back from the provider")
    site.signed_in("cid")  # whose turn comes after theirs
    site.sidecar.signal(signal.SIGTERM)
    site.sidecar.wait_event("stopping")
    site.sidecar.signal(signal.SIGTERM)
    assert site.sidecar.wait_exit() == 0
    site.xnat.open_gate("accounts")
    for wire in wires:
        wire.close()


# --- forward-auth -----------------------------------------------------------------------------------

TRUSTED = ("--trusted-proxy", "127.0.0.1")
QUESTION = {"X-Forwarded-Uri": "/data/projects?x=1"}  # a front end's, about a request of the browser's


def test_forward_auth_tells_the_front_end_the_credentials(tokens):
    site = tokens(options=TRUSTED)
    browser = site.signed_in("ada")
    answer = browser.script(f"{site.url}/oidc/auth", **QUESTION)
    assert answer.status == 200
    alias, _ = credentials_in(answer.headers)
    assert [token["alias"] for token in site.xnat.tokens("aaf_ada")] == [alias]
    assert len([name for name, _ in answer.headers if name.lower().startswith("x-xnat-oidc-")]) == 11
    again = browser.script(f"{site.url}/oidc/auth", Authorization=basic("own:credentials"), **QUESTION)
    assert again.all("Authorization") == [basic("own:credentials")]
    for path in ("/oidc/auth", "/oidc/auth-redirect", "/oidc/auth-redirect/data/projects?x=1"):
        assert browser.script(f"{site.url}{path}", **QUESTION).all("Authorization") == \
            answer.all("Authorization")
    assert not site.sidecar.events("credentials_withheld")


# What a page's script may ask, and what comes of it where the front end passes it on: nothing that it
# could sign in to XNAT with.
OF_SCRIPTS = {"nothing more": {}, "itself": {"X-Forwarded-Uri": "/oidc/auth"},
              "itself, spelt otherwise": {"X-Forwarded-Uri": "/x/../oidc/%61uth"},
              "a page of ours": {"X-Forwarded-Uri": "/oidc/sign-in?rd=/"},
              "a return leg": {"X-Forwarded-Uri": "/openid-login?code=x"},
              "no path": {"X-Forwarded-Uri": "data"}, "nowhere": {"X-Forwarded-Uri": ""},
              "another header": {"X-Original-URL": "/data/projects", "X-Forwarded-Method": "GET"}}


@pytest.mark.parametrize("path", ["/oidc/auth", "/oidc/auth-redirect", "/oidc/auth-redirect/data/projects"])
def test_forward_auth_tells_a_browser_nothing(tokens, path):
    site = with_one_worker(tokens(options=TRUSTED))
    browser = site.signed_in("ada")
    for headers in OF_SCRIPTS.values():
        for own in ({}, {"Authorization": basic("own:credentials")}):  # as a browser sends them by itself
            answer = browser.script(f"{site.url}{path}", **headers, **own)
            assert answer.all("Authorization") == [], headers
            # what is asked about a page of ours is refused where the answer goes to the browser as it is
            assert answer.status == 200 or (answer.status == 403 and path == "/oidc/auth-redirect")
        # an answer that is kept for the session is kept for those who may have it
        assert browser.script(f"{site.url}{path}", **QUESTION).all("Authorization")
    event = site.sidecar.wait_event("credentials_withheld")
    assert len(site.sidecar.events("credentials_withheld")) == 1, "once a minute, at most"
    assert "X-Forwarded-Uri" in event["detail"] and "--trusted-proxy" in event["hint"]


def test_forward_auth_tells_a_stranger_nothing(tokens):
    """Whoever is no --trusted-proxy may say what they like."""
    site = tokens()
    browser = site.signed_in("ada")
    answer = browser.script(f"{site.url}/oidc/auth", **QUESTION)
    assert answer.status == 200 and answer.all("Authorization") == []
    assert "no --trusted-proxy" in site.sidecar.wait_event("credentials_withheld")["detail"]


def test_forward_auth_waits_for_a_new_token(tokens):
    site = tokens(options=TRUSTED)
    browser = site.signed_in("ada")
    assert browser.script(f"{site.url}/data/projects").status == 200
    revoke_tokens(site, "ada")
    assert browser.script(f"{site.url}/data/projects").status == 401
    answer = browser.script(f"{site.url}/oidc/auth", **QUESTION)
    assert answer.status == 200
    (token,) = site.xnat.tokens("aaf_ada")
    assert credentials_in(answer.headers)[0] == token["alias"]


def test_forward_auth_without_a_token(tokens):
    site = tokens(options=TRUSTED)
    browser = site.signed_in("ada")
    site.xnat.set_account("aaf_ada", enabled=False)
    browser.visit(f"{site.url}/")
    assert browser.script(f"{site.url}/oidc/auth", **QUESTION).status == 401


# --- what nobody must see ---------------------------------------------------------------------------

def test_nothing_secret_is_logged(tokens):
    site = tokens()
    browser = site.signed_in("ada")
    since = site.xnat.mark()
    browser.visit(f"{site.url}/")
    alias, secret = credentials_in(handed(site, since))
    session = browser.jar.get("JSESSIONID").value
    revoke_tokens(site, "ada")
    browser.visit(f"{site.url}/")
    browser.visit(f"{site.url}/oidc/sign-out")
    wait_until(lambda: site.xnat.tokens("aaf_ada") == [], "the token to go")
    log = "\n".join(site.sidecar.stderr)
    for canary in (PASSWORD, alias, secret, session, basic(ADMIN)[6:],
                   basic(f"{alias}:{secret}")[6:]):
        assert canary not in log
    assert urllib.parse.quote(secret) not in log


def test_a_large_upload_arrives_whole(tokens):
    site = tokens()
    browser = site.signed_in("ada")
    cookie = cookie_of(browser, site)
    body = bytes(range(256)) * (48 * 1024)
    for headers in (SCRIPT | cookie, SCRIPT, NAVIGATION):
        answer = browser.request("POST", f"{site.url}/data/upload", headers, body)
        assert answer.status == 200
        assert answer.json() == {"sha256": hashlib.sha256(body).hexdigest(), "size": len(body)}


# --- before it serves -------------------------------------------------------------------------------

def check_config(site, file, *options):
    """(exit status, what it says) of --check-config, or of a start that fails."""
    process = Process("check", [sidecar_program(), "--config", site.config_file, "--upstream",
                                site.xnat.url, "--handoff", "xnat-token", "--xnat-admin-file", file,
                                *(options or ["--check-config"])], clean_environment())
    process.start()
    return process.wait_exit(), "\n".join(process.stderr + process.stdout)


def warned(said):
    """How many warnings the last word of --check-config counts."""
    return int(re.search(r"would start; (\d+) warning", said)[1])


def test_check_config_tries_the_account(tokens, tmp_path):
    site = tokens()
    folder = tmp_path / "other"
    folder.mkdir()
    status, said = check_config(site, admin_file(folder))
    assert status == 0 and "XNAT takes the service account" in said
    site.xnat.set_account("plain", create=True, email="p@example.com", firstName="P", lastName="P",
                          enabled=True, verified=True, password="plain")
    for text, words in (("admin:wrong", "does not take the user name and password"),
                        ("plain:plain", "no site administrator's")):
        status, said = check_config(site, admin_file(folder, text))
        assert status == 0 and words in said and "cure: " in said, said
        assert f"{folder}/xnat-admin: warning: nobody can sign in: " in said
        assert re.search(r"would start, but nobody could sign in with this service account; \d warnings?\.$", said), said
        assert PASSWORD not in said and "wrong" not in said
    site.xnat.trouble("answer", "/xapi/users/.*", status=403, times=1)
    status, said = check_config(site, admin_file(folder))
    assert status == 0 and "may not look at others" in said and "but nobody could sign in" in said
    site.xnat.trouble("restarting", times=9)
    status, said = check_config(site, admin_file(folder))
    assert status == 0 and "check again when XNAT is up" in said
    assert warned(said) == len(re.findall(r": warning\b", said))
    site.xnat.reset()
    site.xnat.trouble("answer", status=405)
    status, said = check_config(site, admin_file(folder))
    assert status == 1 and "--upstream" in said
    site.xnat.stop()
    status, said = check_config(site, admin_file(folder))
    assert status == 0 and "does not answer" in said
    assert warned(said) == len(re.findall(r": warning\b", said))


@pytest.mark.parametrize("answer", [302, 404])
def test_check_config_while_xnat_is_deployed(tokens, tmp_path, answer):
    """Tomcat answers before XNAT does: the sidecar starts, as it bears that when it runs."""
    site = tokens()
    folder = tmp_path / "other"
    folder.mkdir()
    site.xnat.trouble("answer", status=answer)
    status, said = check_config(site, admin_file(folder))
    assert status == 0 and f"(it answers {answer})" in said and "check again when XNAT is up" in said
    assert warned(said) == len(re.findall(r": warning\b", said))


@pytest.mark.parametrize("text, words", [
    ("", "no user:password"), ("admin", "no user:password"), ("admin:a\nb:c\n", "more than one line")])
def test_a_file_that_holds_no_account(tokens, tmp_path, text, words):
    site = tokens()
    folder = tmp_path / "other"
    folder.mkdir()
    status, said = check_config(site, admin_file(folder, text))
    assert status == 1 and words in said and "cure: write one line, user:password" in said


def test_a_file_that_everybody_can_read_is_told_of(tokens, tmp_path):
    site = tokens()
    folder = tmp_path / "other"
    folder.mkdir()
    file = admin_file(folder)
    file.chmod(0o644)
    status, said = check_config(site, file)
    assert status == 0 and "everybody on this machine can read" in said and str(file) in said


def test_bearer_tokens_do_not_go_together_with_it(tokens, tmp_path):
    site = tokens()
    site.config_file.write_text(site.config_file.read_text() + "openid.aaf.bearer.enabled=true\n"
                                "openid.aaf.bearer.audCheck.acceptedAudiences=xnat\n")
    folder = tmp_path / "other"
    folder.mkdir()
    for options in ([], ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]):
        status, said = check_config(site, admin_file(folder), *options)
        assert status == 1 and "an alias token goes with a session, and they have none" in said
        assert "remove openid.aaf.bearer.enabled" in said and "--handoff headers" in said


# --- large bodies -----------------------------------------------------------------------------------

LARGE = int(os.environ.get("OIDC_UPLOAD_MIB", "2048")) << 20  # bytes
MARK = 4096


def sparse_file(path):
    """A file of that size that takes a few megabytes of the disk, and its digest. No two stretches of it
    are alike, so that what is lost, doubled or out of place is noticed."""
    with path.open("wb") as out:
        out.truncate(LARGE)
        for place in range(0, LARGE, 1 << 20):
            out.seek(place)
            out.write(f"{place:x}\n".encode().ljust(MARK, b"*"))
        out.seek(LARGE - 1)
        out.write(b"!")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@pytest.mark.parametrize("who", ["program", "session"])
def test_two_gibibytes_arrive_whole(stock, tmp_path, who):
    """By curl, with credentials of its own, and by a session, with the alias token's."""
    browser, file, since = stock.signed_in("ada"), tmp_path / "large", stock.xnat.mark()
    digest = sparse_file(file)
    token = stock.xnat.tokens("aaf_ada")[-1]["alias"]
    named, headers = {"program": ("admin", ["--user", ADMIN]),
                      "session": (token, ["--header", f"Cookie: {cookie_of(browser, stock)['Cookie']}"])}[who]
    stock.sidecar.forget_peak()
    before = stock.sidecar.memory()
    done = subprocess.run(["curl", "-sS", "-X", "POST", "-T", file, *headers,
                           f"{stock.url}/data/upload"], capture_output=True, check=True, timeout=300)
    assert json.loads(done.stdout) == {"sha256": digest, "size": LARGE}
    arrived = handed(stock, since, "/data/upload")
    assert credentials_in(arrived)[0] == named
    assert values(arrived, "Content-Length") == [str(LARGE)]
    assert stock.sidecar.peak_memory() - before < 24 << 20
