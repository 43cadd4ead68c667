/* A bearer token of an API client: a JWT that the provider signed (RFC 9068, as far as providers
 * keep to it), to be used at this site. */
#ifndef LIBOIDC_BEARER_TOKEN_H
#define LIBOIDC_BEARER_TOKEN_H

#include "jws.h"
#include "props/model.h"

/** What a token must agree with. All borrowed. */
struct bearer_expectation {
    const char *issuer;
    const struct props_gates *gates; /* of the provider, for API clients */
    unsigned algorithms;             /* bits of enum jws_algorithm */
    int64_t now;
};

/**
 * Takes a token apart, to find out from its payload whose keys should verify it. Refused is what
 * says in its header that it is something else: `typ`, where it is there, is at+jwt or JWT.
 *
 * @param text   must outlive *token.
 * @param token  for jws_forget, with its payload, in which nothing is verified; empty on failure.
 * @return OIDC_OK, an OIDC_E_BEARER_* code, OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code bearer_token_read(const char *text, struct jws *token, oidc_error *error);

/**
 * Verifies a token: signature, typ, iss, exp, iat, nbf, sub, that whoever has it may use it, and
 * that it is neither an ID token nor a logout token.
 *
 * An ID token tells who signed in to one client; it is sent through browsers, and no proof that its
 * bearer may act for the person. It is known by at_hash, c_hash, s_hash or the `typ` "ID"
 * (Keycloak's) in its body, or by a nonce in a token that does not call itself an access token (by
 * at+jwt in its header or "Bearer" in its body). A site that has bearer.typCheck on and lists the
 * body's `typ` there has decided otherwise; the keys for both ways in do not count for that.
 *
 * A logout token is known by `events`, whatever the site lists, or by the `typ` "Logout"
 * (Keycloak's), unless it is listed like that.
 *
 * Audience, roles and the rest of the gates are not looked at (gates_check).
 *
 * @param token   as bearer_token_read gave it.
 * @param claims  new reference, of verified claims.
 * @return OIDC_OK, an OIDC_E_BEARER_* code (OIDC_E_BEARER_KEY: fetch the keys anew and try once
 *         more), OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code bearer_token_verify(struct jws *token, const struct jwks *keys,
                                           const struct bearer_expectation *expected,
                                           json_t **claims, oidc_error *error);

/** When a verified token is refused because of its age, in seconds since the epoch. */
int64_t bearer_token_end(const json_t *claims);

#endif
