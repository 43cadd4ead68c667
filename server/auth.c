/* Forward-auth: a front end asks whether a request may pass, and as whom. */
#include <config.h>

#include "handlers.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bearer.h"
#include "clock.h"
#include "log.h"
#include "respond.h"
#include "site.h"
#include "text.h"
#include "to_sign_in.h"
#include "visitor.h"
#include "xnat_forward.h"
#include "xnat_worker.h"

/* Seconds between two lines of the log about credentials that were withheld. */
#define WITHHELD_PAUSE 60

/* What an answer stays below: nginx takes no longer head, unless it is told to. */
#define ANSWER_LIMIT 4096

/* What the library writes around the headers that are given to it, at its longest. */
#define ANSWER_FRAME                                                                               \
    (sizeof("HTTP/1.1 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n") - 1)

/* A colon and a blank, and the line's end. */
#define HEADER_FRAME 4

/* --- who asks -----------------------------------------------------------------------------------
 */

/* Our own pages must not be asked about: the front end has to pass them to us. */
static bool is_ours(const struct request *request, const char *raw)
{
    const struct site *site = request->worker->site;
    struct target target;
    bool ours = true; /* in doubt */

    if (target_parse(raw, &target) != TARGET_OK)
        return true;
    ours = target_is_within(&target, site->options.path_prefix) ||
           target_is_within(&target, site->paths.redirect);
    target_free(&target);
    return ours;
}

/* Whether a front end asks about somebody's request, rather than a browser on its own behalf: a
 * trusted peer says which request is meant, and it is not one for our own pages. A page's script
 * can send us any request, even through the front end, but cannot ask as the front end does. */
static bool is_front_ends(const struct request *request)
{
    const char *original =
        request_peer_is_trusted(request) ? request_header(request, "X-Forwarded-Uri") : NULL;

    return original && !is_ours(request, original);
}

/* Not at every request: whoever has a session can make as many as they like. */
static void tell_withheld(struct request *request)
{
    struct worker *worker = request->worker;
    struct request_client client;

    if (!clock_has_passed(worker->xnat->withheld_told_at, WITHHELD_PAUSE, worker->now))
        return;
    worker->xnat->withheld_told_at = worker->now;
    request_client(request, &client);
    log_event(LOG_WARNING, "credentials_withheld",
              LOG_TEXT("detail", request_peer_is_trusted(request)
                                     ? "the peer does not say in X-Forwarded-Uri about which of "
                                       "XNAT's addresses it asks"
                                     : "the peer is no --trusted-proxy"),
              LOG_TEXT("effect", "the answer does not say what XNAT lets the person in with"),
              LOG_TEXT("hint",
                       "a front end that asks must be a --trusted-proxy (on a UNIX socket that "
                       "is: unix) and set X-Forwarded-Uri; if it was a browser, all is well"),
              LOG_TEXT("request_id", request_reference(request)), LOG_CLIENT(client));
}

/* --- the answer ---------------------------------------------------------------------------------
 */

/* libmicrohttpd takes no header without a value; a blank is trimmed by whoever reads it. */
static const char *header_value(const char *value)
{
    return value[0] != '\0' ? value : " ";
}

/* The names with '_' for '-', which WSGI, CGI and PHP cannot tell from the real ones; then more.
 * New; NULL when memory is short. */
static char *aliases_of(const oidc_header *headers, const char *more)
{
    struct text list = {0};

    for (size_t i = 0; i < OIDC_HANDOFF_HEADERS; i++) {
        text_adds(&list, i > 0 ? "," : "");
        for (const char *c = headers[i].name; *c; c++)
            text_addf(&list, "%c", *c == '-' ? '_' : tolower((unsigned char)*c));
    }
    text_adds(&list, more);
    return text_steal(&list);
}

static bool add_handoff(struct MHD_Response *answer, const oidc_header *headers, bool bearer)
{
    char *aliases = aliases_of(headers, bearer ? ",authorization" : "");
    bool added = aliases != NULL;

    for (size_t i = 0; added && i < OIDC_HANDOFF_HEADERS; i++)
        added = MHD_add_response_header(answer, headers[i].name, header_value(headers[i].value));
    added = added && MHD_add_response_header(answer, "x-envoy-auth-headers-to-remove", aliases) &&
            MHD_add_response_header(answer, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    free(aliases);
    return added;
}

/* Who may pass, and with what. */
struct allowed {
    bool bearer;               /* a client, by its bearer token */
    bool own;                  /* the answer is this request's alone */
    const char *authorization; /* what XNAT is to get as Authorization; NULL: it is not said */
};

/* The whole set of identity headers, empty where there is no value, and the spellings that the
 * front end must remove: Envoy and some releases of Caddy let a client's own header pass where the
 * answer has none. A bearer token that was accepted has served its purpose. */
static struct MHD_Response *make_answer(const oidc_handoff *handoff, const struct allowed *allowed)
{
    struct MHD_Response *answer = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);

    if (!answer ||
        (add_handoff(answer, oidc_handoff_headers(handoff), allowed->bearer) &&
         (!allowed->authorization ||
          MHD_add_response_header(answer, MHD_HTTP_HEADER_AUTHORIZATION, allowed->authorization))))
        return answer;
    MHD_destroy_response(answer);
    return NULL;
}

static enum MHD_Result add_size(void *context, enum MHD_ValueKind kind, const char *name,
                                const char *value)
{
    size_t *size = context;

    (void)kind;
    *size += strlen(name) + strlen(value) + HEADER_FRAME;
    return MHD_YES;
}

/* Whether an answer stays short enough with the request's cookies. */
static bool takes_cookies(const struct request *request, struct MHD_Response *answer)
{
    size_t size = ANSWER_FRAME;

    MHD_get_response_headers(answer, add_size, &size);
    for (size_t i = 0; i < request->cookie_count; i++)
        add_size(&size, MHD_HEADER_KIND, MHD_HTTP_HEADER_SET_COOKIE, request->cookies_out[i]);
    return size < ANSWER_LIMIT;
}

/* An answer for this request alone. A front end that takes no answer as long as that refuses the
 * request; without a fresh cookie, the old one goes on serving. */
static enum MHD_Result answer_once(struct request *request, struct MHD_Response *answer)
{
    if (answer && request->cookie_count > 0 && !takes_cookies(request, answer))
        visitor_owe_cookie(request);
    return respond_with(request, MHD_HTTP_OK, answer);
}

/* An answer with a fresh cookie is made for this request; without one, the same answer serves every
 * request of a session until its assertion is renewed. */
static enum MHD_Result answer_with(struct request *request, struct pass *pass,
                                   const struct allowed *allowed)
{
    metrics_count(&request->worker->metrics, METRIC_AUTH_ALLOWED);
    if (request->cookie_count > 0 || request->worker->draining || allowed->own)
        return answer_once(request, make_answer(pass->handoff, allowed));
    if (!pass->answer)
        pass->answer = make_answer(pass->handoff, allowed);
    return respond_kept(request, MHD_HTTP_OK, pass->answer);
}

/* Where the site hands over by tokens, the front end passes Authorization on: the session's, or
 * what the client brought itself. Nobody else is told. */
static struct allowed credentials_for(struct request *request, const struct session_entry *entry)
{
    const char *brought = request_header(request, MHD_HTTP_HEADER_AUTHORIZATION);

    if (!xnat_is_handed_tokens(request->worker->site))
        return (struct allowed){.bearer = false};
    if (is_front_ends(request))
        return (struct allowed){.own = brought != NULL,
                                .authorization = brought ? brought : entry->xnat.authorization};
    tell_withheld(request);
    return (struct allowed){.own = true};
}

static enum MHD_Result answer_session(struct request *request, struct session_entry *entry)
{
    struct allowed allowed;

    if (!visitor_handoff(request, entry))
        return MHD_NO;
    visitor_renew_cookie(request, entry);
    allowed = credentials_for(request, entry);
    return answer_with(request, &entry->pass, &allowed);
}

static enum MHD_Result answer_client(struct request *request, struct pass *pass)
{
    return answer_with(request, pass, &(struct allowed){.bearer = true});
}

static enum MHD_Result answer_unauthorized(struct request *request)
{
    metrics_count(&request->worker->metrics, METRIC_AUTH_DENIED);
    return bearer_ask(request);
}

/* A 401 gives no reason; they learn it when they sign in again. */
static enum MHD_Result answer_without_token(struct request *request, struct session_entry *entry)
{
    if (entry->xnat.over)
        visitor_forget(request);
    return answer_unauthorized(request);
}

static enum MHD_Result answer_allowed(struct request *request, struct session_entry *entry)
{
    if (xnat_is_handed_tokens(request->worker->site) && !request_brings_credentials(request))
        return xnat_with_token(request, entry, answer_session, answer_without_token);
    return answer_session(request, entry);
}

static enum MHD_Result judge_client(struct request *request)
{
    static const struct bearer_way way = {.go_on = answer_client, .question = true};

    return bearer_judge(request, &way);
}

/* Whose session could not be read is denied this request, and not told that there is none. A front
 * end makes an error of its own of every other status. */
static enum MHD_Result answer_in_doubt(struct request *request)
{
    metrics_count(&request->worker->metrics, METRIC_AUTH_DENIED);
    return respond_plain_and_close(request, MHD_HTTP_FORBIDDEN,
                                   "There is not enough memory at the moment to tell who is signed "
                                   "in. Please try again.\n");
}

enum MHD_Result handle_auth(struct request *request)
{
    struct session_entry *entry;

    if (bearer_is_brought(request))
        return judge_client(request);
    if (visitor_is_in_doubt(request))
        return answer_in_doubt(request);
    entry = visitor_of(request);
    return entry ? answer_allowed(request, entry) : answer_unauthorized(request);
}

/* The target of the request that the front end asks about: what follows our path (Envoy), or what a
 * trusted front end says in a header (Traefik, Caddy). NULL: unknown. Borrowed. */
static const char *original_target(const struct request *request)
{
    size_t size = strlen(request->worker->site->paths.auth_redirect);

    if (strlen(request->raw) > size && request->raw[size] == '/')
        return request->raw + size;
    return request_peer_is_trusted(request) ? request_header(request, "X-Forwarded-Uri") : NULL;
}

/* A front end may ask with a method of its own and name the original one in a header. */
static bool original_is_navigation(const struct request *request)
{
    const char *method =
        request_peer_is_trusted(request) ? request_header(request, "X-Forwarded-Method") : NULL;

    return request_is_navigation(request) && (!method || strcmp(method, "GET") == 0);
}

enum MHD_Result handle_auth_redirect(struct request *request)
{
    const char *original = original_target(request);
    struct session_entry *entry;

    if (original && is_ours(request, original)) {
        metrics_count(&request->worker->metrics, METRIC_AUTH_DENIED);
        return respond_plain(request, MHD_HTTP_FORBIDDEN,
                             "The front end must pass this address to oidc-sidecar without asking "
                             "it first.\n");
    }
    if (bearer_is_brought(request))
        return judge_client(request);
    if (visitor_is_in_doubt(request))
        return answer_in_doubt(request);
    entry = visitor_of(request);
    if (entry)
        return answer_allowed(request, entry);
    if (!original_is_navigation(request))
        return answer_unauthorized(request);
    metrics_count(&request->worker->metrics, METRIC_AUTH_REDIRECTED);
    return redirect_to_sign_in(request, original);
}
