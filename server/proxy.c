/* Two pipes between libcurl and libmicrohttpd: whichever is ahead pauses for the other. See
 * proxy.h. */
#include <config.h>

#include "proxy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "answer_head.h"
#include "container.h"
#include "log.h"
#include "pipe.h"
#include "respond.h"
#include "site.h"
#include "transfers.h"
#include "upstream_easy.h"
#include "upstream_failure.h"
#include "upstream_head.h"

/* Seconds to wait for a connection to the upstream: it is next door. */
#define CONNECT_LIMIT 10L

/* Bytes libcurl reads at once. It hands them on in pieces of CURL_MAX_WRITE_SIZE. */
#define READ_SIZE 65536L

struct proxy {
    struct transfer transfer; /* first */
    struct upstream_note note;
    struct request *request;
    struct curl_slist *head; /* of the request */
    struct pipe up;
    struct pipe down;
    bool has_body;    /* the client sends one */
    bool body_over;   /* all of it has come */
    bool read_waits;  /* libcurl wants more of the client's body */
    bool write_waits; /* libcurl has more of the answer than there is room for */
    bool asked_first; /* Expect: 100-continue: the upstream has not said yet that it wants the body
                       */
    bool wanted;      /* it has said so */
    bool expects;     /* there is an Expect with a body: libcurl may hear 100-continue in any */
    bool cut;         /* the answer ends with its head */
    bool personal;    /* the upstream is told who asks */
    struct answer_head answer;
    bool head_over;
    proxy_watch *watch;    /* still to be told of the head; NULL: nobody is */
    proxy_answer *instead; /* who answers in the upstream's place, or NULL */
    bool begun;            /* the answer goes to the client */
    bool over;
    CURLcode result;
    uint64_t length; /* of the answer's body, as announced; MHD_SIZE_UNKNOWN */
};

/* --- waiting and waking ------------------------------------------------------------------------
 */

static void unpause(struct proxy *proxy)
{
    transfers_resume(proxy->request->worker->transfers, &proxy->transfer);
}

/* --- what comes down ---------------------------------------------------------------------------
 */

/* The status line starts a head anew: a 1xx head before the last one is dropped. */
static bool take_status_line(struct proxy *proxy, const char *line, size_t size)
{
    if (size < 5 || memcmp(line, "HTTP/", 5) != 0)
        return false;
    answer_head_clear(&proxy->answer);
    curl_easy_getinfo(proxy->transfer.easy, CURLINFO_RESPONSE_CODE, &proxy->answer.status);
    return true;
}

static void on_head_over(struct proxy *proxy);

/* To a 417 libcurl would send the request once more by itself, and the second answer's body would
 * come behind the first one's head. Who expected something decides whether to ask again. */
static bool is_to_be_cut(const struct proxy *proxy)
{
    return proxy->expects && proxy->answer.status == MHD_HTTP_EXPECTATION_FAILED;
}

static size_t on_header_line(char *line, size_t one, size_t count, void *context)
{
    struct proxy *proxy = context;
    size_t size = one * count;
    size_t text_size = size;

    while (text_size > 0 && (line[text_size - 1] == '\r' || line[text_size - 1] == '\n'))
        text_size--;
    if (proxy->head_over)
        return size; /* trailers stay here */
    /* The head's end for libcurl, a field without a name for anybody else. */
    if (text_size > 0 && line[0] == '\r')
        return upstream_note_refuse(&proxy->note, UPSTREAM_FAULT_NAMELESS);
    if (text_size == 0) {
        curl_easy_getinfo(proxy->transfer.easy, CURLINFO_RESPONSE_CODE, &proxy->answer.status);
        if (proxy->answer.status >= 200)
            on_head_over(proxy);
        return proxy->cut ? 0 : size;
    }
    if (!take_status_line(proxy, line, text_size) &&
        !answer_head_add(&proxy->answer, line, text_size))
        return upstream_note_refuse(&proxy->note, UPSTREAM_FAULT_LENGTH);
    if (proxy->answer.fields.bad)
        return upstream_note_refuse(&proxy->note, UPSTREAM_FAULT_MEMORY);
    if (proxy->answer.fields.size > UPSTREAM_HEAD_MAX)
        return upstream_note_refuse(&proxy->note, UPSTREAM_FAULT_HEAD_LARGE);
    return size;
}

static size_t on_body(char *bytes, size_t one, size_t count, void *context)
{
    struct proxy *proxy = context;
    size_t size = one * count;

    if (pipe_room(&proxy->down) < size) {
        proxy->write_waits = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    if (pipe_write(&proxy->down, bytes, size) < 0)
        return upstream_note_refuse(&proxy->note, UPSTREAM_FAULT_MEMORY);
    request_wake(proxy->request);
    return size;
}

/* libmicrohttpd asks for more of the answer's body. */
static ssize_t on_read_answer(void *context, uint64_t position, char *bytes, size_t size)
{
    struct proxy *proxy = context;
    size_t given;

    (void)position;
    if (proxy->request->abandoned)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    given = pipe_read(&proxy->down, bytes, size);
    if (proxy->write_waits && pipe_room(&proxy->down) >= CURL_MAX_WRITE_SIZE) {
        proxy->write_waits = false;
        unpause(proxy);
    }
    if (given > 0)
        return (ssize_t)given;
    if (!proxy->over) {
        request_wait(proxy->request);
        return 0;
    }
    return proxy->result == CURLE_OK ? MHD_CONTENT_READER_END_OF_STREAM
                                     : MHD_CONTENT_READER_END_WITH_ERROR;
}

/* Bytes libmicrohttpd fetches at once, and keeps room for while an answer is under way: two of the
 * pieces in which libcurl hands them on. */
#define BLOCK_MAX ((size_t)32 * 1024)

/* The same for an answer of this length: a short one needs less room. */
static size_t block_size(uint64_t length)
{
    if (length == 0)
        return 1;
    return length < BLOCK_MAX ? (size_t)length : BLOCK_MAX;
}

static uint64_t announced_length(const struct proxy *proxy)
{
    curl_off_t length = -1;

    if (strcasecmp(proxy->request->method, "HEAD") != 0 && proxy->answer.status != 304) {
        curl_easy_getinfo(proxy->transfer.easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
        return length < 0 ? MHD_SIZE_UNKNOWN : (uint64_t)length;
    }
    return answer_head_length(&proxy->answer); /* no body comes, and libcurl does not look */
}

/* --- whoever watches ----------------------------------------------------------------------------
 */

/* Told once: of the head, or that none came. */
static void tell_watch(struct proxy *proxy)
{
    proxy_watch *watch = proxy->watch;

    proxy->watch = NULL;
    if (watch)
        proxy->instead = watch(proxy->request, proxy->head_over ? &proxy->answer : NULL);
}

/* The answer begins. */
static void on_head_over(struct proxy *proxy)
{
    proxy->head_over = true;
    tell_watch(proxy);
    proxy->cut = is_to_be_cut(proxy);
    proxy->length = proxy->cut ? 0 : announced_length(proxy);
    request_wake(proxy->request);
}

static void on_over(struct transfer *transfer, CURLcode result)
{
    struct proxy *proxy = CONTAINER_OF(transfer, struct proxy, transfer);

    proxy->over = true;
    proxy->result = proxy->cut ? CURLE_OK : result;
    tell_watch(proxy);
    request_wake(proxy->request);
}

/* --- what goes up ------------------------------------------------------------------------------
 */

/* libcurl asks for more of the client's body. */
static size_t on_read_body(char *bytes, size_t one, size_t count, void *context)
{
    struct proxy *proxy = context;
    size_t given;

    if (proxy->asked_first && !proxy->wanted) {
        proxy->wanted = true;
        request_wake(proxy->request);
    }
    given = pipe_read(&proxy->up, bytes, one * count);
    if (given > 0) {
        request_wake(proxy->request);
        return given;
    }
    if (proxy->body_over)
        return 0;
    proxy->read_waits = true;
    return CURL_READFUNC_PAUSE;
}

static void feed(struct proxy *proxy)
{
    if (!proxy->read_waits)
        return;
    proxy->read_waits = false;
    unpause(proxy);
}

/* A piece of the client's body: what there is no room for stays with libmicrohttpd, and the client
 * waits. Once the upstream has answered with an error, or is gone, nobody wants the rest. */
static enum MHD_Result take_body(struct proxy *proxy, const char *body, size_t *size)
{
    ptrdiff_t taken;

    if (proxy->over || (proxy->head_over && proxy->answer.status >= 400)) {
        *size = 0;
        return MHD_YES;
    }
    taken = pipe_write(&proxy->up, body, *size);
    if (taken < 0)
        return MHD_NO;
    *size -= (size_t)taken;
    feed(proxy);
    if (*size > 0 && pipe_room(&proxy->up) == 0)
        request_wait(proxy->request);
    return MHD_YES;
}

/* --- the verdict -------------------------------------------------------------------------------
 */

/* A whole body that is here already goes out with its head, in one piece. */
static bool is_whole(const struct proxy *proxy)
{
    return proxy->over && proxy->result == CURLE_OK && proxy->length == proxy->down.count &&
           strcmp(proxy->request->method, "HEAD") != 0;
}

/* An answer to HEAD, or a 304, of which nobody says how long the body would be. libmicrohttpd
 * 0.9.75 writes an end of chunks behind it, which is no part of it: only the end of the connection
 * is left to tell that it is over. */
static bool is_ended_by_closing(const struct proxy *proxy)
{
    return proxy->length == MHD_SIZE_UNKNOWN && (proxy->answer.status == MHD_HTTP_NOT_MODIFIED ||
                                                 strcmp(proxy->request->method, "HEAD") == 0);
}

/* A cookie does not keep a cache from storing an answer (RFC 9111, 7.3): one that many
 * people share would hand the first one's session to all of them. XNAT begins sessions with
 * pictures, too, when those are asked for in somebody's name. */
static bool has_session(const struct proxy *proxy)
{
    return proxy->request->cookie_count > 0 ||
           (proxy->personal && answer_head_field(&proxy->answer, MHD_HTTP_HEADER_SET_COOKIE));
}

/* What somebody sees who is signed in must not come up again for whoever goes back in the same
 * browser after they have left. XNAT mostly says so itself. */
static bool is_left_open(const struct proxy *proxy)
{
    return proxy->personal && answer_head_is_document(&proxy->answer) &&
           !answer_head_field(&proxy->answer, MHD_HTTP_HEADER_CACHE_CONTROL);
}

static struct MHD_Response *make_response(struct proxy *proxy)
{
    struct MHD_Response *response;

    if (proxy->answer.status == MHD_HTTP_NO_CONTENT)
        response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    else if (is_whole(proxy))
        response = MHD_create_response_from_buffer(proxy->down.count, pipe_straight(&proxy->down),
                                                   MHD_RESPMEM_MUST_COPY);
    else
        response = MHD_create_response_from_callback(proxy->length, block_size(proxy->length),
                                                     on_read_answer, proxy, NULL);
    if (response && is_ended_by_closing(proxy))
        MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
    if (!response ||
        answer_head_copy(&proxy->answer, !has_session(proxy) && !is_left_open(proxy), response))
        return response;
    MHD_destroy_response(response);
    return NULL;
}

/* Broken before anything of it went out: the truth can still be told. */
static bool is_broken(const struct proxy *proxy)
{
    return proxy->over && proxy->result != CURLE_OK && proxy->length != proxy->down.count;
}

/* Queues the answer when there is one; waits otherwise. */
static enum MHD_Result answer_or_wait(struct proxy *proxy)
{
    if (proxy->head_over && proxy->instead)
        return proxy->instead(proxy->request);
    if (proxy->head_over && !is_broken(proxy)) {
        proxy->begun = true;
        return respond_with(proxy->request, (unsigned)proxy->answer.status, make_response(proxy));
    }
    if (proxy->over)
        return upstream_failure_show(proxy->request, proxy->result, &proxy->note);
    request_wait(proxy->request);
    return MHD_YES;
}

static enum MHD_Result advance(struct request *request, const char *body, size_t *size)
{
    struct proxy *proxy = request->work;

    if (request->answered) {
        *size = 0;
        return MHD_YES;
    }
    if (body)
        return take_body(proxy, body, size);
    if (proxy->asked_first) {
        if (!proxy->wanted || proxy->head_over || proxy->over)
            return answer_or_wait(proxy);
        proxy->asked_first = false; /* the client is told to send its body */
        request->whole = false;
        return MHD_YES;
    }
    proxy->body_over = true;
    feed(proxy);
    return answer_or_wait(proxy);
}

static void end(struct request *request)
{
    struct proxy *proxy = request->work;

    if (proxy->begun && proxy->over && proxy->result != CURLE_OK)
        upstream_failure_tell(request, proxy->result, &proxy->note);
    tell_watch(proxy);
    transfers_cancel(request->worker->transfers, &proxy->transfer);
    curl_easy_cleanup(proxy->transfer.easy);
    curl_slist_free_all(proxy->head);
    pipe_free(&proxy->up);
    pipe_free(&proxy->down);
    answer_head_free(&proxy->answer);
    free(proxy);
}

static const struct job proxy_job = {.advance = advance, .end = end, .abandonable = true};

/* --- the beginning -----------------------------------------------------------------------------
 */

static bool set_connection_options(struct proxy *proxy)
{
    const struct site *site = proxy->request->worker->site;
    CURL *easy = proxy->transfer.easy;

    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_LIMIT);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)site->options.upstream_timeout);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, READ_SIZE);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, READ_SIZE);
    curl_easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
    return upstream_easy_prepare(easy, site, site->options.upstream, &proxy->note);
}

static bool set_body(struct proxy *proxy, const char *length)
{
    CURL *easy = proxy->transfer.easy;

    if (proxy->has_body) {
        curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE,
                         length ? (curl_off_t)strtoll(length, NULL, 10) : (curl_off_t)-1);
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read_body);
        curl_easy_setopt(easy, CURLOPT_READDATA, proxy);
    } else if (strcmp(proxy->request->method, "HEAD") == 0) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
        return true;
    }
    return upstream_easy_set_text(easy, CURLOPT_CUSTOMREQUEST, proxy->request->method);
}

/* What may be done twice (RFC 9110, 9.2.2). */
static bool is_idempotent(const char *method)
{
    static const char *const methods[] = {
        MHD_HTTP_METHOD_GET,   MHD_HTTP_METHOD_HEAD, MHD_HTTP_METHOD_OPTIONS,
        MHD_HTTP_METHOD_TRACE, MHD_HTTP_METHOD_PUT,  MHD_HTTP_METHOD_DELETE,
    };

    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (strcmp(method, methods[i]) == 0)
            return true;
    }
    return false;
}

static bool set_options(struct proxy *proxy, const oidc_header *identity, size_t identity_count)
{
    struct request *request = proxy->request;
    CURL *easy = proxy->transfer.easy;
    const char *length = request_header(request, MHD_HTTP_HEADER_CONTENT_LENGTH);
    bool chunked = request_header(request, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL;
    const char *expect = request_header(request, MHD_HTTP_HEADER_EXPECT);

    proxy->personal = identity_count > 0;
    proxy->has_body = request_has_body(request);
    proxy->expects = proxy->has_body && expect;
    proxy->asked_first = proxy->expects && strcasecmp(expect, "100-continue") == 0;
    proxy->head = upstream_head(request, identity, identity_count, chunked);
    if (!proxy->head)
        return false;
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, proxy->head);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, proxy);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, proxy);
    /* Whether there is a body makes no difference: none of it may have come yet. */
    if (!is_idempotent(request->method))
        transfer_send_once(&proxy->transfer);
    return set_connection_options(proxy) && set_body(proxy, length) &&
           upstream_easy_set_text(easy, CURLOPT_REQUEST_TARGET, request->raw);
}

enum MHD_Result proxy_begin(struct request *request, const oidc_header *identity,
                            size_t identity_count)
{
    return proxy_begin_watched(request, identity, identity_count, NULL);
}

enum MHD_Result proxy_begin_watched(struct request *request, const oidc_header *identity,
                                    size_t identity_count, proxy_watch *watch)
{
    struct proxy *proxy = calloc(1, sizeof(*proxy));

    if (!proxy) {
        if (watch)
            watch(request, NULL);
        return MHD_NO;
    }
    proxy->request = request;
    proxy->watch = watch;
    proxy->transfer.done = on_over;
    proxy->transfer.easy = curl_easy_init();
    request->job = &proxy_job;
    request->work = proxy;
    if (!proxy->transfer.easy || !set_options(proxy, identity, identity_count) ||
        !transfers_start(request->worker->transfers, &proxy->transfer))
        return MHD_NO;
    proxy->body_over = !proxy->has_body;
    if (proxy->body_over || proxy->asked_first)
        request_wait(request);
    return MHD_YES;
}
