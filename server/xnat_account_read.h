/*
 * What XNAT's answers about an account say: whether it is a person's own, what it may, its token.
 * What is not certainly so is refused.
 */
#ifndef SERVER_XNAT_ACCOUNT_READ_H
#define SERVER_XNAT_ACCOUNT_READ_H

#include <stdbool.h>
#include <stdint.h>

#include <oidc/error.h>

#include "xnat_person.h"
#include "xnat_rest.h"
#include "xnat_token.h"

/** What the calls below go by. Borrowed. */
struct xnat_reading {
    const struct xnat_request *request; /* that is answered */
    const struct xnat_person *person;   /* whose account it must be */
    oidc_error *error;                  /* set where they return false */
};

/** The flags of an account that has the person's name and e-mail address. */
bool xnat_read_user(const struct xnat_reading *reading, const struct xnat_answer *answer,
                    bool *enabled, bool *verified);

/** Whether the roles are such as an account may have that an identity is attached to. */
bool xnat_read_roles(const struct xnat_reading *reading, const struct xnat_answer *answer);

/** @param now    seconds since the epoch.
 *  @param token  may have a secret in it also where this returns false. */
bool xnat_read_token(const struct xnat_reading *reading, const struct xnat_answer *answer,
                     int64_t now, struct xnat_token *token);

#endif
