/* <oidc/text.h>: props/utf8.h for callers that go on reading after malformed bytes. */
#include <oidc/text.h>

#include "props/utf8.h"

size_t oidc_text_next(const char *bytes, size_t size, uint32_t *character)
{
    const size_t read = utf8_read(bytes, size, character);

    if (read > 0)
        return read;
    *character = OIDC_TEXT_REPLACEMENT;
    return 1;
}

bool oidc_text_is_steering(uint32_t character)
{
    return !utf8_is_plain(character);
}
