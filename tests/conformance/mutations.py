"""Mistakes on purpose: each takes one check out of the product, and names the tests that must notice.

./dev mutants makes them one by one in a copy of the source, builds, and demands that each of the tests
named here fails. test_tables.py sees to it that the texts do not go out of date.
"""

from dataclasses import dataclass

from conformance.bearer import bearer, claims as bad
from conformance.logout import claim, enclosed, request as wrong_request, test as logout, token as wrong
from conformance.requirement import (
    answers, back, document, encrypted, encryption, forged, good, here, lie, plan, system,
    token_answer, tokens, unit, userinfo)
from security.advisories import here as peers


@dataclass(frozen=True)
class Mutation:
    """In `file`, `text` (there once) becomes `replacement`; then each of `tests` must fail."""

    name: str
    file: str
    text: str
    replacement: str
    tests: tuple


MUTATIONS = []


def matrix(capability):
    """Its test with the provider that is always there."""
    return f"tests/interop/test_matrix.py::test_{capability}[oidc-provider]"


def mutation(name, file, text, replacement, *tests):
    MUTATIONS.append(Mutation(name, file, text, replacement, tests))


# --- the ID token ---------------------------------------------------------------------------------
ID_TOKEN, JWT = "liboidc/id_token.c", "liboidc/jwt.c"

mutation("iss is not compared", JWT,
         "if (code != OIDC_OK || strcmp(issuer, jwt->issuer) == 0)\n        return code;",
         "return code;", lie("wrong iss"), lie("iss with a slash more"), lie("iss in another case"),
         lie("iss of another tenant"), plan("test_another_issuer_in_the_id_token"),
         plan("test_issuer_with_a_slash_at_its_end"), here("test_unicode_is_not_normalized"),
         unit("id_token", "the_issuer_is_exact"),
         unit("login", "claims_of_the_id_token_are_checked"),
         *peers("tokens", "liboauth2_cwe_287_issuer_and_audience"))
mutation("iss is compared without case", JWT, "strcmp(issuer, jwt->issuer) == 0",
         "strcasecmp(issuer, jwt->issuer) == 0", lie("iss in another case"),
         unit("id_token", "the_issuer_is_exact"))
mutation("everybody may leave the scheme of iss out like Google", ID_TOKEN,
         'if (issuer && strcmp(jwt->issuer, "https://accounts.google.com") == 0 &&\n'
         '        strcmp(issuer, "accounts.google.com") == 0)',
         'if (issuer && strncmp(jwt->issuer, "https://", 8) == 0 &&\n'
         '        strcmp(issuer, jwt->issuer + 8) == 0)',
         unit("id_token", "the_issuer_is_exact"),
         unit("id_token", "google_may_leave_its_scheme_out"))
mutation("Google may not leave its scheme out", ID_TOKEN,
         'strcmp(issuer, "accounts.google.com") == 0', 'strcmp(issuer, "-") == 0',
         unit("id_token", "google_may_leave_its_scheme_out"))
mutation("a claim that is no text counts as empty", JWT, "if (!json_is_string(value))",
         "if (0)", lie("sub a number"), unit("id_token", "the_subject_is_printable_ascii"))
mutation("aud is not compared", JWT,
         'if (json_text_or_list_has(jwt->claims, "aud", jwt->client_id))', "if (1)",
         lie("wrong aud"), lie("aud list without us"), lie("empty aud list"),
         lie("aud that begins like us"), plan("test_another_audience_in_the_id_token"),
         unit("id_token", "the_token_is_meant_for_us"),
         *peers("tokens", "ghsa_wcvh_g65p_v576_token_of_another_client"),
         *peers("tokens", "liboauth2_cwe_287_issuer_and_audience"))
mutation("aud may be missing", JWT,
         'if (!json_object_get(jwt->claims, "aud"))\n        return jwt_missing(jwt, "aud");',
         'if (!json_object_get(jwt->claims, "aud"))\n        return OIDC_OK;', claim("no aud"),
         lie("no aud"), unit("id_token", "the_token_is_meant_for_us"))
mutation("several audiences need no azp", ID_TOKEN, "if (!azp && audiences > 1)", "if (0)",
         lie("two audiences without azp"), unit("id_token", "the_token_was_issued_to_us"))
mutation("azp is not compared", ID_TOKEN, "if (!azp)\n        return OIDC_OK;", "return OIDC_OK;",
         lie("wrong azp"), lie("azp that is no text"),
         unit("id_token", "the_token_was_issued_to_us"))
mutation("exp is not looked at", JWT,
         "if (code != OIDC_OK || expires + JWT_LEEWAY > jwt->now)", "if (1)",
         lie("expired"), lie("expired beyond the leeway"), lie("exp zero"), lie("exp negative"),
         unit("id_token", "it_has_not_expired"), *peers("tokens", "liboauth2_cwe_613_expiry"))
mutation("exp is good a second longer", JWT, "expires + JWT_LEEWAY > jwt->now",
         "expires + JWT_LEEWAY >= jwt->now", unit("id_token", "it_has_not_expired"),
         unit("logout", "each_claim_is_checked"), unit("bearer", "each_claim_is_checked"))
mutation("iat may be missing", ID_TOKEN, 'if (!json_object_get(jwt->claims, "iat"))', "if (0)",
         lie("no iat"), plan("test_no_time_of_issue_in_the_id_token"),
         unit("id_token", "it_was_issued_and_not_in_the_future"))
mutation("a text that is missing is empty", JWT,
         "    if (!value)\n        return jwt_missing(jwt, name);\n    if (!json_is_string(value))",
         "    if (!value)\n        return OIDC_OK;\n    if (!json_is_string(value))",
         plan("test_no_subject_in_the_id_token"), lie("no iss"),
         unit("id_token", "the_issuer_is_exact"))
mutation("times may be anything", JWT, "return jwt_time(value, time) ? OIDC_OK",
         "return jwt_time(value, time), 1 ? OIDC_OK", claim("iat as text"), lie("iat as text"), lie("exp 1e300"),
         unit("id_token", "it_was_issued_and_not_in_the_future"))
mutation("times have no bounds", JWT, "return *time >= -TIME_MAX && *time <= TIME_MAX;",
         "return true;", unit("id_token", "it_has_not_expired"))
mutation("iat may be in the future", ID_TOKEN,
         'return jwt_check_begun(jwt, "iat", " was issued");', "return OIDC_OK;",
         lie("from the future"), unit("id_token", "it_was_issued_and_not_in_the_future"))
mutation("nbf is not looked at", JWT, 'return jwt_check_begun(jwt, "nbf", " is valid");',
         "return OIDC_OK;", claim("nbf to come"), lie("not valid yet"), unit("id_token", "it_was_issued_and_not_in_the_future"))
mutation("nonce is not compared", ID_TOKEN,
         "if (code != OIDC_OK || secret_equal_text(nonce, sign_in->expected->nonce))", "if (1)",
         lie("wrong nonce"), lie("empty nonce"), lie("nonce cut short"),
         tokens("test_old_token_again"), plan("test_another_nonce_in_the_id_token"),
         answers("test_code_of_another_login"), unit("id_token", "the_nonce_is_this_sign_ins"),
         unit("login", "an_id_token_of_another_sign_in_is_refused"))
mutation("nonce may be missing", ID_TOKEN, 'oidc_code code = jwt_text(jwt, "nonce", &nonce);',
         'oidc_code code = OIDC_OK;\n    if (!json_object_get(jwt->claims, "nonce"))\n'
         '        return code;\n    code = jwt_text(jwt, "nonce", &nonce);',
         lie("no nonce"), unit("id_token", "the_nonce_is_this_sign_ins"))
mutation("at_hash is not compared", ID_TOKEN, "if (!at_hash || !access_token)",
         "if (1)", lie("wrong at_hash"), lie("empty at_hash"), lie("at_hash that is no text"),
         unit("id_token", "the_access_token_is_the_one_it_was_issued_with"),
         unit("id_token", "the_specifications_at_hash_is_ours"))
mutation("at_hash is of the whole hash", ID_TOKEN, "algorithm->hash_size / 2",
         "algorithm->hash_size", plan("test_code_flow_succeeds"),
         unit("id_token", "the_specifications_at_hash_is_ours"),
         unit("login", "the_right_at_hash_is_taken"))
mutation("a subject may have any characters", JWT, "if (text[i] < 0x20 || text[i] > 0x7e)",
         "if (0)", lie("sub not ASCII"), lie("sub with a line end"),
         unit("id_token", "the_subject_is_printable_ascii"))
mutation("a subject may have any length", JWT, "return size > 0 && size <= OIDC_SUBJECT_MAX;",
         "return true;", lie("sub of 256 characters"), lie("empty sub"),
         unit("id_token", "the_subject_is_printable_ascii"))
mutation("the last checks are left out", JWT, "code == OIDC_OK && checks[i]; i++)",
         "code == OIDC_OK && i < 1; i++)", claim("no events"), lie("no sub"), lie("no exp"), lie("no iat"), lie("no nonce"),
         lie("wrong aud"), tokens("test_refused"))

# --- signed tokens --------------------------------------------------------------------------------
JWS = "liboidc/jws.c"
COMPACT = "liboidc/compact.c"

mutation("signatures are not verified", JWS, "return verdict == 1;", "return true;",
         encrypted("strange signature inside"),
         lie("signature with its first bit flipped"), lie("signature with its last bit flipped"),
         lie("signature of other claims"), plan("test_signature_that_does_not_fit"),
         lie("signature by a key that is not in the JWKS, under a kid that is"),
         userinfo("JWT by a stranger"),
         lie("signature by a key that is not in the JWKS, without kid"),
         unit("jws", "every_algorithm_verifies_and_fails_when_spoilt"),
         unit("login", "signatures_are_checked"), unit("jws", "what_was_signed_cannot_be_changed"),
         unit("login", "forged_userinfo_is_refused"),
         *peers("tokens", "by_design_elsewhere_signature_never_verified", "cve_2021_29652_id_token",
                "cve_2021_29652_signed_userinfo"))
mutation("a signature of any length is tried", JWS,
         "if (!(algorithm->curve ? ecdsa_size_fits : rsa_size_fits)(signature, key))", "if (0)",
         unit("jws", "a_widened_ecdsa_signature_is_refused"))
mutation("RFC 7515's examples are read with a dot less", JWS,
         "return jws->parts[JWS_HEADER].size + 1 + jws->parts[JWS_PAYLOAD].size;",
         "return jws->parts[JWS_HEADER].size + jws->parts[JWS_PAYLOAD].size;",
         unit("jws", "the_rfcs_rsa_example_verifies"), unit("jws", "the_rfcs_ecdsa_example_verifies"), plan("test_signed_with_rs256"),
         plan("test_code_flow_succeeds"))
mutation("any algorithm that we know is taken", JWS, "else if ((algorithm->bit & allowed) == 0)",
         "else if (0)", unit("jws", "an_algorithm_that_is_not_allowed_is_refused"),
         unit("id_token", "the_signature_comes_first"), lie("alg not in the metadata"),
         lie("ES256 header over RSA"))
mutation("algorithms are read without case", "liboidc/algorithm.c",
         "if (strcmp(algorithms[i].name, name) == 0)",
         "if (strcasecmp(algorithms[i].name, name) == 0)", lie("alg in lower case"))
mutation("alg may be missing", JWS,
         "const struct algorithm *algorithm = name ? algorithm_named(name) : NULL;\n\n    if "
         "(!name)",
         'const struct algorithm *algorithm = algorithm_named(name ? name : "RS256");\n\n    if (0)',
         lie("alg missing"), lie("alg that is no text"), lie("alg empty"))
mutation("a token without a signature goes through with none", JWS,
         "OIDC_TRY(check_signature(jws, keys, chosen, codes, error));",
         "if (jws->parts[JWS_SIGNATURE].size > 0)\n        "
         "OIDC_TRY(check_signature(jws, keys, chosen, codes, error));", lie("empty signature"),
         unit("jws", "a_signature_that_is_missing_is_refused"))
mutation("none is an algorithm", "liboidc/algorithm.c",
         'if (strcmp(algorithms[i].name, name) == 0)',
         'if (strcmp(algorithms[i].name, name) == 0 || strcasecmp(name, "none") == 0)',
         lie("alg none"), lie("alg None"), lie("alg NONE with a signature"),
         plan("test_not_signed"), unit("jws", "algorithms_we_never_take_are_refused"),
         *peers("tokens", "mao_2_4_20_algorithm"))
mutation("HMAC is an algorithm", "liboidc/algorithm.c",
         'if (strcmp(algorithms[i].name, name) == 0)',
         'if (strcmp(algorithms[i].name, name) == 0 || name[0] == \'H\')',
         lie("HS256 with the client secret"), lie("HS256 with the public key's PEM"),
         lie("HS256 with the JWK"), lie("HS256 with nothing"),
         unit("jws", "an_hmac_with_the_public_key_is_refused"),
         *peers("tokens", "mao_2_4_20_algorithm_when_nothing_is_pinned"))
mutation("kid chooses nothing", JWS, "(!kid || (key->kid && strcmp(key->kid, kid) == 0));", "true;",
         unit("jws", "the_kid_names_the_key"), lie("kid that is not in the JWKS"))
mutation("kid is read without case", JWS, "strcmp(key->kid, kid) == 0",
         "strcasecmp(key->kid, kid) == 0", unit("jws", "the_kid_names_the_key"))
mutation("without kid the first key is the one", JWS,
         "for (size_t i = 0; i < keys->count && !good && !broken; i++) {",
         "for (size_t i = 0; i < keys->count && !good && !broken && (kid || tried == 0); i++) {",
         plan("test_no_kid_and_several_keys"), plan("test_keys_without_alg_use_and_kid"),
         unit("jws", "without_a_kid_each_fitting_key_is_tried"))
mutation("with kid the first key of that name is the one", JWS,
         "for (size_t i = 0; i < keys->count && !good && !broken; i++) {",
         "for (size_t i = 0; i < keys->count && !good && !broken && (!kid || tried == 0); i++) {",
         unit("jws", "keys_of_the_same_kid_are_each_tried"))
mutation("a key is tried with every algorithm", JWS,
         "return (key->algorithms & algorithm->bit) != 0 &&",
         "return (!algorithm->curve == (EVP_PKEY_get_base_id(key->key) == EVP_PKEY_RSA)) &&",
         unit("jws", "a_keys_alg_is_binding"))
mutation("a key of another name is no unknown key", JWS, "if (kid && tried == 0)", "if (0)",
         unit("login", "a_new_key_is_looked_up"), plan("test_key_rotated_between_two_sign_ins"),
         plan("test_key_rotated_just_before_signing"), system("lifecycle", "test_keys_rotate"))
mutation("crit and b64 are passed over", COMPACT, "if (json_object_get(header, refused[i]))", "if (0)",
         lie("crit"), lie("b64 false"), unit("jws", "malformed_headers_are_refused"))
mutation("kid and typ may be anything", COMPACT, "if (value && !json_is_string(value))", "if (0)",
         unit("jws", "malformed_headers_are_refused"))
mutation("five parts are three", JWS, "if (compact->count == COMPACT_ENCRYPTED)", "if (0)",
         lie("five parts"), encryption("test_encrypted_where_it_is_not_agreed_on"),
         unit("jws", "only_three_parts_are_a_token"))
mutation("a token may have any length", COMPACT, "if (size > max)", "if (0)",
         unit("jws", "length_is_bounded"))
mutation("PSS has a salt of any length", JWS,
         "EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1",
         "EVP_PKEY_CTX_set_rsa_pss_saltlen(options, 20) == 1",
         unit("jws", "every_algorithm_verifies_and_fails_when_spoilt"))
mutation("base64url has two spellings", "liboidc/base64url.c",
         "if ((bits & ((UINT32_C(1) << waiting) - 1)) != 0)", "if (0)",
         unit("base64url", "each_value_has_one_spelling"))
mutation("base64url takes base64 too", "liboidc/base64url.c",
         "        if (value == 0)\n            return false;",
         "        if (value == 0)\n            value = 1;",
         unit("base64url", "anything_else_is_refused"))
mutation("JSON may have a name twice", "liboidc/json.c", "JSON_REJECT_DUPLICATES", "0",
         lie("sub twice"), lie("header with alg twice"), userinfo("sub twice"),
         token_answer("members twice"), document("d-twice"),
         unit("json", "only_one_whole_object_is_read"))
mutation("something may stand behind JSON", "liboidc/json.c", "JSON_REJECT_DUPLICATES",
         "JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK", lie("claims followed by more"),
         unit("json", "only_one_whole_object_is_read"))
mutation("any JSON value is an object", "liboidc/json.c", "} else if (!json_is_object(value)) {",
         "} else if (0) {", lie("claims that are a list"), document("d-list"),
         token_answer("a list"), unit("jws", "payloads_must_be_objects"),
         unit("json", "only_one_whole_object_is_read"))
mutation("a list of audiences need not be texts", "liboidc/json.c",
         "if (!json_is_string(element))\n            return false;",
         "if (!json_is_string(element))\n            continue;",
         unit("json", "a_text_or_a_list_has_a_text"), unit("id_token", "the_token_is_meant_for_us"))
mutation("lists of audiences are not read", "liboidc/json.c", "if (!json_is_array(value))",
         "if (1)", unit("json", "a_text_or_a_list_has_a_text"),
         "tests/hostile/test_id_tokens.py::test_accepted[several audiences with azp]")

# --- encrypted ID tokens --------------------------------------------------------------------------
JWE, CONTENT = "liboidc/jwe.c", "liboidc/content.c"

mutation("where OAEP fails a key that everybody knows goes on", JWE,
         "OIDC_TRY(secret_random(key, size, error));", "memset(key, 0, size);\n    code = OIDC_OK;",
         forged("a key of zeros where OAEP fails"), *peers("crypto", "cve_2026_53939_key_of_zeros"))
mutation("what is left of OAEP is taken for a key", JWE,
         "unsigned char mask = (unsigned char)(0U - good);",
         "unsigned char mask = (unsigned char)(0U - (good | 1U));",
         forged("a key of zeros where OAEP fails"), logout("test_forgeries_look_alike"))
mutation("the token chooses how its key is encrypted", JWE,
         "if (!alg || strcmp(alg, algorithm) != 0)", "if (!alg)",
         encrypted("another algorithm than the file's"), encrypted("RSA1_5"), encrypted("dir"),
         enclosed("RSA1_5"),
         unit("jwe", "the_algorithm_is_the_one_agreed_on"),
         *peers("crypto", "cve_2026_53938_aes_key_unwrap", "cve_2022_32096_other_wraps_of_the_key"))
mutation("zip and what belongs to other algorithms are passed over", JWE,
         '{"crit", "zip", "b64", "epk", "apu", "apv",\n'
         '                                          "iv",   "tag", "p2s", "p2c", NULL};',
         '{"crit", "b64", NULL};', unit("jwe", "a_header_must_say_what_is_needed"),
         encrypted("PBES2 with a thousand million rounds"))
mutation("crit of an encrypted token is passed over", JWE, '{"crit", "zip",', '{"zip",',
         encrypted("crit"), unit("jwe", "a_header_must_say_what_is_needed"))
mutation("a token is encrypted around anything", JWE,
         'return !type || strcasecmp(type, "JWT") == 0 || strcasecmp(type, "application/jwt") == 0;',
         "return !type || *type;", encrypted("around a picture"),
         unit("jwe", "a_header_must_say_what_is_needed"))
mutation("a whole media type in cty is refused", JWE,
         ' || strcasecmp(type, "application/jwt") == 0;', ";",
         unit("jwe", "what_does_not_matter_is_passed_over"))
mutation("kid does not say which key", JWE, "for (size_t i = 0; kid && i < keys->count; i++)",
         "for (size_t i = 0; kid && i < 0; i++)", unit("jwe", "the_named_key_alone_is_tried"),
         forged("for another key of ours than it says"))
mutation("the first key alone decrypts", JWE, "size_t count = named ? 1 : keys->count;",
         "size_t count = 1;", unit("jwe", "all_keys_decrypt_whoever_names_them"),
         encryption("test_signs_in"))
mutation("a NUL inside ends the token", JWE,
         "if (code == OIDC_OK && memchr(plain, '\\0', size))", "if (0)", encrypted("NUL inside"),
         unit("jwe", "a_nul_inside_is_refused"))
mutation("OAEP has SHA-1 throughout", JWE, '{"RSA-OAEP-256", "SHA256"},',
         '{"RSA-OAEP-256", "SHA1"},', unit("jwe", "every_algorithm_decrypts"),
         encryption("test_signs_in"))
mutation("the header is not authenticated as written", JWE,
         "(const unsigned char *)header->text, header->size};",
         "(const unsigned char *)header->text, header->size - 1};",
         unit("jwe", "the_vector_of_the_rfc_decrypts"), unit("jwe", "every_algorithm_decrypts"))
mutation("an HMAC beside CBC is computed and not compared", CONTENT,
         "CRYPTO_memcmp(mac, content->tag.bytes, encryption->tag_size) == 0", "mac[0] == mac[0]",
         forged("CBC: IV with a bit turned"), unit("content", "every_bit_counts"))
mutation("an HMAC is compared as far as the tag goes", CONTENT,
         "return content->iv.size == encryption->iv_size && content->tag.size == encryption->tag_size &&",
         "return content->iv.size == encryption->iv_size &&",
         unit("content", "every_size_is_exact"))
mutation("the header's length is left out of the HMAC", CONTENT,
         "(uint64_t)content->aad.size * 8 >>", "(uint64_t)content->aad.size >>",
         unit("content", "the_vectors_are_decrypted"), encryption("test_signs_in"))
mutation("ID tokens are taken as they come, encrypted or not", ID_TOKEN,
         "if (expected->encryption)", "if (expected->encryption && strchr(token, '.') != NULL &&\n"
         "        strchr(strchr(strchr(token, '.') + 1, '.') + 1, '.') != NULL)",
         encrypted("signed alone"), unit("id_token", "encryption_is_as_agreed_on"))
mutation("encrypted user-info is told for a malformed one", "liboidc/userinfo.c",
         ".encrypted = OIDC_E_USERINFO_ENCRYPTED", ".encrypted = OIDC_E_USERINFO_MALFORMED",
         encryption("test_encrypted_user_info_is_refused"),
         unit("login", "forged_userinfo_is_refused"))

# --- keys -----------------------------------------------------------------------------------------
JWK, JWKS = "liboidc/jwk.c", "liboidc/jwks.c"

mutation("keys for encryption verify", JWK,
         'return !use || (json_is_string(use) && strcmp(json_string_value(use), "sig") == 0);',
         "return true;", plan("test_keys_of_foreign_kinds"),
         unit("jwks", "keys_that_are_not_for_us_are_skipped"))
mutation("key_ops are not read", JWK, "return !operations ||", "return true ||",
         plan("test_keys_of_foreign_kinds"), unit("jwks", "keys_that_are_not_for_us_are_skipped"))
mutation("private keys are taken", JWK, "if (json_object_get(jwk, secrets[i]))", "if (0)",
         unit("jwks", "keys_that_are_not_for_us_are_skipped"))
mutation("kid may be anything", JWK, "return !kid || json_is_string(kid);", "return true;",
         unit("jwks", "keys_that_are_not_for_us_are_skipped"))
mutation("a key's alg is not read", JWK, "if (!alg)\n        return algorithms;",
         "return algorithms;", unit("jwks", "keys_know_what_they_fit"),
         unit("jws", "a_keys_alg_is_binding"))
mutation("a key without alg fits nothing", JWK, "if (!alg)\n        return algorithms;",
         "if (!alg)\n        return 0;", plan("test_keys_without_alg_use_and_kid"),
         unit("jwks", "keys_know_what_they_fit"))
mutation("RSA keys may be short", JWK, "bits >= JWK_RSA_BITS_MIN &&", "bits >= 512 &&",
         unit("jwks", "rsa_is_neither_too_short_nor_too_long"))
mutation("RSA exponents may be 1", JWK, "!BN_is_one(e) && ", "",
         unit("jwks", "malformed_keys_are_skipped"))
mutation("one bad key spoils the set", JWKS,
         "if (outcome == JWK_NO_MEMORY)\n            return oidc_fail_memory(error);",
         "if (outcome != JWK_KEPT)\n            return oidc_fail_memory(error);",
         plan("test_keys_of_foreign_kinds"), unit("jwks", "good_keys_beside_bad_ones_are_kept"),
         "tests/hostile/test_discovery.py::test_keys_nobody_can_read_are_skipped")
mutation("a set without a usable key is one", JWKS, "if (set->count == 0)", "if (0)",
         document("k-none"), document("k-symmetric"), document("k-broken"))
mutation("keys need not be an array", JWKS, "else if (!json_is_array(list))", "else if (0)",
         unit("jwks", "what_is_no_set_is_refused"))
mutation("every ECDSA algorithm fits every curve", "liboidc/algorithm.c",
         "needed && strcmp(needed, curve) == 0 : !needed", "needed != NULL : !needed",
         unit("jwks", "keys_know_what_they_fit"))

# --- discovery ------------------------------------------------------------------------------------
METADATA = "liboidc/metadata.c"

mutation("the document may be another issuer's", METADATA,
         "if (strcmp(issuer, source->issuer) != 0)", "if (0)", document("d-issuer"),
         plan("test_document_of_another_issuer"),
         unit("metadata", "the_issuer_is_compared_as_a_string"),
         unit("provider", "a_wrong_document_teaches_nothing"))
mutation("the document need not name an issuer", METADATA,
         "    if (!issuer)\n        return oidc_fail(error, OIDC_E_DISCOVERY_ISSUER,",
         "    if (!issuer)\n        return 0 && oidc_fail(error, OIDC_E_DISCOVERY_ISSUER,",
         document("d-no-issuer"), unit("metadata", "the_issuer_is_compared_as_a_string"))
mutation("a derived issuer need not vouch for the endpoint", METADATA, "if (source->derived)",
         "if (0)", unit("metadata", "a_derived_issuer_must_vouch_for_the_endpoint"))
mutation("a slash at the end of the issuer stays", METADATA,
         "if (size > 0 && issuer[size - 1] == '/')", "if (0)",
         plan("test_issuer_with_a_slash_at_its_end"),
         unit("metadata", "the_document_goes_below_the_issuer"))
mutation("endpoints may be plain http", METADATA,
         "    if (!url_is_secure(endpoint))\n        return false;\n" "    return "
         "endpoint->https || configured ||", "    return true || configured ||",
         document("d-insecure"), unit("metadata", "endpoints_must_be_there_and_encrypted"),
         unit("metadata", "an_insecure_endpoint_of_the_file_is_no_better"))
mutation("endpoints may be of any scheme", METADATA, "if (!url_parse(text, &url))",
         "if (url_parse(text, &url), 0)",
         unit("metadata", "endpoints_must_be_there_and_encrypted"))
mutation("endpoints may be missing", METADATA,
         "if (endpoints[i].required && !*endpoints[i].endpoint)", "if (0)", document("d-no-keys"),
         unit("metadata", "endpoints_must_be_there_and_encrypted"))
mutation("the document wins over the file", METADATA,
         "const char *text = configured ? configured : json_text(document, name);",
         "const char *text = json_text(document, name) ? json_text(document, name) : configured;",
         unit("metadata", "the_file_wins_over_the_document"))
mutation("algorithms need not be listed", METADATA, "*algorithms = list ? 0 : fallback;",
         "*algorithms = fallback;", document("d-algorithms"),
         unit("metadata", "algorithms_are_those_listed_that_we_take"))
mutation("lists may be anything", METADATA, "if (!json_is_array(list)) {", "if (0) {",
         unit("metadata", "other_abilities_are_read"))
mutation("client_secret_post is preferred", METADATA,
         'if (!list || has_word(list, "client_secret_basic"))',
         'if (list && !has_word(list, "client_secret_post"))',
         unit("metadata", "client_authentication_is_chosen"),
         unit("metadata", "the_least_document_gives_the_defaults"))
mutation("client_secret_post is not known", METADATA,
         'else if (has_word(list, "client_secret_post"))', "else if (0)",
         unit("metadata", "client_authentication_is_chosen"),
         system("sign_in", "test_client_secret_post_where_basic_is_not_offered"),
         unit("login", "the_secret_can_go_into_the_body"), matrix("client_secret_post"))
mutation("a provider without the code flow is asked", METADATA,
         'if (code == OIDC_OK && list && !has_word(list, "code"))', "if (0)",
         unit("metadata", "other_abilities_are_read"))
mutation("PKCE is used with plain too", METADATA, '(!list || has_word(list, "S256")));', "true);",
         unit("authorization", "pkce_can_be_off"),
         unit("metadata", "pkce_is_on_unless_somebody_says_no"))
mutation("PKCE needs to be listed", METADATA, '(!list || has_word(list, "S256")));',
         '(list && has_word(list, "S256")));',
         unit("metadata", "pkce_is_on_unless_somebody_says_no"))
mutation("the file cannot switch PKCE off", METADATA,
         "choice == PROPS_YES || (choice == PROPS_UNSET &&", "choice == PROPS_YES || (true &&",
         system("policy", "test_pkce_switch"),
         here("test_verifier_stays_at_home_without_a_challenge"),
         unit("authorization", "pkce_can_be_off"),
         *peers("secrets", "liboauth2_cwe_200_policy_switches_switch"), matrix("login_without_pkce"))
mutation("the promise of iss is not read", METADATA,
         "    metadata->promises_iss =\n        json_is_true(",
         "    metadata->promises_iss =\n        0 && json_is_true(",
         answers("test_promised_issuer_that_does_not_come"),
         unit("metadata", "other_abilities_are_read"),
         unit("login", "the_issuer_of_the_response_is_checked"))
mutation("the issuer may be any URL", "liboidc/refresh.c", "if (!url_is_secure(&url))", "if (0)",
         unit("provider", "an_issuer_that_is_none_ends_the_look_at_once"))
mutation("the issuer may have a query", "liboidc/refresh.c", "        url.has_query)", "        0)",
         unit("provider", "an_issuer_that_is_none_ends_the_look_at_once"))
mutation("maintenance is a wrong guess", "liboidc/refresh.c", "guessed && is_wrong_guess(response, code);",
         "guessed && (is_wrong_guess(response, code) || is_definitive(response));",
         unit("provider", "a_guess_that_is_wrong_for_good_asks_for_the_key"),
         system("configuration", "test_a_guess_that_cannot_be_tried_yet[302]"))
mutation("a guess that was right is doubted", "liboidc/refresh.c", "guessed && code != OIDC_OK;", "guessed;",
         unit("provider", "a_guess_is_doubted_until_discovery_has_proven_it"))
mutation("no guess is ever wrong", "liboidc/refresh.c", "guessed && is_wrong_guess(response, code);", "false;",
         unit("provider", "a_guess_that_is_wrong_for_good_asks_for_the_key"),
         system("configuration", "test_issuer_that_cannot_be_learnt"))
mutation("who was guessed is not to be named", "server/keeper.c",
         "    const bool guessed = oidc_refresh_doubts_issuer(keeper->refresh);", "    const bool guessed = false;",
         system("configuration", "test_a_guess_that_cannot_be_tried_yet[302]"))
mutation("whoever fails was guessed", "server/keeper.c",
         "    const bool guessed = oidc_refresh_doubts_issuer(keeper->refresh);", "    const bool guessed = true;",
         document("d-redirected"))
mutation("a failure is told of without what to do", "server/keeper.c",
         "        if (hints[i].code != code ||", "        if (hints[i].code != OIDC_E_DISCOVERY_ISSUER ||",
         document("d-silent"), system("configuration", "test_an_authority_of_ones_own_is_to_be_named"))
mutation("a failed look forgets", "liboidc/refresh.c",
         "    exchange_clear(&refresh->exchange);\n    metadata_unref(&refresh->metadata);\n   "
         " refresh->step = STEP_OVER;",
         "    exchange_clear(&refresh->exchange);\n    provider_set_metadata(next, "
         "refresh->metadata);\n" "    refresh->metadata = NULL;\n    refresh->step = STEP_OVER;",
         unit("provider", "a_failed_look_keeps_what_was_known"))
mutation("a provider elsewhere may send us to our own machine", METADATA,
         "return endpoint->https || configured || (url_parse(issuer, &home) && "
         "url_is_loopback(&home));", "return true || url_parse(issuer, &home);",
         unit("metadata", "endpoints_must_be_there_and_encrypted"))
mutation("all the world is loopback", "liboidc/url.c",
         "return host_is(url, \"localhost\") || is_loopback_ipv4(&url->host);", "return true;",
         unit("url", "only_this_machine_is_loopback"), document("d-insecure"))
mutation("unknown keys are fetched as often as they come", "liboidc/provider.c",
         "return !provider->keys_were_fetched || now >= provider->keys_fetched_at + "
         "OIDC_KEYS_INTERVAL ||", "return true ||", tokens("test_flood_of_unknown_keys"),
         unit("provider", "keys_are_fetched_once_in_a_while"))

# --- requests and answers -------------------------------------------------------------------------
EXCHANGE, TOKEN, USERINFO = "liboidc/exchange.c", "liboidc/token.c", "liboidc/userinfo.c"
CURL = "liboidc/curl_exchange.c"
TRUST = "liboidc/curl_trust.c"

mutation("a code is sent again where a connection broke", CURL,
         "    curl_easy_setopt(exchange->easy, CURLOPT_FRESH_CONNECT, 1L);\n", "",
         unit("curl", "a_post_goes_on_a_connection_of_its_own"))
mutation("any status is an answer", EXCHANGE, "if (response->status != 200)", "if (0)",
         token_answer("created"), userinfo("unauthorized"), document("d-error"),
         unit("exchange", "only_200_is_an_answer"),
         unit("login", "what_an_error_status_brings_is_never_used"))
mutation("a redirect is told for an error", EXCHANGE,
         "if (response->status >= 300 && response->status <= 399)", "if (0)",
         token_answer("redirected"), userinfo("redirected"), document("d-redirected"),
         document("k-redirected"), here("test_access_token_follows_no_redirect"))
mutation("redirects are followed", CURL, "{CURLOPT_FOLLOWLOCATION, 0},",
         "{CURLOPT_FOLLOWLOCATION, 1},", here("test_access_token_follows_no_redirect"),
         token_answer("redirected"))
mutation("certificates are not verified", TRUST, "CURLOPT_SSL_VERIFYPEER, 1L",
         "CURLOPT_SSL_VERIFYPEER, 0L", unit("curl", "certificates_are_verified"))
mutation("names in certificates are not verified", TRUST, "CURLOPT_SSL_VERIFYHOST, 2L",
         "CURLOPT_SSL_VERIFYHOST, 0L", unit("curl", "certificates_are_verified"))
mutation("a broken certificate ends the file", "liboidc/pem.c",
         "ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE", "0",
         unit("trust", "a_broken_certificate_is_told_by_its_place"))
mutation("answers have no bound", CURL, "if (size > exchange->body.max - exchange->body.size) {",
         "if (0) {", token_answer("huge"), token_answer("endless"),
         *peers("bodies", "outgoing_bounded_in_bytes"))
mutation("pages are read as JSON", EXCHANGE, 'if (exchange_has_type(response, "text/html"))',
         "if (0)", unit("exchange", "one_json_object_is_read"))
mutation("the type of a token is not looked at", TOKEN,
         'if (!type || strcasecmp(type, "Bearer") != 0)', "if (0)", answers("test_token_members"),
         unit("login", "the_token_response_is_checked"))
mutation("the type of a token is read with case", TOKEN, 'strcasecmp(type, "Bearer")',
         'strcmp(type, "Bearer")', answers("test_bearer_in_any_case_is_fine"),
         unit("login", "the_token_response_is_checked"))
mutation("an error of 200 is no error", TOKEN, 'if (json_has(answer, "error"))', "if (0)",
         unit("login", "token_answers_that_are_none_are_refused"))
mutation("a refusal is any failure", TOKEN,
         "if (response->status >= 400 && response->status <= 499)", "if (0)",
         token_answer("refused"), token_answer("client refused"),
         token_answer("error beside tokens"),
         unit("login", "token_answers_that_are_none_are_refused"))
mutation("an answer need not have an ID token", TOKEN, "if (!id_token)",
         'if (!id_token)\n        id_token = "a.b.c";\n    if (0)', lie("no token"),
         unit("login", "the_token_response_is_checked"))
mutation("an access token may have any characters", TOKEN,
         "if (!access_token || !is_token(access_token))", "if (!access_token)",
         unit("login", "userinfo_needs_an_access_token"))
mutation("the secret is not encoded", TOKEN, "form_encode(&pair, settings->client_secret);",
         "buf_adds(&pair, settings->client_secret);",
         plan("test_client_secret_with_special_characters"),
         system("sign_in", "test_awkward_client_secret"),
         unit("login", "the_token_request_is_the_specifications"), matrix("client_secret_basic"))
mutation("the identifier is not encoded", TOKEN, "form_encode(&pair, settings->client_id);",
         "buf_adds(&pair, settings->client_id);",
         plan("test_client_secret_with_special_characters"),
         unit("login", "the_token_request_is_the_specifications"))
mutation("the secret goes in two ways at once", TOKEN,
         "if (provider->metadata->client_auth == CLIENT_SECRET_POST) {", "if (1) {",
         here("test_token_request_is_the_specifications"),
         plan("test_client_secret_in_the_basic_scheme"),
         unit("login", "the_token_request_is_the_specifications"))
mutation("no redirect_uri with the code", TOKEN,
         '    form_add(&body, "redirect_uri", grant->redirect_uri);\n', "",
         here("test_token_request_is_the_specifications"))
mutation("no verifier with the code", TOKEN, "if (grant->verifier)", "if (0)",
         here("test_verifier_is_the_challenges"), here("test_token_request_is_the_specifications"),
         matrix("login_with_pkce"))
mutation("the grant type is another", TOKEN, '"grant_type", "authorization_code"',
         '"grant_type", "code"', here("test_token_request_is_the_specifications"),
         unit("login", "the_token_request_is_the_specifications"))
mutation("user-info may be somebody else's", USERINFO,
         "if (theirs && strcmp(theirs, subject) == 0)", "if (theirs)", userinfo("of somebody else"),
         plan("test_userinfo_of_another_subject"), here("test_subject_is_compared_byte_for_byte"),
         unit("login", "userinfo_of_somebody_else_is_refused"),
         *peers("tokens", "mao_after_2_4_20_2_userinfo"))
mutation("user-info may be nobody's", USERINFO, "if (theirs && strcmp(theirs, subject) == 0)",
         "if (!theirs || strcmp(theirs, subject) == 0)", userinfo("of nobody"),
         userinfo("sub a number"), unit("login", "userinfo_of_somebody_else_is_refused"))
mutation("sub is compared without case", USERINFO, "strcmp(theirs, subject) == 0",
         "strcasecmp(theirs, subject) == 0", here("test_subject_is_compared_byte_for_byte"),
         unit("login", "userinfo_of_somebody_else_is_refused"))
mutation("signed user-info is read like plain", USERINFO,
         'if (exchange_has_type(response, "application/jwt"))', "if (0)",
         system("sign_in", "test_signed_userinfo"), unit("login", "signed_userinfo_is_verified"))
mutation("signed user-info may be for others", USERINFO,
         "return code == OIDC_OK ? check_signed(provider, *claims, now, error) : code;",
         "return code;", unit("login", "signed_userinfo_is_verified"))
mutation("the access token goes with another word", USERINFO,
         '"Bearer ");\n    buf_adds(&value, access_token);',
         '"Token ");\n    buf_adds(&value, access_token);',
         here("test_access_token_travels_in_the_header_alone"),
         unit("login", "a_configured_userinfo_is_always_asked"), matrix("user_info"))
mutation("user-info replaces what the token says of itself", "liboidc/claims.c",
         "if (is_protocol_claim(name) || json_is_null(value))", "if (json_is_null(value))",
         unit("policy", "userinfo_adds_but_proves_nothing"))
mutation("an unverified address is as good", "liboidc/policy.c",
         "if (policy_is_email_unverified(claims))", "if (0)",
         unit("policy", "an_unverified_address_passes_no_filter"))

# --- the authorization request --------------------------------------------------------------------
AUTHORIZATION = "liboidc/authorization.c"

mutation("no nonce is sent", AUTHORIZATION, '    form_add(&url, "nonce", nonce);\n', "",
         here("test_authorization_request_has_what_it_needs_and_nothing_else"),
         here("test_values_of_a_sign_in_are_unguessable_and_its_own"))
mutation("the nonce is always the same", AUTHORIZATION,
         "OIDC_TRY(secret_random(state->nonce, sizeof state->nonce, error));",
         "memset(state->nonce, 7, sizeof state->nonce);",
         here("test_values_of_a_sign_in_are_unguessable_and_its_own"),
         tokens("test_old_token_again"),
         unit("authorization", "every_sign_in_has_values_of_its_own"))
mutation("the verifier is always the same", AUTHORIZATION,
         "OIDC_TRY(secret_random(state->verifier, sizeof state->verifier, error));",
         "memset(state->verifier, 7, sizeof state->verifier);",
         here("test_values_of_a_sign_in_are_unguessable_and_its_own"),
         unit("authorization", "every_sign_in_has_values_of_its_own"))
mutation("state and nonce are one", AUTHORIZATION, 'form_add(&url, "state", state_text);',
         'form_add(&url, "state", state_text);\n    memcpy(nonce, state_text, strlen(state_text));',
         here("test_values_of_a_sign_in_are_unguessable_and_its_own"))
mutation("random numbers are not", "liboidc/secret.c",
         "int drawn = RAND_priv_bytes(bytes, (int)size);",
         "int drawn = 1;\n    memset(bytes, 1, size);", unit("secret", "random_bytes_differ"),
         here("test_values_of_a_sign_in_are_unguessable_and_its_own"))
mutation("the challenge is the verifier", AUTHORIZATION,
         'form_add(url, "code_challenge", challenge);',
         'pkce_verifier(state->verifier, verifier);\n    form_add(url, "code_challenge", verifier);',
         here("test_verifier_is_the_challenges"),
         unit("authorization", "the_request_says_what_it_must"))
mutation("the challenge is of something else", "liboidc/pkce.c",
         "PKCE_TEXT_LENGTH, hash, NULL, EVP_sha256()",
         "PKCE_TEXT_LENGTH - 1, hash, NULL, EVP_sha256()", here("test_verifier_is_the_challenges"),
         unit("authorization", "the_challenge_is_the_specifications"))
mutation("the method is not said", AUTHORIZATION,
         '    form_add(url, "code_challenge_method", "S256");\n', "",
         here("test_authorization_request_has_what_it_needs_and_nothing_else"),
         answers("test_provider_is_told_no_more_than_it_needs"))
mutation("a query of the endpoint is lost", AUTHORIZATION, "    buf_adds(&url, endpoint);",
         '    buf_add(&url, endpoint, strcspn(endpoint, "?"));',
         here("test_query_of_the_endpoints_is_kept"),
         unit("authorization", "a_query_of_the_endpoint_is_kept"))
mutation("scopes are joined by commas", AUTHORIZATION, 'i > 0 ? " " : ""', 'i > 0 ? "," : ""',
         plan("test_claims_by_scope_from_userinfo"),
         unit("authorization", "the_request_says_what_it_must"))
mutation("the response type is another", AUTHORIZATION, '"response_type", "code"',
         '"response_type", "code id_token"',
         here("test_authorization_request_has_what_it_needs_and_nothing_else"))
mutation("something is not encoded", "liboidc/form.c", "if (is_unreserved(*text))",
         "if (is_unreserved(*text) || *text == '+')",
         unit("form", "every_byte_but_the_unreserved_is_encoded"),
         plan("test_client_secret_with_special_characters"))

# --- the authorization response -------------------------------------------------------------------
RESPONSE, LOGIN = "liboidc/response.c", "liboidc/login.c"

mutation("a parameter may come twice", "liboidc/form.c", "if (form_get(form, name)) {", "if (0) {",
         back("code twice"), back("state twice"),
         unit("form", "what_readers_disagree_on_is_refused"),
         unit("response", "anything_else_is_malformed"),
         *peers("tokens", "mao_after_2_4_20_2_parameters_twice"))
mutation("broken escapes are read", "liboidc/form.c", "if (high < 0 || low < 0)", "if (0)",
         unit("form", "what_readers_disagree_on_is_refused"))
mutation("NULs are read", "liboidc/form.c",
         "        if (c == '\\0')\n            return \"a NUL\";\n", "", back("NUL in the code"),
         unit("form", "what_readers_disagree_on_is_refused"))
mutation("a plus stays one", "liboidc/form.c", "if (c == '+') {", "if (0) {",
         unit("form", "fields_are_decoded"))
mutation("a code and an error go together", RESPONSE, "if (response->code && response->error)",
         "if (0)", unit("response", "anything_else_is_malformed"))
mutation("neither a code nor an error is needed", RESPONSE,
         "if (!response->code && !response->error)", "if (0)",
         unit("response", "anything_else_is_malformed"))
mutation("a code may be anything", RESPONSE, "if (response->code && !is_code(response->code))",
         "if (0)", back("empty code"), unit("response", "anything_else_is_malformed"),
         unit("response", "sizes_are_bounded"))
mutation("an error may be anything", RESPONSE,
         "if (response->error && !is_error_word(response->error))", "if (0)",
         unit("response", "anything_else_is_malformed"))
mutation("errors are all the same", RESPONSE, "word ? word->code : OIDC_E_PROVIDER_ERROR,",
         "OIDC_E_PROVIDER_ERROR,", back("person declined"),
         unit("response", "errors_are_told_apart"), unit("login", "the_person_may_say_no"),
         system("sign_in", "test_denied"), matrix("denied"))
mutation("a state may be anything", RESPONSE, "if (!is_state(state))", "if (0)",
         unit("response", "anything_else_is_malformed"))
mutation("state is not compared", LOGIN, "if (!secret_equal_text(text, brought))", "if (0)",
         answers("test_state_of_another_tab_and_cookie"), unit("login", "a_state_must_come_back"),
         unit("login", "two_tabs_do_not_get_mixed_up"))
mutation("a browser without a state is let in", LOGIN,
         "    if (!given->sealed)\n        return oidc_fail(",
         "    if (!given->sealed)\n        return login->step = STEP_PROVIDER, 0 && oidc_fail(",
         unit("login", "a_state_must_come_back"))
mutation("state lives for ever", LOGIN, "if (now - state->issued_at > OIDC_STATE_TTL)", "if (0)",
         unit("login", "a_state_has_its_time"))
mutation("state of the future is good", LOGIN, "if (state->issued_at > now + OIDC_STATE_LEEWAY)",
         "if (0)", unit("login", "a_state_has_its_time"))
mutation("nobody hears by how much the clocks of two replicas differ", LOGIN,
         "    error->seconds_off = seconds;", "    error->seconds_off = 0;",
         unit("login", "a_state_has_its_time"), system("clock", "test_a_state_of_the_future"))
mutation("state is good twice", LOGIN, "if (!given->first)", "if (0)",
         answers("test_return_leg_twice"), unit("login", "a_code_is_spent_once"))
mutation("a used state is forgotten while another clock takes it", "server/return_leg.c",
         "OIDC_STATE_TTL + OIDC_STATE_LEEWAY + 1;", "OIDC_STATE_TTL + 1;",
         system("clock", "test_a_used_state_is_remembered_while_it_is_good"))
mutation("a used state is not remembered", "server/remember.c",
         "claim->first = result == REGISTRY_ADDED;", "claim->first = result != REGISTRY_FULL;",
         answers("test_return_leg_twice"))
mutation("the issuer may change between the legs", LOGIN,
         "if (strcmp(provider->metadata->issuer, login->state->issuer) != 0)", "if (0)",
         unit("login", "the_provider_must_be_the_one_it_began_with"))
mutation("iss of the response is not compared", LOGIN, "if (strcmp(iss, expected) != 0)", "if (0)",
         back("response of another issuer"), unit("login", "the_issuer_of_the_response_is_checked"),
         unit("login", "an_error_is_believed_with_its_state_only"))
mutation("a promised iss need not come", LOGIN,
         "if (!iss && !login->provider->metadata->promises_iss)", "if (!iss)",
         answers("test_promised_issuer_that_does_not_come"),
         unit("login", "the_issuer_of_the_response_is_checked"))
mutation("iss is refused where it was not promised", LOGIN,
         "if (!iss && !login->provider->metadata->promises_iss)",
         "if (!login->provider->metadata->promises_iss && iss)\n        return "
         "OIDC_E_RESPONSE_ISSUER;\n    if (!iss)",
         answers("test_right_issuer_in_the_response_is_fine"),
         unit("login", "the_response_may_name_its_issuer"))
mutation("an error is overlooked", LOGIN, "if (login->response.error)", "if (0)",
         unit("login", "the_person_may_say_no"))
mutation("a new key is looked up again and again", LOGIN,
         "    OIDC_TRY(verify_id_token(login, given->now, &login->error));\n    "
         "OIDC_TRY(go_on_with_claims(login));",
         "    code = verify_id_token(login, given->now, &login->error);\n    if (code == "
         "OIDC_E_ID_TOKEN_KEY)\n" "        return OIDC_OK;\n    OIDC_TRY(code);\n    "
         "OIDC_TRY(go_on_with_claims(login));", unit("login", "but_once_only"))
mutation("a new key is not looked up", LOGIN, "else if (code == OIDC_E_ID_TOKEN_KEY) {",
         "else if (0) {", plan("test_key_rotated_between_two_sign_ins"),
         plan("test_key_rotated_just_before_signing"), unit("login", "a_new_key_is_looked_up"),
         matrix("key_rotation"))
mutation("user-info is never asked for", LOGIN, "if (!wants_userinfo(login))", "if (1)",
         plan("test_claims_by_scope_from_userinfo"),
         system("sign_in", "test_userinfo_when_the_id_token_lacks_claims"),
         unit("login", "a_configured_userinfo_is_always_asked"))
mutation("failed user-info is done without", LOGIN,
         "    return code == OIDC_OK ? finish(login) : code;", "    return finish(login);",
         userinfo("unauthorized"), userinfo("of somebody else"),
         unit("login", "a_discovered_userinfo_is_asked_for_what_is_missing"))
mutation("a sealed state is not tied to its purpose", "liboidc/state.c",
         "code = seal_text(ring, SEAL_STATE,", "code = seal_text(ring, SEAL_SESSION,",
         plan("test_code_flow_succeeds"))
mutation("secrets are compared by their length", "liboidc/secret.c",
         "return a_size == b_size && CRYPTO_memcmp(a, b, a_size) == 0;", "return a_size == b_size;",
         unit("secret", "equality_is_of_all_bytes"), lie("wrong at_hash"))

# --- pages, addresses, names ----------------------------------------------------------------------
mutation("pages may be framed", "server/pages.c", "frame-ancestors 'none'", "frame-ancestors *",
         system("sign_in", "test_pages_have_a_strict_policy_and_no_script_but_one"))
mutation("pages say where they were", "server/respond.c", '{"Referrer-Policy", "no-referrer"},', "",
         here("test_code_does_not_stay_in_the_address"))
mutation("the redirect URI is another", "props/model.c",
         'known ? model->redirect_path : "");', 'known ? "/" : "");',
         unit("config", "a_good_file_is_a_configuration"),
         here("test_authorization_request_has_what_it_needs_and_nothing_else"))
mutation("nobody is told that XNAT needs a filter", "server/configuration_check.c",
         "if (options->handoff == HANDOFF_HEADERS)", "if (0)",
         "tests/system/test_configuration.py::test_check_config_tells_of_the_filter[handoff0-1]")
mutation("an address is a person", "server/ownership.c",
         "asprintf(&who, \"%s\\n%s\", identity->issuer, identity->subject)",
         "asprintf(&who, \"%s\\n%s\", identity->email, identity->email)",
         here("test_a_person_is_issuer_and_subject"))
mutation("a user name belongs to nobody", "server/ownership.c", "if (value != mine)", "if (0)",
         system("policy", "test_two_identities_never_share_a_name"))

# --- what must be passed over -------------------------------------------------------------------------
mutation("a token with many claims is refused", ID_TOKEN, "    *claims = NULL;\n",
         "    *claims = NULL;\n    if (json_object_size(payload) > 11)\n" "        "
         "code = oidc_fail(error, OIDC_E_ID_TOKEN_MALFORMED, \"too many\");\n",
         good("a claim nobody knows"),
         plan("test_optional_claims_and_members_of_the_plans_provider"))
mutation("keys and addresses in a header are looked at", JWS, '{"crit", "b64", NULL};',
         '{"crit", "b64", "jwk", "jku", "x5u", NULL};', lie("key in the header"),
         tokens("test_header_never_causes_a_request"),
         unit("jws", "keys_inside_the_token_are_ignored"))
mutation("a response with many parameters is refused", "liboidc/form.c",
         "if (form->count == FORM_FIELDS_MAX) {", "if (form->count == 4) {",
         here("test_unknown_parameters_of_the_response_are_ignored"))
mutation("an access token from the browser is a code", RESPONSE,
         'response->code = form_take(&form, "code");',
         'response->code = form_take(&form, form_get(&form, "code") ? "code" : "access_token");',
         here("test_tokens_in_the_front_channel_are_never_used"))
mutation("a refresh token is not wanted", TOKEN, 'if (json_has(answer, "error"))',
         'if (json_has(answer, "error") || json_has(answer, "refresh_token"))',
         here("test_unknown_members_of_the_token_answer_are_ignored"))
mutation("a token without a lifetime is refused", TOKEN, 'if (json_has(answer, "error"))',
         'if (json_has(answer, "error") || !json_has(answer, "expires_in"))',
         plan("test_token_answer_without_a_lifetime"))
mutation("claims that are objects are refused", "liboidc/claims.c", "json_is_null(value))",
         "json_is_null(value) || (json_is_object(value) && json_object_del(claims, \"email\") "
         "== 0))", here("test_claims_from_elsewhere_are_not_fetched"))
mutation("a document with something unknown is refused", METADATA,
         "    made->documented = document != NULL;\n",
         "    made->documented = document != NULL;\n    if (json_object_get(document, "
         "\"unknown\")) {\n" "        code = oidc_fail(error, OIDC_E_DISCOVERY_INCOMPLETE, "
         "\"unknown\");\n        goto out;\n    }\n",
         here("test_unknown_members_of_the_document_are_ignored"))
mutation("a token that names no key fits none", JWS, "(!kid || (key->kid", "(kid && (key->kid",
         plan("test_no_kid_and_one_key"), plan("test_no_kid_and_several_keys"),
         unit("jws", "without_a_kid_each_fitting_key_is_tried"))
mutation("endpoints are the file's alone", METADATA,
         "const char *text = configured ? configured : json_text(document, name);",
         "const char *text = configured ? configured : json_text(NULL, name);",
         plan("test_endpoints_from_the_discovery_document"),
         plan("test_keys_from_where_the_document_says"),
         unit("metadata", "the_least_document_gives_the_defaults"), matrix("discovery"))
mutation("the document is fetched by POST", EXCHANGE, 'begin(exchange, purpose, "GET", url, error)',
         'begin(exchange, purpose, "POST", url, error)',
         unit("provider", "a_look_asks_for_the_document_and_then_the_keys"))

# --- the site -----------------------------------------------------------------------------------------
mutation("an unknown provider is the first one", "server/site.c",
         "if (strcmp(site->keepers[i].id, provider_id) == 0)", "if (1)",
         system("sign_in", "test_unknown_provider"))
mutation("one provider's trouble is everybody's", "server/admin.c", "any = any || ready;",
         "any = any && ready;", "tests/hostile/test_discovery.py::test_readiness_says_who_and_why")
mutation("any address is the site's", "server/target.c",
         "        strncasecmp(theirs.host, ours.host, ours.host_size) != 0)\n        return NULL;",
         "        0)\n        return NULL;",
         "tests/unit/server/test_return_path.c::the_origin_must_be_the_sites",
         "tests/unit/server/test_return_path.c::no_member_of_any_family_leads_away")
mutation("the way afterwards is not looked at", "server/site.c",
         "char *path = target_return_path(rd, site->url);", 'char *path = strdup(rd ? rd : "/");',
         "tests/system/test_redirects.py::test_sign_in", system("sign_out", "test_goes_nowhere_else"))
mutation("the redirect URI is another site's", "props/model.c",
         'known ? model->site_url : ""', 'known ? "https://evil.example" : ""',
         system("sign_in", "test_host_header_shapes_nothing"), system("sign_in", "test_https_site"))
mutation("text is markup", "server/html.c", '    case \'<\':\n        return "&lt;";\n', "",
         "tests/unit/server/test_pages.c::inserted_texts_are_escaped",
         "tests/unit/server/test_pages.c::nothing_from_outside_becomes_markup",
         *peers("pages", "mao_2026_unescaped_texts_on_every_page"))
mutation("sessions never end", "liboidc/session.c", "if (opened->expires_at <= now) {", "if (0) {",
         unit("session", "it_ends_when_it_says"))
mutation("idle sessions never end", "server/visitor.c",
         "if (now - entry->seen_at > site->options.session_idle)", "if (0)",
         "tests/system/test_sessions.py::test_idle_end")
mutation("the access token is a name", LOGIN, "    if (!wants_userinfo(login))",
         '    json_object_set_new(login->claims, "family_name", json_string(login->tokens.access_token));\n'
         "    if (!wants_userinfo(login) || 1)",
         here("test_nothing_of_the_tokens_reaches_xnat_or_the_browser"))
mutation("the response is logged", "server/return_leg.c", 'log_event(LOG_INFO, "login_succeeded",',
         'log_event(LOG_INFO, "login_succeeded", LOG_TEXT("query", request->target.query),',
         answers("test_nothing_secret_in_the_log"), system("logs", "test_nothing_secret"))
mutation("the assertion lives for an hour", "liboidc/handoff.c",
         "json_integer(now + OIDC_ASSERTION_TTL)", "json_integer(now + 3600)",
         unit("handoff", "the_assertion_says_exactly_this"))
mutation("names that are not ASCII are handed over raw", "liboidc/handoff.c",
         "if (byte < 0x20 || byte > 0x7e || byte == '%'", "if (byte < 0x20 || byte == '%'",
         system("sign_in", "test_all_eleven_headers"))
mutation("a name that is missing is a dash", "liboidc/claims.c",
         "    if (!claims_have(claims, name))\n        return OIDC_OK;",
         '    if (!claims_have(claims, name))\n        return (*text = strdup("-")) ? OIDC_OK : OIDC_E_MEMORY;',
         system("sign_in", "test_missing_name_is_handed_over_empty"),
         unit("policy", "what_is_missing_is_empty"))
mutation("cookies of an https site are any site's", "server/cookie.c", '"__Host-oidc-session"',
         '"oidc-session"', system("sign_in", "test_https_site"))
mutation("a silent sign-in asks like any other", AUTHORIZATION, "if (state->silent)", "if (0)",
         system("silent", "test_request_says_that_nobody_may_be_asked"),
         unit("authorization", "a_sign_in_can_be_silent"))
mutation("a silent sign-in is told of its error", "server/return_leg.c",
         "if (!oidc_login_is_silent(leg->login) && !is_late(leg, error))", "if (1)",
         system("silent", "test_every_error_shows_the_page"),
         system("silent", "test_nobody_is_signed_in_there"))

# --- sign-out at the provider ---------------------------------------------------------------------------
mutation("a sign-out ends here", "server/sign_out.c",
         "if (!oidc_provider_end_session_endpoint(provider))", "if (1)",
         system("sign_out", "test_provider_session_ends"),
         system("sign_out", "test_provider_with_an_end_session_endpoint"),
         "tests/interop/test_oidc_provider.py::test_sign_out_goes_on_at_the_provider", matrix("logout"))
mutation("the provider is not told who asks", "liboidc/sign_out.c",
         '    form_add(&text, "client_id", provider->settings->client_id);\n', "",
         system("sign_out", "test_provider_session_ends"),
         unit("sign_out", "the_request_says_what_it_must"))
mutation("the provider is not told where to come back", "liboidc/sign_out.c",
         "if (sign_out->return_uri)", "if (0)", system("sign_out", "test_provider_session_ends"),
         system("sign_out", "test_cookie_is_as_safe_as_it_can_be"))
mutation("a sign-out's state is always the same", "server/signed_out.c",
         "if (RAND_bytes(bytes, sizeof(bytes)) != 1)",
         "if (memset(bytes, 7, sizeof(bytes)) == NULL)",
         system("sign_out", "test_every_sign_out_has_a_state_of_its_own"))
mutation("the query of the end-session endpoint is lost", "liboidc/sign_out.c",
         "    buf_adds(&text, endpoint);", '    buf_add(&text, endpoint, strcspn(endpoint, "?"));',
         system("sign_out", "test_files_endpoint_wins_and_keeps_its_query"),
         unit("sign_out", "the_request_says_what_it_must"))
mutation("the end-session endpoint may be any URL", "liboidc/sign_out.c",
         "if (url_parse(endpoint, &url) && url_is_secure(&url))",
         "if (url_parse(endpoint, &url) || 1)",
         unit("sign_out", "an_endpoint_that_is_not_safe_is_refused"))
mutation("a sign-out's state is not compared", "server/signed_out.c",
         "strcmp(expected.state, state) == 0", "state[0] != '\\0'",
         system("sign_out", "test_state_of_another_browser_is_refused"),
         system("sign_out", "test_wrong_states"))
mutation("whoever comes by is told that they are signed out", "server/signed_out.c",
         "return visitor_of(request) ? signed_out_ask(request, \"/\")",
         "return visitor_of(request) && 0 ? signed_out_ask(request, \"/\")",
         system("sign_out", "test_page_does_not_call_somebody_signed_out_who_is_in"))
mutation("the path in the sign-out's cookie is believed", "server/signed_out.c",
         "char *path = rd ? site_return_path(site, rd) : NULL;",
         "char *path = rd ? strdup(rd) : NULL;",
         system("sign_out", "test_path_in_the_cookie_is_checked_anew"))
mutation("another site may sign people out", "server/navigation.c",
         'return sec_fetch_site && strcmp(sec_fetch_site, "same-origin") != 0 &&',
         'return 0 && sec_fetch_site && strcmp(sec_fetch_site, "same-origin") != 0 &&',
         system("sign_out", "test_another_site_cannot_sign_anybody_out"),
         system("sign_out", "test_another_site_cannot_use_xnats_logout"),
         system("sign_out", "test_picture_elsewhere_takes_no_cookie_away"))
mutation("a sign-out is forgotten", "server/visitor.c",
         "return remember_put(site, entry->revoked_key, 1,",
         "return true || remember_put(site, entry->revoked_key, 1,",
         system("sign_out", "test_old_cookie_stays_out"), system("sign_out", "test_ends_all_it_can"))
mutation("the page is silent about the provider", "server/sign_out.c",
         "signed_out_show(work->request, work->provider_name, false,",
         "signed_out_show(work->request, NULL, false,",
         system("sign_out", "test_page_says_that_the_provider_session_lives_on"))

# --- back-channel logout ----------------------------------------------------------------------------------
LOGOUT, LOGOUT_TOKEN, BACKCHANNEL = "liboidc/logout.c", "liboidc/logout_token.c", "server/backchannel.c"

mutation("required texts of a logout token may be missing", LOGOUT_TOKEN,
         "return code == OIDC_OK && !identifier ? jwt_missing(jwt, \"jti\") : code;", "return code;",
         claim("no jti"), unit("logout", "each_claim_is_checked"),
         *peers("csrf", "mao_2026_logout_token_that_is_none[no jti]"))
mutation("texts of a logout token may be anything", LOGOUT_TOKEN,
         "return *text || !json_object_get(jwt->claims, name)", "return 1", claim("sub a number"), claim("sid an object"),
         claim("empty sid"), unit("logout", "each_claim_is_checked"))
mutation("required times may be missing", JWT,
         "    if (!value)\n        return jwt_missing(jwt, name);\n    return jwt_time",
         "    if (!value)\n        return *time = jwt->now + 1, OIDC_OK;\n    return jwt_time",
         lie("no exp"), claim("no exp"), claim("no iat"), bad("no exp"),
         unit("logout", "each_claim_is_checked"),
         *peers("csrf", "mao_2026_logout_token_that_is_none[no iat]"))
mutation("iss of a logout token is not compared", LOGOUT,
         "if (!claimed || !issuer || strcmp(claimed, issuer) != 0)", "if (!claimed || !issuer)",
         logout("test_one_provider_cannot_end_anothers_sessions"),
         unit("logout", "the_provider_is_who_the_token_says"))
mutation("aud of a logout token is not compared", JWT,
         'if (json_text_or_list_has(jwt->claims, "aud", jwt->client_id))', "if (1)",
         claim("other aud"), claim("empty aud"), unit("logout", "each_claim_is_checked"))
mutation("a logout token lives for ever", JWT,
         "if (code != OIDC_OK || expires + JWT_LEEWAY > jwt->now)", "if (1)",
         claim("expired"), unit("logout", "each_claim_is_checked"))
mutation("a logout token may be old", LOGOUT_TOKEN,
         "if (age >= OIDC_LOGOUT_AGE_MAX + JWT_LEEWAY)", "if (0)", claim("old iat"),
         unit("logout", "each_claim_is_checked"))
mutation("a logout token may be of the future", LOGOUT_TOKEN,
         'OIDC_TRY(jwt_check_begun(jwt, "iat", " was issued"));', "", claim("iat to come"))
mutation("any event is a logout", LOGOUT_TOKEN,
         "if (!json_is_object(json_object_get(events, EVENT)))", "if (0)", claim("empty events"),
         claim("event a text"), claim("event null"), claim("other event"))
mutation("events may be missing", LOGOUT_TOKEN,
         '    if (!events)\n        return jwt_missing(jwt, "events");',
         "    if (!events)\n        return OIDC_OK;", claim("no events"))
mutation("events may be anything", LOGOUT_TOKEN, "if (!json_is_object(events))", "if (0)",
         claim("events a list"), claim("events a text"))
mutation("a logout token may have a nonce", LOGOUT_TOKEN,
         'if (!json_object_get(jwt->claims, "nonce"))', "if (1)", claim("nonce"),
         wrong("an ID token with events"), unit("logout", "an_id_token_is_none"))
mutation("a logout token may be about nobody", LOGOUT_TOKEN, "if (!subject && !session)", "if (0)",
         claim("neither sub nor sid"))
mutation("any typ is a logout token's", JWT, 'if (!json_object_get(header, "typ") ||',
         "if (1 ||", wrong("typ of an access token"), wrong("typ of another event"),
         unit("logout", "the_type_is_a_logout_tokens"))
mutation("signatures of logout tokens are not verified", JWS, "return verdict == 1;",
         "return verdict >= 0;", wrong("spoiled"), wrong("strange key"),
         unit("logout", "signatures_are_as_an_id_tokens"))
mutation("none and HMAC sign logout tokens", "liboidc/algorithm.c",
         'if (strcmp(algorithms[i].name, name) == 0)',
         "if (strcmp(algorithms[i].name, name) == 0 || name[0] == 'H' || name[0] == 'n')",
         wrong("none"), wrong("HS256 with the secret"), wrong("HS256 with the public key"))
mutation("any algorithm that we know signs logout tokens", JWS,
         "else if ((algorithm->bit & allowed) == 0)", "else if (allowed == 0)",
         wrong("algorithm not listed"))
mutation("an encrypted logout token is told for a malformed one", LOGOUT,
         "return oidc_fail(&logout->error, OIDC_E_LOGOUT_ENCRYPTED,",
         "return oidc_fail(&logout->error, OIDC_E_LOGOUT_MALFORMED,", wrong("encrypted"))
mutation("one inside another is told for a malformed one", JWS,
         "if (compact->count == COMPACT_ENCRYPTED)", "if (compact->count == 400)",
         enclosed("encrypted twice"))
mutation("logout tokens are taken as they come, encrypted or not", LOGOUT_TOKEN,
         "if (agreed && !algorithm)\n        return oidc_fail(",
         "if (agreed && !algorithm)\n        return 0 && oidc_fail(", enclosed("plain"),
         unit("logout", "encryption_is_as_agreed_on"))
mutation("what others encrypt counts for who does not", LOGOUT_TOKEN, "if (!agreed && algorithm)",
         "if (0)", logout("test_encrypted_where_it_is_not_agreed_on"),
         unit("logout", "whose_it_is_must_encrypt_alike"))
mutation("what others encrypt otherwise counts", LOGOUT_TOKEN,
         "if (agreed && strcmp(algorithm, agreed) != 0)", "if (0)",
         enclosed("another provider's algorithm"), unit("logout", "whose_it_is_must_encrypt_alike"))
mutation("what is encrypted for others counts", LOGOUT_TOKEN,
         "if (agreed && token->opened_with != expected->decryption_keys)", "if (0)",
         unit("logout", "whose_it_is_must_encrypt_alike"))
mutation("the header repeats what it likes", LOGOUT_TOKEN, "if (!repeated || json_equal(",
         "if (1 || json_equal(", enclosed("issuer that is no text in the header"),
         unit("logout", "the_header_of_the_encryption_is_judged"))
mutation("whom the header names does not matter", LOGOUT,
         "if (!agreed || (claimed && issuer && strcmp(claimed, issuer) != 0))", "if (!agreed)",
         enclosed("issuer of another in the header"),
         unit("logout", "who_encrypts_like_that_is_asked_first"))
mutation("how a token is encrypted does not matter to who opens it", LOGOUT,
         "return algorithm && strcmp(algorithm, agreed) == 0 ? OIDC_LOGOUT_FITS",
         "return algorithm && strcmp(algorithm, agreed) == 9 ? OIDC_LOGOUT_FITS",
         logout("test_encrypted_as_id_tokens_are"),
         unit("logout", "who_encrypts_like_that_is_asked_first"))
mutation("who opens a logout token is whose it is", BACKCHANNEL,
         "            lease_choose(&work->lease,",
         "            if (!work->lease.keeper)\n                lease_choose(&work->lease,",
         logout("test_two_providers_that_encrypt_alike"))
mutation("an unknown key of a logout token is not looked up", LOGOUT,
         "else if (code == OIDC_E_LOGOUT_KEY) {", "else if (0) {", logout("test_rotated_key"),
         logout("test_rotated_key_behind_the_encryption"),
         unit("logout", "an_unknown_key_is_looked_for_once"))
mutation("a logout token counts twice", LOGOUT, "if (!given->first)", "if (0)",
         logout("test_a_token_counts_once"), unit("logout", "a_token_counts_once"),
         *peers("csrf", "mao_2026_logout_token_again"))
mutation("steps of a logout can be left out", LOGOUT,
         "if (rows[logout->step].takes == given->gift)", "if (rows[logout->step].handle)",
         unit("logout", "no_step_can_be_left_out"))
mutation("a logout ends nothing", BACKCHANNEL, "if (!error && !end_sessions(work))", "if (0)",
         logout("test_by_session"), logout("test_by_subject"),
         logout("test_a_later_session_is_good_at_once"),
         logout("test_sessions_without_sid_end_by_subject"), matrix("back_channel_logout"),
         system("redis", "test_back_channel_logout_counts_everywhere"))
mutation("whatever keeps a logout from being noted is too much", BACKCHANNEL,
         "work->trouble = &no_digest;", "work->trouble = &no_room;",
         system("faults", "test_a_logout_of_which_no_digest_can_be_made_may_come_again"))
mutation("a logout of a session ends all of the subject's", "server/logout_keys.c",
         "if (session[0] == '\\0')", "if (1)",
         logout("test_by_session_and_subject_ends_that_session"))
mutation("a refused logout is a success", BACKCHANNEL,
         "return respond_text(request, MHD_HTTP_BAD_REQUEST,",
         "return respond_text(request, MHD_HTTP_OK,", logout("test_wrong_claim"),
         claim("other iss"), logout("test_wrong_token"), logout("test_wrong_request"))
mutation("a success is a failure", BACKCHANNEL,
         'return respond_text(request, MHD_HTTP_OK, "application/json", strdup("{}"));',
         'return respond_text(request, MHD_HTTP_BAD_REQUEST, "application/json", strdup("{}"));',
         logout("test_nobody_signed_in_is_a_success"), logout("test_by_subject"))
mutation("answers may be stored", "server/respond.c",
         '{MHD_HTTP_HEADER_CACHE_CONTROL, "no-store"},', "", logout("test_wrong_request"),
         here("test_code_does_not_stay_in_the_address"))
mutation("a logout need not be a form", BACKCHANNEL, "if (!is_form(request))", "if (0)",
         logout("test_not_a_form"))
mutation("a logout need not have a token", LOGOUT,
         "    if (!token) {\n        code = oidc_fail(",
         "    if (!token) {\n        code = 0 && oidc_fail(", wrong_request("no token"))
mutation("a logout may have two tokens", "liboidc/form.c", "if (form_get(form, name)) {",
         "if (form_get(form, \"\")) {", wrong_request("token twice"),
         unit("logout", "the_request_has_one_token"))

# --- bearer tokens ----------------------------------------------------------------------------------------
BEARER, BEARER_TOKEN, BEARER_SERVER = "liboidc/bearer.c", "liboidc/bearer_token.c", "server/bearer.c"

mutation("iss of a bearer token may be missing", BEARER, 'if (!json_text(bearer->token.payload, "iss"))',
         "if (0)", bad("no issuer"))
mutation("a bearer token lives for ever", JWT,
         "if (code != OIDC_OK || expires + JWT_LEEWAY > jwt->now)", "if (1)", bad("expired"),
         bad("expired beyond the leeway"), unit("bearer", "each_claim_is_checked"))
mutation("a bearer token may be of the future", JWT,
         "if (code != OIDC_OK || begins - JWT_LEEWAY <= jwt->now)", "if (1)", bad("not yet"), bad("from the future"))
mutation("a bearer token may be of anybody", JWT, "if (subject && jwt_is_subject(subject))",
         "if (1)", claim("sub too long"),
         bad("subject with a line"), bad("empty subject"))
mutation("a bearer token may be of nobody", BEARER_TOKEN,
         ': jwt_missing(jwt, "sub");', ": OIDC_OK;", bad("no subject"))
mutation("a bearer token may be bound to a key", BEARER_TOKEN,
         'if (!json_object_get(jwt->claims, "cnf"))', "if (1)", bad("bound to a key"))
mutation("an ID token is an access token", BEARER_TOKEN, "    if (!sign)\n        return OIDC_OK;",
         "    return OIDC_OK;", bearer("test_id_token_is_no_access_token"),
         bad("ID token by its at_hash"), bad("ID token by its typ"),
         unit("bearer", "an_id_token_is_none"))
mutation("any typ is an access token's", JWT, 'if (!json_object_get(header, "typ") ||', "if (1 ||", unit("bearer", "the_type_is_an_access_tokens"))
mutation("typ of an access token must be at+jwt", JWT, '|| jwt_has_type(header, "JWT"))', ")",
         bearer("test_good_in_many_ways"))
mutation("an invalid token is forbidden", BEARER,
         "return OIDC_BEARER_ANSWER_INVALID_TOKEN;\n    default:\n        return "
         "OIDC_BEARER_ANSWER_UNAVAILABLE;",
         "return OIDC_BEARER_ANSWER_FORBIDDEN;\n    default:\n        return "
         "OIDC_BEARER_ANSWER_UNAVAILABLE;", bearer("test_bad_claims"),
         bearer("test_bad_signatures"), bearer("test_malformed"),
         unit("bearer", "refusals_have_their_answers"))
mutation("a token without the role is invalid", BEARER,
         "return OIDC_BEARER_ANSWER_INSUFFICIENT_SCOPE;",
         "return OIDC_BEARER_ANSWER_INVALID_TOKEN;", bearer("test_policy"),
         unit("bearer", "refusals_have_their_answers"))
mutation("who brings nothing is told of an error", BEARER_SERVER,
         "respond_challenge(request, MHD_HTTP_UNAUTHORIZED, ask_for_token, text)",
         'respond_challenge(request, MHD_HTTP_UNAUTHORIZED, "Bearer error=\\"invalid_token\\"", text)',
         bearer("test_who_brings_nothing_is_told_what_to_bring"))
mutation("signatures of bearer tokens are not verified", JWS, "return verdict == 1;",
         "return verdict != 2;", bearer("test_bad_signatures"),
         unit("bearer", "signatures_are_as_an_id_tokens"))
mutation("the scheme of a bearer token is read with case", BEARER_SERVER,
         "strncasecmp(value, scheme, size) != 0", "strncmp(value, scheme, size) != 0",
         bearer("test_scheme_in_any_case"))
mutation("every scheme is ours", BEARER_SERVER,
         "if (!value || strncasecmp(value, scheme, size) != 0 ||\n"
         "        (value[size] != ' ' && value[size] != '\\t' && value[size] != '\\0'))",
         "if (!value || strlen(value) < size)", bearer("test_other_credentials_are_xnats"))
mutation("a request may bring several tokens", BEARER_SERVER,
         "if (credentials.headers != 1 || credentials.token[0] == '\\0') {",
         "if (credentials.token[0] == '\\0') {", bearer("test_not_one_token"))
mutation("the audience of a token is not looked at", "liboidc/gates.c",
         "return !gates->audience ||", "return true ||", bad("another audience"),
         bad("audience that begins like ours"), bad("no audience"), bad("the client as audience"),
         bad("no audience in the list"), *peers("tokens", "ghsa_wcvh_g65p_v576_access_token"),
         *peers("email", "cve_2021_21411_every_gate_refuses_alone[audCheck]"))
mutation("a challenge has no parameter", BEARER_SERVER,
         'ask_for_token[] = "Bearer realm=\\"XNAT\\"";', 'ask_for_token[] = "Bearer";',
         bearer("test_who_brings_nothing_is_told_what_to_bring"),
         bearer("test_provider_out_of_reach"))
mutation("whom policy keeps out is asked for nothing", BEARER_SERVER,
         "{MHD_HTTP_FORBIDDEN, ask_for_token,", "{MHD_HTTP_FORBIDDEN, NULL,",
         bearer("test_policy"), bearer("test_names_are_owned"))
mutation("whose token cannot be verified is asked for nothing", BEARER_SERVER,
         "{MHD_HTTP_SERVICE_UNAVAILABLE, ask_for_token,", "{MHD_HTTP_SERVICE_UNAVAILABLE, NULL,",
         bearer("test_provider_out_of_reach"))
mutation("a token is remembered for ever", "server/bearer_cache.c",
         "if (clock_left(entry->good_until, BEARER_CACHE_AGE, now) > 0) {", "if (1) {",
         bearer("test_not_remembered_beyond_its_end"))
mutation("tokens are logged", BEARER_SERVER, 'log_event(LOG_INFO, "bearer_accepted",',
         'log_event(LOG_INFO, "bearer_accepted", LOG_TEXT("token", credentials_of(request).token),',
         bearer("test_no_token_in_the_log"))
mutation("who brings a bad token is sent to sign in", BEARER_SERVER,
         "[OIDC_BEARER_ANSWER_INVALID_TOKEN] = {MHD_HTTP_UNAUTHORIZED,",
         "[OIDC_BEARER_ANSWER_INVALID_TOKEN] = {MHD_HTTP_FOUND,", bearer("test_never_redirected"),
         bearer("test_bad_claims"))
mutation("a token may be of another issuer", BEARER,
         "if (!provider->settings->bearer || !claimed || !issuer || strcmp(claimed, issuer) != 0)",
         "if (!provider->settings->bearer || !claimed || !issuer)",
         unit("bearer", "the_provider_is_who_the_token_says"))

# --- the keys that are encrypted with -----------------------------------------------------------------
DECRYPTION = "liboidc/decryption.c"

mutation("the first key of a file is the only one", DECRYPTION,
         "    return add_key(keys, key, error);\n",
         "    return keys->count > 0 ? (EVP_PKEY_free(key), OIDC_OK) : add_key(keys, key, error);\n",
         system("encryption", "test_key_is_changed_without_a_lost_sign_in"))
mutation("the published key does not say what it is for", DECRYPTION,
         'buf_addf(set, ",{%s,\\"use\\":\\"enc\\"", keys->members);',
         'buf_addf(set, ",{%s", keys->members);',
         system("encryption", "test_published_beside_the_assertions_key"))

# --- whose word it is -------------------------------------------------------------------------------------

mutation("an error is believed before its state", LOGIN, "    if (!given->sealed)\n        return oidc_fail(",
         "    if (login->response.error)\n        return response_refusal(&login->response, error);\n"
         "    if (!given->sealed)\n        return oidc_fail(",
         unit("login", "an_error_is_believed_with_its_state_only"))
mutation("an error needs no state", RESPONSE, "    if (!state)\n        return oidc_fail(error, OIDC_E_RESPONSE_MALFORMED,",
         "    if (!state)\n        return oidc_fail(error, form_get(form, \"error\") ? OIDC_E_ACCESS_DENIED : "
         "OIDC_E_RESPONSE_MALFORMED,",
         here("test_error_without_a_state_is_nobodys"))
mutation("iss is compared as it came, encoded", "liboidc/form.c",
         "value = decode_new(text + value_at, size - value_at, reason);",
         'value = strcmp(name, "iss") == 0 ? strndup(text + value_at, size - value_at)\n'
         "                                     : decode_new(text + value_at, size - value_at, reason);",
         answers("test_right_issuer_in_the_response_is_fine"),
         unit("login", "the_response_may_name_its_issuer"),
         unit("login", "a_promised_issuer_that_comes_is_fine"))
mutation("a return leg is the first provider's", "server/return_leg.c",
         "leg->lease.keeper = site_keeper(worker->site, oidc_login_provider_id(leg->login));",
         "leg->lease.keeper = &worker->site->keepers[0];", system("providers", "test_mixed_up_return_legs"))
mutation("a redirect repeats what was sent", "server/respond.c",
         "return respond_with(request, MHD_HTTP_FOUND, response);",
         "return respond_with(request, MHD_HTTP_TEMPORARY_REDIRECT, response);",
         here("test_code_does_not_stay_in_the_address"))
mutation("scripts may read the state's cookie", "server/cookie.c", "Path=/; HttpOnly; SameSite", "Path=/; SameSite",
         here("test_state_and_verifier_stay_in_the_browsers_own_cookie"))
mutation("what goes into the log is left as it is", "liboidc/fail.c",
         "bool keep = size > 0 && utf8_is_plain(character);", "bool keep = size > 0;",
         unit("fail", "text_that_would_forge_a_line_is_defused"))

# --- what is inside, and the keys -------------------------------------------------------------------------

mutation("what is encrypted need not be signed", ID_TOKEN,
         "    if (code == OIDC_OK)\n        code = jws_verify(",
         "    if (code == OIDC_OK && opened) {\n        struct jws jws;\n\n"
         "        sign_in->algorithm = expected->algorithms & -expected->algorithms;\n"
         "        code = jws_read(opened, &signing_codes, &jws, error);\n"
         "        if (code == OIDC_OK)\n            code = jws_peek(&jws, &signing_codes, error);\n"
         "        if (code == OIDC_OK)\n            *payload = json_incref(jws.payload);\n"
         "        jws_forget(&jws);\n    } else if (code == OIDC_OK)\n        code = jws_verify(",
         encrypted("none inside"), encrypted("strange signature inside"),
         unit("id_token", "what_is_encrypted_is_verified_like_any_other"))
mutation("what is encrypted for a logout need not be signed", LOGOUT_TOKEN,
         "    OIDC_TRY(\n        jws_check(", "    if (!token->opened)\n    OIDC_TRY(\n        jws_check(",
         enclosed("none inside"), enclosed("strange signature inside"),
         unit("logout", "what_is_encrypted_is_verified_like_any_other"))
mutation("a token may have any number of parts", JWS, "if (compact->count != COMPACT_SIGNED)", "if (0)",
         lie("four parts"), encrypted("claims without signature"),
         unit("jws", "only_three_parts_are_a_token"))
mutation("a signature that could not be looked at is a wrong one", JWS,
         "    else\n        *broken = true;\n    EVP_MD_CTX_free", "    EVP_MD_CTX_free",
         unit("crypto_failure", "each_failure_is_reported_as_ours"))
mutation("a key that cjose does not take ends the set", JWK,
         "return reason == json_no_memory ? JWK_NO_MEMORY : JWK_SKIPPED;", "return JWK_NO_MEMORY;",
         unit("jwks", "malformed_keys_are_skipped"), unit("jwks", "good_keys_beside_bad_ones_are_kept"))
mutation("the tag of GCM is not looked at", CONTENT,
         "    if (EVP_DecryptFinal_ex(context, plain + written, &rest) != 1)\n        return CONTENT_FOREIGN;",
         "    if (EVP_DecryptFinal_ex(context, plain + written, &rest) != 1 && encryption->hash)\n"
         "        return CONTENT_FOREIGN;",
         forged("tag with a bit turned"), forged("header with another member"),
         unit("jwe", "the_header_counts_to_the_byte"), unit("jwe", "every_bit_behind_the_header_counts"))
mutation("how long a tag is, the token says", CONTENT, "static enum content_verdict run_cipher(",
         "#define tag_size tag_size * 0 + content->tag.size\n"
         "#define EVP_CIPHER_CTX_ctrl(context, what, fixed, bytes) \\\n"
         "    (EVP_CIPHER_CTX_ctrl)(context, what, (int)content->tag.size, bytes)\n\n"
         "static enum content_verdict run_cipher(",
         forged("A128GCM: tag of 4 bytes"), unit("content", "every_size_is_exact"),
         *peers("crypto", "cve_2023_37464_cut_tag_of_an_encrypted_token"))
mutation("who meddles with a token is told what failed", JWE,
         "    case CONTENT_FOREIGN:\n        code = cannot_decrypt(codes, error);",
         "    case CONTENT_FOREIGN:\n        code = oidc_fail(error, codes->decryption, \"the %s of the content is "
         "wrong\",\n                         token->content_encryption->name);",
         encryption("test_forgeries_look_alike"), logout("test_forgeries_look_alike"))
mutation("how a key is encrypted is read without case", JWE, "if (strcmp(table[i].name, name) == 0)",
         "if (strcasecmp(table[i].name, name) == 0)", unit("jwe", "rsa1_5_and_unknown_names_are_never_taken"))
mutation("the beginning of an enc will do", CONTENT, "if (strcmp(table[i].name, name) == 0)",
         "if (strncmp(table[i].name, name, strlen(name)) == 0)", encrypted("enc of nobody's"),
         unit("content", "other_names_are_no_algorithms"))

# --- whose logout it is -----------------------------------------------------------------------------------

mutation("identifiers of logout tokens are everybody's", BACKCHANNEL,
         "registry_issuer_key(REGISTRY_LOGOUT_TOKEN, oidc_logout_issuer(work->logout),",
         'registry_issuer_key(REGISTRY_LOGOUT_TOKEN, "",', logout("test_identifiers_are_an_issuers_own"))
mutation("a subject is the same one at every issuer", "server/logout_keys.c",
         "return registry_issuer_key(kind, issuer, text,", 'return registry_issuer_key(kind, "", text,',
         logout("test_only_at_that_issuer"))
mutation("the first client of an issuer is meant", LOGOUT,
         'return json_text_or_list_has(said, "aud", provider->settings->client_id)', "return said",
         logout("test_two_clients_at_one_issuer"))

# --- how providers are asked ------------------------------------------------------------------------------

mutation("answers are unpacked", CURL, 'curl_easy_setopt(easy, CURLOPT_USERAGENT, "liboidc") != CURLE_OK)',
         'curl_easy_setopt(easy, CURLOPT_USERAGENT, "liboidc") != CURLE_OK ||\n'
         '        curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "") != CURLE_OK)',
         *peers("bodies", "mao_2026_compressed_answers_are_not_unpacked"))
mutation("a provider may take its time", CURL, "{CURLOPT_TIMEOUT, (long)request->time_limit}",
         "{CURLOPT_TIMEOUT, 4 * (long)request->time_limit}", answers("test_slow_answers"))
