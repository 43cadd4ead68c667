/* Claims: what a provider says about a person, read for mapping. */
#ifndef LIBOIDC_CLAIMS_H
#define LIBOIDC_CLAIMS_H

#include <stdbool.h>
#include <jansson.h>

#include <oidc/error.h>

/**
 * A claim as text: a string as it is, a number or a boolean as JSON writes it.
 *
 * @param text  new, for free(); NULL where the claim is missing, blank or of another type.
 * @return OIDC_OK or OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code claims_text(const json_t *claims, const char *name, char **text);

/** Whether claims_text gives one. */
bool claims_have(const json_t *claims, const char *name);

/**
 * Lays the claims of a user-info answer over those of an ID token. They add and replace, but for
 * the claims that are the ID token's own business (iss, sub, aud, exp, …); a null takes nothing
 * away.
 *
 * @return OIDC_OK or OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code claims_merge(json_t *claims, json_t *userinfo);

#endif
