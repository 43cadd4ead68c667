/* The cookie that keeps silent sign-in from going in a circle, and from undoing a sign-out. */
#ifndef SERVER_SILENT_GUARD_H
#define SERVER_SILENT_GUARD_H

#include <stdbool.h>

#include "request.h"

enum silent_guard {
    SILENT_GUARD_NONE,
    SILENT_GUARD_ASKED, /* does this browser keep cookies? */
    SILENT_GUARD_TRIED,
    SILENT_GUARD_OFF, /* signed out */
    SILENT_GUARD_UNKNOWN,
};

/** What the browser brings. */
enum silent_guard silent_guard_of(struct request *request);

/** Gives it one of SILENT_GUARD_ASKED, _TRIED and _OFF. @return false when memory is short. */
bool silent_guard_set(struct request *request, enum silent_guard guard);

/** Puts silent sign-in off, because the person has signed out: until they sign in by their own
 * will.
 */
void silent_suppress(struct request *request);

/** They have. */
void silent_allow(struct request *request);

#endif
