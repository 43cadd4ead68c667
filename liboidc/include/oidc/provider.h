/*
 * A provider as it is known at a moment: its settings, its metadata (OpenID Connect Discovery 1.0)
 * and its keys (RFC 7517).
 *
 * An oidc_provider never changes. Learning more makes a new one (oidc_refresh), which the program
 * puts in the old one's place; sign-ins under way keep the one they were given. Reference-counted;
 * any number of threads may use one.
 */
#ifndef OIDC_PROVIDER_H
#define OIDC_PROVIDER_H

#include <stdbool.h>
#include <stdint.h>

#include <oidc/config.h>
#include <oidc/decryption.h>
#include <oidc/http.h>

/** Seconds between two looks at metadata and keys that work. */
#define OIDC_REFRESH_INTERVAL 3600

/** Seconds after a failed look until the next: few, since much passes at once. After each failure
 * that follows they are twice as many. */
#define OIDC_RETRY_FIRST 1

/** Most seconds after a failed look until the next, however many failed before. */
#define OIDC_RETRY_INTERVAL 10

/** Seconds between two fetches of the keys because a token named a key we do not know. */
#define OIDC_KEYS_INTERVAL 60

/** What is known of a provider at a moment. Immutable and reference-counted, for any thread. */
typedef struct oidc_provider oidc_provider;

/**
 * What the configuration alone says of a provider; nothing is learnt yet.
 *
 * @param config    borrowed; the provider keeps a reference of its own.
 * @param id        of an enabled provider; borrowed for the call.
 * @param provider  new.
 * @return OIDC_OK, OIDC_E_PROVIDER_UNKNOWN, OIDC_E_MEMORY.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_provider_new(oidc_config *config, const char *id,
                                                  oidc_provider **provider, oidc_error *error);

/**
 * The same with keys that decrypt its ID tokens, which those learnt from it keep. Without them a
 * provider that encrypts can be looked at, and every sign-in with it is refused (OIDC_E_KEY_FILE).
 *
 * @param keys  borrowed, the provider keeps a reference of its own; NULL for none.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_provider_new_with_keys(oidc_config *config, const char *id,
                                                            oidc_decryption_keys *keys,
                                                            oidc_provider **provider,
                                                            oidc_error *error);

/** One more owner. Returns its argument; NULL is fine. Safe in any thread. */
OIDC_API oidc_provider *oidc_provider_ref(oidc_provider *provider);

/** One owner less, and sets the pointer to NULL; the last one frees. NULL is fine. Safe in any
 * thread. */
OIDC_API void oidc_provider_unref(oidc_provider **provider);

/** The id in the configuration: P in openid.P.clientId. Borrowed, like the texts that follow. */
OIDC_API const char *oidc_provider_id(const oidc_provider *provider);

/** The issuer identifier (OpenID Connect Core 1.0, 1.2), or NULL until it is learnt. */
OIDC_API const char *oidc_provider_issuer(const oidc_provider *provider);

/** Where sign-out goes on at the provider: what the file says (openid.P.logoutUri), else the
 * discovery document. NULL where it has no such endpoint, or none is known yet. */
OIDC_API const char *oidc_provider_end_session_endpoint(const oidc_provider *provider);

/** What a sign-out says to the provider beside who asks. All zero says nothing. Strings are
 * borrowed. */
typedef struct oidc_sign_out {
    /** `post_logout_redirect_uri`: where the provider sends the browser afterwards. It must be
     * registered there. NULL: the person stays at the provider. */
    const char *return_uri;
    /** `state`: comes back with the browser, which shows that it comes from this sign-out. NULL:
     * none. */
    const char *state;
} oidc_sign_out;

/**
 * The logout request (OpenID Connect RP-Initiated Logout 1.0, 2): where to send the browser
 * so that its session at the provider ends as well. No ID token is kept, so `client_id` says who
 * asks, and the provider may ask the person to confirm.
 *
 * @param sign_out  borrowed for the call.
 * @param url       new, for free(); NULL with OIDC_OK where the provider has no such endpoint.
 * @return OIDC_OK, OIDC_E_ENDPOINT_INSECURE, OIDC_E_MEMORY.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_provider_sign_out_url(const oidc_provider *provider,
                                                           const oidc_sign_out *sign_out,
                                                           char **url, oidc_error *error);

/** The client identifier this site has at the provider. */
OIDC_API const char *oidc_provider_client_id(const oidc_provider *provider);

/** Whether tokens of the provider's are accepted from API clients: openid.P.bearer.enabled. */
OIDC_API bool oidc_provider_accepts_bearer(const oidc_provider *provider);

/** Whether sign-ins can be started and finished: endpoints and at least one key are known. */
OIDC_API bool oidc_provider_ready(const oidc_provider *provider);

/** When to look again, in seconds since the epoch. */
OIDC_API int64_t oidc_provider_refresh_at(const oidc_provider *provider);

/** Whether the keys may be fetched now because a token named an unknown one: it is known where they
 * are, and OIDC_KEYS_INTERVAL has passed since they were fetched for that reason. */
OIDC_API bool oidc_provider_may_fetch_keys(const oidc_provider *provider, int64_t now);

/** Whether ID tokens signed with this algorithm are accepted (`alg`; RFC 7518, 3.1): those
 * that need a provider's public key to be verified. Neither "none" nor an HMAC is. */
OIDC_API bool oidc_accepts_algorithm(const char *name);

/** What a refresh looks at. */
typedef enum oidc_refresh_kind {
    OIDC_REFRESH_ALL,  /**< discovery document, then keys */
    OIDC_REFRESH_KEYS, /**< keys only: a token named a key we do not know */
} oidc_refresh_kind;

/** One look at a provider: a machine without I/O. Not for two threads at once. */
typedef struct oidc_refresh oidc_refresh;

/**
 * Begins a look. Where nobody can be asked (the configuration names no usable issuer, say), it is
 * over at once, and oidc_refresh_error says why.
 *
 * @param current  borrowed for the call: the machine works on a copy.
 * @param refresh  new.
 * @return OIDC_OK or OIDC_E_MEMORY.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_refresh_new(oidc_provider *current, oidc_refresh_kind kind,
                                                 int64_t now, oidc_refresh **refresh,
                                                 oidc_error *error);

/** Frees it and sets the pointer to NULL; NULL is fine. */
OIDC_API void oidc_refresh_free(oidc_refresh **refresh);

/** The request to send next, or NULL when the look is over. Borrowed. */
OIDC_API const oidc_http_request *oidc_refresh_request(const oidc_refresh *refresh);

/** Gives the answer to the request. Without a request under way it does nothing. @param response
 * borrowed for the call. */
OIDC_API void oidc_refresh_answer(oidc_refresh *refresh, const oidc_http_response *response,
                                  int64_t now);

/** When over: the provider as it is known now (a new reference). After a failure, what was known
 * before, with the time of the next look moved on. NULL while requests are outstanding. */
OIDC_API oidc_provider *oidc_refresh_provider(const oidc_refresh *refresh);

/** When over: why the look failed, or NULL when it did not. Borrowed. */
OIDC_API const oidc_error *oidc_refresh_error(const oidc_refresh *refresh);

/** Whether the failure will not pass by itself: an issuer that was guessed from an endpoint turned
 * out not to be one, and the configuration must name it (openid.P.issuer). */
OIDC_API bool oidc_refresh_needs_issuer(const oidc_refresh *refresh);

/** Whether what failed is discovery, at an issuer that was guessed from an endpoint: it may pass,
 * or the guess is wrong. */
OIDC_API bool oidc_refresh_doubts_issuer(const oidc_refresh *refresh);

#endif
