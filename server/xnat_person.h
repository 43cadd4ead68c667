/* Whom an account of XNAT's is for, in words that XNAT takes. */
#ifndef SERVER_XNAT_PERSON_H
#define SERVER_XNAT_PERSON_H

#include <stdbool.h>

#include <oidc/identity.h>

#include "text.h"

/** A copy of what is needed of an identity. */
struct xnat_person {
    char username[OIDC_USERNAME_MAX + 1];
    char email[OIDC_EMAIL_MAX + 1];
    char given_name[OIDC_NAME_MAX + 1];
    char family_name[OIDC_NAME_MAX + 1];
    char provider[OIDC_PROVIDER_MAX + 1]; /* for messages */
    bool auto_enabled, auto_verified;
    bool is_doubtful; /* they may have chosen the user name, and the address is nobody's word */
};

void xnat_person_of(const oidc_identity *identity, struct xnat_person *person);

/** Adds the user name to a path, escaped (RFC 3986, 2.1). */
void xnat_person_add_name(const struct xnat_person *person, struct text *path);

/** What XNAT demands of a new account and the provider has not told: the key that names its claim.
 * NULL: nothing. */
const char *xnat_person_lacks(const struct xnat_person *person);

/** The new account, for POST /xapi/users. New; NULL when memory is short. */
char *xnat_person_as_json(const struct xnat_person *person);

#endif
