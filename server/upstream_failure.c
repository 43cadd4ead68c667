/* Causes, statuses and sentences. See upstream_failure.h. */
#include <config.h>

#include "upstream_failure.h"

#include "descriptors.h"
#include "log.h"
#include "respond.h"
#include "site.h"
#include "worker.h"

struct failure {
    CURLcode result;
    unsigned status;
    const char *reason;
    const char *sentence;
};

static const char out_of_reach[] = "XNAT cannot be reached at the moment. Please try again in a "
                                   "minute; if this persists, tell your "
                                   "XNAT administrator.";
static const char too_slow[] =
    "XNAT took too long to answer. Please try again in a minute; if this persists, tell your XNAT "
    "administrator.";
static const char broken[] =
    "XNAT's answer broke off. Please try again; if this persists, tell your "
    "XNAT administrator.";

static const char busy[] =
    "The way to XNAT is full at the moment. Please try again in a minute; if "
    "this persists, tell your XNAT administrator.";

static const struct failure failures[] = {
    {CURLE_COULDNT_RESOLVE_HOST, MHD_HTTP_BAD_GATEWAY, "upstream_unreachable", out_of_reach},
    {CURLE_COULDNT_CONNECT, MHD_HTTP_BAD_GATEWAY, "upstream_unreachable", out_of_reach},
    {CURLE_PEER_FAILED_VERIFICATION, MHD_HTTP_BAD_GATEWAY, "upstream_tls", out_of_reach},
    {CURLE_SSL_CONNECT_ERROR, MHD_HTTP_BAD_GATEWAY, "upstream_tls", out_of_reach},
    {CURLE_SSL_CACERT_BADFILE, MHD_HTTP_BAD_GATEWAY, "upstream_tls", out_of_reach},
    {CURLE_SSL_CERTPROBLEM, MHD_HTTP_BAD_GATEWAY, "upstream_tls", out_of_reach},
    {CURLE_SSL_CIPHER, MHD_HTTP_BAD_GATEWAY, "upstream_tls", out_of_reach},
    {CURLE_SSL_ISSUER_ERROR, MHD_HTTP_BAD_GATEWAY, "upstream_tls", out_of_reach},
    {CURLE_SSL_INVALIDCERTSTATUS, MHD_HTTP_BAD_GATEWAY, "upstream_tls", out_of_reach},
    {CURLE_OPERATION_TIMEDOUT, MHD_HTTP_GATEWAY_TIMEOUT, "upstream_timeout", too_slow},
    {CURLE_OUT_OF_MEMORY, MHD_HTTP_SERVICE_UNAVAILABLE, "out_of_memory", out_of_reach},
};

static const struct failure other_failure = {CURLE_OK, MHD_HTTP_BAD_GATEWAY, "upstream_broken",
                                             broken};

/* What libcurl does not know: to it, there is no connection, or a write failed. */
static const struct failure no_descriptor = {CURLE_OK, MHD_HTTP_SERVICE_UNAVAILABLE,
                                             "out_of_descriptors", busy};

static const struct failure *failure_of(CURLcode result, const struct upstream_note *note)
{
    const enum upstream_fault fault = upstream_note_fault(note, result);

    if (fault == UPSTREAM_FAULT_DESCRIPTORS)
        return &no_descriptor;
    if (fault == UPSTREAM_FAULT_MEMORY)
        result = CURLE_OUT_OF_MEMORY;
    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        if (failures[i].result == result)
            return &failures[i];
    }
    return &other_failure;
}

void upstream_failure_tell(struct request *request, CURLcode result,
                           const struct upstream_note *note)
{
    const struct failure *failure = failure_of(result, note);

    metrics_count(&request->worker->metrics, METRIC_UPSTREAM_FAILED);
    log_event(LOG_ERROR, "upstream_failed", LOG_TEXT("reason", failure->reason),
              LOG_TEXT("detail", upstream_note_text(note, result)),
              LOG_TEXT("upstream", request->worker->site->options.upstream),
              LOG_TEXT("hint", failure == &no_descriptor ? descriptors_hint : NULL),
              LOG_TEXT("request_id", request_reference(request)));
}

enum MHD_Result upstream_failure_show(struct request *request, CURLcode result,
                                      const struct upstream_note *note)
{
    const struct failure *failure = failure_of(result, note);

    upstream_failure_tell(request, result, note);
    if (!request_is_navigation(request))
        return respond_refusal(
            request, failure->status,
            &(struct refusal_text){.sentence = failure->sentence, .reason = failure->reason});
    return respond_error(request, failure->status, failure->reason, 0);
}
