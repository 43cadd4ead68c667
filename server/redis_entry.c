/* Entries as texts. See redis_entry.h. */
#include <config.h>

#include "redis_entry.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DIGITS_MAX 18 /* whatever has no more fits into 63 bits */

static const char hex[] = "0123456789abcdef";

size_t redis_entry_write(const struct registry_entry *entry, char text[REDIS_ENTRY_SIZE])
{
    char *at = text;
    int size;

    for (size_t i = 0; i < REGISTRY_KEY_SIZE; i++) {
        *at++ = hex[entry->key[i] >> 4];
        *at++ = hex[entry->key[i] & 0xf];
    }
    size = snprintf(at, REDIS_ENTRY_SIZE - 2 * REGISTRY_KEY_SIZE, ":%" PRId64 ":", entry->value);
    at += size > 0 ? size : 0;
    snprintf(at, REDIS_ENTRY_SIZE - (size_t)(at - text), "%" PRId64, entry->expires_at);
    return (size_t)(at - text);
}

static bool read_key(const char *text, unsigned char key[REGISTRY_KEY_SIZE])
{
    for (size_t i = 0; i < REGISTRY_KEY_SIZE; i++) {
        const char *high = memchr(hex, text[2 * i], sizeof(hex) - 1);
        const char *low = memchr(hex, text[2 * i + 1], sizeof(hex) - 1);

        if (!high || !low)
            return false;
        key[i] = (unsigned char)((high - hex) << 4 | (low - hex));
    }
    return true;
}

/* A colon and a number, without leading zeros. @return what follows, or NULL. */
static const char *read_number(const char *text, const char *end, int64_t *number)
{
    const char *from = text + 1;
    const char *at = from;

    if (text == end || *text != ':')
        return NULL;
    *number = 0;
    for (; at < end && *at >= '0' && *at <= '9' && at - from < DIGITS_MAX; at++)
        *number = *number * 10 + (*at - '0');
    return at == from || (*from == '0' && at - from > 1) ? NULL : at;
}

bool redis_entry_read(const char *text, size_t size, struct registry_entry *entry)
{
    const char *end = text + size;
    const char *at;

    if (size < sizeof(entry->key) * 2 || !read_key(text, entry->key))
        return false;
    at = read_number(text + sizeof(entry->key) * 2, end, &entry->value);
    if (at)
        at = read_number(at, end, &entry->expires_at);
    return at == end;
}
