/* The token request and what comes back (OpenID Connect Core 1.0, 3.1.3; RFC 6749, 5). */
#ifndef LIBOIDC_TOKEN_H
#define LIBOIDC_TOKEN_H

#include "exchange.h"
#include "provider.h"

/** What a code is exchanged with. All borrowed. */
struct token_grant {
    const char *code;
    const char *redirect_uri;
    const char *verifier; /* PKCE; NULL without */
};

/** Both secret, both owned. */
struct tokens {
    char *id_token;
    char *access_token; /* NULL where the provider sent none that can be used */
};

/** Puts the request together; it is to be sent once. */
OIDC_CHECKED oidc_code token_request(const oidc_provider *provider, const struct token_grant *grant,
                                     struct exchange *exchange, oidc_error *error);

/**
 * Reads the answer. Nothing but the error word of an answer with an error status is looked at, and
 * that for the log alone.
 *
 * @return OIDC_OK, OIDC_E_TOKEN_REFUSED, OIDC_E_TOKEN_TYPE, OIDC_E_ID_TOKEN_MISSING, the codes of
 *         exchange_check and exchange_read_json.
 */
OIDC_CHECKED oidc_code token_read(const oidc_http_response *response, struct tokens *tokens,
                                  oidc_error *error);

/** Cleansed. */
void tokens_free(struct tokens *tokens);

#endif
