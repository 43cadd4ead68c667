/* A sidecar that was built without hiredis: --redis is refused, so that none of this is ever called
 * with a Redis. */
#include <config.h>

#include <stddef.h>

#include "redis.h"
#include "redis_check.h"

struct redis *redis_start(struct site *site)
{
    (void)site;
    return NULL;
}

void redis_stop(struct redis *redis)
{
    (void)redis;
}

bool redis_ask(struct redis *redis, struct redis_item *item)
{
    (void)redis;
    (void)item;
    return false;
}

void redis_tell(struct redis *redis, const struct registry_entry *entry)
{
    (void)redis;
    (void)entry;
}

bool redis_is_up(struct redis *redis)
{
    (void)redis;
    return false;
}

bool redis_check(struct site *site)
{
    (void)site;
    return false;
}

const struct metrics *redis_metrics(const struct redis *redis)
{
    (void)redis;
    return NULL;
}
