"""The OpenID Foundation's plans for relying parties, module by module, played by the lying provider.

Each test names its module; what the module asks is told in our words. The plans' table is in
openid_plans.py. Where a module leaves a choice, the sidecar takes the stricter one.
"""

import base64
import time
import urllib.parse

import pytest

from conformance.stage import stage
from harness.browser import Browser
from harness.hostile import OWN_KEY, STRANGE_KEY, Key, b64url, compact
from harness.properties import Client

NEXT_KEY = Key("next-key")
HEAD = {"alg": "RS256", "typ": "JWT"}
AWKWARD = Client("secret", id="site id&=+/%41:x", secret="a:b c%2B+/=&?'\"~!*()#;,@$<>|")


def plain(key):
    """The public numbers alone: no `alg`, no `use`, no `kid`."""
    return {name: value for name, value in key.jwk().items() if name in ("kty", "n", "e")}


# Keys of every kind that a relying party for RS256 has no use for, in front of the one it needs.
FOREIGN_KEYS = [
    {"kty": "EC", "crv": "P-999", "kid": "own-key", "x": "AA", "y": "AA"},
    {"kty": "EC", "crv": "secp256k1", "use": "sig", "alg": "ES256K", "kid": "k1",
     "x": b64url(b"\1" * 32), "y": b64url(b"\2" * 32)},
    {"kty": "EC", "kid": "no-curve"},
    {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "ed",
     "x": b64url(b"\3" * 32)},
    {"kty": "OKP", "crv": "X25519", "use": "enc", "kid": "x", "x": b64url(b"\4" * 32)},
    {"kty": "oct", "alg": "HS256", "kid": "own-key", "k": b64url(b"\5" * 32)},
    {"kty": "AKP", "alg": "ML-DSA-65", "kid": "pq", "pub": "AA"},
    STRANGE_KEY.jwk() | {"use": "enc", "kid": "own-key"},
    STRANGE_KEY.jwk() | {"alg": "RSA-OAEP", "kid": "own-key"},
    STRANGE_KEY.jwk() | {"key_ops": ["wrapKey"], "kid": "own-key"},
    {"use": "sig", "kid": "no-kty"}, {}, 7, "text", None, [],
]


def slashed(tenant):
    """An issuer that ends in a slash; its endpoints do not stand behind a double one."""
    base = tenant.issuer
    tenant.issuer = f"{base}/"
    tenant.metadata = lambda document: document | {
        name: f"{base}/{end}" for name, end in (
            ("authorization_endpoint", "authorize"), ("token_endpoint", "token"),
            ("userinfo_endpoint", "userinfo"), ("jwks_uri", "jwks"))}


def keys(*given):
    def shape(tenant):
        tenant.keys = list(given)
    return shape


def mismatched(tenant):
    tenant.metadata = lambda document: document | {"issuer": f"{document['issuer']}/other"}


TENANTS = {
    "op": None,
    "one-key": keys(OWN_KEY),
    "many-keys": keys(STRANGE_KEY, NEXT_KEY, OWN_KEY),
    "plain-keys": keys(plain(STRANGE_KEY), plain(OWN_KEY)),
    "foreign-keys": keys(*FOREIGN_KEYS, OWN_KEY),
    "slashed": slashed,
    "mismatched": mismatched,
    "rotating": None,
    "rotating-late": None,
    "discovered": lambda tenant: {"userAuthUri": None, "accessTokenUri": None, "userInfoUri": None},
    "secret": lambda tenant: {"client": AWKWARD},
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    yield from stage(tmp_path_factory.mktemp("plans"), TENANTS, but=("mismatched",))


@pytest.fixture
def op(site):
    """The provider for one test; a good sign-in works before the test and after it."""
    tenant = site.tenants["op"]
    site.assert_signs_in("op")
    yield tenant
    tenant.behave()
    site.assert_signs_in("op")


def claims(**changes):
    """Sets claims; None takes one away."""
    return lambda given: {name: value for name, value in (given | changes).items()
                          if value is not None}


def without_kid(tenant):
    tenant.head = lambda given: {name: given[name] for name in given if name != "kid"}


# --- Basic ----------------------------------------------------------------------------------------

def test_code_flow_succeeds(site, op):
    """oidcc-client-test: a request, a token request, and a person who is signed in."""
    before = len(op.token_requests)
    said = site.session("op")
    assert said["subject"] == "subject-1" and said["issuer"] == op.issuer
    assert len(op.token_requests) == before + 1


def test_another_issuer_in_the_id_token(site, op):
    """oidcc-client-test-invalid-iss"""
    op.claims = lambda given: given | {"iss": given["iss"] + "1"}
    site.refuses("op", "id_token_issuer")


def test_no_subject_in_the_id_token(site, op):
    """oidcc-client-test-missing-sub"""
    op.claims = claims(sub=None)
    site.refuses("op", "id_token_claim_missing")


def test_another_audience_in_the_id_token(site, op):
    """oidcc-client-test-invalid-aud"""
    op.claims = lambda given: given | {"aud": given["aud"] + "1"}
    site.refuses("op", "id_token_audience")


def test_no_time_of_issue_in_the_id_token(site, op):
    """oidcc-client-test-missing-iat"""
    op.claims = claims(iat=None)
    site.refuses("op", "id_token_claim_missing")


def test_no_kid_and_one_key(site):
    """oidcc-client-test-kid-absent-single-jwks: the one key is the one."""
    without_kid(site.tenants["one-key"])
    site.assert_signs_in("one-key")


def test_no_kid_and_several_keys(site):
    """oidcc-client-test-kid-absent-multiple-jwks: each that fits is tried; a stranger's is none."""
    tenant = site.tenants["many-keys"]
    without_kid(tenant)
    for key in (STRANGE_KEY, NEXT_KEY, OWN_KEY):
        tenant.sign = key.sign
        site.assert_signs_in("many-keys")
    tenant.sign = Key("of-nobody").sign
    site.refuses("many-keys", "id_token_key")


def test_signed_with_rs256(site, op):
    """oidcc-client-test-idtoken-sig-rs256"""
    heads = []
    op.head = lambda given: heads.append(given) or given
    site.assert_signs_in("op")
    assert [head["alg"] for head in heads] == ["RS256"]


def test_not_signed(site, op):
    """oidcc-client-test-idtoken-sig-none: refused, which the module lets a client do."""
    op.id_token = lambda given: compact({"alg": "none"}, given, lambda _: b"")
    site.refuses("op", "id_token_algorithm")


def test_signature_that_does_not_fit(site, op):
    """oidcc-client-test-invalid-sig-rs256"""
    op.sign = lambda data: OWN_KEY.sign(data + b"x")
    site.refuses("op", "id_token_signature")


def test_userinfo_of_another_subject(site, op):
    """oidcc-client-test-userinfo-invalid-sub"""
    op.userinfo_claims = lambda given: given | {"sub": given["sub"] + "1"}
    site.refuses("op", "userinfo_subject")


def test_another_nonce_in_the_id_token(site, op):
    """oidcc-client-test-nonce-invalid"""
    op.claims = lambda given: given | {"nonce": given["nonce"] + "1"}
    site.refuses("op", "id_token_nonce")


def test_claims_by_scope_from_userinfo(site, op):
    """oidcc-client-test-scope-userinfo-claims: what the scopes ask for comes from user-info."""
    op.claims = claims(email=None, given_name=None, family_name=None)
    op.userinfo_claims = lambda given: given | {"given_name": "Grace", "email": "grace@example.com"}
    asked = len(op.codes)
    said = site.session("op")
    assert said["email"] == "grace@example.com" and said["given_name"] == "Grace"
    (request,) = list(op.codes.values())[asked:]
    assert set(request["scope"].split()) == {"openid", "profile", "email"}


def test_client_secret_in_the_basic_scheme(site, op):
    """oidcc-client-test-client-secret-basic: in the header, and nowhere else."""
    seen = len(site.hostile.seen)
    site.assert_signs_in("op")
    (request,) = [text for text in site.hostile.seen[seen:] if text.startswith("POST /t/op/token")]
    assert credentials(request) == ("client-of-the-site", "canary-client-secret")
    assert "client_secret" not in request and "canary-client-secret" not in request


def credentials(request):
    """Identifier and secret in the Basic scheme, as RFC 6749 section 2.3.1 has them decoded."""
    (line,) = [line for line in request.splitlines() if line.startswith("Authorization: Basic ")]
    pair = base64.b64decode(line.split(" ")[2], validate=True).decode("ascii")
    identifier, _, secret = pair.partition(":")
    return urllib.parse.unquote_plus(identifier), urllib.parse.unquote_plus(secret)


def test_client_secret_with_special_characters(site):
    """oidcc-client-test-client-secret-basic with what a form must encode, in both halves."""
    seen = len(site.hostile.seen)
    site.assert_signs_in("secret")
    (request,) = [text for text in site.hostile.seen[seen:]
                  if text.startswith("POST /t/secret/token")]
    assert credentials(request) == (AWKWARD.id, AWKWARD.secret)


# --- Config ---------------------------------------------------------------------------------------

def test_endpoints_from_the_discovery_document(site):
    """oidcc-client-test-discovery-openid-config: the issuer alone is configured."""
    tenant = site.tenants["discovered"]
    assert site.session("discovered")["issuer"] == tenant.issuer
    assert tenant.counts["discovery"] >= 1 and tenant.counts["token"] == 1


def test_keys_from_where_the_document_says(site):
    """oidcc-client-test-discovery-jwks-uri-keys"""
    tenant = site.tenants["discovered"]
    assert tenant.counts["jwks"] >= 1
    site.assert_signs_in("discovered")
    tenant.sign = STRANGE_KEY.sign
    site.refuses("discovered", "id_token_signature")
    tenant.sign = OWN_KEY.sign


def test_document_of_another_issuer(site):
    """oidcc-client-test-discovery-issuer-mismatch: nobody is sent there."""
    event = site.sidecar.wait_event("provider_failed", provider="mismatched")
    assert event["reason"] == "discovery_issuer"
    assert "is of another issuer, " in event["detail"] and event["hint"].endswith("openid.mismatched.issuer=")
    tenant = site.tenants["mismatched"]
    assert tenant.counts["jwks"] == 0 and not tenant.codes
    assert Browser().begin(site.url, "mismatched").status == 503


def test_key_rotated_between_two_sign_ins(site):
    """oidcc-client-test-signing-key-rotation"""
    tenant = site.tenants["rotating"]
    site.assert_signs_in("rotating")
    tenant.keys, tenant.sign = [NEXT_KEY], NEXT_KEY.sign
    tenant.head = lambda given: given | {"kid": NEXT_KEY.kid}
    site.assert_signs_in("rotating")
    tenant.head, tenant.sign = (lambda given: given), OWN_KEY.sign
    site.refuses("rotating", "id_token_key")


def test_key_rotated_just_before_signing(site):
    """oidcc-client-test-signing-key-rotation-just-before-signing: after the person came back."""
    tenant = site.tenants["rotating-late"]
    before = tenant.counts["jwks"]

    def rotate(given):
        tenant.keys, tenant.sign = [NEXT_KEY], NEXT_KEY.sign
        tenant.head = lambda head: head | {"kid": NEXT_KEY.kid}
        return given
    tenant.claims = rotate
    site.assert_signs_in("rotating-late")
    assert tenant.counts["jwks"] == before + 1


# --- what the plans' own provider is like ---------------------------------------------------------

def test_issuer_with_a_slash_at_its_end(site):
    """The document is below it without a second slash; everywhere else the slash is part of it."""
    tenant = site.tenants["slashed"]
    assert site.session("slashed")["issuer"] == tenant.issuer and tenant.issuer.endswith("/")
    assert not [text for text in site.hostile.seen if "//.well-known" in text.splitlines()[0]]
    tenant.claims = lambda given: given | {"iss": given["iss"].rstrip("/")}
    site.refuses("slashed", "id_token_issuer")


@pytest.mark.parametrize("members", [{"expires_in": None}, {"expires_in": "300"},
                                     {"expires_in": 1e9}, {"scope": None, "refresh_token": "r"}],
                         ids=["none", "text", "far", "refresh token"])
def test_token_answer_without_a_lifetime(site, op, members):
    """`expires_in` is recommended only; what is not needed is not looked at."""
    op.token_members = lambda given: {
        name: value for name, value in (given | members).items() if value is not None}
    site.assert_signs_in("op")


def test_keys_without_alg_use_and_kid(site):
    """Such keys fit every algorithm of their kind; the token may or may not name one."""
    tenant = site.tenants["plain-keys"]
    without_kid(tenant)
    site.assert_signs_in("plain-keys")


def test_keys_of_foreign_kinds(site):
    """They are passed over, also those that borrow the right key's `kid`."""
    site.assert_signs_in("foreign-keys")
    tenant = site.tenants["foreign-keys"]
    tenant.sign = STRANGE_KEY.sign  # published for encryption, under the same `kid`
    site.refuses("foreign-keys", "id_token_signature")


def test_optional_claims_and_members_of_the_plans_provider(site, op):
    """Whatever else a token or an answer has is passed over."""
    op.claims = lambda given: given | {
        "auth_time": int(time.time()), "acr": "urn:mace:incommon:iap:silver", "amr": ["pwd"],
        "sid": "s-1", "s_hash": "x", "c_hash": "y", "jti": "1", "updated_at": 1700000000}
    op.token_members = lambda given: given | {"scope": "openid", "id_token_hint": None,
                                              "unknown": {"a": [1]}}
    site.assert_signs_in("op")
