/* A provider's public keys (RFC 7517). */
#ifndef LIBOIDC_JWKS_H
#define LIBOIDC_JWKS_H

#include <stddef.h>
#include <cjose/cjose.h>

#include <oidc/error.h>

/** Most keys that are kept of one set; real sets have fewer than ten. */
#define JWKS_KEYS_MAX 64

struct jwk {
    char *kid; /* NULL where the key has none */
    char *alg; /* NULL where the key names none */
    cjose_jwk_t *key;
};

/** Immutable once made; many threads may verify with it. */
struct jwks {
    struct jwk *keys;
    size_t count;
};

/**
 * Reads a JWK Set. Keys that are not for verifying signatures (`use`, `key_ops`), of a kind that we
 * cannot use, malformed, or weaker than 2048 bits of RSA are skipped, and so are symmetric ones.
 *
 * @param jwks  new.
 * @return OIDC_OK; OIDC_E_ANSWER_MALFORMED when it is no JWK Set; OIDC_E_KEYS_UNUSABLE when no key is
 *         left; OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code jwks_parse(const void *bytes, size_t size, struct jwks **jwks,
                                  oidc_error *error);
void jwks_free(struct jwks **jwks);

#endif
