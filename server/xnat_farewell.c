/* A list of what is to be sent, in the order it came, a few at once, with tries that get rarer. See
 * xnat_farewell.h. */
#include <config.h>

#include "xnat_farewell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>
#include <openssl/crypto.h>

#include "clock.h"
#include "container.h"
#include "ledger.h"
#include "log.h"
#include "site.h"
#include "xnat_worker.h"

/* Tokens and sessions that a worker has on their way to be forgotten. Past it they end by
 * themselves: an XNAT that is down must not cost the memory of everybody who signs out meanwhile.
 */
#define FAREWELLS_MAX 2000

/* What clients bring of a session that is over is not among them: a client that makes up one
 * JSESSIONID after another fills places of their own, and keeps nobody else's from being logged
 * out. */
#define STRAYS_MAX 200

/* Seconds between two words of it that one was left. */
#define STRAYS_TOLD_PAUSE 60

/* Of those so many are sent at once: when many sessions end together, XNAT has other work as well.
 */
#define AT_ONCE 4

/* Seconds before each further try: XNAT takes a minute to restart. */
#define PAUSE_MOST 60
static const int pauses[] = {5, 30, PAUSE_MOST};
#define PAUSES (sizeof(pauses) / sizeof(pauses[0]))

/* For how long it is worth while to log a session out: past it XNAT has ended it as idle. */
#define SESSION_LIFE 900

struct xnat_farewell {
    struct xnat_question question; /* first; of a token */
    struct xnat_call *call;        /* of a session */
    struct worker *worker;
    struct xnat_request request;
    struct xnat_farewell *next;
    char path[sizeof("/data/services/tokens/invalidate/") + XNAT_ALIAS_MAX];
    char id[XNAT_SESSION_MAX + 1]; /* of a session; "": it is a token's */
    bool stray;                    /* a client brought it */
    int64_t expires_at;
    size_t failures;
    int64_t next_at; /* the next try; 0: one is under way */
};

static struct xnat_farewells *list_of(struct worker *worker, bool stray)
{
    return stray ? &worker->xnat->strays : &worker->xnat->farewells;
}

static void forget(struct xnat_farewells *list, struct xnat_farewell *farewell)
{
    struct xnat_farewell **at = &list->first;

    while (*at != farewell)
        at = &(*at)->next;
    *at = farewell->next;
    list->count--;
    OPENSSL_cleanse(farewell->id, sizeof(farewell->id));
    free(farewell);
}

static void log_left(const struct xnat_farewell *farewell, int status, const char *note)
{
    if (farewell->id[0] != '\0')
        log_event(LOG_WARNING, "upstream_logout_failed", LOG_NUMBER("status", status),
                  LOG_TEXT("detail", note),
                  LOG_TEXT("effect", "XNAT's session ends by its own time-out"));
    else
        log_event(LOG_WARNING, "xnat_token_left", LOG_NUMBER("status", status),
                  LOG_TEXT("detail", note), LOG_NUMBER("expires_at", farewell->expires_at),
                  LOG_TEXT("effect", "an alias token that is not used any more stays good in XNAT "
                                     "until it expires"));
}

/* 404: XNAT knows no such token (any more). A logout leads to another page. */
static bool is_done(const struct xnat_farewell *farewell, int status)
{
    if (farewell->id[0] != '\0')
        return status >= 200 && status < 500;
    return (status >= 200 && status < 300) || status == 404;
}

/* Whether it makes sense to try again: XNAT may come back, and so may the service account's
 * password. Not while we end. */
static bool may_try_again(const struct worker *worker, const struct xnat_farewell *farewell,
                          int status)
{
    return (status == 0 || status == MHD_HTTP_UNAUTHORIZED || status >= 500) &&
           farewell->failures <= PAUSES && !worker->draining && worker->now < farewell->expires_at;
}

static void take_answer(struct xnat_farewell *farewell, const struct xnat_answer *answer)
{
    struct worker *worker = farewell->worker;
    struct xnat_farewells *list = list_of(worker, farewell->stray);

    list->under_way--;
    if (is_done(farewell, answer->status)) {
        if (farewell->id[0] == '\0')
            metrics_count(&worker->metrics, METRIC_XNAT_TOKENS_INVALIDATED);
        forget(list, farewell);
        return;
    }
    farewell->failures++;
    if (may_try_again(worker, farewell, answer->status)) {
        farewell->next_at = worker->now + pauses[farewell->failures - 1];
        return;
    }
    log_left(farewell, answer->status, answer->note);
    forget(list, farewell);
}

static void on_answer(struct xnat_question *question, const struct xnat_answer *answer)
{
    take_answer(CONTAINER_OF(question, struct xnat_farewell, question), answer);
}

static void on_logged_out(void *context, const struct xnat_answer *answer, const char *session)
{
    struct xnat_farewell *farewell = context;

    (void)session;
    farewell->call = NULL;
    take_answer(farewell, answer);
}

/* With the session's own cookie and nothing else: whose it is, XNAT knows. */
static void log_out(struct xnat_farewell *farewell)
{
    const struct xnat_answer nothing = {.note = "out of memory", .body = ""};
    const struct xnat_caller caller = {NULL, farewell->id};

    farewell->call =
        xnat_call_start(farewell->worker, &farewell->request, &caller, on_logged_out, farewell);
    if (!farewell->call)
        take_answer(farewell, &nothing);
}

static void try(struct xnat_farewell *farewell)
{
    farewell->next_at = 0;
    list_of(farewell->worker, farewell->stray)->under_way++;
    if (farewell->id[0] != '\0')
        log_out(farewell);
    else
        xnat_service_ask(&farewell->question);
}

/* Where the next one goes: behind all others, which came first. */
static struct xnat_farewell **end_of_list(struct xnat_farewells *list)
{
    struct xnat_farewell **at = &list->first;

    while (*at)
        at = &(*at)->next;
    return at;
}

static bool is_on_its_way(const struct xnat_farewells *list, const char *id)
{
    const struct xnat_farewell *farewell = list->first;

    while (farewell && strcmp(farewell->id, id) != 0)
        farewell = farewell->next;
    return farewell != NULL;
}

/* A stranger makes as many as they like: they do not fill the log, too. */
static void tell_of_stray(struct worker *worker)
{
    if (!clock_has_passed(worker->xnat->strays_told_at, STRAYS_TOLD_PAUSE, worker->now))
        return;
    worker->xnat->strays_told_at = worker->now;
    log_event(LOG_WARNING, "upstream_logout_left", LOG_NUMBER("waiting", STRAYS_MAX),
              LOG_TEXT("detail", "browsers bring more sessions of XNAT's, with sessions of ours "
                                 "that are over, than XNAT is asked to log out at a time"),
              LOG_TEXT("effect", "those that are left end by XNAT's own time-out"));
}

static void log_no_room(struct worker *worker, const struct xnat_farewell *like)
{
    if (like->stray)
        tell_of_stray(worker);
    else
        log_left(like, 0, "too many are on their way, or memory is short");
}

/* To be sent at the worker's next turn. NULL after saying that it is left to itself. */
static struct xnat_farewell *new_farewell(struct worker *worker, const struct xnat_farewell *like)
{
    struct xnat_farewells *list = list_of(worker, like->stray);
    const size_t most = like->stray ? STRAYS_MAX : FAREWELLS_MAX;
    struct xnat_farewell *farewell = list->count < most ? calloc(1, sizeof(*farewell)) : NULL;

    if (!farewell) {
        log_no_room(worker, like);
        return NULL;
    }
    *farewell = *like;
    farewell->worker = worker;
    farewell->next_at = worker->now;
    farewell->request = (struct xnat_request){.method = "GET", .path = farewell->path};
    farewell->question =
        (struct xnat_question){.worker = worker, .request = &farewell->request, .told = on_answer};
    *end_of_list(list) = farewell;
    list->count++;
    return farewell;
}

/* Other workers may find the same session ended: one of them says goodbye. */
static bool is_told(const struct worker *worker, const unsigned char key[REGISTRY_KEY_SIZE])
{
    int64_t end;

    return ledger_get(worker->site->ledger, key, worker->now, &end) && end == XNAT_TOKEN_TOLD;
}

void xnat_farewell_token(struct worker *worker, const struct xnat_token *token)
{
    struct xnat_farewell like = {.expires_at = token->expires_at};
    unsigned char key[REGISTRY_KEY_SIZE];
    const bool keyed = xnat_token_key(token, key);

    if (token->alias[0] == '\0' || token->expires_at <= worker->now ||
        (keyed && is_told(worker, key)))
        return;
    snprintf(like.path, sizeof(like.path), "/data/services/tokens/invalidate/%s", token->alias);
    if (new_farewell(worker, &like) && keyed)
        ledger_put(worker->site->ledger, key, XNAT_TOKEN_TOLD, token->expires_at, worker->now);
}

static void log_session_out(struct worker *worker, const char *id, bool stray)
{
    struct xnat_farewell like = {.expires_at = worker->now + SESSION_LIFE, .stray = stray};
    struct xnat_farewell *farewell;

    if (id[0] == '\0' || is_on_its_way(list_of(worker, stray), id))
        return;
    snprintf(like.id, sizeof(like.id), "%s", id);
    farewell = new_farewell(worker, &like);
    OPENSSL_cleanse(like.id, sizeof(like.id));
    if (farewell)
        farewell->request.path = worker->site->options.logout_path;
}

void xnat_farewell_session(struct worker *worker, const char *id)
{
    log_session_out(worker, id, false);
}

void xnat_farewell_stray(struct worker *worker, const char *id)
{
    log_session_out(worker, id, true);
}

/* Seconds until it is to be sent; -1: it is under way. */
static int64_t seconds_left(const struct worker *worker, const struct xnat_farewell *farewell)
{
    if (farewell->next_at == 0)
        return -1;
    return worker->draining ? 0 : clock_left(farewell->next_at, PAUSE_MOST, worker->now);
}

void xnat_farewell(struct worker *worker, struct xnat_stay *stay, const oidc_session *session)
{
    struct xnat_token token;

    if (!worker->xnat)
        return;
    xnat_farewell_session(worker, stay->id);
    OPENSSL_cleanse(stay->id, sizeof(stay->id));
    if (stay->over)
        return;
    stay->over = true;
    if (stay->error.code == OIDC_OK)
        stay->error.code = OIDC_E_SESSION_EXPIRED;
    if (xnat_token_of(session, &token))
        xnat_farewell_token(worker, &token);
    xnat_token_clear(&token);
    xnat_stay_wake(stay);
}

static void send_due(struct worker *worker, const struct xnat_farewells *list, size_t at_once)
{
    struct xnat_farewell *farewell = list->first;

    while (farewell && list->under_way < at_once) {
        struct xnat_farewell *next = farewell->next; /* told at once, it is forgotten */

        if (seconds_left(worker, farewell) == 0)
            try(farewell);
        farewell = next;
    }
}

/* Strays one at a time, when nothing else is due; none when the worker is about to end. */
static bool may_send_strays(const struct worker *worker)
{
    return worker->xnat->farewells.under_way < AT_ONCE && worker->xnat->strays.under_way == 0 &&
           !worker->draining;
}

void xnat_farewells_turn(struct worker *worker)
{
    send_due(worker, &worker->xnat->farewells, AT_ONCE);
    if (may_send_strays(worker))
        send_due(worker, &worker->xnat->strays, 1);
}

/* @param soonest  -1: never. */
static int64_t soonest_of(const struct worker *worker, const struct xnat_farewells *list,
                          int64_t soonest)
{
    for (const struct xnat_farewell *farewell = list->first; farewell; farewell = farewell->next) {
        const int64_t left = seconds_left(worker, farewell);

        if (left >= 0 && (soonest < 0 || left < soonest))
            soonest = left;
    }
    return soonest;
}

/* While as many as may be are under way, the end of one of them is what wakes the worker. */
int xnat_farewells_timeout(const struct worker *worker)
{
    int64_t soonest = -1;

    if (worker->xnat->farewells.under_way >= AT_ONCE)
        return -1;
    soonest = soonest_of(worker, &worker->xnat->farewells, soonest);
    if (may_send_strays(worker))
        soonest = soonest_of(worker, &worker->xnat->strays, soonest);
    return soonest < 0 ? -1 : (int)soonest * 1000;
}

static void drop(struct xnat_farewells *list)
{
    while (list->first) {
        xnat_service_cancel(&list->first->question);
        xnat_call_cancel(list->first->call);
        forget(list, list->first);
    }
}

void xnat_farewells_drop(struct worker *worker)
{
    drop(&worker->xnat->farewells);
    drop(&worker->xnat->strays);
}
