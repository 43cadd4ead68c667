/* A table of what is fetched by name, and given back at once. See crypto.h. */
#include <config.h>

#include "crypto.h"

#include <stdbool.h>
#include <stddef.h>

#include <openssl/decoder.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

#define NAMES_MAX 8

/* NOLINTBEGIN(bugprone-macro-parentheses): a type has none. */
#define HAS(kind, type)                                                                            \
    static bool has_##kind(const char *name)                                                       \
    {                                                                                              \
        type *found = type##_fetch(NULL, name, NULL);                                              \
        type##_free(found);                                                                        \
        return found != NULL;                                                                      \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

HAS(digest, EVP_MD)
HAS(cipher, EVP_CIPHER)
HAS(mac, EVP_MAC)
HAS(derivation, EVP_KDF)
HAS(random, EVP_RAND)
HAS(key, EVP_KEYMGMT)
HAS(signature, EVP_SIGNATURE)
HAS(exchange, EVP_KEYEXCH)
HAS(encryption, EVP_ASYM_CIPHER)
HAS(decoder, OSSL_DECODER)

/* Not what TLS can do without: it takes what is there. */
static const struct {
    bool (*has)(const char *name);
    const char *names[NAMES_MAX]; /* up to NULL */
} needs[] = {
    {has_digest, {"SHA1", "SHA256", "SHA384", "SHA512"}},
    {has_cipher,
     {"AES-128-GCM", "AES-192-GCM", "AES-256-GCM", "AES-128-CBC", "AES-192-CBC", "AES-256-CBC",
      "AES-256-CTR"}},
    {has_mac, {"HMAC"}},
    {has_derivation, {"HKDF", "TLS1-PRF", "TLS13-KDF"}},
    {has_random, {"CTR-DRBG"}},
    {has_key, {"RSA", "EC"}},
    {has_signature, {"RSA", "ECDSA"}},
    {has_exchange, {"ECDH"}},
    {has_encryption, {"RSA"}},
    {has_decoder, {"RSA", "EC"}},
};

const char *crypto_missing(void)
{
    for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
        for (size_t name = 0; name < NAMES_MAX && needs[i].names[name]; name++) {
            if (!needs[i].has(needs[i].names[name]))
                return needs[i].names[name];
        }
    }
    return NULL;
}
