/* The user-info request and its answer (OpenID Connect Core 1.0, 5.3). */
#ifndef LIBOIDC_USERINFO_H
#define LIBOIDC_USERINFO_H

#include <stdint.h>

#include "exchange.h"
#include "provider.h"

/** Puts the request together. @param access_token borrowed. */
OIDC_CHECKED oidc_code userinfo_request(const oidc_provider *provider, const char *access_token,
                                        struct exchange *exchange, oidc_error *error);

/**
 * Reads the answer, plain or signed.
 *
 * @param subject  the ID token's `sub`.
 * @param claims   new reference.
 * @return OIDC_OK, OIDC_E_USERINFO_MALFORMED, OIDC_E_USERINFO_SUBJECT, the codes of exchange_check.
 */
OIDC_CHECKED oidc_code userinfo_read(const oidc_provider *provider,
                                     const oidc_http_response *response, const char *subject,
                                     int64_t now, json_t **claims, oidc_error *error);

#endif
