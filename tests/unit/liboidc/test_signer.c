/* The assertion's key: which files are taken, its public half, and signatures that verify. */
#include "tests/support/check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "liboidc/base64url.h"
#include "liboidc/jws.h"
#include "liboidc/signer.h"
#include "tests/support/mint.h"

static const struct jws_codes codes = {
    .malformed = OIDC_E_ID_TOKEN_MALFORMED,
    .encrypted = OIDC_E_ID_TOKEN_ENCRYPTED,
    .algorithm = OIDC_E_ID_TOKEN_ALGORITHM,
    .key = OIDC_E_ID_TOKEN_KEY,
    .signature = OIDC_E_ID_TOKEN_SIGNATURE,
};

static oidc_signer *signer_of(const char *pem)
{
    oidc_signer *signer = NULL;
    oidc_error error;

    if (oidc_signer_parse(pem, strlen(pem), &signer, &error) != OIDC_OK)
        fail_msg("%s: %s", pem, error.detail);
    return signer;
}

/* Takes over pem. */
static void refused(char *pem, const char *why)
{
    oidc_signer *signer = (oidc_signer *)&signer;
    oidc_error error;

    assert_int_equal(oidc_signer_parse(pem, strlen(pem), &signer, &error), OIDC_E_KEY_FILE);
    assert_null(signer);
    if (!strstr(error.detail, why))
        fail_msg("\"%s\" does not say \"%s\"", error.detail, why);
    free(pem);
}

static void both_forms_of_pem_are_taken(void **state)
{
    struct mint_key *key = mint_ec("P-256", NULL);
    char *kid = mint_thumbprint(key);

    (void)state;
    for (int traditional = 0; traditional < 2; traditional++) {
        char *pem = mint_pem(key, traditional);
        char around[4096];
        (void)snprintf(around, sizeof around, "a comment\n%s\nanother\n", pem);
        oidc_signer *plain = signer_of(pem);
        oidc_signer *framed = signer_of(around);
        assert_non_null(strstr(oidc_signer_jwks(plain), kid));
        assert_string_equal(oidc_signer_jwks(plain), oidc_signer_jwks(framed));
        oidc_signer_unref(&framed);
        oidc_signer_unref(&plain);
        assert_null(plain);
        free(pem);
    }
    free(kid);
    mint_free(key);
}

/* What `openssl ecparam -genkey` writes has a block of parameters in front. */
static void parameters_in_front_are_no_matter(void **state)
{
    struct mint_key *key = mint_ec("P-256", NULL);
    char *pem = mint_pem(key, 1);
    char both[4096];

    (void)state;
    (void)snprintf(
        both, sizeof both,
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n%s", pem);
    oidc_signer *signer = signer_of(both);
    oidc_signer_unref(&signer);
    free(pem);
    mint_free(key);
}

static char *public_pem_of(EVP_PKEY *key)
{
    BIO *out = BIO_new(BIO_s_mem());
    char *bytes = NULL;

    assert_non_null(out);
    assert_int_equal(PEM_write_bio_PUBKEY(out, key), 1);
    size_t size = (size_t)BIO_get_mem_data(out, &bytes);
    char *pem = strndup(bytes, size);
    assert_non_null(pem);
    BIO_free(out);
    return pem;
}

static void anything_but_a_p256_private_key_is_refused(void **state)
{
    struct mint_key *p384 = mint_ec("P-384", NULL);
    struct mint_key *koblitz = mint_ec("secp256k1", NULL);
    struct mint_key *rsa = mint_rsa(2048, NULL);
    EVP_PKEY *p256 = EVP_EC_gen("P-256");
    EVP_PKEY *ed25519 = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

    (void)state;
    refused(mint_pem(p384, 0), "P-256");
    refused(mint_pem(koblitz, 0), "P-256");
    refused(mint_pem(rsa, 0), "P-256");
    refused(mint_pem_of(ed25519, NULL), "P-256");
    refused(public_pem_of(p256), "no private key");
    refused(mint_pem_of(p256, "secret"), "passphrase");
    refused(strdup("nonsense"), "no private key");
    refused(strdup("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
            "no private key");
    refused(strdup(""), "empty");
    char *huge = malloc(70000);
    assert_non_null(huge);
    memset(huge, 'x', 70000);
    huge[69999] = '\0';
    refused(huge, "longer");
    EVP_PKEY_free(ed25519);
    EVP_PKEY_free(p256);
    mint_free(rsa);
    mint_free(koblitz);
    mint_free(p384);
}

static void the_public_half_is_a_jwk_set(void **state)
{
    static const char *const members[] = {"kty", "crv", "x", "y", "use", "alg", "kid"};
    struct mint_key *key = mint_ec("P-256", NULL);
    char *pem = mint_pem(key, 0);
    char *kid = mint_thumbprint(key);
    char *public = mint_jwk(key, NULL);
    oidc_signer *signer = signer_of(pem);
    json_t *set = json_loads(oidc_signer_jwks(signer), JSON_REJECT_DUPLICATES, NULL);
    json_t *expected = json_loads(public, 0, NULL);

    (void)state;
    assert_int_equal(json_object_size(set), 1);
    assert_int_equal(json_array_size(json_object_get(set, "keys")), 1);
    const json_t *jwk = json_array_get(json_object_get(set, "keys"), 0);
    assert_int_equal(json_object_size(jwk), COUNT(members)); /* no private member, above all */
    for (size_t i = 0; i < COUNT(members); i++)
        assert_true(json_is_string(json_object_get(jwk, members[i])));
    for (size_t i = 0; i < 4; i++)
        assert_true(
            json_equal(json_object_get(jwk, members[i]), json_object_get(expected, members[i])));
    assert_string_equal(json_string_value(json_object_get(jwk, "use")), "sig");
    assert_string_equal(json_string_value(json_object_get(jwk, "alg")), "ES256");
    assert_string_equal(json_string_value(json_object_get(jwk, "kid")), kid);
    json_decref(expected);
    json_decref(set);
    oidc_signer_unref(&signer);
    free(public);
    free(kid);
    free(pem);
    mint_free(key);
}

/* The key of RFC 7515, A.3, in PEM; its y is given, so that it can be a wrong one. */
static char *pem_of_the_rfcs_key(const char *y)
{
    unsigned char d[32], point[65] = {0x04};
    size_t size;
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    char group[] = "P-256";

    assert_true(base64url_decode("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI", 43, d, &size));
    assert_true(
        base64url_decode("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", 43, point + 1, &size));
    assert_true(base64url_decode(y, 43, point + 33, &size));
    for (size_t i = 0; i < sizeof d / 2; i++) { /* OpenSSL takes numbers in this machine's order */
        unsigned char byte = d[i];
        d[i] = d[sizeof d - 1 - i];
        d[sizeof d - 1 - i] = byte;
    }
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, d, sizeof d),
        OSSL_PARAM_construct_end(),
    };
    assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
    assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters), 1);
    char *pem = mint_pem_of(key, NULL);
    EVP_PKEY_free(key);
    EVP_PKEY_CTX_free(context);
    return pem;
}

/* Its thumbprint is what other implementations compute. */
static void the_thumbprint_is_everybody_elses(void **state)
{
    char *pem = pem_of_the_rfcs_key("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    oidc_signer *signer = signer_of(pem);

    (void)state;
    assert_non_null(strstr(oidc_signer_jwks(signer),
                           "\"kid\":\"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U\""));
    oidc_signer_unref(&signer);
    free(pem);
}

/* The point with y turned to its negative is on the curve, but belongs to another private key. */
static void halves_that_do_not_belong_together_are_refused(void **state)
{
    (void)state;
    refused(pem_of_the_rfcs_key("OA67MeRCZIJ40yASRhFGC0yWopJW9NtSdbnc13p3GlI"), "belong together");
}

static bool verifies(const oidc_signer *signer, const char *token, const char *claim,
                     const char *value)
{
    struct jwks *keys = NULL;
    unsigned algorithm = 0;
    json_t *payload = NULL;
    const char *jwks = oidc_signer_jwks(signer);
    bool good = jwks_parse(jwks, strlen(jwks), &keys, NULL) == OIDC_OK &&
                jws_verify(token, keys, JWS_ES256, &codes, &algorithm, &payload, NULL) == OIDC_OK;

    good = good && strcmp(json_string_value(json_object_get(payload, claim)), value) == 0;
    json_decref(payload);
    jwks_free(&keys);
    return good;
}

/* Until some have had an r or an s that begins with a zero: one in 128 does. */
static void signatures_verify(void **state)
{
    oidc_signer *signer = NULL;
    oidc_signer *other = NULL;
    size_t short_numbers = 0;

    (void)state;
    assert_int_equal(oidc_signer_generate(&signer, NULL), OIDC_OK);
    assert_int_equal(oidc_signer_generate(&other, NULL), OIDC_OK);
    for (int i = 0; short_numbers < 3; i++) {
        unsigned char raw[64];
        size_t size = 0;
        char *token = NULL;
        assert_int_equal(signer_sign(signer, "{\"a\":\"b\"}", 9, &token, NULL), OIDC_OK);
        const char *signature = strrchr(token, '.') + 1;
        assert_int_equal(strlen(signature), 86);
        assert_true(base64url_decode(signature, 86, raw, &size));
        short_numbers += raw[0] == 0 || raw[32] == 0;
        assert_true(verifies(signer, token, "a", "b"));
        if (i == 0)
            assert_false(verifies(other, token, "a", "b"));
        free(token);
    }
    oidc_signer_unref(&other);
    oidc_signer_unref(&signer);
}

static void the_header_says_how_it_is_signed(void **state)
{
    oidc_signer *signer = NULL;
    char *token = NULL;
    char header[256];
    size_t size = 0;

    (void)state;
    assert_int_equal(oidc_signer_generate(&signer, NULL), OIDC_OK);
    assert_int_equal(signer_sign(signer, "{}", 2, &token, NULL), OIDC_OK);
    assert_true(base64url_decode(token, strcspn(token, "."), header, &size));
    json_t *object = json_loadb(header, size, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_object_size(object), 3);
    assert_string_equal(json_string_value(json_object_get(object, "alg")), "ES256");
    assert_string_equal(json_string_value(json_object_get(object, "typ")), "JWT");
    assert_non_null(
        strstr(oidc_signer_jwks(signer), json_string_value(json_object_get(object, "kid"))));
    json_decref(object);
    free(token);
    oidc_signer_unref(&signer);
}

static void what_is_too_long_is_not_signed(void **state)
{
    oidc_signer *signer = NULL;
    char *token = (char *)&token;
    char *payload = calloc(1, SIGNER_PAYLOAD_MAX + 1);

    (void)state;
    assert_non_null(payload);
    assert_int_equal(oidc_signer_generate(&signer, NULL), OIDC_OK);
    assert_int_equal(signer_sign(signer, payload, SIGNER_PAYLOAD_MAX + 1, &token, NULL),
                     OIDC_E_USAGE);
    assert_null(token);
    assert_int_equal(signer_sign(signer, payload, SIGNER_PAYLOAD_MAX, &token, NULL), OIDC_OK);
    free(token);
    oidc_signer_unref(&signer);
    free(payload);
}

static void *sign_and_drop(void *argument)
{
    oidc_signer *signer = argument;
    void *failed = NULL;

    for (int i = 0; i < 200 && !failed; i++) {
        char *token = NULL;
        if (signer_sign(signer, "{\"a\":\"b\"}", 9, &token, NULL) != OIDC_OK ||
            !verifies(signer, token, "a", "b"))
            failed = argument;
        free(token);
    }
    oidc_signer_unref(&signer);
    return failed;
}

static void threads_share_a_signer(void **state)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    oidc_signer *signer = NULL;

    (void)state;
    assert_int_equal(oidc_signer_generate(&signer, NULL), OIDC_OK);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, sign_and_drop, oidc_signer_ref(signer)),
                         0);
    oidc_signer_unref(&signer);
    for (size_t i = 0; i < THREADS; i++) {
        void *failed = NULL;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    assert_null(oidc_signer_ref(NULL));
    oidc_signer_unref(&signer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms_of_pem_are_taken),
        cmocka_unit_test(parameters_in_front_are_no_matter),
        cmocka_unit_test(anything_but_a_p256_private_key_is_refused),
        cmocka_unit_test(the_public_half_is_a_jwk_set),
        cmocka_unit_test(the_thumbprint_is_everybody_elses),
        cmocka_unit_test(halves_that_do_not_belong_together_are_refused),
        cmocka_unit_test(signatures_verify),
        cmocka_unit_test(the_header_says_how_it_is_signed),
        cmocka_unit_test(what_is_too_long_is_not_signed),
        cmocka_unit_test(threads_share_a_signer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
