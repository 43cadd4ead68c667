/*
 * One at a time for one user name: two first sign-ins of one person wait for one another, so that
 * the second finds the account that the first has made. Within this process; across replicas XNAT
 * lets no two accounts have one name.
 */
#ifndef SERVER_XNAT_QUEUE_H
#define SERVER_XNAT_QUEUE_H

#include <stdbool.h>

#include <oidc/identity.h>

#include "mailbox.h"

struct worker;
struct xnat_queue;

/** Somebody's place in the queue. Embedded in who waits; must stay until left. */
struct xnat_turn {
    struct letter letter;
    struct worker *worker;
    void (*come)(struct xnat_turn *turn); /* on the worker */
    char name[OIDC_USERNAME_MAX + 1];     /* folded: XNAT may not tell cases apart */
    bool mine;
    struct xnat_turn *next;
};

/** NULL when memory is short. */
struct xnat_queue *xnat_queue_new(void);
void xnat_queue_free(struct xnat_queue *queue);

/** Any thread. @return true: it is their turn; false: come will be called. */
bool xnat_queue_enter(struct xnat_queue *queue, struct xnat_turn *turn, const char *username);

/** Gives the turn to the next of that name. Any thread; harmless for one that has not entered. One
 * that still waits may leave only when its worker's mailbox is shut: its letter may be in there. */
void xnat_queue_leave(struct xnat_queue *queue, struct xnat_turn *turn);

#endif
