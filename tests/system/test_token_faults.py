"""As test_faults.py, where people are handed over by alias tokens: XNAT is asked at each sign-in and
told at each sign-out, by calls that may fail as all others."""

import errno
import threading

import pytest

from harness import faults
from harness.ordeal import Ordeal
from harness.wait import wait_until


def make(launch, library, folder, **more):
    file = folder / "xnat-admin"
    file.write_text("admin:admin")
    file.chmod(0o600)
    return Ordeal(launch(filter_on=False, options=["--handoff", "xnat-token",
                                                   "--xnat-admin-file", file]), library, **more)


@pytest.fixture(scope="module")
def ordeal(module_launch, library, tmp_path_factory):
    made = make(module_launch, library, tmp_path_factory.mktemp("service"))
    made.warm_up()
    return made


@pytest.mark.parametrize("call", ["socket", "connect", "epoll_control"])
def test_a_call_fails(ordeal, held, call):
    assert ordeal.sweep(call, faults.ERRORS[call][0], range(1, 200)) > 0, "it was never made"


def test_an_allocation_fails(ordeal, held):
    ordeal.lacks_memory()


def test_memory_is_short_for_a_while(ordeal, held):
    ordeal.lacks_memory(step=5, times=40)


def test_a_question_that_cannot_be_asked_again_is_no_refusal(launch, library, tmp_path):
    """XNAT answers 401 to a session that it knows no longer: the question is asked once more, without
    it. Where there is no memory for that, XNAT has not refused the account."""
    ordeal = make(launch, library, tmp_path, workers=1)  # all know the same session
    site, xnat, sidecar = ordeal.setup, ordeal.setup.xnat, ordeal.sidecar
    known = site.signed_in().request("GET", f"{site.url}/oidc/session").json()["username"]
    account = f"/xapi/users/{known}"
    number, fired, told = 0, True, []
    while fired and not told:
        assert ordeal.visit()
        number, since = number + 1, xnat.mark()
        xnat.trouble("answer", account, status=401, gate=f"again-{number}")
        browser = site.browser()
        back = browser.at_provider(browser.begin(site.url))
        leg = threading.Thread(target=ordeal.accident, args=(lambda: browser.open(back),))
        leg.start()
        wait_until(lambda: [request for request in xnat.requests(since)
                            if request["target"] == account], "the question")
        ordeal.faults.arm("allocate", number)
        xnat.open_gate(f"again-{number}")
        leg.join()
        fired = ordeal.faults.disarm()
        told = [event for event in sidecar.events("login_refused")
                if event["detail"] == f"XNAT did not answer GET {account}: out of memory"
                and len([1 for request in xnat.requests(since) if request["target"] == account]) == 1]
    assert told, f"none of {number} allocations was the second question's"
    assert told[-1]["reason"] == "xnat_unreachable"
    assert not sidecar.events("xnat_service_refused")
    assert sidecar.readiness()[1]["xnat_service_account"] == "accepted"


@pytest.mark.parametrize("order", ["{good}; {over}", "{over}; {good}"])
def test_what_cannot_be_read_may_be_good_beside_a_session_that_is_over(launch, library, tmp_path, order):
    """A browser may bring two cookies of the name. Where memory is too short to read the good one, the
    other's end is not taken for both's: XNAT's session stays, and so do the cookies."""
    ordeal = make(launch, library, tmp_path, workers=1)
    site, sidecar = ordeal.setup, ordeal.sidecar
    browser = site.signed_in()
    name = browser.request("GET", f"{site.url}/oidc/session").json()["username"]
    assert browser.open(f"{site.url}/data/projects").status == 200
    sessions = site.xnat.sessions(name)
    good, xnats = (f"{each}={browser.jar.get(each).value}" for each in (site.session_cookie, "JSESSIONID"))
    cookies = order.format(good=good, over=f"{site.session_cookie}=AAAA") + f"; {xnats}"
    answers = []

    def asks():
        answers.append(site.browser().request("GET", f"{site.url}/data/projects", {"Cookie": cookies}))

    number, fired = 0, True
    while fired:
        number += 1
        sidecar.stop()  # whoever starts anew knows no session, and has to read it
        sidecar.start()
        ordeal.faults.arm("allocate", number)
        ordeal.accident(asks)
        fired = ordeal.faults.disarm()
        taken = [value for answer in answers for value in answer.all("Set-Cookie") if "Max-Age=0" in value]
        assert not taken, f"allocation {number}: {taken}{sidecar.evidence()}"
    assert {answer.status for answer in answers} >= {200, 503}, "never in doubt"
    assert sessions and site.xnat.sessions(name) == sessions


# What is asked about a session that is good, words of the answer, and the status where it cannot be read: a front end
# knows no others than 200, 401 and 403.
QUESTIONS = {"/oidc/session": ('"signed_in":true', 503), "/oidc/signed-out": ("/oidc/sign-out?rd=", 503),
             "/oidc/auth": ("", 403), "/oidc/auth-redirect": ("", 403)}


@pytest.mark.parametrize("path", QUESTIONS)
def test_whose_session_cannot_be_read_is_not_told_that_there_is_none(ordeal, held, path):
    site, answers = ordeal.setup, []
    words, doubt = QUESTIONS[path]
    number, fired = 0, True
    while fired:
        number += 1
        browser = site.signed_in()  # with a session that nobody has read yet
        ordeal.faults.arm("allocate", number)
        ordeal.accident(lambda: answers.append(browser.open(f"{site.url}{path}")))
        fired = ordeal.faults.disarm()
    wrong = [(answer.status, answer.text) for answer in answers
             if answer.status != doubt and (answer.status != 200 or words not in answer.text)]
    assert not wrong
    assert {answer.status for answer in answers} == {200, doubt}, "never in doubt"
    assert not [value for answer in answers for value in answer.all("Set-Cookie") if "Max-Age=0" in value]


def test_a_file_that_could_not_be_read_is_read_again(launch, library, tmp_path):
    """Not only when it is written once more: memory, descriptors or a permission may have been missing."""
    ordeal = make(launch, library, tmp_path, workers=1)
    site, sidecar = ordeal.setup, ordeal.sidecar
    site.xnat.set_account("admin", password="another")
    site.xnat.end_sessions("admin")
    ordeal.faults.arm("open", 1, errno.EMFILE, times=1000)
    (tmp_path / "new").write_text("admin:another")
    (tmp_path / "new").rename(tmp_path / "xnat-admin")

    def signs_in():
        return site.browser().sign_in(site.url).status == 302
    wait_until(lambda: not signs_in() and ordeal.faults.fired > 1, "the file to be found unreadable, twice")
    assert len(sidecar.events("xnat_admin_file_unusable")) == 1, "it is told once"
    ordeal.faults.disarm()
    wait_until(signs_in, "the new password to be read", 30, sidecar.evidence)
    assert sidecar.wait_event("xnat_admin_file_read")["user"] == "admin"


def test_nothing_is_left_behind(ordeal):
    ordeal.leaves_nothing()
