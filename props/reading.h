/* The reading of one provider's keys into types: what its steps share. */
#ifndef PROPS_READING_H
#define PROPS_READING_H

#include "build.h"

/* A provider being read. */
struct reading {
    struct build *build;
    const struct file *file;
    struct props_provider *provider;
    const char *id;
};

/** What the provider's key says. */
struct setting provider_setting(const struct reading *reading, enum keys_id id);

/** The meaning of one of its booleans. */
bool provider_switch(const struct reading *reading, enum keys_id id);

/** A copy of the table's fallback for a key. */
char *provider_fallback(const struct reading *reading, enum keys_id id);

/** Where the provider's first key is, for findings about a key that is not there. An enabled
 * provider has one. */
struct report_at at_provider(const struct reading *reading, const char *key);

/* --- steps -------------------------------------------------------------------------------------
 */

/** The e-mail filter, accounts and user names. */
void read_policy(const struct reading *reading);

/** The claim gates of one way in: its own keys, which override those for both. */
void read_gates(const struct reading *reading, enum keys_scope way, struct props_gates *gates);

/** Tokens of API clients: whether they are accepted, and their gates. After read_policy. */
void read_bearer(const struct reading *reading);

/** Refuses what was asked for and this release does not do. */
void refuse_unsupported(const struct reading *reading);
/** The algorithm that ID tokens are encrypted with: new; NULL where they are not. */
char *read_encryption(const struct reading *reading);

#endif
