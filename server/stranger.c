/* XNAT's answers are watched as well: a redirect to its login page becomes one to ours. See
 * stranger.h. */
#include <config.h>

#include "stranger.h"

#include <string.h>
#include <strings.h>

#include "bearer.h"
#include "password_login.h"
#include "proxy.h"
#include "silent_guard.h"
#include "site.h"
#include "to_sign_in.h"
#include "visitor.h"
#include "xnat_cookie.h"

/* A query tells XNAT's own login page from a mere way to it: the link there that the sign-in page
 * has carries one, and so does XNAT when it sends somebody back with a message. Where XNAT's own
 * login is switched off, no query gets past. */
static bool is_own_login(const struct site *site, bool has_query)
{
    return has_query && !site->password_login_disabled;
}

/* A browser that asks for XNAT's login page gets ours in its place. */
static bool wants_login_page(const struct request *request)
{
    const struct site *site = request->worker->site;

    return target_is(&request->target, site->options.login_page) &&
           !is_own_login(site, request->target.query != NULL) && request_is_navigation(request);
}

/* --- what XNAT answers --------------------------------------------------------------------------
 */

static bool leads_to_login_page(const struct site *site, const struct answer_head *head)
{
    const char *location = answer_head_redirect(head, site->options.login_page);

    return location && !is_own_login(site, strchr(location, '?') != NULL);
}

/* By its cookie XNAT remembers where the person was going, should they choose its own login. */
static bool keep_cookies(struct request *request, const struct answer_head *head)
{
    const char *name = NULL, *value = NULL;
    bool kept = true;

    while (kept && answer_head_next(head, &name, &value)) {
        if (strcasecmp(name, MHD_HTTP_HEADER_SET_COOKIE) == 0)
            kept = request_pass_cookie(request, value);
    }
    return kept;
}

static enum MHD_Result sign_in_and_come_back(struct request *request)
{
    return redirect_to_sign_in(request, request->raw);
}

/* In place of the session that stayed behind with one of ours, XNAT gives another. */
static void keep_new_session(struct request *request, const struct answer_head *head)
{
    const char *name = NULL, *value = NULL;
    char id[XNAT_SESSION_MAX + 1];

    while (request->visitor_has_left && answer_head_next(head, &name, &value)) {
        if (strcasecmp(name, MHD_HTTP_HEADER_SET_COOKIE) == 0 && xnat_cookie_read(value, id))
            request_unset_cookie(request, xnat_cookie_name);
    }
}

/* XNAT sends those whom it does not know to its login page, from where nobody could tell any more
 * where they were going: so that is noted here. A script has no use for the page, and would take it
 * for what it asked for. */
static proxy_answer *on_head(struct request *request, const struct answer_head *head)
{
    if (head)
        keep_new_session(request, head);
    if (!head || !leads_to_login_page(request->worker->site, head))
        return NULL;
    if (request_is_script(request))
        return bearer_ask;
    return request_is_navigation(request) && keep_cookies(request, head) ? sign_in_and_come_back
                                                                         : NULL;
}

/* --- what the site has chosen -------------------------------------------------------------------
 */

/* A form that goes no further, as XNAT answers it to whom it does not know: it may be an honest
 * one, of somebody whose session has ended meanwhile. Nobody comes back to a form. */
static enum MHD_Result ask_to_sign_in(struct request *request)
{
    return request_is_script(request) ? bearer_ask(request) : redirect_to_sign_in(request, "/");
}

static bool is_sent_to_sign_in(const struct request *request)
{
    const struct site *site = request->worker->site;

    return site->unauthenticated == UNAUTHENTICATED_DENY ||
           (site->unauthenticated == UNAUTHENTICATED_LOGIN && request_is_navigation(request) &&
            !target_is(&request->target, site->options.login_page) &&
            !visitor_has_xnat_session(request));
}

enum MHD_Result stranger_forward(struct request *request)
{
    const struct site *site = request->worker->site;

    /* Somebody with an account of XNAT's own signs out, unless it is another site's doing. */
    if (target_is_within(&request->target, site->options.logout_path) &&
        !request_is_foreign(request))
        silent_suppress(request);
    if (wants_login_page(request))
        return redirect_to_sign_in(request, "/");
    if (site->unauthenticated == UNAUTHENTICATED_DENY && !request_is_navigation(request))
        return bearer_ask(request);
    if (password_login_may_hide_in(request))
        return ask_to_sign_in(request);
    if (is_sent_to_sign_in(request))
        return sign_in_and_come_back(request);
    return proxy_begin_watched(request, NULL, 0, on_head);
}
