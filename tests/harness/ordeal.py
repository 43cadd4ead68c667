"""A set-up under an ordeal: people do what they do while calls of its sidecar fail."""

import http.client
import subprocess
import sys

from . import faults
from .process import ROOT
from .servers import fetch
from .wire import Closed

sys.path.insert(0, str(ROOT / "demo"))
from xnat_server.noise import noise  # noqa: E402

SIZE = 60000
FORGED = "forged-by-a-stranger"
ACCIDENTS = (OSError, http.client.HTTPException, Closed, AssertionError)
# Visits after which what is made once is made.
WARM = 30
# What a process may hold more of afterwards: idle connections to the upstream and the provider.
SPARE_DESCRIPTORS = 24
# Blocks of memory that two processes may leave at their ends by chance: what threads of OpenSSL's and
# the resolver's had. A single leak on one way out comes to more in a sweep.
SPARE_BLOCKS = 40


def assertion_key(folder):
    """A file with a key that XNAT knows, whichever process signs with it."""
    key = folder / "assertion.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-out", key], check=True, capture_output=True)
    return key


class Unacceptable(Exception):
    """What no fault excuses."""


class Ordeal:
    """A set-up whose sidecar runs under the controls."""

    def __init__(self, setup, library, workers=2):
        self.setup, self.workers, self._library = setup, workers, library
        self.faults = faults.Faults(library, setup.folder)
        setup.sidecar.stop()
        setup.sidecar = self.new_sidecar(self.faults, setup.port)
        self.sidecar.start()

    def new_sidecar(self, controls, port, options=()):
        program, environment = faults.bare_program()
        sidecar = self.setup.new_sidecar(port, options)
        sidecar.argv[0] = str(program)
        sidecar.argv[sidecar.argv.index("--workers") + 1] = str(self.workers)
        sidecar.environment |= environment | controls.environment
        return sidecar

    @property
    def sidecar(self):
        return self.setup.sidecar

    def warm_up(self):
        for _ in range(WARM):
            assert self.visit()

    # --- a round: what people do, and what somebody tries ------------------------------------------

    def visit(self):
        """Sign-in, a question of forward-auth, pages, an upload, sign-out. Whether all went well."""
        url, browser = self.setup.url, self.setup.browser()
        browser.timeout = 12
        answer = browser.sign_in(url)
        if answer.status not in (302, 303):
            # A sign-in that was refused leaves nothing behind.
            if browser.jar.get(self.setup.session_cookie):
                raise Unacceptable("a session for nobody")
            return False
        good = browser.open(f"{url}/oidc/auth").status == 200
        good &= browser.open(f"{url}/data/projects").status == 200
        page = browser.open(f"{url}/test/body?size={SIZE}&framing=length")
        if page.status == 200 and page.body != b"".join(noise(SIZE)):
            raise Unacceptable("a page arrived otherwise than it was sent")
        # After this one XNAT closes the connection, so that the next request needs a new one.
        good &= browser.open(f"{url}/test/body?size=9&framing=close").status == 200
        upload = browser.script(f"{url}/test/echo", "PUT", b"x" * SIZE)
        if upload.status == 200 and upload.json()["size"] != SIZE:
            raise Unacceptable("an upload arrived in part, and looks whole")
        good &= page.status == 200 and upload.status == 200
        copy = browser.jar.header(url)
        left = browser.open(f"{url}/oidc/sign-out").status == 200
        if left:
            again = self.setup.browser().request("GET", f"{url}/oidc/session", {"Cookie": copy})
            if again.status == 200:
                raise Unacceptable("a signed-out session is still good")
        return good and left

    def try_to_get_in(self):
        """Without a session, with a forged one, with forged headers: never."""
        url = self.setup.url
        for cookie in (None, f"{self.setup.session_cookie}=AAAA",
                       f"{self.setup.session_cookie}={'A' * 400}"):
            headers = {"X-XNAT-OIDC-Username": FORGED, "X_XNAT_OIDC_Assertion": FORGED}
            if cookie:
                headers["Cookie"] = cookie
            for path in ("/oidc/auth", "/oidc/session", "/data/projects"):
                try:
                    answer = self.setup.browser().request("GET", url + path, headers)
                except ACCIDENTS:
                    continue
                ours = path.startswith("/oidc/")
                if ours and answer.status == 200 or answer.header("X-XNAT-OIDC-Username"):
                    raise Unacceptable(f"{path} let a stranger in: {answer.text}")

    @staticmethod
    def accident(what):
        """What may end in one."""
        try:
            what()
        except ACCIDENTS:
            pass

    def go_round(self):
        """The round under a fault: accidents are fine, but not what must never be."""
        self.accident(self.visit)
        self.try_to_get_in()

    def sweep(self, call, error, numbers, times=1, visit=None, **where):
        """Fails one call after another until a round makes no more of them; after each the next
        visit goes well. How many failed.

        where: as faults.Faults.arm has it. visit: what people do instead of a round, and says
        itself what must go well."""
        failed = 0
        for number in numbers:
            self.faults.arm(call, number, error, times, **where)
            try:
                (visit or self.go_round)()
            finally:
                fired = self.faults.disarm()
            assert self.sidecar.alive, f"{call} {number} ({error}) killed it" + \
                self.sidecar.evidence()
            assert visit or self.visit(), f"after {call} {number} ({error}) failed, so did the next visit" + \
                self.sidecar.evidence()
            failed += fired > 0
            if not fired:
                break
        return failed

    def lacks_memory(self, step=1, times=1):
        """Sweeps through the allocations. step: how far one is from the next, beside EVERY."""
        numbers = range(1, 20000, step * faults.EVERY)
        assert self.sweep("allocate", None, numbers, times) > 0

    def is_well(self):
        """A good sign-in works, nobody was let in, and nothing is held that need not be."""
        assert self.visit(), "the next person's visit fails" + self.sidecar.evidence()
        forged = [request for request in self.setup.xnat.requests()
                  if FORGED.encode() in request["head"]]
        assert not forged, f"forged headers reached XNAT: {forged[0]['head']}"
        assert fetch(f"{self.sidecar.admin}/healthz")[0] == 200
        for event in self.sidecar.events("login_succeeded"):
            assert event["username"].startswith("aaf_")

    def holds_no_more(self, descriptors):
        more = self.sidecar.descriptors() - descriptors
        assert more <= SPARE_DESCRIPTORS, f"{more} descriptors more than before"

    def leaves_nothing(self):
        """Every block of memory is freed on every way out: at its end the process has as many as one
        in which nothing failed."""
        assert self.sidecar.stop() == 0
        controls = faults.Faults(self._library, self.setup.folder)
        other = self.new_sidecar(controls, self.setup.port)
        other.start()
        self.warm_up()
        assert other.stop() == 0
        more = self.faults.blocks - controls.blocks
        assert more <= SPARE_BLOCKS, f"{more} blocks of memory were never freed"
