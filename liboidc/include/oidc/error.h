/*
 * Errors of liboidc.
 *
 * Every function that can fail returns an oidc_code and, where it takes an oidc_error, fills it.
 * A code is stable: its name goes into logs and onto error pages, never changes its meaning and is
 * never reused. One table (OIDC_CODES) holds everything that is known about a code; the enum, the
 * names, the pages and the man page are made from it.
 */
#ifndef OIDC_ERROR_H
#define OIDC_ERROR_H

#include <stdint.h>

#include <oidc/export.h>

/** Whose doing a failure is, and so whether trying again can help. */
typedef enum oidc_class {
    OIDC_CLASS_NONE,        /**< no failure */
    OIDC_CLASS_SYSTEM,      /**< this machine: memory, randomness, a wrong call */
    OIDC_CLASS_CONFIG,      /**< the administrator's file: mend it and start again */
    OIDC_CLASS_BROWSER,     /**< the browser's request: too old, used before, cookies blocked */
    OIDC_CLASS_PERSON,      /**< the person said no at the provider */
    OIDC_CLASS_PROVIDER,    /**< the provider is out of reach or answers nonsense: later may help */
    OIDC_CLASS_REFUSED,     /**< something did not verify: an attack or a badly set-up provider */
    OIDC_CLASS_POLICY,      /**< who it is was proven; the site's rules turn this identity away */
    OIDC_CLASS_APPLICATION, /**< the application behind is out of reach or answers nonsense */
} oidc_class;

/*
 * X(constant, "stable_name", class, HTTP status of the page, sentence for the person)
 */
#define OIDC_CODES(X)                                                                              \
    X(OIDC_OK, "ok", NONE, 200, "")                                                                \
    X(OIDC_E_MEMORY, "out_of_memory", SYSTEM, 503,                                                 \
      "The sign-in service is overloaded. Please try again in a minute.")                          \
    X(OIDC_E_USAGE, "wrong_use", SYSTEM, 500, "The sign-in service made a mistake.")               \
    X(OIDC_E_RANDOM, "no_randomness", SYSTEM, 500, "The sign-in service cannot work safely.")      \
    X(OIDC_E_CRYPTO, "crypto_failure", SYSTEM, 500, "The sign-in service made a mistake.")         \
    X(OIDC_E_FILE, "file_unreadable", CONFIG, 500, "The sign-in service is not set up.")           \
    X(OIDC_E_CONFIG, "configuration", CONFIG, 500, "The sign-in service is not set up.")           \
    X(OIDC_E_KEY_FILE, "key_file", CONFIG, 500, "The sign-in service is not set up.")              \
    X(OIDC_E_PROVIDER_UNKNOWN, "provider_unknown", BROWSER, 404,                                   \
      "This site does not offer sign-in through that provider.")                                   \
    X(OIDC_E_PROVIDER_NOT_READY, "provider_not_ready", PROVIDER, 503,                              \
      "This site cannot reach the sign-in provider at the moment. Please try again in a minute.")  \
    X(OIDC_E_RESPONSE_MALFORMED, "response_malformed", BROWSER, 400,                               \
      "The address you came back with is incomplete or damaged. Please sign in again.")            \
    X(OIDC_E_STATE_MISSING, "state_missing", BROWSER, 400,                                         \
      "This sign-in was not started in this browser, took longer than ten minutes, or cookies "    \
      "are blocked. Please sign in again.")                                                        \
    X(OIDC_E_COOKIES_MISSING, "cookies_missing", BROWSER, 400,                                     \
      "Your browser sent no cookies: the sign-in took longer than ten minutes or was started in "  \
      "another browser, or cookies are blocked. Please sign in again.")                            \
    X(OIDC_E_STATE_INVALID, "state_invalid", BROWSER, 400,                                         \
      "This sign-in cannot be continued. Please sign in again.")                                   \
    X(OIDC_E_STATE_MISMATCH, "state_mismatch", BROWSER, 400,                                       \
      "This sign-in was not started in this browser. Please sign in again.")                       \
    X(OIDC_E_STATE_EXPIRED, "state_expired", BROWSER, 400,                                         \
      "This sign-in took longer than ten minutes. Please sign in again.")                          \
    X(OIDC_E_STATE_FUTURE, "state_future", BROWSER, 400,                                           \
      "This sign-in cannot be continued. If this persists, a clock is wrong.")                     \
    X(OIDC_E_STATE_USED, "state_used", BROWSER, 400,                                               \
      "This sign-in link was used before. Please sign in again.")                                  \
    X(OIDC_E_STATES_FULL, "states_full", SYSTEM, 503,                                              \
      "Too many sign-ins were begun here in the last ten minutes, and no more can be taken. "      \
      "Please try again in a few minutes; if that does not help, tell this site's "                \
      "administrators.")                                                                           \
    X(OIDC_E_RESPONSE_ISSUER, "response_issuer", REFUSED, 400,                                     \
      "The answer did not come from the provider you chose. Please sign in again.")                \
    X(OIDC_E_ACCESS_DENIED, "access_denied", PERSON, 403,                                          \
      "You or your organisation declined the sign-in.")                                            \
    X(OIDC_E_PROVIDER_ERROR, "provider_error", PROVIDER, 502,                                      \
      "The sign-in provider reported an error.")                                                   \
    X(OIDC_E_PROVIDER_UNREACHABLE, "provider_unreachable", PROVIDER, 502,                          \
      "This site cannot reach the sign-in provider at the moment. Please try again in a minute.")  \
    X(OIDC_E_PROVIDER_TIMEOUT, "provider_timeout", PROVIDER, 504,                                  \
      "The sign-in provider took too long to answer. Please try again in a minute.")               \
    X(OIDC_E_PROVIDER_TLS, "provider_tls", PROVIDER, 502,                                          \
      "This site cannot make a trusted connection to the sign-in provider.")                       \
    X(OIDC_E_ANSWER_TOO_LARGE, "answer_too_large", PROVIDER, 502,                                  \
      "The sign-in provider sent an unusable answer.")                                             \
    X(OIDC_E_ANSWER_CUT_SHORT, "answer_cut_short", PROVIDER, 502,                                  \
      "The sign-in provider sent an unusable answer. Please try again in a minute.")               \
    X(OIDC_E_ANSWER_REDIRECT, "answer_redirect", PROVIDER, 502,                                    \
      "The sign-in provider sent an unusable answer.")                                             \
    X(OIDC_E_ANSWER_STATUS, "answer_status", PROVIDER, 502,                                        \
      "The sign-in provider reported an error.")                                                   \
    X(OIDC_E_ANSWER_MALFORMED, "answer_malformed", PROVIDER, 502,                                  \
      "The sign-in provider sent an unusable answer.")                                             \
    X(OIDC_E_DISCOVERY_ISSUER, "discovery_issuer", PROVIDER, 502,                                  \
      "The sign-in provider is not the one this site expects.")                                    \
    X(OIDC_E_DISCOVERY_INCOMPLETE, "discovery_incomplete", PROVIDER, 502,                          \
      "The sign-in provider does not offer what this site needs.")                                 \
    X(OIDC_E_ENDPOINT_INSECURE, "endpoint_insecure", PROVIDER, 502,                                \
      "The sign-in provider offers no encrypted connection.")                                      \
    X(OIDC_E_KEYS_UNUSABLE, "keys_unusable", PROVIDER, 502,                                        \
      "The sign-in provider publishes no key that this site can use.")                             \
    X(OIDC_E_TOKEN_REFUSED, "token_refused", PROVIDER, 502,                                        \
      "The sign-in provider did not confirm this sign-in. Please sign in again.")                  \
    X(OIDC_E_TOKEN_TYPE, "token_type", REFUSED, 502,                                               \
      "The sign-in provider sent an unusable answer.")                                             \
    X(OIDC_E_ID_TOKEN_MISSING, "id_token_missing", REFUSED, 502,                                   \
      "The sign-in provider did not say who you are.")                                             \
    X(OIDC_E_ID_TOKEN_MALFORMED, "id_token_malformed", REFUSED, 502,                               \
      "The sign-in provider's answer could not be verified.")                                      \
    X(OIDC_E_ID_TOKEN_ENCRYPTED, "id_token_encrypted", REFUSED, 502,                               \
      "The sign-in provider's answer could not be verified.")                                      \
    X(OIDC_E_ID_TOKEN_NOT_ENCRYPTED, "id_token_not_encrypted", REFUSED, 502,                       \
      "The sign-in provider's answer could not be verified.")                                      \
    X(OIDC_E_ID_TOKEN_DECRYPTION, "id_token_decryption", REFUSED, 502,                             \
      "The sign-in provider's answer could not be verified.")                                      \
    X(OIDC_E_ID_TOKEN_ALGORITHM, "id_token_algorithm", REFUSED, 502,                               \
      "The sign-in provider's answer could not be verified.")                                      \
    X(OIDC_E_ID_TOKEN_KEY, "id_token_key", REFUSED, 502,                                           \
      "The sign-in provider's answer could not be verified. Please try again in a minute.")        \
    X(OIDC_E_ID_TOKEN_SIGNATURE, "id_token_signature", REFUSED, 502,                               \
      "The sign-in provider's answer could not be verified.")                                      \
    X(OIDC_E_ID_TOKEN_CLAIM_MISSING, "id_token_claim_missing", REFUSED, 502,                       \
      "The sign-in provider's answer is incomplete.")                                              \
    X(OIDC_E_ID_TOKEN_ISSUER, "id_token_issuer", REFUSED, 502,                                     \
      "The sign-in provider's answer could not be verified.")                                      \
    X(OIDC_E_ID_TOKEN_AUDIENCE, "id_token_audience", REFUSED, 502,                                 \
      "The sign-in provider's answer was meant for another service.")                              \
    X(OIDC_E_ID_TOKEN_AZP, "id_token_azp", REFUSED, 502,                                           \
      "The sign-in provider's answer was meant for another service.")                              \
    X(OIDC_E_ID_TOKEN_EXPIRED, "id_token_expired", REFUSED, 502,                                   \
      "The sign-in provider's answer is no longer valid. If this persists, a clock is wrong.")     \
    X(OIDC_E_ID_TOKEN_FUTURE, "id_token_future", REFUSED, 502,                                     \
      "The sign-in provider's answer is not valid yet. If this persists, a clock is wrong.")       \
    X(OIDC_E_ID_TOKEN_NONCE, "id_token_nonce", REFUSED, 502,                                       \
      "The sign-in provider's answer belongs to another sign-in. Please sign in again.")           \
    X(OIDC_E_ID_TOKEN_AT_HASH, "id_token_at_hash", REFUSED, 502,                                   \
      "The sign-in provider's answer could not be verified.")                                      \
    X(OIDC_E_ID_TOKEN_SUBJECT, "id_token_subject", REFUSED, 502,                                   \
      "The sign-in provider did not say who you are.")                                             \
    X(OIDC_E_USERINFO_MALFORMED, "userinfo_malformed", REFUSED, 502,                               \
      "The sign-in provider's answer could not be verified.")                                      \
    X(OIDC_E_USERINFO_ENCRYPTED, "userinfo_encrypted", REFUSED, 502,                               \
      "The sign-in provider's answer could not be verified.")                                      \
    X(OIDC_E_USERINFO_SUBJECT, "userinfo_subject", REFUSED, 502,                                   \
      "The sign-in provider's answer is about somebody else.")                                     \
    X(OIDC_E_CLAIM_MISSING, "claim_missing", POLICY, 403,                                          \
      "Your organisation does not tell this site what it needs to know about you.")                \
    X(OIDC_E_USERNAME_INVALID, "username_invalid", POLICY, 403,                                    \
      "No valid XNAT user name can be made from what your organisation says about you.")           \
    X(OIDC_E_USERNAME_TAKEN, "username_taken", POLICY, 403,                                        \
      "Your XNAT user name would be the same as another person's.")                                \
    X(OIDC_E_USERNAMES_FULL, "usernames_full", SYSTEM, 503,                                        \
      "So many people have signed in here lately that no more can be taken. Please try again "     \
      "later; if that does not help, tell this site's administrators.")                            \
    X(OIDC_E_EMAIL_INVALID, "email_invalid", POLICY, 403,                                          \
      "Your organisation does not give this site a usable e-mail address for you.")                \
    X(OIDC_E_EMAIL_DOMAIN, "email_domain", POLICY, 403,                                            \
      "This site does not admit people from your e-mail address's organisation.")                  \
    X(OIDC_E_GATE_AUDIENCE, "gate_audience", POLICY, 403,                                          \
      "This site admits only people who sign in for certain services, and you did not.")           \
    X(OIDC_E_GATE_ROLE, "gate_role", POLICY, 403,                                                  \
      "This site admits only people with certain roles at their organisation, and you have none "  \
      "of them.")                                                                                  \
    X(OIDC_E_GATE_TYPE, "gate_type", POLICY, 403,                                                  \
      "This site admits only sign-ins of another kind than yours.")                                \
    X(OIDC_E_SESSION_INVALID, "session_invalid", BROWSER, 401, "Please sign in again.")            \
    X(OIDC_E_SESSION_EXPIRED, "session_expired", BROWSER, 401,                                     \
      "Your session has ended. Please sign in again.")                                             \
    X(OIDC_E_LOGOUT_REQUEST, "logout_request", REFUSED, 400,                                       \
      "The request must be a form with exactly one logout_token.")                                 \
    X(OIDC_E_LOGOUT_MALFORMED, "logout_malformed", REFUSED, 400, "The logout token is malformed.") \
    X(OIDC_E_LOGOUT_ENCRYPTED, "logout_encrypted", REFUSED, 400,                                   \
      "The logout token is encrypted, and this site has not asked for that.")                      \
    X(OIDC_E_LOGOUT_NOT_ENCRYPTED, "logout_not_encrypted", REFUSED, 400,                           \
      "The logout token is not encrypted, and this site requires that it is.")                     \
    X(OIDC_E_LOGOUT_DECRYPTION, "logout_decryption", REFUSED, 400,                                 \
      "The logout token cannot be decrypted.")                                                     \
    X(OIDC_E_LOGOUT_TYPE, "logout_type", REFUSED, 400, "The token is not a logout token.")         \
    X(OIDC_E_LOGOUT_ALGORITHM, "logout_algorithm", REFUSED, 400,                                   \
      "The logout token is signed or encrypted with an algorithm that is not accepted.")           \
    X(OIDC_E_LOGOUT_KEY, "logout_key", REFUSED, 400,                                               \
      "None of the provider's published keys verifies the logout token.")                          \
    X(OIDC_E_LOGOUT_SIGNATURE, "logout_signature", REFUSED, 400,                                   \
      "The logout token's signature does not verify.")                                             \
    X(OIDC_E_LOGOUT_CLAIM_MISSING, "logout_claim_missing", REFUSED, 400,                           \
      "The logout token lacks a claim.")                                                           \
    X(OIDC_E_LOGOUT_ISSUER, "logout_issuer", REFUSED, 400,                                         \
      "The logout token's issuer is not a provider of this site.")                                 \
    X(OIDC_E_LOGOUT_AUDIENCE, "logout_audience", REFUSED, 400,                                     \
      "The logout token is meant for another client.")                                             \
    X(OIDC_E_LOGOUT_EXPIRED, "logout_expired", REFUSED, 400, "The logout token is too old.")       \
    X(OIDC_E_LOGOUT_FUTURE, "logout_future", REFUSED, 400, "The logout token is not valid yet.")   \
    X(OIDC_E_LOGOUT_SUBJECT, "logout_subject", REFUSED, 400,                                       \
      "The logout token's subject is not a valid subject identifier.")                             \
    X(OIDC_E_LOGOUT_USED, "logout_used", REFUSED, 400, "The logout token was used before.")        \
    X(OIDC_E_BEARER_REQUEST, "bearer_request", BROWSER, 400,                                       \
      "The request must have exactly one Authorization header with one bearer token.")             \
    X(OIDC_E_BEARER_MALFORMED, "bearer_malformed", REFUSED, 401, "The bearer token is malformed.") \
    X(OIDC_E_BEARER_ENCRYPTED, "bearer_encrypted", REFUSED, 401,                                   \
      "Encrypted bearer tokens are not accepted.")                                                 \
    X(OIDC_E_BEARER_TYPE, "bearer_type", REFUSED, 401, "The token is not a bearer access token.")  \
    X(OIDC_E_BEARER_ALGORITHM, "bearer_algorithm", REFUSED, 401,                                   \
      "The bearer token is signed with an algorithm that is not accepted.")                        \
    X(OIDC_E_BEARER_KEY, "bearer_key", REFUSED, 401,                                               \
      "None of the provider's published keys verifies the bearer token.")                          \
    X(OIDC_E_BEARER_SIGNATURE, "bearer_signature", REFUSED, 401,                                   \
      "The bearer token's signature does not verify.")                                             \
    X(OIDC_E_BEARER_CLAIM_MISSING, "bearer_claim_missing", REFUSED, 401,                           \
      "The bearer token lacks a claim.")                                                           \
    X(OIDC_E_BEARER_ISSUER, "bearer_issuer", REFUSED, 401,                                         \
      "The bearer token's issuer is not a provider whose tokens this site accepts.")               \
    X(OIDC_E_BEARER_EXPIRED, "bearer_expired", REFUSED, 401, "The bearer token has expired.")      \
    X(OIDC_E_BEARER_FUTURE, "bearer_future", REFUSED, 401, "The bearer token is not valid yet.")   \
    X(OIDC_E_BEARER_SUBJECT, "bearer_subject", REFUSED, 401,                                       \
      "The bearer token's subject is not a valid subject identifier.")                             \
    /* No function of this library returns what follows: a program that looks up accounts at the   \
     * application behind reports with it. */                                                      \
    X(OIDC_E_ACCOUNT_DISABLED, "account_disabled", POLICY, 403,                                    \
      "Your XNAT account is not enabled: it waits for an administrator's approval, or an "         \
      "administrator has disabled it.")                                                            \
    X(OIDC_E_ACCOUNT_UNVERIFIED, "account_unverified", POLICY, 403,                                \
      "The e-mail address of your XNAT account is not verified yet. Follow the link in the "       \
      "message that XNAT has sent you, or ask an administrator of this site; then sign in again.") \
    X(OIDC_E_ACCOUNT_IS_ADMINISTRATOR, "account_is_administrator", POLICY, 403,                    \
      "The XNAT account with your user name belongs to a site administrator. Administrators do "   \
      "not sign in this way, but with their XNAT password.")                                       \
    X(OIDC_E_ACCOUNT_EMAIL_DIFFERS, "account_email_differs", POLICY, 403,                          \
      "The XNAT account with your user name has another e-mail address than your organisation "    \
      "gives for you, so it is not taken for yours. Ask an administrator of this site.")           \
    X(OIDC_E_ACCOUNT_NAME_SHARED, "account_name_shared", POLICY, 403,                              \
      "There is an XNAT account whose user name differs from yours in capital letters alone, so "  \
      "it is not taken for yours. Ask an administrator of this site.")                             \
    X(OIDC_E_ACCOUNT_UNKNOWN, "account_unknown", POLICY, 403,                                      \
      "You have no XNAT account here, and this site does not create one at sign-in. Ask an "       \
      "administrator of this site for an account.")                                                \
    X(OIDC_E_ACCOUNT_CREATE_FAILED, "account_create_failed", APPLICATION, 502,                     \
      "XNAT did not create an account for you. Ask an administrator of this site.")                \
    X(OIDC_E_XNAT_UNREACHABLE, "xnat_unreachable", APPLICATION, 502,                               \
      "XNAT cannot be reached at the moment. Please try again in a minute.")                       \
    X(OIDC_E_XNAT_REFUSES_SERVICE, "xnat_refuses_service", APPLICATION, 502,                       \
      "XNAT does not let this site's sign-in service look for your account. An administrator of "  \
      "this site has to mend that.")                                                               \
    X(OIDC_E_XNAT_ANSWER_MALFORMED, "xnat_answer_malformed", APPLICATION, 502,                     \
      "XNAT's answer about your account could not be used. If this persists, tell an "             \
      "administrator of this site.")

#define OIDC_CODE_CONSTANT(constant, name, class, status, sentence) constant,
/** What happened; OIDC_OK (0) is success. */
typedef enum oidc_code { OIDC_CODES(OIDC_CODE_CONSTANT) OIDC_CODE_COUNT } oidc_code;
#undef OIDC_CODE_CONSTANT

/** Bytes of oidc_error.detail, its ending NUL included; longer details are cut. */
#define OIDC_DETAIL_SIZE 320

/**
 * One failure. The caller owns it; no function allocates for it. Functions that succeed leave it as
 * it was.
 */
typedef struct oidc_error {
    oidc_code code;
    /** For the log: one line of printable UTF-8 naming what was expected and what came. Never holds
     * a secret, token, code, nonce, state or cookie. */
    char detail[OIDC_DETAIL_SIZE];
    /** Where a time was out of bounds: by how many seconds it lies before or after now, without any
     * leeway. Else 0. */
    int64_t seconds_off;
} oidc_error;

/** The stable name, for example "state_expired". Never NULL; "unknown" for a value out of range. */
OIDC_API const char *oidc_code_name(oidc_code code);

/** Whose doing it is. */
OIDC_API oidc_class oidc_code_class(oidc_code code);

/** The HTTP status (4xx or 5xx) of a page that reports it. */
OIDC_API int oidc_code_http_status(oidc_code code);

/** A sentence for the person at the browser. Never NULL. */
OIDC_API const char *oidc_code_sentence(oidc_code code);

#endif
