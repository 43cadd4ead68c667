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

/** Whether the user name is the subject's alone among all of one provider's and all of others' that
 * name themselves in theirs: the pattern has [providerId] and [sub] in it and no other claim, and
 * no character of the subject becomes '_'. */
bool username_is_of_subject(const char *pattern, const char *subject);

/** Whether two providers may give two people one user name, by what stands in front of their claims
 * and behind: aaf and aaf_test may, each with [providerId]_[sub]. Those whose pattern has nothing
 * but claims are left out: their people may have any name, as XNAT's own. */
bool username_may_be_anothers(const char *pattern, const char *provider, const char *other_pattern,
                              const char *other_provider);

/** XNAT's rule: a letter, then at most 63 letters, digits or any of - _ ' and dot. Published
 * for tests. */
bool username_is_valid(const char *text);

#endif
