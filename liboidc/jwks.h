/* A provider's public keys (RFC 7517). */
#ifndef LIBOIDC_JWKS_H
#define LIBOIDC_JWKS_H

#include <stddef.h>
#include <openssl/evp.h>

#include <oidc/error.h>

/** Most keys that are kept of one set; real sets have fewer than ten. It is also the most signature
 * checks that one token can cost. */
#define JWKS_KEYS_MAX 64

/** RSA keys below are within reach of attackers (NIST SP 800-131A); OpenSSL takes none above. */
#define JWKS_RSA_BITS_MIN 2048
#define JWKS_RSA_BITS_MAX 16384

struct jwk {
    char *kid; /* NULL where the key has none */
    unsigned
        algorithms; /* bits of enum jws_algorithm that the key fits, by its kind, curve, `alg` */
    EVP_PKEY *key;
};

/** Immutable once made; many threads may verify with it. */
struct jwks {
    struct jwk *keys;
    size_t count;
};

/**
 * Reads a JWK Set.
 *
 * Skipped is each key that is not for verifying signatures (`use`, `key_ops`, an `alg` we do not
 * take), that is of a kind cjose or we cannot read, malformed, symmetric, of RSA outside
 * JWKS_RSA_BITS_MIN to _MAX, or off its curve. A key that comes with its private half is skipped,
 * too: what everybody can sign with proves nothing.
 *
 * @param jwks  new.
 * @return OIDC_OK; OIDC_E_ANSWER_MALFORMED when it is no JWK Set; OIDC_E_KEYS_UNUSABLE when no key
 * is left; OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code jwks_parse(const void *bytes, size_t size, struct jwks **jwks,
                                  oidc_error *error);
void jwks_free(struct jwks **jwks);

#endif
