/* Which path is whose: one table, and what happens to everything else. */
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

#include "request.h"

/** Begins the answer to a request whose target has been read. */
enum MHD_Result routes_begin(struct request *request);

#endif
