/* What is remembered. See remember.h. */
#include <config.h>

#include "remember.h"

struct registry *remember_registry(struct site *site, const unsigned char key[REGISTRY_KEY_SIZE])
{
    return registry_kind_of(key) == REGISTRY_STATE_USED ? site->states : site->registry;
}

bool remember_claim(struct claim *claim)
{
    struct worker *worker = claim->worker;

    claim->first = registry_claim(remember_registry(worker->site, claim->key), claim->key, NULL,
                                  claim->until, worker->now) == REGISTRY_ADDED;
    return true;
}

enum registry_result remember_put(struct site *site, const unsigned char key[REGISTRY_KEY_SIZE],
                                  int64_t value, int64_t until, int64_t now)
{
    return registry_raise(remember_registry(site, key), key, value, until, now);
}
