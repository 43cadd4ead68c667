/* Sets of ways, by the first byte of a token's digest; the oldest of a set makes room. See
 * bearer_cache.h. */
#include <config.h>

#include "bearer_cache.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"

/* Tokens remembered at once by a worker: sets of ways. One takes some 4 kB, so that a full cache is
 * about 4 MB; one more token costs the set's oldest its place, and its client a signature. */
#define CACHE_SETS 256
#define CACHE_WAYS 4

struct bearer_cache {
    struct bearer_entry *entries[CACHE_SETS][CACHE_WAYS]; /* newest first */
};

struct bearer_cache *bearer_cache_new(void)
{
    return calloc(1, sizeof(struct bearer_cache));
}

void bearer_entry_unref(struct bearer_entry *entry)
{
    if (!entry || --entry->references > 0)
        return;
    oidc_bearer_free(&entry->bearer);
    pass_clear(&entry->pass);
    free(entry);
}

void bearer_cache_free(struct bearer_cache *cache)
{
    if (!cache)
        return;
    for (size_t set = 0; set < CACHE_SETS; set++) {
        for (size_t way = 0; way < CACHE_WAYS; way++)
            bearer_entry_unref(cache->entries[set][way]);
    }
    free(cache);
}

/* Only tokens that a provider signed get here: whoever would choose them to share a set must have
 * the provider sign them all. */
static struct bearer_entry **set_of(struct bearer_cache *cache,
                                    const unsigned char digest[DIGEST_SIZE])
{
    return cache->entries[digest[0] % CACHE_SETS];
}

struct bearer_entry *bearer_cache_find(struct bearer_cache *cache,
                                       const unsigned char digest[DIGEST_SIZE], int64_t now)
{
    struct bearer_entry **set = set_of(cache, digest);

    for (size_t way = 0; way < CACHE_WAYS; way++) {
        struct bearer_entry *entry = set[way];

        if (!entry || memcmp(entry->digest, digest, DIGEST_SIZE) != 0)
            continue;
        if (clock_left(entry->good_until, BEARER_CACHE_AGE, now) > 0) {
            entry->references++;
            return entry;
        }
        bearer_cache_remove(cache, entry);
        return NULL;
    }
    return NULL;
}

struct bearer_entry *bearer_cache_add(struct bearer_cache *cache,
                                      const unsigned char digest[DIGEST_SIZE], oidc_bearer *bearer,
                                      int64_t now)
{
    struct bearer_entry **set = set_of(cache, digest);
    struct bearer_entry *entry = calloc(1, sizeof(*entry));
    int64_t expires_at;

    if (!entry) {
        oidc_bearer_free(&bearer);
        return NULL;
    }
    memcpy(entry->digest, digest, DIGEST_SIZE);
    entry->bearer = bearer;
    expires_at = oidc_bearer_expires_at(bearer);
    entry->good_until = expires_at < now + BEARER_CACHE_AGE ? expires_at : now + BEARER_CACHE_AGE;
    entry->references = 2; /* the cache's and the caller's */
    bearer_entry_unref(set[CACHE_WAYS - 1]);
    memmove(&set[1], &set[0], (CACHE_WAYS - 1) * sizeof(struct bearer_entry *));
    set[0] = entry;
    return entry;
}

void bearer_cache_remove(struct bearer_cache *cache, struct bearer_entry *entry)
{
    struct bearer_entry **set = set_of(cache, entry->digest);

    for (size_t way = 0; way < CACHE_WAYS; way++) {
        if (set[way] != entry)
            continue;
        memmove(&set[way], &set[way + 1], (CACHE_WAYS - 1 - way) * sizeof(struct bearer_entry *));
        set[CACHE_WAYS - 1] = NULL;
        bearer_entry_unref(entry);
        return;
    }
}
