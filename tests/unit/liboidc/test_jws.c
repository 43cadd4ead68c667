/* Signed tokens: the RFC's examples, every algorithm, and each way of being wrong with its code. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "liboidc/base64url.h"
#include "liboidc/jws.h"
#include "tests/support/mint.h"

/* Codes that are told apart; which ones is the caller's affair. */
static const struct jws_codes codes = {
    .malformed = OIDC_E_USERINFO_MALFORMED,
    .encrypted = OIDC_E_ID_TOKEN_ENCRYPTED,
    .algorithm = OIDC_E_ID_TOKEN_ALGORITHM,
    .key = OIDC_E_ID_TOKEN_KEY,
    .signature = OIDC_E_ID_TOKEN_SIGNATURE,
};

#define ANY (~0U)
#define CLAIMS "{\"sub\":\"somebody\"}"

static struct mint_key *rsa, *other_rsa, *p256, *p384, *p521, *koblitz;
static struct jwks *keys; /* of rsa, p256, p384 and p521, by kid */

static struct jwks *read_set(char *text)
{
    struct jwks *set = NULL;

    assert_int_equal(jwks_parse(text, strlen(text), &set, NULL), OIDC_OK);
    free(text);
    return set;
}

static int make_keys(void **state)
{
    char *jwks[4];

    (void)state;
    rsa = mint_rsa(2048, "rsa");
    other_rsa = mint_rsa(2048, "other");
    p256 = mint_ec("P-256", "p256");
    p384 = mint_ec("P-384", "p384");
    p521 = mint_ec("P-521", "p521");
    koblitz = mint_ec("secp256k1", "p256");
    jwks[0] = mint_jwk(rsa, NULL);
    jwks[1] = mint_jwk(p256, NULL);
    jwks[2] = mint_jwk(p384, "\"alg\":\"ES384\"");
    jwks[3] = mint_jwk(p521, "\"use\":\"sig\"");
    keys = read_set(mint_set_of(jwks[0], jwks[1], jwks[2], jwks[3], NULL));
    for (size_t i = 0; i < COUNT(jwks); i++)
        free(jwks[i]);
    return 0;
}

static int free_keys(void **state)
{
    (void)state;
    jwks_free(&keys);
    mint_free(rsa);
    mint_free(other_rsa);
    mint_free(p256);
    mint_free(p384);
    mint_free(p521);
    mint_free(koblitz);
    return 0;
}

/* Takes over token. */
static void verified(char *token, const struct jwks *set, unsigned allowed, unsigned expected)
{
    unsigned algorithm = 0;
    json_t *payload = NULL;
    oidc_error error = {.code = OIDC_OK};

    if (jws_verify(token, set, allowed, &codes, &algorithm, &payload, &error) != OIDC_OK)
        fail_msg("%s: %s", token, error.detail);
    assert_int_equal(algorithm, expected);
    assert_true(json_is_object(payload));
    assert_int_equal(error.code, OIDC_OK);
    json_decref(payload);
    free(token);
}

/* Takes over token. */
static void refused_by(char *token, const struct jwks *set, unsigned allowed, oidc_code expected)
{
    unsigned algorithm = 0;
    json_t *payload = (json_t *)&payload;
    oidc_error error = {.code = OIDC_OK};
    oidc_code code = jws_verify(token, set, allowed, &codes, &algorithm, &payload, &error);

    if (code != expected)
        fail_msg("%s gave %s (%s), not %s", token, oidc_code_name(code), error.detail,
                 oidc_code_name(expected));
    assert_null(payload);
    assert_int_equal(error.code, expected);
    assert_true(strlen(error.detail) > 0);
    free(token);
}

static void refused(char *token, oidc_code expected)
{
    refused_by(token, keys, ANY, expected);
}

/* RFC 7515, A.2: RS256. */
static void the_rfcs_rsa_example_verifies(void **state)
{
    static const char set[] = "{\"keys\":[{\"kty\":\"RSA\",\"n\":"
                              "\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddx"
                              "HmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_"
                              "YpRPEwOWvG6b32690r2jZ47soMZo9wGz"
                              "jb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-"
                              "UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3"
                              "qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_"
                              "h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp"
                              "oQ\",\"e\":\"AQAB\"}]}";
    static const char token[] =
        "eyJhbGciOiJSUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv"
        "bS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__"
        "dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4"
        "Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_"
        "nZLgrnbyTyWzO75vRK5h6xB"
        "ArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"
        "eOkHWEsqtFZESc6BfI7noOPqvhJ1"
        "phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    struct jwks *example = read_set(strdup(set));
    json_t *payload = NULL;
    unsigned algorithm;

    (void)state;
    assert_int_equal(jws_verify(token, example, JWS_RS256, &codes, &algorithm, &payload, NULL),
                     OIDC_OK);
    assert_string_equal(json_string_value(json_object_get(payload, "iss")), "joe");
    assert_int_equal(json_integer_value(json_object_get(payload, "exp")), 1300819380);
    json_decref(payload);
    refused_by(mint_spoil(token), example, JWS_RS256, OIDC_E_ID_TOKEN_KEY);
    jwks_free(&example);
}

/* RFC 7515, A.3: ES256. */
static void the_rfcs_ecdsa_example_verifies(void **state)
{
    static const char set[] = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":"
                              "\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                              "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}";
    static const char token[] =
        "eyJhbGciOiJFUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv"
        "bS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-"
        "F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfK"
        "TUJqPP3-Kg6NU1Q";
    struct jwks *example = read_set(strdup(set));

    (void)state;
    verified(strdup(token), example, JWS_ES256, JWS_ES256);
    refused_by(mint_spoil(token), example, JWS_ES256, OIDC_E_ID_TOKEN_KEY);
    jwks_free(&example);
}

static const struct {
    struct mint_key **key;
    const char *alg;
    unsigned bit;
} algorithms[] = {
    {&rsa, "RS256", JWS_RS256},  {&rsa, "RS384", JWS_RS384},  {&rsa, "RS512", JWS_RS512},
    {&rsa, "PS256", JWS_PS256},  {&rsa, "PS384", JWS_PS384},  {&rsa, "PS512", JWS_PS512},
    {&p256, "ES256", JWS_ES256}, {&p384, "ES384", JWS_ES384}, {&p521, "ES512", JWS_ES512},
};

static void every_algorithm_verifies_and_fails_when_spoilt(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(algorithms); i++) {
        char *token = mint_token(*algorithms[i].key, algorithms[i].alg, CLAIMS);
        char *spoilt = mint_spoil(token);
        verified(token, keys, algorithms[i].bit, algorithms[i].bit);
        refused(spoilt, OIDC_E_ID_TOKEN_SIGNATURE);
    }
}

static void an_algorithm_that_is_not_allowed_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(algorithms); i++)
        refused_by(mint_token(*algorithms[i].key, algorithms[i].alg, CLAIMS), keys,
                   ANY & ~algorithms[i].bit, OIDC_E_ID_TOKEN_ALGORITHM);
}

static void algorithms_we_never_take_are_refused(void **state)
{
    static const char *const headers[] = {
        "{\"alg\":\"none\",\"kid\":\"rsa\"}",
        "{\"alg\":\"None\",\"kid\":\"rsa\"}",
        "{\"alg\":\"NONE\",\"kid\":\"rsa\"}",
        "{\"alg\":\"\",\"kid\":\"rsa\"}",
        "{\"alg\":null,\"kid\":\"rsa\"}",
        "{\"alg\":256,\"kid\":\"rsa\"}",
        "{\"alg\":[\"RS256\"]}",
        "{\"kid\":\"rsa\"}",
        "{\"alg\":\"HS256\",\"kid\":\"rsa\"}",
        "{\"alg\":\"HS512\",\"kid\":\"rsa\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"rsa\"}",
        "{\"alg\":\"ES256K\",\"kid\":\"rsa\"}",
        "{\"alg\":\"RS1\",\"kid\":\"rsa\"}",
        "{\"alg\":\"rs256\",\"kid\":\"rsa\"}",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(headers); i++) {
        refused(mint_token_unsigned(headers[i], CLAIMS), OIDC_E_ID_TOKEN_ALGORITHM);
        refused(mint_token_with(rsa, "RS256", headers[i], CLAIMS), OIDC_E_ID_TOKEN_ALGORITHM);
    }
}

/* RFC 8725, 2.1: the public key as the secret of an HMAC, in whatever form. */
static void an_hmac_with_the_public_key_is_refused(void **state)
{
    char *jwk = mint_jwk(rsa, NULL);

    (void)state;
    refused(mint_token_hmac(jwk, strlen(jwk), "{\"alg\":\"HS256\",\"kid\":\"rsa\"}", CLAIMS),
            OIDC_E_ID_TOKEN_ALGORITHM);
    refused(mint_token_hmac(jwk, strlen(jwk), "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", CLAIMS),
            OIDC_E_ID_TOKEN_SIGNATURE);
    free(jwk);
}

static void a_signature_that_is_missing_is_refused(void **state)
{
    (void)state;
    refused(mint_token_unsigned("{\"alg\":\"RS256\",\"kid\":\"rsa\"}", CLAIMS),
            OIDC_E_ID_TOKEN_SIGNATURE);
    refused(mint_token_unsigned("{\"alg\":\"ES256\",\"kid\":\"p256\"}", CLAIMS),
            OIDC_E_ID_TOKEN_SIGNATURE);
}

static void the_kid_names_the_key(void **state)
{
    (void)state;
    refused(mint_token(other_rsa, "RS256", CLAIMS), OIDC_E_ID_TOKEN_KEY);
    /* the key of that name is another one, or of another kind, or for another algorithm */
    refused(mint_token_with(other_rsa, "RS256", "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", CLAIMS),
            OIDC_E_ID_TOKEN_SIGNATURE);
    refused(mint_token_with(rsa, "RS256", "{\"alg\":\"RS256\",\"kid\":\"p256\"}", CLAIMS),
            OIDC_E_ID_TOKEN_KEY);
    refused(mint_token_with(p384, "ES384", "{\"alg\":\"ES256\",\"kid\":\"p384\"}", CLAIMS),
            OIDC_E_ID_TOKEN_KEY);
    /* names are compared whole */
    refused(mint_token_with(rsa, "RS256", "{\"alg\":\"RS256\",\"kid\":\"rs\"}", CLAIMS),
            OIDC_E_ID_TOKEN_KEY);
    refused(mint_token_with(rsa, "RS256", "{\"alg\":\"RS256\",\"kid\":\"RSA\"}", CLAIMS),
            OIDC_E_ID_TOKEN_KEY);
}

static void without_a_kid_each_fitting_key_is_tried(void **state)
{
    struct jwks *both = read_set(mint_set(other_rsa, rsa));
    struct jwks *wrong = read_set(mint_set(other_rsa, p256));

    (void)state;
    verified(mint_token_with(rsa, "RS256", "{\"alg\":\"RS256\"}", CLAIMS), both, ANY, JWS_RS256);
    verified(mint_token_with(rsa, "RS256", "{\"alg\":\"RS256\",\"kid\":\"\"}", CLAIMS), both, ANY,
             JWS_RS256);
    verified(mint_token_with(other_rsa, "PS256", "{\"alg\":\"PS256\"}", CLAIMS), both, ANY,
             JWS_PS256);
    refused_by(mint_token_with(rsa, "RS256", "{\"alg\":\"RS256\"}", CLAIMS), wrong, ANY,
               OIDC_E_ID_TOKEN_KEY);
    refused_by(mint_token_with(p384, "ES384", "{\"alg\":\"ES384\"}", CLAIMS), wrong, ANY,
               OIDC_E_ID_TOKEN_KEY);
    jwks_free(&wrong);
    jwks_free(&both);
}

static void keys_of_the_same_kid_are_each_tried(void **state)
{
    struct mint_key *twin = mint_rsa(2048, "rsa");
    struct jwks *twins = read_set(mint_set(twin, rsa));

    (void)state;
    verified(mint_token(rsa, "RS256", CLAIMS), twins, ANY, JWS_RS256);
    verified(mint_token(twin, "RS256", CLAIMS), twins, ANY, JWS_RS256);
    refused_by(mint_token_with(other_rsa, "RS256", "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", CLAIMS),
               twins, ANY, OIDC_E_ID_TOKEN_SIGNATURE);
    jwks_free(&twins);
    mint_free(twin);
}

static void a_keys_alg_is_binding(void **state)
{
    char *jwk = mint_jwk(rsa, "\"alg\":\"RS512\"");
    struct jwks *set = read_set(mint_set_of(jwk, NULL));

    (void)state;
    verified(mint_token(rsa, "RS512", CLAIMS), set, ANY, JWS_RS512);
    refused_by(mint_token(rsa, "RS256", CLAIMS), set, ANY, OIDC_E_ID_TOKEN_KEY);
    refused_by(mint_token(rsa, "PS512", CLAIMS), set, ANY, OIDC_E_ID_TOKEN_KEY);
    jwks_free(&set);
    free(jwk);
}

/* RFC 8725, 3.10: nothing that the token brings along is a key. */
static void keys_inside_the_token_are_ignored(void **state)
{
    char *jwk = mint_jwk(other_rsa, NULL);
    char header[2048];

    (void)state;
    (void)snprintf(header, sizeof header,
                   "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"jku\":\"https://evil.example/keys\","
                   "\"x5u\":\"https://evil.example/cert\",\"x5c\":[\"AA==\"],\"jwk\":%s}",
                   jwk);
    refused(mint_token_with(other_rsa, "RS256", header, CLAIMS), OIDC_E_ID_TOKEN_SIGNATURE);
    verified(mint_token_with(rsa, "RS256", header, CLAIMS), keys, ANY, JWS_RS256);
    free(jwk);
}

static void malformed_headers_are_refused(void **state)
{
    static const char *const headers[] = {
        "",
        "null",
        "[]",
        "\"RS256\"",
        "{\"alg\":\"RS256\",\"alg\":\"RS256\",\"kid\":\"rsa\"}",
        "{\"alg\":\"RS256\",\"kid\":\"rsa\"} x",
        "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"crit\":[\"exp\"],\"exp\":1}",
        "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"crit\":[]}",
        "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"crit\":null}",
        "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"b64\":false}",
        "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"b64\":true}",
        "{\"alg\":\"RS256\",\"kid\":7}",
        "{\"alg\":\"RS256\",\"kid\":null}",
        "{\"alg\":\"RS256\",\"kid\":[\"rsa\"]}",
        "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"typ\":1}",
        "{\"alg\":\"RS256\",\"kid\":\"rsa\\u0000\"}",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(headers); i++)
        refused(mint_token_with(rsa, "RS256", headers[i], CLAIMS), OIDC_E_USERINFO_MALFORMED);
    verified(
        mint_token_with(rsa, "RS256", "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"x\":[1]}", CLAIMS),
        keys, ANY, JWS_RS256);
}

static void payloads_must_be_objects(void **state)
{
    static const char *const payloads[] = {
        "",  "null", "[]", "\"text\"", "{\"sub\":\"a\",\"sub\":\"b\"}", "{\"sub\":\"a\\u0000\"}",
        "{",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(payloads); i++)
        refused(mint_token(rsa, "RS256", payloads[i]), OIDC_E_USERINFO_MALFORMED);
}

static void only_three_parts_are_a_token(void **state)
{
    char *token = mint_token(rsa, "RS256", CLAIMS);
    char longer[2048];

    (void)state;
    refused(strdup(""), OIDC_E_USERINFO_MALFORMED);
    refused(strdup("a"), OIDC_E_USERINFO_MALFORMED);
    refused(strdup("a.b"), OIDC_E_USERINFO_MALFORMED);
    refused(strdup(".."), OIDC_E_USERINFO_MALFORMED);
    refused(strdup("..."), OIDC_E_USERINFO_MALFORMED);
    refused(strdup("...."), OIDC_E_ID_TOKEN_ENCRYPTED);
    refused(strdup("....."), OIDC_E_USERINFO_MALFORMED);
    (void)snprintf(longer, sizeof longer, "%s.", token);
    refused(strdup(longer), OIDC_E_USERINFO_MALFORMED);
    (void)snprintf(longer, sizeof longer, ".%s", token);
    refused(strdup(longer), OIDC_E_USERINFO_MALFORMED);
    (void)snprintf(longer, sizeof longer, "%s=", token);
    refused(strdup(longer), OIDC_E_USERINFO_MALFORMED);
    (void)snprintf(longer, sizeof longer, " %s", token);
    refused(strdup(longer), OIDC_E_USERINFO_MALFORMED);
    free(token);
}

static void what_was_signed_cannot_be_changed(void **state)
{
    char *token = mint_token(rsa, "RS256", CLAIMS);
    char *other = mint_token(rsa, "RS256", "{\"sub\":\"somebody else\"}");
    char mixed[4096];

    (void)state;
    /* the header and payload of one with the signature of the other */
    (void)snprintf(mixed, sizeof mixed, "%.*s%s", (int)(strrchr(other, '.') - other), other,
                   strrchr(token, '.'));
    refused(strdup(mixed), OIDC_E_ID_TOKEN_SIGNATURE);
    free(other);
    free(token);
}

/* Signatures are of one length: one more byte, one less, or zeros in front, are another text. */
static void signatures_have_one_length(void **state)
{
    static const struct {
        const char *header;
        size_t size;
    } cases[] = {
        {"{\"alg\":\"ES256\",\"kid\":\"p256\"}", 64},  {"{\"alg\":\"ES384\",\"kid\":\"p384\"}", 96},
        {"{\"alg\":\"ES512\",\"kid\":\"p521\"}", 132}, {"{\"alg\":\"RS256\",\"kid\":\"rsa\"}", 256},
        {"{\"alg\":\"PS256\",\"kid\":\"rsa\"}", 256},
    };
    unsigned char bytes[4096];

    (void)state;
    for (size_t fill = 0; fill < 3; fill++) {
        memset(bytes, fill == 0 ? 0 : fill == 1 ? 1 : 0xff, sizeof bytes);
        for (size_t i = 0; i < COUNT(cases); i++)
            for (int off = -2; off <= 2; off++)
                refused(mint_token_raw(cases[i].header, CLAIMS, bytes,
                                       (size_t)((int)cases[i].size + off)),
                        OIDC_E_ID_TOKEN_SIGNATURE);
    }
    refused(mint_token_raw(cases[0].header, CLAIMS, bytes, 4096), OIDC_E_USERINFO_MALFORMED);
}

/* An ES256 signature whose halves have been widened with zeros verifies in readers that only look
 * for the middle. */
static void a_widened_ecdsa_signature_is_refused(void **state)
{
    char *token = mint_token(p256, "ES256", CLAIMS);
    const char *signature = strrchr(token, '.') + 1;
    unsigned char raw[66], wide[66];
    size_t size = 0;
    char wider[4096];

    (void)state;
    assert_true(base64url_decode(signature, strlen(signature), raw, &size));
    assert_int_equal(size, 64);
    memset(wide, 0, sizeof wide);
    memcpy(wide + 1, raw, 32);
    memcpy(wide + 34, raw + 32, 32);
    char *text = mint_base64url(wide, sizeof wide);
    (void)snprintf(wider, sizeof wider, "%.*s%s", (int)(signature - token), token, text);
    refused(strdup(wider), OIDC_E_ID_TOKEN_SIGNATURE);
    verified(token, keys, ANY, JWS_ES256);
    free(text);
}

static void another_curve_of_the_same_width_is_refused(void **state)
{
    (void)state;
    refused(mint_token(koblitz, "ES256", CLAIMS), OIDC_E_ID_TOKEN_SIGNATURE);
}

static char *token_of_size(size_t size)
{
    char *frame = mint_token(rsa, "RS256", "{}");
    size_t frame_size = strlen(frame) - 3; /* "{}" takes three characters */
    char *payload = NULL;
    char *token = NULL;

    free(frame);
    /* the payload that makes the token so long: every size but 1 mod 4 is some payload's */
    size_t bytes = (size - frame_size) / 4 * 3 + (size - frame_size) % 4 * 3 / 4;
    payload = malloc(bytes + 1);
    assert_non_null(payload);
    memset(payload, ' ', bytes);
    payload[0] = '{';
    payload[bytes - 1] = '}';
    payload[bytes] = '\0';
    token = mint_token(rsa, "RS256", payload);
    free(payload);
    return token;
}

static void length_is_bounded(void **state)
{
    (void)state;
    for (size_t size = JWS_TOKEN_MAX - 4; size <= JWS_TOKEN_MAX + 4; size++) {
        char *token = token_of_size(size);
        if (strlen(token) <= JWS_TOKEN_MAX)
            verified(token, keys, ANY, JWS_RS256);
        else
            refused(token, OIDC_E_USERINFO_MALFORMED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rfcs_rsa_example_verifies),
        cmocka_unit_test(the_rfcs_ecdsa_example_verifies),
        cmocka_unit_test(every_algorithm_verifies_and_fails_when_spoilt),
        cmocka_unit_test(an_algorithm_that_is_not_allowed_is_refused),
        cmocka_unit_test(algorithms_we_never_take_are_refused),
        cmocka_unit_test(an_hmac_with_the_public_key_is_refused),
        cmocka_unit_test(a_signature_that_is_missing_is_refused),
        cmocka_unit_test(the_kid_names_the_key),
        cmocka_unit_test(without_a_kid_each_fitting_key_is_tried),
        cmocka_unit_test(keys_of_the_same_kid_are_each_tried),
        cmocka_unit_test(a_keys_alg_is_binding),
        cmocka_unit_test(keys_inside_the_token_are_ignored),
        cmocka_unit_test(malformed_headers_are_refused),
        cmocka_unit_test(payloads_must_be_objects),
        cmocka_unit_test(only_three_parts_are_a_token),
        cmocka_unit_test(what_was_signed_cannot_be_changed),
        cmocka_unit_test(signatures_have_one_length),
        cmocka_unit_test(a_widened_ecdsa_signature_is_refused),
        cmocka_unit_test(another_curve_of_the_same_width_is_refused),
        cmocka_unit_test(length_is_bounded),
    };
    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
