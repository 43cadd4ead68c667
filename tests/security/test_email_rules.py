"""Landscape 3.5: every rule about who may come in refuses by itself, and reads an address one way."""

import base64
import json
import subprocess

import pytest

from harness import properties
from harness.court import Court
from harness.process import clean_environment
from harness.servers import sidecar_program

GOOD = {"name": "Good", "given_name": "Given", "family_name": "Family", "email": "good@example.com"}
FILTER = {"shouldFilterEmailDomains": "true", "allowedEmailDomains": "example.com"}

# Each key of the policy, and a person whom it alone keeps out: (keys, claims, reason).
POLICY = {
    "allowedEmailDomains": (FILTER, {"email": "a@example.org"}, "email_domain"),
    "allowedEmailDomains, no address": (FILTER, {"email": None}, "email_invalid"),
    "usernamePattern, no claim": ({"usernamePattern": "[employee]"}, {}, "claim_missing"),
    "usernamePattern, no name": ({"usernamePattern": "[name]"}, {"name": "1"}, "username_invalid"),
}

EMAILS = {
    "two ats": "a@evil.example@example.com", "three ats": "a@@example.com", "none": "example.com",
    "empty local part": "@example.com", "empty domain": "a@", "trailing dot": "a@example.com.",
    "look-alike": "a@ex\u0430mple.com", "full stop of another script": "a@example\u3002com",
    "quoted": '"a@example.com"@evil.example', "quoted local": '"a@evil.example"@example.com',
    "trailing blank": "a@example.com ", "leading blank": " a@example.com",
    "tab": "a@example.com\t", "line": "a@example.com\nb@evil.example",
    "route": "@example.com:a@evil.example", "comment": "a@evil.example (@example.com)",
    "percent": "a%evil.example@@example.com", "list": "a@evil.example,a@example.com",
    "angle": "<a@example.com>", "sub-domain": "a@sub.example.com", "suffix": "a@notexample.com",
    "prefix": "a@example.com.evil.example", "literal": "a@[127.0.0.1]",
}


def person(identifier, claims):
    merged = {name: value for name, value in (GOOD | claims).items() if value is not None}
    return {"id": identifier, "organisation": "O", "claims": merged}


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    file = tmp_path_factory.mktemp("people") / "people.json"
    rows = [person("good", {})]
    rows += [person(f"e{number}", {"email": email}) for number, email in enumerate(EMAILS.values())]
    rows += [person(f"p{number}", claims) for number, (_, claims, _) in enumerate(POLICY.values())]
    file.write_text(json.dumps(rows))
    return file


def assert_refused(made, who, reasons):
    browser = made.browser()
    answer = browser.sign_in(made.url, who)
    assert answer.status == 403 and any(reason in answer.text for reason in reasons), answer.text
    assert not browser.jar.get(made.session_cookie)


@pytest.mark.parametrize("name", POLICY)
def test_cve_2021_21411_every_key_of_the_policy_refuses_alone(launch, people, name):
    keys, _, reason = POLICY[name]
    who = f"p{list(POLICY).index(name)}"
    made = launch(provider_options=["--people", people], provider_keys=keys)
    assert_refused(made, who, [reason])
    without = launch(provider_options=["--people", people])
    without.signed_in(who)


GATES = {
    "audCheck": ({"audCheck.enabled": "true", "audCheck.acceptedAudiences": "api"},
                 {"aud": ["client-of-the-site", "api"], "azp": "client-of-the-site"}),
    "roleCheck": ({"roleCheck.enabled": "true", "roleCheck.rolePath": "roles",
                   "roleCheck.requiredRoles": "user"}, {"roles": ["user"]}),
    "typCheck": ({"typCheck.enabled": "true", "typCheck.expectedTypes": "ID"}, {"typ": "ID"}),
}


@pytest.fixture(scope="module")
def gated(tmp_path_factory):
    made = Court(tmp_path_factory.mktemp("gated"), [*GATES, "open"],
                 keys={name: keys for name, (keys, _) in GATES.items()})
    with made.sitting():
        yield made


@pytest.mark.parametrize("name", GATES)
def test_cve_2021_21411_every_gate_refuses_alone(gated, name):
    """Without the claim that one gate asks for: refused there, admitted where there is none."""
    tenant = gated.tenants[name]
    tenant.behave()
    attempt = gated.sign_in(name)
    assert attempt.answer.status == 403 and attempt.browser.jar.get("oidc-session") is None
    tenant.claims = lambda given: given | GATES[name][1]
    gated.assert_signs_in(name)
    gated.assert_signs_in("open")


@pytest.fixture(scope="module")
def filtered(module_launch, people):
    return module_launch(provider_options=["--people", people], provider_keys=FILTER)


@pytest.mark.parametrize("name", EMAILS)
def test_cve_2026_40574_which_at(filtered, name):
    assert_refused(filtered, f"e{list(EMAILS).index(name)}", ["email_domain", "email_invalid"])


def test_cve_2026_40574_the_plain_address_is_admitted(filtered):
    filtered.signed_in("good")


def two_providers(setup):
    first, second = (properties.Client(provider=name) for name in ("one", "two"))
    return properties.site(setup.url, [
        properties.ProviderBlock(setup.provider.url, first, {
            "shouldFilterEmailDomains": "true", "allowedEmailDomains": "example.net"}),
        properties.ProviderBlock(setup.provider.url, second, {
            "shouldFilterEmailDomains": "true",
            "allowedEmailDomains": "example.org, \texample.com\t ,\\\n  elsewhere.example "}),
    ])


def test_ais_filter_list_of_its_own_provider(launch):
    """The list of one says nothing about the other; blanks and tabs around its entries mean nothing."""
    made = launch(config=two_providers)
    for name in ("one", "two"):
        made.sidecar.wait_event("provider_ready", provider=name)
    for who in ("alice", "pertiwi", "bob"):
        assert made.browser().sign_in(made.url, who, "two").status == 302, who
        refused = made.browser().sign_in(made.url, who, "one")
        assert refused.status == 403 and "email_domain" in refused.text


@pytest.mark.parametrize("text", ["", "  ", "\\t", ",", " , ,", None, "@example.com", "*.example.com, *"])
def test_up_empty_list_admits_nobody(launch, tmp_path, text):
    """Not everybody: the sidecar does not even start, and the linter says why."""
    config = tmp_path / "openid-provider.properties"
    keys = FILTER | {"allowedEmailDomains": text}
    block = properties.ProviderBlock("http://127.0.0.1:9/x", keys=keys)
    config.write_text(properties.site("http://127.0.0.1:8081", [block]))
    check = sidecar_program().parent / "oidc-check"
    for words in ([check, config], [sidecar_program(), "--check-config", "--config", config]):
        said = subprocess.run(words, capture_output=True, text=True, env=clean_environment(),
                              check=False)
        assert said.returncode != 0
        assert "allowedEmailDomains" in said.stdout + said.stderr


def test_cve_2021_41230_claims_of_the_login_before(launch, people):
    """Another person in the same browser: nothing of the first is left."""
    made = launch(filter_on=False)
    browser = made.signed_in("alice")
    first = browser.open(f"{made.url}/oidc/auth")
    old = browser.jar.get(made.session_cookie).value
    assert browser.sign_in(made.url, "pertiwi").status == 302
    second = browser.open(f"{made.url}/oidc/auth")
    assert second.header("X-XNAT-OIDC-Email") == "pertiwi@example.org"
    assert second.header("X-XNAT-OIDC-Given-Name") == "", "she has none, and alice's is not hers"
    assert not {"Alice", "Nguyen"} & {value for _, value in second.headers}
    assert first.header("X-XNAT-OIDC-Subject") != second.header("X-XNAT-OIDC-Subject")
    assert browser.jar.get(made.session_cookie).value != old


@pytest.mark.parametrize("pattern, verified, told", [
    ("[name]", False, ""), ("[name]", True, "good@example.com"), ("[name]", None, "good@example.com"),
    ("[providerId]_[sub]", False, "good@example.com")])
def test_an_address_that_may_be_anothers_is_handed_to_nobody(launch, tmp_path, pattern, verified, told):
    """Who chose the user name and the address themselves could have chosen somebody else's."""
    file = tmp_path / "people.json"
    file.write_text(json.dumps([person("good", {"name": "Chosen", "email_verified": verified})]))
    made = launch(provider_options=["--people", file], provider_keys={"usernamePattern": pattern}, filter_on=False)
    since = made.xnat.mark()
    browser = made.signed_in("good")
    assert browser.open(f"{made.url}/data/projects").status != 403
    seen = dict(made.xnat.requests(since)[-1]["headers"])
    assertion = seen["X-XNAT-OIDC-Assertion"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(assertion + "=" * (-len(assertion) % 4)))
    assert (seen["X-XNAT-OIDC-Email"].strip(), claims.get("email", "")) == (told, told)
    made.sidecar.wait_event("request", path="/data/projects")  # what was told before it is here, too
    assert len(made.sidecar.events("email_withheld")) == (told == "")
