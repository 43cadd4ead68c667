/* A look into each socket, and a count of the looks at which a body had not moved. See
 * abandoned.h. */
#include <config.h>

#include "abandoned.h"

#include <sys/socket.h>

#include <microhttpd.h>

#include "request.h"
#include "worker.h"

/* Seconds that a body may stand still, with nobody to wait for it but us. */
#define BODY_IDLE 30U

/* Seconds that bytes may lie unread while a body is wanted. libmicrohttpd cannot read on when a
 * part of the framing fills its buffer, and then asks to be run again and again. */
#define BODY_STUCK 5U

enum waiting { WAITING_NOTHING, WAITING_BYTES, WAITING_END };

/* What lies in the socket: nothing, bytes to read, or the client's end. */
static enum waiting look_at(int fd)
{
    char byte;
    ssize_t size = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

    return size == 0 ? WAITING_END : size > 0 ? WAITING_BYTES : WAITING_NOTHING;
}

static int fd_of(const struct request *request)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    return info ? info->connect_fd : -1;
}

static void abandon(struct request *request)
{
    request->abandoned = true;
    if (!request->suspended)
        request_wait(request);
    request_wake(request);
}

/* A body that does not come any further. The end of the socket is what libmicrohttpd notices even
 * where it has stopped reading. */
static void watch_body(struct request *request, int fd, enum waiting waiting)
{
    bool moved = request->calls != request->seen;
    /* how long an upload may pause is a matter of the proxy's */
    bool ours = !request->job || request->job->gathering;

    request->seen = request->calls;
    request->still = moved ? 0 : request->still + 1;
    if (waiting == WAITING_END || (waiting == WAITING_BYTES && request->still >= BODY_STUCK) ||
        (ours && request->still >= BODY_IDLE)) {
        shutdown(fd, SHUT_RDWR);
        /* Of a connection that was suspended libmicrohttpd may not hear that. */
        MHD_set_connection_option(request->connection, MHD_CONNECTION_OPTION_TIMEOUT, 1U);
    }
}

/* libmicrohttpd does not look at a suspended connection, and may overlook the end of one that it
 * has just resumed. */
void abandoned_drop(struct worker *worker)
{
    for (struct request *request = worker->requests; request; request = request->next) {
        int fd = fd_of(request);
        bool watched = request->job && request->job->abandonable && !request->abandoned;
        enum waiting waiting;

        if (fd < 0 || (request->whole && !watched))
            continue;
        waiting = look_at(fd);
        if (watched && waiting == WAITING_END)
            abandon(request);
        else if (!request->whole && !request->suspended)
            watch_body(request, fd, waiting);
    }
}
