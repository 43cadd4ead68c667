/* <oidc/curl.h>: the machines over libcurl's easy interface, for callers who want to block. */
#include <oidc/curl.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "buf.h"
#include "fail.h"

/* Most bytes of a file of certificate authorities; a whole system's are some 250 kB. */
#define CA_FILE_MAX ((size_t)4 * 1024 * 1024)

struct oidc_curl {
    oidc_trust *trust;       /* NULL: the system's authorities alone */
    oidc_exchange *exchange; /* the last one, whose answer the caller may still be reading */
};

static oidc_code keep(struct buf *text, const char *block, size_t size, const char *path,
                      oidc_error *error)
{
    if (size > text->max - text->size)
        return oidc_fail(error, OIDC_E_FILE, "%s has more than %zu bytes", path, text->max);
    buf_add(text, block, size);
    return buf_ok(text) ? OIDC_OK : oidc_fail_memory(error);
}

static oidc_code read_file(const char *path, struct buf *text, oidc_error *error)
{
    char block[4096];
    size_t size;
    FILE *file = fopen(path, "rb");
    oidc_code code = OIDC_OK;

    if (!file)
        return oidc_fail(error, OIDC_E_FILE, "%s: %s", path, strerror(errno));
    while (code == OIDC_OK && (size = fread(block, 1, sizeof block, file)) > 0)
        code = keep(text, block, size, path, error);
    if (code == OIDC_OK && ferror(file))
        code = oidc_fail(error, OIDC_E_FILE, "%s cannot be read", path);
    (void)fclose(file);
    return code;
}

static oidc_code load_trust(const char *ca_file, oidc_trust **trust, oidc_error *error)
{
    struct buf text;
    oidc_code code;

    buf_init(&text, CA_FILE_MAX);
    OIDC_TRY(read_file(ca_file, &text, error));
    code = oidc_trust_parse(text.data ? text.data : "", text.size, trust, error);
out:
    buf_free(&text);
    return code;
}

oidc_code oidc_curl_new(const char *ca_file, oidc_curl **curl, oidc_error *error)
{
    oidc_curl *made = calloc(1, sizeof *made);
    oidc_code code = OIDC_OK;

    *curl = NULL;
    if (!made)
        return oidc_fail_memory(error);
    if (ca_file)
        code = load_trust(ca_file, &made->trust, error);
    if (code == OIDC_OK)
        *curl = made;
    else
        oidc_curl_free(&made);
    return code;
}

void oidc_curl_free(oidc_curl **curl)
{
    oidc_curl *gone = *curl;

    *curl = NULL;
    if (!gone)
        return;
    oidc_exchange_free(&gone->exchange);
    oidc_trust_free(&gone->trust);
    free(gone);
}

oidc_code oidc_curl_send(oidc_curl *curl, const oidc_http_request *request,
                         oidc_http_response *response)
{
    CURLcode result;

    *response = (oidc_http_response){.transport = OIDC_TRANSPORT_UNREACHABLE};
    oidc_exchange_free(&curl->exchange);
    if (oidc_exchange_new(curl->trust, request, &curl->exchange) != OIDC_OK)
        return OIDC_E_MEMORY;
    result = curl_easy_perform(oidc_exchange_handle(curl->exchange));
    if (result == CURLE_OUT_OF_MEMORY)
        return OIDC_E_MEMORY;
    oidc_exchange_response(curl->exchange, (int)result, response);
    return OIDC_OK;
}

/* A machine's failure, whole, is the caller's. */
static oidc_code pass_on(const oidc_error *failed, oidc_error *error)
{
    if (error)
        *error = *failed;
    return failed->code;
}

static int64_t seconds_now(void)
{
    return (int64_t)time(NULL);
}

oidc_code oidc_curl_refresh(oidc_curl *curl, oidc_refresh_kind kind, oidc_provider **provider,
                            oidc_error *error)
{
    oidc_refresh *refresh = NULL;
    const oidc_http_request *request;
    oidc_http_response response;
    oidc_code code = oidc_refresh_new(*provider, kind, seconds_now(), &refresh, error);

    if (code != OIDC_OK)
        return code;
    while ((request = oidc_refresh_request(refresh))) {
        code = oidc_curl_send(curl, request, &response);
        if (code != OIDC_OK) {
            code = oidc_fail_memory(error);
            goto out;
        }
        oidc_refresh_answer(refresh, &response, seconds_now());
    }
    oidc_provider_unref(provider);
    *provider = oidc_refresh_provider(refresh);
    if (oidc_refresh_error(refresh))
        code = pass_on(oidc_refresh_error(refresh), error);
out:
    oidc_refresh_free(&refresh);
    return code;
}

/* One step of a login. Failing to renew the keys is no verdict: the login has that. */
static oidc_code step(oidc_curl *curl, oidc_login *login, oidc_provider **provider,
                      oidc_error *error)
{
    oidc_http_response response;

    switch (oidc_login_next(login)) {
    case OIDC_ACTION_RENEW_KEYS:
        if (oidc_provider_may_fetch_keys(*provider, seconds_now()) &&
            oidc_curl_refresh(curl, OIDC_REFRESH_KEYS, provider, NULL) == OIDC_E_MEMORY)
            return oidc_fail_memory(error);
        oidc_login_use_provider(login, *provider, seconds_now());
        return OIDC_OK;
    case OIDC_ACTION_NEED_PROVIDER:
        oidc_login_use_provider(login, *provider, seconds_now());
        return OIDC_OK;
    case OIDC_ACTION_SEND:
        if (oidc_curl_send(curl, oidc_login_request(login), &response) != OIDC_OK)
            return oidc_fail_memory(error);
        oidc_login_answer(login, &response, seconds_now());
        return OIDC_OK;
    default:
        return oidc_fail(error, OIDC_E_USAGE, "this login asks for something else first");
    }
}

oidc_code oidc_curl_login(oidc_curl *curl, oidc_login *login, oidc_provider **provider,
                          oidc_error *error)
{
    oidc_action action;

    while ((action = oidc_login_next(login)) != OIDC_ACTION_DONE && action != OIDC_ACTION_REFUSED) {
        oidc_code code = step(curl, login, provider, error);

        if (code != OIDC_OK)
            return code;
    }
    if (action == OIDC_ACTION_DONE)
        return OIDC_OK;
    return pass_on(oidc_login_error(login), error);
}
