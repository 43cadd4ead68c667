/* What nobody needs any more in XNAT: alias tokens, which it is told to forget, and sessions, which
 * are logged out. Nobody waits for it. */
#ifndef SERVER_XNAT_FAREWELL_H
#define SERVER_XNAT_FAREWELL_H

#include "worker.h"
#include "xnat_stay.h"
#include "xnat_token.h"

/** Has a token invalidated, now or after a few tries. Where that fails it ends by itself. */
void xnat_farewell_token(struct worker *worker, const struct xnat_token *token);

/** Has a session of XNAT's logged out. @param id JSESSIONID. */
void xnat_farewell_session(struct worker *worker, const char *id);

/** The same for one that a client brought, which may be anybody's: when nothing else is due, while
 * few of these wait, and not when the worker is about to end. */
void xnat_farewell_stray(struct worker *worker, const char *id);

/** A session ends: its token is invalidated, its session of XNAT's is logged out, and requests that
 * wait are told. Called again where an answer brings a session of XNAT's after that. */
void xnat_farewell(struct worker *worker, struct xnat_stay *stay, const oidc_session *session);

/** For xnat_worker.c: what is due, when something is, and the end. */
void xnat_farewells_turn(struct worker *worker);
int xnat_farewells_timeout(const struct worker *worker);
void xnat_farewells_drop(struct worker *worker);

#endif
