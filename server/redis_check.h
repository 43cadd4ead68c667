/* Whether the Redis that is configured can be used: for --check-config. */
#ifndef SERVER_REDIS_CHECK_H
#define SERVER_REDIS_CHECK_H

#include <stdbool.h>

#include "site.h"

/** Connects to the site's Redis, writes and reads, for ten seconds at most, and says in words what
 * came of it: good news on standard output, bad news on standard error. A Redis that is away, or
 * takes nothing just now, is a warning, counted with the site's. @return false where it was set up
 * otherwise than the site's options say, which does not pass.
 */
bool redis_check(struct site *site);

#endif
