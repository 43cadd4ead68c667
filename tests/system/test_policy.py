"""Each key of the account policy, alone: what it admits, refuses and hands over."""

import json
import urllib.parse

import pytest

PEOPLE = {}


def person(identifier, **claims):
    PEOPLE[identifier] = {"id": identifier, "organisation": "O", "claims": {
        "name": identifier, "given_name": "Given", "family_name": "Family",
        "email": f"{identifier}@example.com", "sub": f"sub-{identifier}"} | claims}
    return identifier


BAD_EMAILS = {
    "two-ats": "a@evil.example@example.com", "none": "example.com", "empty-local": "@example.com",
    "empty-domain": "a@", "trailing-dot": "a@example.com.", "look-alike": "a@ex\u0430mple.com",
    "quoted": '"a@example.com"@evil.example', "trailing-blank": "a@example.com ",
    "leading-blank": " a@example.com", "line": "a@example.com\nb@evil.example",
    "nul": "a@example.com\x00", "sub-domain": "a@sub.example.com", "suffix": "a@notexample.com",
    "prefix": "a@example.com.evil.example", "comma": "a@evil.example,a@example.com",
    "angle": "<a@example.com>", "number": 7, "list": ["a@example.com"], "empty": "", "null": None,
    "long": "a" * 300 + "@example.com", "other": "a@example.org",
}
for name, email in BAD_EMAILS.items():
    person(f"e-{name}", email=email)
person("e-good")
person("e-case", email="Person@EXAMPLE.Com")
person("no-claims", given_name=None, family_name=None, email=None)
person("u-space", name="a b")
person("u-under", name="a_b")
person("u-digit", name="1abc")
person("u-empty", name="")
person("u-dots", name="../../admin")
person("u-long", name="x" * 80)
person("u-lower", name="same")
person("u-upper", name="SAME")
person("u-uml", name="Jörg")
person("u-script", name="<script>alert(1)</script>")
person("html", given_name="<script>alert(1)</script>", family_name="\"'<>&",
       email="html@example.com")


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    file = tmp_path_factory.mktemp("people") / "people.json"
    rows = [dict(row, claims={name: value for name, value in row["claims"].items()
                              if value is not None}) for row in PEOPLE.values()]
    file.write_text(json.dumps(rows))
    return file


@pytest.fixture(scope="module")
def filtered(module_launch, people):
    return module_launch(provider_options=["--people", people], provider_keys={
        "shouldFilterEmailDomains": "true", "allowedEmailDomains": "example.net, example.com"})


@pytest.fixture(scope="module")
def named(module_launch, people):
    return module_launch(provider_options=["--people", people], filter_on=False,
                         provider_keys={"usernamePattern": "[name]"})


@pytest.mark.parametrize("name", BAD_EMAILS)
def test_filter_refuses(filtered, name):
    answer = filtered.browser().sign_in(filtered.url, f"e-{name}")
    if name == "nul":
        # No JSON reader here takes a NUL: the token is refused as a whole.
        assert answer.status == 502 and "id_token_malformed" in answer.text
        return
    assert answer.status == 403, answer.status
    assert any(code in answer.text for code in ("email_domain", "email_invalid", "claim_missing"))


@pytest.mark.parametrize("name", ["e-good", "e-case"])
def test_filter_admits(filtered, name):
    filtered.signed_in(name)


def handed(made, browser, name):
    since = made.xnat.mark()
    browser.open(f"{made.url}/test/echo")
    headers = dict(map(tuple, made.xnat.requests(since)[0]["headers"]))
    return urllib.parse.unquote(headers[f"X-XNAT-OIDC-{name}"])


@pytest.mark.parametrize("name, username", [("u-under", "a_b"), ("u-uml", "J_rg"),
                                            ("u-lower", "same")])
def test_username_pattern(named, name, username):
    assert handed(named, named.signed_in(name), "Username") == username


@pytest.mark.parametrize("name", ["u-digit", "u-empty", "u-dots", "u-long"])
def test_username_that_xnat_would_not_take(named, name):
    answer = named.browser().sign_in(named.url, name)
    if name == "u-empty":
        assert answer.status == 403 and "claim_missing" in answer.text
    else:
        assert answer.status == 403 and "username_invalid" in answer.text


@pytest.mark.parametrize("first, second", [("u-under", "u-space"), ("u-lower", "u-upper")])
def test_two_identities_never_share_a_name(named, first, second):
    """Different people whose names come out alike: the second is refused, the first unharmed."""
    one = named.signed_in(first)
    answer = named.browser().sign_in(named.url, second)
    assert answer.status == 403 and "username_taken" in answer.text
    assert one.open(f"{named.url}/oidc/session").status == 200
    named.signed_in(first)


def test_text_of_claims_is_never_markup(named, filtered):
    """Names with markup: escaped wherever they are shown, encoded where they are handed over."""
    answer = named.browser().sign_in(named.url, "u-script")
    assert "<script" not in answer.text.lower()
    browser = filtered.signed_in("html")
    answer = browser.open(f"{filtered.url}/oidc/session")
    assert answer.json()["given_name"] == "<script>alert(1)</script>"
    assert answer.header("X-Content-Type-Options") == "nosniff"
    page = browser.visit(f"{filtered.url}/oidc/sign-out")
    assert "<script" not in page.text.lower()


@pytest.mark.parametrize("keys, headers", [
    ({"forceUserCreate": "false"}, {"Create-User": "false"}),
    ({"forceUserCreate": "TRUE"}, {"Create-User": "true"}),
    ({"forceUserCreate": "yes"}, {"Create-User": "false"}),
    ({"userAutoEnabled": "false"}, {"Auto-Enabled": "false", "Auto-Verified": "true"}),
    ({"userAutoVerified": "false"}, {"Auto-Enabled": "true", "Auto-Verified": "false"}),
    ({"emailProperty": "name", "givenNameProperty": "family_name"},
     {"Given-Name": "Nguyen"}),
])
def test_flags_and_claims(launch, keys, headers):
    made = launch(provider_keys=keys, filter_on=False)
    browser = made.signed_in()
    for name, value in headers.items():
        assert handed(made, browser, name) == value


SWITCHES = {"auto.enabled": "false", "auto.verified": "true"}
OWN_SWITCHES = {"userAutoEnabled": "true", "userAutoVerified": "false"}


def test_listed_providers_have_their_own_switches(launch):
    """The layout that only plugin 1.0 reads: its switches count, provider by provider."""
    made = launch(filter_on=False, site_keys=SWITCHES, provider_keys=OWN_SWITCHES)
    browser = made.signed_in()
    assert handed(made, browser, "Auto-Enabled") == "true"
    assert handed(made, browser, "Auto-Verified") == "false"


def test_pattern_with_a_claim_that_is_missing(launch):
    made = launch(provider_keys={"usernamePattern": "[given_name].[family_name]"})
    answer = made.browser().sign_in(made.url, "pertiwi")
    assert answer.status == 403 and "claim_missing" in answer.text
    made.signed_in("alice")


def test_link_is_never_raw_html(launch):
    made = launch(provider_keys={
        "link": '<script>alert(1)</script><img src=x onerror="alert(2)"><a '
                'href="javascript:alert(3)">x</a>'}, site_keys={"name": "<b>Name</b>\"'"})
    page = made.browser().open(f"{made.url}/oidc/sign-in")
    assert page.status == 200 and page.text.count("<script>") == 1, "our own, which the policy names"
    for bad in ("<script>alert", "onerror", "javascript:", "<b>", "<img"):
        assert bad not in page.text.lower()


def test_invisible_provider_is_not_offered(launch):
    made = launch(site_keys={"visible": "false"})
    page = made.browser().open(f"{made.url}/oidc/sign-in")
    assert not [link for link in page.links() if "providerId" in link]
    made.signed_in()


@pytest.mark.parametrize("pkce, sent", [("false", False), ("true", True), (None, True)])
def test_pkce_switch(launch, pkce, sent):
    """DESIGN: S256 unless the provider is configured or known not to take it."""
    made = launch(provider_keys={"pkceEnabled": pkce})
    first = made.browser().begin(made.url)
    assert ("code_challenge_method=S256" in first.location) is sent
    made.signed_in()
