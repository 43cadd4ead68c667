/* The time, finer than the second that a worker's turn has. */
#ifndef SERVER_CLOCK_H
#define SERVER_CLOCK_H

#include <stdint.h>

/** Milliseconds since the epoch. */
int64_t clock_milliseconds(void);

/** Milliseconds since some moment; never set back. */
int64_t clock_steady(void);

#endif
