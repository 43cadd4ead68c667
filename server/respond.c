/* The headers are added in one place, so that no answer goes without them. See respond.h. */
#include <config.h>

#include "respond.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pages.h"
#include "site.h"
#include "text.h"

struct fixed_header {
    const char *name;
    const char *value;
};

/* Nothing of ours may be kept, framed, sniffed, or tell other sites where the person was. */
static const struct fixed_header every_answer[] = {
    {MHD_HTTP_HEADER_CACHE_CONTROL, "no-store"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Frame-Options", "DENY"},
};

static const char plain_text[] = "text/plain; charset=utf-8";

struct MHD_Response *respond_add(struct MHD_Response *response, const char *name, const char *value)
{
    if (!response || MHD_add_response_header(response, name, value) == MHD_YES)
        return response;
    MHD_destroy_response(response);
    return NULL;
}

static struct MHD_Response *add_headers(struct MHD_Response *response, const char *policy)
{
    for (size_t i = 0; i < sizeof(every_answer) / sizeof(every_answer[0]); i++)
        response = respond_add(response, every_answer[i].name, every_answer[i].value);
    return respond_add(response, "Content-Security-Policy", policy);
}

enum MHD_Result respond_kept(struct request *request, unsigned status,
                             struct MHD_Response *response)
{
    if (!response)
        return MHD_NO;
    request->answered = true;
    request->status = status;
    return MHD_queue_response(request->connection, status, response);
}

enum MHD_Result respond_with(struct request *request, unsigned status,
                             struct MHD_Response *response)
{
    enum MHD_Result result;

    if (!response)
        return MHD_NO;
    if (request->before_answer)
        request->before_answer(request);
    /* A cookie that is to go, and cannot be told so, is worse than no answer. */
    for (size_t i = 0; i < request->cookie_count; i++)
        response = respond_add(response, MHD_HTTP_HEADER_SET_COOKIE, request->cookies_out[i]);
    if (request->worker->draining)
        response = respond_add(response, MHD_HTTP_HEADER_CONNECTION, "close");
    result = respond_kept(request, status, response);
    if (response)
        MHD_destroy_response(response);
    return result;
}

static struct MHD_Response *text_response_under(const char *policy, const char *content_type,
                                                const char *text, enum MHD_ResponseMemoryMode mode)
{
    union {
        const char *constant;
        void *any;
    } body = {.constant = text};
    struct MHD_Response *response = MHD_create_response_from_buffer(strlen(text), body.any, mode);

    if (!response && mode == MHD_RESPMEM_MUST_FREE)
        free(body.any);
    response = add_headers(response, policy);
    return respond_add(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
}

static struct MHD_Response *text_response(const char *content_type, const char *text,
                                          enum MHD_ResponseMemoryMode mode)
{
    return text_response_under(pages_security_policy, content_type, text, mode);
}

enum MHD_Result respond_page(struct request *request, unsigned status, const char *policy,
                             char *html)
{
    if (!html)
        return MHD_NO;
    return respond_with(
        request, status,
        text_response_under(policy, "text/html; charset=utf-8", html, MHD_RESPMEM_MUST_FREE));
}

enum MHD_Result respond_text(struct request *request, unsigned status, const char *content_type,
                             char *text)
{
    if (!text)
        return MHD_NO;
    return respond_with(request, status, text_response(content_type, text, MHD_RESPMEM_MUST_FREE));
}

enum MHD_Result respond_plain(struct request *request, unsigned status, const char *text)
{
    return respond_with(request, status, text_response(plain_text, text, MHD_RESPMEM_PERSISTENT));
}

enum MHD_Result respond_plain_and_close(struct request *request, unsigned status, const char *text)
{
    struct MHD_Response *response = text_response(plain_text, text, MHD_RESPMEM_PERSISTENT);

    response = respond_add(response, MHD_HTTP_HEADER_CONNECTION, "close");
    return respond_with(request, status, response);
}

enum MHD_Result respond_short_of_memory(struct request *request)
{
    return respond_plain_and_close(request, MHD_HTTP_SERVICE_UNAVAILABLE,
                                   "There is not enough memory at the moment. Please try again.\n");
}

enum MHD_Result respond_challenge(struct request *request, unsigned status, const char *challenge,
                                  const char *text)
{
    struct MHD_Response *response = text_response(plain_text, text, MHD_RESPMEM_PERSISTENT);

    response = respond_add(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, challenge);
    return respond_with(request, status, response);
}

/* For free(); NULL where memory is short. */
static char *refusal_lines(struct request *request, const struct refusal_text *refusal)
{
    struct text text = {0};

    text_addf(&text, "%s\n", refusal->sentence);
    if (refusal->reason)
        text_addf(&text, "Reason: %s\n", refusal->reason);
    text_addf(&text, "Reference: %s\n", request_reference(request));
    return text_steal(&text);
}

enum MHD_Result respond_refusal(struct request *request, unsigned status,
                                const struct refusal_text *refusal)
{
    char *lines = refusal_lines(request, refusal);
    struct MHD_Response *response = NULL;

    if (lines)
        response = text_response(plain_text, lines, MHD_RESPMEM_MUST_FREE);
    if (!response)
        response = text_response(plain_text, refusal->sentence, MHD_RESPMEM_PERSISTENT);
    if (refusal->challenge)
        response = respond_add(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, refusal->challenge);
    return respond_with(request, status, response);
}

enum MHD_Result respond_redirect(struct request *request, char *location)
{
    struct MHD_Response *response;

    if (!location)
        return MHD_NO;
    response = text_response(plain_text, "", MHD_RESPMEM_PERSISTENT);
    response = respond_add(response, MHD_HTTP_HEADER_LOCATION, location);
    free(location);
    return respond_with(request, MHD_HTTP_FOUND, response);
}

enum MHD_Result respond_redirect_within(struct request *request, const char *path)
{
    char *location;

    if (asprintf(&location, "%s%s", request->worker->site->url, path ? path : "/") < 0)
        location = NULL;
    return respond_redirect(request, location);
}

enum MHD_Result respond_method_not_allowed(struct request *request, const char *allow)
{
    struct MHD_Response *response = text_response(
        plain_text, "This address does not take that method.\n", MHD_RESPMEM_PERSISTENT);

    response = respond_add(response, MHD_HTTP_HEADER_ALLOW, allow);
    return respond_with(request, MHD_HTTP_METHOD_NOT_ALLOWED, response);
}

enum MHD_Result respond_error(struct request *request, unsigned status, const char *reason,
                              int64_t seconds_off)
{
    const struct site *site = request->worker->site;
    const struct page_error page = {
        .site = &site->look.page,
        .reason = reason,
        .reference = request_reference(request),
        .time = request->worker->now,
        .seconds_off = seconds_off,
        .retry_href = site->paths.sign_in,
        .xnat_login_href = site->paths.xnat_login,
    };

    return respond_text(request, status, "text/html; charset=utf-8", page_error(&page));
}
