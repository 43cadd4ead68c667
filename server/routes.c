/* What is in no row is XNAT's, unless it lies below --path-prefix; a question never gets the
 * upstream's answer. See routes.h. */
#include <config.h>

#include "routes.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handlers.h"
#include "respond.h"
#include "site.h"
#include "site_complaint.h"

enum trait {
    BELOW = 1,    /* also everything below the path */
    QUESTION = 2, /* of a front end, about a request of somebody else's */
    STREAM = 4,   /* the body is taken as it comes */
};

struct route {
    size_t path_offset;  /* where in struct site_paths the path is */
    const char *methods; /* as Allow says it; NULL: any */
    route_handler *handle;
    enum metric metric;
    unsigned traits; /* of enum trait */
};

#define PATH(member) offsetof(struct site_paths, member)

static const struct route routes[] = {
    {PATH(auth), NULL, handle_auth, METRIC_REQUESTS_AUTH, QUESTION},
    {PATH(auth_redirect), NULL, handle_auth_redirect, METRIC_REQUESTS_AUTH, QUESTION | BELOW},
    {PATH(redirect), "GET, HEAD", handle_login, METRIC_REQUESTS_OWN, 0},
    {PATH(sign_in), "GET, HEAD", handle_sign_in, METRIC_REQUESTS_OWN, 0},
    {PATH(sign_out), "GET, POST", handle_sign_out, METRIC_REQUESTS_OWN, 0},
    {PATH(backchannel_logout), "POST", handle_backchannel_logout, METRIC_REQUESTS_OWN, STREAM},
    {PATH(signed_out), "GET, HEAD", handle_signed_out, METRIC_REQUESTS_OWN, 0},
    {PATH(session), "GET, HEAD", handle_session, METRIC_REQUESTS_OWN, 0},
    {PATH(keys), "GET, HEAD", handle_keys, METRIC_REQUESTS_OWN, 0},
    {PATH(style), "GET, HEAD", handle_style, METRIC_REQUESTS_OWN, 0},
    {PATH(logo), "GET, HEAD", handle_logo, METRIC_REQUESTS_OWN, 0},
};

static const char *path_of(const struct site *site, const struct route *route)
{
    const char *member = (const char *)&site->paths + route->path_offset;
    const char *path;

    memcpy(&path, member, sizeof(path));
    return path;
}

static bool allows(const struct route *route, const char *method)
{
    const char *at = route->methods ? strstr(route->methods, method) : method;
    size_t size = strlen(method);

    return at && size > 0 &&
           (!route->methods ||
            ((at == route->methods || at[-1] == ' ') && (at[size] == ',' || at[size] == '\0')));
}

static const struct route *find(const struct request *request)
{
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        const char *path = path_of(request->worker->site, &routes[i]);

        if (strcmp(request->target.resolved, path) == 0 ||
            ((routes[i].traits & BELOW) && target_is_within(&request->target, path)))
            return &routes[i];
    }
    return NULL;
}

static enum MHD_Result refuse_method(struct request *request)
{
    return respond_method_not_allowed(request, find(request)->methods);
}

static enum MHD_Result refuse_ambiguous(struct request *request)
{
    return respond_plain(request, MHD_HTTP_BAD_REQUEST, "The path is ambiguous.\n");
}

static enum MHD_Result refuse_unknown(struct request *request)
{
    return respond_plain(request, MHD_HTTP_NOT_FOUND, "There is nothing at this address.\n");
}

/* A question about a request must get one of our answers, never the upstream's: not when what
 * stands below our path climbs out of it again. */
static enum MHD_Result refuse_question(struct request *request)
{
    return respond_plain(request, MHD_HTTP_UNAUTHORIZED, "The path is ambiguous.\n");
}

/* The answer to a question lets people in to XNAT, so a front end that forwards browsers to us
 * keeps them away from these paths. It compares them as they are written: a path that only resolves
 * to one of them has slipped past it, and gets no answer. */
static bool is_spelt_as_is(const struct request *request, const struct route *route)
{
    const char *path = path_of(request->worker->site, route);
    const size_t size = strlen(path);

    return strncmp(request->raw, path, size) == 0 &&
           strchr(route->traits & BELOW ? "/?" : "?", request->raw[size]) != NULL;
}

static bool is_written_below(const char *raw, const char *path)
{
    size_t size = strlen(path);

    return strncmp(raw, path, size) == 0 && strchr("/;?", raw[size]) != NULL;
}

static bool is_question(const struct request *request)
{
    const struct site_paths *paths = &request->worker->site->paths;

    return is_written_below(request->raw, paths->auth) ||
           is_written_below(request->raw, paths->auth_redirect);
}

/* Whether it is the path, or below it: a question's paths are closed to browsers with all that is
 * below. */
static bool takes(const char *path, unsigned traits, const char *redirect)
{
    const size_t size = strlen(path);

    return strncmp(redirect, path, size) == 0 &&
           (redirect[size] == '\0' || ((traits & (QUESTION | BELOW)) && redirect[size] == '/'));
}

/* The path of the site's own that the path of the return leg takes away, or is lost to: one of its
 * pages, or XNAT's login page or logout. NULL: none. */
static const char *redirect_clash(const struct site *site)
{
    const char *const xnats[] = {site->options.login_page, site->options.logout_path};

    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (routes[i].path_offset != PATH(redirect) &&
            takes(path_of(site, &routes[i]), routes[i].traits, site->paths.redirect))
            return path_of(site, &routes[i]);
    }
    for (size_t i = 0; i < sizeof(xnats) / sizeof(xnats[0]); i++) {
        if (takes(xnats[i], 0, site->paths.redirect))
            return xnats[i];
    }
    return NULL;
}

bool routes_check(const struct site *site)
{
    const char *clash = redirect_clash(site);
    char *detail = NULL;

    if (!clash)
        return true;
    if (asprintf(&detail, "%s is taken: %s is a page of the sidecar's own, or of XNAT's sign-in",
                 site->paths.redirect, clash) < 0)
        detail = NULL;
    site_complain_with_cure(site, "preEstablishedRedirUri", detail ? detail : "the path is taken",
                            "take another path, such as /openid-login, and register it with the "
                            "provider; or another --path-prefix");
    free(detail);
    return false;
}

route_handler *routes_choose(struct request *request)
{
    const struct site *site = request->worker->site;
    const struct target *target = &request->target;
    const struct route *route = find(request);
    enum metric metric = route ? route->metric : METRIC_REQUESTS_PROXIED;

    metrics_count(&request->worker->metrics, metric);
    if (is_question(request) && (!route || !(route->traits & QUESTION)))
        return refuse_question;
    if (route && (route->traits & QUESTION) && !is_spelt_as_is(request, route))
        return refuse_ambiguous;
    if (!route)
        return target_is_within(target, site->options.path_prefix) ? refuse_unknown
                                                                   : handle_forward;
    /* Below a path the rest is another server's target and its spelling that server's matter. */
    if (target->ambiguous && strcmp(target->resolved, path_of(site, route)) == 0)
        return refuse_ambiguous;
    return allows(route, request->method) ? route->handle : refuse_method;
}

bool routes_stream(route_handler *handle)
{
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (routes[i].handle == handle)
            return routes[i].traits & STREAM;
    }
    return handle == handle_forward;
}
