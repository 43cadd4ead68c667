/*
 * What this process remembers of one kind for a while, shared by all workers. A map from 16 bytes
 * to a number, each entry with an end. Bounded; full, it refuses to take more rather than forget.
 */
#ifndef SERVER_REGISTRY_H
#define SERVER_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REGISTRY_KEY_SIZE 16

/** What a key is about: the same bytes under two kinds are two keys. Replicas tell each other of
 * kinds by these numbers: they never change their meaning. */
enum registry_kind {
    REGISTRY_STATE_USED = 0,
    REGISTRY_SESSION_REVOKED = 1,
    REGISTRY_SESSION_SEEN = 2,      /* value: when */
    REGISTRY_USERNAME = 3,          /* value: a digest of the identity that has it */
    REGISTRY_LOGOUT_TOKEN = 4,      /* of an issuer and the token's identifier */
    REGISTRY_LOGOUT_SUBJECT = 5,    /* of an issuer and a subject; value: when (ms) */
    REGISTRY_LOGOUT_SESSION = 6,    /* of an issuer and a session of the provider's; value: when */
    REGISTRY_LOGOUT_NO_SESSION = 7, /* of an issuer and a subject: its sessions that know no session
                                       of the provider's; value: when */
    REGISTRY_TOKEN_GONE = 8, /* of an alias token's name; value: XNAT refused it, or was told to
                                forget it */
};
#define REGISTRY_KINDS 9

/** What is remembered of something. */
struct registry_entry {
    unsigned char key[REGISTRY_KEY_SIZE];
    int64_t value;
    int64_t expires_at;
};

/** Parts of a registry, with a lock each. */
#define REGISTRY_SHARDS 64u

enum registry_result { REGISTRY_ADDED, REGISTRY_PRESENT, REGISTRY_FULL };

struct registry;

/** @param max most entries; memory grows with use. NULL when memory is short. Keys are hashed with
 * a random seed (no one can choose colliding ones). */
struct registry *registry_new(size_t max);
void registry_free(struct registry *registry);

/** Makes a key from any bytes (the first 15 bytes of SHA-256 over kind and data, then the kind).
 * False on failure. */
bool registry_key(enum registry_kind kind, const void *data, size_t size,
                  unsigned char key[REGISTRY_KEY_SIZE]);

/** Makes a key of an issuer and a text within it, as if of both with a line feed between. */
bool registry_issuer_key(enum registry_kind kind, const char *issuer, const char *text,
                         unsigned char key[REGISTRY_KEY_SIZE]);

/** The kind's number in a key; what is not made by registry_key may have any. */
unsigned registry_kind_of(const unsigned char key[REGISTRY_KEY_SIZE]);

/** Adds an entry where there is none that is still good; with REGISTRY_PRESENT, *value is set to
 * what is there. value may be NULL for 0. One of two threads wins. */
enum registry_result registry_claim(struct registry *registry,
                                    const unsigned char key[REGISTRY_KEY_SIZE], int64_t *value,
                                    int64_t expires_at, int64_t now);

/** Adds or replaces. REGISTRY_FULL or REGISTRY_ADDED. */
enum registry_result registry_put(struct registry *registry,
                                  const unsigned char key[REGISTRY_KEY_SIZE], int64_t value,
                                  int64_t expires_at, int64_t now);

/** Adds, or raises value and end of what is there to these if they are greater. REGISTRY_FULL or
 * REGISTRY_ADDED. */
enum registry_result registry_raise(struct registry *registry,
                                    const unsigned char key[REGISTRY_KEY_SIZE], int64_t value,
                                    int64_t expires_at, int64_t now);

/** Whether there is an entry that is still good; *value (may be NULL) is set to its number. */
bool registry_get(struct registry *registry, const unsigned char key[REGISTRY_KEY_SIZE],
                  int64_t now, int64_t *value);

/** Copies what is still good in one of the REGISTRY_SHARDS parts. @param entries new, for free().
 * False when memory is short. */
bool registry_copy(struct registry *registry, size_t shard, int64_t now,
                   struct registry_entry **entries, size_t *count);

size_t registry_count(struct registry *registry);

#endif
