/*
 * Bearer tokens of API clients (RFC 6750): a provider's token, brought with a request, stands for a
 * person as a sign-in does. Without I/O.
 *
 * An oidc_bearer is given the token, and asks for one thing after another until it is done or
 * refuses:
 *
 *     oidc_bearer_new(token) ─► NEED_PROVIDER ─► [RENEW_KEYS] ─► DONE
 *                                    └──── any step ───────────► REFUSED
 *
 * oidc_bearer_next says what is wanted; oidc_bearer_use_provider gives it. Giving something that
 * was not asked for refuses (OIDC_E_USAGE).
 *
 * Only tokens of providers for which the configuration says so (openid.P.bearer.enabled) are taken.
 * What is verified: the signature as an ID token's, that it is an access token and not bound to a
 * key, iss, exp, iat, nbf, sub; then the site's gates for API clients, of which the audience is on
 * unless it is switched off, and the same account policy as for a sign-in.
 */
#ifndef OIDC_BEARER_H
#define OIDC_BEARER_H

#include <stddef.h>
#include <stdint.h>

#include <oidc/identity.h>
#include <oidc/provider.h>

/** One token. Not for two threads at once. */
typedef struct oidc_bearer oidc_bearer;

/** What a token's verification wants next. */
typedef enum oidc_bearer_action {
    OIDC_BEARER_NEED_PROVIDER, /**< whose is it? oidc_bearer_fit, oidc_bearer_use_provider */
    OIDC_BEARER_RENEW_KEYS,    /**< the same provider, after a refresh of its keys (or as it was,
                                  when oidc_provider_may_fetch_keys says no) */
    OIDC_BEARER_DONE,          /**< oidc_bearer_identity, oidc_bearer_expires_at */
    OIDC_BEARER_REFUSED,       /**< oidc_bearer_error */
} oidc_bearer_action;

/** How a provider fits what a token says, before anything is verified. */
typedef enum oidc_bearer_fits {
    OIDC_BEARER_FITS_NOT,    /**< another issuer's, or the provider takes no bearer tokens */
    OIDC_BEARER_FITS_ISSUER, /**< the issuer's, but for an audience that is not accepted */
    OIDC_BEARER_FITS, /**< the token is for an audience that this provider's tokens may be for */
} oidc_bearer_fits;

/** How a refusal is answered (RFC 6750, 3.1). */
typedef enum oidc_bearer_answer {
    OIDC_BEARER_ANSWER_INVALID_REQUEST,    /**< 400, error="invalid_request" */
    OIDC_BEARER_ANSWER_INVALID_TOKEN,      /**< 401, error="invalid_token" */
    OIDC_BEARER_ANSWER_INSUFFICIENT_SCOPE, /**< 403, error="insufficient_scope": another token of
                                              the same person might do */
    OIDC_BEARER_ANSWER_FORBIDDEN,          /**< 403: this person is not let in */
    OIDC_BEARER_ANSWER_UNAVAILABLE,        /**< 503: nothing can be said about the token now */
} oidc_bearer_answer;

/**
 * Takes a token apart.
 *
 * @param token   what follows "Bearer " in the request (RFC 6750, 2.1); need not end in NUL;
 *                borrowed for the call.
 * @param bearer  new.
 * @return OIDC_OK or OIDC_E_MEMORY; a malformed token gives an oidc_bearer that refuses.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_bearer_new(const char *token, size_t size,
                                                oidc_bearer **bearer);

/** Frees it and cleanses the token; sets the pointer to NULL. NULL is fine. */
OIDC_API void oidc_bearer_free(oidc_bearer **bearer);

/** What is wanted next. */
OIDC_API oidc_bearer_action oidc_bearer_next(const oidc_bearer *bearer);

/** With NEED_PROVIDER: whether the token claims to be this provider's. Several providers of one
 * configuration may share an issuer. */
OIDC_API oidc_bearer_fits oidc_bearer_fit(const oidc_bearer *bearer, const oidc_provider *provider);

/** Answers NEED_PROVIDER with the one that fits best, and RENEW_KEYS. @param provider borrowed, a
 * reference is kept as long as it is needed; NULL when none fits. */
OIDC_API void oidc_bearer_use_provider(oidc_bearer *bearer, oidc_provider *provider, int64_t now);

/** With DONE: who it is. create_user is openid.P.bearer.forceUserCreate. Borrowed. NULL otherwise.
 */
OIDC_API const oidc_identity *oidc_bearer_identity(const oidc_bearer *bearer);

/** With DONE: from when on the token is refused, in seconds since the epoch. Whoever remembers that
 * it was good forgets it then. 0 otherwise. */
OIDC_API int64_t oidc_bearer_expires_at(const oidc_bearer *bearer);

/** With REFUSED: why. Borrowed. NULL otherwise. */
OIDC_API const oidc_error *oidc_bearer_error(const oidc_bearer *bearer);

/** How a request is answered whose token was refused with this code. */
OIDC_API oidc_bearer_answer oidc_bearer_answer_to(oidc_code code);

#endif
