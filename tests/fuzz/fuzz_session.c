/* What stands in a sealed session: only what we write is read, so writing it again gives it back.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "liboidc/session_plain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned char again[SESSION_PLAIN_MAX];
    oidc_session *session = NULL;
    oidc_error error;

    if (session_read(data, size, &session, &error) == OIDC_OK &&
        (session_write(session, again) != size || memcmp(again, data, size) != 0))
        abort();
    oidc_session_free(&session);
    return 0;
}
