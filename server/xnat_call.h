/* One call of XNAT's REST interface, on the worker's own event loop. */
#ifndef SERVER_XNAT_CALL_H
#define SERVER_XNAT_CALL_H

#include "site.h"
#include "xnat_cookie.h"
#include "xnat_rest.h"

struct xnat_call;

/** As whom it is made. Borrowed until the call is started. */
struct xnat_caller {
    const char *authorization; /* value of Authorization; NULL: none */
    const char *session;       /* JSESSIONID; NULL or "": none */
};

/** Called once. @param session JSESSIONID that XNAT gave with its answer; "": none. All is borrowed
 * for the length of the call. */
typedef void xnat_call_done(void *context, const struct xnat_answer *answer, const char *session);

/** Sends, and reads what comes: no redirect is followed. NULL when memory is short. The call frees
 * itself after done. */
struct xnat_call *xnat_call_start(struct worker *worker, const struct xnat_request *request,
                                  const struct xnat_caller *caller, xnat_call_done *done,
                                  void *context);

/** Ends it early, without done. NULL is fine. */
void xnat_call_cancel(struct xnat_call *call);

/** The same for callers that may block: it waits for the answer, and done is called before it
 * returns. False when memory is short. */
bool xnat_call_now(const struct site *site, const struct xnat_request *request,
                   const struct xnat_caller *caller, xnat_call_done *done, void *context);

#endif
