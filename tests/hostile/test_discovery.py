"""Discovery documents and keys that must not be believed.

One sidecar with a provider for every lie, at once: none may touch another's sign-ins, each must be told
by its own reason, and all must heal by themselves when the lies end.
"""

import pytest

from harness import hostile
from harness.browser import Browser
from harness.court import Court
from harness.hostile import OWN_KEY
from harness.wait import wait_until


def metadata(**changes):
    def change(document):
        merged = document | changes
        return {name: value for name, value in merged.items() if value is not None}
    return {"metadata": change}


def discovery(answer):
    return {"answers": {"discovery": answer}}


def jwks(answer):
    return {"answers": {"jwks": answer}}


def without_modulus():
    return {name: value for name, value in OWN_KEY.jwk().items() if name != "n"}


SYMMETRIC = {"kty": "oct", "kid": "own-key", "alg": "HS256", "k": "c2VjcmV0"}

LIES = {
    "honest": ({}, None),
    "d-slow": (discovery(hostile.slow), "provider_timeout"),
    "d-silent": (discovery(hostile.silent), "provider_timeout"),
    "d-endless": (discovery(hostile.endless), "answer_too_large"),
    "d-huge": (discovery(hostile.huge), "answer_too_large"),
    "d-huge-head": (discovery(hostile.huge_head), ("answer_too_large", "provider_unreachable",
                                                   "answer_cut_short", "answer_malformed")),
    "d-cut-short": (discovery(hostile.cut_short), "answer_cut_short"),
    "d-redirected": (discovery(hostile.redirected), "answer_redirect"),
    "d-page": (discovery(hostile.not_json), "answer_malformed"),
    "d-list": (discovery(hostile.json_array), "answer_malformed"),
    "d-deep": (discovery(hostile.deep_json), "answer_malformed"),
    "d-twice": (discovery(hostile.duplicate_keys), "answer_malformed"),
    "d-empty": (discovery(hostile.empty), "answer_malformed"),
    "d-error": (discovery(hostile.server_error), "answer_status"),
    "d-hang-up": (discovery(hostile.hang_up), ("provider_unreachable", "answer_cut_short")),
    "d-issuer": (metadata(issuer="https://evil.example"), "discovery_issuer"),
    "d-no-issuer": (metadata(issuer=None), "discovery_issuer"),
    "d-no-keys": (metadata(jwks_uri=None), "discovery_incomplete"),
    "d-insecure": (metadata(jwks_uri="http://192.0.2.1/jwks"), "endpoint_insecure"),
    "d-file": (metadata(jwks_uri="file:///etc/passwd"), ("endpoint_insecure",
                                                         "discovery_incomplete")),
    "d-algorithms": (metadata(id_token_signing_alg_values_supported=["none", "HS256"]),
                     "discovery_incomplete"),
    "k-slow": (jwks(hostile.slow), "provider_timeout"),
    "k-endless": (jwks(hostile.endless), "answer_too_large"),
    "k-huge": (jwks(hostile.huge), "answer_too_large"),
    "k-cut-short": (jwks(hostile.cut_short), "answer_cut_short"),
    "k-redirected": (jwks(hostile.redirected), "answer_redirect"),
    "k-page": (jwks(hostile.not_json), ("answer_malformed", "keys_unusable")),
    "k-list": (jwks(hostile.json_array), ("answer_malformed", "keys_unusable")),
    "k-deep": (jwks(hostile.deep_json), ("answer_malformed", "keys_unusable")),
    "k-twice": (jwks(hostile.duplicate_keys), ("answer_malformed", "keys_unusable")),
    "k-error": (jwks(hostile.server_error), "answer_status"),
    "k-none": ({"keys": []}, "keys_unusable"),
    "k-symmetric": ({"keys": [SYMMETRIC]}, "keys_unusable"),
    "k-broken": ({"keys": [without_modulus(), {"kty": "EC", "crv": "P-999", "x": "", "y": ""},
                           {}, {"kty": "OKP", "crv": "Ed448", "x": "AA"}]}, "keys_unusable"),
}


# What can be done about it here. The rest is the provider's to mend.
HINTS = {"discovery_issuer": ".issuer=", "provider_unreachable": "https_proxy", "provider_timeout": "https_proxy"}


@pytest.fixture(scope="module")
def court(tmp_path_factory):
    made = Court(tmp_path_factory.mktemp("court"), list(LIES))
    for name, (changes, _) in LIES.items():
        for attribute, value in changes.items():
            setattr(made.tenants[name], attribute, value)
    with made.sitting(ready=False):
        yield made


def test_honest_provider_is_not_touched(court):
    wait_until(lambda: court.sidecar.events("provider_ready"), "the honest provider", 10,
               court.sidecar.evidence)
    for _ in range(3):
        court.assert_signs_in("honest")


@pytest.mark.parametrize("name", [name for name in LIES if name != "honest"])
def test_reason(court, name):
    reason = LIES[name][1]
    reasons = (reason,) if isinstance(reason, str) else reason
    event = court.sidecar.wait_event("provider_failed", 45, provider=name)
    assert event["reason"] in reasons, event
    words = HINTS.get(event["reason"])
    assert words in event["hint"] if words else "hint" not in event, event
    first = Browser().begin(court.url, name)
    assert first.status == 503 and "provider_not_ready" in first.text


def test_readiness_says_who_and_why(court):
    """One provider that works makes the sidecar ready; the others are told by name and reason."""
    status, answer = court.sidecar.readiness()
    assert status == 200 and answer["ready"] is True
    said = {each["provider"]: each for each in answer["providers"]}
    assert said["honest"]["ready"] is True
    for name in ("d-issuer", "k-none"):
        assert said[name]["ready"] is False and said[name]["reason"] == LIES[name][1]


def test_all_heal_by_themselves(court):
    court.assert_signs_in("honest")
    for tenant in court.tenants.values():
        tenant.behave()
    # A look that hangs now may take its 30 seconds before the next one begins.
    wait_until(lambda: all(each["ready"] for each in court.sidecar.readiness()[1]["providers"]),
               "all to heal", 60, lambda: str(court.sidecar.readiness()))
    for name in LIES:
        court.assert_signs_in(name)


def test_keys_nobody_can_read_are_skipped(tmp_path):
    """One good key among strange ones is enough."""
    made = Court(tmp_path, ["mixed"])
    made.tenants["mixed"].keys = [SYMMETRIC | {"kid": "s"}, without_modulus(), {"kty": 7},
                                  {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"}, OWN_KEY]
    with made.sitting():
        made.assert_signs_in("mixed")
