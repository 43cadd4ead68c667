/* --check-config: does XNAT take the service account? */
#ifndef SERVER_XNAT_CHECK_H
#define SERVER_XNAT_CHECK_H

#include <stdbool.h>

#include "site.h"

/** Asks XNAT for the account's own roles, waiting for the answer, and says on standard error what
 * came; a warning is counted with the site's, and one that XNAT refuses is noted as such. @return
 * false where what answers is no XNAT, or the file holds no account; an XNAT that is not up, or
 * refuses it, keeps nothing from starting.
 */
bool xnat_check(struct site *site);

/** The address of an account's own roles. @param user may have its provider before it. New, for
 * free(); NULL when memory is short. */
char *xnat_check_path(const char *user);

#endif
