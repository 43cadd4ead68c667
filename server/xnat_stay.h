/*
 * A session's stay at XNAT, as one worker knows it: with which token, in which session of XNAT's,
 * and which requests wait for either.
 */
#ifndef SERVER_XNAT_STAY_H
#define SERVER_XNAT_STAY_H

#include <stdbool.h>
#include <stdint.h>

#include <oidc/error.h>

#include "registry.h"
#include "xnat_cookie.h"

struct request;
struct xnat_renewal;

/** A request that waits for one of these. */
struct xnat_waiter {
    struct request *request;
    struct xnat_waiter *next;
};

/** Part of a session's entry; all zero where nothing is known yet. */
struct xnat_stay {
    bool read;           /* the attached token has been looked at */
    unsigned token;      /* how many there have been, this one included */
    char *authorization; /* made of it; NULL: there is none */
    int64_t renew_at, expires_at;
    unsigned char gone_key[REGISTRY_KEY_SIZE]; /* where it is noted that it is good no longer */
    bool over;        /* signed out, or turned away: no token is wanted any more */
    int64_t tried_at; /* when a new one was last asked for; 0: never */
    bool missed;      /* XNAT knew no such account then */
    oidc_error error; /* why it did not come */
    struct xnat_renewal *renewal;
    char id[XNAT_SESSION_MAX + 1]; /* JSESSIONID; "": unknown */
    int64_t id_at;                 /* when it was given or sent last */
    struct request *leader;        /* the request whose answer will give one */
    struct xnat_waiter *waiters;
};

/** A request waits, or does not any more. */
void xnat_stay_wait(struct xnat_stay *stay, struct xnat_waiter *waiter);
void xnat_stay_stop_waiting(struct xnat_stay *stay, struct xnat_waiter *waiter);

/** All that wait are to look again. */
void xnat_stay_wake(struct xnat_stay *stay);

/** Cleanses. For session_cache.c. */
void xnat_stay_clear(struct xnat_stay *stay);

#endif
