/* What the guard says, and for how long. See silent_guard.h. */
#include <config.h>

#include "silent_guard.h"

#include <string.h>

#include "site.h"
#include "worker.h"

/* Seconds that the redirect to ourselves may take. */
#define ASKED_TTL 60

/* Seconds until the next try: long enough for a provider to be slow, short enough that somebody who
 * signs in there meanwhile need not press a button here. */
#define TRIED_TTL 120

/* Seconds that a sign-out is respected. Much longer than a session: who signed out on a computer
 * that others use must not be signed in by the next one's visit, as long as the provider remembers
 * them. */
#define OFF_TTL (30LL * 24 * 3600)

static const struct {
    const char *word;
    long long seconds;
} guards[] = {
    [SILENT_GUARD_ASKED] = {"check", ASKED_TTL},
    [SILENT_GUARD_TRIED] = {"tried", TRIED_TTL},
    [SILENT_GUARD_OFF] = {"off", OFF_TTL},
};

static bool says(const struct cookie *cookie, const char *word)
{
    return cookie->value_size == strlen(word) && memcmp(cookie->value, word, strlen(word)) == 0;
}

enum silent_guard silent_guard_of(struct request *request)
{
    struct cookie cookie;

    if (!request_cookie(request, request->worker->site->cookies.silent, &cookie))
        return SILENT_GUARD_NONE;
    for (unsigned i = SILENT_GUARD_ASKED; i <= SILENT_GUARD_OFF; i++) {
        if (says(&cookie, guards[i].word))
            return (enum silent_guard)i;
    }
    return SILENT_GUARD_UNKNOWN;
}

bool silent_guard_set(struct request *request, enum silent_guard guard)
{
    return request_set_cookie(request, request->worker->site->cookies.silent, guards[guard].word,
                              guards[guard].seconds);
}

void silent_suppress(struct request *request)
{
    if (request->worker->site->silent)
        silent_guard_set(request, SILENT_GUARD_OFF);
}

void silent_allow(struct request *request)
{
    if (silent_guard_of(request) != SILENT_GUARD_NONE)
        request_set_cookie(request, request->worker->site->cookies.silent, "", 0);
}
