/* Which path is whose: one table, and what happens to everything else. */
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

#include "request.h"

/** What answers a request whose target has been read. */
typedef enum MHD_Result route_handler(struct request *request);

/** Whether who comes back from the provider arrives where that is waited for; else it is told that
 * the path is another page's. */
bool routes_check(const struct site *site);

/** Chooses the handler. Every request has one. */
route_handler *routes_choose(struct request *request);

/** Whether what it answers has its body taken as it comes, so that it is begun with the head. */
bool routes_stream(route_handler *handle);

#endif
