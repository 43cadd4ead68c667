/* Forward-auth: a front end asks whether a request may pass, and as whom. */
#include <config.h>

#include "handlers.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "respond.h"
#include "site.h"
#include "text.h"
#include "visitor.h"

/* libmicrohttpd takes no header without a value; a blank is trimmed by whoever reads it. */
static const char *header_value(const char *value)
{
    return value[0] != '\0' ? value : " ";
}

/* The names with '_' for '-', which WSGI, CGI and PHP cannot tell from the real ones. New; NULL
 * when memory is short. */
static char *aliases_of(const oidc_header *headers)
{
    struct text list = {0};

    for (size_t i = 0; i < OIDC_HANDOFF_HEADERS; i++) {
        text_adds(&list, i > 0 ? "," : "");
        for (const char *c = headers[i].name; *c; c++)
            text_addf(&list, "%c", *c == '-' ? '_' : tolower((unsigned char)*c));
    }
    return text_steal(&list);
}

static bool add_handoff(struct MHD_Response *answer, const oidc_header *headers)
{
    char *aliases = aliases_of(headers);
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
 * answer has none. */
static struct MHD_Response *make_answer(const oidc_handoff *handoff)
{
    struct MHD_Response *answer = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);

    if (!answer || add_handoff(answer, oidc_handoff_headers(handoff)))
        return answer;
    MHD_destroy_response(answer);
    return NULL;
}

/* An answer with a fresh cookie is made for this request; without one, the same answer serves every
 * request of a session until its assertion is renewed. */
static enum MHD_Result answer_allowed(struct request *request, struct session_entry *entry)
{
    const oidc_handoff *handoff = visitor_handoff(request, entry);

    if (!handoff)
        return MHD_NO;
    metrics_count(&request->worker->metrics, METRIC_AUTH_ALLOWED);
    visitor_refresh_cookie(request, entry);
    if (request->cookie_count > 0 || request->worker->draining)
        return respond_with(request, MHD_HTTP_OK, make_answer(handoff));
    if (!entry->answer)
        entry->answer = make_answer(handoff);
    return respond_kept(request, MHD_HTTP_OK, entry->answer);
}

static enum MHD_Result answer_unauthorized(struct request *request)
{
    metrics_count(&request->worker->metrics, METRIC_AUTH_DENIED);
    return respond_plain(request, MHD_HTTP_UNAUTHORIZED, "Please sign in.\n");
}

enum MHD_Result handle_auth(struct request *request)
{
    struct session_entry *entry = visitor_of(request);

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
    entry = visitor_of(request);
    if (entry)
        return answer_allowed(request, entry);
    if (!original_is_navigation(request))
        return answer_unauthorized(request);
    metrics_count(&request->worker->metrics, METRIC_AUTH_REDIRECTED);
    return redirect_to_sign_in(request, original);
}
