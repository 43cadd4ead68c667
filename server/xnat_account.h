/*
 * From an identity to an alias token of its XNAT account: look up, create where that is allowed,
 * look at roles, issue. A machine without I/O: it says what to ask XNAT, and takes the answer.
 *
 * Never is a token issued for an account that is not certainly the identity's: another spelling of
 * the name, another e-mail address, a name and an address that only the person vouches for, a site
 * administrator's, not enabled, not verified.
 */
#ifndef SERVER_XNAT_ACCOUNT_H
#define SERVER_XNAT_ACCOUNT_H

#include <oidc/error.h>
#include <oidc/identity.h>

#include "xnat_rest.h"
#include "xnat_token.h"

struct xnat_account;

enum xnat_action {
    XNAT_SEND,    /* ask xnat_account_request, and tell xnat_account_answer */
    XNAT_DONE,    /* xnat_account_token */
    XNAT_REFUSED, /* xnat_account_error */
};

/**
 * @param identity    borrowed; copied.
 * @param may_create  whether an account may be created where identity->create_user says so: at
 *                    sign-in, not when a token is renewed.
 * @return new; NULL when memory is short.
 */
struct xnat_account *xnat_account_new(const oidc_identity *identity, bool may_create);
void xnat_account_free(struct xnat_account **account);

enum xnat_action xnat_account_next(const struct xnat_account *account);

/** What to ask now. Borrowed until it is answered. NULL unless XNAT_SEND. */
const struct xnat_request *xnat_account_request(const struct xnat_account *account);

/** @param now seconds since the epoch. Ignored unless XNAT_SEND. */
void xnat_account_answer(struct xnat_account *account, const struct xnat_answer *answer,
                         int64_t now);

/** Whether XNAT said that it created an account for this. */
bool xnat_account_created(const struct xnat_account *account);

/** NULL unless XNAT_DONE. Borrowed. */
const struct xnat_token *xnat_account_token(const struct xnat_account *account);

/** NULL unless XNAT_REFUSED. Borrowed. */
const oidc_error *xnat_account_error(const struct xnat_account *account);

#endif
