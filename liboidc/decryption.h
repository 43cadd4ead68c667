/* Inside of <oidc/decryption.h>: the keys, for the code that decrypts with them. */
#ifndef LIBOIDC_DECRYPTION_H
#define LIBOIDC_DECRYPTION_H

#include <stdatomic.h>
#include <openssl/evp.h>

#include <oidc/decryption.h>

#include "thumbprint.h"

/** RSA keys below are within reach of attackers (NIST SP 800-131A). Decrypting with one above takes
 * tens of milliseconds, in a thread that serves others meanwhile. */
#define DECRYPTION_RSA_BITS_MIN 2048
#define DECRYPTION_RSA_BITS_MAX 4096

struct decryption_key {
    EVP_PKEY *key;
    char kid[THUMBPRINT_TEXT];
};

struct oidc_decryption_keys {
    atomic_size_t owners;
    struct decryption_key keys[OIDC_DECRYPTION_KEYS_MAX];
    size_t count;
    char *members; /* of the first key's JWK: what thumbprint takes */
};

#endif
