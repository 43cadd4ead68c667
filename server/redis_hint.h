/* What an administrator can do about what Redis says. */
#ifndef SERVER_REDIS_HINT_H
#define SERVER_REDIS_HINT_H

/** The cure for what a detail tells of; NULL where none is known. Constant. */
const char *redis_hint(const char *detail);

#endif
