/* The keys that decrypt ID tokens: which files are taken, and what is published of them. */
#include "tests/support/check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <jansson.h>

#include "liboidc/decryption.h"
#include "liboidc/signer.h"
#include "tests/support/joined.h"
#include "tests/support/mint.h"

/* Made once: keys cost time. */
static struct mint_key *first, *second;
static char *first_pem, *second_pem;

static int mint_all(void **state)
{
    (void)state;
    first = mint_rsa(2048, NULL);
    second = mint_rsa(3072, NULL);
    first_pem = mint_pem(first, 0);
    second_pem = mint_pem(second, 1);
    return 0;
}

static int free_all(void **state)
{
    (void)state;
    free(first_pem);
    free(second_pem);
    mint_free(first);
    mint_free(second);
    return 0;
}

static oidc_decryption_keys *keys_of(const char *pem)
{
    oidc_decryption_keys *keys = NULL;
    oidc_error error;

    if (oidc_decryption_keys_parse(pem, strlen(pem), &keys, &error) != OIDC_OK)
        fail_msg("%s: %s", pem, error.detail);
    return keys;
}

/* Takes over pem. */
static void refused(char *pem, const char *why)
{
    oidc_decryption_keys *keys = (oidc_decryption_keys *)&keys;
    oidc_error error;

    assert_int_equal(oidc_decryption_keys_parse(pem, strlen(pem), &keys, &error), OIDC_E_KEY_FILE);
    assert_null(keys);
    if (!strstr(error.detail, why))
        fail_msg("\"%s\" does not say \"%s\"", error.detail, why);
    free(pem);
}

static void every_key_of_a_file_is_read(void **state)
{
    char *framed = joined("what this is\n", first_pem);
    char *both = joined(framed, second_pem);
    char *kids[] = {mint_thumbprint(first), mint_thumbprint(second)};
    oidc_decryption_keys *keys = keys_of(both);

    (void)state;
    assert_int_equal(keys->count, 2);
    for (size_t i = 0; i < COUNT(kids); i++) {
        assert_string_equal(keys->keys[i].kid, kids[i]);
        free(kids[i]);
    }
    oidc_decryption_keys_unref(&keys);
    assert_null(keys);
    free(both);
    free(framed);
}

static void what_is_no_private_key_is_passed_over(void **state)
{
    char *pem = joined("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", first_pem);
    oidc_decryption_keys *keys = keys_of(pem);

    (void)state;
    assert_int_equal(keys->count, 1);
    oidc_decryption_keys_unref(&keys);
    free(pem);
}

static void a_key_that_cannot_be_used_is_not(void **state)
{
    struct mint_key *weak = mint_rsa(2047, NULL), *ec = mint_ec("P-256", NULL);
    EVP_PKEY *pss = EVP_PKEY_Q_keygen(NULL, NULL, "RSA-PSS", (size_t)2048);
    EVP_PKEY *plain = EVP_RSA_gen(2048);
    char *cut = strdup(first_pem);

    (void)state;
    assert_non_null(cut);
    cut[strlen(cut) / 2] = '\0';
    refused(mint_pem(weak, 0), "key 1 of the file has 2047 bits");
    refused(mint_pem(ec, 0), "not an RSA key");
    refused(mint_pem(ec, 1), "not an RSA key");
    if (pss)
        refused(mint_pem_of(pss, NULL), "not an RSA key");
    refused(mint_pem_of(plain, "secret"), "passphrase");
    refused(joined(first_pem, cut), "damaged");
    refused(cut, "damaged");
    refused(joined(first_pem, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
            "private key 2 of the file is damaged");
    refused(strdup("nonsense"), "no private key");
    refused(strdup(""), "empty");
    char *huge = malloc(70000);
    assert_non_null(huge);
    memset(huge, '\n', 70000);
    huge[69999] = '\0';
    refused(huge, "longer");
    EVP_PKEY_free(plain);
    EVP_PKEY_free(pss);
    mint_free(ec);
    mint_free(weak);
}

static void the_traditional_form_under_a_passphrase_is_refused(void **state)
{
    char *pem = mint_pem(first, 1);
    const char *begin = "-----BEGIN RSA PRIVATE KEY-----\n";

    (void)state;
    assert_memory_equal(pem, begin, strlen(begin));
    char *head = joined(begin, "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,"
                               "00112233445566778899AABBCCDDEEFF\n\n");
    refused(joined(head, pem + strlen(begin)), "passphrase");
    free(head);
    free(pem);
}

/* Numbers of the right size that are no key: to make a real one takes seconds. */
static void too_large_a_key_is_refused(void **state)
{
    static const char *const halves[] = {
        OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_EXPONENT1,
        OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};
    unsigned char ones[4104 / 8];
    OSSL_PARAM parameters[COUNT(halves) + 4], *next = parameters;
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);

    (void)state;
    memset(ones, 0xff, sizeof ones);
    *next++ = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, ones, sizeof ones);
    *next++ = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, ones, 1);
    *next++ = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_D, ones, sizeof ones - 1);
    for (size_t i = 0; i < COUNT(halves); i++)
        *next++ = OSSL_PARAM_construct_BN(halves[i], ones, sizeof ones / 2);
    *next = OSSL_PARAM_construct_end();
    assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
    assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters), 1);
    refused(mint_pem_of(key, NULL), "4104 bits");
    EVP_PKEY_free(key);
    EVP_PKEY_CTX_free(context);
}

static void there_are_not_too_many(void **state)
{
    char *two = joined(first_pem, second_pem), *four = joined(two, two);
    oidc_decryption_keys *keys = keys_of(four);

    (void)state;
    assert_int_equal(keys->count, OIDC_DECRYPTION_KEYS_MAX);
    oidc_decryption_keys_unref(&keys);
    refused(joined(four, first_pem), "more than 4");
    free(four);
    free(two);
}

/* The modulus of one key with the rest of another: PKCS#1 has them one behind the other. */
static void halves_that_do_not_belong_together_are_refused(void **state)
{
    struct mint_key *other = mint_rsa(2048, NULL);
    char *pems[] = {mint_pem(first, 1), mint_pem(other, 1)};
    unsigned char *bytes[2];
    long sizes[2];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        BIO *in = BIO_new_mem_buf(pems[i], -1);
        char *name = NULL, *header = NULL;
        assert_int_equal(PEM_read_bio(in, &name, &header, &bytes[i], &sizes[i]), 1);
        OPENSSL_free(name);
        OPENSSL_free(header);
        BIO_free(in);
        free(pems[i]);
    }
    /* SEQUENCE (4), version (3), INTEGER (4) of 257 bytes, the first of them 0. */
    enum { MODULUS = 12 };
    memcpy(bytes[0] + MODULUS, bytes[1] + MODULUS, 256);
    BIO *out = BIO_new(BIO_s_mem());
    char *text = NULL;
    assert_true(PEM_write_bio(out, "RSA PRIVATE KEY", "", bytes[0], sizes[0]) > 0);
    size_t size = (size_t)BIO_get_mem_data(out, &text);
    char *mixed = strndup(text, size);
    assert_non_null(mixed);
    refused(mixed, "belong together");
    BIO_free(out);
    OPENSSL_free(bytes[0]);
    OPENSSL_free(bytes[1]);
    mint_free(other);
}

/* --- publishing ---------------------------------------------------------------------------------
 */

static oidc_config *config_of(const char *one, const char *two)
{
    char text[2048];
    oidc_config *config = NULL;
    oidc_error error;

    (void)snprintf(text, sizeof text,
                   "auth.method=openid\ntype=openid\nprovider.id=openid\nenabled=one,two\n"
                   "siteUrl=https://xnat.example\npreEstablishedRedirUri=/openid-login\n"
                   "openid.one.clientId=a\nopenid.one.clientSecret=b\n"
                   "openid.one.issuer=https://one.example\n"
                   "openid.two.clientId=a\nopenid.two.clientSecret=b\n"
                   "openid.two.issuer=https://two.example\n"
                   "openid.one.idTokenEncryptionAlgorithm=%s\n"
                   "openid.two.idTokenEncryptionAlgorithm=%s\n",
                   one, two);
    if (oidc_config_parse("x", text, strlen(text), &config, &error) != OIDC_OK)
        fail_msg("%s", error.detail);
    return config;
}

/* @return new reference: the JWK at an index of what is published. */
static json_t *published(const oidc_signer *signer, const oidc_decryption_keys *keys,
                         const char *one, const char *two, size_t count, size_t index)
{
    oidc_config *config = config_of(one, two);
    char *text = NULL;

    assert_int_equal(oidc_published_jwks(signer, keys, config, &text, NULL), OIDC_OK);
    json_t *set = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    json_t *list = json_object_get(set, "keys");
    assert_int_equal(json_object_size(set), 1);
    assert_int_equal(json_array_size(list), count);
    json_t *jwk = json_incref(json_array_get(list, index));
    json_decref(set);
    free(text);
    oidc_config_unref(&config);
    return jwk;
}

static void the_current_key_is_published_beside_the_assertions(void **state)
{
    static const char *const algorithms[][3] = {
        {"RSA-OAEP", "", "RSA-OAEP"},
        {"", "RSA-OAEP-256", "RSA-OAEP-256"},
        {"RSA-OAEP-512", "RSA-OAEP-512", "RSA-OAEP-512"},
        {"RSA-OAEP", "RSA-OAEP-256", NULL},
        {"", "", NULL},
    };
    char *both = joined(first_pem, second_pem), *kid = mint_thumbprint(first);
    char *expected_text = mint_jwk(first, NULL);
    oidc_decryption_keys *keys = keys_of(both);
    oidc_signer *signer = NULL;

    (void)state;
    assert_int_equal(oidc_signer_generate(&signer, NULL), OIDC_OK);
    json_t *own = json_loads(signer_jwk(signer), 0, NULL);
    for (size_t i = 0; i < COUNT(algorithms); i++) {
        json_t *jwk = published(signer, keys, algorithms[i][0], algorithms[i][1], 2, 1);
        json_t *expected = json_loads(expected_text, 0, NULL);
        json_object_set_new(expected, "use", json_string("enc"));
        json_object_set_new(expected, "kid", json_string(kid));
        if (algorithms[i][2])
            json_object_set_new(expected, "alg", json_string(algorithms[i][2]));
        assert_true(json_equal(jwk, expected)); /* no private member, above all */
        json_decref(jwk);
        json_decref(expected);
        jwk = published(signer, keys, algorithms[i][0], algorithms[i][1], 2, 0);
        assert_true(json_equal(jwk, own));
        json_decref(jwk);
    }
    json_t *alone = published(signer, NULL, "", "", 1, 0);
    assert_true(json_equal(alone, own));
    json_decref(alone);
    json_decref(own);
    oidc_signer_unref(&signer);
    oidc_decryption_keys_unref(&keys);
    free(expected_text);
    free(kid);
    free(both);
}

static void *ref_and_unref(void *argument)
{
    for (int i = 0; i < 1000; i++) {
        oidc_decryption_keys *mine = oidc_decryption_keys_ref(argument);
        oidc_decryption_keys_unref(&mine);
    }
    return NULL;
}

static void threads_share_keys(void **state)
{
    pthread_t threads[4];
    oidc_decryption_keys *keys = keys_of(first_pem);

    (void)state;
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ref_and_unref, keys), 0);
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(atomic_load(&keys->owners), 1);
    oidc_decryption_keys_unref(&keys);
    assert_null(oidc_decryption_keys_ref(NULL));
    oidc_decryption_keys_unref(&keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_of_a_file_is_read),
        cmocka_unit_test(what_is_no_private_key_is_passed_over),
        cmocka_unit_test(a_key_that_cannot_be_used_is_not),
        cmocka_unit_test(the_traditional_form_under_a_passphrase_is_refused),
        cmocka_unit_test(too_large_a_key_is_refused),
        cmocka_unit_test(there_are_not_too_many),
        cmocka_unit_test(halves_that_do_not_belong_together_are_refused),
        cmocka_unit_test(the_current_key_is_published_beside_the_assertions),
        cmocka_unit_test(threads_share_keys),
    };
    return cmocka_run_group_tests(tests, mint_all, free_all);
}
