/*
 * What is remembered of sign-outs and of what counts once: by this process, and with --redis by all
 * replicas of the site.
 */
#ifndef SERVER_REMEMBER_H
#define SERVER_REMEMBER_H

#include "redis.h"
#include "registry.h"
#include "site.h"
#include "worker.h"

/** Something that counts once: a state, a logout token. Embedded in who asks; must live until it is
 * decided. */
struct claim {
    struct redis_item item; /* its entry: the key, and until when it is remembered */
    struct letter letter;
    struct worker *worker;
    void (*decided)(struct claim *claim); /* on the worker, when remember_claim says so */
    bool first;                           /* the answer */
    bool alone;                           /* only this process vouches for it */
    bool full; /* not the first only because no more can be remembered: a retry may succeed */
};

/**
 * Asks whether claim->item.entry.key comes for the first time, and remembers it. When too many are
 * remembered to take one more, the answer is no: better a sign-in to be repeated than one that can
 * be replayed. When Redis is out of reach, this process decides alone.
 *
 * @return true: decided, see claim->first; false: claim->decided will be called, within about
 *         two seconds.
 */
bool remember_claim(struct claim *claim);

/** Makes room for a sign-out that is to be remembered, so that remember_put cannot fail for it.
 * What is remembered of it does not change. REGISTRY_FULL or REGISTRY_ADDED. */
enum registry_result remember_make_room(struct site *site,
                                        const unsigned char key[REGISTRY_KEY_SIZE], int64_t until,
                                        int64_t now);

/** Remembers a sign-out; where it is remembered already, the greater value and end. REGISTRY_FULL
 * or REGISTRY_ADDED. */
enum registry_result remember_put(struct site *site, const unsigned char key[REGISTRY_KEY_SIZE],
                                  int64_t value, int64_t until, int64_t now);

/** Whether replicas tell each other of a kind, which may be any number. */
bool remember_is_shared(unsigned kind);

enum learnt {
    LEARNT,
    LEARNT_NOTHING, /* it is none that a replica would write: of another kind, over, or further in
                       the future than anything is */
    LEARNT_NO_ROOM, /* memory is short, or too many are remembered: it must come again */
};

/** Takes an entry from another replica. */
enum learnt remember_learn(struct site *site, const struct registry_entry *entry, int64_t now);

#endif
