"""The OpenID Foundation's certification plans for relying parties, as far as a code-flow client with a
registered secret is concerned: one row a module."""

from conformance import logout
from conformance.requirement import Specification, plan
from conformance.rp_logout import out

basic = Specification("OpenID plan: Basic RP")
config = Specification("OpenID plan: Config RP")
rp_logout = Specification("OpenID plan: RP-Initiated Logout RP")
backchannel = Specification("OpenID plan: Back-Channel Logout RP")

for module, sentence, *tests in (
        ("", "Request, token request, and the person is signed in.", "test_code_flow_succeeds"),
        ("-invalid-iss", "Another issuer.", "test_another_issuer_in_the_id_token"),
        ("-missing-sub", "No subject.", "test_no_subject_in_the_id_token"),
        ("-invalid-aud", "Another audience.", "test_another_audience_in_the_id_token"),
        ("-missing-iat", "No time of issue.", "test_no_time_of_issue_in_the_id_token"),
        ("-kid-absent-single-jwks", "No kid, one key: it is taken.", "test_no_kid_and_one_key"),
        ("-kid-absent-multiple-jwks", "No kid, several keys: the right one is found.",
         "test_no_kid_and_several_keys"),
        ("-idtoken-sig-rs256", "RS256 is verified.", "test_signed_with_rs256"),
        ("-idtoken-sig-none", "No signature: refused.", "test_not_signed"),
        ("-invalid-sig-rs256", "A signature that does not fit.", "test_signature_that_does_not_fit"),
        ("-userinfo-invalid-sub", "User-info of another subject.", "test_userinfo_of_another_subject"),
        ("-nonce-invalid", "Another nonce.", "test_another_nonce_in_the_id_token"),
        ("-scope-userinfo-claims", "Claims by scope.", "test_claims_by_scope_from_userinfo"),
        ("-client-secret-basic", "The secret in the Basic scheme.",
         "test_client_secret_in_the_basic_scheme", "test_client_secret_with_special_characters")):
    basic.row(f"oidcc-client-test{module}", sentence, *map(plan, tests))

for module, sentence, test in (
        ("discovery-openid-config", "Endpoints from the document.", "test_endpoints_from_the_discovery_document"),
        ("discovery-jwks-uri-keys", "Keys from jwks_uri.", "test_keys_from_where_the_document_says"),
        ("discovery-issuer-mismatch", "A document of another issuer.", "test_document_of_another_issuer"),
        ("idtoken-sig-none", "No signature: refused.", "test_not_signed"),
        ("signing-key-rotation", "A new key between two sign-ins.", "test_key_rotated_between_two_sign_ins"),
        ("signing-key-rotation-just-before-signing", "A new key after the person came back.",
         "test_key_rotated_just_before_signing")):
    config.row(f"oidcc-client-test-{module}", sentence, plan(test))

config.row("oidcc-client-test-discovery-webfinger-acct", "An issuer from a person's address.",
           reason="Not done: the site's file names its providers.")
config.row("oidcc-client-test-dynamic-registration", "A client registers itself.",
           reason="Not done: XNAT sites register by hand.")

for module, sentence, *tests in (
        ("", "The session ends.", logout.test("test_by_session"), logout.test("test_by_subject")),
        ("-alg-none", "No signature: 400.", logout.token("none")),
        ("-no-event", "No event: 400.", logout.claim("no events")),
        ("-with-nonce", "A nonce: 400.", logout.claim("nonce")),
        ("-wrong-alg", "Another algorithm: 400.", logout.token("algorithm not listed")),
        ("-wrong-aud", "Another audience: 400.", logout.claim("other aud")),
        ("-wrong-event", "Another event: 400.", logout.claim("other event")),
        ("-wrong-iss", "Another issuer: 400.", logout.claim("other iss"))):
    backchannel.row(f"oidcc-client-test-rp-backchannel-rpinitlogout{module}", sentence, *tests)

rp_logout.row("oidcc-client-test-rp-init-logout", "The provider's session ends, and the person comes back.",
              out("test_provider_session_ends"))
rp_logout.row("oidcc-client-test-rp-init-logout-other-state", "Another state comes back: not believed.",
              out("test_state_of_another_browser_is_refused"), out("test_wrong_states"))
rp_logout.row("oidcc-client-test-rp-init-logout-no-state", "No state comes back: not believed.",
              out("test_page_claims_nothing_to_those_who_come_by"),
              out("test_page_does_not_call_somebody_signed_out_who_is_in"))
