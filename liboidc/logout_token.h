/* The logout token (OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6). */
#ifndef LIBOIDC_LOGOUT_TOKEN_H
#define LIBOIDC_LOGOUT_TOKEN_H

#include <stdbool.h>

#include "jwe.h"
#include "jws.h"

/** What a logout token must agree with. All borrowed. */
struct logout_expectation {
    const char *issuer;
    const char *client_id;
    unsigned algorithms;    /* bits of enum jws_algorithm */
    const char *encryption; /* `alg` of the encryption around it; NULL where there is none */
    const oidc_decryption_keys *decryption_keys; /* for encryption */
    int64_t now;
};

/** A logout token, taken apart once. Empty, it has no text. */
struct logout_token {
    char *text;
    struct jwe around;                 /* empty where it came plain */
    char *opened;                      /* what was in it */
    oidc_decryption_keys *opened_with; /* reference */
    struct jws inside;                 /* of opened, or of text; empty until that can be read */
};

/**
 * Takes a token apart. A plain one can be asked for its payload then, to find out whose keys should
 * verify it; an encrypted one is closed. Refused is what is no logout token by its header.
 *
 * @param text   taken over, also on failure.
 * @param token  for logout_token_forget, also on failure.
 * @return OIDC_OK, an OIDC_E_LOGOUT_* code, OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code logout_token_read(char *text, struct logout_token *token, oidc_error *error);

/** Whether it is encrypted and has not been opened. */
bool logout_token_is_closed(const struct logout_token *token);

/**
 * Opens a closed token with the algorithm and the keys of a provider whose it may be. What is
 * inside is taken apart as logout_token_read does it. To be tried once.
 *
 * @return as jwe_open and logout_token_read.
 */
OIDC_CHECKED oidc_code logout_token_open(struct logout_token *token, const char *algorithm,
                                         oidc_decryption_keys *keys, oidc_error *error);

/** Empties it. */
void logout_token_forget(struct logout_token *token);

/**
 * Verifies everything but that the token comes for the first time: that it came encrypted as
 * expected, signature, iss, aud, exp, iat, nbf, jti, events, sub, sid, and that there is no nonce.
 *
 * @param token   not closed.
 * @param claims  new reference, of verified claims.
 * @return OIDC_OK, an OIDC_E_LOGOUT_* code (OIDC_E_LOGOUT_KEY: fetch the keys anew and try once
 *         more), OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code logout_token_verify(struct logout_token *token, const struct jwks *keys,
                                           const struct logout_expectation *expected,
                                           json_t **claims, oidc_error *error);

/** When a verified token is refused because of its age, in seconds since the epoch. */
int64_t logout_token_end(const json_t *claims);

#endif
