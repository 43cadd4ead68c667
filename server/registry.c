/*
 * The registry: shards, each a lock and an open-addressing table. An entry that has ended is as
 * good as none; ended ones are swept out a few slots at each visit, and a table shrinks as it
 * empties.
 */
#include "registry.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "siphash.h"

/* Workers rarely wait for each other with a few times more shards than there are cores. */
#define SHARDS REGISTRY_SHARDS

#define CAPACITY_MIN 16u

/* Slots looked at for ended entries at each visit. More than one, so that sweeping outruns filling.
 */
#define SWEEP_STEP 4u

/* Marks a free slot: nothing that is kept ends before time began. */
#define FREE_SLOT INT64_MIN

struct shard {
    pthread_mutex_t lock;
    struct registry_entry *slots; /* NULL while capacity is 0 */
    size_t capacity;              /* 0 or a power of two */
    size_t used;
    size_t cursor;  /* where sweeping goes on */
    char apart[64]; /* keeps two shards off one cache line */
};

struct registry {
    struct siphash_key seed;
    size_t max;
    atomic_size_t count; /* entries in all shards, ended ones that were not swept included */
    _Atomic int64_t swept_whole; /* when all shards were swept last */
    struct shard shards[SHARDS];
};

/* --- one table ----------------------------------------------------------------------------------
 */

static uint64_t hash_of(const struct registry *registry, const unsigned char *key)
{
    return siphash16(&registry->seed, key);
}

/* The lowest bits of a hash choose the shard, the rest the slot. */
static size_t home(uint64_t hash, size_t capacity)
{
    return (size_t)(hash / SHARDS) & (capacity - 1);
}

/* The key's slot, or the free one where it would go. The table has a free slot always. */
static struct registry_entry *probe(const struct shard *shard, uint64_t hash,
                                    const unsigned char *key)
{
    for (size_t i = home(hash, shard->capacity);; i = (i + 1) & (shard->capacity - 1)) {
        struct registry_entry *slot = &shard->slots[i];
        if (slot->expires_at == FREE_SLOT || memcmp(slot->key, key, REGISTRY_KEY_SIZE) == 0)
            return slot;
    }
}

/* Moves every entry that has not ended into a table of a size that fits. */
static bool resize(struct registry *registry, struct shard *shard, int64_t now)
{
    size_t live = 0;
    for (size_t i = 0; i < shard->capacity; i++)
        live += shard->slots[i].expires_at > now;
    size_t capacity = CAPACITY_MIN;
    while (live + 1 > capacity / 2)
        capacity *= 2;
    struct registry_entry *slots = calloc(capacity, sizeof(*slots));
    if (!slots)
        return false;
    for (size_t i = 0; i < capacity; i++)
        slots[i].expires_at = FREE_SLOT;

    const struct shard before = *shard;
    atomic_fetch_sub(&registry->count, before.used - live);
    shard->slots = slots;
    shard->capacity = capacity;
    shard->used = live;
    shard->cursor = 0;
    for (size_t i = 0; i < before.capacity; i++)
        if (before.slots[i].expires_at > now)
            *probe(shard, hash_of(registry, before.slots[i].key), before.slots[i].key) =
                before.slots[i];
    free(before.slots);
    return true;
}

/* Frees a slot and draws the entries behind it up, so that no probe stops short of its key. */
static void remove_at(struct registry *registry, struct shard *shard, size_t hole)
{
    const size_t mask = shard->capacity - 1;
    for (size_t i = (hole + 1) & mask; shard->slots[i].expires_at != FREE_SLOT;
         i = (i + 1) & mask) {
        const size_t wanted = home(hash_of(registry, shard->slots[i].key), shard->capacity);
        if (((i - wanted) & mask) >= ((i - hole) & mask)) {
            shard->slots[hole] = shard->slots[i];
            hole = i;
        }
    }
    shard->slots[hole].expires_at = FREE_SLOT;
    shard->used--;
    atomic_fetch_sub(&registry->count, 1);
}

/* Looks at some slots, from where the last sweep ended. */
static void sweep(struct registry *registry, struct shard *shard, size_t steps, int64_t now)
{
    while (steps-- > 0 && shard->used > 0) {
        const size_t i = shard->cursor & (shard->capacity - 1);
        const int64_t expires_at = shard->slots[i].expires_at;
        if (expires_at != FREE_SLOT && expires_at <= now)
            remove_at(registry, shard, i); /* another entry may have moved here: look again */
        else
            shard->cursor = i + 1;
    }
    if (shard->capacity > CAPACITY_MIN && shard->used < shard->capacity / 8)
        (void)resize(registry, shard, now); /* without memory the table stays as it is */
}

/* --- the whole ----------------------------------------------------------------------------------
 */

static bool init_locks(struct registry *registry)
{
    for (size_t i = 0; i < SHARDS; i++)
        if (pthread_mutex_init(&registry->shards[i].lock, NULL) != 0) {
            while (i-- > 0)
                pthread_mutex_destroy(&registry->shards[i].lock);
            return false;
        }
    return true;
}

struct registry *registry_new(size_t max)
{
    struct registry *registry = calloc(1, sizeof(*registry));
    if (!registry)
        return NULL;
    registry->max = max;
    registry->swept_whole = INT64_MIN;
    if (RAND_bytes((unsigned char *)&registry->seed, sizeof(registry->seed)) != 1 ||
        !init_locks(registry)) {
        free(registry);
        return NULL;
    }
    return registry;
}

void registry_free(struct registry *registry)
{
    if (!registry)
        return;
    for (size_t i = 0; i < SHARDS; i++) {
        pthread_mutex_destroy(&registry->shards[i].lock);
        free(registry->shards[i].slots);
    }
    free(registry);
}

/* SHA-256 over the kind and some parts, cut, with the kind behind. */
static bool make_key(enum registry_kind kind, const struct iovec *parts, size_t count,
                     unsigned char key[REGISTRY_KEY_SIZE])
{
    const unsigned char tag = (unsigned char)kind;
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool done = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
                EVP_DigestUpdate(context, &tag, sizeof(tag)) == 1;
    for (size_t i = 0; done && i < count; i++)
        done = EVP_DigestUpdate(context, parts[i].iov_base, parts[i].iov_len) == 1;
    done = done && EVP_DigestFinal_ex(context, digest, NULL) == 1;
    EVP_MD_CTX_free(context);
    if (done) {
        memcpy(key, digest, REGISTRY_KEY_SIZE - 1);
        key[REGISTRY_KEY_SIZE - 1] = tag;
    }
    return done;
}

static struct iovec part(const void *data, size_t size)
{
    union {
        const void *constant;
        void *any;
    } bytes = {.constant = data};
    return (struct iovec){bytes.any, size};
}

bool registry_key(enum registry_kind kind, const void *data, size_t size,
                  unsigned char key[REGISTRY_KEY_SIZE])
{
    const struct iovec whole = part(data, size);
    return make_key(kind, &whole, 1, key);
}

bool registry_issuer_key(enum registry_kind kind, const char *issuer, const char *text,
                         unsigned char key[REGISTRY_KEY_SIZE])
{
    const struct iovec parts[] = {part(issuer, strlen(issuer)), part("\n", 1),
                                  part(text, strlen(text))};
    return make_key(kind, parts, sizeof(parts) / sizeof(parts[0]), key);
}

unsigned registry_kind_of(const unsigned char key[REGISTRY_KEY_SIZE])
{
    return key[REGISTRY_KEY_SIZE - 1];
}

/* One more entry, if there is room under the maximum. */
static bool reserve(struct registry *registry)
{
    if (atomic_fetch_add(&registry->count, 1) < registry->max)
        return true;
    atomic_fetch_sub(&registry->count, 1);
    return false;
}

/* Sweeps every shard, but not twice in one second: being full must not be expensive.
 * @return whether there may be room now. */
static bool sweep_whole(struct registry *registry, int64_t now)
{
    if (atomic_exchange(&registry->swept_whole, now) == now)
        return false;
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = &registry->shards[i];
        pthread_mutex_lock(&shard->lock);
        sweep(registry, shard, 2 * shard->capacity, now);
        pthread_mutex_unlock(&shard->lock);
    }
    return true;
}

/* Puts a new entry into a locked shard that has none of this key. */
static enum registry_result insert(struct registry *registry, struct shard *shard, uint64_t hash,
                                   const struct registry_entry *entry, int64_t now)
{
    if (entry->expires_at <= now)
        return REGISTRY_ADDED; /* has ended already: nothing to remember */
    if (!reserve(registry))
        return REGISTRY_FULL;
    if (shard->used + 1 > shard->capacity / 4 * 3 && !resize(registry, shard, now)) {
        atomic_fetch_sub(&registry->count, 1);
        return REGISTRY_FULL;
    }
    *probe(shard, hash, entry->key) = *entry;
    shard->used++;
    return REGISTRY_ADDED;
}

static struct shard *lock_shard(struct registry *registry, uint64_t hash)
{
    struct shard *shard = &registry->shards[hash % SHARDS];
    pthread_mutex_lock(&shard->lock);
    return shard;
}

/* The entry of a key in a locked shard, ended or not; NULL where there is none. */
static struct registry_entry *find(const struct shard *shard, uint64_t hash,
                                   const unsigned char *key)
{
    if (shard->used == 0)
        return NULL;
    struct registry_entry *slot = probe(shard, hash, key);
    return slot->expires_at == FREE_SLOT ? NULL : slot;
}

/* What becomes of an entry that is there already and has not ended. */
enum meeting { MEETING_REPLACE, MEETING_KEEP, MEETING_RAISE };

/* Puts *entry where *slot is. The mark of a free slot must not come from outside. */
static void overwrite(struct registry_entry *slot, const struct registry_entry *entry)
{
    slot->value = entry->value;
    slot->expires_at = entry->expires_at > FREE_SLOT ? entry->expires_at : FREE_SLOT + 1;
}

static void raise_to(struct registry_entry *slot, const struct registry_entry *entry)
{
    if (entry->value > slot->value)
        slot->value = entry->value;
    if (entry->expires_at > slot->expires_at)
        slot->expires_at = entry->expires_at;
}

/* Adds an entry. With MEETING_KEEP its value becomes that of the one that is there. */
static enum registry_result add(struct registry *registry, struct registry_entry *entry,
                                int64_t now, enum meeting meeting)
{
    const uint64_t hash = hash_of(registry, entry->key);
    struct shard *shard = lock_shard(registry, hash);
    enum registry_result result = REGISTRY_ADDED;
    sweep(registry, shard, SWEEP_STEP, now);
    struct registry_entry *slot = find(shard, hash, entry->key);
    if (!slot) {
        result = insert(registry, shard, hash, entry, now);
    } else if (slot->expires_at <= now || meeting == MEETING_REPLACE) {
        overwrite(slot, entry);
    } else if (meeting == MEETING_RAISE) {
        raise_to(slot, entry);
    } else {
        entry->value = slot->value;
        result = REGISTRY_PRESENT;
    }
    pthread_mutex_unlock(&shard->lock);
    return result;
}

static enum registry_result add_or_make_room(struct registry *registry, const unsigned char *key,
                                             struct registry_entry *entry, int64_t now,
                                             enum meeting meeting)
{
    memcpy(entry->key, key, REGISTRY_KEY_SIZE);
    const enum registry_result result = add(registry, entry, now, meeting);
    if (result != REGISTRY_FULL || !sweep_whole(registry, now))
        return result;
    return add(registry, entry, now, meeting);
}

enum registry_result registry_claim(struct registry *registry,
                                    const unsigned char key[REGISTRY_KEY_SIZE], int64_t *value,
                                    int64_t expires_at, int64_t now)
{
    struct registry_entry entry = {.value = value ? *value : 0, .expires_at = expires_at};
    const enum registry_result result = add_or_make_room(registry, key, &entry, now, MEETING_KEEP);
    if (result == REGISTRY_PRESENT && value)
        *value = entry.value;
    return result;
}

enum registry_result registry_put(struct registry *registry,
                                  const unsigned char key[REGISTRY_KEY_SIZE], int64_t value,
                                  int64_t expires_at, int64_t now)
{
    struct registry_entry entry = {.value = value, .expires_at = expires_at};
    return add_or_make_room(registry, key, &entry, now, MEETING_REPLACE);
}

enum registry_result registry_raise(struct registry *registry,
                                    const unsigned char key[REGISTRY_KEY_SIZE], int64_t value,
                                    int64_t expires_at, int64_t now)
{
    struct registry_entry entry = {.value = value, .expires_at = expires_at};
    return add_or_make_room(registry, key, &entry, now, MEETING_RAISE);
}

bool registry_get(struct registry *registry, const unsigned char key[REGISTRY_KEY_SIZE],
                  int64_t now, int64_t *value)
{
    const uint64_t hash = hash_of(registry, key);
    struct shard *shard = lock_shard(registry, hash);
    sweep(registry, shard, SWEEP_STEP, now);
    const struct registry_entry *slot = find(shard, hash, key);
    const bool good = slot && slot->expires_at > now;
    if (good && value)
        *value = slot->value;
    if (slot && !good)
        remove_at(registry, shard, (size_t)(slot - shard->slots));
    pthread_mutex_unlock(&shard->lock);
    return good;
}

bool registry_copy(struct registry *registry, size_t shard, int64_t now,
                   struct registry_entry **entries, size_t *count)
{
    struct shard *from = &registry->shards[shard];
    pthread_mutex_lock(&from->lock);
    *count = 0;
    *entries = calloc(from->used + 1, sizeof(**entries));
    for (size_t i = 0; *entries && i < from->capacity; i++)
        if (from->slots[i].expires_at > now)
            (*entries)[(*count)++] = from->slots[i];
    pthread_mutex_unlock(&from->lock);
    return *entries != NULL;
}

size_t registry_count(struct registry *registry)
{
    return atomic_load(&registry->count);
}
