/* A connection to Redis, with hiredis. See redis_wire.h. */
#include <config.h>

#include "redis_wire.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <hiredis/hiredis.h>
#include <openssl/crypto.h>

#include "clock.h"

/* Milliseconds that an exchange may take: a sign-in waits for it. */
#define EXCHANGE_LIMIT 1000

/* Most words of a command of ours that are texts: EVAL script 1 name and four arguments. */
#define TEXTS_MAX 8

/* Bytes of the shortest element: a status without a word. */
#define ELEMENT_SIZE_MIN 3

bool redis_wire_fail(struct redis_wire *wire, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(wire->detail, REDIS_DETAIL_SIZE, format, arguments);
    va_end(arguments);
    return false;
}

/* Whether an answer may hold as many elements as are said to come. */
static bool may_announce(const struct redis_wire *wire)
{
    return wire->announced <= wire->reply_max / ELEMENT_SIZE_MIN;
}

static bool fail_context(struct redis_wire *wire, const redisContext *context)
{
    if (!may_announce(wire))
        return redis_wire_fail(wire, "an answer of more elements than fit into %zu bytes",
                               wire->reply_max);
    return redis_wire_fail(wire, "%s", context->err ? context->errstr : "the connection broke");
}

/* --- beginning and end --------------------------------------------------------------------------
 */

/* The socket's own time-out bounds connecting, and each read and write. */
static bool connect_to(struct redis_wire *wire, int fd, const struct sockaddr *to, socklen_t size)
{
    const struct timeval limit = {.tv_sec = EXCHANGE_LIMIT / 1000};

    if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0 &&
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0 &&
        connect(fd, to, size) == 0)
        return true;
    return redis_wire_fail(wire, "%s", strerror(errno == EINPROGRESS ? ETIMEDOUT : errno));
}

/* A connected socket, or -1. */
static int connect_socket(struct redis_wire *wire, const struct sockaddr *to, socklen_t size)
{
    int fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        redis_wire_fail(wire, "%s", strerror(errno));
    else if (!connect_to(wire, fd, to, size)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static int connect_tcp(struct redis_wire *wire, const struct redis_address *address)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    const int no_delay = 1;
    struct addrinfo *list = NULL;
    char port[16];
    int fd = -1;

    snprintf(port, sizeof(port), "%d", address->port);
    int error = getaddrinfo(address->host, port, &hints, &list);
    if (error)
        redis_wire_fail(wire, "%s", gai_strerror(error));
    for (const struct addrinfo *at = list; at && fd < 0; at = at->ai_next)
        fd = connect_socket(wire, at->ai_addr, at->ai_addrlen);
    if (list)
        freeaddrinfo(list);
    if (fd >= 0)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof(no_delay)); /* only faster */
    return fd;
}

static int connect_unix(struct redis_wire *wire, const struct redis_address *address)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};

    if (strlen(address->path) >= sizeof(to.sun_path)) {
        redis_wire_fail(wire, "%s", strerror(ENAMETOOLONG));
        return -1;
    }
    memcpy(to.sun_path, address->path, strlen(address->path));
    return connect_socket(wire, (const struct sockaddr *)&to, sizeof(to));
}

#if HIREDIS_MAJOR >= 1
typedef size_t array_size;
#else
typedef int array_size;
#endif

/* hiredis makes room for all elements when they are announced, a dozen bytes for gigabytes. What
 * cannot come within the bytes of a reply gets none. */
static void *make_array(const redisReadTask *task, array_size elements)
{
    struct redis_wire *wire = task->privdata;

    if (elements > 0)
        wire->announced += (size_t)elements;
    return may_announce(wire) ? wire->otherwise->createArray(task, elements) : NULL;
}

static bool bound_arrays(struct redis_wire *wire)
{
    redisReader *reader = wire->context->reader;

    wire->made_by = malloc(sizeof(*wire->made_by));
    if (!wire->made_by)
        return redis_wire_fail(wire, "out of memory");
    wire->otherwise = reader->fn;
    *wire->made_by = *reader->fn;
    wire->made_by->createArray = make_array;
    reader->fn = wire->made_by;
    reader->privdata = wire;
    return true;
}

/* Not with hiredis (0.14), which ends the process when it has no memory for a host's name; nor is
 * its buffer to become smaller: it makes a new one, and ends the process likewise. */
static bool dial(struct redis_wire *wire, const struct redis_address *address)
{
    int fd = address->path ? connect_unix(wire, address) : connect_tcp(wire, address);

    wire->unfinished = 0;
    wire->announced = 0;
    if (fd < 0)
        return false;
    wire->context = redisConnectFd(fd);
    if (!wire->context) {
        close(fd);
        return redis_wire_fail(wire, "out of memory");
    }
    wire->context->reader->maxbuf = 0;
    return wire->context->err ? fail_context(wire, wire->context) : bound_arrays(wire);
}

static bool authenticate(struct redis_wire *wire, const struct redis_address *address)
{
    if (!address->password)
        return true;
    return (address->user ? REDIS_WIRE_APPEND(wire, "AUTH", address->user, address->password)
                          : REDIS_WIRE_APPEND(wire, "AUTH", address->password)) &&
           redis_wire_flush(wire) && redis_wire_expect_done(wire, REDIS_REPLY_STATUS);
}

bool redis_wire_open(struct redis_wire *wire, const struct redis_address *address)
{
    redis_wire_begin(wire);
    return dial(wire, address) && authenticate(wire, address);
}

/* A password may be in it. */
static void forget_out(struct redis_wire *wire)
{
    if (wire->out)
        OPENSSL_cleanse(wire->out, wire->out_size);
    wire->out_size = 0;
}

void redis_wire_close(struct redis_wire *wire)
{
    if (wire->context)
        redisFree(wire->context);
    wire->context = NULL;
    free(wire->made_by);
    wire->made_by = NULL;
    forget_out(wire);
    free(wire->out);
    wire->out = NULL;
}

/* --- sending ------------------------------------------------------------------------------------
 */

void redis_wire_begin(struct redis_wire *wire)
{
    wire->deadline = clock_steady() + EXCHANGE_LIMIT;
}

static bool add_out(struct redis_wire *wire, const char *bytes, size_t size)
{
    char *longer = realloc(wire->out, wire->out_size + size);

    if (!longer)
        return false;
    memcpy(longer + wire->out_size, bytes, size);
    wire->out = longer;
    wire->out_size += size;
    return true;
}

/* Not into hiredis' own buffer: once it is sent, hiredis (0.14) makes an empty one, and reads from
 * nowhere when there is no memory for it. */
bool redis_wire_append(struct redis_wire *wire, const char *const words[], const size_t sizes[],
                       size_t count)
{
    union {
        const char *const *ours;
        const char **theirs; /* which they only read */
    } list = {.ours = words};
    char *command = NULL;
    int size = redisFormatCommandArgv(&command, (int)count, list.theirs, sizes);
    bool added = size > 0 && add_out(wire, command, (size_t)size);

    if (size > 0) {
        OPENSSL_cleanse(command, (size_t)size);
        redisFreeCommand(command);
    }
    return added || redis_wire_fail(wire, "out of memory");
}

bool redis_wire_append_texts(struct redis_wire *wire, const char *const texts[], size_t count)
{
    size_t sizes[TEXTS_MAX];

    if (count > TEXTS_MAX)
        return redis_wire_fail(wire, "a command of too many words");
    for (size_t i = 0; i < count; i++)
        sizes[i] = strlen(texts[i]);
    return redis_wire_append(wire, texts, sizes, count);
}

/* The socket's own time-out bounds each write. */
bool redis_wire_flush(struct redis_wire *wire)
{
    size_t sent = 0;

    while (sent < wire->out_size) {
        ssize_t size =
            send(wire->context->fd, wire->out + sent, wire->out_size - sent, MSG_NOSIGNAL);

        if (size < 0 && errno != EINTR)
            return redis_wire_fail(wire, "%s", strerror(errno));
        sent += size > 0 ? (size_t)size : 0;
        if (clock_steady() > wire->deadline)
            return redis_wire_fail(wire, "no answer within %d ms", EXCHANGE_LIMIT);
    }
    forget_out(wire);
    return true;
}

/* --- receiving ----------------------------------------------------------------------------------
 */

bool redis_wire_read(struct redis_wire *wire)
{
    const size_t before = wire->context->reader->len;

    if (redisBufferRead(wire->context) != REDIS_OK)
        return fail_context(wire, wire->context);
    wire->unfinished += wire->context->reader->len - before;
    return true;
}

bool redis_wire_take(struct redis_wire *wire, redisReply **reply)
{
    const redisReader *reader = wire->context->reader;
    void *taken = NULL;

    *reply = NULL;
    if (redisGetReplyFromReader(wire->context, &taken) != REDIS_OK)
        return fail_context(wire, wire->context);
    if (!taken)
        return wire->unfinished <= wire->reply_max ||
               redis_wire_fail(wire, "an answer of more than %zu bytes", wire->reply_max);
    wire->unfinished = reader->len - reader->pos;
    wire->announced = 0;
    *reply = taken;
    return true;
}

/* Waits for bytes until the deadline. */
static bool wait_for_bytes(struct redis_wire *wire)
{
    struct pollfd fd = {.fd = wire->context->fd, .events = POLLIN};
    int64_t left = wire->deadline - clock_steady();
    int ready = left > 0 ? poll(&fd, 1, (int)left) : 0;

    if (ready > 0 || (ready < 0 && errno == EINTR))
        return true;
    return redis_wire_fail(wire, "no answer within %d ms", EXCHANGE_LIMIT);
}

/* The next reply, which may be an error's. Waits for it. */
static redisReply *next_reply(struct redis_wire *wire)
{
    redisReply *reply = NULL;

    while (redis_wire_take(wire, &reply) && !reply) {
        if (!wait_for_bytes(wire) || !redis_wire_read(wire))
            return NULL;
    }
    return reply;
}

redisReply *redis_wire_expect(struct redis_wire *wire, int type)
{
    redisReply *reply = next_reply(wire);

    if (!reply || reply->type == type)
        return reply;
    redis_wire_fail(wire, "%s",
                    reply->type == REDIS_REPLY_ERROR ? reply->str : "an answer of no known form");
    freeReplyObject(reply);
    return NULL;
}

bool redis_wire_expect_done(struct redis_wire *wire, int type)
{
    redisReply *reply = redis_wire_expect(wire, type);

    freeReplyObject(reply);
    return reply != NULL;
}
