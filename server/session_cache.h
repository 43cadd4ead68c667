/*
 * Sessions this worker has opened, so that a request costs one digest and one look instead of a
 * decryption and a signature: the identity, its hand-off, and the forward-auth answer made of it.
 */
#ifndef SERVER_SESSION_CACHE_H
#define SERVER_SESSION_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include <oidc/session.h>

#include "digest.h"
#include "logout_keys.h"
#include "pass.h"
#include "registry.h"
#include "xnat_stay.h"

/** One session. Belongs to one worker; counted references. */
struct session_entry {
    unsigned references;
    unsigned char digest[DIGEST_SIZE]; /* SHA-256 of the cookie's value */
    oidc_session *session;
    struct pass pass;
    int64_t seen_at;     /* last request, as far as this worker knows */
    int64_t resealed_at; /* when a fresh cookie was last given out */
    bool owes_cookie;    /* an answer had no room for it: another one is to bring it */
    unsigned char revoked_key[REGISTRY_KEY_SIZE];
    struct logout_keys logout_keys; /* by which its provider may end it */
    unsigned char seen_key[REGISTRY_KEY_SIZE];
    struct xnat_stay xnat; /* where the site hands over by tokens */
};

struct session_cache;

struct session_cache *session_cache_new(void);
void session_cache_free(struct session_cache *cache);

/** The entry of a cookie value's digest, or NULL. A new reference. */
struct session_entry *session_cache_find(struct session_cache *cache,
                                         const unsigned char digest[DIGEST_SIZE]);

/** A new entry around a session, which it takes over (also on failure). A new reference. */
struct session_entry *session_cache_add(struct session_cache *cache,
                                        const unsigned char digest[DIGEST_SIZE],
                                        oidc_session *session);

/** Calls visit with every entry; it may remove the one that it is called with. */
void session_cache_each(struct session_cache *cache,
                        void (*visit)(void *context, struct session_entry *entry), void *context);

/** Forgets an entry; holders of references keep theirs. */
void session_cache_remove(struct session_cache *cache, struct session_entry *entry);

/** One holder less; NULL is fine. */
void session_entry_unref(struct session_entry *entry);

#endif
