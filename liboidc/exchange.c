/* Requests to a provider and the checks of its answers. See exchange.h. */
#include "exchange.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fail.h"
#include "json.h"
#include "secret.h"

static oidc_code begin(struct exchange *exchange, const char *purpose, const char *method,
                       const char *url, oidc_error *error)
{
    *exchange = (struct exchange){.request = {.purpose = purpose,
                                              .method = method,
                                              .answer_limit = OIDC_ANSWER_LIMIT,
                                              .time_limit = OIDC_TIME_LIMIT}};
    exchange->url = strdup(url);
    if (!exchange->url)
        return oidc_fail_memory(error);
    exchange->request.url = exchange->url;
    exchange->request.headers = exchange->headers;
    return OIDC_OK;
}

static void add_header(struct exchange *exchange, const char *name, const char *value)
{
    exchange->headers[exchange->request.header_count++] = (oidc_header){name, value};
}

oidc_code exchange_get(struct exchange *exchange, const char *purpose, const char *url,
                       const char *accept, oidc_error *error)
{
    oidc_code code = begin(exchange, purpose, "GET", url, error);

    if (code == OIDC_OK)
        add_header(exchange, "Accept", accept);
    return code;
}

oidc_code exchange_post(struct exchange *exchange, const char *url, char *body, oidc_error *error)
{
    oidc_code code = begin(exchange, "token", "POST", url, error);

    if (code != OIDC_OK) {
        secret_free_text(body);
        return code;
    }
    exchange->body = body;
    exchange->request.body = body;
    exchange->request.body_size = strlen(body);
    add_header(exchange, "Accept", "application/json");
    add_header(exchange, "Content-Type", "application/x-www-form-urlencoded");
    return OIDC_OK;
}

void exchange_authorize(struct exchange *exchange, char *value)
{
    exchange->authorization = value;
    add_header(exchange, "Authorization", value);
}

const oidc_http_request *exchange_request(const struct exchange *exchange)
{
    return exchange->url ? &exchange->request : NULL;
}

void exchange_clear(struct exchange *exchange)
{
    free(exchange->url);
    secret_free_text(exchange->authorization);
    secret_free_text(exchange->body);
    *exchange = (struct exchange){.url = NULL};
}

static const struct {
    oidc_code code;
    const char *what;
} transports[] = {
    [OIDC_TRANSPORT_OK] = {OIDC_OK, "answered"},
    [OIDC_TRANSPORT_UNREACHABLE] = {OIDC_E_PROVIDER_UNREACHABLE, "cannot be reached"},
    [OIDC_TRANSPORT_TIMEOUT] = {OIDC_E_PROVIDER_TIMEOUT, "took too long"},
    [OIDC_TRANSPORT_TLS] = {OIDC_E_PROVIDER_TLS, "cannot be trusted (TLS)"},
    [OIDC_TRANSPORT_TOO_LARGE] = {OIDC_E_ANSWER_TOO_LARGE, "sent more than is read"},
    [OIDC_TRANSPORT_CUT_SHORT] = {OIDC_E_ANSWER_CUT_SHORT, "broke off its answer"},
};

oidc_code exchange_check_transport(const oidc_http_response *response, const char *purpose,
                                   oidc_error *error)
{
    size_t transport = (size_t)response->transport;

    if (transport >= sizeof transports / sizeof *transports)
        transport = OIDC_TRANSPORT_UNREACHABLE;
    if (transport == OIDC_TRANSPORT_OK && response->body_size > OIDC_ANSWER_LIMIT)
        transport = OIDC_TRANSPORT_TOO_LARGE;
    if (transport == OIDC_TRANSPORT_OK)
        return OIDC_OK;
    return oidc_fail(error, transports[transport].code, "%s: the provider %s%s%s", purpose,
                     transports[transport].what, response->note ? ": " : "",
                     response->note ? response->note : "");
}

oidc_code exchange_check(const oidc_http_response *response, const char *purpose, oidc_error *error)
{
    oidc_code code = exchange_check_transport(response, purpose, error);

    if (code != OIDC_OK)
        return code;
    if (response->status >= 300 && response->status <= 399)
        return oidc_fail(error, OIDC_E_ANSWER_REDIRECT,
                         "%s: the provider answered %d, and redirects are not followed", purpose,
                         response->status);
    if (response->status != 200)
        return oidc_fail(error, OIDC_E_ANSWER_STATUS, "%s: the provider answered %d, not 200",
                         purpose, response->status);
    return OIDC_OK;
}

bool exchange_has_type(const oidc_http_response *response, const char *type)
{
    const char *text = response->content_type;
    size_t size;

    if (!text)
        return false;
    text += strspn(text, " \t");
    size = strcspn(text, "; \t");
    return size == strlen(type) && strncasecmp(text, type, size) == 0;
}

oidc_code exchange_read_json(const oidc_http_response *response, const char *purpose, json_t **json,
                             oidc_error *error)
{
    const char *reason = NULL;

    *json = NULL;
    if (exchange_has_type(response, "text/html"))
        return oidc_fail(error, OIDC_E_ANSWER_MALFORMED,
                         "%s: the provider sent a page (text/html), not JSON", purpose);
    *json = json_read_object(response->body, response->body_size, &reason);
    if (*json)
        return OIDC_OK;
    if (reason == json_no_memory)
        return oidc_fail_memory(error);
    return oidc_fail(error, OIDC_E_ANSWER_MALFORMED, "%s: the answer %s", purpose, reason);
}
