/* A request without a session of ours: what it meets (--unauthenticated), and where XNAT's own
 * login page would come up. */
#ifndef SERVER_STRANGER_H
#define SERVER_STRANGER_H

#include "request.h"

/** Forwards the request bare, sends the browser to the sign-in page, or refuses. */
enum MHD_Result stranger_forward(struct request *request);

#endif
