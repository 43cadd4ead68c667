/*
 * Signing in: the authorization code flow (OpenID Connect Core 1.0, 3.1) without I/O.
 *
 * First leg: oidc_authorization_new makes the address to send the browser to, and a sealed text
 * that the browser must bring back (a cookie, as a rule).
 *
 * Second leg: an oidc_login is given the query string of the address the browser came back to, and
 * asks for one thing after another until it is done or refuses:
 *
 *     oidc_login_new(query) ─► OPEN_STATE ─► CLAIM_STATE ─► NEED_PROVIDER ─► SEND ─► … ─► DONE
 *                                   └──────────────┴──── any step ────────────┴─────► REFUSED
 *
 * oidc_login_next says what is wanted; the function named beside each action gives it. Giving
 * something that was not asked for refuses the login (OIDC_E_USAGE): there is no order of calls
 * that skips a check.
 */
#ifndef OIDC_LOGIN_H
#define OIDC_LOGIN_H

#include <stdbool.h>
#include <stdint.h>

#include <oidc/http.h>
#include <oidc/identity.h>
#include <oidc/provider.h>
#include <oidc/seal.h>

/** Seconds between the two legs of a sign-in: long enough for a second factor, short enough that a
 * stolen cookie is worth little. */
#define OIDC_STATE_TTL 600

/** Seconds that the clock of another machine with the same keyring may be ahead of ours: a state
 * that was sealed there is taken although it is from the future, by our clock, and so can be good
 * for OIDC_STATE_TTL and OIDC_STATE_LEEWAY together. */
#define OIDC_STATE_LEEWAY 60

/** Characters of a state value, the ending NUL not counted: 128 random bits in base64url. */
#define OIDC_STATE_LENGTH 22

/** Most bytes of return_to that a sign-in remembers; a longer one becomes "/". */
#define OIDC_RETURN_TO_MAX 1500

/** The first leg. Immutable; any number of threads may read it. */
typedef struct oidc_authorization oidc_authorization;

/** How a sign-in is asked for. All zero is a usual one. Strings are borrowed. */
typedef struct oidc_authorization_options {
    /** Path on this site to come back to, remembered for the caller and not judged here; NULL for
     * "/". */
    const char *return_to;
    /** `prompt=none` (OpenID Connect Core 1.0, 3.1.2.1): the provider shows no page, and
     * answers with an error where it would have had to. Remembered: oidc_login_is_silent. */
    bool silent;
} oidc_authorization_options;

/**
 * Prepares a sign-in: state, nonce and PKCE verifier are drawn, the request is put together.
 *
 * @param provider       borrowed for the call; must be ready (oidc_provider_ready).
 * @param keyring        borrowed for the call; seals the text that the browser keeps.
 * @param options        borrowed for the call; NULL for a usual one.
 * @param authorization  new.
 * @return OIDC_OK, OIDC_E_PROVIDER_NOT_READY, OIDC_E_MEMORY, OIDC_E_RANDOM, OIDC_E_CRYPTO.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_authorization_new(
    oidc_provider *provider, oidc_keyring *keyring, const oidc_authorization_options *options,
    int64_t now, oidc_authorization **authorization, oidc_error *error);

/** Frees it and cleanses what is secret; sets the pointer to NULL. NULL is fine. */
OIDC_API void oidc_authorization_free(oidc_authorization **authorization);

/** Where to send the browser: the authorization request (OpenID Connect Core 1.0, 3.1.2.1).
 * Borrowed, like the two that follow. */
OIDC_API const char *oidc_authorization_url(const oidc_authorization *authorization);

/** The state value (base64url): names the cookie, so that several tabs do not get mixed up. */
OIDC_API const char *oidc_authorization_state(const oidc_authorization *authorization);

/** The sealed text for the browser to keep (base64url), for OIDC_STATE_TTL seconds. */
OIDC_API const char *oidc_authorization_sealed(const oidc_authorization *authorization);

/** The second leg. Not for two threads at once. */
typedef struct oidc_login oidc_login;

/** What a login wants next. */
typedef enum oidc_action {
    OIDC_ACTION_OPEN_STATE,    /**< the sealed text of this state: oidc_login_open_state */
    OIDC_ACTION_CLAIM_STATE,   /**< was this state seen before? oidc_login_claim_state */
    OIDC_ACTION_NEED_PROVIDER, /**< the provider as it is known now: oidc_login_use_provider */
    OIDC_ACTION_RENEW_KEYS,    /**< the same, after a refresh of its keys (or as it was, when
                                  oidc_provider_may_fetch_keys says no) */
    OIDC_ACTION_SEND,          /**< an exchange with the provider: oidc_login_request,
                                  oidc_login_answer */
    OIDC_ACTION_DONE,          /**< oidc_login_identity */
    OIDC_ACTION_REFUSED,       /**< oidc_login_error */
} oidc_action;

/**
 * Takes the authorization response apart (RFC 6749, 4.1.2; RFC 9207).
 *
 * @param query  what follows the '?', not decoded; need not end in NUL; borrowed for the call.
 * @param login  new.
 * @return OIDC_OK or OIDC_E_MEMORY; a malformed query gives a login that refuses.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_login_new(const char *query, size_t size, oidc_login **login);

/** Frees it and cleanses what is secret; sets the pointer to NULL. NULL is fine. */
OIDC_API void oidc_login_free(oidc_login **login);

/** What is wanted next. */
OIDC_API oidc_action oidc_login_next(const oidc_login *login);

/** The state the browser brought: exactly OIDC_STATE_LENGTH characters of base64url. Borrowed. NULL
 * where it brought none, or none of that form. */
OIDC_API const char *oidc_login_state(const oidc_login *login);

/**
 * Answers OPEN_STATE.
 *
 * @param keyring  borrowed for the call.
 * @param sealed   borrowed for the call; need not end in NUL; NULL when the browser has none.
 */
OIDC_API void oidc_login_open_state(oidc_login *login, oidc_keyring *keyring, const char *sealed,
                                    size_t size, int64_t now);

/** Answers CLAIM_STATE: remember oidc_login_state until more than OIDC_STATE_TTL and
 * OIDC_STATE_LEEWAY together have passed, in every process that shares the keyring as far as
 * possible. @param first false when it was remembered already. */
OIDC_API void oidc_login_claim_state(oidc_login *login, bool first);

/**
 * Refuses a login for a reason of the caller's, whatever it wants next: nothing more can be
 * remembered, say, so that nobody can tell whether its state was seen before. A login that is over
 * already stays as it is.
 *
 * @param code    not OIDC_OK.
 * @param detail  for the log, as oidc_error has it; copied.
 */
OIDC_API void oidc_login_refuse(oidc_login *login, oidc_code code, const char *detail);

/** After the state was opened: the id of the provider that the sign-in began with. Borrowed. NULL
 * before. */
OIDC_API const char *oidc_login_provider_id(const oidc_login *login);

/** After the state was opened: where the person wanted to go, oidc_authorization_options.return_to;
 * also when the login is refused later. Borrowed. NULL before. */
OIDC_API const char *oidc_login_return_to(const oidc_login *login);

/** After the state was opened: whether the person was never asked (`prompt=none`). A refusal is no
 * news to them then: they are shown the ways to sign in. False before. */
OIDC_API bool oidc_login_is_silent(const oidc_login *login);

/** Whether the response carries one of the errors that answer `prompt=none` alone (OpenID Connect
 * Core 1.0, 3.1.2.6): login_required, interaction_required, account_selection_required,
 * consent_required. Known without the state, and therefore proof of nothing. */
OIDC_API bool oidc_login_needs_person(const oidc_login *login);

/** Answers NEED_PROVIDER and RENEW_KEYS with the provider of oidc_login_provider_id. @param
 * provider borrowed, a reference is kept as long as it is needed; NULL when it is configured no
 * more. */
OIDC_API void oidc_login_use_provider(oidc_login *login, oidc_provider *provider, int64_t now);

/** With SEND: the request. Borrowed. NULL otherwise. */
OIDC_API const oidc_http_request *oidc_login_request(const oidc_login *login);

/** Answers SEND. @param response borrowed for the call. */
OIDC_API void oidc_login_answer(oidc_login *login, const oidc_http_response *response, int64_t now);

/** With DONE: who it is. Borrowed. NULL otherwise. */
OIDC_API const oidc_identity *oidc_login_identity(const oidc_login *login);

/** With REFUSED: why. Borrowed. NULL otherwise. */
OIDC_API const oidc_error *oidc_login_error(const oidc_login *login);

#endif
