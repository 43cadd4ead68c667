/* A sign-in that is refused: a line in the log, a count, and a page. */
#ifndef SERVER_REFUSAL_H
#define SERVER_REFUSAL_H

#include <oidc/error.h>

#include "request.h"

/** The line and the count. @param provider NULL: none is known. */
void refusal_log(struct request *request, const char *provider, const oidc_error *error);

/** The same, and the page. */
enum MHD_Result refusal_show(struct request *request, const char *provider,
                             const oidc_error *error);

#endif
