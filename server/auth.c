/* Forward-auth: a front end asks whether a request may pass, and as whom. */
#include <config.h>

#include "handlers.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "respond.h"
#include "site.h"
#include "visitor.h"

/* libmicrohttpd takes no header without a value; a blank is trimmed by whoever reads it. */
static const char *header_value(const char *value)
{
    return value[0] != '\0' ? value : " ";
}

/* The whole set of identity headers, empty where there is no value, and the spellings that the
 * front end must remove: Envoy and some releases of Caddy let a client's own header pass where the
 * answer has none. */
static struct MHD_Response *allow(struct request *request, struct session_entry *entry)
{
    const oidc_handoff *handoff = visitor_handoff(request, entry);
    const oidc_header *headers;
    struct MHD_Response *answer;

    if (!handoff)
        return NULL;
    if (entry->answer)
        return entry->answer;
    answer = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    if (!answer)
        return NULL;
    headers = oidc_handoff_headers(handoff);
    for (size_t i = 0; i < OIDC_HANDOFF_HEADERS; i++) {
        if (MHD_add_response_header(answer, headers[i].name, header_value(headers[i].value)) !=
            MHD_YES)
            goto failed;
    }
    if (MHD_add_response_header(answer, "x-envoy-auth-headers-to-remove",
                                request->worker->site->header_aliases) != MHD_YES ||
        MHD_add_response_header(answer, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store") != MHD_YES)
        goto failed;
    entry->answer = answer;
    return answer;
failed:
    MHD_destroy_response(answer);
    return NULL;
}

/* The kept answer serves many requests; one that carries a fresh cookie is made for this one. */
static enum MHD_Result answer_allowed(struct request *request, struct session_entry *entry)
{
    struct MHD_Response *answer;
    enum MHD_Result result;

    metrics_count(&request->worker->metrics, METRIC_AUTH_ALLOWED);
    visitor_refresh_cookie(request, entry);
    answer = allow(request, entry);
    if (!answer)
        return respond_plain(request, MHD_HTTP_UNAUTHORIZED, "Please try again.\n");
    if (request->cookie_count > 0) {
        entry->answer = NULL; /* given away: the next request makes a clean one */
        return respond_with(request, MHD_HTTP_OK, answer);
    }
    request->answered = true;
    result = MHD_queue_response(request->connection, MHD_HTTP_OK, answer);
    return result;
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
