/* The thumbprint of a public key. See thumbprint.h. */
#include "thumbprint.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base64url.h"
#include "buf.h"
#include "fail.h"

/* Most bytes of a JWK: the modulus of the largest RSA key that is ours takes some 700. */
#define JWK_MAX 2048

oidc_code thumbprint(const char *members, char text[THUMBPRINT_TEXT], oidc_error *error)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    struct buf jwk;
    oidc_code code = OIDC_OK;

    buf_init(&jwk, JWK_MAX);
    buf_addf(&jwk, "{%s}", members);
    ERR_set_mark();
    if (!buf_ok(&jwk))
        code = oidc_fail_memory(error);
    else if (EVP_Q_digest(NULL, "SHA256", NULL, jwk.data, jwk.size, hash, NULL) != 1)
        code = oidc_fail(error, OIDC_E_CRYPTO, "OpenSSL cannot compute SHA-256");
    else
        base64url_encode(hash, THUMBPRINT_SIZE, text);
    ERR_pop_to_mark();
    buf_free(&jwk);
    return code;
}
