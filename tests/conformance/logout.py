"""OpenID Connect Back-Channel Logout 1.0 (with errata set 1), as seen by the relying party."""

from conformance.requirement import Specification, unit

backchannel = Specification("OpenID Connect Back-Channel Logout 1.0")
row = backchannel.row
LOGOUT, TOKEN, SERVER = "liboidc/logout.c", "liboidc/logout_token.c", "server/backchannel.c"


def claim(name):
    """A logout token with a claim that is wrong."""
    return f"tests/hostile/test_backchannel.py::test_wrong_claim[{name}]"


def token(name):
    return f"tests/hostile/test_backchannel.py::test_wrong_token[{name}]"


def enclosed(name):
    """One that is encrypted, or is not, in a wrong way."""
    return f"tests/hostile/test_backchannel.py::test_wrongly_encrypted[{name}]"


def request(name):
    return f"tests/hostile/test_backchannel.py::test_wrong_request[{name}]"


def test(name):
    return f"tests/hostile/test_backchannel.py::{name}"


row("2.4", "iss, aud and iat are there.", claim("no iss"), claim("no aud"), claim("no iat"))
row("2.4", "exp is there.", claim("no exp"), code=TOKEN)
row("2.4", "jti is there, and a text.", claim("no jti"), claim("empty jti"), claim("jti a number"), code=TOKEN)
row("2.4", "events is an object with the back-channel event, whose value is an object.",
    claim("no events"), claim("empty events"), claim("events a list"), claim("event a text"),
    claim("event null"), code=TOKEN)
row("2.4", "sid is a text that means nothing to us.", claim("sid an object"), claim("empty sid"),
    test("test_any_sid"), code=TOKEN)
row("2.4", "With sid that session ends, with sub alone all of the subject's.", test("test_by_session"),
    test("test_by_session_and_subject_ends_that_session"), test("test_by_subject"),
    test("test_sessions_without_sid_end_by_subject"))
row("2.4", "A token has a signature; one of none is never taken.", token("none"), token("no signature"))
row("2.4", "typ, where it is there, is logout+jwt or JWT.", token("typ of an access token"),
    token("typ of another event"), unit("logout", "the_type_is_a_logout_tokens"), code=TOKEN)
row("2.4", "A token may be encrypted; who can have done it, its header says by iss or alg.",
    test("test_two_providers_that_encrypt_alike"), enclosed("issuer of another in the header"),
    unit("logout", "who_encrypts_like_that_is_asked_first"), code=LOGOUT)
row("2.5", "The request is a POST of a form with logout_token in its body.", test("test_not_a_form"),
    test("test_other_methods"), test("test_token_in_the_query_does_not_count"), request("no token"),
    test("test_form_in_other_spellings"), code=SERVER)
row("2.5", "There is one logout_token; other fields are passed over.", request("token twice"),
    unit("logout", "the_request_has_one_token"))
row("2.6, 1", "A token is decrypted with the keys and the algorithm that were registered for ID tokens.",
    test("test_encrypted_as_id_tokens_are"), enclosed("another provider's algorithm"), enclosed("RSA1_5"),
    unit("logout", "whose_it_is_must_encrypt_alike"), code=(LOGOUT, TOKEN))
row("2.6, 1", "A token that was to be encrypted, and is not, is refused.", enclosed("plain"),
    unit("logout", "encryption_is_as_agreed_on"))
row("2.6, 1", "A token that was not to be encrypted, and is, is refused.", token("encrypted"),
    test("test_encrypted_where_it_is_not_agreed_on"))
row("2.6, 1", "What is inside is signed, and verified like any other.", enclosed("claims alone"),
    enclosed("none inside"), enclosed("strange signature inside"), enclosed("encrypted twice"),
    unit("logout", "what_is_encrypted_is_verified_like_any_other"))
row("2.6, 2", "A signature key that is new is looked up behind the encryption, too.",
    test("test_rotated_key_behind_the_encryption"))
row("2.6, 2", "The signature is verified like an ID token's.", token("spoiled"), token("strange key"),
    token("unknown key"), token("key in the header"), unit("logout", "signatures_are_as_an_id_tokens"))
row("2.6, 2", "A key that is not known is looked up once.", test("test_rotated_key"),
    unit("logout", "an_unknown_key_is_looked_for_once"))
row("2.6, 3", "alg is one that the provider lists, never none and never an HMAC.", token("none"),
    token("HS256 with the secret"), token("HS256 with the public key"), token("algorithm not listed"))
row("2.6, 4", "iss is the provider's, exactly.", claim("other iss"), claim("iss with slash"),
    claim("iss no text"), unit("logout", "the_provider_is_who_the_token_says"), code=TOKEN)
row("2.6, 4", "aud names the client.", claim("other aud"), claim("empty aud"),
    test("test_two_clients_at_one_issuer"), code=TOKEN)
row("2.6, 4", "exp has not come; iat has, and not long ago.", claim("expired"), claim("old iat"),
    claim("iat to come"), claim("iat as text"), unit("logout", "each_claim_is_checked"), code=TOKEN)
row("2.6, 5", "There is sub, sid, or both.", claim("neither sub nor sid"), claim("sub a number"),
    claim("sub too long"), code=TOKEN)
row("2.6, 6", "events names the back-channel logout.", claim("other event"), claim("events a text"), code=TOKEN)
row("2.6, 7", "There is no nonce: an ID token is no logout token.", claim("nonce"), token("an ID token"),
    token("an ID token with events"), unit("logout", "an_id_token_is_none"), code=TOKEN)
row("2.6, 8", "A token that came before has no effect.", test("test_a_token_counts_once"),
    test("test_identifiers_are_an_issuers_own"), unit("logout", "a_token_counts_once"), code="liboidc/logout.c")
row("2.6, 9", "A provider ends its own sessions only.", test("test_one_provider_cannot_end_anothers_sessions"),
    test("test_only_at_that_issuer"))
row("2.6", "A token of which any check fails ends nothing.", test("test_wrong_claim"), test("test_wrong_token"),
    unit("logout", "no_step_can_be_left_out"))
row("2.7", "The sessions that are meant end, at once and for good.", test("test_by_session"),
    test("test_a_later_session_is_good_at_once"), code=SERVER)
row("2.7", "Nobody signed in is a success.", test("test_nobody_signed_in_is_a_success"))
row("2.7", "Offline access is left alone; refresh tokens without it are dropped.",
    reason="No refresh token is ever kept.")
row("2.8", "Success is 200.", test("test_nobody_signed_in_is_a_success"), test("test_by_subject"))
row("2.8", "Every malformed request is answered 400, with the error in JSON.", test("test_wrong_claim"),
    test("test_wrong_token"), test("test_wrong_request"), code=SERVER)
row("2.8", "Answers are not to be stored (Cache-Control: no-store).", test("test_wrong_request"),
    test("test_by_session"))
row("4", "Another kind of token, or an old one, signs nobody out.", token("an ID token"),
    token("typ of an access token"), test("test_a_token_counts_once"))
row("4", "A sign-out holds in every worker.", test("test_by_session"), test("test_by_subject"))
