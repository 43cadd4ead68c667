/* Who may come in: the site's rules about an identity that was proven. */
#ifndef LIBOIDC_POLICY_H
#define LIBOIDC_POLICY_H

#include <stdbool.h>
#include <jansson.h>

#include <oidc/error.h>

#include "props/model.h"

/**
 * The e-mail domain filter (openid.P.shouldFilterEmailDomains, openid.P.allowedEmailDomains). With
 * the filter on, only a valid address whose domain is in the list is admitted; an empty list admits
 * nobody, and an address that the provider itself calls unverified (email_verified) nobody either.
 *
 * @param email  a valid address, or "".
 * @return OIDC_OK, OIDC_E_EMAIL_INVALID, OIDC_E_EMAIL_DOMAIN.
 */
OIDC_CHECKED oidc_code policy_check_email(const struct props_provider *settings, const char *email,
                                          const json_t *claims, oidc_error *error);

/** Whether the provider itself says that the address is not verified. Where it says nothing of it,
 * it does not. */
bool policy_is_email_unverified(const json_t *claims);

#endif
