/* <oidc/curl.h>: the machines over libcurl's easy interface, for callers who want to block. */
#include <oidc/curl.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <curl/curl.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "buf.h"
#include "fail.h"
#include "url.h"

/** Seconds until a connection stands, of the time that the request has in all. */
#define CONNECT_TIME_LIMIT 10L

/** Most bytes of a file of certificate authorities; a whole system's are some 250 kB. */
#define CA_FILE_MAX ((size_t)4 * 1024 * 1024)

struct oidc_curl {
    CURL *easy;
    struct buf authorities; /* the system's and the caller's; empty: the system's alone */
    struct buf body;
    size_t limit;
    bool too_large;
    bool no_memory;
    char *content_type;
    char note[CURL_ERROR_SIZE];
};

/* --- certificate authorities ------------------------------------------------------------------ */

static oidc_code read_file(const char *path, struct buf *text, oidc_error *error)
{
    char block[4096];
    size_t size;
    FILE *file = fopen(path, "rb");
    oidc_code code = OIDC_OK;

    if (!file)
        return oidc_fail(error, OIDC_E_FILE, "%s: %s", path, strerror(errno));
    while ((size = fread(block, 1, sizeof block, file)) > 0)
        buf_add(text, block, size);
    if (ferror(file))
        code = oidc_fail(error, OIDC_E_FILE, "%s cannot be read", path);
    else if (!buf_ok(text))
        code = oidc_fail(error, OIDC_E_FILE, "%s is too large, or memory is out", path);
    (void)fclose(file);
    return code;
}

static bool has_certificate(const struct buf *text)
{
    BIO *bio = BIO_new_mem_buf(text->data, (int)text->size);
    X509 *certificate;
    bool found;

    if (!bio)
        return false;
    ERR_set_mark();
    certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    ERR_pop_to_mark();
    found = certificate != NULL;
    X509_free(certificate);
    BIO_free(bio);
    return found;
}

/* A blob takes the place of libcurl's own file of authorities, so that one is put in front of it. A
 * folder of authorities stays in use beside it. */
static oidc_code load_authorities(oidc_curl *curl, const char *ca_file, oidc_error *error)
{
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    struct buf own;
    oidc_code code;

    buf_init(&own, CA_FILE_MAX);
    OIDC_TRY(read_file(ca_file, &own, error));
    if (own.size == 0 || !has_certificate(&own)) {
        code = oidc_fail(error, OIDC_E_FILE, "%s has no certificate in PEM", ca_file);
        goto out;
    }
    if (info->cainfo)
        OIDC_TRY(read_file(info->cainfo, &curl->authorities, error));
    buf_adds(&curl->authorities, "\n");
    buf_add(&curl->authorities, own.data, own.size);
    if (!buf_ok(&curl->authorities))
        code = oidc_fail_memory(error);
out:
    buf_free(&own);
    return code;
}

/* --- one exchange ----------------------------------------------------------------------------- */

static size_t take_body(char *data, size_t unit, size_t count, void *context)
{
    oidc_curl *curl = context;
    size_t size = unit * count;

    if (size > curl->limit - curl->body.size) {
        curl->too_large = true;
        return 0;
    }
    buf_add(&curl->body, data, size);
    curl->no_memory = !buf_ok(&curl->body);
    return curl->no_memory ? 0 : size;
}

/* Every option that must hold is set for every request, whatever the one before left. */
static CURLcode set_rules(oidc_curl *curl, bool loopback)
{
    const struct {
        CURLoption option;
        long value;
    } numbers[] = {
        {CURLOPT_FOLLOWLOCATION, 0},
        {CURLOPT_SSL_VERIFYPEER, 1},
        {CURLOPT_SSL_VERIFYHOST, 2},
        {CURLOPT_NETRC, CURL_NETRC_IGNORED},
        {CURLOPT_NOSIGNAL, 1},
        {CURLOPT_CONNECTTIMEOUT, CONNECT_TIME_LIMIT},
        /* HTTP/2 lets a server ask for a request to be repeated; a token request must not be. */
        {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
    };
    CURLcode result = CURLE_OK;

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && result == CURLE_OK; i++)
        result = curl_easy_setopt(curl->easy, numbers[i].option, numbers[i].value);
    if (result == CURLE_OK)
        result = curl_easy_setopt(curl->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    if (result == CURLE_OK)
        result = curl_easy_setopt(curl->easy, CURLOPT_USERAGENT, "liboidc");
    /* Proxies come from the environment as libcurl reads it, but loopback is this machine. */
    if (result == CURLE_OK && loopback)
        result = curl_easy_setopt(curl->easy, CURLOPT_NOPROXY, "*");
    if (result == CURLE_OK && curl->authorities.size > 0) {
        struct curl_blob blob = {curl->authorities.data, curl->authorities.size, CURL_BLOB_NOCOPY};

        result = curl_easy_setopt(curl->easy, CURLOPT_CAINFO_BLOB, &blob);
    }
    return result;
}

static CURLcode set_request(oidc_curl *curl, const oidc_http_request *request,
                            struct curl_slist *headers)
{
    CURL *easy = curl->easy;
    CURLcode result = curl_easy_setopt(easy, CURLOPT_URL, request->url);

    if (result == CURLE_OK)
        result = curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    if (result == CURLE_OK)
        result = curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)request->time_limit);
    if (result == CURLE_OK)
        result = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    if (result == CURLE_OK)
        result = curl_easy_setopt(easy, CURLOPT_WRITEDATA, curl);
    if (result == CURLE_OK)
        result = curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, curl->note);
    if (result != CURLE_OK || strcmp(request->method, "POST") != 0)
        return result;
    /* libcurl repeats a request when a connection that it kept turns out dead; not on a new one. */
    result = curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    if (result == CURLE_OK)
        result = curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    if (result == CURLE_OK)
        result =
            curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
    if (result == CURLE_OK)
        result = curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body ? request->body : "");
    return result;
}

static bool add_header(struct curl_slist **list, const char *name, const char *value)
{
    struct curl_slist *longer = NULL;
    struct buf line;

    buf_init(&line, SIZE_MAX - 1);
    buf_adds(&line, name);
    buf_adds(&line, ":");
    buf_adds(&line, value[0] != '\0' ? " " : "");
    buf_adds(&line, value);
    if (buf_ok(&line))
        longer = curl_slist_append(*list, line.data);
    buf_free(&line);
    if (longer)
        *list = longer;
    return longer != NULL;
}

/* No "Expect: 100-continue": a request here is small, and waiting for leave only delays it. */
static bool make_headers(const oidc_http_request *request, struct curl_slist **list)
{
    bool made = add_header(list, "Expect", "");

    for (size_t i = 0; i < request->header_count && made; i++)
        made = add_header(list, request->headers[i].name, request->headers[i].value);
    return made;
}

/* libcurl's headers may hold a secret. */
static void free_headers(struct curl_slist *list)
{
    for (struct curl_slist *item = list; item; item = item->next)
        OPENSSL_cleanse(item->data, strlen(item->data));
    curl_slist_free_all(list);
}

static oidc_transport transport_of(const oidc_curl *curl, CURLcode result)
{
    if (curl->too_large)
        return OIDC_TRANSPORT_TOO_LARGE;
    switch (result) {
    case CURLE_OK:
        return OIDC_TRANSPORT_OK;
    case CURLE_OPERATION_TIMEDOUT:
        return OIDC_TRANSPORT_TIMEOUT;
    case CURLE_FILESIZE_EXCEEDED:
        return OIDC_TRANSPORT_TOO_LARGE;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CACERT_BADFILE:
        return OIDC_TRANSPORT_TLS;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
        return OIDC_TRANSPORT_CUT_SHORT;
    default:
        return OIDC_TRANSPORT_UNREACHABLE;
    }
}

static oidc_code perform(oidc_curl *curl, const oidc_http_request *request,
                         struct curl_slist *headers, oidc_http_response *response)
{
    struct url url;
    bool known = url_parse(request->url, &url);
    CURLcode result = set_rules(curl, known && url_is_loopback(&url));
    long status = 0;
    const char *type = NULL;

    if (result == CURLE_OK)
        result = set_request(curl, request, headers);
    if (result == CURLE_OK)
        result = curl_easy_perform(curl->easy);
    if (result == CURLE_OUT_OF_MEMORY || curl->no_memory)
        return OIDC_E_MEMORY;
    response->transport = transport_of(curl, result);
    if (response->transport != OIDC_TRANSPORT_OK) {
        response->note = curl->note[0] != '\0' ? curl->note : curl_easy_strerror(result);
        return OIDC_OK;
    }
    (void)curl_easy_getinfo(curl->easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(curl->easy, CURLINFO_CONTENT_TYPE, &type);
    curl->content_type = type ? strdup(type) : NULL;
    if (type && !curl->content_type)
        return OIDC_E_MEMORY;
    response->status = (int)status;
    response->content_type = curl->content_type;
    response->body = curl->body.data;
    response->body_size = curl->body.size;
    return OIDC_OK;
}

/* Nothing of an exchange stays in the handle but its connections. */
static void reset(oidc_curl *curl)
{
    curl_easy_reset(curl->easy);
    buf_free(&curl->body);
    free(curl->content_type);
    curl->content_type = NULL;
    curl->too_large = false;
    curl->no_memory = false;
    curl->note[0] = '\0';
}

oidc_code oidc_curl_send(oidc_curl *curl, const oidc_http_request *request,
                         oidc_http_response *response)
{
    struct curl_slist *headers = NULL;
    oidc_code code = OIDC_E_MEMORY;

    *response = (oidc_http_response){.transport = OIDC_TRANSPORT_UNREACHABLE};
    reset(curl);
    curl->limit = request->answer_limit;
    buf_init(&curl->body, request->answer_limit);
    if (make_headers(request, &headers))
        code = perform(curl, request, headers, response);
    curl_easy_reset(curl->easy);
    free_headers(headers);
    return code;
}

/* --- the machines ----------------------------------------------------------------------------- */

oidc_code oidc_curl_new(const char *ca_file, oidc_curl **curl, oidc_error *error)
{
    oidc_curl *made = calloc(1, sizeof *made);
    oidc_code code = OIDC_OK;

    *curl = NULL;
    if (!made)
        return oidc_fail_memory(error);
    buf_init(&made->authorities, 2 * CA_FILE_MAX);
    made->easy = curl_easy_init();
    if (!made->easy)
        code = oidc_fail_memory(error);
    else if (ca_file)
        code = load_authorities(made, ca_file, error);
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
    curl_easy_cleanup(gone->easy);
    buf_free(&gone->authorities);
    buf_free(&gone->body);
    free(gone->content_type);
    free(gone);
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
        code = oidc_fail(error, oidc_refresh_error(refresh)->code, "%s",
                         oidc_refresh_error(refresh)->detail);
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
    return oidc_fail(error, oidc_login_error(login)->code, "%s", oidc_login_error(login)->detail);
}
