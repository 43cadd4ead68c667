/*
 * A connection to Redis, or rather two: one for commands, one on which others' entries come. All of
 * it may block, for a second at most for each exchange; only Redis's own thread calls it.
 */
#ifndef SERVER_REDIS_LINK_H
#define SERVER_REDIS_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "redis.h"
#include "redis_address.h"
#include "redis_wire.h"
#include "registry.h"

/** Most entries that are offered at once. */
#define REDIS_OFFER_MAX 64

struct redis_link {
    const struct redis_address *address;
    char prefix[48]; /* of the names of entries */
    char channel[64];
    struct redis_wire commands;
    struct redis_wire updates;
    _Atomic bool *stopping;         /* set when the process ends: no going on */
    bool pinged;                    /* on updates, and no answer yet */
    char detail[REDIS_DETAIL_SIZE]; /* why the last call failed */
};

/** Takes an entry that Redis has or somebody told. @return false to end it. */
typedef bool redis_link_take(void *context, const struct registry_entry *entry);

/** The link must stay where it is from then on. @param address borrowed. @param site_url what the
 * names are told apart by: replicas of one site share entries, other sites do not. @param stopping
 * borrowed. False when a digest cannot be made.
 */
bool redis_link_init(struct redis_link *link, const struct redis_address *address,
                     const char *site_url, _Atomic bool *stopping);

/* Each of these returns false when the link is broken; link->detail says why. */

bool redis_link_open(struct redis_link *link);

/** Tries the commands that entries take, on a key that is no entry's and lasts ten seconds: a Redis
 * that takes no writes is of no use. */
bool redis_link_try(struct redis_link *link);

/** Goes through all entries that Redis has. What comes after redis_link_open comes by
 * redis_link_receive, too. */
bool redis_link_load(struct redis_link *link, redis_link_take *take, void *context);

/** The first step of that. */
bool redis_link_look(struct redis_link *link, redis_link_take *take, void *context);

/** Puts entries that Redis has not, and tells the other replicas of those: of each both, or
 * neither. @param answers set to what Redis said of each; when the link breaks too: REDIS_UNKNOWN
 * only where it had said nothing. */
bool redis_link_offer(struct redis_link *link, const struct registry_entry *entries, size_t count,
                      int64_t now, enum redis_answer *answers);

/** What to watch for others' entries, and takes those that have come, without waiting. */
int redis_link_fd(const struct redis_link *link);
bool redis_link_receive(struct redis_link *link, redis_link_take *take, void *context);

/** Finds out whether both connections are alive. Called at intervals. */
bool redis_link_ping(struct redis_link *link);

void redis_link_close(struct redis_link *link);

#endif
