/* Addresses that are not handed over, because they may be somebody else's. */
#ifndef SERVER_EMAIL_WITHHELD_H
#define SERVER_EMAIL_WITHHELD_H

#include <oidc/identity.h>

/** Logs that the identity, fresh from a sign-in or a token, has lost its address, if it has.
 * @param reference of the request. */
void email_withheld_tell(const oidc_identity *identity, const char *reference);

#endif
