/* Back-channel logout: a provider says, server to server, that somebody signed out there. */
#include <config.h>

#include "handlers.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include <oidc/logout.h>

#include "clock.h"
#include "container.h"
#include "lease.h"
#include "log.h"
#include "logout_keys.h"
#include "remember.h"
#include "respond.h"
#include "site.h"

/* Bytes of a body that is looked at: a logout token has a few hundred. */
#define BODY_MAX ((size_t)16 * 1024)

static const char form_type[] = "application/x-www-form-urlencoded";

struct backchannel {
    struct request *request;
    char body[BODY_MAX];
    size_t size; /* of the whole body: more than BODY_MAX is too much */
    oidc_logout *logout;
    struct lease lease;
    struct claim claim;
    struct logout_keys keys;   /* of the sessions that end */
    int64_t until;             /* when the last of them would have ended by itself */
    const oidc_error *trouble; /* ours, for which the token is not spent; NULL: none */
};

/* --- the answer ------------------------------------------------------------------------------- */

/* The specification's words for what went wrong (RFC 6749, 5.2, as Back-Channel Logout 1.0, 2.8 has
 * it): our trouble, or the request's. */
static const char *error_word(oidc_code code)
{
    switch (oidc_code_class(code)) {
    case OIDC_CLASS_PROVIDER:
    case OIDC_CLASS_SYSTEM:
        return "temporarily_unavailable";
    default:
        return "invalid_request";
    }
}

/* Back-Channel Logout 1.0, 2.8: 400, whatever the reason. */
static enum MHD_Result refuse(struct request *request, const char *provider,
                              const oidc_error *error)
{
    const char *reason = oidc_code_name(error->code);
    struct request_client client;
    char *text = NULL;
    json_t *object;

    request_client(request, &client);
    metrics_count(&request->worker->metrics, METRIC_LOGOUTS_REFUSED);
    log_event(LOG_WARNING, "backchannel_logout_refused", LOG_TEXT("reason", reason),
              LOG_TEXT("provider", provider), LOG_TEXT("detail", error->detail),
              LOG_TEXT("request_id", request_reference(request)), LOG_CLIENT(client));
    object = json_pack("{s:s, s:s, s:s, s:s}", "error", error_word(error->code),
                       "error_description", oidc_code_sentence(error->code), "reason", reason,
                       "reference", request_reference(request));
    if (object)
        text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    return respond_text(request, MHD_HTTP_BAD_REQUEST, "application/json", text);
}

static enum MHD_Result refuse_for(struct request *request, oidc_code code, const char *detail)
{
    oidc_error error = {.code = code};

    snprintf(error.detail, sizeof(error.detail), "%s", detail);
    return refuse(request, NULL, &error);
}

/* Nothing has happened yet when these are told of: the same token may come again. */
static const oidc_error no_digest = {.code = OIDC_E_CRYPTO,
                                     .detail = "no digest of the logout token can be made"};
static const oidc_error no_room = {
    .code = OIDC_E_MEMORY, .detail = "too much is remembered to note this sign-out; try again"};

/* Before the token is spent: what ends the sessions must not fail when it is. */
static bool make_room(const struct backchannel *work)
{
    struct worker *worker = work->request->worker;

    for (size_t i = 0; i < work->keys.count; i++) {
        if (remember_make_room(worker->site, work->keys.keys[i], work->until, worker->now) ==
            REGISTRY_FULL)
            return false;
    }
    return true;
}

/* Back-Channel Logout 1.0, 2.7: the sessions end. Noted is when; whether there are any, only their
 * cookies know. */
static bool end_sessions(const struct backchannel *work)
{
    struct worker *worker = work->request->worker;
    const int64_t when = clock_milliseconds();

    for (size_t i = 0; i < work->keys.count; i++) {
        if (remember_put(worker->site, work->keys.keys[i], when, work->until, worker->now) ==
            REGISTRY_FULL)
            return false;
    }
    return true;
}

static enum MHD_Result finish(struct backchannel *work)
{
    struct request *request = work->request;
    const oidc_error *error = work->trouble ? work->trouble : oidc_logout_error(work->logout);
    const char *session;

    if (!error && !end_sessions(work))
        error = &no_room;
    if (error)
        return refuse(request, lease_provider_id(&work->lease), error);
    session = oidc_logout_provider_session(work->logout);
    metrics_count(&request->worker->metrics, METRIC_LOGOUTS_TAKEN);
    log_event(LOG_INFO, "backchannel_logout", LOG_TEXT("provider", lease_provider_id(&work->lease)),
              LOG_TEXT("subject", oidc_logout_subject(work->logout)),
              LOG_TEXT("ends", session[0] != '\0' ? "one session" : "all of the subject"),
              LOG_TEXT("request_id", request_reference(request)));
    return respond_text(request, MHD_HTTP_OK, "application/json", strdup("{}"));
}

/* --- what the logout asks for ----------------------------------------------------------------- */

static unsigned fit(const void *logout, const oidc_provider *provider)
{
    return oidc_logout_fit(logout, provider);
}

static void use_provider(struct backchannel *work)
{
    oidc_logout_use_provider(work->logout, lease_renew(&work->lease), work->request->worker->now);
}

static void go_on(struct backchannel *work);

static void on_newer_keys(struct lease *lease)
{
    struct backchannel *work = CONTAINER_OF(lease, struct backchannel, lease);

    use_provider(work);
    go_on(work);
}

static void on_claimed(struct claim *claim)
{
    struct backchannel *work = CONTAINER_OF(claim, struct backchannel, claim);

    oidc_logout_claim_token(work->logout, claim->first);
    go_on(work);
}

/* Asks whether the token comes for the first time. @return whether to wait for the answer. */
static bool claim_token(struct backchannel *work)
{
    struct worker *worker = work->request->worker;
    struct claim *claim = &work->claim;
    bool room;

    claim->worker = worker;
    claim->decided = on_claimed;
    claim->item.entry.expires_at = oidc_logout_remember_until(work->logout);
    /* Replicas' clocks may be apart: for so much longer it is remembered. */
    work->until = worker->now + worker->site->options.session_ttl + CLOCKS_APART;
    if (!logout_keys_of_logout(work->logout, &work->keys) ||
        !registry_issuer_key(REGISTRY_LOGOUT_TOKEN, oidc_logout_issuer(work->logout),
                             oidc_logout_token_id(work->logout), claim->item.entry.key)) {
        work->trouble = &no_digest;
        return false;
    }
    room = make_room(work);
    if (room && !remember_claim(claim))
        return true;
    if (room && !claim->full)
        oidc_logout_claim_token(work->logout, claim->first);
    else
        work->trouble = &no_room;
    return false;
}

/* Goes on until there is an answer (true) or something has to be waited for (false). The answer is
 * the verdict, or, short of it, our trouble. */
static bool drive(struct backchannel *work)
{
    for (;;) {
        switch (oidc_logout_next(work->logout)) {
        case OIDC_LOGOUT_NEED_PROVIDER:
            lease_choose(&work->lease, work->request->worker->site, fit, work->logout);
            use_provider(work);
            break;
        case OIDC_LOGOUT_RENEW_KEYS:
            if (lease_await_keys(&work->lease, work->request->worker, on_newer_keys))
                return false;
            use_provider(work);
            break;
        case OIDC_LOGOUT_CLAIM_TOKEN:
            if (claim_token(work))
                return false;
            if (work->trouble)
                return true;
            break;
        case OIDC_LOGOUT_DONE:
        case OIDC_LOGOUT_REFUSED:
            return true;
        }
    }
}

static void go_on(struct backchannel *work)
{
    if (drive(work))
        request_wake(work->request);
}

/* --- the request ------------------------------------------------------------------------------ */

/* Back-Channel Logout 1.0, 2.5: a form. RFC 9110, 8.3.1: parameters may follow; case does not
 * count. */
static bool is_form(const struct request *request)
{
    const char *type = request_header(request, MHD_HTTP_HEADER_CONTENT_TYPE);
    size_t size = sizeof(form_type) - 1;

    return type && strncasecmp(type, form_type, size) == 0 &&
           (type[size] == '\0' || strchr("; \t", type[size]) != NULL);
}

static enum MHD_Result gather(struct backchannel *work, const char *bytes, size_t *size)
{
    if (work->size + *size <= BODY_MAX)
        memcpy(work->body + work->size, bytes, *size);
    work->size += *size;
    *size = 0;
    return work->size <= REQUEST_DROPPED_MAX ? MHD_YES : MHD_NO;
}

static enum MHD_Result begin(struct backchannel *work)
{
    struct request *request = work->request;

    if (!is_form(request))
        return refuse_for(request, OIDC_E_LOGOUT_REQUEST, "the request's content is not a form");
    if (work->size > BODY_MAX)
        return refuse_for(request, OIDC_E_LOGOUT_REQUEST, "the request's body is too large");
    if (oidc_logout_new(work->body, work->size, &work->logout) != OIDC_OK)
        return refuse_for(request, OIDC_E_MEMORY, "out of memory");
    if (drive(work))
        return finish(work);
    request_wait(request);
    return MHD_YES;
}

static enum MHD_Result advance(struct request *request, const char *body, size_t *size)
{
    struct backchannel *work = request->work;

    if (body)
        return gather(work, body, size);
    if (request->answered)
        return MHD_YES;
    return work->logout ? finish(work) : begin(work);
}

static void end(struct request *request)
{
    struct backchannel *work = request->work;

    oidc_logout_free(&work->logout);
    lease_end(&work->lease);
    free(work);
}

static const struct job backchannel_job = {.advance = advance, .end = end, .gathering = true};

enum MHD_Result handle_backchannel_logout(struct request *request)
{
    struct backchannel *work;

    if (!request_has_body(request))
        return refuse_for(request, OIDC_E_LOGOUT_REQUEST, "the request has no body");
    work = calloc(1, sizeof(*work));
    if (!work)
        return MHD_NO;
    work->request = request;
    request->job = &backchannel_job;
    request->work = work;
    return MHD_YES;
}
