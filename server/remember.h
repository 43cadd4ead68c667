/*
 * What is remembered of sign-outs and of what counts once: by this process.
 */
#ifndef SERVER_REMEMBER_H
#define SERVER_REMEMBER_H

#include "registry.h"
#include "site.h"
#include "worker.h"

/** Something that counts once: a state, a logout token. Embedded in who asks; must live until it is
 * decided. */
struct claim {
    struct letter letter;
    struct worker *worker;
    void (*decided)(struct claim *claim); /* on the worker, when remember_claim says so */
    unsigned char key[REGISTRY_KEY_SIZE];
    int64_t until; /* remembered so long, seconds since the epoch */
    bool first;    /* the answer */
};

/**
 * Asks whether claim->key comes for the first time, and remembers it. When too many are remembered
 * to take one more, the answer is no: better a sign-in to be repeated than one that can be
 * replayed.
 *
 * @return true: decided, see claim->first; false: claim->decided will be called.
 */
bool remember_claim(struct claim *claim);

/** Remembers a sign-out; where it is remembered already, the greater value and end. REGISTRY_FULL
 * or REGISTRY_ADDED. */
enum registry_result remember_put(struct site *site, const unsigned char key[REGISTRY_KEY_SIZE],
                                  int64_t value, int64_t until, int64_t now);

/** The registry in which keys of this kind are kept. */
struct registry *remember_registry(struct site *site, const unsigned char key[REGISTRY_KEY_SIZE]);

#endif
