/* What a worker keeps for --handoff xnat-token, and what of it goes on beside the requests. */
#ifndef SERVER_XNAT_WORKER_H
#define SERVER_XNAT_WORKER_H

#include "worker.h"
#include "xnat_probe.h"

struct xnat_farewell;
struct xnat_renewal;

struct xnat_worker {
    struct xnat_service service;
    struct xnat_probe probe;
    struct xnat_farewells {
        struct xnat_farewell *first;
        size_t count;
        size_t under_way;
    } farewells, strays;           /* what XNAT is to be told has ended; what clients bring of it */
    int64_t strays_told_at;        /* when it was last told that one was left */
    struct xnat_renewal *renewals; /* of tokens, under way */
    int64_t swept_at;              /* when sessions that are over were last looked for */
    int64_t withheld_told_at;      /* when it was last told that credentials were withheld */
};

/** Makes worker->xnat where the site hands over by tokens. False when memory is short, or the file
 * of the service account cannot be read any more. */
bool xnat_worker_open(struct worker *worker);
void xnat_worker_close(struct worker *worker);

/** Does what is due. */
void xnat_worker_turn(struct worker *worker);

/** Milliseconds until xnat_worker_turn wants to be called: -1 when nothing is due. */
int xnat_worker_timeout(const struct worker *worker);

/** Whether something is under way that the worker's end should wait for. */
bool xnat_worker_is_busy(const struct worker *worker);

#endif
