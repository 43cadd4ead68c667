"""Against a certified provider that we did not write: npm's oidc-provider."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from harness import properties
from harness.browser import Browser
from harness.encryption import new_key, write_keys
from harness.node_provider import NodeProvider
from harness.process import free_port
from harness.servers import Sidecar, Xnat


class Installation:
    """The provider, a sidecar and XNAT."""

    def __init__(self, folder, package, options=(), provider=None, **keys):
        port = free_port()
        self.package = package
        self.url = f"http://127.0.0.1:{port}"
        self.redirect_uri = f"{self.url}/openid-login"
        provider = provider(self.url) if provider else {}
        self.provider = NodeProvider(package, self.redirect_uri, **provider).start()
        self.xnat = Xnat(self.url, self.url)
        self.xnat.start()
        client = properties.Client("node", secret=self.provider.settings["secret"])
        block = properties.ProviderBlock(self.provider.url, client, {
            "userAuthUri": f"{self.provider.url}/auth",
            "accessTokenUri": f"{self.provider.url}/token", **keys})
        config = folder / "openid-provider.properties"
        config.write_text(properties.site(self.url, [block]))
        self.sidecar = Sidecar([config], self.xnat.url, options, port)

    def restart_provider(self):
        port = self.provider.port
        self.provider.stop()
        self.provider = NodeProvider(self.package, self.redirect_uri, port).start()

    def stop(self):
        status = self.sidecar.stop()
        self.xnat.stop()
        self.provider.stop()
        assert status == 0


@pytest.fixture(scope="module")
def site(tmp_path_factory, node_package):
    made = Installation(tmp_path_factory.mktemp("node"), node_package)
    made.sidecar.start()
    yield made
    made.stop()


def until_back(browser, answer):
    """Follows redirects, but not onto the site: the return leg is the test's."""
    while answer.status in (302, 303):
        if "/openid-login" in answer.location:
            answer.url = answer.location
            return answer
        answer = browser.open(answer.location)
    assert answer.status == 200, f"the provider says {answer.status}: {answer.text}"
    return answer


def at_provider(browser, first, login="anna"):
    """Its development pages: sign in where it does not know the person, consent. The way back."""
    assert first.status == 302, first.text
    page = until_back(browser, first)
    for _ in range(4):
        if "/openid-login" in page.url:
            return page.url
        page = until_back(browser, browser.submit(page, login=login, password="any"))
    raise AssertionError(f"no way back from {page.url}")


def sign_in(site, browser, login="anna", rd=None):
    return browser.open(at_provider(browser, browser.begin(site.url, "node", rd), login))


def test_sign_in(site):
    browser = Browser()
    answer = sign_in(site, browser, rd="/app/template/Index.vm?x=1")
    assert answer.status == 302, f"{answer.status}\n{answer.text}\n{site.sidecar.evidence()}"
    assert answer.header("Location") == f"{site.url}/app/template/Index.vm?x=1"
    page = browser.visit(f"{site.url}/")
    assert "Signed in as Günther anna" in page.text
    said = browser.open(f"{site.url}/oidc/session").json()
    assert said["subject"] == "anna" and said["issuer"] == site.provider.url


def test_second_sign_in_in_a_parallel_tab(site):
    """Both tabs begin, then both end, the second by the provider's session alone."""
    one = Browser()
    two = one.tab()
    first, second = one.begin(site.url, "node", "/one"), two.begin(site.url, "node", "/two")
    assert one.open(at_provider(one, first, "berta")).header("Location") == f"{site.url}/one"
    page = until_back(two, second)
    assert "/openid-login" in page.url, "the provider knows the person by now"
    assert two.open(page.url).header("Location") == f"{site.url}/two"


def test_person_denies(site):
    browser = Browser()
    page = until_back(browser, browser.begin(site.url, "node"))
    (abort,) = [link for link in page.links() if link.endswith("/abort")]
    back = until_back(browser, browser.open(abort))
    answer = browser.open(back.url)
    assert answer.status == 403 and "access_denied" in answer.text
    assert browser.jar.get("oidc-session") is None


def test_keys_rotate_between_two_logins(site):
    assert sign_in(site, Browser()).status == 302
    site.provider.rotate_keys()
    answer = sign_in(site, Browser())
    assert answer.status == 302, f"{answer.text}\n{site.sidecar.evidence()}"


def test_sign_out_goes_on_at_the_provider(site):
    browser = Browser()
    sign_in(site, browser)
    answer = browser.open(f"{site.url}/oidc/sign-out")
    assert answer.status in (302, 303), answer.text
    assert answer.location.startswith(f"{site.provider.url}/session/end?")
    page = browser.follow(answer)
    assert page.status == 200, page.text
    assert browser.open(f"{site.url}/oidc/session").status == 401
    assert silently(site, browser)["code"], "before the person has confirmed it there"
    page = browser.follow(browser.submit(page, logout="yes"))
    assert page.status == 200 and page.url.startswith(f"{site.url}/oidc/signed-out?state=")
    assert "you come back from" in page.text
    assert silently(site, browser)["error"] == "login_required", "its session is over"


def silently(site, browser):
    """What the provider answers when it must not ask anybody."""
    first = browser.begin(site.url, "node")
    return dict(parse_qsl(urlsplit(browser.open(f"{first.location}&prompt=none").location).query))


@pytest.fixture(scope="module")
def silent_site(tmp_path_factory, node_package):
    made = Installation(tmp_path_factory.mktemp("silent"), node_package, autoLogin="true")
    made.sidecar.start()
    yield made
    made.stop()


def test_silent_sign_in_of_somebody_it_knows(silent_site):
    browser = Browser()
    sign_in(silent_site, browser, "dora")
    browser.jar.drop("oidc-session")
    browser.history.clear()
    page = browser.visit(f"{silent_site.url}/app/template/Login.vm")
    assert "Signed in as Günther dora" in page.text
    assert not any("/interaction/" in url for _, url, _ in browser.history), "nobody was asked"


def test_silent_sign_in_of_a_stranger_shows_the_page_once(silent_site):
    browser = Browser()
    page = browser.visit(f"{silent_site.url}/oidc/sign-in?rd=%2Fdata%2Fx")
    assert page.status == 200 and "providerId=node" in page.text
    event = silent_site.sidecar.wait_event("silent_login_declined")
    assert "login_required" in event["detail"]
    browser.history.clear()
    page = browser.visit(f"{silent_site.url}/oidc/sign-in?rd=%2Fdata%2Fx")
    assert page.status == 200 and len(browser.history) == 1
    answer = sign_in(silent_site, browser, "emil", "/data/x")
    assert answer.header("Location") == f"{silent_site.url}/data/x", "and by hand it works"


def test_silent_sign_in_is_held_back_by_sign_out(silent_site):
    browser = Browser()
    sign_in(silent_site, browser, "frida")
    browser.open(f"{silent_site.url}/oidc/sign-out")  # and does not confirm it at the provider
    page = browser.visit(f"{silent_site.url}/app/template/Login.vm")
    assert page.url.startswith(f"{silent_site.url}/oidc/sign-in")
    assert browser.open(f"{silent_site.url}/oidc/session").status == 401


def test_provider_restarted(tmp_path, node_package):
    """New keys, and no memory of what was under way."""
    made = Installation(tmp_path, node_package)
    try:
        made.sidecar.start()
        browser, waiting = Browser(), Browser()
        assert sign_in(made, browser).status == 302
        back = at_provider(waiting, waiting.begin(made.url, "node"), "carl")
        made.restart_provider()
        answer = waiting.open(back)
        assert answer.status == 502 and "token_refused" in answer.text, "its code is forgotten"
        assert browser.open(f"{made.url}/oidc/session").status == 200
        assert sign_in(made, Browser()).status == 302
    finally:
        made.stop()


def test_provider_unreachable_at_start(tmp_path, node_package):
    """Starts, is not ready and says why, shows a page, heals by itself."""
    made = Installation(tmp_path, node_package)
    try:
        port = made.provider.port
        made.provider.stop()
        made.sidecar.start(ready=False)
        made.sidecar.wait_event("provider_failed", provider="node", reason="provider_unreachable")
        status, said = made.sidecar.readiness()
        assert status == 503 and said["providers"][0]["reason"] == "provider_unreachable"
        answer = Browser().begin(made.url, "node")
        assert answer.status == 503 and "provider_not_ready" in answer.text
        assert Browser().open(f"{made.url}/oidc/sign-in").status == 200
        made.provider = NodeProvider(node_package, made.redirect_uri, port).start()
        made.sidecar.wait_ready(25)
        assert sign_in(made, Browser()).status == 302
    finally:
        made.stop()


@pytest.mark.parametrize("enc", ["A128CBC-HS256", "A256GCM"])
@pytest.mark.parametrize("alg", ["RSA-OAEP", "RSA-OAEP-256"])
def test_encrypted_id_token(tmp_path, node_package, alg, enc):
    """Encrypted with the key that it finds at the address it was given."""
    keys = write_keys(tmp_path / "decryption.pem", new_key())

    def provider(url):
        return {"features": {"devInteractions": {"enabled": True}, "encryption": {"enabled": True}},
                "settings": {"clientMetadata": {"jwks_uri": f"{url}/oidc/jwks.json",
                                                "id_token_encrypted_response_alg": alg,
                                                "id_token_encrypted_response_enc": enc}}}
    made = Installation(tmp_path, node_package, ["--decryption-key-file", keys], provider,
                        idTokenEncryptionAlgorithm=alg)
    try:
        made.sidecar.start()
        answer = sign_in(made, Browser())
        assert answer.status == 302, f"{answer.text}\n{made.sidecar.evidence()}"
    finally:
        made.stop()


def test_encryption_that_only_one_side_wants(tmp_path, node_package):
    """The file asks for encryption, and the provider was told nothing of it."""
    keys = write_keys(tmp_path / "decryption.pem", new_key())
    made = Installation(tmp_path, node_package, ["--decryption-key-file", keys],
                        idTokenEncryptionAlgorithm="RSA-OAEP")
    try:
        made.sidecar.start()
        answer = sign_in(made, Browser())
        assert answer.status == 502 and "id_token_not_encrypted" in answer.text
    finally:
        made.stop()
