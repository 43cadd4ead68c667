/* What libmicrohttpd is told, and what becomes of its calls until a request has a handler. See
 * front.h. */
#include <config.h>

#include "front.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crowd.h"
#include "discreet.h"
#include "fields.h"
#include "framing.h"
#include "log.h"
#include "request.h"
#include "respond.h"
#include "routes.h"
#include "seams.h"
#include "session_cache.h"
#include "site.h"

/* Bytes a connection may use for the head of a request and as its buffers: more than the largest
 * head that the front ends we know let through in practice (Tomcat behind us takes 8 kB), and no
 * more, because libmicrohttpd clears all of it for every request. */
#define CONNECTION_MEMORY ((size_t)32 * 1024)

/* Seconds a connection may be idle, longer than load balancers wait (five minutes), so that they
 * and not we decide. */
#define CONNECTION_IDLE 330U

static const char refused[] = "The request is malformed.\n";

static void request_free(struct request *request)
{
    session_entry_unref(request->visitor);
    for (size_t i = 0; i < request->cookie_count; i++)
        free(request->cookies_out[i]);
    target_free(&request->target);
    free(request->raw);
    free(request);
}

/* A connection's request between its first line and the end of its head. libmicrohttpd tells the
 * end of a request only when its head was whole: until then the request belongs to the connection.
 */
struct waiting_room {
    struct request *request;
};

static struct waiting_room *waiting_room_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info ? info->socket_context : NULL;
}

static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct worker *worker = context;
    struct waiting_room *room = *socket_context;

    (void)connection;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        *socket_context = calloc(1, sizeof(*room));
        crowd_grows(worker);
        return;
    }
    /* When descriptors run out libmicrohttpd stops to accept, and begins again in the run after one
     * in which a connection ended: nothing else may wake us for that. */
    worker->let_go = true;
    crowd_shrinks(worker);
    if (room && room->request)
        request_free(room->request);
    free(room);
    *socket_context = NULL;
}

/* libmicrohttpd hands out the target as it was sent only here. What is returned becomes the
 * request's context; without one the connection is closed at the end of the head. */
static void *on_request_line(void *context, const char *uri, struct MHD_Connection *connection)
{
    struct waiting_room *room = waiting_room_of(connection);
    struct request *request = room ? calloc(1, sizeof(*request)) : NULL;

    if (!request)
        return NULL;
    if (room->request)
        request_free(room->request);
    room->request = NULL;
    request->worker = context;
    request->connection = connection;
    request->target_at = uri;
    request->raw = strdup(uri);
    if (!request->raw) {
        free(request);
        return NULL;
    }
    room->request = request;
    return request;
}

/* CONNECT asks for a tunnel, which no proxy of one site gives. TRACE sends a request back to where
 * scripts can read its headers. */
static bool is_refused_method(const char *method)
{
    return strcmp(method, MHD_HTTP_METHOD_CONNECT) == 0 ||
           strcmp(method, MHD_HTTP_METHOD_TRACE) == 0;
}

static void enlist(struct request *request)
{
    struct worker *worker = request->worker;

    request->next = worker->requests;
    if (request->next)
        request->next->previous = request;
    worker->requests = request;
}

static void delist(struct request *request)
{
    if (request->next)
        request->next->previous = request->previous;
    if (request->previous)
        request->previous->next = request->next;
    else if (request->worker->requests == request)
        request->worker->requests = request->next;
}

/* The log alone is told why: it is no matter of whoever tries. */
static enum MHD_Result refuse_head(struct request *request, const char *fault)
{
    request->fault = fault;
    return respond_plain_and_close(request, MHD_HTTP_BAD_REQUEST, refused);
}

static enum MHD_Result handle_now(struct request *request)
{
    route_handler *handle = request->handle;

    request->handle = NULL;
    return handle(request);
}

/* The head has come. libmicrohttpd closes a connection whose request is answered before it has
 * asked for the body, so only what streams a body is begun now; everything else waits for the last
 * call. */
static enum MHD_Result begin(struct request *request, const char *version)
{
    struct waiting_room *room = waiting_room_of(request->connection);
    const char *fault;

    if (room)
        room->request = NULL; /* its end will be told from now on */
    request->begun = true;
    enlist(request);
    if (is_refused_method(request->method)) {
        request->fault = "method";
        return respond_plain_and_close(request, MHD_HTTP_METHOD_NOT_ALLOWED,
                                       "That method is not taken.\n");
    }
    if (!field_name_is_valid(request->method)) /* it is a token, as a header's name is */
        return refuse_head(request, "method");
    fault = framing_fault(request, version);
    if (fault)
        return refuse_head(request, fault);
    switch (target_parse(request->raw, &request->target)) {
    case TARGET_OK:
        request->handle = routes_choose(request);
        return routes_stream(request->handle) && request_has_body(request) ? handle_now(request)
                                                                           : MHD_YES;
    case TARGET_BAD:
        return refuse_head(request, "target");
    case TARGET_MEMORY:
        break;
    }
    return MHD_NO;
}

/* A body that nobody wants is read, so that the connection stays usable, but not for ever. */
static enum MHD_Result drop(struct request *request, size_t *size)
{
    request->dropped += *size;
    *size = 0;
    return request->dropped <= REQUEST_DROPPED_MAX ? MHD_YES : MHD_NO;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload_data,
                                  size_t *upload_data_size, void **request_context)
{
    struct request *request = *request_context;

    (void)context;
    (void)connection;
    (void)url;
    if (!request || request->worker->aborting || request->abandoned)
        return MHD_NO; /* no memory was left for it, or nobody is there any more */
    request->method = method;
    if (!request->begun)
        return begin(request, version);
    request->calls++;
    if (*upload_data_size == 0)
        request->whole = true;
    if (request->job)
        return request->job->advance(request, *upload_data_size > 0 ? upload_data : NULL,
                                     upload_data_size);
    if (*upload_data_size > 0)
        return drop(request, upload_data_size);
    return request->handle ? handle_now(request) : MHD_YES;
}

static void log_request(struct request *request, enum MHD_RequestTerminationCode why)
{
    struct request_client client;
    char *path = NULL;

    if (!log_wants(LOG_DEBUG))
        return;
    request_client(request, &client);
    path = discreet_path(request->target.resolved);
    /* Not the query: it may carry a code. */
    log_event(LOG_DEBUG, "request", LOG_TEXT("method", request->method), LOG_TEXT("path", path),
              LOG_NUMBER("status", request->status),
              LOG_BOOL("whole", why == MHD_REQUEST_TERMINATED_COMPLETED_OK),
              LOG_TEXT("detail", request->fault), LOG_CLIENT(client),
              LOG_TEXT("request_id", request_reference(request)));
    free(path);
}

static void on_request_over(void *context, struct MHD_Connection *connection,
                            void **request_context, enum MHD_RequestTerminationCode why)
{
    struct request *request = *request_context;

    (void)context;
    (void)connection;
    *request_context = NULL;
    if (!request || !request->begun)
        return; /* it is the connection's */
    log_request(request, why);
    if (request->job)
        request->job->end(request);
    delist(request);
    request_free(request);
}

/* The path stays as it was sent: decisions are made on target.h's reading of it. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

/* libmicrohttpd's own messages are about single connections of strangers: worth a line to somebody
 * who looks for one, not more. But for what keeps all of them waiting. */
__attribute__((format(printf, 2, 0))) static void on_message(void *context, const char *format,
                                                             va_list arguments)
{
    char text[256];

    if (crowd_is_meant(context, format) || !log_wants(LOG_DEBUG))
        return;
    vsnprintf(text, sizeof(text), format, arguments);
    discreet_message(text);
    log_event(LOG_DEBUG, "connection", LOG_TEXT("detail", text));
}

struct MHD_Daemon *front_open(struct worker *worker, int listen_fd)
{
    const unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                           MHD_USE_SUPPRESS_DATE_NO_CLOCK;
    struct MHD_OptionItem options[] = {
        /* First: it logs about the rest. */
        {MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)on_message, worker},
        {MHD_OPTION_LISTEN_SOCKET, listen_fd, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_request_line, worker},
        {MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)leave_escaped, NULL},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, worker},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_request_over, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, CROWD_MAX, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, CONNECTION_IDLE, NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_Daemon *daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, worker,
                                                 MHD_OPTION_ARRAY, options, MHD_OPTION_END);

    worker->seams = seams_can_be_told(MHD_get_version());
    if (!daemon)
        close(listen_fd);
    return daemon;
}

void front_quiesce(struct worker *worker)
{
    MHD_socket fd = MHD_quiesce_daemon(worker->front);

    if (fd != MHD_INVALID_SOCKET)
        close(fd);
}

size_t front_in_flight(const struct worker *worker)
{
    size_t count = 0;

    for (const struct request *request = worker->requests; request; request = request->next)
        count++;
    return count;
}

void front_close(struct worker *worker)
{
    if (!worker->front)
        return;
    worker->aborting = true;
    for (struct request *request = worker->requests; request; request = request->next) {
        if (request->suspended)
            request_wake(request); /* libmicrohttpd does not stop with suspended connections */
    }
    MHD_stop_daemon(worker->front);
    worker->front = NULL;
}
