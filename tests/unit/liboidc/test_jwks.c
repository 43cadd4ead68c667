/* JWK Sets: which keys are kept, which are skipped, and that the set survives the bad ones. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "liboidc/algorithm.h"
#include "liboidc/jwks.h"
#include "tests/support/mint.h"

#define RSA_BITS (JWS_RS256 | JWS_RS384 | JWS_RS512 | JWS_PS256 | JWS_PS384 | JWS_PS512)

static struct mint_key *rsa, *weak, *p256, *p384, *p521, *koblitz;

static int make_keys(void **state)
{
    (void)state;
    rsa = mint_rsa(2048, "rsa");
    weak = mint_rsa(1024, "weak");
    p256 = mint_ec("P-256", "p256");
    p384 = mint_ec("P-384", NULL);
    p521 = mint_ec("P-521", "p521");
    koblitz = mint_ec("secp256k1", "koblitz");
    return 0;
}

static int free_keys(void **state)
{
    (void)state;
    mint_free(rsa);
    mint_free(weak);
    mint_free(p256);
    mint_free(p384);
    mint_free(p521);
    mint_free(koblitz);
    return 0;
}

static struct jwks *read_set(const char *text)
{
    struct jwks *set = NULL;
    oidc_error error;

    if (jwks_parse(text, strlen(text), &set, &error) != OIDC_OK)
        fail_msg("%s: %s", text, error.detail);
    assert_non_null(set);
    return set;
}

static void refused(const char *text, oidc_code expected)
{
    struct jwks *set = (struct jwks *)&set;
    oidc_error error;

    if (jwks_parse(text, strlen(text), &set, &error) != expected)
        fail_msg("%s was not refused as expected", text);
    assert_null(set);
    assert_int_equal(error.code, expected);
}

static void keys_know_what_they_fit(void **state)
{
    static const struct {
        struct mint_key **key;
        const char *members;
        const char *kid;
        unsigned algorithms;
    } cases[] = {
        {&rsa, NULL, "rsa", RSA_BITS},
        {&rsa, "\"use\":\"sig\"", "rsa", RSA_BITS},
        {&rsa, "\"alg\":\"RS256\"", "rsa", JWS_RS256},
        {&rsa, "\"alg\":\"PS512\",\"use\":\"sig\"", "rsa", JWS_PS512},
        {&rsa, "\"key_ops\":[\"verify\"]", "rsa", RSA_BITS},
        {&rsa, "\"key_ops\":[\"encrypt\",\"verify\"],\"x5c\":[\"junk\"],\"x\":7", "rsa", RSA_BITS},
        {&p256, NULL, "p256", JWS_ES256},
        {&p256, "\"alg\":\"ES256\"", "p256", JWS_ES256},
        {&p384, NULL, NULL, JWS_ES384},
        {&p384, "\"kid\":\"\"", NULL, JWS_ES384},
        {&p521, "\"use\":\"sig\",\"key_ops\":[\"verify\"],\"alg\":\"ES512\"", "p521", JWS_ES512},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *jwk = mint_jwk(*cases[i].key, cases[i].members);
        char *text = mint_set_of(jwk, NULL);
        struct jwks *set = read_set(text);
        assert_int_equal(set->count, 1);
        assert_int_equal(set->keys[0].algorithms, cases[i].algorithms);
        if (cases[i].kid)
            assert_string_equal(set->keys[0].kid, cases[i].kid);
        else
            assert_null(set->keys[0].kid);
        jwks_free(&set);
        assert_null(set);
        free(text);
        free(jwk);
    }
}

static void keys_that_are_not_for_us_are_skipped(void **state)
{
    static const struct {
        struct mint_key **key;
        const char *members;
    } cases[] = {
        {&rsa, "\"use\":\"enc\""},
        {&rsa, "\"use\":\"\""},
        {&rsa, "\"use\":1"},
        {&rsa, "\"key_ops\":[\"sign\"]"},
        {&rsa, "\"key_ops\":[]"},
        {&rsa, "\"key_ops\":\"verify\""},
        {&rsa, "\"key_ops\":[\"verify\",1]"},
        {&rsa, "\"alg\":\"RSA-OAEP\""},
        {&rsa, "\"alg\":\"HS256\""},
        {&rsa, "\"alg\":\"none\""},
        {&rsa, "\"alg\":\"ES256\""},
        {&rsa, "\"alg\":256"},
        {&rsa, "\"d\":\"AQAB\""},
        {&rsa, "\"k\":\"AQAB\""},
        {&rsa, "\"qi\":1"},
        {&p256, "\"alg\":\"ES384\""},
        {&p256, "\"alg\":\"RS256\""},
        {&p384, "\"kid\":7"},
        {&weak, NULL},
        {&koblitz, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *jwk = mint_jwk(*cases[i].key, cases[i].members);
        char *text = mint_set_of(jwk, NULL);
        refused(text, OIDC_E_KEYS_UNUSABLE);
        free(text);
        free(jwk);
    }
    char *private_rsa = mint_private_jwk(rsa);
    char *private_ec = mint_private_jwk(p256);
    char *text = mint_set_of(private_rsa, private_ec, NULL);
    refused(text, OIDC_E_KEYS_UNUSABLE);
    free(text);
    free(private_ec);
    free(private_rsa);
}

/* Numbers that are no key. The moduli have 2048 bits unless said otherwise. */
#define FF_255_TIMES                                                                               \
    "____________________________________________________________________________________________" \
    "____________________________________________________________________________________________" \
    "____________________________________________________________________________________________" \
    "________________________________________________________________"

static void malformed_keys_are_skipped(void **state)
{
    static const char *const keys[] = {
        "1",
        "null",
        "[]",
        "{}",
        "{\"kty\":\"RSA\"}",
        "{\"kty\":\"rsa\",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
        "{\"kty\":7}",
        "{\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-"
        "1qS0gZH75aKtMN3Yj0iPS4h"
        "cgUuTwjAzZr1Z9CAow\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_"
        "7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\"}",
        "{\"kty\":\"EC\",\"x\":\"AQAB\",\"y\":\"AQAB\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQAB\",\"y\":\"AQAB\"}",
        /* a point that is not on the curve */
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\","
        "\"y\":\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
        "\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
        "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
        "{\"kty\":\"RSA\",\"n\":\"!!!\",\"e\":\"AQAB\"}",
        "{\"kty\":\"RSA\",\"n\":\"" FF_255_TIMES "_w\",\"e\":\"AQ\"}",           /* exponent 1 */
        "{\"kty\":\"RSA\",\"n\":\"" FF_255_TIMES "_w\",\"e\":\"Ag\"}",           /* even exponent */
        "{\"kty\":\"RSA\",\"n\":\"" FF_255_TIMES "_w\",\"e\":\"AA\"}",           /* zero */
        "{\"kty\":\"RSA\",\"n\":\"" FF_255_TIMES "_w\",\"e\":\"AQAAAAAAAAAB\"}", /* 65 bits */
        "{\"kty\":\"RSA\",\"n\":\"" FF_255_TIMES "_g\",\"e\":\"AQAB\"}",         /* even modulus */
        "{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"AQAB\"}",
        "{\"kty\":\"RSA\",\"n\":\"" FF_255_TIMES "_w\"}",
        "{\"kty\":\"RSA\",\"n\":1,\"e\":2}",
        /* base64url on which cjose would end the program */
        "{\"kty\":\"RSA\",\"n\":\"" FF_255_TIMES "_w\",\"e\":\"AQ=AB\"}",
        "{\"kty\":\"RSA\",\"n\":\"" FF_255_TIMES "_w\",\"e\":\"AQAB=\"}",
        "{\"kty\":\"RSA\",\"n\":\"" FF_255_TIMES "_w=\",\"e\":\"AQAB\"}",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(keys); i++) {
        char *text = mint_set_of(keys[i], NULL);
        refused(text, OIDC_E_KEYS_UNUSABLE);
        free(text);
    }
    /* The same frame with a good exponent is a key: what is refused above is refused for its fault.
     */
    char *good = mint_set_of("{\"kty\":\"RSA\",\"n\":\"" FF_255_TIMES "_w\",\"e\":\"AQAB\"}", NULL);
    struct jwks *set = read_set(good);
    assert_int_equal(set->count, 1);
    jwks_free(&set);
    free(good);
}

static char *repeated_modulus(size_t bytes)
{
    unsigned char *modulus = malloc(bytes);
    assert_non_null(modulus);
    memset(modulus, 0xff, bytes);
    char *n = mint_base64url(modulus, bytes);
    size_t size = strlen(n) + 100;
    char *text = malloc(size);
    assert_non_null(text);
    (void)snprintf(text, size, "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAB\"}]}", n);
    free(n);
    free(modulus);
    return text;
}

static void rsa_is_neither_too_short_nor_too_long(void **state)
{
    static const struct {
        size_t bytes;
        oidc_code code;
    } cases[] = {
        {255, OIDC_E_KEYS_UNUSABLE},
        {256, OIDC_OK},
        {2048, OIDC_OK},
        {2049, OIDC_E_KEYS_UNUSABLE},
        {4096, OIDC_E_KEYS_UNUSABLE},
        {100000, OIDC_E_KEYS_UNUSABLE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *text = repeated_modulus(cases[i].bytes);
        struct jwks *set = NULL;
        assert_int_equal(jwks_parse(text, strlen(text), &set, NULL), cases[i].code);
        jwks_free(&set);
        free(text);
    }
}

static void good_keys_beside_bad_ones_are_kept(void **state)
{
    char *one = mint_jwk(rsa, NULL);
    char *two = mint_jwk(p256, NULL);
    char *text = mint_set_of("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}", one, "17",
                             "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}", two,
                             "{\"kty\":\"oct\",\"k\":\"AQAB\"}", NULL);
    struct jwks *set = read_set(text);

    (void)state;
    assert_int_equal(set->count, 2);
    assert_string_equal(set->keys[0].kid, "rsa");
    assert_string_equal(set->keys[1].kid, "p256");
    jwks_free(&set);
    free(text);
    free(two);
    free(one);
}

static void what_is_no_set_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "{",
        "[]",
        "{}",
        "{\"keys\":{}}",
        "{\"keys\":\"x\"}",
        "{\"keys\":null}",
        "{\"keys\":[],\"keys\":[]}",
        "<html>",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        refused(texts[i], OIDC_E_ANSWER_MALFORMED);
    refused("{\"keys\":[]}", OIDC_E_KEYS_UNUSABLE);
}

static void no_more_keys_are_kept_than_the_limit(void **state)
{
    char *jwk = mint_jwk(p256, NULL);
    size_t size = (strlen(jwk) + 1) * (JWKS_KEYS_MAX + 10) + 20;
    char *text = malloc(size);

    (void)state;
    assert_non_null(text);
    size_t used = (size_t)snprintf(text, size, "{\"keys\":[%s", jwk);
    for (size_t i = 1; i < JWKS_KEYS_MAX + 10; i++)
        used += (size_t)snprintf(text + used, size - used, ",%s", jwk);
    (void)snprintf(text + used, size - used, "]}");
    struct jwks *set = read_set(text);
    assert_int_equal(set->count, JWKS_KEYS_MAX);
    jwks_free(&set);
    free(text);
    free(jwk);
}

static void algorithms_have_names_bits_and_hashes(void **state)
{
    (void)state;
    assert_int_equal(jws_algorithm_bit("RS256"), JWS_RS256);
    assert_int_equal(jws_algorithm_bit("ES512"), JWS_ES512);
    assert_int_equal(jws_algorithm_bit("none"), 0);
    assert_int_equal(jws_algorithm_bit("HS256"), 0);
    assert_int_equal(jws_algorithm_bit("rs256"), 0);
    assert_int_equal(jws_algorithm_bit(""), 0);
    assert_int_equal(jws_algorithm_hash_size(JWS_PS256), 32);
    assert_int_equal(jws_algorithm_hash_size(JWS_ES384), 48);
    assert_int_equal(jws_algorithm_hash_size(JWS_RS512), 64);
    assert_int_equal(jws_algorithm_hash_size(JWS_RS256 | JWS_RS512), 0);
    assert_int_equal(jws_algorithm_hash_size(0), 0);
    assert_int_equal(algorithm_bits_for("P-224"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_know_what_they_fit),
        cmocka_unit_test(keys_that_are_not_for_us_are_skipped),
        cmocka_unit_test(malformed_keys_are_skipped),
        cmocka_unit_test(rsa_is_neither_too_short_nor_too_long),
        cmocka_unit_test(good_keys_beside_bad_ones_are_kept),
        cmocka_unit_test(what_is_no_set_is_refused),
        cmocka_unit_test(no_more_keys_are_kept_than_the_limit),
        cmocka_unit_test(algorithms_have_names_bits_and_hashes),
    };
    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
