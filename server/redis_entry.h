/*
 * How entries of the registry are written down in Redis, and told to other replicas.
 *
 * A name is PREFIX KEY ":" VALUE, its content the entry's end; what is told is KEY ":" VALUE ":"
 * END. A key is 32 hexadecimal digits, the numbers are decimal. Nothing from outside is in them but
 * digests. The value is in the name, so that a later sign-out does not meet an earlier one.
 */
#ifndef SERVER_REDIS_ENTRY_H
#define SERVER_REDIS_ENTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "registry.h"

/** Room for an entry as it is told, its NUL included: a key, two numbers, two colons. */
#define REDIS_ENTRY_SIZE (2 * REGISTRY_KEY_SIZE + 2 * 20 + 2 + 1)

/** Writes an entry as it is told. @return where the end's digits begin. */
size_t redis_entry_write(const struct registry_entry *entry, char text[REDIS_ENTRY_SIZE]);

/** Reads an entry as it is told: exactly what redis_entry_write writes of one whose numbers are not
 * negative, and nothing else. */
bool redis_entry_read(const char *text, size_t size, struct registry_entry *entry);

#endif
