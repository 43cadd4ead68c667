/* One write, repeated where a signal interrupts it. See wake.h. */
#include <config.h>

#include "wake.h"

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

/* But for a signal it fails only when 2^64 - 2 wake-ups are pending: then whoever waits is awake
 * anyway. */
void wake(int event_fd)
{
    const uint64_t one = 1;

    while (write(event_fd, &one, sizeof(one)) < 0 && errno == EINTR)
        ;
}
