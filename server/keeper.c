/* Looks are driven at home alone; the lock is for what others read. See keeper.h. */
#include <config.h>

#include "keeper.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "container.h"
#include "exchange.h"
#include "log.h"
#include "worker.h"

#define WRITE_ISSUER                                                                               \
    "who the provider is was guessed from an endpoint's address: if this stays, write the "        \
    "provider's issuer into the file: "
#define REACH_IT                                                                                   \
    "see whether this machine reaches it (oidc-check --online): the name, the firewall; where a "  \
    "proxy leads to the internet, the sidecar's own environment must have https_proxy"

bool keeper_open(struct keeper *keeper, struct worker *home, oidc_provider *provider,
                 keeper_hopeless *hopeless)
{
    *keeper = (struct keeper){
        .home = home, .hopeless = hopeless, .provider = provider, .id = oidc_provider_id(provider)};
    return pthread_mutex_init(&keeper->lock, NULL) == 0;
}

void keeper_stop(struct keeper *keeper)
{
    exchange_cancel(keeper->exchange);
    keeper->exchange = NULL;
}

void keeper_close(struct keeper *keeper)
{
    oidc_refresh_free(&keeper->refresh);
    oidc_provider_unref(&keeper->provider);
    pthread_mutex_destroy(&keeper->lock);
}

oidc_provider *keeper_provider(struct keeper *keeper)
{
    oidc_provider *provider;

    pthread_mutex_lock(&keeper->lock);
    provider = oidc_provider_ref(keeper->provider);
    pthread_mutex_unlock(&keeper->lock);
    return provider;
}

bool keeper_may_be_of(struct keeper *keeper, const char *issuer)
{
    const char *own;
    bool may_be;

    pthread_mutex_lock(&keeper->lock);
    own = oidc_provider_issuer(keeper->provider);
    may_be = !own || strcmp(own, issuer) == 0;
    pthread_mutex_unlock(&keeper->lock);
    return may_be;
}

bool keeper_ready(struct keeper *keeper, oidc_error *error)
{
    bool ready;

    pthread_mutex_lock(&keeper->lock);
    ready = oidc_provider_ready(keeper->provider);
    *error = keeper->error;
    pthread_mutex_unlock(&keeper->lock);
    return ready;
}

/* What an administrator can do about a failure. An issuer that does not fit is told of, in the
 * detail, and never followed. */
static const struct hint {
    oidc_code code;
    bool key;     /* the provider's key that names its issuer follows */
    bool guessed; /* only where a guess of who the provider is may be at fault */
    const char *text;
} hints[] = {
    {OIDC_E_DISCOVERY_ISSUER, true, false,
     "where the document is your provider's, write its issuer as it spells it, letter by letter (a "
     "slash at the end counts): "},
    {OIDC_E_ANSWER_REDIRECT, true, true, WRITE_ISSUER},
    {OIDC_E_ANSWER_STATUS, true, true, WRITE_ISSUER},
    {OIDC_E_ANSWER_MALFORMED, true, true, WRITE_ISSUER},
    {OIDC_E_PROVIDER_TLS, false, false,
     "if its certificate, or that of a proxy which opens TLS, is of an authority of your own, give "
     "that with --ca-file; otherwise see that ca-certificates is installed and up to date"},
    {OIDC_E_PROVIDER_UNREACHABLE, false, false, REACH_IT},
    {OIDC_E_PROVIDER_TIMEOUT, false, false, REACH_IT},
};

/* NULL: nothing can be done but wait, or ask the provider. */
static const char *failure_hint(const struct keeper *keeper, oidc_code code, char *hint,
                                size_t size)
{
    const bool guessed = oidc_refresh_doubts_issuer(keeper->refresh);

    for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
        if (hints[i].code != code || (hints[i].guessed && !guessed))
            continue;
        snprintf(hint, size, "%s%s%s%s", hints[i].text, hints[i].key ? "openid." : "",
                 hints[i].key ? keeper->id : "", hints[i].key ? ".issuer=" : "");
        return hint;
    }
    return NULL;
}

/* --- a look ----------------------------------------------------------------------------------- */

static void log_change(struct keeper *keeper, bool was_ready, oidc_code was_failing,
                       const oidc_error *error)
{
    char hint[384];

    if (error && error->code != was_failing)
        log_event(LOG_WARNING, "provider_failed", LOG_TEXT("provider", keeper->id),
                  LOG_TEXT("reason", oidc_code_name(error->code)),
                  LOG_TEXT("detail", error->detail),
                  LOG_TEXT("effect", was_ready ? "sign-ins go on with what is known of it"
                                               : "nobody can sign in through it"),
                  LOG_TEXT("hint", failure_hint(keeper, error->code, hint, sizeof(hint))));
    else if (!error && (!was_ready || was_failing != OIDC_OK))
        log_event(LOG_INFO, "provider_ready", LOG_TEXT("provider", keeper->id),
                  LOG_TEXT("issuer", oidc_provider_issuer(keeper->provider)));
}

/* An issuer that was only guessed from an endpoint, and is none: no waiting will mend the file. At
 * the first look that is a bad configuration and ends the process; later it is the provider's
 * trouble. What may be maintenance, such as a redirect to a page, ends nothing. */
static void check_issuer(struct keeper *keeper)
{
    char hint[160];

    if (!oidc_refresh_needs_issuer(keeper->refresh))
        return;
    snprintf(hint, sizeof(hint),
             "write the provider's issuer into the file: openid.%s.issuer=", keeper->id);
    log_event(LOG_ERROR, "issuer_unknown", LOG_TEXT("provider", keeper->id),
              LOG_TEXT("detail", oidc_refresh_error(keeper->refresh)->detail),
              LOG_TEXT("hint", hint));
    if (!keeper->looked)
        keeper->hopeless(keeper->home);
}

static void publish(struct keeper *keeper)
{
    const oidc_error *error = oidc_refresh_error(keeper->refresh);
    oidc_provider *newer = oidc_refresh_provider(keeper->refresh);
    oidc_provider *older;
    oidc_code was_failing;
    bool was_ready;

    pthread_mutex_lock(&keeper->lock);
    older = keeper->provider;
    was_failing = keeper->error.code;
    was_ready = oidc_provider_ready(older);
    keeper->provider = newer;
    keeper->error = error ? *error : (oidc_error){0};
    pthread_mutex_unlock(&keeper->lock);
    log_change(keeper, was_ready, was_failing, error);
    oidc_provider_unref(&older);
}

static void tell(struct letter *letter)
{
    struct keeper_waiter *waiter = CONTAINER_OF(letter, struct keeper_waiter, letter);

    waiter->told(waiter);
}

static void tell_waiters(struct keeper *keeper)
{
    struct keeper_waiter *waiter = keeper->waiters;

    keeper->waiters = NULL;
    while (waiter) {
        struct keeper_waiter *next = waiter->next;

        waiter->letter.deliver = tell;
        mailbox_send(&waiter->worker->mailbox, &waiter->letter);
        waiter = next;
    }
}

static void finish(struct keeper *keeper)
{
    publish(keeper);
    check_issuer(keeper);
    keeper->looked = true;
    oidc_refresh_free(&keeper->refresh);
    tell_waiters(keeper);
}

static void send_next(struct keeper *keeper);

static void on_answer(void *context, const oidc_http_response *response)
{
    struct keeper *keeper = context;

    keeper->exchange = NULL;
    oidc_refresh_answer(keeper->refresh, response, keeper->home->now);
    send_next(keeper);
}

static void send_next(struct keeper *keeper)
{
    const oidc_http_response nothing = {.transport = OIDC_TRANSPORT_UNREACHABLE,
                                        .note = "out of memory"};
    const oidc_http_request *request;

    while ((request = oidc_refresh_request(keeper->refresh)) != NULL) {
        keeper->exchange = exchange_start(keeper->home, request, on_answer, keeper);
        if (keeper->exchange)
            return;
        oidc_refresh_answer(keeper->refresh, &nothing, keeper->home->now);
    }
    finish(keeper);
}

static void look(struct keeper *keeper, oidc_refresh_kind kind)
{
    if (keeper->refresh)
        return;
    if (oidc_refresh_new(keeper->provider, kind, keeper->home->now, &keeper->refresh, NULL) !=
        OIDC_OK) {
        keeper->short_at = keeper->home->now;
        tell_waiters(keeper); /* memory was short: they are told that there is nothing newer */
        return;
    }
    send_next(keeper);
}

/* --- when to look ------------------------------------------------------------------------------
 */

/* Seconds until the next look. One that could not even begin comes a second later. */
static int64_t seconds_left(const struct keeper *keeper)
{
    const int64_t now = keeper->home->now;
    const int64_t left =
        clock_left(oidc_provider_refresh_at(keeper->provider), OIDC_REFRESH_INTERVAL, now);

    return left == 0 && keeper->short_at == now ? OIDC_RETRY_FIRST : left;
}

void keeper_turn(struct keeper *keeper)
{
    if (!keeper->refresh && !keeper->home->draining && seconds_left(keeper) <= 0)
        look(keeper, OIDC_REFRESH_ALL);
}

int keeper_timeout(const struct keeper *keeper)
{
    int64_t seconds;

    if (keeper->refresh || keeper->home->draining)
        return -1;
    seconds = seconds_left(keeper);
    if (seconds <= 0)
        return 0;
    return seconds > CLOCK_SLEEP_MAX / 1000 ? CLOCK_SLEEP_MAX : (int)seconds * 1000;
}

static void on_wish(struct letter *letter)
{
    struct keeper_waiter *waiter = CONTAINER_OF(letter, struct keeper_waiter, letter);
    struct keeper *keeper = waiter->keeper;

    waiter->next = keeper->waiters;
    keeper->waiters = waiter;
    if (!keeper->refresh && !oidc_provider_may_fetch_keys(keeper->provider, keeper->home->now))
        tell_waiters(keeper); /* somebody else's wish was granted a moment ago */
    else
        look(keeper, OIDC_REFRESH_KEYS);
}

bool keeper_await_keys(struct keeper *keeper, const oidc_provider *provider, struct worker *worker,
                       struct keeper_waiter *waiter, keeper_told *told)
{
    if (!oidc_provider_may_fetch_keys(provider, worker->now))
        return false;
    waiter->keeper = keeper;
    waiter->worker = worker;
    waiter->told = told;
    waiter->letter.deliver = on_wish;
    mailbox_send(&keeper->home->mailbox, &waiter->letter);
    return true;
}
