/* The site's keys and certificates, from the files that options name. */
#ifndef SERVER_SITE_KEYS_H
#define SERVER_SITE_KEYS_H

#include <stdbool.h>

#include "site.h"

/** What an option names a file of. */
struct site_file_kind {
    const char *option;
    const char *made_by; /* a command that writes one to standard output; NULL: no secret */
    size_t max;          /* bytes: more is a mistake */
    const char *effect;  /* of its being everybody's to read; NULL: it holds no secret */
    const char *cure;
};

/** Reads a file: new, for file_free. Warns where everybody may read a secret; NULL after saying why
 * it cannot be read. */
char *site_file_read(struct site *site, const struct site_file_kind *kind, const char *path,
                     size_t *size);

/** Reads or makes all of them, and says what is wrong. After the configuration is read. */
bool site_keys_read(struct site *site);

#endif
