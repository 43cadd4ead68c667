/* Forward-auth: a front end asks whether a request may pass, and as whom. */
#include <config.h>

#include "handlers.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bearer.h"
#include "respond.h"
#include "site.h"
#include "text.h"
#include "to_sign_in.h"
#include "visitor.h"

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

/* The whole set of identity headers, empty where there is no value, and the spellings that the
 * front end must remove: Envoy and some releases of Caddy let a client's own header pass where the
 * answer has none. A bearer token that was accepted has served its purpose. */
static struct MHD_Response *make_answer(const oidc_handoff *handoff, bool bearer)
{
    struct MHD_Response *answer = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);

    if (!answer || add_handoff(answer, oidc_handoff_headers(handoff), bearer))
        return answer;
    MHD_destroy_response(answer);
    return NULL;
}

/* An answer with a fresh cookie is made for this request; without one, the same answer serves every
 * request of a session until its assertion is renewed. */
static enum MHD_Result answer_with(struct request *request, struct pass *pass, bool bearer)
{
    metrics_count(&request->worker->metrics, METRIC_AUTH_ALLOWED);
    if (request->cookie_count > 0 || request->worker->draining)
        return respond_with(request, MHD_HTTP_OK, make_answer(pass->handoff, bearer));
    if (!pass->answer)
        pass->answer = make_answer(pass->handoff, bearer);
    return respond_kept(request, MHD_HTTP_OK, pass->answer);
}

static enum MHD_Result answer_allowed(struct request *request, struct session_entry *entry)
{
    if (!visitor_handoff(request, entry))
        return MHD_NO;
    visitor_refresh_cookie(request, entry);
    return answer_with(request, &entry->pass, false);
}

static enum MHD_Result answer_client(struct request *request, struct pass *pass)
{
    return answer_with(request, pass, true);
}

static enum MHD_Result answer_unauthorized(struct request *request)
{
    metrics_count(&request->worker->metrics, METRIC_AUTH_DENIED);
    return bearer_ask(request);
}

static enum MHD_Result judge_client(struct request *request)
{
    static const struct bearer_way way = {.go_on = answer_client, .question = true};

    return bearer_judge(request, &way);
}

enum MHD_Result handle_auth(struct request *request)
{
    struct session_entry *entry;

    if (bearer_is_brought(request))
        return judge_client(request);
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
    entry = visitor_of(request);
    if (entry)
        return answer_allowed(request, entry);
    if (!original_is_navigation(request))
        return answer_unauthorized(request);
    metrics_count(&request->worker->metrics, METRIC_AUTH_REDIRECTED);
    return redirect_to_sign_in(request, original);
}
