/* Texts put together. Include after cmocka.h. */
#ifndef TESTS_SUPPORT_JOINED_H
#define TESTS_SUPPORT_JOINED_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Two texts, one behind the other. For free(). */
static inline char *joined(const char *one, const char *two)
{
    size_t size = strlen(one) + strlen(two) + 1;
    char *text = malloc(size);

    assert_non_null(text);
    (void)snprintf(text, size, "%s%s", one, two);
    return text;
}

#endif
