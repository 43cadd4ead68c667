/* Probes are answered from what keepers know; counters are the workers' added up, gauges are
 * measured when asked for. See admin.h. */
#include <config.h>

#include "admin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>
#include <microhttpd.h>

#include "ledger.h"
#include "log.h"
#include "redis.h"
#include "respond.h"
#include "site.h"
#include "worker.h"
#include "xnat_service.h"

/* Few ask here: probes and a metrics collector. */
#define CONNECTIONS_MAX 32U
#define CONNECTION_IDLE 60U

struct answer {
    unsigned status;
    const char *content_type;
    char *text; /* NULL: memory was short */
};

static struct answer answer_health(struct worker *worker)
{
    (void)worker;
    return (struct answer){MHD_HTTP_OK, "text/plain; charset=utf-8", strdup("ok\n")};
}

static json_t *describe(struct keeper *keeper, bool *ready)
{
    oidc_error error;
    json_t *object;

    *ready = keeper_ready(keeper, &error);
    object = json_pack("{s:s, s:b}", "provider", keeper->id, "ready", *ready);
    if (object && error.code != OIDC_OK) {
        json_object_set_new(object, "reason", json_string(oidc_code_name(error.code)));
        json_object_set_new(object, "detail", json_string(error.detail));
    } else if (object && !*ready) {
        json_object_set_new(object, "reason", json_string("not_asked_yet"));
    }
    return object;
}

/* It is told, and no more: those who are signed in, and XNAT's own logins, must not go off the air
 * with it. */
static json_t *describe_service(const struct site *site)
{
    static const char *const words[] = {[XNAT_STANDING_UNKNOWN] = "not_asked_yet",
                                        [XNAT_STANDING_ACCEPTED] = "accepted",
                                        [XNAT_STANDING_REFUSED] = "refused"};

    return json_string(words[atomic_load(&site->xnat_standing)]);
}

/* Ready when at least one provider can be signed in through: one provider's trouble must not take
 * the others' users off the air. */
static struct answer answer_ready(struct worker *worker)
{
    struct site *site = worker->site;
    json_t *providers = json_array();
    bool any = false;
    json_t *whole;
    char *text;

    for (size_t i = 0; i < site->keeper_count; i++) {
        bool ready;

        json_array_append_new(providers, describe(&site->keepers[i], &ready));
        any = any || ready;
    }
    any = any && !worker->draining;
    whole = json_pack("{s:b, s:o}", "ready", any, "providers", providers);
    if (whole && worker->draining)
        json_object_set_new(whole, "reason", json_string("stopping"));
    if (whole && site->options.handoff == HANDOFF_XNAT_TOKEN)
        json_object_set_new(whole, "xnat_service_account", describe_service(site));
    text = whole ? json_dumps(whole, JSON_COMPACT) : NULL;
    json_decref(whole);
    return (struct answer){any ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, "application/json",
                           text};
}

/* What is measured for one answer, with the memory that its labels are in. */
struct gauges {
    struct metrics_gauge *items;
    size_t count;
    bool bad; /* memory was short: some are missing */
};

/* Adds one. Those of one name stand together. @param key  what its label is called, and `of` what
 * that says; NULL: it has none. */
static void gauge_add(struct gauges *gauges, const char *name, const char *key, const char *of,
                      const char *help, double value)
{
    struct metrics_gauge *longer = realloc(gauges->items, (gauges->count + 1) * sizeof(*longer));
    char *labels = NULL;

    if (longer)
        gauges->items = longer;
    if (!longer || (key && asprintf(&labels, "%s=\"%s\"", key, of) < 0)) {
        gauges->bad = true;
        return;
    }
    longer[gauges->count++] = (struct metrics_gauge){name, labels, help, value};
}

static void gauges_free(struct gauges *gauges)
{
    for (size_t i = 0; i < gauges->count; i++)
        free((void *)(uintptr_t)gauges->items[i].labels); /* ours, shown to others as const */
    free(gauges->items);
}

static void measure_redis(struct gauges *gauges, const struct site *site)
{
    if (site->redis)
        gauge_add(gauges, "oidc_sidecar_redis_up", NULL, NULL,
                  "Whether what replicas share is shared at the moment.",
                  redis_is_up(site->redis) ? 1 : 0);
}

static void measure_providers(struct gauges *gauges, const struct site *site)
{
    for (size_t i = 0; i < site->keeper_count; i++) {
        oidc_error error;

        gauge_add(gauges, "oidc_sidecar_provider_ready", "provider", site->keepers[i].id,
                  "Whether sign-ins through a provider work.",
                  keeper_ready(&site->keepers[i], &error) ? 1 : 0);
    }
}

static void measure_service(struct gauges *gauges, const struct site *site)
{
    if (site->options.handoff == HANDOFF_XNAT_TOKEN)
        gauge_add(gauges, "oidc_sidecar_xnat_service_accepted", NULL, NULL,
                  "Whether XNAT took the service account when it was asked last, if ever.",
                  atomic_load(&site->xnat_standing) == XNAT_STANDING_REFUSED ? 0 : 1);
}

/* How much is remembered, and how much can be. */
static void measure_ledger(struct gauges *gauges, const struct ledger *ledger)
{
    for (unsigned kind = 0; kind < REGISTRY_KINDS; kind++)
        gauge_add(gauges, "oidc_sidecar_remembered", "kind", ledger_kind_name(kind),
                  "What is remembered; as much as the limit, and no more of the kind is taken.",
                  (double)registry_count(ledger_registry(ledger, kind)));
    for (unsigned kind = 0; kind < REGISTRY_KINDS; kind++)
        gauge_add(gauges, "oidc_sidecar_remembered_limit", "kind", ledger_kind_name(kind),
                  "How much can be.", (double)ledger_limit(ledger, kind));
}

/* The counters of all threads. @return new, for free(); NULL when memory is short. */
static const struct metrics **collect_sets(const struct site *site, size_t *count)
{
    const struct metrics **sets =
        calloc((size_t)site->options.workers + 1, sizeof(const struct metrics *));

    *count = 0;
    if (!sets)
        return NULL;
    for (; *count < site->options.workers; ++*count)
        sets[*count] = &site->workers[*count].metrics;
    if (site->redis)
        sets[(*count)++] = redis_metrics(site->redis);
    return sets;
}

static struct answer answer_metrics(struct worker *worker)
{
    const struct site *site = worker->site;
    size_t count;
    const struct metrics **sets = collect_sets(site, &count);
    struct gauges gauges = {.items = NULL};
    char *text = NULL;

    measure_redis(&gauges, site);
    measure_providers(&gauges, site);
    measure_service(&gauges, site);
    measure_ledger(&gauges, site->ledger);
    if (sets && !gauges.bad)
        text = metrics_text(sets, count, gauges.items, gauges.count);
    gauges_free(&gauges);
    free(sets);
    return (struct answer){MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", text};
}

static const struct {
    const char *path;
    struct answer (*make)(struct worker *worker);
} pages[] = {
    {"/healthz", answer_health},
    {"/readyz", answer_ready},
    {"/metrics", answer_metrics},
};

static struct answer answer_path(struct worker *worker, const char *path)
{
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        if (strcmp(pages[i].path, path) == 0)
            return pages[i].make(worker);
    }
    return (struct answer){MHD_HTTP_NOT_FOUND, "text/plain; charset=utf-8",
                           strdup("Here are /healthz, /readyz and /metrics.\n")};
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload_data,
                                  size_t *upload_data_size, void **request_context)
{
    struct answer answer;
    struct MHD_Response *response;
    enum MHD_Result result;

    (void)version;
    (void)upload_data;
    (void)request_context;
    *upload_data_size = 0;
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        answer = (struct answer){MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain; charset=utf-8",
                                 strdup("Ask with GET.\n")};
    else
        answer = answer_path(context, url);
    if (!answer.text)
        return MHD_NO;
    response =
        MHD_create_response_from_buffer(strlen(answer.text), answer.text, MHD_RESPMEM_MUST_FREE);
    if (!response) {
        free(answer.text);
        return MHD_NO;
    }
    response = respond_add(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer.content_type);
    response = respond_add(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (!response)
        return MHD_NO;
    result = MHD_queue_response(connection, answer.status, response);
    MHD_destroy_response(response);
    return result;
}

struct MHD_Daemon *admin_open(struct worker *worker, int listen_fd)
{
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, worker, /**/
                         MHD_OPTION_LISTEN_SOCKET, listen_fd,              /**/
                         MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX,     /**/
                         MHD_OPTION_CONNECTION_TIMEOUT, CONNECTION_IDLE,   /**/
                         MHD_OPTION_END);

    if (!daemon)
        close(listen_fd);
    return daemon;
}
