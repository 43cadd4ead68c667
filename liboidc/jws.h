/* Signed tokens: JWS compact serialization (RFC 7515) with an allow-list of algorithms (RFC 8725). */
#ifndef LIBOIDC_JWS_H
#define LIBOIDC_JWS_H

#include <stdint.h>
#include <jansson.h>

#include "jwks.h"

/** The algorithms that can be allowed, as bits. Asymmetric ones only: there is no bit for `none` or
 * for HMAC. */
enum jws_algorithm {
    JWS_RS256 = 1 << 0,
    JWS_RS384 = 1 << 1,
    JWS_RS512 = 1 << 2,
    JWS_PS256 = 1 << 3,
    JWS_PS384 = 1 << 4,
    JWS_PS512 = 1 << 5,
    JWS_ES256 = 1 << 6,
    JWS_ES384 = 1 << 7,
    JWS_ES512 = 1 << 8,
};

/** The bit of an `alg` name, or 0 for one we do not take. */
unsigned jws_algorithm_bit(const char *name);

/** Hash of an algorithm, in bytes: 32, 48 or 64. */
size_t jws_algorithm_hash_size(unsigned bit);

/** The codes a caller gives its failures, so that an ID token and a signed user-info answer are told
 * apart in the log. */
struct jws_codes {
    oidc_code malformed;
    oidc_code encrypted;
    oidc_code algorithm;
    oidc_code key; /* no key fits: the keys may have changed */
    oidc_code signature;
};

/**
 * Verifies a signed token and reads its payload, which must be a JSON object.
 *
 * The key is chosen among those that fit the algorithm (and its `alg`, where the key has one): by
 * `kid` where the token names one; otherwise each is tried. `jku`, `jwk`, `x5u` and `x5c` in the header are ignored;
 * `crit`, `b64` and anything but exactly three parts are refused.
 *
 * @param allowed    bits of enum jws_algorithm.
 * @param algorithm  set to the bit of the algorithm used.
 * @param payload    new reference.
 */
OIDC_CHECKED oidc_code jws_verify(const char *token, const struct jwks *keys, unsigned allowed,
                                  const struct jws_codes *codes, unsigned *algorithm,
                                  json_t **payload, oidc_error *error);

#endif
