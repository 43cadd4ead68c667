/* Signed tokens: JWS compact serialization (RFC 7515) with an allow-list of algorithms (RFC 8725).
 */
#ifndef LIBOIDC_JWS_H
#define LIBOIDC_JWS_H

#include <stdint.h>
#include <jansson.h>

#include "algorithm.h"
#include "jwks.h"

/** Longest token that is looked at. Real ones have a few kilobytes; with the groups of a large
 * organisation, a few tens. */
#define JWS_TOKEN_MAX ((size_t)128 * 1024)

/** The codes a caller gives its failures, so that an ID token and a signed user-info answer are
 * told apart in the log. */
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
 * The key is chosen among those that fit the algorithm (kind, curve, and its `alg`, where the key
 * has one). Where the token names a `kid`, each of these keys that has it is tried. Otherwise every
 * one is.
 *
 * `codes->key` says that other keys might do: no key with the token's `kid` fits the algorithm, or
 * the token names no `kid` and none of the fitting keys verifies it (which is how a provider that
 * uses no `kid` changes its key). `codes->signature` is for a key that the token names and that
 * does not verify it: other keys would not help.
 *
 * `jku`, `jwk`, `x5u` and `x5c` in the header are ignored (RFC 8725 section 3.10); `crit` and `b64`
 * are refused (RFC 7515 section 4.1.11: we implement no extension), and so is anything but exactly
 * three parts.
 *
 * @param allowed    bits of enum jws_algorithm.
 * @param algorithm  set to the bit of the algorithm used.
 * @param payload    new reference.
 */
OIDC_CHECKED oidc_code jws_verify(const char *token, const struct jwks *keys, unsigned allowed,
                                  const struct jws_codes *codes, unsigned *algorithm,
                                  json_t **payload, oidc_error *error);

/**
 * Reads header and payload of a signed token without verifying anything.
 *
 * @param header, payload  new references; NULL on failure.
 * @return OIDC_OK, codes->malformed, codes->encrypted, OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code jws_peek(const char *token, const struct jws_codes *codes, json_t **header,
                                json_t **payload, oidc_error *error);

#endif
