"""Tokens and keys: RFC 7515 to 7519, 7797, 8725."""

from conformance.logout import enclosed, test as logout
from conformance.requirement import (
    Specification, document, encrypted, encryption, forged, good, here, lie, plan, system, tokens,
    unit, userinfo)

JWS, JWK, JWE, CONTENT = "liboidc/jws.c", "liboidc/jwk.c", "liboidc/jwe.c", "liboidc/content.c"
JWT = "liboidc/jwt.c"

rfc7515 = Specification("RFC 7515")
row = rfc7515.row
row("4", "A header with a name twice is refused.", lie("header with alg twice"))
row("4.1.1", "alg is there, is a text, and is read with its case.", lie("alg missing"),
    lie("alg that is no text"), lie("alg in lower case"), lie("alg empty"))
row("4.1.2", "jku is not followed.", tokens("test_header_never_causes_a_request"))
row("4.1.4", "kid is a case-sensitive text.", unit("jws", "malformed_headers_are_refused"),
    unit("jws", "the_kid_names_the_key"), code=JWS)
row("4.1.5", "x5u is not followed.", tokens("test_header_never_causes_a_request"))
row("4.1.9", "typ is a text.", unit("jws", "malformed_headers_are_refused"), good("no typ"),
    code=JWS)
row("4.1.10", "cty may be written as a whole media type, in any case.",
    unit("jwe", "what_does_not_matter_is_passed_over"), encrypted("around a picture"), code=JWE)
row("4.1.11", "An extension that must be understood, and is not, has the token refused.",
    lie("crit"), unit("jws", "malformed_headers_are_refused"), code=JWS)
row("5.2", "Each part is base64url without anything else in it.", lie("not base64url"),
    unit("base64url", "anything_else_is_refused"), unit("base64url", "each_value_has_one_spelling"))
row("5.2", "The header is one JSON object in UTF-8.", unit("jws", "malformed_headers_are_refused"))
row("5.2", "What is verified is what was sent, byte for byte.", lie("signature of other claims"),
    unit("jws", "what_was_signed_cannot_be_changed"), unit("jws", "the_rfcs_rsa_example_verifies"),
    unit("jws", "the_rfcs_ecdsa_example_verifies"))
row("7.1", "A compact token has exactly three parts.", lie("two parts"), lie("four parts"),
    lie("nothing but dots"), unit("jws", "only_three_parts_are_a_token"), code=JWS)
row("10.12", "JSON is read strictly.", lie("claims followed by more"),
    lie("claims of nested lists"), unit("json", "only_one_whole_object_is_read"),
    unit("json", "depth_is_bounded"))

rfc7516 = Specification("RFC 7516")
row = rfc7516.row
row("7.1", "Five parts are an encrypted token, and told for one.", lie("five parts"),
    unit("jws", "only_three_parts_are_a_token"), code=JWS)
row("4.1.1", "alg is the one that was agreed on, and no other is tried.",
    encrypted("another algorithm than the file's"),
    unit("jwe", "the_algorithm_is_the_one_agreed_on"))
row("4.1.3", "Nothing is inflated: a token that is compressed is refused.", encrypted("a bomb"),
    unit("jwe", "a_header_must_say_what_is_needed"))
row("4.1.6", "kid names the key; a name of the provider's own leaves all of them.",
    unit("jwe", "the_named_key_alone_is_tried"), unit("jwe", "all_keys_decrypt_whoever_names_them"))
row("4.1.13", "An extension that must be understood, and is not, has the token refused.",
    encrypted("crit"), unit("jwe", "a_header_must_say_what_is_needed"), code=JWE)
row("5.2", "A token is decrypted as the specification's example is.",
    unit("jwe", "the_vector_of_the_rfc_decrypts"), encryption("test_signs_in"), code=JWE)
row("5.2, 2", "Each part is base64url without anything else in it.",
    unit("jwe", "what_is_no_base64url_is_not_decrypted"),
    unit("base64url", "each_value_has_one_spelling"), code=JWE)
row("5.2, 14", "The header is authenticated as it was written.",
    forged("header with another member"), unit("jwe", "the_header_counts_to_the_byte"),
    unit("jwe", "the_vector_of_the_rfc_decrypts"), code=JWE)
row("5.2, 16", "What was changed is not decrypted.", forged("ciphertext with a bit turned"),
    unit("jwe", "every_bit_behind_the_header_counts"), unit("content", "every_bit_counts"))
row("11.5", "One failure to decrypt looks like another: a random key goes on where OAEP fails.",
    encryption("test_forgeries_look_alike"), forged("a key of zeros where OAEP fails"),
    logout("test_forgeries_look_alike"),
    unit("jwe", "a_header_that_lies_opens_nothing"), code=JWE)

rfc7517 = Specification("RFC 7517")
row = rfc7517.row
row("4", "A member that is not known is passed over; a name twice has the set refused.",
    plan("test_keys_of_foreign_kinds"), document("k-twice"))
row("4.1", "kty says of which kind a key is; kinds that are not known are skipped.",
    plan("test_keys_of_foreign_kinds"), unit("jwks", "keys_that_are_not_for_us_are_skipped"),
    code=JWK)
row("4.2", "A key whose use is not sig verifies nothing.", plan("test_keys_of_foreign_kinds"),
    unit("jwks", "keys_that_are_not_for_us_are_skipped"), code=JWK)
row("4.3", "A key whose key_ops lack verify verifies nothing.", plan("test_keys_of_foreign_kinds"),
    unit("jwks", "keys_that_are_not_for_us_are_skipped"), code=JWK)
row("4.4", "A key with an alg is for that alone.", unit("jws", "a_keys_alg_is_binding"),
    unit("jwks", "keys_know_what_they_fit"), code=JWK)
row("4.4", "A key without alg fits every algorithm of its kind.",
    plan("test_keys_without_alg_use_and_kid"))
row("4.5", "kid is a text; several keys may have the same.",
    unit("jws", "keys_of_the_same_kid_are_each_tried"), unit("jwks", "keys_that_are_not_for_us_are_skipped"),
    code=JWK)
row("5", "Keys that are not understood are passed over, and the others used.",
    plan("test_keys_of_foreign_kinds"),
    "tests/hostile/test_discovery.py::test_keys_nobody_can_read_are_skipped",
    unit("jwks", "good_keys_beside_bad_ones_are_kept"))
row("5.1", "A set is an object with an array of keys.", document("k-list"), document("k-none"),
    unit("jwks", "what_is_no_set_is_refused"))
row("9.2", "A private or symmetric key that a provider published by mistake is not used.",
    document("k-symmetric"), unit("jwks", "keys_that_are_not_for_us_are_skipped"))

rfc7518 = Specification("RFC 7518")
row = rfc7518.row
row("3.1", "none needs an agreement; there is none.", lie("alg none"), lie("alg None"),
    lie("alg NONE with a signature"))
row("3.2", "HMAC keys are as long as the hash.", lie("HS256 with nothing"),
    reason="HMAC is never taken.")
row("3.3", "RSA keys have 2048 bits or more.",
    unit("jwks", "rsa_is_neither_too_short_nor_too_long"))
row("3.4", "An ECDSA signature is r and s, each as wide as the curve's order.",
    unit("jws", "signatures_have_one_length"), unit("jws", "a_widened_ecdsa_signature_is_refused"),
    unit("signer", "signatures_verify"), code=(JWS, "liboidc/signer.c"))
row("3.4", "Each ECDSA algorithm has its one curve.",
    unit("jws", "another_curve_of_the_same_width_is_refused"), lie("ES256 header over RSA"))
row("3.5", "The salt of RSASSA-PSS is as long as the hash.",
    unit("jws", "every_algorithm_verifies_and_fails_when_spoilt"), code=JWS)
row("4.2", "RSA1_5 is not used.", encrypted("RSA1_5"),
    system("encryption", "test_algorithm_is_not_taken"),
    reason="Its padding gives an oracle away; RFC 8725 3.2 advises against it.")
row("4.3", "RSA-OAEP has its hash for label and mask alike; keys have 2048 bits or more.",
    unit("jwe", "every_algorithm_decrypts"),
    unit("decryption", "a_key_that_cannot_be_used_is_not"), code=JWE)
row("4.6.1", "epk, apu and apv belong to another algorithm.",
    unit("jwe", "a_header_must_say_what_is_needed"), code=JWE)
row("4.7.1", "iv and tag in the header belong to another algorithm.",
    unit("jwe", "a_header_must_say_what_is_needed"), encrypted("dir"), code=JWE)
row("4.8.1", "p2s and p2c belong to another algorithm, and cost no work.",
    encrypted("PBES2 with a thousand million rounds"), code=JWE)
row("5.1", "Every content encryption of the specification is decrypted, and no other.",
    unit("content", "other_names_are_no_algorithms"), encrypted("enc of nobody's"),
    unit("content", "the_vectors_are_decrypted"), code=CONTENT)
row("5.2", "With CBC, the HMAC is half of the key and of the tag.",
    unit("content", "the_vectors_are_decrypted"), code=CONTENT)
row("5.2.2.1, 5", "The HMAC is over header, IV, ciphertext and the header's length.",
    unit("content", "the_vectors_are_decrypted"), unit("content", "every_bit_counts"),
    code=CONTENT)
row("5.2.2.2", "The HMAC is compared before anything is decrypted.",
    forged("CBC: ciphertext with a bit turned"), unit("content", "every_bit_counts"), code=CONTENT)
row("5.3", "GCM's IV has 96 bits and its tag 128, neither more nor less.",
    forged("A128GCM: tag of 4 bytes"), unit("content", "every_size_is_exact"), code=CONTENT)
row("6.2.2", "An EC key with a private member is not used.",
    unit("jwks", "keys_that_are_not_for_us_are_skipped"), code=JWK)
row("6.3.1", "Modulus and exponent are sound numbers.", unit("jwks", "malformed_keys_are_skipped"),
    document("k-broken"))
row("6.3.2", "An RSA key with private members is not used.",
    unit("jwks", "keys_that_are_not_for_us_are_skipped"), code=JWK)
row("6.4.1", "A symmetric key is not used.", document("k-symmetric"), code=JWK)

rfc7519 = Specification("RFC 7519")
row = rfc7519.row
row("2", "A time may have a fraction.", good("exp with a fraction"),
    unit("id_token", "it_has_not_expired"), code=JWT)
row("2", "Times that no clock has are refused.", lie("exp 1e300"), lie("exp 1e400"),
    lie("exp with thirty digits"), lie("exp negative"))
row("4", "A claim that comes twice has the token refused.", lie("sub twice"))
row("4", "Claims that are not known are passed over.", good("a claim nobody knows"))
row("4.1", "iss, sub and nonce are texts.", lie("sub a number"), lie("nonce that is a list"),
    code=JWT)
row("4.1", "Our own assertion says who, to whom and for how long.",
    unit("handoff", "the_assertion_says_exactly_this"), code="liboidc/handoff.c")
row("4.1.3", "A token that does not name us is refused.", lie("wrong aud"), lie("empty aud list"))
row("4.1.4", "A token is not used on or after exp, but for a minute's leeway.",
    lie("expired beyond the leeway"), unit("id_token", "it_has_not_expired"),
    code=JWT)
row("4.1.5", "A token is not used before nbf.", lie("not valid yet"), lie("nbf as text"),
    unit("id_token", "it_was_issued_and_not_in_the_future"), code=JWT)
row("4.1.6", "iat is a time; what was issued in the future is refused.", lie("from the future"),
    lie("iat as text"))
row("5.2", "A token around a token says so in cty, or nothing.", encrypted("around a picture"),
    unit("jwe", "what_does_not_matter_is_passed_over"), encrypted("claims without signature"),
    code=JWE)
row("5.3", "What the header of the encryption repeats is what is inside.",
    enclosed("issuer that is no text in the header"),
    unit("logout", "the_header_of_the_encryption_is_judged"), code="liboidc/logout_token.c")
row("6", "An unsecured token is used only where that was agreed.", lie("alg none"),
    unit("jws", "a_signature_that_is_missing_is_refused"))
row("7.2", "The claims are one JSON object in UTF-8.", lie("claims that are a list"),
    lie("claims that are no UTF-8"), unit("jws", "payloads_must_be_objects"))
row("7.2", "Whatever check fails, the token is refused.", tokens("test_refused"))
row("8", "HS256 and none are implemented.", lie("alg none"), lie("HS256 with the client secret"),
    reason="Deliberately not: both have been the door of many attacks, and no provider of XNAT "
    "sites needs them.")

rfc7797 = Specification("RFC 7797")
rfc7797.row("6", "b64 must be understood where it comes; it is not, and the token refused.", lie("b64 false"),
            unit("jws", "malformed_headers_are_refused"), code=JWS)

rfc8725 = Specification("RFC 8725")
row = rfc8725.row
row("3.1", "Only algorithms that are expected are verified with; the header does not choose.",
    lie("alg not in the metadata"), lie("HS256 with the public key's PEM"),
    lie("HS256 with the JWK"), unit("jws", "an_hmac_with_the_public_key_is_refused"), code=JWS)
row("3.1", "A key is used with one algorithm where it says which.",
    unit("jws", "a_keys_alg_is_binding"))
row("3.2", "none is not accepted, in any spelling.", lie("alg none"), lie("alg None"),
    lie("alg NONE with a signature"))
row("3.3", "Every cryptographic operation is checked, and one that fails refuses the token.",
    lie("signature with its first bit flipped"), lie("half a signature"),
    unit("crypto_failure", "each_failure_is_reported_as_ours"))
row("3.4", "A point that is not on its curve is no key.",
    unit("jwks", "malformed_keys_are_skipped"), unit("jwks", "good_keys_beside_bad_ones_are_kept"),
    reason="cjose and OpenSSL look, each by itself, and no line of ours: ours is that such a key costs its set nothing.")
row("3.5", "Keys are strong enough.", unit("jwks", "rsa_is_neither_too_short_nor_too_long"))
row("3.6", "What is encrypted is not compressed.", encrypted("zip"), encrypted("a bomb"),
    unit("jwe", "a_header_must_say_what_is_needed"))
row("3.7", "JSON is UTF-8 only.", lie("claims that are no UTF-8"),
    unit("json", "only_one_whole_object_is_read"))
row("3.8", "The key is the issuer's own.", lie("iss of another tenant"),
    lie("signature by a key that is not in the JWKS, under a kid that is"))
row("3.8", "The subject is one of the issuer's: user-info must agree.",
    userinfo("of somebody else"))
row("3.9", "The audience is checked.", lie("wrong aud"), lie("aud list without us"))
row("3.10", "kid chooses among published keys and nothing else; jku and x5u cause no request.",
    tokens("test_header_never_causes_a_request"), lie("kid that is not in the JWKS"),
    unit("jws", "keys_inside_the_token_are_ignored"))
row("3.11", "Kinds of tokens are told apart by typ.", good("no typ"), lie("no nonce"),
    reason="Core gives ID tokens no typ of their own; nonce and audience tell them apart.")
row("3.12", "No other kind of token passes for an ID token: nonce, aud and azp are demanded.",
    lie("no nonce"), lie("two audiences without azp"),
    here("test_tokens_in_the_front_channel_are_never_used"))
