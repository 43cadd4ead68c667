/* How a function of liboidc fails: with a code, and a line for the log. */
#ifndef LIBOIDC_FAIL_H
#define LIBOIDC_FAIL_H

#include <oidc/error.h>

/**
 * Records a failure and returns its code, so that a function can end with `return oidc_fail(…)`.
 * Control characters and malformed UTF-8 in the text become '?': a value from outside cannot forge
 * a log line. Never allocates. @param error may be NULL.
 */
OIDC_CHECKED __attribute__((format(printf, 3, 4))) oidc_code
oidc_fail(oidc_error *error, oidc_code code, const char *format, ...);

/** The failure that needs no words. */
static inline oidc_code oidc_fail_memory(oidc_error *error)
{
    return oidc_fail(error, OIDC_E_MEMORY, "out of memory");
}

/** Leaves to the function's one clean-up path, `out:`, when a call fails. */
#define OIDC_TRY(call)                                                                             \
    do {                                                                                           \
        code = (call);                                                                             \
        if (code != OIDC_OK)                                                                       \
            goto out;                                                                              \
    } while (0)

#endif
