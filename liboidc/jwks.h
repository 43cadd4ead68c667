/* A provider's public keys (RFC 7517). */
#ifndef LIBOIDC_JWKS_H
#define LIBOIDC_JWKS_H

#include <stddef.h>

#include <oidc/error.h>

#include "jwk.h"

/** Most keys that are kept of one set; real sets have fewer than ten. It is also the most signature
 * checks that one token can cost. */
#define JWKS_KEYS_MAX 64

/** Immutable once made; many threads may verify with it. */
struct jwks {
    struct jwk *keys;
    size_t count;
};

/**
 * Reads a JWK Set. Keys that are not for us (jwk_read) are skipped.
 *
 * @param jwks  new.
 * @return OIDC_OK; OIDC_E_ANSWER_MALFORMED when it is no JWK Set; OIDC_E_KEYS_UNUSABLE when no key
 *         is left; OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code jwks_parse(const void *bytes, size_t size, struct jwks **jwks,
                                  oidc_error *error);

/** Frees it and sets the pointer to NULL; NULL is fine. */
void jwks_free(struct jwks **jwks);

#endif
