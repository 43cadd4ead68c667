/* Whose session a request carries, and how sessions begin, are kept awake and end. */
#ifndef SERVER_VISITOR_H
#define SERVER_VISITOR_H

#include <oidc/identity.h>

#include "request.h"
#include "session_cache.h"
#include "xnat_token.h"

/** Whether the browser has a session of XNAT's own (JSESSIONID), whosever it is. */
bool visitor_has_xnat_session(const struct request *request);

/** The session of a request that is good: sealed by us, not expired, not idle too long, not signed
 * out, of a provider that is still configured. NULL: none. Borrowed from the request. */
struct session_entry *visitor_of(struct request *request);

/** Whether a session was brought that nothing is known of, because memory was too short to read it:
 * then nobody may be told that they are signed out. */
bool visitor_is_in_doubt(struct request *request);

/** The visitor's hand-off, not older than half an assertion's life; NULL when memory is short. */
const oidc_handoff *visitor_handoff(struct request *request, struct session_entry *entry);

/** Gives the browser a fresh cookie when the last is so old that an idle time-out elsewhere could
 * mistake the session for an idle one. It does not go out with an answer that comes when the
 * session has ended: XNAT may take minutes. */
void visitor_renew_cookie(struct request *request, struct session_entry *entry);

/** The same, and when one is owed: for answers of any size. */
void visitor_refresh_cookie(struct request *request, struct session_entry *entry);

/** The answer has no room for the fresh cookie of the request's session: the next one that has is
 * to bring it. */
void visitor_owe_cookie(struct request *request);

/**
 * Starts a session for an identity and puts its cookie on the answer. A session that the browser
 * had before is signed out; so is XNAT's (its cookie goes), which may be somebody else's.
 *
 * @param token  goes with the session; NULL: none. Borrowed.
 * @param error  OIDC_OK before.
 * @return false when it could not be, and *error says why: the identity must then not be let in.
 */
bool visitor_sign_in(struct request *request, const oidc_identity *identity,
                     const struct xnat_token *token, oidc_error *error);

/** Ends the visitor's session for good, if there is one, and takes the cookies away. */
void visitor_sign_out(struct request *request);

/** Requests that are under way keep their sessions awake: an upload may take longer than a session
 * may be idle. Once a second. */
void visitors_keep_awake(struct worker *worker);

/** Whether a session is over for everybody: as old as one may be, or signed out. One that is idle
 * here may be in use at another replica. */
bool visitor_has_ended(const struct worker *worker, const struct session_entry *entry);

/** Ends a session for good. @param reference of the request that does it, for the log; or NULL. */
void visitor_end_session(struct worker *worker, struct session_entry *entry, const char *reference);

/** The visitor's session has ended meanwhile: takes the cookies away. */
void visitor_forget(struct request *request);

#endif
