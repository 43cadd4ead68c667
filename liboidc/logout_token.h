/* The logout token (OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.6). */
#ifndef LIBOIDC_LOGOUT_TOKEN_H
#define LIBOIDC_LOGOUT_TOKEN_H

#include "jws.h"

/** What a logout token must agree with. All borrowed. */
struct logout_expectation {
    const char *issuer;
    const char *client_id;
    unsigned algorithms; /* bits of enum jws_algorithm */
    int64_t now;
};

/**
 * Takes a token apart, to find out from its payload whose keys should verify it. Refused is what is
 * no logout token by its header.
 *
 * @param text   must outlive *token.
 * @param token  for jws_forget, with its payload, in which nothing is verified; empty on failure.
 * @return OIDC_OK, an OIDC_E_LOGOUT_* code, OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code logout_token_read(const char *text, struct jws *token, oidc_error *error);

/**
 * Verifies everything but that the token comes for the first time: signature, typ, iss, aud, exp,
 * iat, nbf, jti, events, sub, sid, and that there is no nonce.
 *
 * @param token   as logout_token_read gave it.
 * @param claims  new reference, of verified claims.
 * @return OIDC_OK, an OIDC_E_LOGOUT_* code (OIDC_E_LOGOUT_KEY: fetch the keys anew and try once
 *         more), OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code logout_token_verify(struct jws *token, const struct jwks *keys,
                                           const struct logout_expectation *expected,
                                           json_t **claims, oidc_error *error);

/** When a verified token is refused because of its age, in seconds since the epoch. */
int64_t logout_token_end(const json_t *claims);

#endif
