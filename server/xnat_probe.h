/* Whether XNAT takes the service account, asked before the first person signs in: a wrong password
 * is in the log and in /readyz from the start. */
#ifndef SERVER_XNAT_PROBE_H
#define SERVER_XNAT_PROBE_H

#include "worker.h"
#include "xnat_service.h"

/** The first worker's; begins as {0}. */
struct xnat_probe {
    struct xnat_question question; /* first */
    struct xnat_request request;
    char *path;
    bool asking;
    int64_t next_at; /* not before */
};

/** Asks, until XNAT has said yes or no. */
void xnat_probe_turn(struct worker *worker);
void xnat_probe_drop(struct worker *worker);

#endif
