/* The sidecar's front between a client and an upstream, all in one thread. See wire.h. */
#include <config.h>

#include "tests/fuzz/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>
#include <microhttpd.h>
#include <oidc/oidc.h>

#include "server/abandoned.h"
#include "server/front.h"
#include "server/log.h"
#include "server/loop_event.h"
#include "server/proxy.h"
#include "server/ledger.h"
#include "server/routes.h"
#include "server/site.h"
#include "server/transfers.h"
#include "server/worker.h"

/* Looks at a connection on which nothing moves, one a second, until it must be over. */
enum { LOOKS_MAX = 60, EVENTS = 32, BLOCK = 16384, SESSIONS = 1000 };

/* Longest wait, in milliseconds, for a timer of libcurl's: it sets some for the next millisecond.
 */
enum { TIMER_MAX = 20 };

static const char file[] = "auth.method=openid\n"
                           "type=openid\n"
                           "provider.id=openid\n"
                           "enabled=aaf\n"
                           "siteUrl=https://xnat.example\n"
                           "preEstablishedRedirUri=/openid-login\n"
                           "openid.aaf.issuer=https://op.example\n"
                           "openid.aaf.clientId=xnat\n"
                           "openid.aaf.clientSecret=s3cret\n"
                           "openid.aaf.accessTokenUri=https://op.example/token\n"
                           "openid.aaf.userAuthUri=https://op.example/authorize\n"
                           "openid.aaf.scopes=openid,profile,email\n"
                           "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\">AAF</a>\n"
                           "openid.aaf.shouldFilterEmailDomains=false\n"
                           "openid.aaf.forceUserCreate=true\n"
                           "openid.aaf.userAutoEnabled=true\n"
                           "openid.aaf.userAutoVerified=true\n";

static const oidc_identity visitor = {
    .provider = "aaf",
    .issuer = "https://op.example",
    .subject = "alice",
    .username = "aaf_alice",
    .email = "alice@example.org",
    .given_name = "Alice",
    .family_name = "",
    .provider_session = "",
};

static struct site site;
static char *session;
static struct wire wire;
static const struct wire_way *way;

/* Where libcurl finds the upstream: among the names that are no files. */
static struct {
    int fd;
    char name[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
} upstream;

static void show(const char *whose, const struct wire_bytes *bytes)
{
    (void)fprintf(stderr, "--- what the %s got\n", whose);
    (void)fwrite(bytes->at, 1, bytes->size, stderr);
    (void)fputc('\n', stderr);
}

void wire_require(bool kept, const char *promise, const char *source, int line)
{
    if (kept)
        return;
    show("client", &wire.came);
    for (size_t i = 0; i < wire.link_count; i++)
        show("upstream", &wire.links[i].came);
    (void)fprintf(stderr, "%s:%d: %s\n", source, line, promise);
    abort();
}

const char *wire_username(void)
{
    return visitor.username;
}

const char *wire_peer(const struct wire_way *of)
{
    return of->trusted ? "10.1.2.3" : "192.0.2.7";
}

static void bytes_add(struct wire_bytes *bytes, const char *more, size_t size)
{
    char *longer = realloc(bytes->at, bytes->size + size);

    WIRE_REQUIRE(longer != NULL);
    memcpy(longer + bytes->size, more, size);
    bytes->at = longer;
    bytes->size += size;
}

/* --- what the front is linked with --------------------------------------------------------------
 */

enum MHD_Result __real_proxy_begin(struct request *request, const oidc_header *identity,
                                   size_t identity_count);
enum MHD_Result __wrap_proxy_begin(struct request *request, const oidc_header *identity,
                                   size_t identity_count);
enum MHD_Result __real_proxy_begin_watched(struct request *request, const oidc_header *identity,
                                           size_t identity_count, proxy_watch *watch);
enum MHD_Result __wrap_proxy_begin_watched(struct request *request, const oidc_header *identity,
                                           size_t identity_count, proxy_watch *watch);
route_handler *__real_routes_choose(struct request *request);
route_handler *__wrap_routes_choose(struct request *request);
CURL *__real_curl_easy_init(void);
CURL *__wrap_curl_easy_init(void);
void __wrap_log_write(enum log_level level, const char *event, const struct log_field *fields,
                      size_t count);

static void note_call(const struct request *request, bool identity)
{
    struct wire_call *call = &wire.calls[wire.call_count++];

    WIRE_REQUIRE(wire.call_count < WIRE_CALLS && wire.requests > 0);
    *call = (struct wire_call){.method = strdup(request->method),
                               .target = strdup(request->raw),
                               .request = wire.requests - 1,
                               .identity = identity};
}

/* What proxy.c calls of its own is not wrapped: each request is noted once. */
enum MHD_Result __wrap_proxy_begin(struct request *request, const oidc_header *identity,
                                   size_t identity_count)
{
    note_call(request, identity_count > 0);
    return __real_proxy_begin(request, identity, identity_count);
}

enum MHD_Result __wrap_proxy_begin_watched(struct request *request, const oidc_header *identity,
                                           size_t identity_count, proxy_watch *watch)
{
    note_call(request, identity_count > 0);
    return __real_proxy_begin_watched(request, identity, identity_count, watch);
}

route_handler *__wrap_routes_choose(struct request *request)
{
    wire.requests++;
    return __real_routes_choose(request);
}

/* The upstream is where the fuzzer listens. */
CURL *__wrap_curl_easy_init(void)
{
    CURL *easy = __real_curl_easy_init();

    WIRE_REQUIRE(easy != NULL);
    WIRE_REQUIRE(curl_easy_setopt(easy, CURLOPT_ABSTRACT_UNIX_SOCKET, upstream.name) == CURLE_OK);
    return easy;
}

/* What stands in the log is for more people than a session is. */
void __wrap_log_write(enum log_level level, const char *event, const struct log_field *fields,
                      size_t count)
{
    (void)level;
    WIRE_REQUIRE(event[0] != '\0');
    for (size_t i = 0; i < count; i++) {
        if (fields[i].kind == LOG_FIELD_TEXT && fields[i].text && session)
            WIRE_REQUIRE(strstr(fields[i].text, session) == NULL);
    }
}

/* --- the beginning ------------------------------------------------------------------------------
 */

static void read_options(const char *config)
{
    char words[][64] = {
        "oidc-sidecar",    "--config",   "",          "--upstream", "http://127.0.0.1:8080",
        "--trusted-proxy", "10.0.0.0/8", "--workers", "1",
    };
    enum { WORDS = sizeof(words) / sizeof(words[0]) };
    char *argv[WORDS + 1] = {NULL};
    char *environment[] = {NULL};

    (void)snprintf(words[2], sizeof(words[2]), "%s", config);
    for (size_t i = 0; i < WORDS; i++)
        argv[i] = words[i];
    WIRE_REQUIRE(options_read(&site.options, WORDS, argv, environment, stdout, stderr) ==
                 OPTIONS_RUN);
}

static void open_site(void)
{
    int fd = memfd_create("site", MFD_CLOEXEC);
    char path[64];

    WIRE_REQUIRE(fd >= 0 && write(fd, file, sizeof(file) - 1) == (ssize_t)sizeof(file) - 1);
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    read_options(path);
    WIRE_REQUIRE(site_open(&site));
    close(fd);
}

/* At a name of the system's choice. */
static int listen_somewhere(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const struct sockaddr unnamed = {.sa_family = AF_UNIX};

    WIRE_REQUIRE(fd >= 0 && bind(fd, &unnamed, sizeof(unnamed.sa_family)) == 0);
    WIRE_REQUIRE(listen(fd, WIRE_LINKS) == 0);
    return fd;
}

static void open_upstream(void)
{
    struct sockaddr_un address = {0};
    socklen_t size = sizeof(address);

    upstream.fd = listen_somewhere();
    WIRE_REQUIRE(getsockname(upstream.fd, (struct sockaddr *)(void *)&address, &size) == 0);
    size -= (socklen_t)offsetof(struct sockaddr_un, sun_path) + 1;
    memcpy(upstream.name, address.sun_path + 1, size);
}

static void make_session(void)
{
    struct worker *worker = &site.workers[0];
    oidc_session *made = NULL;

    WIRE_REQUIRE(oidc_session_new(&visitor, worker->now, worker->now + site.options.session_ttl,
                                  &made, NULL) == OIDC_OK);
    WIRE_REQUIRE(oidc_session_seal(made, site.keyring, &session, NULL) == OIDC_OK);
    oidc_session_free(&made);
}

static void open_once(void)
{
    static bool is_open;

    if (is_open)
        return;
    is_open = true;
    (void)signal(SIGPIPE, SIG_IGN);
    WIRE_REQUIRE(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    open_upstream();
    open_site();
    /* Nobody calls there: the client is brought in. */
    WIRE_REQUIRE(worker_open(&site.workers[0], &site, 0, listen_somewhere(), -1));
    make_session();
}

const char *wire_session(void)
{
    open_once();
    return session;
}

/* --- one run ------------------------------------------------------------------------------------
 */

struct client {
    int fd;
    struct slice left; /* to be written */
    bool silent;       /* it has closed its side */
    bool over;         /* the sidecar has closed its own */
};

static void clear(void)
{
    for (size_t i = 0; i < wire.link_count; i++) {
        if (wire.links[i].fd >= 0)
            close(wire.links[i].fd);
        free(wire.links[i].came.at);
    }
    for (size_t i = 0; i < wire.call_count; i++) {
        free(wire.calls[i].method);
        free(wire.calls[i].target);
    }
    free(wire.came.at);
    wire = (struct wire){0};
}

/* Somebody who has signed out comes again in the next run. */
static void forget_sign_outs(void)
{
    if (site.workers[0].metrics.counters[METRIC_SIGN_OUTS] == 0)
        return;
    site.workers[0].metrics.counters[METRIC_SIGN_OUTS] = 0;
    ledger_free(site.ledger);
    site.ledger = ledger_new(SESSIONS);
    WIRE_REQUIRE(site.ledger != NULL);
}

static int connect_client(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(40000)};
    int ends[2];

    WIRE_REQUIRE(inet_pton(AF_INET, wire_peer(way), &address.sin_addr) == 1);
    WIRE_REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    WIRE_REQUIRE(MHD_add_connection(site.workers[0].front, ends[0],
                                    (const struct sockaddr *)(const void *)&address,
                                    sizeof(address)) == MHD_YES);
    return ends[1];
}

/* Reads what has come; whether anything did. */
static bool read_some(int fd, struct wire_bytes *bytes, bool *over)
{
    char block[BLOCK];
    ssize_t size;
    bool moved = false;

    while (!*over && (size = read(fd, block, sizeof(block))) != -1) {
        moved = true;
        if (size == 0)
            *over = true;
        else
            bytes_add(bytes, block, (size_t)size);
    }
    if (!*over && errno != EAGAIN)
        *over = moved = true;
    return moved;
}

static bool client_writes(struct client *client)
{
    const size_t most =
        way->piece > 0 && way->piece < client->left.size ? way->piece : client->left.size;
    ssize_t size = most > 0 ? write(client->fd, client->left.at, most) : 0;

    if (size < 0 && errno != EAGAIN)
        client->left.size = 0; /* nobody reads it any more */
    if (size <= 0)
        return false;
    client->left.at += size;
    client->left.size -= (size_t)size;
    return true;
}

/* Whether there was somebody. */
static bool accept_link(void)
{
    int fd = accept4(upstream.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd < 0)
        return false;
    WIRE_REQUIRE(wire.link_count < WIRE_LINKS);
    wire.links[wire.link_count++] = (struct wire_link){.fd = fd};
    return true;
}

static bool upstream_moves(void)
{
    bool moved = accept_link();

    for (size_t i = 0; i < wire.link_count; i++) {
        struct wire_link *link = &wire.links[i];

        if (link->fd < 0 || !read_some(link->fd, &link->came, &link->over))
            continue;
        moved = true;
        way->upstream(link);
    }
    return moved;
}

static void deliver(struct worker *worker, const struct epoll_event *event)
{
    const enum loop_event kind = (enum loop_event)(event->data.u64 >> 32);

    if (kind == LOOP_EVENT_MAILBOX)
        mailbox_deliver(&worker->mailbox);
    else if (kind == LOOP_EVENT_TRANSFER)
        transfers_socket_event(worker->transfers, (int)(uint32_t)event->data.u64, event->events);
}

/* A turn of the worker's loop that waits for nothing but libcurl's next millisecond. */
static bool worker_moves(struct worker *worker)
{
    struct epoll_event events[EVENTS];
    MHD_UNSIGNED_LONG_LONG due = 1;
    int count = epoll_wait(worker->epoll_fd, events, EVENTS, 0);
    int timer;
    bool let_go;

    for (int i = 0; i < count; i++)
        deliver(worker, &events[i]);
    transfers_turn(worker->transfers);
    let_go = worker->let_go;
    worker->let_go = false;
    MHD_run(worker->front);
    timer = transfers_timeout(worker->transfers);
    if (count <= 0 && timer > 0 && timer <= TIMER_MAX)
        (void)poll(NULL, 0, timer);
    return count > 0 || let_go || (timer >= 0 && timer <= TIMER_MAX) ||
           (MHD_get_timeout(worker->front, &due) == MHD_YES && due == 0);
}

static void run(struct client *client)
{
    struct worker *worker = &site.workers[0];
    unsigned looks = 0;

    while (!client->over || worker->requests) {
        bool moved = client_writes(client);

        moved = worker_moves(worker) || moved;
        moved = read_some(client->fd, &wire.came, &client->over) || moved;
        moved = upstream_moves() || moved;
        if (moved)
            continue;
        if (!client->silent) {
            client->silent = true;
            (void)shutdown(client->fd, SHUT_WR);
            continue;
        }
        WIRE_REQUIRE(looks++ < LOOKS_MAX);
        abandoned_drop(worker);
    }
}

const struct wire *wire_run(const struct wire_way *chosen, struct slice sent)
{
    struct client client = {.left = sent};

    open_once();
    clear();
    forget_sign_outs();
    way = chosen;
    site.unauthenticated = way->unauthenticated;
    client.fd = connect_client();
    run(&client);
    close(client.fd);
    return &wire;
}

/* --- the upstream -------------------------------------------------------------------------------
 */

void wire_say(const struct wire_link *link, const void *bytes, size_t size)
{
    /* What the sidecar does not want any more is lost, as on any connection. */
    if (link->fd >= 0 && size > 0 && write(link->fd, bytes, size) < 0)
        WIRE_REQUIRE(errno == EPIPE || errno == ECONNRESET || errno == EAGAIN);
}

void wire_hang_up(struct wire_link *link)
{
    if (link->fd >= 0)
        close(link->fd);
    link->fd = -1;
}
