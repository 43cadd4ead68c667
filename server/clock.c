/* The time. */
#include <config.h>

#include "clock.h"

#include <time.h>

static int64_t milliseconds(clockid_t clock)
{
    struct timespec now = {0};

    clock_gettime(clock, &now); /* fails only for clocks that there are not */
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_milliseconds(void)
{
    return milliseconds(CLOCK_REALTIME);
}

int64_t clock_steady(void)
{
    return milliseconds(CLOCK_MONOTONIC);
}
