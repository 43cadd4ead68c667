"""A sidecar before tenants that are set up before it first looks at them."""

from harness import properties
from harness.court import Court


class Stage(Court):
    """tenants: name → function(tenant) that sets it up, or None. Its return value, where it is a
    dictionary, is more keys of the provider's configuration (None takes one away); "client" among
    them is the site's Client there."""

    def __init__(self, folder, tenants, options=()):
        self.shapes = tenants
        super().__init__(folder, list(tenants), options)

    def _block(self, tenant, keys):
        shape = self.shapes[tenant.name]
        more = (shape(tenant) if shape else None) or {}
        client = more.pop("client", properties.Client(provider=tenant.name))
        base = tenant.issuer.rstrip("/")
        return properties.ProviderBlock(base, client, {
            "issuer": tenant.issuer, "userAuthUri": f"{base}/authorize",
            "accessTokenUri": f"{base}/token", "userInfoUri": f"{base}/userinfo"} | keys | more)

    def start(self, but=()):
        """Waits for every tenant to be known, but those of which nothing can be learnt."""
        self.sidecar.start(ready=False)
        self.sidecar.wait_providers(but)
        return self

    def session(self, name):
        """Signs in; what the session then says of the person."""
        attempt = self.sign_in(name)
        assert attempt.answer.status == 302, f"{attempt.answer.status}: {attempt.answer.text}"
        return attempt.browser.script(f"{self.url}/oidc/session").json()

    def refuses(self, name, reason, status=502):
        attempt = self.sign_in(name)
        self.assert_refused(attempt.answer, attempt.browser, reason, status)


def stage(folder, tenants, but=(), options=()):
    """A fixture's body: `yield from stage(…)`."""
    made = Stage(folder, tenants, options)
    try:
        yield made.start(but)
    finally:
        status = made.stop()
    assert status == 0, made.sidecar.evidence()
