"""Tokens that API clients bring: RFC 6750 as a resource server has it, and RFC 9068 for what is in them."""

from conformance.oauth import rfc6750
from conformance.requirement import Specification, unit

SERVER, LIBRARY, TOKEN = "server/bearer.c", "liboidc/bearer.c", "liboidc/bearer_token.c"


def bearer(name):
    return f"tests/hostile/test_bearer.py::{name}"


def claims(name):
    """A bearer token that is refused for a claim."""
    return bearer(f"test_bad_claims[{name}]")


row = rfc6750.row
row("2.1", "A resource server takes tokens from the Authorization header, whatever the case of "
    "Bearer.", bearer("test_good_token"), bearer("test_scheme_in_any_case"))
row("2.1", "What is no token is refused.", bearer("test_malformed"),
    unit("bearer", "what_is_no_token_is_malformed"))
row("2.1", "Other schemes are left to whom they are for.",
    bearer("test_other_credentials_are_xnats"), bearer("test_off_by_default"))
row("2.2", "A resource server may take tokens from a form.", reason="Not done: the header alone.")
row("2.3", "A resource server may take tokens from the query.",
    reason="Not done: addresses are logged and passed on.")
row("3", "A request that brings more than one token is refused with 400.",
    bearer("test_not_one_token"))
row("3", "A request without a token, or with one that does not let it in, is told the scheme.",
    bearer("test_who_brings_nothing_is_told_what_to_bring"), bearer("test_policy"),
    bearer("test_names_are_owned"), bearer("test_provider_out_of_reach"), code=SERVER)
row("3", "Behind the scheme there is a parameter, at least.",
    bearer("test_who_brings_nothing_is_told_what_to_bring"), bearer("test_bad_claims"), code=SERVER)
row("3.1", "A request without a token is told the scheme, and no error.",
    bearer("test_who_brings_nothing_is_told_what_to_bring"), code=SERVER)
row("3.1", "A token that is expired, forged or otherwise invalid: 401, invalid_token.",
    bearer("test_bad_claims"), bearer("test_bad_signatures"),
    unit("bearer", "refusals_have_their_answers"), code=SERVER)
row("3.1", "A token without the role that is asked for: 403, insufficient_scope.",
    bearer("test_policy"), unit("bearer", "refusals_have_their_answers"), code=SERVER)
row("5.2", "A token's integrity is protected by a signature, which is verified.",
    bearer("test_bad_signatures"), unit("bearer", "signatures_are_as_an_id_tokens"))
row("5.2", "A token for another recipient is refused.", claims("another audience"),
    claims("audience that begins like ours"), claims("no audience"),
    claims("the client as audience"))
row("5.2", "A token is not remembered beyond its end.",
    bearer("test_not_remembered_beyond_its_end"))
row("5.3", "Tokens are not logged.", bearer("test_no_token_in_the_log"))
row("5.3", "No redirect carries a token on.", bearer("test_never_redirected"))

rfc9068 = Specification("RFC 9068")
row = rfc9068.row
row("2.1", "typ is at+jwt.", bearer("test_good_token"), bearer("test_good_in_many_ways"),
    unit("bearer", "the_type_is_an_access_tokens"), code=TOKEN,
    reason="JWT, or nothing, is taken too, because many providers write it; other types are not.")
row("2.2", "iss, exp and sub are there.", claims("no issuer"), claims("no exp"),
    claims("no subject"), unit("bearer", "each_claim_is_checked"), code=TOKEN)
row("2.2", "sub is that of ID tokens: the same people.", claims("subject with a line"),
    claims("subject that is a number"), claims("empty subject"), code=TOKEN)
row("2.2", "client_id, iat and jti are there.", bearer("test_good_in_many_ways"),
    reason="Not demanded: many providers leave them out, and nothing here depends on them.")
row("4", "iss is the provider's, exactly.", claims("another issuer"), claims("issuer in a list"),
    unit("bearer", "the_provider_is_who_the_token_says"), code=TOKEN)
row("4", "aud has the site's own audience, whose absence from the file stops the start.",
    claims("another audience"), claims("no audience in the list"),
    bearer("test_without_audience_it_does_not_start"))
row("4", "The signature is verified with the provider's keys; none is never taken.",
    bearer("test_bad_signatures"), bearer("test_new_key_is_fetched_once_even_under_an_upload"))
row("4", "exp has not come.", claims("expired"), claims("expired beyond the leeway"), code=TOKEN)
row("4", "A token of which a check fails is an invalid one.",
    unit("bearer", "refusals_have_their_answers"), bearer("test_bad_claims"), code=LIBRARY)
row("5", "An ID token is no access token.", bearer("test_id_token_is_no_access_token"),
    claims("ID token by its at_hash"), claims("ID token by its typ"),
    unit("bearer", "an_id_token_is_none"))
