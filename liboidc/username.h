/* The XNAT user name of an identity: openid.P.usernamePattern and XNAT's own rule. */
#ifndef LIBOIDC_USERNAME_H
#define LIBOIDC_USERNAME_H

#include <stdbool.h>
#include <jansson.h>

#include <oidc/error.h>
#include <oidc/identity.h>

/**
 * Writes the pattern with [providerId] and [claim] replaced. Every character that XNAT does not
 * take in a user name becomes '_', as Java counts characters: two of them for one beyond U+FFFF.
 *
 * @return OIDC_OK, OIDC_E_CLAIM_MISSING, OIDC_E_USERNAME_INVALID, OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code username_make(const char *pattern, const char *provider,
                                     const json_t *claims, char username[OIDC_USERNAME_MAX + 1],
                                     oidc_error *error);

/** Whether the claims have all that the pattern asks for. */
bool username_is_covered(const char *pattern, const json_t *claims);

/** Whether the pattern has [sub] in it, and no other claim: nobody can choose that one, nor write
 * something in front of it that makes it another's. */
bool username_has_subject(const char *pattern);

/** XNAT's rule: a letter, then at most 63 letters, digits or any of - _ ' and dot. */
bool username_is_valid(const char *text);

#endif
