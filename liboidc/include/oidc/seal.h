/*
 * Sealing: authenticated encryption of small texts that a browser keeps for us.
 *
 * A keyring holds one or more 32-byte keys: the first seals, all open, so that keys can be changed
 * without ending anybody's session. Each purpose has keys of its own, derived from the ring's
 * (HKDF, RFC 5869), so that what was sealed for one never opens for another. AES-256-GCM with a
 * fresh random nonce a text; the whole 16-byte tag is always checked.
 */
#ifndef OIDC_SEAL_H
#define OIDC_SEAL_H

#include <stddef.h>

#include <oidc/error.h>

/** Most keys in a ring. Two are in use during a change; more than a few is a mistake. */
#define OIDC_KEYRING_MAX 8

/** Most bytes of text that is sealed; a cookie is limited to 4096 by browsers (RFC 6265 s. 6.1). */
#define OIDC_SEAL_PLAIN_MAX 2600

typedef struct oidc_keyring oidc_keyring;

/**
 * Reads keys, one a line, 32 bytes each in base64 (standard or URL alphabet, padding optional).
 * Blank lines and lines that begin with '#' are skipped.
 *
 * @return OIDC_OK; OIDC_E_KEY_FILE with the line in error; OIDC_E_MEMORY, OIDC_E_CRYPTO.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_keyring_parse(const char *text, size_t size,
                                                   oidc_keyring **ring, oidc_error *error);

/** A ring of one random key. */
OIDC_API OIDC_CHECKED oidc_code oidc_keyring_generate(oidc_keyring **ring, oidc_error *error);

/** One more owner; safe in any thread, like sealing and opening. */
OIDC_API oidc_keyring *oidc_keyring_ref(oidc_keyring *ring);
OIDC_API void oidc_keyring_unref(oidc_keyring **ring);

#endif
