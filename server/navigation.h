/*
 * What a browser says of a request. Is a person looking at its answer? Only then may it be sent to
 * sign in. Is it a script, which a page would only mislead? Did a page of another site send it?
 * Then it signs nobody out.
 */
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

/** What a page's script asks for: Sec-Fetch-Dest is `empty`; where a client sends no Sec-Fetch-*,
 * X-Requested-With says XMLHttpRequest. Never a request that brings credentials, nor a program. */
bool navigation_is_script(const struct navigation_signs *signs);

/** Whether a page of another site, be it a neighbour's, sent the browser here (W3C Fetch Metadata,
 * Sec-Fetch-Site). Where a client does not say (NULL), nobody did: programs do not, and signing out
 * by a plain link is what sites have. */
bool navigation_is_foreign(const char *sec_fetch_site);

#endif
