#include <config.h>

#include "transfers.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>

#include "loop_event.h"

/* Idle connections kept for reuse: to one XNAT and a handful of providers. */
#define IDLE_CONNECTIONS_MAX 256L

struct transfers {
    CURLM *multi;
    int epoll_fd;
    int64_t deadline; /* milliseconds of the monotonic clock; -1: none */
};

static int64_t monotonic_milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* libcurl says which sockets it watches. A mark that is not NULL: the socket is in the set. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *mark)
{
    struct transfers *transfers = context;
    struct epoll_event event = {.data.u64 = LOOP_EVENT(LOOP_EVENT_TRANSFER, fd)};

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(transfers->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        curl_multi_assign(transfers->multi, fd, NULL);
        return 0;
    }
    if (what & CURL_POLL_IN)
        event.events |= EPOLLIN;
    if (what & CURL_POLL_OUT)
        event.events |= EPOLLOUT;
    if (epoll_ctl(transfers->epoll_fd, mark ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) != 0)
        return -1;
    curl_multi_assign(transfers->multi, fd, transfers);
    return 0;
}

static int on_timer(CURLM *multi, long milliseconds, void *context)
{
    struct transfers *transfers = context;

    (void)multi;
    transfers->deadline = milliseconds < 0 ? -1 : monotonic_milliseconds() + milliseconds;
    return 0;
}

struct transfers *transfers_new(int epoll_fd)
{
    struct transfers *transfers = calloc(1, sizeof(*transfers));

    if (!transfers)
        return NULL;
    transfers->epoll_fd = epoll_fd;
    transfers->deadline = -1;
    transfers->multi = curl_multi_init();
    if (!transfers->multi) {
        free(transfers);
        return NULL;
    }
    curl_multi_setopt(transfers->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(transfers->multi, CURLMOPT_SOCKETDATA, transfers);
    curl_multi_setopt(transfers->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(transfers->multi, CURLMOPT_TIMERDATA, transfers);
    curl_multi_setopt(transfers->multi, CURLMOPT_MAXCONNECTS, IDLE_CONNECTIONS_MAX);
    curl_multi_setopt(transfers->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    return transfers;
}

void transfers_free(struct transfers *transfers)
{
    if (!transfers)
        return;
    curl_multi_cleanup(transfers->multi);
    free(transfers);
}

bool transfers_start(struct transfers *transfers, struct transfer *transfer)
{
    curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, transfer);
    if (curl_multi_add_handle(transfers->multi, transfer->easy) != CURLM_OK)
        return false;
    transfer->active = true;
    return true;
}

void transfers_cancel(struct transfers *transfers, struct transfer *transfer)
{
    if (!transfer->active)
        return;
    transfer->active = false;
    curl_multi_remove_handle(transfers->multi, transfer->easy);
}

void transfers_socket_event(struct transfers *transfers, int fd, uint32_t events)
{
    int what = 0;
    int running;

    if (events & EPOLLIN)
        what |= CURL_CSELECT_IN;
    if (events & EPOLLOUT)
        what |= CURL_CSELECT_OUT;
    if (events & (EPOLLERR | EPOLLHUP))
        what |= CURL_CSELECT_ERR;
    curl_multi_socket_action(transfers->multi, fd, what, &running);
}

int transfers_timeout(const struct transfers *transfers)
{
    int64_t left;

    if (transfers->deadline < 0)
        return -1;
    left = transfers->deadline - monotonic_milliseconds();
    if (left < 0)
        return 0;
    return left > 60000 ? 60000 : (int)left;
}

static void finish_what_is_over(struct transfers *transfers)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(transfers->multi, &left)) != NULL) {
        struct transfer *transfer = NULL;
        CURLcode result = message->data.result;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        transfers_cancel(transfers, transfer);
        transfer->done(transfer, result);
    }
}

void transfers_turn(struct transfers *transfers)
{
    if (transfers->deadline >= 0 && monotonic_milliseconds() >= transfers->deadline) {
        int running;

        transfers->deadline = -1;
        curl_multi_socket_action(transfers->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    finish_what_is_over(transfers);
}
