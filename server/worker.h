/*
 * A worker: one thread with its own epoll set, its own libmicrohttpd daemon and its own libcurl
 * multi handle. It shares with the others only what <site.h> lists. Nothing it does blocks.
 */
#ifndef SERVER_WORKER_H
#define SERVER_WORKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mailbox.h"
#include "metrics.h"

struct MHD_Daemon;
struct bearer_cache;
struct digester;
struct request;
struct session_cache;
struct site;
struct transfers;
struct xnat_worker;

/** How often a worker can be asked to end: in order, and at once. */
#define WORKER_STOPS 2

struct worker {
    struct site *site;
    unsigned index;
    pthread_t thread;
    bool started;
    int epoll_fd;
    struct mailbox mailbox;
    struct worker_stop {
        struct letter letter; /* one can be on its way only once */
        struct worker *worker;
    } stops[WORKER_STOPS];
    unsigned stops_sent; /* the main thread's */
    struct MHD_Daemon *front;
    struct MHD_Daemon *admin; /* the first worker's only */
    bool let_go;              /* a connection was closed: libmicrohttpd is to be run once more */
    bool admin_stirs;         /* something happened on the administrator's side */
    struct transfers *transfers;
    struct digester *digester;
    struct session_cache *sessions;
    struct bearer_cache *bearers; /* NULL where no provider's tokens are accepted */
    struct xnat_worker *xnat;     /* NULL where nothing is handed over by tokens */
    struct metrics metrics;
    int64_t looked_at;        /* when clients were last looked for */
    int64_t now;              /* seconds since the epoch, of this turn of the loop */
    struct request *requests; /* in flight */
    unsigned connections;     /* the public side's (crowd.h) */
    int64_t crowd_told_at;    /* when it was told last that they are too many */
    bool draining;            /* no new connections; stop when nothing is in flight */
    bool aborting;            /* stop at once */
    bool seams;               /* of heads can be told (seams.h) */
    uint64_t references;      /* request references given out */
    uint64_t reference_seed;
};

/** @param listen_fd taken over, also on failure. @param admin_fd likewise; -1: no admin side. */
bool worker_open(struct worker *worker, struct site *site, unsigned index, int listen_fd,
                 int admin_fd);

/** Starts the thread. */
bool worker_start(struct worker *worker);

/** Asks for an orderly end: connections are taken no more, what is in flight is finished. A second
 * call ends it at once, and further ones change nothing. From the main thread. */
void worker_stop(struct worker *worker);

void worker_join(struct worker *worker);
void worker_close(struct worker *worker);

#endif
