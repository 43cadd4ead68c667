/* The thumbprint of a public key (RFC 7638): what our keys are called. */
#ifndef LIBOIDC_THUMBPRINT_H
#define LIBOIDC_THUMBPRINT_H

#include <oidc/error.h>

/** Bytes of SHA-256; characters of it in base64url, and the NUL. */
#define THUMBPRINT_SIZE 32
#define THUMBPRINT_TEXT 44

/**
 * Base64url of the SHA-256 of the JWK that the required members of a key make (RFC 7638, 3).
 *
 * @param members  of a JWK, without the braces: the required ones of its kind and no other, in the
 *                 order of their names and without any blank (sections 3.2 and 3.3).
 * @return OIDC_OK, OIDC_E_MEMORY, OIDC_E_CRYPTO.
 */
OIDC_CHECKED oidc_code thumbprint(const char *members, char text[THUMBPRINT_TEXT],
                                  oidc_error *error);

#endif
