"""Two sidecars of one site, which may share what they remember by way of a Redis."""

from .browser import NAVIGATION, Browser
from .court import Court
from .servers import Sidecar
from .wait import wait_until


class Replicas(Court):
    """Two sidecars with the same files."""

    def __init__(self, folder, redis_url, options=(), environment=None):
        self.key_file = folder / "session.keys"
        self.key_file.write_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
        self.options = ["--session-key-file", self.key_file,
                        *(["--redis", redis_url] if redis_url else []), *options]
        super().__init__(folder, ["only"], self.options)
        self.tenant = self.tenants["only"]
        self.config = folder / "openid-provider.properties"
        self.sidecar.environment |= environment or {}
        self.other = self.new_sidecar(environment)

    def new_sidecar(self, environment=None, port=None):
        sidecar = Sidecar([self.config], self.xnat.url, self.options, port)
        sidecar.environment |= environment or {}
        return sidecar

    def start(self):
        self.sidecar.start()
        self.other.start()
        return self

    def restart(self, sidecar):
        assert sidecar.stop() == 0, sidecar.evidence()
        fresh = self.new_sidecar(port=sidecar.port)
        fresh.admin_port, fresh.admin = sidecar.admin_port, sidecar.admin
        fresh.argv = sidecar.argv
        sidecar.start()

    def stop(self):
        return self.other.stop() or super().stop()

    def signed_in(self, subject="subject-1", sid=None):
        self.tenant.claims = lambda given: given | {"sub": subject} | ({"sid": sid} if sid else {})
        self.tenant.userinfo_claims = lambda given: given | {"sub": subject}
        attempt = self.sign_in("only")
        assert attempt.answer.status == 302, f"{attempt.answer.status}: {attempt.answer.text}"
        return attempt.browser.jar.get("oidc-session").value

    def is_in(self, sidecar, cookie):
        """As all of its workers see it; None while they differ."""
        answers = {Browser().request("GET", f"{sidecar.url}/oidc/session",
                                     {"Cookie": f"oidc-session={cookie}"}).status
                   for _ in range(6)}
        return answers == {200} if len(answers) == 1 else None

    def wait_out(self, sidecar, cookie, timeout=10):
        wait_until(lambda: self.is_in(sidecar, cookie) is False, "the session to be refused",
                   timeout, sidecar.evidence)

    def sign_out(self, sidecar, cookie):
        answer = Browser().request("GET", f"{sidecar.url}/oidc/sign-out",
                                   {"Cookie": f"oidc-session={cookie}"})
        assert answer.status in (200, 302, 303)

    def wait_redis(self, up, *sidecars):
        for sidecar in sidecars or (self.sidecar, self.other):
            wait_until(lambda: sidecar.metrics()["oidc_sidecar_redis_up"] == int(up),
                       f"Redis to be {'there' if up else 'away'}", 30, sidecar.evidence)

    def return_leg(self):
        """A sign-in up to the way back, which a test walks where it likes: address and cookie."""
        self.tenant.behave()
        browser = Browser()
        first = browser.begin(self.url, "only")
        back = browser.open(first.location)
        (cookie,) = browser.jar.named("oidc-state-")
        return back.location, {"Cookie": f"{cookie.name}={cookie.value}"}

    def walk(self, sidecar, leg):
        location, cookie = leg
        return Browser().request("GET", location.replace(self.url, sidecar.url), NAVIGATION | cookie)
