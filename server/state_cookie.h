/* The cookies that keep sealed states of sign-ins under way: one each, a few a browser. */
#ifndef SERVER_STATE_COOKIE_H
#define SERVER_STATE_COOKIE_H

#include "cookie.h"
#include "request.h"

/** Gives the browser a state's cookie, for as long as the state is good; the oldest of too many go.
 * @return false when memory is short. */
bool state_cookie_set(struct request *request, const char *state, const char *sealed);

/** What the browser brings for a state; a cookie without a value where it brings nothing. */
struct cookie state_cookie_get(struct request *request, const char *state);

/** Takes a state's cookie away; a text that is no state has none. */
void state_cookie_clear(struct request *request, const char *state);

#endif
