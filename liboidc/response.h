/* The authorization response: what the browser brings back (RFC 6749, 4.1.2 and 4.1.2.1;
 * RFC 9207), as query parameters. */
#ifndef LIBOIDC_RESPONSE_H
#define LIBOIDC_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>

#include <oidc/error.h>

/** Most bytes of a query that is looked at; browsers and servers rarely carry more. */
#define RESPONSE_QUERY_MAX 8192

/** Most bytes of a code. Providers that seal data into it reach some 2 kB. */
#define RESPONSE_CODE_MAX 4096

/** Has a state of the right shape, and either a code or an error. Strings are owned. */
struct authorization_response {
    char *state;             /* OIDC_STATE_LENGTH characters of base64url */
    char *code;              /* secret; or NULL */
    char *error;             /* or NULL */
    char *error_description; /* or NULL */
    char *iss;               /* or NULL */
};

/**
 * Takes the query apart. On failure the state is kept where it has the right shape.
 *
 * @return OIDC_OK, OIDC_E_RESPONSE_MALFORMED, OIDC_E_STATE_INVALID, OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code response_read(const char *query, size_t size,
                                     struct authorization_response *response, oidc_error *error);

/** Frees what is in it, and cleanses state and code. */
void response_free(struct authorization_response *response);

/** Whether the error is one of those that answer `prompt=none` alone: the provider would have had
 * to talk to the person (OpenID Connect Core 1.0, 3.1.2.6). */
bool response_needs_person(const struct authorization_response *response);

/** Records what an error response means: OIDC_E_ACCESS_DENIED or OIDC_E_PROVIDER_ERROR, with the
 * provider's own words, cleaned and cut, for the log alone. */
OIDC_CHECKED oidc_code response_refusal(const struct authorization_response *response,
                                        oidc_error *error);

#endif
