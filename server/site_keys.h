/* The site's keys and certificates, from the files that options name. */
#ifndef SERVER_SITE_KEYS_H
#define SERVER_SITE_KEYS_H

#include <stdbool.h>

#include "site.h"

/** Reads or makes all of them, and says what is wrong. After the configuration is read. */
bool site_keys_read(struct site *site);

#endif
