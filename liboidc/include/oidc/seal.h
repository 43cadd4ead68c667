/*
 * Sealing: authenticated encryption of small texts that a browser keeps for us.
 *
 * A keyring holds one or more 32-byte keys: the first seals, all open, so that keys can be changed
 * without ending anybody's session. Each purpose has keys of its own, derived from the ring's
 * (HKDF, RFC 5869), so that what was sealed for one never opens for another. AES-256-GCM (NIST
 * SP 800-38D) with a fresh random nonce for each text; the whole 16-byte tag is always checked.
 */
#ifndef OIDC_SEAL_H
#define OIDC_SEAL_H

#include <stddef.h>

#include <oidc/error.h>

/** Most keys in a ring. Two are in use during a change; more than a few is a mistake. */
#define OIDC_KEYRING_MAX 8

/** Most bytes of text that is sealed. */
#define OIDC_SEAL_PLAIN_MAX 2600

/** Most characters of a sealed text (base64url), the ending NUL not counted: browsers need not keep
 * a cookie of more than 4096 bytes, name and attributes included (RFC 6265, 6.1). */
#define OIDC_SEALED_MAX 4000

/** Keys that seal. Immutable and reference-counted; any number of threads may seal and open. */
typedef struct oidc_keyring oidc_keyring;

/**
 * Reads keys, one a line, 32 bytes each in base64 (standard or URL alphabet, padding optional).
 * Blank lines and lines that begin with '#' are skipped.
 *
 * @param text  borrowed for the call; need not end in NUL.
 * @param ring  new.
 * @return OIDC_OK; OIDC_E_KEY_FILE with the line in error; OIDC_E_MEMORY, OIDC_E_CRYPTO.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_keyring_parse(const char *text, size_t size,
                                                   oidc_keyring **ring, oidc_error *error);

/**
 * Draws a ring of one random key: what it seals opens in this process alone, until it ends.
 *
 * @param ring  new.
 * @return OIDC_OK, OIDC_E_RANDOM, OIDC_E_CRYPTO, OIDC_E_MEMORY.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_keyring_generate(oidc_keyring **ring, oidc_error *error);

/** One more owner. Returns its argument; NULL is fine. Safe in any thread. */
OIDC_API oidc_keyring *oidc_keyring_ref(oidc_keyring *ring);

/** One owner less, and sets the pointer to NULL; the last one cleanses the keys and frees. NULL is
 * fine. Safe in any thread. */
OIDC_API void oidc_keyring_unref(oidc_keyring **ring);

#endif
