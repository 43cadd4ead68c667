/*
 * What replicas share, by way of a Redis. One thread owns the connection; nobody else waits for it.
 *
 * While Redis is there, every entry that is told is written down and told on, and others' entries
 * come into the registries by themselves. When it is not, the process remembers alone; when it is
 * back, both sides are told what they missed.
 */
#ifndef SERVER_REDIS_H
#define SERVER_REDIS_H

#include <stdbool.h>

#include "metrics.h"
#include "registry.h"

struct redis;
struct site;

enum redis_answer {
    REDIS_FIRST,   /* nobody had it before */
    REDIS_PRESENT, /* somebody had */
    REDIS_UNKNOWN, /* Redis went out of reach */
};

/** Something on its way to Redis. */
struct redis_item {
    struct redis_item *next;
    struct registry_entry entry;
    int64_t asked_at; /* by the steady clock; Redis's own */
    /** Called in Redis's thread; NULL: nobody waits, and the item is freed. */
    void (*answered)(struct redis_item *item, enum redis_answer answer);
};

/** Starts with what Redis has, unless that takes longer than a few seconds. NULL, with a line in
 * the log, when the system has no thread or memory left. */
struct redis *redis_start(struct site *site);

/** Tells what is still to be told, and ends. When no worker runs any more. NULL is fine. */
void redis_stop(struct redis *redis);

/** Asks who had an entry first, and puts it there. Answered within about two seconds.
 * @return false when Redis is out of reach: the item was not taken. Any thread. */
bool redis_ask(struct redis *redis, struct redis_item *item);

/** Tells an entry, which is in the registry already. Any thread. */
void redis_tell(struct redis *redis, const struct registry_entry *entry);

/** Whether Redis is there. Any thread. */
bool redis_is_up(struct redis *redis);

const struct metrics *redis_metrics(const struct redis *redis);

#endif
