/* The keys that decrypt ID tokens: RSA private keys from a PEM file, and the public half of the
 * first. Nothing that stands in the file gets into an error. */
#include "decryption.h"

#include <stdlib.h>
#include <string.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/x509.h>

#include "base64url.h"
#include "buf.h"
#include "fail.h"
#include "pem.h"
#include "signer.h"

/* Bytes of the largest modulus; characters of it in base64url, and the NUL. */
#define NUMBER_MAX (DECRYPTION_RSA_BITS_MAX / 8)
#define NUMBER_TEXT (NUMBER_MAX / 3 * 4 + 4)

#define MEMBERS_MAX 2048 /* the modulus takes a third more than NUMBER_MAX */
#define JWKS_MAX 4096

/* --- the public half ----------------------------------------------------------------------------
 */

/* RFC 7518, 6.3.1: a number in as many bytes as it needs. */
static bool number(const EVP_PKEY *key, const char *name, char text[NUMBER_TEXT])
{
    unsigned char bytes[NUMBER_MAX];
    BIGNUM *value = NULL;
    bool good = EVP_PKEY_get_bn_param(key, name, &value) == 1 && BN_num_bytes(value) <= NUMBER_MAX;

    if (good)
        base64url_encode(bytes, (size_t)BN_bn2bin(value, bytes), text);
    BN_free(value);
    return good;
}

/* RFC 7638, 3.2 and 3.3: the required members, in this order, without any blank. */
static oidc_code describe(const EVP_PKEY *key, char **members, oidc_error *error)
{
    char e[NUMBER_TEXT], n[NUMBER_TEXT];
    struct buf text;

    *members = NULL;
    if (!number(key, OSSL_PKEY_PARAM_RSA_E, e) || !number(key, OSSL_PKEY_PARAM_RSA_N, n))
        return oidc_fail(error, OIDC_E_CRYPTO, "OpenSSL cannot give the public key");
    buf_init(&text, MEMBERS_MAX);
    buf_addf(&text, "\"e\":\"%s\",\"kty\":\"RSA\",\"n\":\"%s\"", e, n);
    *members = buf_steal(&text);
    buf_free(&text);
    return *members ? OIDC_OK : oidc_fail_memory(error);
}

/* --- one key ------------------------------------------------------------------------------------
 */

/* An RSA key, strong enough, whose halves belong together. @param ordinal for the message. */
static oidc_code check_key(EVP_PKEY *key, size_t ordinal, oidc_error *error)
{
    int bits = EVP_PKEY_get_bits(key);

    if (EVP_PKEY_is_a(key, "RSA") != 1)
        return oidc_fail(error, OIDC_E_KEY_FILE, "private key %zu of the file is not an RSA key",
                         ordinal);
    if (bits < DECRYPTION_RSA_BITS_MIN || bits > DECRYPTION_RSA_BITS_MAX)
        return oidc_fail(error, OIDC_E_KEY_FILE,
                         "private key %zu of the file has %d bits; %d to %d are taken", ordinal,
                         bits, DECRYPTION_RSA_BITS_MIN, DECRYPTION_RSA_BITS_MAX);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    if (!context)
        return oidc_fail_memory(error);
    bool sound = EVP_PKEY_pairwise_check(context) == 1;
    EVP_PKEY_CTX_free(context);
    return sound ? OIDC_OK
                 : oidc_fail(error, OIDC_E_KEY_FILE,
                             "the private and the public half of private key %zu of the file do "
                             "not belong together",
                             ordinal);
}

/* @param key  taken over, also on failure. */
static oidc_code add_key(oidc_decryption_keys *keys, EVP_PKEY *key, oidc_error *error)
{
    struct decryption_key *added = &keys->keys[keys->count++];
    char *members = NULL;
    oidc_code code;

    added->key = key;
    OIDC_TRY(check_key(key, keys->count, error));
    OIDC_TRY(describe(key, &members, error));
    OIDC_TRY(thumbprint(members, added->kid, error));
    if (!keys->members) {
        keys->members = members;
        members = NULL;
    }
out:
    free(members);
    return code;
}

/* --- the file -----------------------------------------------------------------------------------
 */

/* RFC 7468, 10 and 11: keys in PKCS#8, bare and under a passphrase; "RSA PRIVATE KEY" is PKCS#1,
 * whose passphrase shows in the header (RFC 1421, 4.6.1.1). What is no private key is passed over.
 */
static oidc_code take_block(void *reader, const struct pem_block *block, oidc_error *error)
{
    oidc_decryption_keys *keys = reader;
    const unsigned char *bytes = block->bytes;

    if (!strstr(block->name, "PRIVATE KEY"))
        return OIDC_OK;
    if (keys->count == OIDC_DECRYPTION_KEYS_MAX)
        return oidc_fail(error, OIDC_E_KEY_FILE, "there are more than %d private keys in the file",
                         OIDC_DECRYPTION_KEYS_MAX);
    if (strcmp(block->name, "ENCRYPTED PRIVATE KEY") == 0 || strstr(block->header, "ENCRYPTED"))
        return oidc_fail(error, OIDC_E_KEY_FILE, "private key %zu of the file needs a passphrase",
                         keys->count + 1);
    EVP_PKEY *key = d2i_AutoPrivateKey_ex(NULL, &bytes, block->size, NULL, NULL);
    if (!key)
        return oidc_fail(error, OIDC_E_KEY_FILE, "private key %zu of the file is damaged",
                         keys->count + 1);
    return add_key(keys, key, error);
}

static oidc_code read_file(oidc_decryption_keys *keys, const void *pem, size_t size,
                           oidc_error *error)
{
    oidc_code code;
    bool damaged;

    OIDC_TRY(pem_check_key_file(size, error));
    OIDC_TRY(pem_read(pem, size, take_block, keys, &damaged, error));
    if (damaged)
        code = oidc_fail(error, OIDC_E_KEY_FILE, "the PEM in the file is damaged");
    else if (keys->count == 0)
        code = oidc_fail(error, OIDC_E_KEY_FILE, "there is no private key in PEM in the file");
out:
    return code;
}

oidc_code oidc_decryption_keys_parse(const void *pem, size_t size, oidc_decryption_keys **keys,
                                     oidc_error *error)
{
    oidc_decryption_keys *made = calloc(1, sizeof *made);
    oidc_code code;

    *keys = NULL;
    if (!made)
        return oidc_fail_memory(error);
    atomic_init(&made->owners, 1);
    code = read_file(made, pem, size, error);
    if (code == OIDC_OK)
        *keys = made;
    else
        oidc_decryption_keys_unref(&made);
    return code;
}

oidc_decryption_keys *oidc_decryption_keys_ref(oidc_decryption_keys *keys)
{
    if (keys)
        atomic_fetch_add_explicit(&keys->owners, 1, memory_order_relaxed);
    return keys;
}

void oidc_decryption_keys_unref(oidc_decryption_keys **keys)
{
    oidc_decryption_keys *gone = *keys;

    *keys = NULL;
    if (!gone || atomic_fetch_sub_explicit(&gone->owners, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < gone->count; i++)
        EVP_PKEY_free(gone->keys[i].key);
    free(gone->members);
    free(gone);
}

/* --- publishing ---------------------------------------------------------------------------------
 */

/* The algorithm that every provider that encrypts uses; NULL where there is no such one. */
static const char *common_algorithm(const oidc_config *config)
{
    const char *common = NULL;

    for (size_t i = 0; i < oidc_config_provider_count(config); i++) {
        const char *algorithm = oidc_config_provider(config, i)->id_token_encryption;
        if (algorithm && common && strcmp(algorithm, common) != 0)
            return NULL;
        if (algorithm)
            common = algorithm;
    }
    return common;
}

/* RFC 7517, 4.2: `use`; 4.4: `alg` is optional, and says one algorithm. */
static void add_decryption_key(struct buf *set, const oidc_decryption_keys *keys,
                               const char *algorithm)
{
    buf_addf(set, ",{%s,\"use\":\"enc\"", keys->members);
    if (algorithm)
        buf_addf(set, ",\"alg\":\"%s\"", algorithm);
    buf_addf(set, ",\"kid\":\"%s\"}", keys->keys[0].kid);
}

oidc_code oidc_published_jwks(const oidc_signer *signer, const oidc_decryption_keys *keys,
                              const oidc_config *config, char **text, oidc_error *error)
{
    struct buf set;

    buf_init(&set, JWKS_MAX);
    buf_addf(&set, "{\"keys\":[%s", signer_jwk(signer));
    if (keys)
        add_decryption_key(&set, keys, common_algorithm(config));
    buf_adds(&set, "]}");
    *text = buf_steal(&set);
    buf_free(&set);
    return *text ? OIDC_OK : oidc_fail_memory(error);
}
