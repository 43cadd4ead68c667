/* A JWK Set as a provider may send it: read, or refused, and every key that is kept is usable. */
#include <stdint.h>
#include <stdlib.h>

#include "liboidc/jwks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jwks *set = NULL;
    oidc_error error;

    oidc_code code = jwks_parse(data, size, &set, &error);
    if (code == OIDC_E_MEMORY)
        abort(); /* bad input is never mistaken for a lack of memory */
    if (code == OIDC_OK)
        for (size_t i = 0; i < set->count; i++)
            if (!set->keys[i].key || set->keys[i].algorithms == 0)
                abort();
    jwks_free(&set);
    return 0;
}
