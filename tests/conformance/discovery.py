"""OpenID Connect Discovery 1.0."""

from conformance.requirement import Specification, document, here, lie, plan, system, unit

discovery = Specification("OpenID Connect Discovery 1.0")
row = discovery.row
METADATA = "liboidc/metadata.c"

row("2", "An issuer can be found from a person's address (WebFinger).",
    reason="Not done: the site's file names its providers.")
row("3", "An issuer is an https URL without query and fragment.",
    unit("provider", "an_issuer_that_is_none_ends_the_look_at_once"))
row("3", "A document has the endpoints and jwks_uri, or nobody is sent there.",
    document("d-no-keys"), unit("metadata", "endpoints_must_be_there_and_encrypted"))
row("3", "Endpoints are https URLs.", document("d-insecure"), document("d-file"))
row("3", "Where no client authentication is listed, it is client_secret_basic.",
    unit("metadata", "the_least_document_gives_the_defaults"),
    unit("metadata", "client_authentication_is_chosen"), code=METADATA)
row("3", "A provider whose response types lack code is not asked.",
    unit("metadata", "other_abilities_are_read"))
row("3", "Signature algorithms are those listed; none and HMAC are never among them.",
    document("d-algorithms"), unit("metadata", "algorithms_are_those_listed_that_we_take"))
row("3", "The key set may hold keys for encryption: use tells them apart.",
    plan("test_keys_of_foreign_kinds"), unit("jwks", "keys_that_are_not_for_us_are_skipped"))
row("3", "A member that is not known, or of a kind that is not needed, is passed over.",
    here("test_unknown_members_of_the_document_are_ignored"))
row("4", "The document is fetched over TLS, and the certificate is checked.",
    unit("curl", "certificates_are_verified"),
    unit("provider", "an_issuer_that_is_none_ends_the_look_at_once"))
row("4.1", "The document is below the issuer, whose slash at the end goes first.",
    unit("metadata", "the_document_goes_below_the_issuer"),
    plan("test_issuer_with_a_slash_at_its_end"), code=METADATA)
row("4.1", "The document is fetched by GET.",
    unit("provider", "a_look_asks_for_the_document_and_then_the_keys"))
row("4.2", "Only an answer of 200 is a document.", document("d-error"), document("d-redirected"),
    unit("exchange", "only_200_is_an_answer"))
row("4.2", "A document is one JSON object.", document("d-page"), document("d-list"),
    document("d-twice"), document("d-empty"), document("d-cut-short"))
row("4.2", "Values with several possibilities are lists.",
    unit("metadata", "other_abilities_are_read"),
    unit("metadata", "algorithms_are_those_listed_that_we_take"))
row("4.3", "The document's issuer is the one it was asked for under, exactly.",
    document("d-issuer"), document("d-no-issuer"), plan("test_document_of_another_issuer"),
    unit("metadata", "the_issuer_is_compared_as_a_string"), code=METADATA)
row("4.3", "The ID token's iss is that issuer, too.", lie("wrong iss"),
    plan("test_issuer_with_a_slash_at_its_end"))
row("4.3", "A document that lies elsewhere is none: redirects are not followed.",
    document("d-redirected"), unit("provider", "a_guess_that_is_wrong_for_good_asks_for_the_key"),
    code="liboidc/refresh.c")
row("4.3", "What a refused document says is not used, and what was known stays.",
    unit("provider", "a_wrong_document_teaches_nothing"),
    unit("provider", "a_failed_look_keeps_what_was_known"))
row("7.1", "TLS with verified certificates everywhere.", unit("curl", "certificates_are_verified"),
    document("k-redirected"))
row("7.2", "An impostor's document is found out.",
    unit("metadata", "a_derived_issuer_must_vouch_for_the_endpoint"),
    plan("test_document_of_another_issuer"))
row("7.2", "One provider's trouble does not touch another.",
    "tests/hostile/test_discovery.py::test_honest_provider_is_not_touched",
    "tests/hostile/test_discovery.py::test_readiness_says_who_and_why",
    system("providers", "test_one_down_the_other_up"))
