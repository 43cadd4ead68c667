/* What every cmocka test of ours begins with: the headers that cmocka wants before its own. */
#ifndef TESTS_SUPPORT_CHECK_H
#define TESTS_SUPPORT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/** How often a text has another in it. */
static inline size_t times_in(const char *text, const char *needle)
{
    size_t count = 0;
    for (; (text = strstr(text, needle)); text++)
        count++;
    return count;
}

#endif
