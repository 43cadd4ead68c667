"""Real files: the documented sample, several providers in one file, a file per provider."""

import pytest

from harness import properties
from harness.browser import Browser
from harness.process import ROOT, free_port
from harness.servers import Provider, Sidecar, Xnat

SAMPLE = ROOT / "tests" / "data" / "properties" / "sample-aaf.properties"


def sample(setup):
    """Only host names and credentials are changed; blanks at line ends and all else stay."""
    text = SAMPLE.read_bytes().decode("latin-1")
    return (text.replace("https://xnat.example.com", setup.url)
            .replace("https://central.test.aaf.edu.au", setup.provider.url)
            .replace("openid.aaf.clientId=123jsdjd", f"openid.aaf.clientId={setup.client.id}")
            .replace("openid.aaf.clientSecret=chahdkdfdhffkhf",
                     f"openid.aaf.clientSecret={setup.client.secret}"))


def test_documented_sample(launch):
    made = launch(config=sample)
    text = made.config_file.read_text("latin-1")
    assert "  \n" in text or "  \r\n" in text, "the sample has lost its trailing blanks"
    browser = made.signed_in("guenther")
    since = made.xnat.mark()
    page = browser.visit(f"{made.url}/")
    headers = dict(map(tuple, made.xnat.requests(since)[0]["headers"]))
    assert headers["X-XNAT-OIDC-Email"] == "guenther@example.com"
    assert headers["X-XNAT-OIDC-Given-Name"] == "G%C3%BCnther"
    assert headers["X-XNAT-OIDC-Provider"] == "aaf"
    # The sample creates accounts that an administrator must enable.
    assert headers["X-XNAT-OIDC-Create-User"] == "true"
    assert headers["X-XNAT-OIDC-Auto-Enabled"] == "false"
    assert "not active yet" in page.text
    made.xnat.enable_account(headers["X-XNAT-OIDC-Username"])
    assert "Signed in as Günther" in browser.visit(f"{made.url}/").text


class Two:
    """AAF with one policy and another provider with another, on one site."""

    def __init__(self, folder, separate_files):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.clients = {name: properties.Client(name, f"client-{name}", f"secret-{name}")
                        for name in ("aaf", "google")}
        self.providers = {name: Provider([(client.id, client.secret, f"{self.url}/openid-login")])
                          for name, client in self.clients.items()}
        for provider in self.providers.values():
            provider.start()
        self.xnat = Xnat(self.url, self.url)
        self.xnat.start()
        policies = {
            "aaf": {"shouldFilterEmailDomains": "true",
                    "allowedEmailDomains": "Example.COM , \texample.net  ",
                    "usernamePattern": "[providerId]-[email]"},
            "google": {"shouldFilterEmailDomains": "true", "allowedEmailDomains": "*",
                       "forceUserCreate": "false", "userAutoEnabled": "false",
                       "givenNameProperty": "name"},
        }
        blocks = [properties.ProviderBlock(self.providers[name].url, client, policies[name])
                  for name, client in self.clients.items()]
        config = folder / "auth"
        config.mkdir()
        if separate_files:
            for block in blocks:
                (config / f"{block.client.provider}-provider.properties").write_text(
                    properties.own_file(self.url, block))
            (config / "openid-provider-ignored.properties").write_text("nonsense=\\u\n")
        else:
            (config / "openid-provider.properties").write_text(
                properties.site(self.url, blocks, enabled="aaf, google"))
        self.sidecar = Sidecar([config], self.xnat.url, port=port)
        self.sidecar.start()
        self.sidecar.wait_providers()

    @staticmethod
    def browser():
        return Browser()

    def stop(self):
        status = self.sidecar.stop()
        self.xnat.stop()
        for provider in self.providers.values():
            provider.stop()
        assert status == 0


@pytest.fixture(scope="module", params=[False, True], ids=["one file", "a file each"])
def two(request, tmp_path_factory):
    made = Two(tmp_path_factory.mktemp("two"), request.param)
    yield made
    made.stop()


def handed(two, browser):
    since = two.xnat.mark()
    browser.open(f"{two.url}/")
    return dict(map(tuple, two.xnat.requests(since)[0]["headers"]))


def test_both_are_offered(two):
    page = two.browser().open(f"{two.url}/oidc/sign-in")
    links = [link for link in page.links() if "providerId=" in link]
    assert len(links) == 2


def test_aaf_policy(two):
    browser = two.browser()
    assert browser.sign_in(two.url, "alice", "aaf").status == 302
    headers = handed(two, browser)
    assert headers["X-XNAT-OIDC-Username"] == "aaf-alice.nguyen_example.com"
    assert headers["X-XNAT-OIDC-Create-User"] == "true"
    assert headers["X-XNAT-OIDC-Given-Name"] == "Alice"


def test_aaf_filter_refuses(two):
    for person in ("pertiwi", "bob"):
        answer = two.browser().sign_in(two.url, person, "aaf")
        assert answer.status == 403 and "email_domain" in answer.text


def test_google_policy(two):
    browser = two.browser()
    assert browser.sign_in(two.url, "bob", "google").status == 302
    headers = handed(two, browser)
    assert headers["X-XNAT-OIDC-Username"].startswith("google_")
    assert headers["X-XNAT-OIDC-Create-User"] == "false"
    assert headers["X-XNAT-OIDC-Auto-Enabled"] == "false"
    assert headers["X-XNAT-OIDC-Given-Name"] == "Bob O'Hara"
    assert headers["X-XNAT-OIDC-Provider"] == "google"


def test_mixed_up_return_legs(two):
    """A code of one provider brought back with the state of a sign-in at the other."""
    browser = two.browser()
    at_aaf = browser.at_provider(browser.begin(two.url, "aaf"), "alice")
    at_google = browser.at_provider(browser.begin(two.url, "google"), "alice")
    code = at_aaf.partition("code=")[2].partition("&")[0]
    state = at_google.partition("state=")[2].partition("&")[0]
    answer = browser.open(f"{two.url}/openid-login?code={code}&state={state}")
    assert answer.status == 502 and "token_refused" in answer.text
    assert browser.jar.get("oidc-session") is None


def test_one_down_the_other_up(two):
    two.providers["google"].stop()
    try:
        browser = two.browser()
        assert browser.sign_in(two.url, "alice", "aaf").status == 302
    finally:
        port = two.providers["google"].url.rpartition(":")[2]
        client = two.clients["google"]
        two.providers["google"] = Provider(
            [(client.id, client.secret, f"{two.url}/openid-login")], port=int(port)).start()
