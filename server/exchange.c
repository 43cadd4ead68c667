/* liboidc makes the handle and reads the answer; the transfer is this worker's. See exchange.h. */
#include <config.h>

#include "exchange.h"

#include <stdlib.h>

#include <oidc/curl.h>

#include "container.h"
#include "site.h"
#include "transfers.h"
#include "worker.h"

struct exchange {
    struct transfer transfer;
    struct worker *worker;
    oidc_exchange *exchange;
    exchange_done *done;
    void *context;
};

static void exchange_free(struct exchange *exchange)
{
    oidc_exchange_free(&exchange->exchange);
    free(exchange);
}

static void on_done(struct transfer *transfer, CURLcode result)
{
    struct exchange *exchange = CONTAINER_OF(transfer, struct exchange, transfer);
    struct metrics *metrics = &exchange->worker->metrics;
    oidc_http_response response;

    oidc_exchange_response(exchange->exchange, (int)result, &response);
    if (response.transport != OIDC_TRANSPORT_OK)
        metrics_count(metrics, METRIC_PROVIDER_FAILED);
    exchange->done(exchange->context, &response);
    exchange_free(exchange);
}

struct exchange *exchange_start(struct worker *worker, const oidc_http_request *request,
                                exchange_done *done, void *context)
{
    struct exchange *exchange = calloc(1, sizeof(*exchange));

    if (!exchange)
        return NULL;
    exchange->worker = worker;
    exchange->done = done;
    exchange->context = context;
    if (oidc_exchange_new(worker->site->trust, request, &exchange->exchange) != OIDC_OK)
        goto failed;
    exchange->transfer.easy = oidc_exchange_handle(exchange->exchange);
    exchange->transfer.done = on_done;
    if (!transfers_start(worker->transfers, &exchange->transfer))
        goto failed;
    metrics_count(&worker->metrics, METRIC_PROVIDER_REQUESTS);
    return exchange;
failed:
    exchange_free(exchange);
    return NULL;
}

void exchange_cancel(struct exchange *exchange)
{
    if (!exchange)
        return;
    transfers_cancel(exchange->worker->transfers, &exchange->transfer);
    exchange_free(exchange);
}
