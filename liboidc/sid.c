/* A provider's session, digested. See sid.h. */
#include "sid.h"

#include <string.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "base64url.h"
#include "fail.h"

#define DIGEST_KEPT 16

oidc_code sid_digest(const char *sid, char text[OIDC_PROVIDER_SESSION_LENGTH + 1],
                     oidc_error *error)
{
    unsigned char hash[EVP_MAX_MD_SIZE];

    text[0] = '\0';
    if (!sid || !*sid)
        return OIDC_OK;
    ERR_set_mark();
    int hashed = EVP_Q_digest(NULL, "SHA256", NULL, sid, strlen(sid), hash, NULL);
    ERR_pop_to_mark();
    if (hashed != 1)
        return oidc_fail(error, OIDC_E_CRYPTO, "OpenSSL cannot compute SHA-256");
    base64url_encode(hash, DIGEST_KEPT, text);
    return OIDC_OK;
}
