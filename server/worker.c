/* A turn: sleep until something comes or is due, hand out what has come, run what is due. See
 * worker.h. */
#include <config.h>

#include "worker.h"

#include <sys/epoll.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

#include "abandoned.h"
#include "admin.h"
#include "bearer_cache.h"
#include "clock.h"
#include "container.h"
#include "digest.h"
#include "front.h"
#include "keeper.h"
#include "log.h"
#include "loop_event.h"
#include "session_cache.h"
#include "site.h"
#include "transfers.h"
#include "visitor.h"
#include "xnat_forward.h"
#include "xnat_worker.h"

#define EVENTS_A_TURN 64

/* How often, in milliseconds, to look whether the clients of requests in flight are still there. */
#define CLIENT_LOOK 1000

/* While draining, how often to look whether the last request is over, in milliseconds: requests end
 * by events, this only bounds how late it is noticed. */
#define DRAIN_LOOK 50

static bool watch(struct worker *worker, enum loop_event kind, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = LOOP_EVENT(kind, fd)};

    return epoll_ctl(worker->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool watch_daemon(struct worker *worker, enum loop_event kind, struct MHD_Daemon *daemon)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);

    return info && watch(worker, kind, info->epoll_fd);
}

bool worker_open(struct worker *worker, struct site *site, unsigned index, int listen_fd,
                 int admin_fd)
{
    *worker = (struct worker){.site = site, .index = index, .now = time(NULL)};
    worker->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    worker->front = front_open(worker, listen_fd);
    worker->admin = admin_fd >= 0 ? admin_open(worker, admin_fd) : NULL;
    worker->transfers = transfers_new(worker->epoll_fd);
    worker->digester = digester_new();
    worker->sessions = session_cache_new();
    worker->bearers = site->takes_bearer ? bearer_cache_new() : NULL;
    return mailbox_open(&worker->mailbox) && worker->epoll_fd >= 0 && worker->front &&
           (worker->admin || admin_fd < 0) && worker->transfers && worker->digester &&
           worker->sessions && (worker->bearers || !site->takes_bearer) &&
           xnat_worker_open(worker) &&
           getrandom(&worker->reference_seed, sizeof(worker->reference_seed), 0) ==
               (ssize_t)sizeof(worker->reference_seed) &&
           watch(worker, LOOP_EVENT_MAILBOX, worker->mailbox.event_fd) &&
           watch_daemon(worker, LOOP_EVENT_FRONT, worker->front) &&
           (!worker->admin || watch_daemon(worker, LOOP_EVENT_ADMIN, worker->admin));
}

static int sooner(int a, int b)
{
    if (a < 0)
        return b;
    return b < 0 || a < b ? a : b;
}

static int daemon_timeout(struct MHD_Daemon *daemon)
{
    MHD_UNSIGNED_LONG_LONG milliseconds;

    if (!daemon || MHD_get_timeout(daemon, &milliseconds) != MHD_YES)
        return -1;
    return milliseconds > CLOCK_SLEEP_MAX ? CLOCK_SLEEP_MAX : (int)milliseconds;
}

static int next_timeout(struct worker *worker)
{
    int timeout = sooner(daemon_timeout(worker->front), transfers_timeout(worker->transfers));

    timeout = sooner(timeout, daemon_timeout(worker->admin));
    timeout = sooner(timeout, xnat_worker_timeout(worker));
    if (worker->let_go)
        timeout = 0;
    if (worker->requests)
        timeout = sooner(timeout, CLIENT_LOOK);
    if (worker->draining)
        timeout = sooner(timeout, DRAIN_LOOK);
    if (worker->index == 0) {
        for (size_t i = 0; i < worker->site->keeper_count; i++)
            timeout = sooner(timeout, keeper_timeout(&worker->site->keepers[i]));
    }
    return timeout;
}

static void dispatch(struct worker *worker, const struct epoll_event *event)
{
    switch ((enum loop_event)(event->data.u64 >> 32)) {
    case LOOP_EVENT_MAILBOX:
        mailbox_deliver(&worker->mailbox);
        break;
    case LOOP_EVENT_TRANSFER:
        transfers_socket_event(worker->transfers, (int)(uint32_t)event->data.u64, event->events);
        break;
    case LOOP_EVENT_ADMIN:
        worker->admin_stirs = true;
        break;
    case LOOP_EVENT_FRONT:
        break; /* it runs once a turn, whatever happened */
    }
}

static void turn(struct worker *worker)
{
    struct epoll_event events[EVENTS_A_TURN];
    int count = epoll_wait(worker->epoll_fd, events, EVENTS_A_TURN, next_timeout(worker));

    worker->now = time(NULL);
    for (int i = 0; i < count; i++)
        dispatch(worker, &events[i]);
    transfers_turn(worker->transfers);
    xnat_worker_turn(worker);
    if (worker->looked_at != worker->now) {
        abandoned_drop(worker);
        xnat_holds_look(worker);
        visitors_keep_awake(worker);
    }
    worker->looked_at = worker->now;
    if (worker->index == 0) {
        for (size_t i = 0; i < worker->site->keeper_count; i++)
            keeper_turn(&worker->site->keepers[i]);
    }
    worker->let_go = false;
    MHD_run(worker->front);
    if (worker->admin_stirs || daemon_timeout(worker->admin) >= 0)
        MHD_run(worker->admin);
    worker->admin_stirs = false;
}

/* The first worker goes on answering on the administrator's side until the others are done. */
static bool is_done(const struct worker *worker)
{
    if (worker->aborting)
        return true;
    return worker->draining && !worker->requests && !xnat_worker_is_busy(worker) &&
           (worker->index > 0 || atomic_load(&worker->site->busy_workers) <= 1);
}

static void *run(void *context)
{
    struct worker *worker = context;

    while (!is_done(worker))
        turn(worker);
    atomic_fetch_sub(&worker->site->busy_workers, 1);
    return NULL;
}

bool worker_start(struct worker *worker)
{
    atomic_fetch_add(&worker->site->busy_workers, 1);
    worker->started = pthread_create(&worker->thread, NULL, run, worker) == 0;
    if (!worker->started)
        atomic_fetch_sub(&worker->site->busy_workers, 1);
    return worker->started;
}

static void on_stop(struct letter *letter)
{
    struct worker *worker = CONTAINER_OF(letter, struct worker_stop, letter)->worker;

    if (worker->draining) {
        worker->aborting = true;
        return;
    }
    worker->draining = true;
    front_quiesce(worker);
}

void worker_stop(struct worker *worker)
{
    struct worker_stop *stop;

    if (worker->stops_sent == WORKER_STOPS)
        return;
    stop = &worker->stops[worker->stops_sent++];
    stop->worker = worker;
    stop->letter.deliver = on_stop;
    mailbox_send(&worker->mailbox, &stop->letter);
}

void worker_join(struct worker *worker)
{
    if (worker->started)
        pthread_join(worker->thread, NULL);
    worker->started = false;
}

void worker_close(struct worker *worker)
{
    front_close(worker);
    xnat_worker_close(worker);
    if (worker->admin)
        MHD_stop_daemon(worker->admin);
    session_cache_free(worker->sessions);
    bearer_cache_free(worker->bearers);
    digester_free(worker->digester);
    transfers_free(worker->transfers);
    mailbox_close(&worker->mailbox);
    if (worker->epoll_fd >= 0)
        close(worker->epoll_fd);
    worker->admin = NULL;
    worker->epoll_fd = -1;
}
