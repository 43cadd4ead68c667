/* --check-config, once the configuration has been read: does what it names work, too? */
#ifndef SERVER_CONFIGURATION_CHECK_H
#define SERVER_CONFIGURATION_CHECK_H

#include "site.h"

/** Tries what can be tried, and says on standard output or standard error what came of it.
 * @return the exit status: a verdict that nobody could be told is none. */
int configuration_check(struct site *site);

#endif
