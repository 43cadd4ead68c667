/* Whose a user name is: two identities never share one. */
#ifndef SERVER_OWNERSHIP_H
#define SERVER_OWNERSHIP_H

#include <stdbool.h>

#include <oidc/identity.h>
#include <oidc/error.h>

#include "worker.h"

/**
 * Notes that a user name is an identity's, for as long as a session that begins now can live.
 *
 * @return false when it is another's, or cannot be noted: then *error says so, and the identity
 * must not be let in.
 */
bool owns_username(struct worker *worker, const oidc_identity *identity, oidc_error *error);

#endif
