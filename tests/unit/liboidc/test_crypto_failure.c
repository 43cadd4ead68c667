/* OpenSSL fails, each call once: the failure is reported as ours and not as bad input, and nothing
 * leaks. The linker puts the functions below in place of OpenSSL's (--wrap, see module.mk). */
#include "tests/support/check.h"

#include <stdbool.h>
#include <stdlib.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>

#include <oidc/decryption.h>
#include <oidc/handoff.h>
#include <oidc/session.h>

#include "liboidc/id_token.h"
#include "liboidc/sealing.h"
#include "tests/support/ada.h"
#include "tests/support/mint.h"

static struct {
    bool armed;
    size_t target, count;
} calls;

static bool refuse(void)
{
    return calls.armed && ++calls.count == calls.target;
}

/* The names are the linker's. */
#define MAY_FAIL(type, name, parameters, arguments, failure)                                       \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return refuse() ? (failure) : __real_##name arguments;                                     \
    }

MAY_FAIL(EVP_MD_CTX *, EVP_MD_CTX_new, (void), (), NULL)
MAY_FAIL(EVP_CIPHER_CTX *, EVP_CIPHER_CTX_new, (void), (), NULL)
MAY_FAIL(EVP_CIPHER *, EVP_CIPHER_fetch, (OSSL_LIB_CTX * a, const char *b, const char *c),
         (a, b, c), NULL)
MAY_FAIL(EVP_KDF *, EVP_KDF_fetch, (OSSL_LIB_CTX * a, const char *b, const char *c), (a, b, c),
         NULL)
MAY_FAIL(EVP_KDF_CTX *, EVP_KDF_CTX_new, (EVP_KDF * a), (a), NULL)
MAY_FAIL(int, EVP_KDF_derive, (EVP_KDF_CTX * a, unsigned char *b, size_t c, const OSSL_PARAM *d),
         (a, b, c, d), 0)
MAY_FAIL(int, EVP_Q_digest,
         (OSSL_LIB_CTX * a, const char *b, const char *c, const void *d, size_t e, unsigned char *f,
          size_t *g),
         (a, b, c, d, e, f, g), 0)
MAY_FAIL(EVP_PKEY_CTX *, EVP_PKEY_CTX_new_from_name,
         (OSSL_LIB_CTX * a, const char *b, const char *c), (a, b, c), NULL)
MAY_FAIL(EVP_PKEY_CTX *, EVP_PKEY_CTX_new_from_pkey, (OSSL_LIB_CTX * a, EVP_PKEY *b, const char *c),
         (a, b, c), NULL)
MAY_FAIL(int, EVP_PKEY_decrypt_init, (EVP_PKEY_CTX * a), (a), 0)
MAY_FAIL(EVP_MAC *, EVP_MAC_fetch, (OSSL_LIB_CTX * a, const char *b, const char *c), (a, b, c),
         NULL)
MAY_FAIL(EVP_MAC_CTX *, EVP_MAC_CTX_new, (EVP_MAC * a), (a), NULL)
MAY_FAIL(int, EVP_PKEY_get_bn_param, (const EVP_PKEY *a, const char *b, BIGNUM **c), (a, b, c), 0)
MAY_FAIL(int, EVP_DigestSign,
         (EVP_MD_CTX * a, unsigned char *b, size_t *c, const unsigned char *d, size_t e),
         (a, b, c, d, e), 0)
MAY_FAIL(ECDSA_SIG *, ECDSA_SIG_new, (void), (), NULL)
MAY_FAIL(BIGNUM *, BN_bin2bn, (const unsigned char *a, int b, BIGNUM *c), (a, b, c), NULL)
MAY_FAIL(OSSL_PARAM_BLD *, OSSL_PARAM_BLD_new, (void), (), NULL)
MAY_FAIL(BIO *, BIO_new_mem_buf, (const void *a, int b), (a, b), NULL)
MAY_FAIL(int, RAND_priv_bytes, (unsigned char *a, int b), (a, b), 0)

static struct {
    char *set, *rsa_token, *ec_token, *gcm_token, *cbc_token, *pem, *rsa_pem;
    struct jwks *keys;
    oidc_decryption_keys *decryption_keys;
} minted;

#define CLAIMS                                                                                     \
    "{\"iss\":\"https://op.example\",\"aud\":[\"client\"],\"exp\":1700000300,\"iat\":1700000000,"  \
    "\"nonce\":\"nonce\",\"sub\":\"somebody\",\"at_hash\":\"77QmUPtjPfzWtF2AnpK9RQ\"}"

static int mint_all(void **state)
{
    struct mint_key *rsa = mint_rsa(2048, "rsa");
    struct mint_key *ec = mint_ec("P-256", "ec");

    (void)state;
    minted.set = mint_set(rsa, ec);
    minted.rsa_token = mint_token(rsa, "PS256", CLAIMS);
    minted.ec_token = mint_token(ec, "ES256", CLAIMS);
    minted.gcm_token = mint_encrypted(rsa, "RSA-OAEP", "A256GCM", minted.rsa_token);
    minted.cbc_token = mint_encrypted(rsa, "RSA-OAEP", "A256CBC-HS512", minted.rsa_token);
    minted.pem = mint_pem(ec, 0);
    minted.rsa_pem = mint_pem(rsa, 0);
    mint_free(ec);
    mint_free(rsa);
    return jwks_parse(minted.set, strlen(minted.set), &minted.keys, NULL) == OIDC_OK &&
                   oidc_decryption_keys_parse(minted.rsa_pem, strlen(minted.rsa_pem),
                                              &minted.decryption_keys, NULL) == OIDC_OK
               ? 0
               : -1;
}

static int free_all(void **state)
{
    (void)state;
    jwks_free(&minted.keys);
    free(minted.set);
    free(minted.rsa_token);
    free(minted.ec_token);
    free(minted.pem);
    oidc_decryption_keys_unref(&minted.decryption_keys);
    free(minted.gcm_token);
    free(minted.cbc_token);
    free(minted.rsa_pem);
    return 0;
}

static oidc_code verify(const char *token, const char *encryption)
{
    const struct id_token_expectation expected = {
        .issuer = "https://op.example",
        .client_id = "client",
        .nonce = "nonce",
        .access_token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
        .algorithms = JWS_ES256 | JWS_PS256,
        .encryption = encryption,
        .decryption_keys = minted.decryption_keys,
        .now = 1700000000,
    };
    json_t *claims = NULL;
    oidc_code code = id_token_verify(token, minted.keys, &expected, &claims, NULL);

    json_decref(claims);
    return code;
}

static oidc_code verify_rsa(void)
{
    return verify(minted.rsa_token, NULL);
}

static oidc_code verify_ec(void)
{
    return verify(minted.ec_token, NULL);
}

static oidc_code decrypt_gcm(void)
{
    return verify(minted.gcm_token, "RSA-OAEP");
}

static oidc_code decrypt_cbc(void)
{
    return verify(minted.cbc_token, "RSA-OAEP");
}

static oidc_code read_decryption_keys(void)
{
    oidc_decryption_keys *keys = NULL;
    oidc_code code =
        oidc_decryption_keys_parse(minted.rsa_pem, strlen(minted.rsa_pem), &keys, NULL);

    oidc_decryption_keys_unref(&keys);
    return code;
}

static oidc_code read_keys(void)
{
    struct jwks *keys = NULL;
    oidc_code code = jwks_parse(minted.set, strlen(minted.set), &keys, NULL);

    jwks_free(&keys);
    return code;
}

static oidc_code keep_a_session(void)
{
    oidc_keyring *ring = NULL;
    oidc_session *session = NULL, *opened = NULL;
    char *text = NULL;
    oidc_code code = oidc_keyring_generate(&ring, NULL);

    if (code == OIDC_OK)
        code = oidc_session_new(&ada, 1000, 2000, &session, NULL);
    if (code == OIDC_OK)
        code = oidc_session_seal(session, ring, &text, NULL);
    if (code == OIDC_OK)
        code = oidc_session_open(ring, text, strlen(text), 1500, &opened, NULL);
    free(text);
    oidc_session_free(&opened);
    oidc_session_free(&session);
    oidc_keyring_unref(&ring);
    return code;
}

static oidc_code hand_off(void)
{
    oidc_signer *signer = NULL;
    oidc_handoff *handoff = NULL;
    oidc_code code = oidc_signer_generate(&signer, NULL);

    if (code == OIDC_OK)
        code = oidc_handoff_new(signer, &ada, "https://xnat.example", "X-", 1700000000, &handoff,
                                NULL);
    oidc_handoff_free(&handoff);
    oidc_signer_unref(&signer);
    return code;
}

static oidc_code read_a_signer(void)
{
    oidc_signer *signer = NULL;
    oidc_code code = oidc_signer_parse(minted.pem, strlen(minted.pem), &signer, NULL);

    oidc_signer_unref(&signer);
    return code;
}

static bool is_our_own_trouble(oidc_code code)
{
    return code == OIDC_E_CRYPTO || code == OIDC_E_MEMORY || code == OIDC_E_RANDOM;
}

static void each_failure_is_reported_as_ours(void **state)
{
    static const struct {
        const char *name;
        oidc_code (*scenario)(void);
        size_t least;
    } scenarios[] = {
        {"verify_rsa", verify_rsa, 2},
        {"verify_ec", verify_ec, 5},
        {"read_keys", read_keys, 6},
        {"keep_a_session", keep_a_session, 10},
        {"hand_off", hand_off, 5},
        {"read_a_signer", read_a_signer, 5},
        {"decrypt_gcm", decrypt_gcm, 7},
        {"decrypt_cbc", decrypt_cbc, 9},
        {"read_decryption_keys", read_decryption_keys, 5},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(scenarios); i++) {
        oidc_code code = OIDC_E_CRYPTO;
        size_t n = 0;
        do {
            calls.armed = true;
            calls.count = 0;
            calls.target = ++n;
            code = scenarios[i].scenario();
            calls.armed = false;
            if (calls.count >= n && !is_our_own_trouble(code))
                fail_msg("%s gave %s when call %zu failed", scenarios[i].name, oidc_code_name(code),
                         n);
        } while (calls.count >= n);
        assert_int_equal(code, OIDC_OK);
        assert_true(n > scenarios[i].least);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_failure_is_reported_as_ours),
    };
    return cmocka_run_group_tests(tests, mint_all, free_all);
}
