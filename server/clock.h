/* The time, finer than the second that a worker's turn has. */
#ifndef SERVER_CLOCK_H
#define SERVER_CLOCK_H

#include <stdint.h>

/** Milliseconds that an event loop sleeps at most, however far away the next thing is: what it
 * waits by may be a clock that is set meanwhile, and epoll_wait(2) takes no more than an int. To
 * wake once a minute for nothing costs nothing. */
#define CLOCK_SLEEP_MAX 60000

/** Milliseconds since the epoch. */
int64_t clock_milliseconds(void);

/** Milliseconds since some moment; never set back. */
int64_t clock_steady(void);

#endif
