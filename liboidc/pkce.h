/* Proof Key for Code Exchange (RFC 7636), method S256. */
#ifndef LIBOIDC_PKCE_H
#define LIBOIDC_PKCE_H

#include <oidc/error.h>

/** Random bytes of a code verifier (section 7.1 asks for 256 bits). */
#define PKCE_VERIFIER_SIZE 32

/** Characters of a verifier or a challenge, the NUL not counted. */
#define PKCE_TEXT_LENGTH 43

/** The verifier as it is sent: base64url of its random bytes (section 4.1). */
void pkce_verifier(const unsigned char bytes[PKCE_VERIFIER_SIZE], char text[PKCE_TEXT_LENGTH + 1]);

/** The challenge: base64url of the SHA-256 of the verifier's text (section 4.2). */
OIDC_CHECKED oidc_code pkce_challenge(const char verifier[PKCE_TEXT_LENGTH + 1],
                                      char challenge[PKCE_TEXT_LENGTH + 1], oidc_error *error);

#endif
