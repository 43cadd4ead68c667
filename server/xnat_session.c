/* The token, its renewal, whether a request may go, and what answers say of it. See
 * xnat_session.h. */
#include <config.h>

#include "xnat_session.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "ledger.h"
#include "log.h"
#include "request.h"
#include "session_cache.h"
#include "site.h"
#include "visitor.h"
#include "xnat_farewell.h"
#include "xnat_handover.h"
#include "xnat_worker.h"

/* Seconds between two tries to get a session a new token: whatever XNAT says, there are no loops.
 */
#define RENEWAL_PAUSE 60

/* Seconds since it was last sent for which a session of XNAT's is believed to be alive: its
 * shortest usual time-out is 15 minutes. Past it one request goes first again. */
#define ID_TRUSTED 600

/* A new token for a session, on its way. */
struct xnat_renewal {
    struct xnat_renewal *next;
    struct worker *worker;
    struct session_entry *entry; /* a reference */
    struct xnat_handover *handover;
};

/* --- the token ----------------------------------------------------------------------------------
 */

static void use_token(struct session_entry *entry, const struct xnat_token *token)
{
    struct xnat_stay *xnat = &entry->xnat;

    xnat_authorization_free(xnat->authorization);
    xnat->authorization = NULL;
    xnat->token++;
    if (xnat_token_key(token, xnat->gone_key))
        xnat->authorization = xnat_token_authorization(token);
    xnat->renew_at = xnat_token_renew_at(token);
    xnat->expires_at = token->expires_at;
    pass_clear(&entry->pass); /* it has the old one in it */
}

static void read_token(struct session_entry *entry)
{
    struct xnat_token token;

    entry->xnat.read = true;
    if (xnat_token_of(entry->session, &token)) {
        use_token(entry, &token);
        if (token.issued_at > oidc_session_issued_at(entry->session))
            entry->xnat.tried_at = token.issued_at; /* in mid-session, by whichever worker */
    }
    xnat_token_clear(&token);
}

/* Any worker's requests may have met with the refusal. */
static bool is_refused(const struct worker *worker, const struct xnat_stay *xnat)
{
    return ledger_get(worker->site->ledger, xnat->gone_key, worker->now, NULL);
}

static bool is_usable(const struct worker *worker, const struct xnat_stay *xnat)
{
    return xnat->authorization && worker->now < xnat->expires_at && !is_refused(worker, xnat);
}

/* --- a new one ----------------------------------------------------------------------------------
 */

/* Who has no account any more that they may use is signed out. Trouble of XNAT's passes: one that
 * is being deployed knows nothing at all, so an account is gone when it is gone twice. */
static bool is_verdict(struct xnat_stay *stay, oidc_code code)
{
    const bool missed_before = stay->missed;

    stay->missed = code == OIDC_E_ACCOUNT_UNKNOWN;
    return oidc_code_class(code) == OIDC_CLASS_POLICY && (!stay->missed || missed_before);
}

/* What XNAT has refused once is not sent again by anybody. */
static void let_go_of_refused(struct worker *worker, const struct session_entry *entry)
{
    struct xnat_token token = {.issued_at = 0};

    if (entry->xnat.authorization && is_refused(worker, &entry->xnat) &&
        xnat_token_of(entry->session, &token))
        xnat_farewell_token(worker, &token);
    xnat_token_clear(&token);
}

static void take_new_token(struct worker *worker, struct session_entry *entry,
                           const struct xnat_token *token)
{
    const oidc_identity *identity = oidc_session_identity(entry->session);

    if (entry->xnat.over) {
        xnat_farewell_token(worker, token);
        return;
    }
    let_go_of_refused(worker, entry);
    if (xnat_token_attach(token, entry->session, &entry->xnat.error) != OIDC_OK)
        return;
    use_token(entry, token);
    entry->xnat.missed = false;
    entry->xnat.error = (oidc_error){.code = OIDC_OK};
    entry->resealed_at = 0; /* the browser is to have it with the next answer */
    log_event(LOG_INFO, "xnat_token_renewed", LOG_TEXT("username", identity->username),
              LOG_NUMBER("expires_at", token->expires_at));
}

static void end_for_good(struct worker *worker, struct session_entry *entry,
                         const oidc_error *error)
{
    const oidc_identity *identity = oidc_session_identity(entry->session);

    metrics_count_refusal(&worker->metrics, error->code);
    log_event(LOG_WARNING, "session_ended", LOG_TEXT("reason", oidc_code_name(error->code)),
              LOG_TEXT("provider", identity->provider), LOG_TEXT("username", identity->username),
              LOG_TEXT("detail", error->detail),
              LOG_TEXT("effect", "the person is signed out, and told why"));
    visitor_end_session(worker, entry, NULL);
}

static void take_refusal(struct worker *worker, struct session_entry *entry,
                         const oidc_error *error)
{
    if (entry->xnat.over)
        return;
    entry->xnat.error = *error;
    if (is_verdict(&entry->xnat, error->code)) {
        end_for_good(worker, entry, error);
        return;
    }
    log_event(LOG_WARNING, "xnat_token_renewal_failed",
              LOG_TEXT("reason", oidc_code_name(error->code)),
              LOG_TEXT("username", oidc_session_identity(entry->session)->username),
              LOG_TEXT("detail", error->detail));
}

static void forget_renewal(struct xnat_renewal *renewal)
{
    struct xnat_renewal **at = &renewal->worker->xnat->renewals;

    while (*at && *at != renewal)
        at = &(*at)->next;
    if (*at)
        *at = renewal->next;
    renewal->entry->xnat.renewal = NULL;
    xnat_handover_free(renewal->handover);
    session_entry_unref(renewal->entry);
    free(renewal);
}

static void on_renewed(void *context)
{
    struct xnat_renewal *renewal = context;
    struct session_entry *entry = renewal->entry;
    const struct xnat_token *token = xnat_handover_token(renewal->handover);

    if (token)
        take_new_token(renewal->worker, entry, token);
    else
        take_refusal(renewal->worker, entry, xnat_handover_error(renewal->handover));
    entry->references++;
    forget_renewal(renewal);
    xnat_stay_wake(&entry->xnat);
    session_entry_unref(entry);
}

/* Nobody signs in here: no account is created. */
static void begin_renewal(struct worker *worker, struct session_entry *entry)
{
    struct xnat_renewal *renewal = calloc(1, sizeof(*renewal));

    entry->xnat.tried_at = worker->now;
    entry->xnat.error = (oidc_error){.code = OIDC_E_MEMORY};
    if (!renewal)
        return;
    renewal->worker = worker;
    renewal->handover = xnat_handover_new(worker, oidc_session_identity(entry->session), false,
                                          on_renewed, renewal);
    if (!renewal->handover) {
        free(renewal);
        return;
    }
    renewal->entry = entry;
    entry->references++;
    entry->xnat.renewal = renewal;
    renewal->next = worker->xnat->renewals;
    worker->xnat->renewals = renewal;
    if (!xnat_handover_begin(renewal->handover))
        on_renewed(renewal);
}

void xnat_renewals_drop(struct worker *worker)
{
    while (worker->xnat->renewals)
        forget_renewal(worker->xnat->renewals);
}

/* --- may a request go? --------------------------------------------------------------------------
 */

static bool may_try(const struct xnat_stay *xnat, int64_t now)
{
    return !xnat->renewal && clock_has_passed(xnat->tried_at, RENEWAL_PAUSE, now);
}

enum xnat_admission xnat_session_admit(struct worker *worker, struct session_entry *entry)
{
    struct xnat_stay *xnat = &entry->xnat;

    if (!xnat->read)
        read_token(entry);
    if (!xnat->over && may_try(xnat, worker->now) &&
        (!is_usable(worker, xnat) || worker->now >= xnat->renew_at))
        begin_renewal(worker, entry);
    if (xnat->over)
        return XNAT_IS_TURNED_AWAY;
    if (is_usable(worker, xnat))
        return XNAT_MAY_GO;
    if (xnat->renewal)
        return XNAT_MUST_WAIT;
    if (xnat->error.code == OIDC_OK && xnat->authorization && worker->now < xnat->expires_at)
        return XNAT_MAY_GO; /* refused though it is new: that is XNAT's word, not ours */
    if (xnat->error.code == OIDC_OK)
        xnat->error.code = OIDC_E_MEMORY;
    return XNAT_HAS_NO_TOKEN;
}

bool xnat_session_lead(struct request *request, struct session_entry *entry, const char **id)
{
    struct xnat_stay *xnat = &entry->xnat;
    int64_t now = request->worker->now;

    *id = "";
    if (visitor_has_xnat_session(request))
        return true;
    if (xnat->id[0] != '\0' && !clock_has_passed(xnat->id_at, ID_TRUSTED, now)) {
        *id = xnat->id;
        xnat->id_at = now;
        return true;
    }
    if (xnat->leader)
        return request->has_waited;
    if (!request_has_body(request))
        xnat->leader = request; /* the answer to an upload begins when all of it has arrived */
    *id = xnat->id;
    return true;
}

/* --- what answers say ---------------------------------------------------------------------------
 */

struct own {
    struct cookie cookie;
    unsigned count;
};

static bool is_counted(void *context, const struct cookie *cookie)
{
    struct own *own = context;

    if (xnat_cookie_is_session(cookie)) {
        own->cookie = *cookie;
        own->count++;
    }
    return own->count < 2;
}

/* XNAT opens a new session for whoever brings another user's, or one that has ended. Where it has
 * opened none, the session that came with the credentials is the user's own; where several came, we
 * cannot tell which of them is. */
void xnat_session_take_own(struct request *request, struct session_entry *entry)
{
    struct own own = {.count = 0};

    request_each_cookie(request, is_counted, &own);
    if (own.count != 1 || !xnat_cookie_is_usable(own.cookie.value, own.cookie.value_size))
        return;
    memcpy(entry->xnat.id, own.cookie.value, own.cookie.value_size);
    entry->xnat.id[own.cookie.value_size] = '\0';
    entry->xnat.id_at = request->worker->now;
}

bool xnat_session_take_cookie(struct session_entry *entry, const char *set_cookie, int64_t now)
{
    if (!xnat_cookie_read(set_cookie, entry->xnat.id))
        return false;
    entry->xnat.id_at = now;
    return true;
}

bool xnat_session_refused(struct request *request, struct session_entry *entry, int status)
{
    struct worker *worker = request->worker;
    struct xnat_stay *xnat = &entry->xnat;
    const bool is_old = request->token != xnat->token;

    if (xnat->over)
        return false;
    if (!is_old && xnat->authorization && !is_refused(worker, xnat)) {
        ledger_put(worker->site->ledger, xnat->gone_key, XNAT_TOKEN_REFUSED, xnat->expires_at,
                   worker->now);
        log_event(LOG_WARNING, "xnat_token_refused",
                  LOG_TEXT("username", oidc_session_identity(entry->session)->username),
                  LOG_NUMBER("status", status),
                  LOG_TEXT("effect", "XNAT is asked about the account with the next request"),
                  LOG_TEXT("request_id", request_reference(request)));
    }
    xnat->id[0] = '\0';
    return is_old ? is_usable(worker, xnat) : may_try(xnat, worker->now);
}

void xnat_session_answered(const struct request *request, struct session_entry *entry)
{
    if (entry->xnat.leader != request)
        return;
    entry->xnat.leader = NULL;
    xnat_stay_wake(&entry->xnat);
}

/* --- the end ------------------------------------------------------------------------------------
 */

/* Sessions that have ended with nobody there: as old as one may be, or signed out by the provider
 * or at another replica. */
static void end_if_over(void *context, struct session_entry *entry)
{
    struct worker *worker = context;

    if (!visitor_has_ended(worker, entry))
        return;
    xnat_farewell(worker, &entry->xnat, entry->session);
    session_cache_remove(worker->sessions, entry);
}

void xnat_sessions_sweep(struct worker *worker)
{
    session_cache_each(worker->sessions, end_if_over, worker);
}
