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

bool clock_has_passed(int64_t since, int64_t seconds, int64_t now)
{
    return now - since >= seconds || since - now > CLOCKS_APART;
}

int64_t clock_left(int64_t until, int64_t most, int64_t now)
{
    const int64_t left = until - now;

    return left < 0 || left > most ? 0 : left;
}

int64_t clock_milliseconds(void)
{
    return milliseconds(CLOCK_REALTIME);
}

int64_t clock_steady(void)
{
    return milliseconds(CLOCK_MONOTONIC);
}
