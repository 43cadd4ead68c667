/* More connections than can be taken: who comes next waits, and somebody should know. */
#ifndef SERVER_CROWD_H
#define SERVER_CROWD_H

#include <stdbool.h>

struct worker;

/** A connection of the worker's has begun, or has ended. Tells it when there are as many as it
 * takes. */
void crowd_grows(struct worker *worker);
void crowd_shrinks(struct worker *worker);

/** Connections of one worker: what a thousand people with a browser's six each may have open. Each
 * costs two descriptors when it is proxied. */
#define CROWD_MAX 6000U

/** Whether this message of libmicrohttpd's is about it; then it is told. */
bool crowd_is_meant(struct worker *worker, const char *message);

#endif
