/* Whole numbers in decimal digits. */
#ifndef SERVER_NUMBER_H
#define SERVER_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "ascii.h"

/** Reads the number at the start of a text. @param end  set to what follows it. @return false where
 * there is none, or it exceeds `most`. */
static inline bool number_read(const char *text, int64_t most, int64_t *number, const char **end)
{
    const char *at = text;

    *number = 0;
    for (; ascii_is_digit(*at) && *number <= most; at++)
        *number = *number * 10 + (*at - '0');
    *end = at;
    return at > text && *number <= most;
}

#endif
