/* XNAT's own session: its cookie, and what a Set-Cookie says of it. */
#ifndef SERVER_XNAT_COOKIE_H
#define SERVER_XNAT_COOKIE_H

#include <stdbool.h>
#include <stddef.h>

#include "cookie.h"

/** The name of Tomcat's session cookie. */
extern const char xnat_cookie_name[sizeof("JSESSIONID")];

/** Characters of a session's identifier that is kept, without the NUL: Tomcat's has 32, and the
 * name of a node may follow. Longer ones are the client's own to remember. */
#define XNAT_SESSION_MAX 128

/** Whether a cookie is XNAT's session. */
bool xnat_cookie_is_session(const struct cookie *cookie);

/** Whether a value can be an identifier that we keep, and send in a header. */
bool xnat_cookie_is_usable(const char *value, size_t size);

/**
 * Reads the value of a Set-Cookie.
 *
 * @param session  set to the identifier that it gives; "" where it takes the cookie away.
 * @return whether it is about XNAT's session, and usable.
 */
bool xnat_cookie_read(const char *set_cookie, char session[XNAT_SESSION_MAX + 1]);

#endif
