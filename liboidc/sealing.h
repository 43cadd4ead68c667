/* The two halves of <oidc/seal.h> that stay inside: sealing and opening. */
#ifndef LIBOIDC_SEALING_H
#define LIBOIDC_SEALING_H

#include <oidc/seal.h>

/** What a sealed text is for. Each has its own derived keys: the purpose is also authenticated. */
enum seal_purpose { SEAL_STATE, SEAL_SESSION, SEAL_PURPOSES };

/**
 * Seals at most OIDC_SEAL_PLAIN_MAX bytes.
 *
 * @param text  new, base64url, for free().
 * @return OIDC_OK, OIDC_E_USAGE for more, OIDC_E_MEMORY, OIDC_E_RANDOM, OIDC_E_CRYPTO.
 */
OIDC_CHECKED oidc_code seal_text(oidc_keyring *ring, enum seal_purpose purpose, const void *plain,
                                 size_t size, char **text, oidc_error *error);

/**
 * Opens what seal_text made with any key of the ring.
 *
 * @param plain  new, NUL-terminated, for secret_free(plain, *plain_size).
 * @return OIDC_OK; OIDC_E_STATE_INVALID or OIDC_E_SESSION_INVALID, by the purpose, for anything
 * that we did not seal for it, whole and unchanged; OIDC_E_MEMORY, OIDC_E_CRYPTO.
 */
OIDC_CHECKED oidc_code seal_open(oidc_keyring *ring, enum seal_purpose purpose, const char *text,
                                 size_t size, void **plain, size_t *plain_size, oidc_error *error);

#endif
