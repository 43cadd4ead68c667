/* Is a person looking at this request's answer? Only then may it be sent to sign in. */
#ifndef SERVER_NAVIGATION_H
#define SERVER_NAVIGATION_H

#include <stdbool.h>

/** The headers that tell; NULL where the client sent none. Borrowed. */
struct navigation_signs {
    const char *method;
    const char *sec_fetch_mode;
    const char *sec_fetch_dest;
    const char *accept;
    const char *requested_with;
    const char *authorization;
};

/** A GET that Sec-Fetch-Mode calls `navigate` and Sec-Fetch-Dest `document`; where a client sends
 * no Sec-Fetch-*, one whose Accept names text/html and that is no XMLHttpRequest. Never a request
 * that brings credentials. */
bool navigation_is(const struct navigation_signs *signs);

#endif
