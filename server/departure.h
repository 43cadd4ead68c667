/* The first leg of a sign-in: the browser is sent to a provider. */
#ifndef SERVER_DEPARTURE_H
#define SERVER_DEPARTURE_H

#include <oidc/login.h>

#include "request.h"

struct keeper;

/** @return false, with the reason, when the provider cannot be used now; then nothing is answered.
 */
bool depart(struct request *request, struct keeper *keeper,
            const oidc_authorization_options *options, enum MHD_Result *result, oidc_error *error);

#endif
