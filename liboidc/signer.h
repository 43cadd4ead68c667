/* Signing what is handed off: JWS with ES256 (RFC 7515; RFC 7518, 3.4). */
#ifndef LIBOIDC_SIGNER_H
#define LIBOIDC_SIGNER_H

#include <oidc/handoff.h>

/** Most bytes of a payload: more than any identity comes to. */
#define SIGNER_PAYLOAD_MAX ((size_t)64 * 1024)

/** The public key as a JWK, for a set of several. Borrowed. */
const char *signer_jwk(const oidc_signer *signer);

/**
 * Signs a payload. Safe in any thread.
 *
 * @param token  new, in compact serialization, for secret_free_text; its header is
 *               {"alg":"ES256","kid":…,"typ":"JWT"}.
 * @return OIDC_OK, OIDC_E_USAGE for a payload that is too long, OIDC_E_MEMORY, OIDC_E_CRYPTO.
 */
OIDC_CHECKED oidc_code signer_sign(const oidc_signer *signer, const char *payload, size_t size,
                                   char **token, oidc_error *error);

#endif
