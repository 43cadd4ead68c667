/*
 * What this process remembers for a while, shared by all workers: states that were used, sessions
 * that were signed out or seen, whose a user name is. A map from 16 bytes to a number, each entry
 * with an end. Bounded; full, it refuses to take more rather than forget.
 */
#ifndef SERVER_REGISTRY_H
#define SERVER_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REGISTRY_KEY_SIZE 16

/** What a key is about: the same bytes under two kinds are two keys. */
enum registry_kind {
    REGISTRY_STATE_USED,
    REGISTRY_SESSION_REVOKED,
    REGISTRY_SESSION_SEEN, /* value: when */
    REGISTRY_USERNAME,     /* value: a digest of the identity that has it */
};

enum registry_result { REGISTRY_ADDED, REGISTRY_PRESENT, REGISTRY_FULL };

struct registry;

/** @param max most entries; memory grows with use. NULL when memory is short. Keys are hashed with
 * a random seed (no one can choose colliding ones). */
struct registry *registry_new(size_t max);
void registry_free(struct registry *registry);

/** Makes a key from any bytes (the first 16 bytes of SHA-256 over kind and data). False on failure.
 */
bool registry_key(enum registry_kind kind, const void *data, size_t size,
                  unsigned char key[REGISTRY_KEY_SIZE]);

/** Adds an entry where there is none that is still good; with REGISTRY_PRESENT, *value is set to
 * what is there. value may be NULL for 0. One of two threads wins. */
enum registry_result registry_claim(struct registry *registry,
                                    const unsigned char key[REGISTRY_KEY_SIZE], int64_t *value,
                                    int64_t expires_at, int64_t now);

/** Adds or replaces. REGISTRY_FULL or REGISTRY_ADDED. */
enum registry_result registry_put(struct registry *registry,
                                  const unsigned char key[REGISTRY_KEY_SIZE], int64_t value,
                                  int64_t expires_at, int64_t now);

/** Whether there is an entry that is still good; *value (may be NULL) is set to its number. */
bool registry_get(struct registry *registry, const unsigned char key[REGISTRY_KEY_SIZE],
                  int64_t now, int64_t *value);

size_t registry_count(struct registry *registry);

#endif
