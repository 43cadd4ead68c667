/* One libcurl handle a call; no cookie but the caller's, and no redirect. See xnat_call.h. */
#include <config.h>

#include "xnat_call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>
#include <openssl/crypto.h>

#include "container.h"
#include "text.h"
#include "transfers.h"
#include "upstream_easy.h"
#include "worker.h"

/* Seconds a call may take: somebody at a browser waits for a few of them. */
#define CALL_LIMIT 10L

struct xnat_call {
    struct transfer transfer; /* first */
    struct worker *worker;    /* NULL: it blocks */
    struct curl_slist *head;
    char *url;
    char *body; /* what is sent */
    struct text answer;
    char session[XNAT_SESSION_MAX + 1];
    struct upstream_note note;
    xnat_call_done *done;
    void *context;
};

static void free_answer(struct text *answer)
{
    if (answer->data)
        OPENSSL_cleanse(answer->data, answer->size); /* it may be a token */
    free(answer->data);
}

static void call_free(struct xnat_call *call)
{
    curl_easy_cleanup(call->transfer.easy);
    curl_slist_free_all(call->head);
    free(call->url);
    free(call->body);
    free_answer(&call->answer);
    free(call);
}

/* --- what comes back ----------------------------------------------------------------------------
 */

static size_t on_header_line(char *line, size_t one, size_t count, void *context)
{
    static const char name[] = "Set-Cookie:";
    struct xnat_call *call = context;
    size_t size = one * count;
    char *value;

    if (size < sizeof(name) || strncasecmp(line, name, sizeof(name) - 1) != 0)
        return size;
    value = strndup(line + sizeof(name) - 1, size - (sizeof(name) - 1));
    if (!value)
        return upstream_note_refuse(&call->note, UPSTREAM_FAULT_MEMORY);
    value[strcspn(value, "\r\n")] = '\0';
    xnat_cookie_read(value, call->session);
    free(value);
    return size;
}

static size_t on_body(char *bytes, size_t one, size_t count, void *context)
{
    struct xnat_call *call = context;
    size_t size = one * count;

    if (size > XNAT_ANSWER_MAX - call->answer.size)
        return upstream_note_refuse(&call->note, UPSTREAM_FAULT_LARGE);
    text_add(&call->answer, bytes, size);
    return call->answer.bad ? upstream_note_refuse(&call->note, UPSTREAM_FAULT_MEMORY) : size;
}

static void tell(struct xnat_call *call, CURLcode result)
{
    struct xnat_answer answer = {.body = call->answer.data ? call->answer.data : "",
                                 .size = call->answer.size};
    long status = 0;

    if (result == CURLE_OK)
        curl_easy_getinfo(call->transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    else
        answer.note = upstream_note_text(&call->note, result);
    answer.status = (int)status;
    call->done(call->context, &answer, result == CURLE_OK ? call->session : "");
}

static void on_over(struct transfer *transfer, CURLcode result)
{
    struct xnat_call *call = CONTAINER_OF(transfer, struct xnat_call, transfer);

    tell(call, result);
    call_free(call);
}

/* --- what is sent -------------------------------------------------------------------------------
 */

static bool add_line(struct xnat_call *call, const char *name, const char *value)
{
    struct curl_slist *longer = NULL;
    char *line;
    int size = asprintf(&line, "%s: %s", name, value);

    if (size < 0)
        return false;
    longer = curl_slist_append(call->head, line);
    OPENSSL_cleanse(line, (size_t)size);
    free(line);
    if (longer)
        call->head = longer;
    return longer != NULL;
}

static bool add_cookie(struct xnat_call *call, const char *session)
{
    char pair[sizeof(xnat_cookie_name) + 1 + XNAT_SESSION_MAX];

    if (!session || session[0] == '\0')
        return true;
    snprintf(pair, sizeof(pair), "%s=%s", xnat_cookie_name, session);
    return add_line(call, "Cookie", pair);
}

/* No browser's name: for those XNAT has pages, not answers. And how the site is reached: an XNAT
 * that takes nothing but https redirects whoever does not say so. */
static bool make_head(struct xnat_call *call, const struct site *site,
                      const struct xnat_caller *caller)
{
    return add_line(call, "Accept", "application/json") &&
           add_line(call, "X-Forwarded-Proto", site->https ? "https" : "http") &&
           (!call->body || add_line(call, "Content-Type", "application/json")) &&
           (!caller->authorization || add_line(call, "Authorization", caller->authorization)) &&
           add_cookie(call, caller->session);
}

/* What has a body makes something. */
static void set_body(struct xnat_call *call)
{
    transfer_send_once(&call->transfer);
    curl_easy_setopt(call->transfer.easy, CURLOPT_POSTFIELDS, call->body);
}

static bool set_options(struct xnat_call *call, const struct site *site, const char *method)
{
    CURL *easy = call->transfer.easy;

    curl_easy_setopt(easy, CURLOPT_TIMEOUT, CALL_LIMIT);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->head);
    if (call->body)
        set_body(call);
    return upstream_easy_prepare(easy, site, call->url, &call->note) &&
           upstream_easy_set_text(easy, CURLOPT_USERAGENT, "oidc-sidecar") &&
           upstream_easy_set_text(easy, CURLOPT_CUSTOMREQUEST, method);
}

static struct xnat_call *call_new(struct worker *worker, const struct site *site,
                                  const struct xnat_request *request,
                                  const struct xnat_caller *caller)
{
    struct xnat_call *call = calloc(1, sizeof(*call));

    if (!call)
        return NULL;
    call->worker = worker;
    call->transfer.easy = curl_easy_init();
    call->transfer.done = on_over;
    if (asprintf(&call->url, "%s%s", site->options.upstream, request->path) < 0)
        call->url = NULL;
    call->body = request->body ? strdup(request->body) : NULL;
    if (call->transfer.easy && call->url && (call->body || !request->body) &&
        make_head(call, site, caller) && set_options(call, site, request->method))
        return call;
    call_free(call);
    return NULL;
}

struct xnat_call *xnat_call_start(struct worker *worker, const struct xnat_request *request,
                                  const struct xnat_caller *caller, xnat_call_done *done,
                                  void *context)
{
    struct xnat_call *call = call_new(worker, worker->site, request, caller);

    if (!call)
        return NULL;
    call->done = done;
    call->context = context;
    if (transfers_start(worker->transfers, &call->transfer))
        return call;
    call_free(call);
    return NULL;
}

void xnat_call_cancel(struct xnat_call *call)
{
    if (!call)
        return;
    transfers_cancel(call->worker->transfers, &call->transfer);
    call_free(call);
}

bool xnat_call_now(const struct site *site, const struct xnat_request *request,
                   const struct xnat_caller *caller, xnat_call_done *done, void *context)
{
    struct xnat_call *call = call_new(NULL, site, request, caller);

    if (!call)
        return false;
    call->done = done;
    call->context = context;
    tell(call, curl_easy_perform(call->transfer.easy));
    call_free(call);
    return true;
}
