/* A request waits here for its session's token, goes to XNAT, and is sent again by its browser
 * where XNAT refused. See xnat_forward.h. */
#include <config.h>

#include "xnat_forward.h"

#include <stdlib.h>
#include <strings.h>

#include "clock.h"
#include "log.h"
#include "proxy.h"
#include "respond.h"
#include "site.h"
#include "visitor.h"
#include "xnat_farewell.h"
#include "xnat_session.h"

bool xnat_is_handed_tokens(const struct site *site)
{
    return site->options.handoff == HANDOFF_XNAT_TOKEN;
}

/* --- waiting ------------------------------------------------------------------------------------
 */

/* Seconds that a request waits at most before it looks again: XNAT works on some requests for
 * minutes, and the others of the session cannot wait for the answer to such a one. */
#define HOLD_LIMIT 10

/* A request that waits for its session's token, or for a session of XNAT's. */
struct hold {
    struct xnat_waiter waiter;
    struct session_entry *entry; /* the request's */
    xnat_go_on *go_on, *refuse;
    bool head;     /* begun with the head of a request whose body has not come yet */
    int64_t since; /* when it began to wait */
};

static void hold_end(struct request *request)
{
    struct hold *hold = request->work;

    xnat_stay_stop_waiting(&hold->entry->xnat, &hold->waiter);
    free(hold);
}

static const struct job hold_job;

static enum MHD_Result hold_advance(struct request *request, const char *body, size_t *size)
{
    struct hold hold = *(struct hold *)request->work;
    enum MHD_Result result;

    hold_end(request);
    request_resume(request, hold.head);
    result = xnat_with_token(request, hold.entry, hold.go_on, hold.refuse);
    if (result == MHD_YES && request->job == &hold_job)
        return MHD_YES; /* what was brought stays where it is until the wait is over */
    return request_hand_on(request, result, body, size);
}

static const struct job hold_job = {.advance = hold_advance, .end = hold_end, .abandonable = true};

static enum MHD_Result hold(struct request *request, struct session_entry *entry, xnat_go_on *go_on,
                            xnat_go_on *refuse)
{
    struct hold *made = calloc(1, sizeof(*made));

    if (!made)
        return MHD_NO;
    *made = (struct hold){.waiter = {.request = request},
                          .entry = entry,
                          .go_on = go_on,
                          .refuse = refuse,
                          .head = !request->whole,
                          .since = request->worker->now};
    xnat_stay_wait(&entry->xnat, &made->waiter);
    request->job = &hold_job;
    request->work = made;
    request_wait(request);
    return MHD_YES;
}

void xnat_holds_look(struct worker *worker)
{
    for (struct request *request = worker->requests; request; request = request->next) {
        struct hold *hold = request->job == &hold_job ? request->work : NULL;

        if (!hold || !clock_has_passed(hold->since, HOLD_LIMIT, worker->now))
            continue;
        xnat_stay_stop_waiting(&hold->entry->xnat, &hold->waiter);
        request_wake(request);
    }
}

enum MHD_Result xnat_with_token(struct request *request, struct session_entry *entry,
                                xnat_go_on *go_on, xnat_go_on *refuse)
{
    switch (xnat_session_admit(request->worker, entry)) {
    case XNAT_MAY_GO:
        return go_on(request, entry);
    case XNAT_MUST_WAIT:
        return hold(request, entry, go_on, refuse);
    case XNAT_IS_TURNED_AWAY:
    case XNAT_HAS_NO_TOKEN:
        break;
    }
    return refuse(request, entry);
}

/* --- what XNAT answers --------------------------------------------------------------------------
 */

/* Where XNAT leads those whom it does not let in: who it does not know, to its login page; whose
 * account is not enabled, or not verified, to pages that say so. */
static bool leads_out(const struct request *request, const struct answer_head *head)
{
    const char *const pages[] = {request->worker->site->options.login_page,
                                 "/app/template/InactiveAccount.vm",
                                 "/app/template/VerificationSent.vm"};

    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        if (answer_head_redirect(head, pages[i]))
            return true;
    }
    return false;
}

static bool is_refused(const struct request *request, const struct answer_head *head)
{
    return head->status == MHD_HTTP_UNAUTHORIZED || leads_out(request, head);
}

/* To a navigation, which asks with a path. */
static enum MHD_Result send_again(struct request *request)
{
    return respond_redirect_within(request, request->raw);
}

/* Ours has ended while XNAT was at work: with the session that this answer gives, or kept awake,
 * whoever comes next would be in. */
static void end_too(struct request *request, struct session_entry *entry, bool given)
{
    xnat_farewell(request->worker, &entry->xnat, entry->session);
    /* The browser may have another by now: nothing is said of what this answer does not bring. */
    request_unset_cookie(request, request->worker->site->cookies.session);
    if (given)
        request_set_cookie(request, xnat_cookie_name, "", 0);
}

/* Whoever looks at the answer asks again, for they will be let in, or told why not: neither XNAT's
 * login page nor a browser's question for a password would help them. */
static proxy_answer *on_head(struct request *request, const struct answer_head *head)
{
    struct session_entry *entry = request->visitor;
    const char *name = NULL, *value = NULL;
    bool again = false, given = false;

    if (!entry)
        return NULL;
    while (head && answer_head_next(head, &name, &value)) {
        if (strcasecmp(name, MHD_HTTP_HEADER_SET_COOKIE) == 0 &&
            xnat_session_take_cookie(entry, value, request->worker->now))
            given = true;
    }
    if (head && !given && head->status < 400)
        xnat_session_take_own(request, entry);
    if (entry->xnat.over ||
        ((given || request->cookie_count > 0) && visitor_has_ended(request->worker, entry)))
        end_too(request, entry, given);
    if (head && is_refused(request, head))
        again = xnat_session_refused(request, entry, (int)head->status) &&
                request_is_navigation(request) && request->raw[0] == '/';
    xnat_session_answered(request, entry);
    return again ? send_again : NULL;
}

/* --- going --------------------------------------------------------------------------------------
 */

static enum MHD_Result refuse(struct request *request, struct session_entry *entry)
{
    oidc_code code = entry->xnat.error.code;
    unsigned status = (unsigned)oidc_code_http_status(code);

    log_event(LOG_WARNING, "request_refused", LOG_TEXT("reason", oidc_code_name(code)),
              LOG_TEXT("detail", entry->xnat.error.detail),
              LOG_TEXT("request_id", request_reference(request)));
    if (entry->xnat.over)
        visitor_forget(request); /* may be the last that holds the entry */
    if (request_is_navigation(request))
        return respond_error(request, status, oidc_code_name(code), 0);
    return respond_refusal(request, status,
                           &(struct refusal_text){.sentence = oidc_code_sentence(code),
                                                  .reason = oidc_code_name(code)});
}

static enum MHD_Result go(struct request *request, struct session_entry *entry)
{
    const oidc_header credentials = {MHD_HTTP_HEADER_AUTHORIZATION, entry->xnat.authorization};
    const char *id;

    if (!xnat_session_lead(request, entry, &id)) {
        request->has_waited = true;
        return hold(request, entry, go, refuse);
    }
    request->upstream_session = id;
    request->token = entry->xnat.token;
    visitor_refresh_cookie(request, entry);
    return proxy_begin_watched(request, &credentials, 1, on_head);
}

enum MHD_Result xnat_forward(struct request *request, struct session_entry *entry)
{
    return xnat_with_token(request, entry, go, refuse);
}
