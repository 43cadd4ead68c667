/* Content encryption: AES-GCM and AES-CBC with HMAC, by OpenSSL (RFC 7518, 5.2 and 5.3). */
#include "content.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <oidc/decryption.h>

#define BLOCK_SIZE 16
#define GCM_IV_SIZE 12
#define GCM_TAG_SIZE 16

/* RFC 7518, 5.1. With CBC, the key is that of the HMAC followed by that of AES, and the tag is half
 * of the HMAC (5.2.2). */
static const struct content_encryption table[] = {
    {"A128CBC-HS256", "AES-128-CBC", "SHA256", 32, BLOCK_SIZE, 16},
    {"A192CBC-HS384", "AES-192-CBC", "SHA384", 48, BLOCK_SIZE, 24},
    {"A256CBC-HS512", "AES-256-CBC", "SHA512", 64, BLOCK_SIZE, 32},
    {"A128GCM", "AES-128-GCM", NULL, 16, GCM_IV_SIZE, GCM_TAG_SIZE},
    {"A192GCM", "AES-192-GCM", NULL, 24, GCM_IV_SIZE, GCM_TAG_SIZE},
    {"A256GCM", "AES-256-GCM", NULL, 32, GCM_IV_SIZE, GCM_TAG_SIZE},
};

const struct content_encryption *content_encryption_named(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

bool oidc_accepts_content_encryption(const char *name)
{
    return content_encryption_named(name) != NULL;
}

/* --- AES ----------------------------------------------------------------------------------------
 */

/* RFC 7518, 5.3: the tag is checked whole; 5.2.2.2, 4: CBC's padding is PKCS #7, as OpenSSL has it.
 */
static enum content_verdict run_cipher(EVP_CIPHER_CTX *context,
                                       const struct content_encryption *encryption,
                                       const struct content *content, unsigned char *plain,
                                       size_t *size)
{
    unsigned char tag[GCM_TAG_SIZE];
    int written = 0, rest = 0;

    if (!encryption->hash) {
        memcpy(tag, content->tag.bytes, sizeof tag);
        if (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, sizeof tag, tag) != 1 ||
            EVP_DecryptUpdate(context, NULL, &written, content->aad.bytes,
                              (int)content->aad.size) != 1)
            return CONTENT_BROKEN;
    }
    if (EVP_DecryptUpdate(context, plain, &written, content->ciphertext.bytes,
                          (int)content->ciphertext.size) != 1)
        return CONTENT_BROKEN;
    if (EVP_DecryptFinal_ex(context, plain + written, &rest) != 1)
        return CONTENT_FOREIGN;
    *size = (size_t)written + (size_t)rest;
    return CONTENT_OPENED;
}

static enum content_verdict decrypt(const struct content_encryption *encryption,
                                    const unsigned char *key, const struct content *content,
                                    unsigned char *plain, size_t *size)
{
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, encryption->cipher, NULL);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    enum content_verdict verdict = CONTENT_BROKEN;

    if (cipher && context &&
        EVP_DecryptInit_ex2(context, cipher, key, content->iv.bytes, NULL) == 1)
        verdict = run_cipher(context, encryption, content, plain, size);
    EVP_CIPHER_CTX_free(context);
    EVP_CIPHER_free(cipher);
    return verdict;
}

/* --- HMAC ---------------------------------------------------------------------------------------
 */

static bool add_to_mac(EVP_MAC_CTX *context, const struct content_bytes *part)
{
    return EVP_MAC_update(context, part->bytes, part->size) == 1;
}

/* RFC 7518, 5.2.2.1, 5: over AAD, IV, ciphertext, and the bits of the AAD as a number. */
static bool run_mac(EVP_MAC_CTX *context, const struct content *content,
                    unsigned char mac[EVP_MAX_MD_SIZE])
{
    unsigned char bits[8];
    struct content_bytes length = {bits, sizeof bits};
    size_t size = 0;

    for (size_t i = 0; i < sizeof bits; i++)
        bits[i] = (unsigned char)((uint64_t)content->aad.size * 8 >> (56 - 8 * i));
    return add_to_mac(context, &content->aad) && add_to_mac(context, &content->iv) &&
           add_to_mac(context, &content->ciphertext) && add_to_mac(context, &length) &&
           EVP_MAC_final(context, mac, &size, EVP_MAX_MD_SIZE) == 1;
}

static bool compute_mac(const struct content_encryption *encryption, const unsigned char *key,
                        const struct content *content, unsigned char mac[EVP_MAX_MD_SIZE])
{
    char hash[16];
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_HMAC, NULL);
    EVP_MAC_CTX *context = hmac ? EVP_MAC_CTX_new(hmac) : NULL;

    strncpy(hash, encryption->hash, sizeof hash - 1);
    hash[sizeof hash - 1] = '\0';
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, hash, 0),
        OSSL_PARAM_construct_end(),
    };
    bool good = context && EVP_MAC_init(context, key, encryption->key_size / 2, parameters) == 1 &&
                run_mac(context, content, mac);
    EVP_MAC_CTX_free(context);
    EVP_MAC_free(hmac);
    return good;
}

/* RFC 7518, 5.2.2.2: the HMAC first, in constant time, and only then the ciphertext: whether its
 * padding is right is not shown to whoever could not make the tag. */
static enum content_verdict decrypt_after_mac(const struct content_encryption *encryption,
                                              const unsigned char *key,
                                              const struct content *content, unsigned char *plain,
                                              size_t *size)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    enum content_verdict verdict = CONTENT_FOREIGN;

    if (!compute_mac(encryption, key, content, mac))
        verdict = CONTENT_BROKEN;
    else if (CRYPTO_memcmp(mac, content->tag.bytes, encryption->tag_size) == 0)
        verdict = decrypt(encryption, key + encryption->key_size / 2, content, plain, size);
    OPENSSL_cleanse(mac, sizeof mac);
    return verdict;
}

/* What can be seen without the key. */
static bool sizes_fit(const struct content_encryption *encryption, const struct content *content)
{
    size_t size = content->ciphertext.size;

    return content->iv.size == encryption->iv_size && content->tag.size == encryption->tag_size &&
           size <= INT_MAX - CONTENT_SLACK && content->aad.size <= INT_MAX &&
           (!encryption->hash || (size > 0 && size % BLOCK_SIZE == 0));
}

enum content_verdict content_decrypt(const struct content_encryption *encryption,
                                     const unsigned char *key, const struct content *content,
                                     unsigned char *plain, size_t *size)
{
    *size = 0;
    if (!sizes_fit(encryption, content))
        return CONTENT_FOREIGN;
    return (encryption->hash ? decrypt_after_mac : decrypt)(encryption, key, content, plain, size);
}
