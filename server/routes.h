/* Which path is whose: one table, and what happens to everything else. */
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

#include "request.h"

/** What answers a request whose target has been read. */
typedef enum MHD_Result route_handler(struct request *request);

/** The path of the site's own that the path of the return leg takes away, or is lost to: one of its
 * pages, or XNAT's login page or logout. NULL: none. */
const char *routes_redirect_clash(const struct site *site);

/** Chooses the handler. Every request has one. */
route_handler *routes_choose(struct request *request);

#endif
