"""Claim gates: whom the provider vouches for and the site's own rules turn away. Each gate alone."""

import pytest

from harness import properties
from harness.court import Court
from harness.process import free_port
from harness.servers import Sidecar

CLIENT = properties.Client().id

KEYS = {
    "open": {},
    "audience": {"audCheck.enabled": "true", "audCheck.acceptedAudiences": "canary-api, other"},
    "role": {"roleCheck.enabled": "true", "roleCheck.rolePath": "resource_access.xnat.org.roles",
             "roleCheck.requiredRoles": "canary-admin, canary-user"},
    "type": {"typCheck.enabled": "true", "typCheck.expectedTypes": "canary-ID"},
    # The browser's own keys stand before those for both ways in.
    "scoped": {"roleCheck.enabled": "false", "idToken.roleCheck.enabled": "true",
               "roleCheck.rolePath": "elsewhere", "idToken.roleCheck.rolePath": "roles",
               "roleCheck.requiredRoles": "shared", "idToken.roleCheck.requiredRoles": "own"},
    "lifted": {"audCheck.enabled": "true", "audCheck.acceptedAudiences": "nobody",
               "idToken.audCheck.enabled": "false"},
    # Gates of the other way in are not the browser's.
    "api": {"bearer.roleCheck.enabled": "true", "bearer.roleCheck.rolePath": "roles",
            "bearer.roleCheck.requiredRoles": "nobody"},
}

ADMITTED = {"audience": {"aud": [CLIENT, "other"], "azp": CLIENT},
            "role": {"resource_access": {"xnat.org": {"roles": ["x", "canary-user"]}}},
            "type": {"typ": "canary-ID"},
            "scoped": {"roles": "own"}, "open": {}, "lifted": {}, "api": {}}

TURNED_AWAY = [
    ("audience", {}),
    ("audience", {"aud": [CLIENT, "canary-api-2"], "azp": CLIENT}),
    ("audience", {"resource_access": {"xnat.org": {"roles": ["canary-user"]}}, "typ": "canary-ID"}),
    ("role", {}),
    ("role", {"resource_access": {"xnat.org": {"roles": ["CANARY-USER"]}}}),
    ("role", {"resource_access": {"xnat.org": {"roles": [["canary-user"]]}}}),
    ("role", {"resource_access": {"xnat.org": {"roles": {"canary-user": True}}}}),
    ("role", {"resource_access": {"xnat.org": "canary-user"}}),
    ("role", {"roles": ["canary-user"]}),
    ("type", {}),
    ("type", {"typ": ["canary-ID"]}),
    ("type", {"typ": "JWT"}),
    ("scoped", {"elsewhere": "shared"}),
    ("scoped", {"roles": "shared"}),
]

RULES = {"audience": "certain services", "role": "certain roles", "scoped": "certain roles",
         "type": "another kind"}


@pytest.fixture(scope="module")
def gated(tmp_path_factory):
    with Court(tmp_path_factory.mktemp("court"), KEYS, keys=KEYS).sitting() as made:
        yield made


@pytest.fixture(autouse=True)
def good_tenants(gated):
    for tenant in gated.tenants.values():
        tenant.behave()


@pytest.mark.parametrize("name", KEYS)
def test_admitted(gated, name):
    gated.tenants[name].claims = lambda claims: claims | ADMITTED[name]
    gated.assert_signs_in(name)


@pytest.mark.parametrize("name, more", TURNED_AWAY)
def test_turned_away(gated, name, more):
    """A page that says which rule of the site, the reason on page and in the log, no session; never
    what the claims or the lists say."""
    gated.tenants[name].claims = lambda claims: claims | more
    attempt = gated.sign_in(name)
    reason = "gate_role" if name == "scoped" else f"gate_{name}"
    gated.assert_refused(attempt.answer, attempt.browser, reason, 403)
    assert RULES[name] in attempt.answer.text
    assert "canary" not in attempt.answer.text.lower()
    told = gated.sidecar.wait_event("login_refused", provider=name)
    assert "canary" not in told["detail"].lower()


def test_roles_may_come_by_user_info(gated):
    """Where many providers release attributes; it is about the same person, or the login is off."""
    gated.tenants["role"].userinfo_claims = lambda claims: claims | ADMITTED["role"]
    gated.assert_signs_in("role")


@pytest.mark.parametrize("name", ["audience", "type"])
def test_audience_and_type_are_the_tokens_own(gated, name):
    gated.tenants[name].userinfo_claims = lambda claims: claims | ADMITTED[name]
    attempt = gated.sign_in(name)
    gated.assert_refused(attempt.answer, attempt.browser, f"gate_{name}", 403)


def test_refusals_are_counted(gated):
    before = gated.sidecar.metrics()
    gated.sign_in("type")
    name = 'oidc_sidecar_logins_refused_total{reason="gate_type"}'
    assert gated.sidecar.metrics()[name] - before[name] == 1


@pytest.mark.parametrize("gate, lists", [
    ("audCheck", {}), ("audCheck", {"audCheck.acceptedAudiences": " , "}), ("typCheck", {}),
    ("roleCheck", {"roleCheck.requiredRoles": "a"}), ("roleCheck", {"roleCheck.rolePath": "a"}),
    ("idToken.audCheck", {"bearer.audCheck.acceptedAudiences": "a"}),
])
def test_a_gate_with_nothing_to_check_for_stops_the_start(tmp_path, gate, lists):
    """It would turn everybody away."""
    config = tmp_path / "openid-provider.properties"
    block = properties.ProviderBlock("https://op.example.edu",
                                     keys={f"{gate}.enabled": "true"} | lists)
    config.write_text(properties.own_file("https://xnat.example.edu", block))
    sidecar = Sidecar([config], f"http://127.0.0.1:{free_port()}")
    super(Sidecar, sidecar).start()
    assert sidecar.wait_exit() == 1
    assert "OC360" in sidecar.evidence()
