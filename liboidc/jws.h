/* Signed tokens: JWS compact serialization (RFC 7515) with an allow-list of algorithms (RFC 8725).
 */
#ifndef LIBOIDC_JWS_H
#define LIBOIDC_JWS_H

#include <stdint.h>
#include <jansson.h>

#include "algorithm.h"
#include "compact.h"
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

enum jws_part { JWS_HEADER, JWS_PAYLOAD, JWS_SIGNATURE };

/** A signed token, taken apart once. Empty, it has no header. */
struct jws {
    struct compact_part parts[COMPACT_SIGNED]; /* borrowed from the token's text */
    json_t *header;
    json_t *payload; /* verified after jws_check only; NULL before it is looked at */
};

/**
 * Takes a signed token apart and reads its header.
 *
 * @param text  must outlive *jws.
 * @param jws   for jws_forget; empty on failure.
 * @return OIDC_OK, codes->malformed, codes->encrypted, OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code jws_read(const char *text, const struct jws_codes *codes, struct jws *jws,
                                oidc_error *error);

/**
 * Reads the payload, which must be a JSON object, before anything is verified: whose keys verify
 * the token, the token itself says.
 *
 * @return OIDC_OK, codes->malformed, OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code jws_peek(struct jws *jws, const struct jws_codes *codes, oidc_error *error);

/**
 * Verifies a signed token, and reads its payload where that has not been done.
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
 * `jku`, `jwk`, `x5u` and `x5c` in the header are ignored (RFC 8725, 3.10); `crit` and `b64`
 * are refused (RFC 7515, 4.1.11: we implement no extension), and so is anything but exactly
 * three parts.
 *
 * @param allowed    bits of enum jws_algorithm.
 * @param algorithm  set to the bit of the algorithm used.
 * @return OIDC_OK, a code of codes, OIDC_E_CRYPTO, OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code jws_check(struct jws *jws, const struct jwks *keys, unsigned allowed,
                                 const struct jws_codes *codes, unsigned *algorithm,
                                 oidc_error *error);

/** Empties it. */
void jws_forget(struct jws *jws);

/**
 * jws_read, jws_check and jws_forget in one: for callers that know which keys to use and do not
 * look at the header. Nothing of the payload is read before the signature is verified.
 *
 * @param payload  new reference.
 * @return as jws_read and jws_check.
 */
OIDC_CHECKED oidc_code jws_verify(const char *token, const struct jwks *keys, unsigned allowed,
                                  const struct jws_codes *codes, unsigned *algorithm,
                                  json_t **payload, oidc_error *error);

#endif
