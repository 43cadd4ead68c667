/* Silent sign-in: when, and when not. See silent.h. */
#include <config.h>

#include "silent.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "departure.h"
#include "keeper.h"
#include "log.h"
#include "silent_guard.h"
#include "site.h"
#include "to_sign_in.h"
#include "visitor.h"

/* What the parameter says. */
static const char mark_check[] = "check"; /* here comes who was given the guard */
static const char mark_no[] = "no";       /* no try from this address */

/* A page that the browser fetches in case the person wants it is looked at by nobody yet. */
static bool is_ahead_of_time(const struct request *request)
{
    const char *purpose = request_header(request, "Sec-Purpose");

    return purpose && strncasecmp(purpose, "prefetch", strlen("prefetch")) == 0;
}

/* Somebody with a session of XNAT's may be signed in there with an account of its own, which a
 * sign-in ends. XNAT gives its cookie to everybody, so that is no reason to hold back whoever came
 * to the sign-in page from here; but no other site's page exchanges one account for another. */
static bool could_be_exchanged(struct request *request)
{
    return visitor_has_xnat_session(request) && request_is_foreign(request);
}

static bool is_for(struct request *request)
{
    return request->worker->site->silent && request_is_navigation(request) &&
           !is_ahead_of_time(request) && !visitor_of(request) && !could_be_exchanged(request);
}

static bool ask_for_guard(struct request *request, const char *return_to, enum MHD_Result *result)
{
    if (!silent_guard_set(request, SILENT_GUARD_ASKED))
        return false;
    *result = redirect_to_sign_in_as(request, return_to, mark_check);
    return true;
}

/* Nobody asked for it, so nobody is refused anything. */
static bool start(struct request *request, const char *return_to, enum MHD_Result *result)
{
    struct keeper *keeper = request->worker->site->silent;
    const oidc_authorization_options options = {.return_to = return_to, .silent = true};
    oidc_error error = {0};

    if (depart(request, keeper, &options, result, &error))
        return true;
    log_event(LOG_INFO, "silent_login_skipped", LOG_TEXT("reason", oidc_code_name(error.code)),
              LOG_TEXT("provider", keeper->id), LOG_TEXT("detail", error.detail),
              LOG_TEXT("request_id", request_reference(request)));
    return false;
}

static bool send_away(struct request *request, const char *return_to, enum MHD_Result *result)
{
    return silent_guard_set(request, SILENT_GUARD_TRIED) && start(request, return_to, result);
}

bool silent_try(struct request *request, const char *return_to, enum MHD_Result *result)
{
    char *mark = NULL;
    bool sent = false;

    if (!is_for(request) || !target_parameter(&request->target, SILENT_PARAMETER, &mark) ||
        (mark && strcmp(mark, mark_no) == 0))
        goto out;
    switch (silent_guard_of(request)) {
    case SILENT_GUARD_NONE:
        sent = !mark && ask_for_guard(request, return_to, result);
        break;
    case SILENT_GUARD_ASKED:
        sent = send_away(request, return_to, result);
        break;
    default:
        break;
    }
out:
    free(mark);
    return sent;
}

enum MHD_Result silent_give_up(struct request *request, const char *return_to)
{
    /* The time counts from the answer; but a sign-out meanwhile stands. */
    if (silent_guard_of(request) != SILENT_GUARD_OFF)
        silent_guard_set(request, SILENT_GUARD_TRIED);
    return redirect_to_sign_in_as(request, return_to, mark_no);
}
