/* Fuzzes the file of the assertion's key: what is taken signs, and publishes its public half
 * alone. */
#include <stdint.h>
#include <string.h>
#include <jansson.h>

#include "liboidc/secret.h"
#include "liboidc/signer.h"
#include "tests/fuzz/require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(oidc_signer *signer)
{
    json_t *set = json_loads(oidc_signer_jwks(signer), 0, NULL);
    json_t *keys = json_object_get(set, "keys");
    char *token = NULL;

    require(json_array_size(keys) >= 1);
    for (size_t i = 0; i < json_array_size(keys); i++) {
        json_t *key = json_array_get(keys, i);

        require(json_object_get(key, "x") != NULL && json_object_get(key, "d") == NULL);
    }
    json_decref(set);
    require(signer_sign(signer, "{}", 2, &token, NULL) == OIDC_OK);
    secret_free_text(token);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    oidc_signer *signer = NULL;
    oidc_error error = {.code = OIDC_OK};
    oidc_code code = oidc_signer_parse(data, size, &signer, &error);

    require(code != OIDC_E_MEMORY && (code == OIDC_OK) == (signer != NULL));
    if (signer)
        check(signer);
    else
        require(strpbrk(error.detail, "\r\n\x1b") == NULL);
    oidc_signer_unref(&signer);
    return 0;
}
