/* The ID token's claims: a good token, and each way a claim can be wrong with its code. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "liboidc/id_token.h"
#include "liboidc/jwt.h"
#include "tests/support/claims.h"
#include "tests/support/mint.h"

#define NOW 1700000000
#define ISSUER "https://op.example"
#define CLIENT "client"
#define NONCE "n-0S6_WzA2Mj"

static struct mint_key *rsa, *p256, *p384, *p521;
static struct jwks *keys;
static oidc_decryption_keys *decryption_keys;

static int make_keys(void **state)
{
    char *jwks[4];

    (void)state;
    rsa = mint_rsa(2048, "rsa");
    p256 = mint_ec("P-256", "p256");
    p384 = mint_ec("P-384", "p384");
    p521 = mint_ec("P-521", "p521");
    jwks[0] = mint_jwk(rsa, NULL);
    jwks[1] = mint_jwk(p256, NULL);
    jwks[2] = mint_jwk(p384, NULL);
    jwks[3] = mint_jwk(p521, NULL);
    char *text = mint_set_of(jwks[0], jwks[1], jwks[2], jwks[3], NULL);
    assert_int_equal(jwks_parse(text, strlen(text), &keys, NULL), OIDC_OK);
    free(text);
    char *pem = mint_pem(rsa, 0);
    assert_int_equal(oidc_decryption_keys_parse(pem, strlen(pem), &decryption_keys, NULL), OIDC_OK);
    free(pem);
    for (size_t i = 0; i < COUNT(jwks); i++)
        free(jwks[i]);
    return 0;
}

static int free_keys(void **state)
{
    (void)state;
    jwks_free(&keys);
    oidc_decryption_keys_unref(&decryption_keys);
    mint_free(rsa);
    mint_free(p256);
    mint_free(p384);
    mint_free(p521);
    return 0;
}

static const struct id_token_expectation usual = {
    .issuer = ISSUER,
    .client_id = CLIENT,
    .nonce = NONCE,
    .algorithms = JWS_RS256 | JWS_ES256 | JWS_ES384 | JWS_ES512,
    .now = NOW,
};

/* The claims of a good token, with some replaced, and some ("-") left out. */
static char *claims_with(const char *changes)
{
    return claims_changed(json_pack("{s:s, s:s, s:i, s:i, s:s, s:s}", "iss", ISSUER, "aud", CLIENT,
                                    "exp", NOW + 300, "iat", NOW - 5, "nonce", NONCE, "sub",
                                    "somebody"),
                          changes);
}

/* What verifying the usual token with these changes gives; the detail says nothing secret. */
static oidc_code outcome(const char *changes, const struct id_token_expectation *expected,
                         oidc_error *error)
{
    char *claims = claims_with(changes);
    char *token = mint_token(p256, "ES256", claims);
    json_t *verified = (json_t *)&verified;
    oidc_code code = id_token_verify(token, keys, expected, &verified, error);

    if (code == OIDC_OK)
        assert_non_null(json_object_get(verified, "sub"));
    else
        assert_null(verified);
    json_decref(verified);
    free(token);
    free(claims);
    return code;
}

struct check {
    const char *changes;
    oidc_code code;
};

static void each_gives(const struct check *checks, size_t count,
                       const struct id_token_expectation *expected)
{
    for (size_t i = 0; i < count; i++) {
        oidc_error error = {.detail = ""};
        oidc_code code = outcome(checks[i].changes, expected, &error);
        if (code != checks[i].code)
            fail_msg("%s gave %s (%s), not %s", checks[i].changes, oidc_code_name(code),
                     error.detail, oidc_code_name(checks[i].code));
        assert_null(strstr(error.detail, NONCE));
    }
}

static void a_good_token_gives_its_claims(void **state)
{
    char *claims = claims_with("{\"email\":\"a@b.example\"}");
    char *token = mint_token(rsa, "RS256", claims);
    json_t *verified = NULL;

    (void)state;
    assert_int_equal(id_token_verify(token, keys, &usual, &verified, NULL), OIDC_OK);
    assert_string_equal(json_string_value(json_object_get(verified, "email")), "a@b.example");
    json_decref(verified);
    free(token);
    free(claims);
}

static void the_issuer_is_exact(void **state)
{
    static const struct check checks[] = {
        {"{}", OIDC_OK},
        {"{\"iss\":\"-\"}", OIDC_E_ID_TOKEN_CLAIM_MISSING},
        {"{\"iss\":\"https://op.example/\"}", OIDC_E_ID_TOKEN_ISSUER},
        {"{\"iss\":\"https://OP.example\"}", OIDC_E_ID_TOKEN_ISSUER},
        {"{\"iss\":\"op.example\"}", OIDC_E_ID_TOKEN_ISSUER},
        {"{\"iss\":\"https://op.example.evil\"}", OIDC_E_ID_TOKEN_ISSUER},
        {"{\"iss\":\"accounts.google.com\"}", OIDC_E_ID_TOKEN_ISSUER},
        {"{\"iss\":\"\"}", OIDC_E_ID_TOKEN_ISSUER},
        {"{\"iss\":null}", OIDC_E_ID_TOKEN_MALFORMED},
        {"{\"iss\":[\"https://op.example\"]}", OIDC_E_ID_TOKEN_MALFORMED},
    };

    (void)state;
    each_gives(checks, COUNT(checks), &usual);
}

static void google_may_leave_its_scheme_out(void **state)
{
    static const struct check checks[] = {
        {"{\"iss\":\"accounts.google.com\"}", OIDC_OK},
        {"{\"iss\":\"https://accounts.google.com\"}", OIDC_OK},
        {"{\"iss\":\"http://accounts.google.com\"}", OIDC_E_ID_TOKEN_ISSUER},
        {"{\"iss\":\"google.com\"}", OIDC_E_ID_TOKEN_ISSUER},
    };
    struct id_token_expectation google = usual;

    (void)state;
    google.issuer = "https://accounts.google.com";
    each_gives(checks, COUNT(checks), &google);
    /* nobody else may */
    google.issuer = "https://op.example";
    assert_int_equal(outcome("{\"iss\":\"op.example\"}", &google, NULL), OIDC_E_ID_TOKEN_ISSUER);
}

static void the_token_is_meant_for_us(void **state)
{
    static const struct check checks[] = {
        {"{\"aud\":[\"client\"]}", OIDC_OK},
        {"{\"aud\":\"-\"}", OIDC_E_ID_TOKEN_CLAIM_MISSING},
        {"{\"aud\":\"other\"}", OIDC_E_ID_TOKEN_AUDIENCE},
        {"{\"aud\":\"Client\"}", OIDC_E_ID_TOKEN_AUDIENCE},
        {"{\"aud\":\"client2\"}", OIDC_E_ID_TOKEN_AUDIENCE},
        {"{\"aud\":[]}", OIDC_E_ID_TOKEN_AUDIENCE},
        {"{\"aud\":[\"other\"]}", OIDC_E_ID_TOKEN_AUDIENCE},
        {"{\"aud\":[\"client\",7]}", OIDC_E_ID_TOKEN_AUDIENCE},
        {"{\"aud\":null}", OIDC_E_ID_TOKEN_AUDIENCE},
        {"{\"aud\":{\"client\":\"client\"}}", OIDC_E_ID_TOKEN_AUDIENCE},
        {"{\"aud\":\"other\",\"azp\":\"client\"}", OIDC_E_ID_TOKEN_AUDIENCE},
    };

    (void)state;
    each_gives(checks, COUNT(checks), &usual);
}

static void the_token_was_issued_to_us(void **state)
{
    static const struct check checks[] = {
        {"{\"azp\":\"client\"}", OIDC_OK},
        {"{\"azp\":\"other\"}", OIDC_E_ID_TOKEN_AZP},
        {"{\"azp\":\"\"}", OIDC_E_ID_TOKEN_AZP},
        {"{\"azp\":null}", OIDC_E_ID_TOKEN_AZP},
        {"{\"azp\":[\"client\"]}", OIDC_E_ID_TOKEN_AZP},
        {"{\"aud\":[\"client\",\"other\"]}", OIDC_E_ID_TOKEN_AZP},
        {"{\"aud\":[\"client\",\"other\"],\"azp\":\"client\"}", OIDC_OK},
        {"{\"aud\":[\"other\",\"client\"],\"azp\":\"other\"}", OIDC_E_ID_TOKEN_AZP},
        {"{\"aud\":[\"client\",\"client\"]}", OIDC_E_ID_TOKEN_AZP},
        {"{\"aud\":[\"client\"],\"azp\":\"other\"}", OIDC_E_ID_TOKEN_AZP},
    };

    (void)state;
    each_gives(checks, COUNT(checks), &usual);
}

static void it_has_not_expired(void **state)
{
    static const struct check checks[] = {
        {"{\"exp\":1700000000}", OIDC_OK},
        {"{\"exp\":1699999941}", OIDC_OK}, /* 59 s ago */
        {"{\"exp\":1699999940}", OIDC_E_ID_TOKEN_EXPIRED},
        {"{\"exp\":1699999940.9}", OIDC_E_ID_TOKEN_EXPIRED},
        {"{\"exp\":1699999941.5}", OIDC_OK},
        {"{\"exp\":0}", OIDC_E_ID_TOKEN_EXPIRED},
        {"{\"exp\":-1}", OIDC_E_ID_TOKEN_EXPIRED},
        {"{\"exp\":-0.5}", OIDC_E_ID_TOKEN_EXPIRED},
        {"{\"exp\":9007199254740992}", OIDC_OK},
        {"{\"exp\":1.7000003e9}", OIDC_OK},
        {"{\"exp\":\"-\"}", OIDC_E_ID_TOKEN_CLAIM_MISSING},
        {"{\"exp\":\"1700000300\"}", OIDC_E_ID_TOKEN_MALFORMED},
        {"{\"exp\":1e300}", OIDC_E_ID_TOKEN_MALFORMED},
        {"{\"exp\":-1e300}", OIDC_E_ID_TOKEN_MALFORMED},
        {"{\"exp\":9223372036854775807}", OIDC_E_ID_TOKEN_MALFORMED},
        {"{\"exp\":-9223372036854775808}", OIDC_E_ID_TOKEN_MALFORMED},
        {"{\"exp\":null}", OIDC_E_ID_TOKEN_MALFORMED},
        {"{\"exp\":true}", OIDC_E_ID_TOKEN_MALFORMED},
        {"{\"exp\":[1700000300]}", OIDC_E_ID_TOKEN_MALFORMED},
    };
    oidc_error error;

    (void)state;
    each_gives(checks, COUNT(checks), &usual);
    assert_int_equal(outcome("{\"exp\":1699999900}", &usual, &error), OIDC_E_ID_TOKEN_EXPIRED);
    assert_non_null(strstr(error.detail, "100 seconds ago"));
}

static void it_was_issued_and_not_in_the_future(void **state)
{
    static const struct check checks[] = {
        {"{\"iat\":1700000060}", OIDC_OK},
        {"{\"iat\":1700000061}", OIDC_E_ID_TOKEN_FUTURE},
        {"{\"iat\":1700000060.5}", OIDC_OK},
        {"{\"iat\":1699999999.25}", OIDC_OK},
        {"{\"iat\":0}", OIDC_OK}, /* age is exp's affair */
        {"{\"iat\":\"-\"}", OIDC_E_ID_TOKEN_CLAIM_MISSING},
        {"{\"iat\":\"1700000000\"}", OIDC_E_ID_TOKEN_MALFORMED},
        {"{\"iat\":1e300}", OIDC_E_ID_TOKEN_MALFORMED},
        {"{\"nbf\":1700000060}", OIDC_OK},
        {"{\"nbf\":1700000061}", OIDC_E_ID_TOKEN_FUTURE},
        {"{\"nbf\":-5}", OIDC_OK},
        {"{\"nbf\":null}", OIDC_E_ID_TOKEN_MALFORMED},
        {"{\"nbf\":\"1\"}", OIDC_E_ID_TOKEN_MALFORMED},
    };
    oidc_error error;

    (void)state;
    each_gives(checks, COUNT(checks), &usual);
    assert_int_equal(outcome("{\"iat\":1700000100}", &usual, &error), OIDC_E_ID_TOKEN_FUTURE);
    assert_non_null(strstr(error.detail, "100 seconds from now"));
}

static void the_nonce_is_this_sign_ins(void **state)
{
    static const struct check checks[] = {
        {"{\"nonce\":\"-\"}", OIDC_E_ID_TOKEN_CLAIM_MISSING},
        {"{\"nonce\":\"\"}", OIDC_E_ID_TOKEN_NONCE},
        {"{\"nonce\":\"n-0S6_WzA2M\"}", OIDC_E_ID_TOKEN_NONCE},
        {"{\"nonce\":\"n-0S6_WzA2Mjx\"}", OIDC_E_ID_TOKEN_NONCE},
        {"{\"nonce\":\"N-0S6_WzA2Mj\"}", OIDC_E_ID_TOKEN_NONCE},
        {"{\"nonce\":null}", OIDC_E_ID_TOKEN_MALFORMED},
        {"{\"nonce\":[\"n-0S6_WzA2Mj\"]}", OIDC_E_ID_TOKEN_MALFORMED},
    };
    struct id_token_expectation forgotten = usual;

    (void)state;
    each_gives(checks, COUNT(checks), &usual);
    /* a caller without a nonce gets nothing, whatever the token says */
    forgotten.nonce = NULL;
    assert_int_equal(outcome("{}", &forgotten, NULL), OIDC_E_ID_TOKEN_NONCE);
}

static void the_access_token_is_the_one_it_was_issued_with(void **state)
{
    struct {
        struct mint_key *key;
        const char *alg;
        unsigned bits;
    } cases[] = {
        {rsa, "RS256", 256}, {p256, "ES256", 256}, {p384, "ES384", 384}, {p521, "ES512", 512}};
    struct id_token_expectation expected = usual;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char changes[256];
        char *hash = mint_half_hash(cases[i].bits, "access");
        (void)snprintf(changes, sizeof changes, "{\"at_hash\":\"%s\"}", hash);
        char *claims = claims_with(changes);
        char *token = mint_token(cases[i].key, cases[i].alg, claims);
        json_t *verified = NULL;
        expected.access_token = "access";
        assert_int_equal(id_token_verify(token, keys, &expected, &verified, NULL), OIDC_OK);
        json_decref(verified);
        expected.access_token = "another";
        assert_int_equal(id_token_verify(token, keys, &expected, &verified, NULL),
                         OIDC_E_ID_TOKEN_AT_HASH);
        /* without an access token there is nothing that it could be wrong about */
        expected.access_token = NULL;
        assert_int_equal(id_token_verify(token, keys, &expected, &verified, NULL), OIDC_OK);
        json_decref(verified);
        free(token);
        free(claims);
        free(hash);
    }
}

/* Core 1.0, appendix A, has an example: this access token, this hash. */
static void the_specifications_at_hash_is_ours(void **state)
{
    static const struct check checks[] = {
        {"{\"at_hash\":\"77QmUPtjPfzWtF2AnpK9RQ\"}", OIDC_OK},
        {"{\"at_hash\":\"77QmUPtjPfzWtF2AnpK9RR\"}", OIDC_E_ID_TOKEN_AT_HASH},
        {"{\"at_hash\":\"77QmUPtjPfzWtF2AnpK9RQ==\"}", OIDC_E_ID_TOKEN_AT_HASH},
        {"{\"at_hash\":\"\"}", OIDC_E_ID_TOKEN_AT_HASH},
        {"{\"at_hash\":null}", OIDC_E_ID_TOKEN_AT_HASH},
        {"{\"at_hash\":7}", OIDC_E_ID_TOKEN_AT_HASH},
        {"{}", OIDC_OK},
    };
    struct id_token_expectation expected = usual;

    (void)state;
    expected.access_token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
    each_gives(checks, COUNT(checks), &expected);
}

static void the_subject_is_printable_ascii(void **state)
{
    static const struct check checks[] = {
        {"{\"sub\":\"https://rapid.aaf.edu.au!https://sp.example!aBc+/=\"}", OIDC_OK},
        {"{\"sub\":\"with blank\"}", OIDC_OK},
        {"{\"sub\":\"-\"}", OIDC_E_ID_TOKEN_CLAIM_MISSING},
        {"{\"sub\":\"\"}", OIDC_E_ID_TOKEN_SUBJECT},
        {"{\"sub\":\"a\\nb\"}", OIDC_E_ID_TOKEN_SUBJECT},
        {"{\"sub\":\"a\\u007f\"}", OIDC_E_ID_TOKEN_SUBJECT},
        {"{\"sub\":\"Zo\\u00eb\"}", OIDC_E_ID_TOKEN_SUBJECT},
        {"{\"sub\":17}", OIDC_E_ID_TOKEN_MALFORMED},
        {"{\"sub\":null}", OIDC_E_ID_TOKEN_MALFORMED},
    };
    char text[300];

    (void)state;
    each_gives(checks, COUNT(checks), &usual);
    memset(text, 'x', sizeof text);
    text[255] = '\0';
    assert_true(jwt_is_subject(text));
    text[255] = 'x';
    text[256] = '\0';
    assert_false(jwt_is_subject(text));
    assert_false(jwt_is_subject(""));
}

static void the_signature_comes_first(void **state)
{
    char *claims = claims_with("{\"iss\":\"https://evil.example\",\"exp\":0}");
    char *token = mint_token(rsa, "RS256", claims);
    char *spoilt = mint_spoil(token);
    char *unsigned_token = mint_token_unsigned("{\"alg\":\"none\"}", claims);
    struct id_token_expectation pinned = usual;
    json_t *verified = NULL;

    (void)state;
    assert_int_equal(id_token_verify(spoilt, keys, &usual, &verified, NULL),
                     OIDC_E_ID_TOKEN_SIGNATURE);
    assert_int_equal(id_token_verify(token, keys, &usual, &verified, NULL), OIDC_E_ID_TOKEN_ISSUER);
    assert_int_equal(id_token_verify(unsigned_token, keys, &usual, &verified, NULL),
                     OIDC_E_ID_TOKEN_ALGORITHM);
    pinned.algorithms = JWS_ES256;
    assert_int_equal(id_token_verify(token, keys, &pinned, &verified, NULL),
                     OIDC_E_ID_TOKEN_ALGORITHM);
    pinned.algorithms = 0;
    assert_int_equal(id_token_verify(token, keys, &pinned, &verified, NULL),
                     OIDC_E_ID_TOKEN_ALGORITHM);
    assert_int_equal(id_token_verify("a.b.c.d.e", keys, &usual, &verified, NULL),
                     OIDC_E_ID_TOKEN_ENCRYPTED);
    assert_int_equal(id_token_verify("nonsense", keys, &usual, &verified, NULL),
                     OIDC_E_ID_TOKEN_MALFORMED);
    assert_null(verified);
    free(unsigned_token);
    free(spoilt);
    free(token);
    free(claims);
}

/* --- encryption ---------------------------------------------------------------------------------
 */

/* Takes over inside. @return new */
static char *encrypted(char *inside)
{
    char *token = mint_encrypted(rsa, "RSA-OAEP", "A256GCM", inside);

    free(inside);
    return token;
}

/* Takes over token. */
static void gives(char *token, const struct id_token_expectation *expected, oidc_code code)
{
    json_t *verified = (json_t *)&verified;
    oidc_error error = {.detail = ""};
    oidc_code got = id_token_verify(token, keys, expected, &verified, &error);

    if (got != code)
        fail_msg("%s gave %s (%s), not %s", token, oidc_code_name(got), error.detail,
                 oidc_code_name(code));
    assert_true((verified != NULL) == (code == OIDC_OK));
    json_decref(verified);
    free(token);
}

static void what_is_encrypted_is_verified_like_any_other(void **state)
{
    struct id_token_expectation expected = usual;
    struct mint_key *stranger = mint_ec("P-256", "p256");
    char *good = claims_with("{}"), *bad = claims_with("{\"nonce\":\"other\"}");
    char *garbled = mint_token(p256, "ES256", good), *spoilt = mint_spoil(garbled);
    static const char none[] = "{\"alg\":\"none\"}";

    (void)state;
    expected.encryption = "RSA-OAEP";
    expected.decryption_keys = decryption_keys;
    gives(encrypted(mint_token(p256, "ES256", good)), &expected, OIDC_OK);
    gives(encrypted(mint_token(rsa, "RS256", good)), &expected, OIDC_OK);
    gives(encrypted(mint_token(p256, "ES256", bad)), &expected, OIDC_E_ID_TOKEN_NONCE);
    gives(encrypted(mint_token(stranger, "ES256", good)), &expected, OIDC_E_ID_TOKEN_SIGNATURE);
    gives(encrypted(spoilt), &expected, OIDC_E_ID_TOKEN_SIGNATURE);
    gives(encrypted(mint_token_unsigned(none, good)), &expected, OIDC_E_ID_TOKEN_ALGORITHM);
    gives(encrypted(strdup(good)), &expected, OIDC_E_ID_TOKEN_MALFORMED);
    gives(encrypted(strdup("")), &expected, OIDC_E_ID_TOKEN_MALFORMED);
    gives(encrypted(encrypted(mint_token(p256, "ES256", good))), &expected,
          OIDC_E_ID_TOKEN_ENCRYPTED);
    free(garbled);
    free(bad);
    free(good);
    mint_free(stranger);
}

static void encryption_is_as_agreed_on(void **state)
{
    struct id_token_expectation expected = usual;
    char *good = claims_with("{}"), *token = mint_token(p256, "ES256", good);

    (void)state;
    gives(encrypted(strdup(token)), &expected, OIDC_E_ID_TOKEN_ENCRYPTED);
    expected.decryption_keys = decryption_keys;
    gives(encrypted(strdup(token)), &expected, OIDC_E_ID_TOKEN_ENCRYPTED);
    expected.encryption = "RSA-OAEP";
    gives(strdup(token), &expected, OIDC_E_ID_TOKEN_NOT_ENCRYPTED);
    gives(mint_encrypted(rsa, "RSA-OAEP-256", "A256GCM", token), &expected,
          OIDC_E_ID_TOKEN_ALGORITHM);
    gives(mint_encrypted(rsa, "RSA1_5", "A256GCM", token), &expected, OIDC_E_ID_TOKEN_ALGORITHM);
    expected.decryption_keys = NULL;
    gives(encrypted(strdup(token)), &expected, OIDC_E_KEY_FILE);
    gives(strdup(token), &expected, OIDC_E_KEY_FILE);
    free(token);
    free(good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_token_gives_its_claims),
        cmocka_unit_test(what_is_encrypted_is_verified_like_any_other),
        cmocka_unit_test(encryption_is_as_agreed_on),
        cmocka_unit_test(the_issuer_is_exact),
        cmocka_unit_test(google_may_leave_its_scheme_out),
        cmocka_unit_test(the_token_is_meant_for_us),
        cmocka_unit_test(the_token_was_issued_to_us),
        cmocka_unit_test(it_has_not_expired),
        cmocka_unit_test(it_was_issued_and_not_in_the_future),
        cmocka_unit_test(the_nonce_is_this_sign_ins),
        cmocka_unit_test(the_access_token_is_the_one_it_was_issued_with),
        cmocka_unit_test(the_specifications_at_hash_is_ours),
        cmocka_unit_test(the_subject_is_printable_ascii),
        cmocka_unit_test(the_signature_comes_first),
    };
    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
