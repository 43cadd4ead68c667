/* A provider's session, as we keep it: a digest of its `sid`. */
#ifndef LIBOIDC_SID_H
#define LIBOIDC_SID_H

#include <oidc/error.h>
#include <oidc/identity.h>

/**
 * Base64url of the first 128 bits of SHA-256 of a `sid`, which is any text of any length
 * (Back-Channel Logout 1.0, 2.1): the digest is short, and has no bytes that could mean
 * something to a log or a store.
 *
 * @param sid  NULL or "" gives "".
 */
OIDC_CHECKED oidc_code sid_digest(const char *sid, char text[OIDC_PROVIDER_SESSION_LENGTH + 1],
                                  oidc_error *error);

#endif
