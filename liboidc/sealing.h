/* The two halves of <oidc/seal.h> that stay inside: sealing and opening. */
#ifndef LIBOIDC_SEALING_H
#define LIBOIDC_SEALING_H

#include <oidc/seal.h>

/** What a sealed text is for. Each has its own derived keys: the purpose is also authenticated. */
enum seal_purpose { SEAL_STATE, SEAL_SESSION, SEAL_PURPOSES };

/** Seals at most OIDC_SEAL_PLAIN_MAX bytes. @param text new, base64url, for free(). */
OIDC_CHECKED oidc_code seal_text(oidc_keyring *ring, enum seal_purpose purpose, const void *plain,
                                 size_t size, char **text, oidc_error *error);

/**
 * Opens what seal_text made with any key of the ring.
 *
 * @param failure  the code for anything that we did not seal for this purpose, whole and unchanged.
 * @param plain    new, NUL-terminated, for secret_free(plain, *plain_size).
 */
OIDC_CHECKED oidc_code seal_open(oidc_keyring *ring, enum seal_purpose purpose, const char *text,
                                 size_t size, oidc_code failure, void **plain, size_t *plain_size,
                                 oidc_error *error);

#endif
