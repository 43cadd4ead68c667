/*
 * After sign-out: the page that says what has ended, and the way back from the provider to it
 * (OpenID Connect RP-Initiated Logout 1.0, 3). A short-lived cookie remembers that this
 * browser went to the provider, so that nobody is told of a sign-out there that did not take place.
 */
#ifndef SERVER_SIGNED_OUT_H
#define SERVER_SIGNED_OUT_H

#include <stdbool.h>

#include "request.h"

struct site;

/** Room for a state: 128 random bits in hexadecimal, and the NUL. */
#define SIGNED_OUT_STATE_SIZE 33

/** post_logout_redirect_uri: what is registered with the provider. New, for free(); NULL when
 * memory is short. */
char *signed_out_uri(const struct site *site);

/** The browser is about to go to the provider: draws a state and gives the browser its cookie.
 * @param return_to as site_return_path makes it. @return false when that cannot be done. */
bool signed_out_expect(struct request *request, const char *provider_id, const char *return_to,
                       char state[SIGNED_OUT_STATE_SIZE]);

/** The page. @param provider display name; NULL where nobody was signed in. @param at_provider the
 * browser comes back from there. @param return_to "/" where the person wants to go nowhere else. */
enum MHD_Result signed_out_show(struct request *request, const char *provider, bool at_provider,
                                const char *return_to);

/** The question whether to sign out at all. */
enum MHD_Result signed_out_ask(struct request *request, const char *return_to);

#endif
