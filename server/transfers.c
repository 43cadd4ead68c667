/* libcurl says which sockets to watch and when to call it; the worker's epoll set and time-out see
 * to that. See transfers.h. */
#include <config.h>

#include "transfers.h"

#include <stdlib.h>
#include <sys/epoll.h>

#include "clock.h"
#include "loop_event.h"

/* Idle connections kept for reuse: to one XNAT and a handful of providers. */
#define IDLE_CONNECTIONS_MAX 256L

struct transfers {
    CURLM *multi; /* NULL after memory was short: the next transfer makes a new one */
    int epoll_fd;
    int64_t deadline;       /* by the steady clock; -1: none */
    struct transfer *first; /* of those under way */
    bool losing;            /* one of them is lost … */
    bool broken;            /* … and all the others, for libcurl itself is */
};

static struct transfer *transfer_of(CURL *easy)
{
    struct transfer *transfer = NULL;

    curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&transfer);
    return transfer;
}

/* The system watches no more sockets. Told of it, libcurl would give up every transfer of the
 * worker; but only the one whose socket it is has to end. */
static void lose(struct transfers *transfers, struct transfer *transfer)
{
    transfer->lost = true;
    transfers->losing = true;
}

/* libcurl says which sockets it watches. A mark that is not NULL: the socket is in the set. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *mark)
{
    struct transfers *transfers = context;
    struct epoll_event event = {.data.u64 = LOOP_EVENT(LOOP_EVENT_TRANSFER, fd)};

    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(transfers->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        curl_multi_assign(transfers->multi, fd, NULL);
        return 0;
    }
    if (what & CURL_POLL_IN)
        event.events |= EPOLLIN;
    if (what & CURL_POLL_OUT)
        event.events |= EPOLLOUT;
    if (epoll_ctl(transfers->epoll_fd, mark ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) == 0)
        curl_multi_assign(transfers->multi, fd, transfers);
    else
        lose(transfers, transfer_of(easy));
    return 0;
}

static int on_timer(CURLM *multi, long milliseconds, void *context)
{
    struct transfers *transfers = context;

    (void)multi;
    transfers->deadline = milliseconds < 0 ? -1 : clock_steady() + milliseconds;
    return 0;
}

static bool open_multi(struct transfers *transfers)
{
    CURLM *multi = transfers->multi = curl_multi_init();

    if (!multi)
        return false;
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, transfers);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, transfers);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, IDLE_CONNECTIONS_MAX);
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    return true;
}

struct transfers *transfers_new(int epoll_fd)
{
    struct transfers *transfers = calloc(1, sizeof(*transfers));

    if (!transfers)
        return NULL;
    transfers->epoll_fd = epoll_fd;
    transfers->deadline = -1;
    if (open_multi(transfers))
        return transfers;
    free(transfers);
    return NULL;
}

void transfers_free(struct transfers *transfers)
{
    if (!transfers)
        return;
    curl_multi_cleanup(transfers->multi);
    free(transfers);
}

void transfer_send_once(const struct transfer *transfer)
{
    curl_easy_setopt(transfer->easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(transfer->easy, CURLOPT_FORBID_REUSE, 1L);
}

bool transfers_start(struct transfers *transfers, struct transfer *transfer)
{
    if (transfers->broken || (!transfers->multi && !open_multi(transfers)))
        return false;
    curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, transfer);
    if (curl_multi_add_handle(transfers->multi, transfer->easy) != CURLM_OK)
        return false;
    transfer->active = true;
    transfer->lost = false;
    transfer->previous = NULL;
    transfer->next = transfers->first;
    if (transfer->next)
        transfer->next->previous = transfer;
    transfers->first = transfer;
    return true;
}

void transfers_cancel(struct transfers *transfers, struct transfer *transfer)
{
    if (!transfer->active)
        return;
    transfer->active = false;
    if (transfer->next)
        transfer->next->previous = transfer->previous;
    if (transfer->previous)
        transfer->previous->next = transfer->next;
    else
        transfers->first = transfer->next;
    curl_multi_remove_handle(transfers->multi, transfer->easy);
}

static struct transfer *find_lost(const struct transfers *transfers)
{
    struct transfer *transfer = transfers->first;

    while (transfer && !transfer->lost)
        transfer = transfer->next;
    return transfer;
}

/* Once memory was short in the middle of it, libcurl (7.88) does not know any more which sockets it
 * watches, and divides by zero when it looks. Then none of its transfers may go on, and the next
 * begins with a new handle. */
static void end_what_is_lost(struct transfers *transfers)
{
    struct transfer *transfer;

    while (transfers->losing &&
           (transfer = transfers->broken ? transfers->first : find_lost(transfers)) != NULL) {
        transfers_cancel(transfers, transfer);
        transfer->done(transfer, CURLE_OUT_OF_MEMORY);
    }
    if (transfers->broken) {
        curl_multi_cleanup(transfers->multi);
        transfers->multi = NULL;
        transfers->deadline = -1;
    }
    transfers->broken = transfers->losing = false;
}

static void give_up(struct transfers *transfers)
{
    transfers->broken = transfers->losing = true;
}

static void act(struct transfers *transfers, curl_socket_t fd, int what)
{
    int running;

    end_what_is_lost(transfers);
    if (transfers->multi &&
        curl_multi_socket_action(transfers->multi, fd, what, &running) != CURLM_OK)
        give_up(transfers);
    end_what_is_lost(transfers);
}

void transfers_socket_event(struct transfers *transfers, int fd, uint32_t events)
{
    int what = 0;
    if (events & EPOLLIN)
        what |= CURL_CSELECT_IN;
    if (events & EPOLLOUT)
        what |= CURL_CSELECT_OUT;
    if (events & (EPOLLERR | EPOLLHUP))
        what |= CURL_CSELECT_ERR;
    act(transfers, fd, what);
}

void transfers_resume(struct transfers *transfers, struct transfer *transfer)
{
    /* A piece that libcurl could not hand on is lost to it, too: what follows must not be sent. */
    if (transfer->active && curl_easy_pause(transfer->easy, CURLPAUSE_CONT) != CURLE_OK)
        give_up(transfers);
}

int transfers_timeout(const struct transfers *transfers)
{
    int64_t left;

    if (transfers->losing)
        return 0;
    if (transfers->deadline < 0)
        return -1;
    left = transfers->deadline - clock_steady();
    if (left < 0)
        return 0;
    return left > CLOCK_SLEEP_MAX ? CLOCK_SLEEP_MAX : (int)left;
}

static void finish_what_is_over(struct transfers *transfers)
{
    CURLMsg *message;
    int left;

    while (transfers->multi && (message = curl_multi_info_read(transfers->multi, &left)) != NULL) {
        struct transfer *transfer;
        CURLcode result = message->data.result;

        if (message->msg != CURLMSG_DONE)
            continue;
        transfer = transfer_of(message->easy_handle);
        transfers_cancel(transfers, transfer);
        transfer->done(transfer, result);
    }
}

void transfers_turn(struct transfers *transfers)
{
    if (transfers->deadline >= 0 && clock_steady() >= transfers->deadline) {
        transfers->deadline = -1;
        act(transfers, CURL_SOCKET_TIMEOUT, 0);
    }
    finish_what_is_over(transfers);
    end_what_is_lost(transfers);
}
