/* Back from the provider. See return_leg.h. */
#include <config.h>

#include "return_leg.h"

#include <stdlib.h>
#include <string.h>

#include <oidc/login.h>

#include "container.h"
#include "email_withheld.h"
#include "exchange.h"
#include "lease.h"
#include "log.h"
#include "ownership.h"
#include "refusal.h"
#include "remember.h"
#include "respond.h"
#include "silent.h"
#include "silent_guard.h"
#include "site.h"
#include "state_cookie.h"
#include "visitor.h"
#include "xnat_farewell.h"
#include "xnat_handover.h"

struct return_leg {
    struct request *request;
    oidc_login *login;
    struct lease lease;
    struct exchange *exchange;
    struct claim claim;
    struct xnat_handover *handover; /* NULL where the site hands over by headers */
    bool kept;                      /* its token: a session has it */
};

/* --- what the login asks for ------------------------------------------------------------------ */

static void open_state(struct return_leg *leg)
{
    struct worker *worker = leg->request->worker;
    const char *state = oidc_login_state(leg->login);
    struct cookie cookie = {0};

    if (state)
        cookie = state_cookie_get(leg->request, state);
    oidc_login_open_state(leg->login, worker->site->keyring, cookie.value, cookie.value_size,
                          worker->now);
}

static void go_on(struct return_leg *leg);

static void on_claimed(struct claim *claim)
{
    struct return_leg *leg = CONTAINER_OF(claim, struct return_leg, claim);

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
    claim->item.entry.expires_at = worker->now + OIDC_STATE_TTL + OIDC_STATE_LEEWAY + 1;
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

    leg->lease.keeper = site_keeper(worker->site, oidc_login_provider_id(leg->login));
    oidc_login_use_provider(leg->login, lease_renew(&leg->lease), worker->now);
}

static void on_newer_keys(struct lease *lease)
{
    struct return_leg *leg = CONTAINER_OF(lease, struct return_leg, lease);

    use_provider(leg);
    go_on(leg);
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

static void on_handed_over(void *context)
{
    go_on(context);
}

/* Where the site hands over by tokens, nobody is let in before XNAT has issued one. @return whether
 * to wait for it. */
static bool hand_over(struct return_leg *leg)
{
    struct worker *worker = leg->request->worker;

    if (!worker->xnat || leg->handover)
        return false;
    leg->handover =
        xnat_handover_new(worker, oidc_login_identity(leg->login), true, on_handed_over, leg);
    return leg->handover && xnat_handover_begin(leg->handover);
}

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
            if (lease_await_keys(&leg->lease, leg->request->worker, on_newer_keys))
                return false;
            use_provider(leg);
            break;
        case OIDC_ACTION_SEND:
            if (send_request(leg))
                return false;
            break;
        case OIDC_ACTION_DONE:
            return !hand_over(leg);
        case OIDC_ACTION_REFUSED:
            return true;
        }
    }
}

static void go_on(struct return_leg *leg)
{
    if (drive(leg))
        request_wake(leg->request);
}

/* --- the end of it ---------------------------------------------------------------------------- */

/* The cookie of this login goes on every way out, also when the response was too malformed for the
 * library to make out a state in it. */
static void clear_state(struct return_leg *leg)
{
    char *brought = NULL;

    if (target_parameter(&leg->request->target, "state", &brought) && brought)
        state_cookie_clear(leg->request, brought);
    free(brought);
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
        return refusal_show(request, provider, error);
    if (is_declined(leg, error)) {
        metrics_count(&request->worker->metrics, METRIC_SILENT_DECLINED);
        log_event(LOG_INFO, "silent_login_declined",
                  LOG_TEXT("reason", oidc_code_name(error->code)), LOG_TEXT("provider", provider),
                  LOG_TEXT("detail", error->detail),
                  LOG_TEXT("request_id", request_reference(request)));
    } else {
        refusal_log(request, provider, error);
    }
    if (visitor_of(request)) /* in another tab, meanwhile */
        return respond_redirect_within(request, oidc_login_return_to(leg->login));
    return silent_give_up(request, oidc_login_return_to(leg->login));
}

/* False, with the reason, where the user name is another's or XNAT lets nobody in. @param token
 * NULL where none is needed. */
static bool may_come_in(const struct return_leg *leg, const struct xnat_token **token,
                        oidc_error *error)
{
    struct worker *worker = leg->request->worker;

    *token = leg->handover ? xnat_handover_token(leg->handover) : NULL;
    if (*token)
        return true;
    if (!worker->xnat)
        return owns_username(worker, oidc_login_identity(leg->login), error);
    *error = leg->handover ? *xnat_handover_error(leg->handover)
                           : (oidc_error){.code = OIDC_E_MEMORY, .detail = "out of memory"};
    return false;
}

static enum MHD_Result welcome(struct return_leg *leg)
{
    struct request *request = leg->request;
    struct worker *worker = request->worker;
    const oidc_identity *identity = oidc_login_identity(leg->login);
    const struct xnat_token *token;
    oidc_error error = {0};

    if (!may_come_in(leg, &token, &error))
        return turn_away(leg, &error);
    if (!visitor_sign_in(request, identity, token, &error))
        return turn_away(leg, &error);
    leg->kept = true;
    if (!oidc_login_is_silent(leg->login))
        silent_allow(request);
    metrics_count(&worker->metrics, METRIC_LOGINS_SUCCEEDED);
    log_event(LOG_INFO, "login_succeeded", LOG_TEXT("provider", identity->provider),
              LOG_TEXT("username", identity->username), LOG_TEXT("subject", identity->subject),
              LOG_TEXT("request_id", request_reference(request)));
    email_withheld_tell(identity, request_reference(request));
    return respond_redirect_within(request, oidc_login_return_to(leg->login));
}

/* A leg that is too old or was walked before, in a browser that is signed in: the person used the
 * back button or had two tabs, and wants the page. */
static bool is_stale_but_welcome(struct return_leg *leg, const oidc_error *error)
{
    return (error->code == OIDC_E_STATE_MISSING || error->code == OIDC_E_STATE_EXPIRED ||
            error->code == OIDC_E_STATE_USED) &&
           visitor_of(leg->request) != NULL;
}

/* A browser that comes back without this login's cookie but with others took too long, or is
 * another one. One that has not a single cookie may take none as well: nobody but XNAT sets others,
 * and where --unauthenticated is login or deny, or a link led to the sign-in, nobody came to XNAT.
 */
static bool takes_no_cookies(const struct return_leg *leg, const oidc_error *error)
{
    return error->code == OIDC_E_STATE_MISSING &&
           !request_header(leg->request, MHD_HTTP_HEADER_COOKIE);
}

static enum MHD_Result finish(struct return_leg *leg)
{
    struct request *request = leg->request;
    const oidc_error *error = oidc_login_error(leg->login);
    static const oidc_error no_cookies = {
        .code = OIDC_E_COOKIES_MISSING,
        .detail = "the browser came back without any cookie: the sign-in was begun more than ten "
                  "minutes ago or in another browser, or this one blocks them"};

    clear_state(leg);
    if (!error)
        return welcome(leg);
    if (takes_no_cookies(leg, error) && !is_late(leg, error))
        error = &no_cookies;
    if (!is_stale_but_welcome(leg, error))
        return turn_away(leg, error);
    refusal_log(request, oidc_login_provider_id(leg->login), error);
    return respond_redirect_within(request, oidc_login_return_to(leg->login));
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
    if (leg->handover && !leg->kept && xnat_handover_token(leg->handover))
        xnat_farewell_token(request->worker, xnat_handover_token(leg->handover));
    xnat_handover_free(leg->handover);
    oidc_login_free(&leg->login);
    lease_end(&leg->lease);
    free(leg);
}

static const struct job return_job = {.advance = advance, .end = end};

enum MHD_Result return_leg_walk(struct request *request)
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
