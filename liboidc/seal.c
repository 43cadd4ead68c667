/*
 * Sealing: AES-256-GCM with keys derived per purpose.
 *
 * A sealed text is base64url of
 *
 *     version (1) | hint (4) | nonce (12) | ciphertext | tag (16)
 *
 * The hint says which key sealed it, so that a ring of several keys is not tried through. It is
 * derived beside the key and tells nothing of it. Version, hint and purpose are authenticated.
 *
 * Nonces are random: no state to keep, none to lose when a process starts again or a replica joins.
 * The price is a bound: NIST SP 800-38D section 8.3 allows 2^32 texts under one key, after which
 * two nonces are alike with a chance of 2^-32. At a hundred texts a second for one purpose that is
 * more than a year: change the key yearly.
 */
#include "sealing.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

#include "base64url.h"
#include "fail.h"
#include "keyfile.h"
#include "secret.h"

#define VERSION 1

#define HINT_SIZE 4
#define NONCE_SIZE 12
#define TAG_SIZE 16
#define HEAD_SIZE (1 + HINT_SIZE)
#define OVERHEAD (HEAD_SIZE + NONCE_SIZE + TAG_SIZE)
#define SEALED_MAX (OVERHEAD + OIDC_SEAL_PLAIN_MAX)

_Static_assert((SEALED_MAX + 2) / 3 * 4 <= OIDC_SEALED_MAX, "a sealed text fits into a cookie");

/* Authenticated beside the text: version, hint, purpose. */
#define AAD_SIZE (HEAD_SIZE + 1)

/* HKDF's output for one purpose: the AES key, then the hint. */
struct derived {
    unsigned char key[32];
    unsigned char hint[HINT_SIZE];
};

static const struct {
    const char *label; /* HKDF's info: names what the keys are for, and this format */
    oidc_code invalid; /* for what was not sealed by us for this purpose */
} purposes[SEAL_PURPOSES] = {
    [SEAL_STATE] = {"liboidc 1 sealed state", OIDC_E_STATE_INVALID},
    [SEAL_SESSION] = {"liboidc 1 sealed session", OIDC_E_SESSION_INVALID},
};

struct oidc_keyring {
    atomic_size_t owners;
    EVP_CIPHER *cipher;
    size_t count;
    struct derived keys[OIDC_KEYRING_MAX][SEAL_PURPOSES];
};

/* --- keys ---------------------------------------------------------------------------------------
 */

/* RFC 5869, without salt: the ring's keys are uniformly random. */
static bool derive(EVP_KDF_CTX *context, const unsigned char *key, const char *label,
                   struct derived *derived)
{
    char hash[] = "SHA256";
    unsigned char secret[KEYFILE_KEY_SIZE], info[64], out[sizeof derived->key + HINT_SIZE];
    size_t info_size = strlen(label);

    memcpy(secret, key, sizeof secret);
    memcpy(info, label, info_size);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, hash, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, secret, sizeof secret),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info, info_size),
        OSSL_PARAM_construct_end(),
    };
    bool good = EVP_KDF_derive(context, out, sizeof out, parameters) == 1;
    if (good) {
        memcpy(derived->key, out, sizeof derived->key);
        memcpy(derived->hint, out + sizeof derived->key, HINT_SIZE);
    }
    OPENSSL_cleanse(secret, sizeof secret);
    OPENSSL_cleanse(out, sizeof out);
    return good;
}

static bool derive_all(oidc_keyring *ring, const struct keyfile *file)
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, OSSL_KDF_NAME_HKDF, NULL);
    EVP_KDF_CTX *context = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    bool good = context;

    for (size_t i = 0; good && i < file->count; i++)
        for (size_t purpose = 0; good && purpose < SEAL_PURPOSES; purpose++)
            good = derive(context, file->keys[i], purposes[purpose].label, &ring->keys[i][purpose]);
    ring->count = file->count;
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    return good;
}

static oidc_code new_ring(const struct keyfile *file, oidc_keyring **ring, oidc_error *error)
{
    oidc_keyring *made = calloc(1, sizeof *made);

    *ring = NULL;
    if (!made)
        return oidc_fail_memory(error);
    atomic_init(&made->owners, 1);
    ERR_set_mark();
    made->cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    bool good = made->cipher && derive_all(made, file);
    ERR_pop_to_mark();
    if (!good) {
        oidc_keyring_unref(&made);
        return oidc_fail(error, OIDC_E_CRYPTO, "OpenSSL cannot derive the sealing keys");
    }
    *ring = made;
    return OIDC_OK;
}

oidc_code oidc_keyring_parse(const char *text, size_t size, oidc_keyring **ring, oidc_error *error)
{
    struct keyfile file;
    oidc_code code = keyfile_read(text, size, &file, error);

    *ring = NULL;
    if (code == OIDC_OK)
        code = new_ring(&file, ring, error);
    OPENSSL_cleanse(&file, sizeof file);
    return code;
}

oidc_code oidc_keyring_generate(oidc_keyring **ring, oidc_error *error)
{
    struct keyfile file = {.count = 1};
    oidc_code code = secret_random(file.keys[0], sizeof file.keys[0], error);

    *ring = NULL;
    if (code == OIDC_OK)
        code = new_ring(&file, ring, error);
    OPENSSL_cleanse(&file, sizeof file);
    return code;
}

oidc_keyring *oidc_keyring_ref(oidc_keyring *ring)
{
    if (ring)
        atomic_fetch_add_explicit(&ring->owners, 1, memory_order_relaxed);
    return ring;
}

void oidc_keyring_unref(oidc_keyring **ring)
{
    oidc_keyring *gone = *ring;

    *ring = NULL;
    if (!gone || atomic_fetch_sub_explicit(&gone->owners, 1, memory_order_acq_rel) != 1)
        return;
    EVP_CIPHER_free(gone->cipher);
    secret_free(gone, sizeof *gone);
}

/* --- sealing and opening ------------------------------------------------------------------------
 */

static void write_aad(const unsigned char *head, enum seal_purpose purpose,
                      unsigned char aad[AAD_SIZE])
{
    memcpy(aad, head, HEAD_SIZE);
    aad[HEAD_SIZE] = (unsigned char)purpose;
}

/* @param sealed  with its head and nonce written; ciphertext and tag are written behind them. */
static bool encrypt(const oidc_keyring *ring, enum seal_purpose purpose, const void *plain,
                    size_t size, unsigned char *sealed)
{
    unsigned char aad[AAD_SIZE];
    unsigned char *body = sealed + HEAD_SIZE + NONCE_SIZE;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int written = 0, rest = 0;

    write_aad(sealed, purpose, aad);
    bool good = context &&
                EVP_EncryptInit_ex2(context, ring->cipher, ring->keys[0][purpose].key,
                                    sealed + HEAD_SIZE, NULL) == 1 &&
                EVP_EncryptUpdate(context, NULL, &written, aad, AAD_SIZE) == 1 &&
                EVP_EncryptUpdate(context, body, &written, plain, (int)size) == 1 &&
                written == (int)size && EVP_EncryptFinal_ex(context, body + size, &rest) == 1 &&
                rest == 0 &&
                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, body + size) == 1;
    EVP_CIPHER_CTX_free(context);
    return good;
}

oidc_code seal_text(oidc_keyring *ring, enum seal_purpose purpose, const void *plain, size_t size,
                    char **text, oidc_error *error)
{
    unsigned char sealed[SEALED_MAX];
    char *encoded;
    oidc_code code;

    *text = NULL;
    if (size > OIDC_SEAL_PLAIN_MAX)
        return oidc_fail(error, OIDC_E_USAGE, "%zu bytes are too many to seal; %d are the most",
                         size, OIDC_SEAL_PLAIN_MAX);
    sealed[0] = VERSION;
    memcpy(sealed + 1, ring->keys[0][purpose].hint, HINT_SIZE);
    code = secret_random(sealed + HEAD_SIZE, NONCE_SIZE, error);
    if (code != OIDC_OK)
        return code;
    ERR_set_mark();
    bool good = encrypt(ring, purpose, size > 0 ? plain : "", size, sealed);
    ERR_pop_to_mark();
    if (!good)
        return oidc_fail(error, OIDC_E_CRYPTO, "OpenSSL cannot seal");
    encoded = malloc(base64url_encoded_size(OVERHEAD + size) + 1);
    if (!encoded)
        return oidc_fail_memory(error);
    base64url_encode(sealed, OVERHEAD + size, encoded);
    *text = encoded;
    return OIDC_OK;
}

/* Three answers: it is ours, it is not, or OpenSSL could not say. */
enum verdict { OPENED, FOREIGN, BROKEN };

/* @param size  of the ciphertext. @param plain  room for as many bytes. */
static enum verdict decrypt(const oidc_keyring *ring, const struct derived *derived,
                            enum seal_purpose purpose, const unsigned char *sealed, size_t size,
                            unsigned char *plain)
{
    unsigned char aad[AAD_SIZE], tag[TAG_SIZE];
    const unsigned char *body = sealed + HEAD_SIZE + NONCE_SIZE;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int written = 0, rest = 0;
    enum verdict verdict = BROKEN;

    write_aad(sealed, purpose, aad);
    memcpy(tag, body + size, TAG_SIZE);
    /* The tag is always TAG_SIZE bytes: a shorter one would be easier to guess. */
    if (context &&
        EVP_DecryptInit_ex2(context, ring->cipher, derived->key, sealed + HEAD_SIZE, NULL) == 1 &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) == 1 &&
        EVP_DecryptUpdate(context, NULL, &written, aad, AAD_SIZE) == 1 &&
        EVP_DecryptUpdate(context, plain, &written, body, (int)size) == 1 && written == (int)size)
        verdict = EVP_DecryptFinal_ex(context, plain + size, &rest) == 1 ? OPENED : FOREIGN;
    EVP_CIPHER_CTX_free(context);
    return verdict;
}

/* Tries the keys whose hint is the text's: one, unless two hints are alike by chance. */
static enum verdict try_keys(const oidc_keyring *ring, enum seal_purpose purpose,
                             const unsigned char *sealed, size_t size, unsigned char *plain)
{
    enum verdict verdict = FOREIGN;

    for (size_t i = 0; i < ring->count && verdict == FOREIGN; i++) {
        const struct derived *derived = &ring->keys[i][purpose];
        if (memcmp(derived->hint, sealed + 1, HINT_SIZE) == 0)
            verdict = decrypt(ring, derived, purpose, sealed, size, plain);
    }
    return verdict;
}

oidc_code seal_open(oidc_keyring *ring, enum seal_purpose purpose, const char *text, size_t size,
                    void **plain, size_t *plain_size, oidc_error *error)
{
    unsigned char sealed[SEALED_MAX];
    size_t sealed_size = 0;

    *plain = NULL;
    *plain_size = 0;
    if (size > base64url_encoded_size(SEALED_MAX) ||
        !base64url_decode(text, size, sealed, &sealed_size) || sealed_size < OVERHEAD ||
        sealed[0] != VERSION)
        return oidc_fail(error, purposes[purpose].invalid,
                         "what the browser sent is not a sealed text");
    size_t opened_size = sealed_size - OVERHEAD;
    unsigned char *opened = malloc(opened_size + 1);
    if (!opened)
        return oidc_fail_memory(error);
    ERR_set_mark();
    enum verdict verdict = try_keys(ring, purpose, sealed, opened_size, opened);
    ERR_pop_to_mark();
    if (verdict != OPENED) {
        secret_free(opened, opened_size);
        return verdict == BROKEN
                   ? oidc_fail(error, OIDC_E_CRYPTO, "OpenSSL cannot open sealed texts")
                   : oidc_fail(error, purposes[purpose].invalid,
                               "what the browser sent was sealed with another key or for another "
                               "purpose, or was changed since");
    }
    opened[opened_size] = '\0';
    *plain = opened;
    *plain_size = opened_size;
    return OIDC_OK;
}
