/* Sets of ways, by a digest of the sealed text; the oldest of a set makes room. See
 * session_cache.h. */
#include <config.h>

#include "session_cache.h"

#include <stdlib.h>
#include <string.h>

/* Sessions remembered at once by a worker: sets of ways. A session takes some 4 kB, so that a full
 * cache is about 8 MB; one more session costs the set's oldest its place, not its session. */
#define CACHE_SETS 512
#define CACHE_WAYS 4

struct session_cache {
    struct session_entry *entries[CACHE_SETS][CACHE_WAYS]; /* newest first */
};

struct session_cache *session_cache_new(void)
{
    return calloc(1, sizeof(struct session_cache));
}

void session_entry_unref(struct session_entry *entry)
{
    if (!entry || --entry->references > 0)
        return;
    oidc_session_free(&entry->session);
    pass_clear(&entry->pass);
    xnat_stay_clear(&entry->xnat);
    free(entry);
}

void session_cache_free(struct session_cache *cache)
{
    if (!cache)
        return;
    for (size_t set = 0; set < CACHE_SETS; set++) {
        for (size_t way = 0; way < CACHE_WAYS; way++)
            session_entry_unref(cache->entries[set][way]);
    }
    free(cache);
}

/* The digest is of a sealed text that nobody can choose, so its bits are a good enough hash. */
static struct session_entry **set_of(struct session_cache *cache,
                                     const unsigned char digest[DIGEST_SIZE])
{
    return cache->entries[(digest[0] | (size_t)digest[1] << 8) % CACHE_SETS];
}

struct session_entry *session_cache_find(struct session_cache *cache,
                                         const unsigned char digest[DIGEST_SIZE])
{
    struct session_entry **set = set_of(cache, digest);

    for (size_t way = 0; way < CACHE_WAYS; way++) {
        if (set[way] && memcmp(set[way]->digest, digest, DIGEST_SIZE) == 0) {
            set[way]->references++;
            return set[way];
        }
    }
    return NULL;
}

struct session_entry *session_cache_add(struct session_cache *cache,
                                        const unsigned char digest[DIGEST_SIZE],
                                        oidc_session *session)
{
    struct session_entry **set = set_of(cache, digest);
    const unsigned char *id = oidc_session_id(session);
    struct session_entry *entry = calloc(1, sizeof(*entry));

    if (!entry ||
        !registry_key(REGISTRY_SESSION_REVOKED, id, OIDC_SESSION_ID_SIZE, entry->revoked_key) ||
        !registry_key(REGISTRY_SESSION_SEEN, id, OIDC_SESSION_ID_SIZE, entry->seen_key) ||
        !logout_keys_of_session(oidc_session_identity(session), &entry->logout_keys)) {
        oidc_session_free(&session);
        free(entry);
        return NULL;
    }
    memcpy(entry->digest, digest, DIGEST_SIZE);
    entry->session = session;
    entry->seen_at = oidc_session_seen_at(session);
    entry->resealed_at = entry->seen_at;
    entry->references = 2; /* the cache's and the caller's */
    session_entry_unref(set[CACHE_WAYS - 1]);
    memmove(&set[1], &set[0], (CACHE_WAYS - 1) * sizeof(struct session_entry *));
    set[0] = entry;
    return entry;
}

void session_cache_remove(struct session_cache *cache, struct session_entry *entry)
{
    struct session_entry **set = set_of(cache, entry->digest);

    for (size_t way = 0; way < CACHE_WAYS; way++) {
        if (set[way] != entry)
            continue;
        memmove(&set[way], &set[way + 1], (CACHE_WAYS - 1 - way) * sizeof(struct session_entry *));
        set[CACHE_WAYS - 1] = NULL;
        session_entry_unref(entry);
        return;
    }
}

void session_cache_each(struct session_cache *cache,
                        void (*visit)(void *context, struct session_entry *entry), void *context)
{
    for (size_t set = 0; set < CACHE_SETS; set++) {
        for (size_t way = CACHE_WAYS; way-- > 0;) {
            if (cache->entries[set][way])
                visit(context, cache->entries[set][way]);
        }
    }
}
