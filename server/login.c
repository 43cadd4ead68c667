/* Both legs of a sign-in: the browser is sent to the provider, and comes back. */
#include <config.h>

#include "handlers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <oidc/login.h>

#include "exchange.h"
#include "keeper.h"
#include "log.h"
#include "ownership.h"
#include "remember.h"
#include "respond.h"
#include "silent.h"
#include "site.h"
#include "visitor.h"

/* State cookies that a browser may hold: several tabs at once, but never so many that its requests
 * become too large for a front end. */
#define STATE_COOKIES_MAX 5

/* Room for the name of a state cookie. */
#define STATE_NAME_SIZE 64

static void state_cookie_name(const struct request *request, const char *state,
                              char name[STATE_NAME_SIZE])
{
    snprintf(name, STATE_NAME_SIZE, "%s%.*s", request->worker->site->cookies.state_prefix,
             COOKIE_STATE_SUFFIX, state);
}

static void log_refusal(struct request *request, const char *provider, const oidc_error *error)
{
    char peer[ADDRESS_TEXT_SIZE];

    address_text(request_peer(request), peer);
    atomic_fetch_add_explicit(&request->worker->metrics.logins_refused[error->code], 1,
                              memory_order_relaxed);
    log_event(LOG_WARNING, "login_refused", LOG_TEXT("reason", oidc_code_name(error->code)),
              LOG_TEXT("provider", provider), LOG_TEXT("detail", error->detail),
              LOG_TEXT("request_id", request_reference(request)), LOG_TEXT("client", peer));
}

static enum MHD_Result refuse(struct request *request, const char *provider,
                              const oidc_error *error)
{
    log_refusal(request, provider, error);
    return respond_error(request, (unsigned)oidc_code_http_status(error->code),
                         oidc_code_sentence(error->code), oidc_code_name(error->code));
}

/* --- first leg -------------------------------------------------------------------------------- */

struct state_cookies {
    const char *prefix;
    struct cookie oldest[REQUEST_COOKIES_MAX]; /* browsers send the oldest first (RFC 6265, 5.4) */
    size_t count;
};

static bool collect_state(void *context, const struct cookie *cookie)
{
    struct state_cookies *states = context;
    size_t prefix_size = strlen(states->prefix);

    if (cookie->name_size <= prefix_size || cookie->name_size >= STATE_NAME_SIZE ||
        memcmp(cookie->name, states->prefix, prefix_size) != 0)
        return true;
    if (states->count < REQUEST_COOKIES_MAX)
        states->oldest[states->count] = *cookie;
    states->count++;
    return true;
}

/* Makes room for one more state cookie. */
static void drop_oldest_states(struct request *request)
{
    struct state_cookies states = {.prefix = request->worker->site->cookies.state_prefix};
    size_t excess;

    request_each_cookie(request, collect_state, &states);
    if (states.count < STATE_COOKIES_MAX)
        return;
    excess = states.count - STATE_COOKIES_MAX + 1;
    for (size_t i = 0; i < excess && i < REQUEST_COOKIES_MAX - 3; i++) {
        char name[STATE_NAME_SIZE];

        snprintf(name, sizeof(name), "%.*s", (int)states.oldest[i].name_size,
                 states.oldest[i].name);
        request_set_cookie(request, name, "", 0);
    }
}

static enum MHD_Result send_to_provider(struct request *request, const char *provider_id,
                                        const oidc_authorization *authorization)
{
    char name[STATE_NAME_SIZE];

    drop_oldest_states(request);
    state_cookie_name(request, oidc_authorization_state(authorization), name);
    if (!request_set_cookie(request, name, oidc_authorization_sealed(authorization),
                            OIDC_STATE_TTL))
        return MHD_NO;
    metrics_count(&request->worker->metrics, METRIC_LOGINS_STARTED);
    log_event(LOG_INFO, "login_started", LOG_TEXT("provider", provider_id),
              LOG_TEXT("request_id", request_reference(request)));
    return respond_redirect(request, strdup(oidc_authorization_url(authorization)));
}

/* False, with the reason, when the provider cannot be used now; then nothing is answered. */
static bool start_as(struct request *request, struct keeper *keeper,
                     const oidc_authorization_options *options, enum MHD_Result *result,
                     oidc_error *error)
{
    oidc_provider *provider = keeper_provider(keeper);
    oidc_authorization *authorization = NULL;
    bool started = oidc_authorization_new(provider, request->worker->site->keyring, options,
                                          request->worker->now, &authorization, error) == OIDC_OK;

    if (started)
        *result = send_to_provider(request, keeper->id, authorization);
    oidc_authorization_free(&authorization);
    oidc_provider_unref(&provider);
    return started;
}

static enum MHD_Result start_at(struct request *request, struct keeper *keeper, const char *rd)
{
    char *return_to = site_return_path(request->worker->site, rd);
    const oidc_authorization_options options = {.return_to = return_to};
    oidc_error error = {0};
    enum MHD_Result result = MHD_NO;

    if (return_to && !start_as(request, keeper, &options, &result, &error))
        result = refuse(request, keeper->id, &error);
    free(return_to);
    return result;
}

bool start_silent_login(struct request *request, struct keeper *keeper, const char *return_to,
                        enum MHD_Result *result)
{
    const oidc_authorization_options options = {.return_to = return_to, .silent = true};
    oidc_error error = {0};

    if (start_as(request, keeper, &options, result, &error))
        return true;
    /* Nobody asked for it, so nobody is refused anything. */
    log_event(LOG_INFO, "silent_login_skipped", LOG_TEXT("reason", oidc_code_name(error.code)),
              LOG_TEXT("provider", keeper->id), LOG_TEXT("detail", error.detail),
              LOG_TEXT("request_id", request_reference(request)));
    return false;
}

/* A login is started only for somebody who can see the provider's page. */
static enum MHD_Result start(struct request *request, const char *provider_id, const char *rd)
{
    struct keeper *keeper = site_keeper(request->worker->site, provider_id);

    if (!keeper) {
        oidc_error error = {.code = OIDC_E_PROVIDER_UNKNOWN};

        snprintf(error.detail, sizeof(error.detail), "providerId names no enabled provider");
        return refuse(request, NULL, &error);
    }
    if (!request_is_navigation(request))
        return respond_plain(
            request, MHD_HTTP_BAD_REQUEST,
            "A sign-in starts in a browser: open this address in one. Programs use "
            "XNAT's own credentials or an alias token.\n");
    return start_at(request, keeper, rd);
}

/* --- second leg ------------------------------------------------------------------------------- */

struct return_leg {
    struct request *request;
    oidc_login *login;
    struct keeper *keeper;
    oidc_provider *provider;
    struct exchange *exchange;
    struct keeper_waiter waiter;
    struct claim claim;
};

static void open_state(struct return_leg *leg);
static bool claim_state(struct return_leg *leg);
static void use_provider(struct return_leg *leg);
static bool renew_keys(struct return_leg *leg);
static bool send_request(struct return_leg *leg);

/* Goes on until the login is over (true) or something has to be waited for (false). */
static bool drive(struct return_leg *leg)
{
    for (;;) {
        switch (oidc_login_next(leg->login)) {
        case OIDC_ACTION_OPEN_STATE:
            open_state(leg);
            break;
        case OIDC_ACTION_CLAIM_STATE:
            if (claim_state(leg))
                return false;
            break;
        case OIDC_ACTION_NEED_PROVIDER:
            use_provider(leg);
            break;
        case OIDC_ACTION_RENEW_KEYS:
            if (renew_keys(leg))
                return false;
            break;
        case OIDC_ACTION_SEND:
            if (send_request(leg))
                return false;
            break;
        case OIDC_ACTION_DONE:
        case OIDC_ACTION_REFUSED:
            return true;
        }
    }
}

static void open_state(struct return_leg *leg)
{
    struct worker *worker = leg->request->worker;
    const char *state = oidc_login_state(leg->login);
    struct cookie cookie = {0};
    char name[STATE_NAME_SIZE];

    if (state) {
        state_cookie_name(leg->request, state, name);
        request_cookie(leg->request, name, &cookie);
    }
    oidc_login_open_state(leg->login, worker->site->keyring, cookie.value, cookie.value_size,
                          worker->now);
}

static void go_on(struct return_leg *leg);

static void on_claimed(struct claim *claim)
{
    struct return_leg *leg =
        (struct return_leg *)(void *)((char *)claim - offsetof(struct return_leg, claim));

    oidc_login_claim_state(leg->login, claim->first);
    go_on(leg);
}

/* Asks whether this state comes back for the first time. @return whether to wait for the answer. */
static bool claim_state(struct return_leg *leg)
{
    struct worker *worker = leg->request->worker;
    const char *state = oidc_login_state(leg->login);
    struct claim *claim = &leg->claim;

    claim->worker = worker;
    claim->decided = on_claimed;
    claim->item.entry.expires_at = worker->now + OIDC_STATE_TTL + 1;
    if (!registry_key(REGISTRY_STATE_USED, state, strlen(state), claim->item.entry.key))
        oidc_login_refuse(leg->login, OIDC_E_CRYPTO, "no digest of the state can be made");
    else if (!remember_claim(claim))
        return true;
    else if (claim->full)
        oidc_login_refuse(leg->login, OIDC_E_STATES_FULL,
                          "no more used states can be remembered (remembered_full says what to "
                          "do)");
    else
        oidc_login_claim_state(leg->login, claim->first);
    return false;
}

static void use_provider(struct return_leg *leg)
{
    struct worker *worker = leg->request->worker;

    oidc_provider_unref(&leg->provider);
    leg->keeper = site_keeper(worker->site, oidc_login_provider_id(leg->login));
    leg->provider = leg->keeper ? keeper_provider(leg->keeper) : NULL;
    oidc_login_use_provider(leg->login, leg->provider, worker->now);
}

static void go_on(struct return_leg *leg)
{
    if (drive(leg))
        request_wake(leg->request);
}

static void on_newer_keys(struct keeper_waiter *waiter)
{
    struct return_leg *leg =
        (struct return_leg *)(void *)((char *)waiter - offsetof(struct return_leg, waiter));

    use_provider(leg);
    go_on(leg);
}

static bool renew_keys(struct return_leg *leg)
{
    if (!oidc_provider_may_fetch_keys(leg->provider, leg->request->worker->now)) {
        use_provider(leg); /* somebody else may have fetched them meanwhile */
        return false;
    }
    leg->waiter.worker = leg->request->worker;
    leg->waiter.told = on_newer_keys;
    keeper_renew_keys(leg->keeper, &leg->waiter);
    return true;
}

static void on_answer(void *context, const oidc_http_response *response)
{
    struct return_leg *leg = context;

    leg->exchange = NULL;
    oidc_login_answer(leg->login, response, leg->request->worker->now);
    go_on(leg);
}

static bool send_request(struct return_leg *leg)
{
    const oidc_http_response nothing = {.transport = OIDC_TRANSPORT_UNREACHABLE,
                                        .note = "out of memory"};

    leg->exchange =
        exchange_start(leg->request->worker, oidc_login_request(leg->login), on_answer, leg);
    if (leg->exchange)
        return true;
    oidc_login_answer(leg->login, &nothing, leg->request->worker->now);
    return false;
}

/* --- the end of it ---------------------------------------------------------------------------- */

static bool is_state(const char *text)
{
    size_t size = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    return size == OIDC_STATE_LENGTH && text[size] == '\0';
}

/* The cookie of this login goes on every way out, also when the response was too malformed for the
 * library to make out a state in it. */
static void clear_state(struct return_leg *leg)
{
    char *brought = NULL;
    char name[STATE_NAME_SIZE];

    if (target_parameter(&leg->request->target, "state", &brought) && brought &&
        is_state(brought)) {
        state_cookie_name(leg->request, brought, name);
        request_set_cookie(leg->request, name, "", 0);
    }
    free(brought);
}

static enum MHD_Result go_to(struct request *request, const char *path)
{
    char *location;

    if (asprintf(&location, "%s%s", request->worker->site->url, path ? path : "/") < 0)
        location = NULL;
    return respond_redirect(request, location);
}

/* Whether the answer to a silent sign-in comes back whose cookie is gone (too many tabs at once).
 * The provider's word tells: nothing but a request without a page is answered like that. */
static bool is_late(const struct return_leg *leg, const oidc_error *error)
{
    return (error->code == OIDC_E_STATE_MISSING || error->code == OIDC_E_STATE_EXPIRED) &&
           oidc_login_needs_person(leg->login);
}

/* Whether the provider said no. That is one of the two answers that a silent sign-in expects. */
static bool is_declined(const struct return_leg *leg, const oidc_error *error)
{
    return error->code == OIDC_E_ACCESS_DENIED || error->code == OIDC_E_PROVIDER_ERROR ||
           is_late(leg, error);
}

/* OpenID Connect Core 1.0, 3.1.2.6: a silent sign-in that failed is followed by the ways to sign in
 * that the person has, without a word about what they did not ask for. */
static enum MHD_Result turn_away(struct return_leg *leg, const oidc_error *error)
{
    struct request *request = leg->request;
    const char *provider = oidc_login_provider_id(leg->login);

    if (!oidc_login_is_silent(leg->login) && !is_late(leg, error))
        return refuse(request, provider, error);
    if (is_declined(leg, error)) {
        metrics_count(&request->worker->metrics, METRIC_SILENT_DECLINED);
        log_event(LOG_INFO, "silent_login_declined",
                  LOG_TEXT("reason", oidc_code_name(error->code)), LOG_TEXT("provider", provider),
                  LOG_TEXT("detail", error->detail),
                  LOG_TEXT("request_id", request_reference(request)));
    } else {
        log_refusal(request, provider, error);
    }
    if (visitor_of(request)) /* in another tab, meanwhile */
        return go_to(request, oidc_login_return_to(leg->login));
    return silent_give_up(request, oidc_login_return_to(leg->login));
}

static enum MHD_Result welcome(struct return_leg *leg)
{
    struct request *request = leg->request;
    struct worker *worker = request->worker;
    const oidc_identity *identity = oidc_login_identity(leg->login);
    oidc_error error = {0};

    if (!owns_username(worker, identity, &error))
        return turn_away(leg, &error);
    if (!visitor_sign_in(request, identity, &error)) {
        if (error.code == OIDC_OK)
            error.code = OIDC_E_MEMORY;
        return turn_away(leg, &error);
    }
    if (!oidc_login_is_silent(leg->login))
        silent_allow(request);
    metrics_count(&worker->metrics, METRIC_LOGINS_SUCCEEDED);
    log_event(LOG_INFO, "login_succeeded", LOG_TEXT("provider", identity->provider),
              LOG_TEXT("username", identity->username), LOG_TEXT("subject", identity->subject),
              LOG_TEXT("request_id", request_reference(request)));
    return go_to(request, oidc_login_return_to(leg->login));
}

/* A leg that is too old or was walked before, in a browser that is signed in: the person used the
 * back button or had two tabs, and wants the page. */
static bool is_stale_but_welcome(struct return_leg *leg, const oidc_error *error)
{
    return (error->code == OIDC_E_STATE_MISSING || error->code == OIDC_E_STATE_EXPIRED ||
            error->code == OIDC_E_STATE_USED) &&
           visitor_of(leg->request) != NULL;
}

static enum MHD_Result finish(struct return_leg *leg)
{
    struct request *request = leg->request;
    const oidc_error *error = oidc_login_error(leg->login);

    clear_state(leg);
    if (!error)
        return welcome(leg);
    if (!is_stale_but_welcome(leg, error))
        return turn_away(leg, error);
    log_refusal(request, oidc_login_provider_id(leg->login), error);
    return go_to(request, oidc_login_return_to(leg->login));
}

static enum MHD_Result advance(struct request *request, const char *body, size_t *size)
{
    struct return_leg *leg = request->work;

    (void)body;
    *size = 0;
    if (request->answered)
        return MHD_YES;
    return finish(leg);
}

static void end(struct request *request)
{
    struct return_leg *leg = request->work;

    exchange_cancel(leg->exchange);
    oidc_login_free(&leg->login);
    oidc_provider_unref(&leg->provider);
    free(leg);
}

static const struct job return_job = {.advance = advance, .end = end};

static enum MHD_Result come_back(struct request *request)
{
    const struct target *target = &request->target;
    struct return_leg *leg = calloc(1, sizeof(*leg));

    if (!leg)
        return MHD_NO;
    leg->request = request;
    if (oidc_login_new(target->query, target->query_size, &leg->login) != OIDC_OK) {
        free(leg);
        return MHD_NO;
    }
    request->job = &return_job;
    request->work = leg;
    if (drive(leg))
        return finish(leg);
    request_wait(request);
    return MHD_YES;
}

/* --- which leg? ------------------------------------------------------------------------------- */

static bool query_has(const struct target *target, const char *name)
{
    size_t size = strlen(name);
    const char *at = target->query;
    const char *end = at ? at + target->query_size : NULL;

    while (at && at < end) {
        const char *next = memchr(at, '&', (size_t)(end - at));

        if ((size_t)(end - at) > size && memcmp(at, name, size) == 0 && at[size] == '=')
            return true;
        at = next ? next + 1 : NULL;
    }
    return false;
}

enum MHD_Result handle_login(struct request *request)
{
    const struct target *target = &request->target;
    char *provider_id = NULL;
    char *rd = NULL;
    enum MHD_Result result = MHD_NO;

    if (query_has(target, "state") || query_has(target, "code") || query_has(target, "error"))
        return come_back(request);
    if (!target_parameter(target, "providerId", &provider_id) ||
        !target_parameter(target, "rd", &rd))
        goto out;
    result = provider_id ? start(request, provider_id, rd) : redirect_to_sign_in(request, rd);
out:
    free(provider_id);
    free(rd);
    return result;
}
