/* Under which keys a provider's sign-out is noted, and looked for. */
#ifndef SERVER_LOGOUT_KEYS_H
#define SERVER_LOGOUT_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <oidc/identity.h>
#include <oidc/logout.h>

#include "registry.h"

struct ledger;

/** One or two keys. The value behind each is when the sign-out came, in milliseconds since the
 * epoch: sessions that began until then are over. */
struct logout_keys {
    unsigned char keys[2][REGISTRY_KEY_SIZE];
    size_t count;
};

/** Where a session must look: its subject's first, and its provider session's or, where it knows
 * none, the one that stands for all such. False when they cannot be made. */
bool logout_keys_of_session(const oidc_identity *identity, struct logout_keys *keys);

/**
 * Where a sign-out is to be noted (OpenID Connect Back-Channel Logout 1.0, 2.4): with a
 * provider session, that one, and those of the subject that know no provider session, for one of
 * them may be it; without, all of the subject.
 */
bool logout_keys_of_logout(const oidc_logout *logout, struct logout_keys *keys);

/** When the latest of these sign-outs came; INT64_MIN when there was none. */
int64_t logout_keys_latest(const struct logout_keys *keys, const struct ledger *ledger,
                           int64_t now);

#endif
