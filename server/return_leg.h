/* The second leg of a sign-in: the browser comes back from the provider, and is in or is told why
 * not. */
#ifndef SERVER_RETURN_LEG_H
#define SERVER_RETURN_LEG_H

#include "request.h"

/** Begins with what the provider sent along; goes on by itself until there is an answer. */
enum MHD_Result return_leg_walk(struct request *request);

#endif
