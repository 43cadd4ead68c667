/* Looking for text in text. */
#include "find.h"

#include <string.h>
#include <strings.h>

size_t find_bytes(const char *in, size_t in_size, const char *text, size_t size)
{
    for (size_t at = 0; at + size <= in_size; at++)
        if (in[at] == text[0] && memcmp(in + at, text, size) == 0)
            return at;
    return FIND_NONE;
}

const char *find_folded(const char *in, const char *word)
{
    size_t size = strlen(word);
    for (; *in != '\0'; in++)
        if (strncasecmp(in, word, size) == 0)
            return in;
    return NULL;
}
