/* Cookie headers: what is left without ours is exactly the other cookies, in their order. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "server/cookie.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool next_of_others(const char **rest, struct cookie *cookie)
{
    while (cookie_next(rest, cookie))
        if (!cookie_is_ours(cookie))
            return true;
    return false;
}

static bool is_same(const struct cookie *a, const struct cookie *b)
{
    return a->name_size == b->name_size && a->value_size == b->value_size &&
           memcmp(a->name, b->name, a->name_size) == 0 &&
           memcmp(a->value, b->value, a->value_size) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *header = malloc(size + 1), *left = NULL;
    struct cookie before, after;

    if (!header)
        return 0;
    memcpy(header, data, size);
    header[size] = '\0';
    if (cookie_without_ours(header, NULL, &left)) {
        const char *rest_before = header, *rest_after = left;
        while (next_of_others(&rest_before, &before))
            if (!cookie_next(&rest_after, &after) || !is_same(&before, &after))
                abort();
        if (cookie_next(&rest_after, &after))
            abort();
    }
    free(left);
    free(header);
    return 0;
}
