/* What stands in a sealed state: only what we write is read, so writing it again gives it back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "liboidc/sealing.h"
#include "liboidc/secret.h"
#include "liboidc/state.h"
#include "tests/fuzz/require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_again(oidc_keyring *ring, const struct login_state *state, const uint8_t *data,
                        size_t size)
{
    char *sealed = NULL;
    void *plain = NULL;
    size_t plain_size = 0;

    require(login_state_seal(state, ring, &sealed, NULL) == OIDC_OK);
    require(seal_open(ring, SEAL_STATE, sealed, strlen(sealed), &plain, &plain_size, NULL) ==
            OIDC_OK);
    require(plain_size == size && memcmp(plain, data, size) == 0);
    secret_free(plain, plain_size);
    free(sealed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static oidc_keyring *ring;
    struct login_state *state = NULL;
    char *sealed = NULL;
    oidc_error error = {.code = OIDC_OK};

    if (!ring)
        require(oidc_keyring_generate(&ring, NULL) == OIDC_OK);
    if (size > OIDC_SEAL_PLAIN_MAX)
        return 0;
    require(seal_text(ring, SEAL_STATE, data, size, &sealed, NULL) == OIDC_OK);
    oidc_code code = login_state_open(ring, sealed, strlen(sealed), &state, &error);
    require(code == OIDC_OK || code == OIDC_E_STATE_INVALID);
    if (code == OIDC_OK)
        check_again(ring, state, data, size);
    login_state_free(&state);
    free(sealed);
    return 0;
}
