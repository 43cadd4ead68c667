/* Whose a user name is: two identities never share one. */
#ifndef SERVER_OWNERSHIP_H
#define SERVER_OWNERSHIP_H

#include <stdbool.h>
#include <stdint.h>

#include <oidc/error.h>
#include <oidc/identity.h>

#include "registry.h"
#include "worker.h"

/** A user name and the identity that would have it. Holds copies; all zero is nobody's. */
struct ownership {
    oidc_code trouble;                    /* why the rest is of no use; OIDC_OK: it is */
    unsigned char key[REGISTRY_KEY_SIZE]; /* of the name */
    int64_t owner;                        /* a digest of the identity */
    char username[OIDC_USERNAME_MAX + 1]; /* for messages, as is the next */
    char provider[OIDC_PROVIDER_MAX + 1];
};

/** Always fills it; what went wrong is told by whoever uses it. */
void ownership_of(const oidc_identity *identity, struct ownership *ownership);

/**
 * Looks whether somebody else has the name. Notes nothing: who is turned away later has not kept it
 * from anybody.
 *
 * @return false when it is another's, or that cannot be known: then *error says so.
 */
bool ownership_is_free(struct worker *worker, const struct ownership *ownership, oidc_error *error);

/**
 * Notes that the name is the identity's, for as long as a session that begins now can live.
 *
 * @return false when it is another's, or cannot be noted: then *error says so, and the identity
 * must not be let in.
 */
bool ownership_take(struct worker *worker, const struct ownership *ownership, oidc_error *error);

/** The same, of an identity at hand. */
bool owns_username(struct worker *worker, const oidc_identity *identity, oidc_error *error);

#endif
