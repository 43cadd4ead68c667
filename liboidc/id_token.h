/* The ID token (OpenID Connect Core 1.0, 2 and 3.1.3.7). */
#ifndef LIBOIDC_ID_TOKEN_H
#define LIBOIDC_ID_TOKEN_H

#include "decryption.h"
#include "jws.h"

/** What an ID token must agree with. All borrowed. */
struct id_token_expectation {
    const char *issuer;
    const char *client_id;
    const char *nonce;
    const char *access_token; /* for at_hash; NULL where there is none */
    unsigned algorithms;      /* bits of enum jws_algorithm */
    const char *encryption;   /* `alg` of the encryption around it; NULL where there is none */
    const oidc_decryption_keys *decryption_keys; /* for encryption */
    int64_t now;
};

/**
 * Decrypts the token where encryption is expected, and refuses one that is encrypted where it is
 * not, or the other way round. Then verifies signature, iss, aud, azp, exp, iat, nbf, nonce,
 * at_hash and sub.
 *
 * @param claims  new reference, of verified claims.
 * @return OIDC_OK, an OIDC_E_ID_TOKEN_* code (OIDC_E_ID_TOKEN_KEY: fetch the keys anew and try once
 *         more), OIDC_E_KEY_FILE, OIDC_E_MEMORY, OIDC_E_RANDOM, OIDC_E_CRYPTO.
 */
OIDC_CHECKED oidc_code id_token_verify(const char *token, const struct jwks *keys,
                                       const struct id_token_expectation *expected, json_t **claims,
                                       oidc_error *error);

#endif
