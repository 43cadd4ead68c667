/* Handing a verified identity over to XNAT: its account is found or made, and a token issued for
 * it, unless the user name is another identity's. Drives xnat_account.h's machine with real calls.
 */
#ifndef SERVER_XNAT_HANDOVER_H
#define SERVER_XNAT_HANDOVER_H

#include <oidc/error.h>
#include <oidc/identity.h>

#include "worker.h"
#include "xnat_token.h"

struct xnat_handover;

/** Called once, on the worker. */
typedef void xnat_handover_told(void *context);

/**
 * @param identity    borrowed; copied.
 * @param may_create  as for xnat_account_new. The user name then becomes the identity's, too.
 * @return new, for xnat_handover_free; NULL when memory is short.
 */
struct xnat_handover *xnat_handover_new(struct worker *worker, const oidc_identity *identity,
                                        bool may_create, xnat_handover_told *told, void *context);

/** Begins. @return true: told will be called; false: it is over already, and told is not called. */
bool xnat_handover_begin(struct xnat_handover *handover);

/** When it is over: the token, or NULL and the reason. Borrowed. */
const struct xnat_token *xnat_handover_token(const struct xnat_handover *handover);
const oidc_error *xnat_handover_error(const struct xnat_handover *handover);

/** Ends it early where it is not over. NULL is fine. */
void xnat_handover_free(struct xnat_handover *handover);

#endif
