/* Proof Key for Code Exchange. See pkce.h. */
#include "pkce.h"

#include <openssl/evp.h>

#include "base64url.h"
#include "fail.h"

#define SHA256_SIZE 32

void pkce_verifier(const unsigned char bytes[PKCE_VERIFIER_SIZE], char text[PKCE_TEXT_LENGTH + 1])
{
    base64url_encode(bytes, PKCE_VERIFIER_SIZE, text);
}

oidc_code pkce_challenge(const char verifier[PKCE_TEXT_LENGTH + 1],
                         char challenge[PKCE_TEXT_LENGTH + 1], oidc_error *error)
{
    unsigned char hash[SHA256_SIZE];

    if (EVP_Digest(verifier, PKCE_TEXT_LENGTH, hash, NULL, EVP_sha256(), NULL) != 1)
        return oidc_fail(error, OIDC_E_CRYPTO, "OpenSSL cannot compute SHA-256");
    base64url_encode(hash, sizeof hash, challenge);
    return OIDC_OK;
}
