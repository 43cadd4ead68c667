/* The time, finer than the second that a worker's turn has; and whether something is due by a clock
 * that may have been put back since it was noted: a machine that starts with a wrong one is set
 * right soon after (NTP), and what waited for the wrong time would wait for as long as it was wrong
 * by. */
#ifndef SERVER_CLOCK_H
#define SERVER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include <oidc/login.h>

/** Seconds that replicas' clocks may be apart. */
#define CLOCKS_APART OIDC_STATE_LEEWAY

/** Milliseconds that an event loop sleeps at most, however far away the next thing is: what it
 * waits by may be a clock that is set meanwhile, and epoll_wait(2) takes no more than an int. To
 * wake once a minute for nothing costs nothing. */
#define CLOCK_SLEEP_MAX 60000

/** Milliseconds since the epoch. */
int64_t clock_milliseconds(void);

/** Milliseconds since some moment; never set back. */
int64_t clock_steady(void);

/** Whether so many seconds have passed since something happened, here or at a replica. They have,
 * too, when it is further ahead than replicas' clocks are apart. */
bool clock_has_passed(int64_t since, int64_t seconds, int64_t now);

/** Seconds until a time that this process has set; 0 when it has come, and when it is further ahead
 * than such a time is ever set. */
int64_t clock_left(int64_t until, int64_t most, int64_t now);

#endif
