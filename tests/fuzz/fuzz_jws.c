/* A token and the keys to verify it with: the first line is the token, the rest a JWK Set. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "liboidc/jws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct jws_codes codes = {
    .malformed = OIDC_E_ID_TOKEN_MALFORMED,
    .encrypted = OIDC_E_ID_TOKEN_ENCRYPTED,
    .algorithm = OIDC_E_ID_TOKEN_ALGORITHM,
    .key = OIDC_E_ID_TOKEN_KEY,
    .signature = OIDC_E_ID_TOKEN_SIGNATURE,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    struct jwks *keys = NULL;
    json_t *payload = NULL;
    unsigned algorithm = 0;
    oidc_error error;

    if (!end)
        return 0;
    char *token = strndup((const char *)data, (size_t)(end - data));
    size_t left = size - (size_t)(end - data) - 1;
    if (token && jwks_parse(end + 1, left, &keys, &error) == OIDC_OK) {
        oidc_code code = jws_verify(token, keys, ~0U, &codes, &algorithm, &payload, &error);
        if (code == OIDC_E_MEMORY || code == OIDC_E_CRYPTO)
            abort(); /* bad input is never mistaken for our own trouble */
        if ((code == OIDC_OK) != json_is_object(payload) || (code == OIDC_OK) != (algorithm != 0))
            abort();
    }
    json_decref(payload);
    jwks_free(&keys);
    free(token);
    return 0;
}
