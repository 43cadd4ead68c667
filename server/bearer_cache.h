/*
 * Bearer tokens that this worker has verified, so that a client's next request costs one digest and
 * one look instead of a signature. The tokens themselves are not kept, and neither are failures.
 */
#ifndef SERVER_BEARER_CACHE_H
#define SERVER_BEARER_CACHE_H

#include <stdint.h>

#include <oidc/bearer.h>

#include "digest.h"
#include "pass.h"

/** Seconds after which a token is verified anew, against the keys that its provider has by then: a
 * key that the provider withdrew must not keep tokens good until their own end. */
#define BEARER_CACHE_AGE 300

/** One token. Belongs to one worker; counted references. */
struct bearer_entry {
    unsigned references;
    unsigned char digest[DIGEST_SIZE]; /* SHA-256 of the token */
    oidc_bearer *bearer;               /* done */
    struct pass pass;
    int64_t good_until;  /* the token's end, or when it is to be verified anew */
    int64_t owned_until; /* until when it need not be asked again whose the user name is */
};

struct bearer_cache;

struct bearer_cache *bearer_cache_new(void);
void bearer_cache_free(struct bearer_cache *cache);

/** The entry of a token that is neither expired nor due to be verified anew, or NULL. A new
 * reference.
 */
struct bearer_entry *bearer_cache_find(struct bearer_cache *cache,
                                       const unsigned char digest[DIGEST_SIZE], int64_t now);

/** A new entry around a token that was verified now, which it takes over (also on failure). A new
 * reference. */
struct bearer_entry *bearer_cache_add(struct bearer_cache *cache,
                                      const unsigned char digest[DIGEST_SIZE], oidc_bearer *bearer,
                                      int64_t now);

/** Forgets an entry; holders of references keep theirs. */
void bearer_cache_remove(struct bearer_cache *cache, struct bearer_entry *entry);

/** One holder less; NULL is fine. */
void bearer_entry_unref(struct bearer_entry *entry);

#endif
