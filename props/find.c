/* Looking for text in text. */
#include "find.h"

#include <string.h>
#include <strings.h>

char *find_bytes(const char *in, size_t in_size, const char *text, size_t size)
{
    const char *end = in + in_size;
    for (const char *at = in; (size_t)(end - at) >= size; at++) {
        at = memchr(at, text[0], (size_t)(end - at) - size + 1);
        if (at == NULL)
            return NULL;
        if (memcmp(at, text, size) == 0)
            return (char *)at;
    }
    return NULL;
}

const char *find_folded(const char *in, const char *word)
{
    size_t size = strlen(word);
    for (; *in != '\0'; in++)
        if (strncasecmp(in, word, size) == 0)
            return in;
    return NULL;
}
