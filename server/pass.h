/* What somebody who may come in is handed on as: the hand-off, and the forward-auth answer made of
 * it. Both are made once for many requests, and anew before the assertion is too old. */
#ifndef SERVER_PASS_H
#define SERVER_PASS_H

#include <microhttpd.h>

#include <oidc/handoff.h>

#include "worker.h"

struct pass {
    oidc_handoff *handoff; /* while oidc_handoff_is_fresh */
    /* forward-auth's 200, made of handoff; whoever makes it keeps it */
    struct MHD_Response *answer;
};

/** The hand-off of an identity, a fresh one; NULL when memory is short. Borrowed from the pass. */
const oidc_handoff *pass_handoff(struct worker *worker, struct pass *pass,
                                 const oidc_identity *identity);

void pass_clear(struct pass *pass);

#endif
