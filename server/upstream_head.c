/* What may come from outside is copied; what only we may say is written here. See
 * upstream_head.h. */
#include <config.h>

#include "upstream_head.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cookie.h"
#include "fields.h"
#include "site.h"
#include "xnat_cookie.h"

struct head {
    struct request *request;
    struct curl_slist *list;
    char *connection;    /* what the client's Connection fields list; NULL: nothing */
    bool trusted;        /* the peer's X-Forwarded-* are believed */
    bool accept;         /* the client sent one: libcurl must not add its own */
    const char *session; /* JSESSIONID that is still to go along, or NULL */
    bool bad;
};

/* Headers that say where a request came from, which only a trusted peer may say. No front end
 * writes one with '_': that is its client's, past a rule that knows the right spelling alone. */
static const char *const forwarding[] = {
    "Forwarded",          "X-Forwarded-For",    "X-Forwarded-Host",   "X-Forwarded-Port",
    "X-Forwarded-Proto",  "X-Forwarded-Prefix", "X-Forwarded-Server", "X-Forwarded-Uri",
    "X-Forwarded-Method", "X-Forwarded-Scheme", "X-Original-URL",     "X-Rewrite-URL",
    "X-Original-Method",  "X-Real-IP",
};

/* What libcurl makes itself from what it is told of method and body. */
static const char *const made_by_curl[] = {"Content-Length", "Transfer-Encoding", "Cookie"};

/* Whether a name is in a list, with '_' counting as '-': some servers cannot tell them apart. */
static bool is_among(const char *const list[], size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        const char *a = list[i];
        const char *b = name;

        while (*a && *b && strncasecmp(a, *b == '_' ? "-" : b, 1) == 0) {
            a++;
            b++;
        }
        if (*a == '\0' && *b == '\0')
            return true;
    }
    return false;
}

#define IS_AMONG(list, name) is_among((list), sizeof(list) / sizeof((list)[0]), (name))

static void add_line(struct head *head, const char *line)
{
    struct curl_slist *longer = curl_slist_append(head->list, line);

    if (longer)
        head->list = longer;
    else
        head->bad = true;
}

/* libcurl takes `Name: value`, and `Name;` for a header without a value. */
static void add(struct head *head, const char *name, const char *value)
{
    char *line;

    if (asprintf(&line, value[0] ? "%s: %s" : "%s;", name, value) < 0) {
        head->bad = true;
        return;
    }
    add_line(head, line);
    free(line);
}

/* One line for all (RFC 6265, 5.4): with it goes the session of XNAT's, if one is to go along. */
static void add_cookie_line(struct head *head, const char *cookies)
{
    char *line;

    if (!head->session) {
        add(head, "Cookie", cookies);
        return;
    }
    if (asprintf(&line, "%s%s%s=%s", cookies, cookies[0] ? "; " : "", xnat_cookie_name,
                 head->session) < 0) {
        head->bad = true;
        return;
    }
    head->session = NULL;
    add(head, "Cookie", line);
    free(line);
}

static void add_cookies(struct head *head, const char *value)
{
    const char *ended = head->request->visitor_has_left ? xnat_cookie_name : NULL;
    char *rest;

    if (!cookie_without_ours(value, ended, &rest))
        head->bad = true;
    else if (rest)
        add_cookie_line(head, rest);
    free(rest);
}

/* A client may name a field in Connection, and its front end pass that on (RFC 9110, 7.6.1,
 * wants it taken off there): what a front end says of where a request came from is not for its
 * clients to take away. */
static bool stays_here(const struct head *head, const char *name)
{
    const bool tells_where_from = IS_AMONG(forwarding, name);

    return (head->request->credentials_taken && strcasecmp(name, "Authorization") == 0) ||
           IS_AMONG(made_by_curl, name) ||
           field_is_hop_by_hop(name, tells_where_from ? NULL : head->connection) ||
           field_is_identity(name, head->request->worker->site->options.header_prefix) ||
           (tells_where_from && (!head->trusted || strchr(name, '_')));
}

static enum MHD_Result on_header(void *context, enum MHD_ValueKind kind, const char *name,
                                 const char *value)
{
    struct head *head = context;

    (void)kind;
    if (!value)
        value = "";
    if (strcasecmp(name, "Cookie") == 0) {
        add_cookies(head, value);
    } else if (!stays_here(head, name) && strcasecmp(name, "X-Forwarded-For") != 0) {
        head->accept = head->accept || strcasecmp(name, "Accept") == 0;
        add(head, name, value);
    }
    return head->bad ? MHD_NO : MHD_YES;
}

/* A peer on a UNIX socket has no address to be added to the list, and may be all there is of it:
 * Tomcat's RemoteIpValve would take a word in its place for the client. @return new; "" for none;
 * NULL when memory is short. */
static char *list_of_hops(const char *before, const struct sockaddr *peer)
{
    char text[ADDRESS_TEXT_SIZE];
    char *list;

    if (peer->sa_family == AF_UNIX)
        return strdup(before ? before : "");
    address_text(peer, text);
    return asprintf(&list, "%s%s%s", before ? before : "", before ? ", " : "", text) < 0 ? NULL
                                                                                         : list;
}

/* X-Forwarded-For ends in our peer; a trusted peer's own list stays in front. Some front ends add a
 * field of their own below their client's: all of them are the list. X-Forwarded-Proto is how the
 * site is reached. */
static void add_forwarding(struct head *head)
{
    struct request *request = head->request;
    char *before = NULL;
    char *line = NULL;

    if (!head->trusted || request_list(request, "X-Forwarded-For", &before))
        line = list_of_hops(before, request_peer(request));
    free(before);
    if (!line) {
        head->bad = true;
        return;
    }
    if (line[0] != '\0')
        add(head, "X-Forwarded-For", line);
    free(line);
    if (!head->trusted || !request_header(request, "X-Forwarded-Proto"))
        add(head, "X-Forwarded-Proto", request->worker->site->https ? "https" : "http");
}

struct curl_slist *upstream_head(struct request *request, const oidc_header *identity,
                                 size_t identity_count, bool chunked)
{
    struct head head = {
        .request = request,
        .trusted = request_peer_is_trusted(request),
        .session = request->upstream_session && request->upstream_session[0]
                       ? request->upstream_session
                       : NULL,
    };

    head.bad = !request_list(request, MHD_HTTP_HEADER_CONNECTION, &head.connection);
    if (!head.bad)
        MHD_get_connection_values(request->connection, MHD_HEADER_KIND, on_header, &head);
    free(head.connection);
    if (head.session)
        add_cookie_line(&head, "");
    add_forwarding(&head);
    for (size_t i = 0; i < identity_count; i++)
        add(&head, identity[i].name, identity[i].value);
    if (!head.accept)
        add_line(&head, "Accept:");
    if (!request_header(request, MHD_HTTP_HEADER_EXPECT))
        add_line(&head, "Expect:");
    if (chunked)
        add(&head, "Transfer-Encoding", "chunked");
    if (!head.bad)
        return head.list;
    curl_slist_free_all(head.list);
    return NULL;
}
