/* One request over libcurl, by the rules of <oidc/http.h> (<oidc/curl.h>). */
#include <oidc/curl.h>

#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <openssl/crypto.h>

#include "buf.h"
#include "url.h"

/* Seconds until a connection stands, of the time that a request has in all. */
#define CONNECT_TIME_LIMIT 10L

/* --- the exchange -------------------------------------------------------------------------------
 */

struct oidc_exchange {
    CURL *easy;
    struct curl_slist *headers;
    struct buf body;
    bool too_large;
    char note[CURL_ERROR_SIZE];
};

static size_t on_body(char *bytes, size_t one, size_t count, void *context)
{
    oidc_exchange *exchange = context;
    size_t size = one * count;

    if (size > exchange->body.max - exchange->body.size) {
        exchange->too_large = true;
        return 0;
    }
    buf_add(&exchange->body, bytes, size);
    return buf_ok(&exchange->body) ? size : 0;
}

/* `Name: value`; `Name:` alone tells libcurl to leave a header of its own out. */
static bool add_header(struct curl_slist **list, const char *name, const char *value)
{
    struct buf line;
    struct curl_slist *longer;

    buf_init(&line, OIDC_ANSWER_LIMIT);
    buf_addf(&line, "%s:%s%s", name, value[0] != '\0' ? " " : "", value);
    longer = buf_ok(&line) ? curl_slist_append(*list, line.data) : NULL;
    buf_free(&line);
    if (!longer)
        return false;
    *list = longer;
    return true;
}

static bool set_headers(oidc_exchange *exchange, const oidc_http_request *request)
{
    /* A request here is small: waiting for leave to send its body only delays it. */
    if (!add_header(&exchange->headers, "Expect", ""))
        return false;
    for (size_t i = 0; i < request->header_count; i++) {
        if (!add_header(&exchange->headers, request->headers[i].name, request->headers[i].value))
            return false;
    }
    return curl_easy_setopt(exchange->easy, CURLOPT_HTTPHEADER, exchange->headers) == CURLE_OK;
}

/* A request with a body spends something (RFC 6749, 4.1.2: a code is good for one use). libcurl
 * repeats a request by itself when a connection it reused turns out to be dead; on a new one it
 * does not. */
static bool set_body(oidc_exchange *exchange, const oidc_http_request *request)
{
    if (!request->body)
        return true;
    curl_easy_setopt(exchange->easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(exchange->easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(exchange->easy, CURLOPT_POST, 1L);
    curl_easy_setopt(exchange->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
    return curl_easy_setopt(exchange->easy, CURLOPT_POSTFIELDS, request->body) == CURLE_OK;
}

static bool set_rules(CURL *easy, const oidc_http_request *request)
{
    const struct {
        CURLoption option;
        long value;
    } rules[] = {
        {CURLOPT_FOLLOWLOCATION, 0},
        {CURLOPT_NETRC, CURL_NETRC_IGNORED},
        {CURLOPT_NOSIGNAL, 1},
        /* A name look-up that hangs is left to itself: waiting for it would stop the caller's loop.
         */
        {CURLOPT_QUICK_EXIT, 1},
        {CURLOPT_TIMEOUT, (long)request->time_limit},
        {CURLOPT_CONNECTTIMEOUT, CONNECT_TIME_LIMIT},
        /* HTTP/2 lets a server ask for a request to be repeated; a token request must not be. */
        {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
    };
    struct url url;

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (curl_easy_setopt(easy, rules[i].option, rules[i].value) != CURLE_OK)
            return false;
    }
    if (curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") != CURLE_OK ||
        curl_easy_setopt(easy, CURLOPT_USERAGENT, "liboidc") != CURLE_OK)
        return false;
    /* Proxies come from the environment as libcurl reads it, but loopback is this machine. */
    return !(url_parse(request->url, &url) && url_is_loopback(&url)) ||
           curl_easy_setopt(easy, CURLOPT_NOPROXY, "*") == CURLE_OK;
}

static bool prepare(oidc_exchange *exchange, const oidc_trust *trust,
                    const oidc_http_request *request)
{
    CURL *easy = exchange->easy;

    if (!set_rules(easy, request))
        return false;
    oidc_trust_apply(trust, easy);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->note);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    return set_headers(exchange, request) && set_body(exchange, request) &&
           curl_easy_setopt(easy, CURLOPT_URL, request->url) == CURLE_OK;
}

/* libcurl's copies may hold a secret. */
static void free_headers(struct curl_slist *list)
{
    for (struct curl_slist *item = list; item; item = item->next)
        OPENSSL_cleanse(item->data, strlen(item->data));
    curl_slist_free_all(list);
}

oidc_code oidc_exchange_new(const oidc_trust *trust, const oidc_http_request *request,
                            oidc_exchange **exchange)
{
    oidc_exchange *made = calloc(1, sizeof(*made));

    *exchange = NULL;
    if (!made)
        return OIDC_E_MEMORY;
    buf_init(&made->body, request->answer_limit);
    made->easy = curl_easy_init();
    if (!made->easy || !prepare(made, trust, request)) {
        oidc_exchange_free(&made);
        return OIDC_E_MEMORY;
    }
    *exchange = made;
    return OIDC_OK;
}

void oidc_exchange_free(oidc_exchange **exchange)
{
    if (!*exchange)
        return;
    curl_easy_cleanup((*exchange)->easy);
    free_headers((*exchange)->headers);
    buf_free(&(*exchange)->body);
    free(*exchange);
    *exchange = NULL;
}

void *oidc_exchange_handle(oidc_exchange *exchange)
{
    return exchange->easy;
}

/* What libcurl's results mean to us; what is not here came to nothing. */
static const struct {
    CURLcode result;
    oidc_transport transport;
} meanings[] = {
    {CURLE_OK, OIDC_TRANSPORT_OK},
    {CURLE_PARTIAL_FILE, OIDC_TRANSPORT_CUT_SHORT},
    {CURLE_GOT_NOTHING, OIDC_TRANSPORT_CUT_SHORT},
    {CURLE_RECV_ERROR, OIDC_TRANSPORT_CUT_SHORT},
    {CURLE_SEND_ERROR, OIDC_TRANSPORT_CUT_SHORT},
    {CURLE_WEIRD_SERVER_REPLY, OIDC_TRANSPORT_CUT_SHORT},
    {CURLE_BAD_CONTENT_ENCODING, OIDC_TRANSPORT_CUT_SHORT},
    {CURLE_OPERATION_TIMEDOUT, OIDC_TRANSPORT_TIMEOUT},
    {CURLE_FILESIZE_EXCEEDED, OIDC_TRANSPORT_TOO_LARGE},
    {CURLE_SSL_CONNECT_ERROR, OIDC_TRANSPORT_TLS},
    {CURLE_PEER_FAILED_VERIFICATION, OIDC_TRANSPORT_TLS},
    {CURLE_SSL_CACERT_BADFILE, OIDC_TRANSPORT_TLS},
    {CURLE_SSL_CERTPROBLEM, OIDC_TRANSPORT_TLS},
    {CURLE_SSL_CIPHER, OIDC_TRANSPORT_TLS},
    {CURLE_SSL_ISSUER_ERROR, OIDC_TRANSPORT_TLS},
    {CURLE_SSL_INVALIDCERTSTATUS, OIDC_TRANSPORT_TLS},
};

static oidc_transport meaning_of(CURLcode result)
{
    for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
        if (meanings[i].result == result)
            return meanings[i].transport;
    }
    return OIDC_TRANSPORT_UNREACHABLE;
}

void oidc_exchange_response(oidc_exchange *exchange, int result, oidc_http_response *response)
{
    oidc_transport transport =
        exchange->too_large ? OIDC_TRANSPORT_TOO_LARGE : meaning_of((CURLcode)result);
    long status = 0;
    char *content_type = NULL;

    *response = (oidc_http_response){.transport = transport};
    if (transport != OIDC_TRANSPORT_OK) {
        response->note =
            exchange->note[0] != '\0' ? exchange->note : curl_easy_strerror((CURLcode)result);
        return;
    }
    curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(exchange->easy, CURLINFO_CONTENT_TYPE, &content_type);
    response->status = (int)status;
    response->content_type = content_type;
    response->body = exchange->body.data ? exchange->body.data : "";
    response->body_size = exchange->body.size;
}
