/*
 * Silent sign-in: where one provider has autoLogin, somebody who would be shown the sign-in page is
 * sent to it with prompt=none first, and comes back signed in or is none the wiser.
 *
 * It cannot go in a circle. A browser is sent away once: a cookie (the guard) remembers it, whether
 * it comes back or not. Where the guard is not kept, nobody is sent away at all: that it is kept is
 * tried out first, by a redirect to ourselves. And whoever comes back unsuccessfully gets an
 * address that says so, which no cookie is needed to understand.
 */
#ifndef SERVER_SILENT_H
#define SERVER_SILENT_H

#include <stdbool.h>

#include "request.h"

/** Sends the visitor of the sign-in page away, or finds out whether that can be done. @return false
 * when the page is to be shown; then nothing is answered. */
bool silent_try(struct request *request, const char *return_to, enum MHD_Result *result);

/** After a try that did not end in a session: the sign-in page, without another. */
enum MHD_Result silent_give_up(struct request *request, const char *return_to);

#endif
