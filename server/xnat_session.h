/*
 * What a session's requests need at XNAT: the alias token that is sealed into it, ready to be sent;
 * a new one before the old one ends, or when XNAT has refused it; and the session of XNAT's
 * (JSESSIONID) that they share where the client keeps no cookies. Credentials without a session
 * would open a new one each time, and XNAT lets a user have only so many.
 */
#ifndef SERVER_XNAT_SESSION_H
#define SERVER_XNAT_SESSION_H

#include <stdbool.h>
#include <stdint.h>

struct request;
struct session_entry;
struct worker;

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

/** What XNAT's answer to a request of the session says. @param set_cookie value of a Set-Cookie.
 * @return whether it gives, or takes away, a session. */
bool xnat_session_take_cookie(struct session_entry *entry, const char *set_cookie, int64_t now);

/** The answer gives no other session than the request brought: that one is the user's. */
void xnat_session_take_own(struct request *request, struct session_entry *entry);

/** XNAT did not take the token: the next request is to have another. @return whether it will: there
 * is one by now, or one will be asked for. */
bool xnat_session_refused(struct request *request, struct session_entry *entry, int status);

/** The answer to a request has begun, or will not come: others need not wait for it. */
void xnat_session_answered(const struct request *request, struct session_entry *entry);

/** Ends what sessions have at XNAT that are over. For xnat_worker.c. */
void xnat_sessions_sweep(struct worker *worker);

/** Ends renewals that are under way. For xnat_worker.c. */
void xnat_renewals_drop(struct worker *worker);

#endif
