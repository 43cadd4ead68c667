/*
 * Sign-out that a provider asks for: OpenID Connect Back-Channel Logout 1.0, without I/O.
 *
 * An oidc_logout is given the body of the provider's request, and asks for one thing after another
 * until it is done or refuses:
 *
 *     oidc_logout_new(body) ─► NEED_PROVIDER ─► [RENEW_KEYS] ─► CLAIM_TOKEN ─► DONE
 *                                   └────────────────┴───── any step ───────► REFUSED
 *
 * NEED_PROVIDER comes twice for an encrypted token (section 2.6, 1): first for a provider that may
 * have encrypted it, whose keys open it; then for the provider that what was inside names, whose
 * keys verify it. Encryption is as agreed on for ID tokens
 * (<oidc/decryption.h>): where the configuration asks for it, a token that is not encrypted is
 * refused; where it does not, one that is.
 *
 * oidc_logout_next says what is wanted; the function named beside each action gives it. Giving
 * something that was not asked for refuses (OIDC_E_USAGE). When it is done the caller ends the
 * sessions that oidc_logout_issuer, _subject and _provider_session name, and answers with 200; a
 * refusal is answered with 400 (section 2.8).
 */
#ifndef OIDC_LOGOUT_H
#define OIDC_LOGOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <oidc/identity.h>
#include <oidc/provider.h>

/** Seconds after which a logout token is too old, whatever its `exp` says: it should live two
 * minutes at most (Back-Channel Logout 1.0, 4), and what came once must be remembered as
 * long as it could come again. */
#define OIDC_LOGOUT_AGE_MAX 600

/** One request. Not for two threads at once. */
typedef struct oidc_logout oidc_logout;

/** What a logout wants next. */
typedef enum oidc_logout_action {
    OIDC_LOGOUT_NEED_PROVIDER, /**< whose is it? oidc_logout_fit, oidc_logout_use_provider */
    OIDC_LOGOUT_RENEW_KEYS,    /**< the same provider, after a refresh of its keys (or as it was,
                                  when oidc_provider_may_fetch_keys says no) */
    OIDC_LOGOUT_CLAIM_TOKEN,   /**< did this token come before? oidc_logout_claim_token */
    OIDC_LOGOUT_DONE,          /**< oidc_logout_subject, oidc_logout_provider_session */
    OIDC_LOGOUT_REFUSED,       /**< oidc_logout_error */
} oidc_logout_action;

/** How a provider fits what a logout token says, before anything is verified. */
typedef enum oidc_logout_fits {
    OIDC_LOGOUT_FITS_NOT,    /**< another issuer's, or the provider's is not known yet */
    OIDC_LOGOUT_FITS_ISSUER, /**< the issuer's, but meant for another client */
    OIDC_LOGOUT_FITS,        /**< issuer and audience are the provider's and our client's there */
} oidc_logout_fits;

/**
 * Takes a logout request apart (Back-Channel Logout 1.0, 2.5).
 *
 * @param body  application/x-www-form-urlencoded, with one `logout_token`; need not end in NUL;
 *              borrowed for the call.
 * @param logout  new.
 * @return OIDC_OK or OIDC_E_MEMORY; a malformed request gives a logout that refuses.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_logout_new(const char *body, size_t size,
                                                oidc_logout **logout);

/** Frees it and cleanses the token; sets the pointer to NULL. NULL is fine. */
OIDC_API void oidc_logout_free(oidc_logout **logout);

/** What is wanted next. */
OIDC_API oidc_logout_action oidc_logout_next(const oidc_logout *logout);

/** With NEED_PROVIDER: whether the token claims to be this provider's. Several providers of one
 * configuration may share an issuer, under different client identifiers. An encrypted token claims
 * nothing before it is opened: it fits who encrypts as it is encrypted, unless its header names
 * another issuer. So providers that encrypt alike should have the same keys. */
OIDC_API oidc_logout_fits oidc_logout_fit(const oidc_logout *logout, const oidc_provider *provider);

/** Answers NEED_PROVIDER with the one that fits best, and RENEW_KEYS. @param provider borrowed, a
 * reference is kept as long as it is needed; NULL when none fits. */
OIDC_API void oidc_logout_use_provider(oidc_logout *logout, oidc_provider *provider, int64_t now);

/** Answers CLAIM_TOKEN: remember oidc_logout_issuer and oidc_logout_token_id together until
 * oidc_logout_remember_until. @param first false when they were remembered already. */
OIDC_API void oidc_logout_claim_token(oidc_logout *logout, bool first);

/** From CLAIM_TOKEN on: the token's verified `iss`. Borrowed. NULL before. */
OIDC_API const char *oidc_logout_issuer(const oidc_logout *logout);

/** From CLAIM_TOKEN on: the token's `jti`, unique within the issuer. It is any text: put it, or a
 * digest of it, only where any text is taken. Borrowed. NULL before. */
OIDC_API const char *oidc_logout_token_id(const oidc_logout *logout);

/** From CLAIM_TOKEN on: seconds since the epoch after which this token is refused anyway. 0
 * before. */
OIDC_API int64_t oidc_logout_remember_until(const oidc_logout *logout);

/** From CLAIM_TOKEN on: the `sub` of the person to be signed out; "" where the token has a provider
 * session alone. Where it has no provider session, all sessions of the subject end (Back-Channel
 * Logout 1.0, 2.4). Borrowed. NULL before. */
OIDC_API const char *oidc_logout_subject(const oidc_logout *logout);

/** From CLAIM_TOKEN on: the session to be ended, in the form of oidc_identity.provider_session; ""
 * where the token has a subject alone. Borrowed. NULL before. */
OIDC_API const char *oidc_logout_provider_session(const oidc_logout *logout);

/** With REFUSED: why. Borrowed. NULL otherwise. */
OIDC_API const oidc_error *oidc_logout_error(const oidc_logout *logout);

#endif
