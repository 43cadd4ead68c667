/*
 * What a session has at XNAT: the alias token that is sealed into it, ready to be sent; a new one
 * before the old one ends, or when XNAT has refused it; and the session of XNAT's (JSESSIONID) that
 * its requests share where the client keeps no cookies. Credentials without a session would open a
 * new one each time, and XNAT lets a user have only so many.
 */
#ifndef SERVER_XNAT_SESSION_H
#define SERVER_XNAT_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include <oidc/error.h>

#include "registry.h"
#include "xnat_cookie.h"

struct request;
struct session_entry;
struct worker;
struct xnat_renewal;

/** Part of a session's entry; all zero where nothing is known yet. */
struct xnat_session {
    bool read;           /* the attached token has been looked at */
    char *authorization; /* made of it; NULL: there is none */
    int64_t renew_at, expires_at;
    unsigned char gone_key[REGISTRY_KEY_SIZE]; /* where it is noted that it is good no longer */
    bool over;        /* signed out, or turned away: no token is wanted any more */
    int64_t tried_at; /* when a new one was last asked for; 0: never */
    oidc_error error; /* why it did not come */
    struct xnat_renewal *renewal;
    char id[XNAT_SESSION_MAX + 1]; /* JSESSIONID; "": unknown */
    int64_t id_at;                 /* when it was given or sent last */
    struct request *leader;        /* the request whose answer will give one */
    struct xnat_waiter *waiters;
};

/** A request that waits for one of these. */
struct xnat_waiter {
    struct request *request;
    struct xnat_waiter *next;
};

enum xnat_admission {
    XNAT_MAY_GO, /* with entry->xnat.authorization, if there is any */
    XNAT_MUST_WAIT,
    XNAT_IS_TURNED_AWAY, /* entry->xnat.error says why; the session has ended */
    XNAT_HAS_NO_TOKEN,   /* the same, but later may help */
};

/** Whether a session's requests may go to XNAT now; has a token renewed when it is time. */
enum xnat_admission xnat_session_admit(struct worker *worker, struct session_entry *entry);

/** Whether a request without a session of XNAT's own may go, and which goes along (""; borrowed):
 * one that is known, or the first of those that bring none. Others wait for its answer. */
bool xnat_session_lead(struct request *request, struct session_entry *entry, const char **id);

/** A request waits, or does not any more. Woken are all, to look again. */
void xnat_session_wait(struct session_entry *entry, struct xnat_waiter *waiter);
void xnat_session_stop_waiting(struct session_entry *entry, struct xnat_waiter *waiter);

/** What XNAT's answer to a request of the session says. @param set_cookie value of a Set-Cookie.
 * @return whether it gives, or takes away, a session. */
bool xnat_session_take_cookie(struct session_entry *entry, const char *set_cookie, int64_t now);

/** The answer gives no other session than the request brought: that one is the user's. */
void xnat_session_take_own(struct request *request, struct session_entry *entry);

/** XNAT did not take the token: the next request is to have another. @return whether one will be
 * asked for with it. */
bool xnat_session_refused(struct request *request, struct session_entry *entry, int status);

/** The answer to a request has begun, or will not come: others need not wait for it. */
void xnat_session_answered(const struct request *request, struct session_entry *entry);

/** The session ends: its token is invalidated, its session of XNAT's is logged out, requests that
 * wait are told. */
void xnat_session_end(struct worker *worker, struct session_entry *entry);

/** Cleanses. For session_cache.c. */
void xnat_session_clear(struct xnat_session *session);

/** Ends what sessions have at XNAT that are over. For xnat_worker.c. */
void xnat_sessions_sweep(struct worker *worker);

/** Ends renewals that are under way. For xnat_worker.c. */
void xnat_renewals_drop(struct worker *worker);

#endif
