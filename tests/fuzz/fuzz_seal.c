/* What a browser may bring as a sealed text, and the file of keys: the input is tried as each. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "liboidc/sealing.h"
#include "liboidc/secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char key[] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

static void open_as(oidc_keyring *ring, enum seal_purpose purpose, const uint8_t *data, size_t size)
{
    void *plain = NULL;
    size_t plain_size = 0;
    oidc_error error;
    oidc_code code =
        seal_open(ring, purpose, (const char *)data, size, &plain, &plain_size, &error);
    oidc_code invalid = purpose == SEAL_STATE ? OIDC_E_STATE_INVALID : OIDC_E_SESSION_INVALID;

    if (code != OIDC_OK && code != invalid)
        abort();
    if ((code == OIDC_OK) != (plain != NULL))
        abort();
    secret_free(plain, plain_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static oidc_keyring *ring;
    oidc_keyring *read = NULL;
    oidc_error error;

    if (!ring && oidc_keyring_parse(key, strlen(key), &ring, &error) != OIDC_OK)
        abort();
    for (int purpose = 0; purpose < SEAL_PURPOSES; purpose++)
        open_as(ring, (enum seal_purpose)purpose, data, size);
    if (oidc_keyring_parse((const char *)data, size, &read, &error) == OIDC_OK)
        oidc_keyring_unref(&read);
    return 0;
}
