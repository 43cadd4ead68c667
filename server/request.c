/* What a request's head says, its cookies both ways, and how it waits. See request.h. */
#include <config.h>

#include "request.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "forwarded_for.h"
#include "navigation.h"
#include "site.h"
#include "text.h"

const char *request_header(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

/* SplitMix64's finalizer: makes a counter look unlike its neighbours. A reference is a handle, not
 * a secret. */
static uint64_t scramble(uint64_t value)
{
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

const char *request_reference(struct request *request)
{
    struct worker *worker = request->worker;

    if (request->reference[0] == '\0')
        snprintf(
            request->reference, sizeof(request->reference), "%016" PRIx64,
            scramble(worker->reference_seed + UINT64_C(0x9e3779b97f4a7c15) * ++worker->references));
    return request->reference;
}

const struct sockaddr *request_peer(const struct request *request)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

    return info ? info->client_addr : NULL;
}

bool request_peer_is_trusted(const struct request *request)
{
    const struct options *options = &request->worker->site->options;
    const struct sockaddr *peer = request_peer(request);

    return peer && cidrs_contain(options->trusted_proxies, options->trusted_proxy_count, peer);
}

struct joining {
    const char *name;
    struct text list;
};

static enum MHD_Result join(void *context, enum MHD_ValueKind kind, const char *name,
                            const char *value)
{
    struct joining *joining = context;

    (void)kind;
    if (value && value[0] && strcasecmp(name, joining->name) == 0) {
        text_adds(&joining->list, joining->list.size > 0 ? ", " : "");
        text_adds(&joining->list, value);
    }
    return MHD_YES;
}

bool request_list(const struct request *request, const char *name, char **list)
{
    struct joining joining = {.name = name};

    MHD_get_connection_values(request->connection, MHD_HEADER_KIND, join, &joining);
    *list = joining.list.data;
    return !joining.list.bad;
}

void request_client(const struct request *request, struct request_client *client)
{
    const struct options *options = &request->worker->site->options;
    const struct sockaddr *peer = request_peer(request);
    char *x_forwarded_for = NULL, *forwarded = NULL;
    char told[ADDRESS_TEXT_SIZE];

    *client = (struct request_client){.address = "unknown"};
    if (peer)
        address_text(peer, client->address);
    if (request_peer_is_trusted(request) &&
        request_list(request, "X-Forwarded-For", &x_forwarded_for) &&
        request_list(request, "Forwarded", &forwarded)) {
        const struct forwarded_for said = {
            .x_forwarded_for = x_forwarded_for,
            .forwarded = forwarded,
            .trusted = options->trusted_proxies,
            .trusted_count = options->trusted_proxy_count,
        };
        if (forwarded_for_client(&said, told) && strcmp(told, client->address) != 0) {
            memcpy(client->peer, client->address, sizeof(client->peer));
            memcpy(client->address, told, sizeof(client->address));
        }
    }
    free(x_forwarded_for);
    free(forwarded);
}

static struct navigation_signs signs_of(const struct request *request)
{
    return (struct navigation_signs){
        .method = request->method,
        .sec_fetch_mode = request_header(request, "Sec-Fetch-Mode"),
        .sec_fetch_dest = request_header(request, "Sec-Fetch-Dest"),
        .accept = request_header(request, "Accept"),
        .requested_with = request_header(request, "X-Requested-With"),
        .authorization = request_header(request, "Authorization"),
    };
}

bool request_is_navigation(const struct request *request)
{
    const struct navigation_signs signs = signs_of(request);

    return navigation_is(&signs);
}

bool request_is_script(const struct request *request)
{
    const struct navigation_signs signs = signs_of(request);

    return navigation_is_script(&signs);
}

bool request_is_foreign(const struct request *request)
{
    return navigation_is_foreign(request_header(request, "Sec-Fetch-Site"));
}

bool request_has_body(const struct request *request)
{
    return request_header(request, MHD_HTTP_HEADER_CONTENT_LENGTH) ||
           request_header(request, MHD_HTTP_HEADER_TRANSFER_ENCODING);
}

bool request_brings_credentials(const struct request *request)
{
    return request_header(request, "Authorization") != NULL;
}

struct cookie_walk {
    request_cookie_visit *visit;
    void *context;
};

static enum MHD_Result walk_header(void *context, enum MHD_ValueKind kind, const char *name,
                                   const char *value)
{
    const struct cookie_walk *walk = context;
    const char *rest = value;
    struct cookie cookie;

    (void)kind;
    if (!value || strcasecmp(name, MHD_HTTP_HEADER_COOKIE) != 0)
        return MHD_YES;
    while (cookie_next(&rest, &cookie)) {
        if (!walk->visit(walk->context, &cookie))
            return MHD_NO;
    }
    return MHD_YES;
}

void request_each_cookie(const struct request *request, request_cookie_visit *visit, void *context)
{
    struct cookie_walk walk = {.visit = visit, .context = context};

    MHD_get_connection_values(request->connection, MHD_HEADER_KIND, walk_header, &walk);
}

struct cookie_search {
    const char *name;
    struct cookie *found;
    bool is_found;
};

static bool is_sought(void *context, const struct cookie *cookie)
{
    struct cookie_search *search = context;

    search->is_found = cookie->name_size == strlen(search->name) &&
                       memcmp(cookie->name, search->name, cookie->name_size) == 0;
    if (search->is_found)
        *search->found = *cookie;
    return !search->is_found;
}

bool request_cookie(const struct request *request, const char *name, struct cookie *cookie)
{
    struct cookie_search search = {.name = name, .found = cookie};

    request_each_cookie(request, is_sought, &search);
    return search.is_found;
}

/* Where the line of a cookie is, or would go: of one name there is one, the last word. */
static size_t place_of(const struct request *request, const char *name)
{
    const size_t size = strlen(name);
    size_t at = 0;

    while (at < request->cookie_count && (strncmp(request->cookies_out[at], name, size) != 0 ||
                                          request->cookies_out[at][size] != '='))
        at++;
    return at;
}

bool request_set_cookie(struct request *request, const char *name, const char *value,
                        long long max_age)
{
    size_t at = place_of(request, name);
    char *line;

    if (at == REQUEST_COOKIES_MAX)
        return false;
    line = cookie_set(&request->worker->site->cookies, name, value, max_age);
    if (!line)
        return false;
    if (at == request->cookie_count)
        request->cookie_count++;
    else
        free(request->cookies_out[at]);
    request->cookies_out[at] = line;
    return true;
}

void request_unset_cookie(struct request *request, const char *name)
{
    const size_t at = place_of(request, name);

    if (at >= request->cookie_count)
        return;
    free(request->cookies_out[at]);
    request->cookies_out[at] = request->cookies_out[--request->cookie_count];
}

bool request_pass_cookie(struct request *request, const char *line)
{
    char *copy = request->cookie_count < REQUEST_COOKIES_MAX ? strdup(line) : NULL;

    if (!copy)
        return false;
    request->cookies_out[request->cookie_count++] = copy;
    return true;
}

void request_wait(struct request *request)
{
    request->suspended = true;
    MHD_suspend_connection(request->connection);
}

void request_wake(struct request *request)
{
    if (!request->suspended)
        return;
    request->suspended = false;
    MHD_resume_connection(request->connection);
}

void request_resume(struct request *request, bool head)
{
    request->job = NULL;
    request->work = NULL;
    if (head)
        request->whole = false; /* the call says that there is no body yet, not that it is over */
}

enum MHD_Result request_hand_on(struct request *request, enum MHD_Result result, const char *body,
                                size_t *size)
{
    if (result == MHD_YES && body && request->job)
        return request->job->advance(request, body, size);
    *size = 0;
    return result;
}
