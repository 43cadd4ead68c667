/* What an administrator can do about what Redis says. */
#ifndef SERVER_REDIS_HINT_H
#define SERVER_REDIS_HINT_H

#include <stdbool.h>

/** The cure for what a detail tells of; NULL where none is known. Constant. */
const char *redis_hint(const char *detail);

/** Whether it lasts until somebody sets something up otherwise: a password, a right, an address.
 * False of what may pass, such as a Redis that is away, and of what is not known. */
bool redis_hint_lasts(const char *detail);

#endif
