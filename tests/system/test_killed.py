"""kill -9 in the middle of a first sign-in (--handoff xnat-token): whoever dies, at whichever step, the
person signs in once more and is in, with one account and nothing left but tokens that end by themselves.

Each step is reached by holding the answer that it waits for. What has been done by then is looked at, so
that no step is missed.
"""

import itertools
import json
import re
import subprocess
import urllib.parse
from dataclasses import dataclass

import pytest

from harness import properties
from harness.browser import NAVIGATION
from harness.stock import make_stock
from harness.wait import wait_until
from harness.wire import Closed, Wire, request_bytes

# A question that may be asked twice is, when its connection breaks, and then finds nobody there.
BROKEN_OFF = b"answer_cut_short|provider_unreachable"
TOKEN_LIFE = 2 * 24 * 3600  # XNAT's default, in seconds


@dataclass
class Step:
    """What the sign-in waits for, and how much of it is done then."""

    name: str
    asked: str = ""  # "{}" stands for the account
    method: str = "GET"
    before: int = 0  # so many of the same question are answered
    done: bool = False  # what was asked for is done, and the answer held
    accounts: int = 0
    tokens: int = 0
    late: tuple = None  # accounts and tokens once XNAT does what nobody waits for any more


AT_PROVIDER = [Step("code sent", "token"), Step("userinfo asked", "userinfo")]
USER, ISSUE = "/xapi/users/{}", "/data/services/tokens/issue/user/{}"
AT_XNAT = [
    Step("looked up", USER),
    Step("creation asked", "/xapi/users", "POST", late=(1, 0)),
    Step("created", "/xapi/users", "POST", done=True, accounts=1),
    Step("looked up again", USER, before=1, accounts=1),
    Step("roles asked", f"{USER}/roles", accounts=1),
    Step("token asked", ISSUE, accounts=1, late=(1, 1)),
    Step("token issued", ISSUE, done=True, accounts=1, tokens=1),
]
ON_THE_WAY = [Step("cookie sent", accounts=1, tokens=1)]
STEPS = AT_PROVIDER + AT_XNAT + ON_THE_WAY
WHO = ("sidecar", "xnat", "provider")
CASES = list(itertools.product(WHO, STEPS))


def person_of(who, step):
    """Each case has one of its own."""
    return f"{who}-{STEPS.index(step)}"


def people_file(folder):
    path = folder / "people.json"
    path.write_text(json.dumps([
        {"id": name, "organisation": "O", "claims": {
            "sub": name, "name": name, "given_name": name.title(), "family_name": "Doe",
            "email": f"{name}@example.com"}} for name in itertools.starmap(person_of, CASES)]))
    return path


def configuration(setup):
    block = properties.ProviderBlock(setup.provider.url, setup.client,
                                     {"userInfoUri": f"{setup.provider.url}/oidc/userinfo"})
    return properties.site(setup.url, [block])


@pytest.fixture(scope="module")
def shared(module_launch, tmp_path_factory):
    folder = tmp_path_factory.mktemp("killed")
    key = folder / "provider.pem"
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    return make_stock(module_launch, folder, people_file(folder), config=configuration,
                      provider_options=["--key", key],
                      xnat_options=["--database", str(folder / "xnat.db")])


@pytest.fixture
def stock(shared):
    """A test that fails in the middle leaves the next one everybody alive."""
    yield shared
    for each in (shared.provider, shared.xnat):
        if not each.alive:
            each.restart()
    if not shared.sidecar.alive:
        shared.restart_sidecar()
    shared.xnat.reset()


class Leg:
    """The browser's way back from the provider, whose answer is read when it is asked for."""

    def __init__(self, site, browser, person):
        self._site, self._browser = site, browser
        self._back = browser.at_provider(browser.begin(site.url), person)
        parts = urllib.parse.urlsplit(self._back)
        self._wire = Wire(site.port)
        self._request = request_bytes("GET", f"{parts.path}?{parts.query}", [
            *NAVIGATION.items(), ("Cookie", browser.jar.header(self._back))], host=parts.netloc)

    def begin(self):
        self._wire.send(self._request)

    def answer(self):
        """What the browser gets, and keeps."""
        answer = self._wire.answer()
        for text in answer.all("Set-Cookie"):
            self._browser.jar.store(self._back, text)
        return answer

    def close(self):
        self._wire.close()


class Case:
    """One sign-in that is killed."""

    def __init__(self, site, who, step):
        self.site, self.who, self.step = site, who, step
        self.person = person_of(who, step)
        self.account, self.gate = f"aaf_{self.person}", f"gate of {self.person}"
        self.asked = step.asked.format(self.account)
        self.others = site.xnat.state()["accounts"]

    def accounts(self):
        return [name for name in self.site.xnat.state()["accounts"] if name not in self.others]

    def tokens(self):
        return self.site.xnat.tokens(self.account)

    def has(self, accounts, tokens):
        return (len(self.accounts()), len(self.tokens())) == (accounts, tokens)

    # --- how far it gets ---------------------------------------------------------------------------

    def hold(self):
        step = self.step
        if step in AT_PROVIDER:
            self.site.provider.hold(step.asked)
        if step in AT_XNAT:
            if step.before:
                self.site.xnat.trouble("slow", self.asked, seconds=0, times=step.before)
            self.site.xnat.trouble("held-answer" if step.done else "held", self.asked,
                                   method=step.method, gate=self.gate)

    def wait(self, counts, since):
        step, site = self.step, self.site
        if step in AT_PROVIDER:
            what = f"{step.asked} held"
            wait_until(lambda: site.provider.counts().get(what, 0) > counts.get(what, 0), what)
        elif step in AT_XNAT:
            wait_until(lambda: self.times_asked(since) == step.before + 1, step.name)
        else:
            site.sidecar.wait_event("login_succeeded", username=self.account)
        wait_until(lambda: self.has(step.accounts, step.tokens), f"all that is done when {step.name}")

    def times_asked(self, since):
        return len([request for request in self.site.xnat.requests(since)
                    if request["method"] == self.step.method and request["target"] == self.asked])

    def go_on(self):
        """What is held is held no longer."""
        if self.site.provider.alive:
            self.site.provider.release()
        if self.site.xnat.alive:
            self.site.xnat.open_gate(self.gate)

    # --- who dies ----------------------------------------------------------------------------------

    def kill(self, leg):
        {"sidecar": self.kill_sidecar, "xnat": self.kill_xnat,
         "provider": self.kill_provider}[self.who](leg)

    def kill_sidecar(self, leg):
        self.site.sidecar.kill()
        if self.step not in ON_THE_WAY:  # there the answer is lost, whole as it may be
            with pytest.raises((Closed, OSError)):
                leg.answer()
        self.go_on()
        if self.step.late:
            wait_until(lambda: self.has(*self.step.late), "what was asked for to be done")
        self.site.restart_sidecar()

    def kill_xnat(self, leg):
        self.site.xnat.kill()
        self.go_on()
        answer = leg.answer()
        if self.step in ON_THE_WAY:
            assert answer.status == 302
        else:
            assert answer.status == 502 and b"xnat_unreachable" in answer.body
        self.site.xnat.restart()

    def kill_provider(self, leg):
        self.site.provider.kill()
        self.go_on()
        answer = leg.answer()
        if self.step in AT_PROVIDER:
            assert answer.status == 502 and re.search(BROKEN_OFF, answer.body)
        else:
            assert answer.status == 302, "it has said all that it is needed for"
        self.site.provider.restart()

    def orphans(self):
        """Tokens that XNAT has issued and nobody has got."""
        issued = {"sidecar": ("token asked", "token issued", "cookie sent"),
                  "xnat": ("token issued",), "provider": ()}
        return int(self.step.name in issued[self.who])


@pytest.mark.parametrize("who, step", CASES, ids=[f"{who}: {step.name}" for who, step in CASES])
def test_killed(stock, who, step):
    case, browser, xnat = Case(stock, who, step), stock.browser(), stock.xnat
    leg = Leg(stock, browser, case.person)
    counts, since = stock.provider.counts(), xnat.mark()
    case.hold()
    leg.begin()
    case.wait(counts, since)
    case.kill(leg)
    leg.close()

    answer = browser.sign_in(stock.url, case.person)
    assert answer.status == 302, f"{answer.text}\n{stock.sidecar.evidence()}"
    assert f"{case.person.title()} Doe" in browser.visit(f"{stock.url}/").text
    assert case.accounts() == [case.account]
    wait_until(lambda: len(case.tokens()) == 1 + case.orphans(), "one token that is used")
    for token in case.tokens():
        assert token["estimatedExpirationTime"] - token["created"] == TOKEN_LIFE * 1000
    assert browser.visit(f"{stock.url}/oidc/sign-out").status == 200
    wait_until(lambda: len(case.tokens()) == case.orphans(), "its own token to go")
    xnat.shift_clock(TOKEN_LIFE)
    assert case.tokens() == []
