/* Silent sign-in: when, and when not. See silent.h. */
#include <config.h>

#include "silent.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "handlers.h"
#include "site.h"
#include "visitor.h"

/* What the guard says. */
static const char guard_asked[] = "check"; /* does this browser keep cookies? */
static const char guard_tried[] = "tried";
static const char guard_off[] = "off"; /* signed out */

/* What the parameter says. */
static const char mark_check[] = "check"; /* here comes who was given the guard */
static const char mark_no[] = "no";       /* no try from this address */

/* Seconds that the redirect to ourselves may take. */
#define ASKED_TTL 60

/* Seconds until the next try: long enough for a provider to be slow, short enough that somebody who
 * signs in there meanwhile need not press a button here. */
#define TRIED_TTL 120

/* Seconds that a sign-out is respected. Much longer than a session: who signed out on a computer
 * that others use must not be signed in by the next one's visit, as long as the provider remembers
 * them. */
#define OFF_TTL (30LL * 24 * 3600)

static bool guard_is(const struct cookie *guard, const char *value)
{
    return guard->value_size == strlen(value) && memcmp(guard->value, value, strlen(value)) == 0;
}

static bool set_guard(struct request *request, const char *value, long long seconds)
{
    return request_set_cookie(request, request->worker->site->cookies.silent, value, seconds);
}

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
    if (!set_guard(request, guard_asked, ASKED_TTL))
        return false;
    *result = redirect_to_sign_in_as(request, return_to, mark_check);
    return true;
}

static bool send_away(struct request *request, const char *return_to, enum MHD_Result *result)
{
    return set_guard(request, guard_tried, TRIED_TTL) &&
           start_silent_login(request, request->worker->site->silent, return_to, result);
}

bool silent_try(struct request *request, const char *return_to, enum MHD_Result *result)
{
    struct cookie guard;
    char *mark = NULL;
    bool sent = false;

    if (!is_for(request) || !target_parameter(&request->target, SILENT_PARAMETER, &mark) ||
        (mark && strcmp(mark, mark_no) == 0))
        goto out;
    if (request_cookie(request, request->worker->site->cookies.silent, &guard))
        sent = guard_is(&guard, guard_asked) && send_away(request, return_to, result);
    else
        sent = !mark && ask_for_guard(request, return_to, result);
out:
    free(mark);
    return sent;
}

enum MHD_Result silent_give_up(struct request *request, const char *return_to)
{
    struct cookie guard;

    /* The time counts from the answer; but a sign-out meanwhile stands. */
    if (!request_cookie(request, request->worker->site->cookies.silent, &guard) ||
        !guard_is(&guard, guard_off))
        set_guard(request, guard_tried, TRIED_TTL);
    return redirect_to_sign_in_as(request, return_to, mark_no);
}

void silent_suppress(struct request *request)
{
    if (request->worker->site->silent)
        set_guard(request, guard_off, OFF_TTL);
}

void silent_allow(struct request *request)
{
    struct cookie guard;

    if (request_cookie(request, request->worker->site->cookies.silent, &guard))
        set_guard(request, "", 0);
}
