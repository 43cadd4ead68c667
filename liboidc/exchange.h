/* One HTTP exchange with a provider: the request and what it borrows, and the checks that every
 * answer has to pass. */
#ifndef LIBOIDC_EXCHANGE_H
#define LIBOIDC_EXCHANGE_H

#include <stdbool.h>
#include <jansson.h>

#include <oidc/error.h>
#include <oidc/http.h>

#define EXCHANGE_HEADERS_MAX 3

/** A request that is under way, with the memory that it borrows. All zero: none is. */
struct exchange {
    oidc_http_request request;
    oidc_header headers[EXCHANGE_HEADERS_MAX];
    char *url;
    char *authorization; /* secret */
    char *body;          /* secret */
};

/** Begins a GET. @param purpose a constant. @param url borrowed; copied. */
OIDC_CHECKED oidc_code exchange_get(struct exchange *exchange, const char *purpose, const char *url,
                                    const char *accept, oidc_error *error);

/** Begins a POST of a form. @param body taken over, also on failure; for secret_free_text. */
OIDC_CHECKED oidc_code exchange_post(struct exchange *exchange, const char *url, char *body,
                                     oidc_error *error);

/** Adds the Authorization header. @param value taken over. */
void exchange_authorize(struct exchange *exchange, char *value);

/** The request to be sent, or NULL. Borrowed. */
const oidc_http_request *exchange_request(const struct exchange *exchange);

/** Ends the exchange; what was secret is cleansed. */
void exchange_clear(struct exchange *exchange);

/** Checks that a whole answer came at all, within the limits. */
OIDC_CHECKED oidc_code exchange_check_transport(const oidc_http_response *response,
                                                const char *purpose, oidc_error *error);

/** The same, and that its status is 200. */
OIDC_CHECKED oidc_code exchange_check(const oidc_http_response *response, const char *purpose,
                                      oidc_error *error);

/** Whether Content-Type names that media type, whatever its parameters and case (RFC 9110,
 * 8.3.1). */
bool exchange_has_type(const oidc_http_response *response, const char *type);

/**
 * Reads the body, which must be one JSON object. A Content-Type that is missing or plain wrong is
 * tolerated, as real providers need it to be, but text/html is not: that is a page for people, from
 * a gateway or a login form.
 *
 * @param json  new reference.
 */
OIDC_CHECKED oidc_code exchange_read_json(const oidc_http_response *response, const char *purpose,
                                          json_t **json, oidc_error *error);

#endif
