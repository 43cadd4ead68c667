/* libmicrohttpd stops to accept in silence where it has as many connections as it was allowed, and
 * with a message of its own where the system gives no more. See crowd.h. */
#include <config.h>

#include "crowd.h"

#include <stddef.h>
#include <string.h>

#include "clock.h"
#include "descriptors.h"
#include "log.h"
#include "worker.h"

/* Seconds between two words of it, of one worker. */
#define CROWD_PAUSE 60

enum crowd { CROWD_NO_DESCRIPTOR, CROWD_FULL };

static const struct {
    const char *message; /* how libmicrohttpd's begins */
    const char *detail;
    const char *hint;
} crowds[] = {
    [CROWD_NO_DESCRIPTOR] = {"Hit process or system resource limit",
                             "the system gives no descriptor for another connection",
                             descriptors_hint},
    [CROWD_FULL] = {"Server reached connection limit",
                    "this worker has as many connections as one takes",
                    "allow more --workers, or see who holds so many connections"},
};

static void tell(struct worker *worker, enum crowd crowd)
{
    if (!clock_has_passed(worker->crowd_told_at, CROWD_PAUSE, worker->now))
        return;
    worker->crowd_told_at = worker->now;
    log_event(LOG_WARNING, "connections_full", LOG_TEXT("detail", crowds[crowd].detail),
              LOG_NUMBER("connections", worker->connections),
              LOG_TEXT("effect", "whoever connects now waits until others have gone"),
              LOG_TEXT("hint", crowds[crowd].hint));
}

void crowd_grows(struct worker *worker)
{
    if (++worker->connections == CROWD_MAX)
        tell(worker, CROWD_FULL);
}

void crowd_shrinks(struct worker *worker)
{
    worker->connections--;
}

bool crowd_is_meant(struct worker *worker, const char *message)
{
    for (size_t i = 0; i < sizeof(crowds) / sizeof(crowds[0]); i++) {
        if (strncmp(message, crowds[i].message, strlen(crowds[i].message)) == 0) {
            tell(worker, (enum crowd)i);
            return true;
        }
    }
    return false;
}
