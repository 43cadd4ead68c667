/* Cookie text, both ways (RFC 6265). */
#ifndef SERVER_COOKIE_H
#define SERVER_COOKIE_H

#include <stdbool.h>
#include <stddef.h>

/** A stretch of a Cookie header. Borrowed. */
struct cookie {
    const char *name;
    size_t name_size;
    const char *value;
    size_t value_size;
};

/**
 * Steps through a Cookie header, whatever its bytes: *rest is where to go on, NULL at the end.
 * Pairs without '=' or without a name are skipped. Quotes around a value are part of it.
 */
bool cookie_next(const char **rest, struct cookie *cookie);

/** The names of our cookies at a site. All are short constants but for the state cookies' suffix.
 */
struct cookie_names {
    const char *session;      /* "__Host-oidc-session" or "oidc-session" */
    const char *state_prefix; /* "__Host-oidc-state-" or "oidc-state-" */
    const char *silent;       /* "__Host-oidc-silent" or "oidc-silent" (silent.h) */
    const char *signed_out;   /* "__Host-oidc-signed-out" or "oidc-signed-out" (signed_out.h) */
    bool secure;              /* https */
};

/** How many characters of the state value name its cookie: enough for five to differ. */
#define COOKIE_STATE_SUFFIX 8

struct cookie_names cookie_names_for(bool https);

/** Whether a cookie is one of ours, in either site's spelling (https or http). Published
 * for its test. */
bool cookie_is_ours(const struct cookie *cookie);

/**
 * The Cookie header without our cookies.
 *
 * @param also  name of one that goes with them, or NULL.
 * @param out   new, for free(); NULL when none is left.
 * @return false when memory is short.
 */
bool cookie_without_ours(const char *header, const char *also, char **out);

/**
 * A Set-Cookie value: HttpOnly, SameSite=Lax, Path=/, Secure on https.
 *
 * @param max_age  seconds; 0 removes the cookie; negative leaves it to the browser's session.
 * @return new, for free(); NULL when memory is short.
 */
char *cookie_set(const struct cookie_names *names, const char *name, const char *value,
                 long long max_age);

#endif
