/* Hexadecimal digits, and the escapes that URLs make of them. */
#ifndef SERVER_HEX_H
#define SERVER_HEX_H

#include <stddef.h>

/** What a digit stands for, in either case; -1 for what is none. */
static inline int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/** The byte that the escape (%XX) at the start of a text stands for; -1 where there is none. */
static inline int hex_escaped(const char *text, size_t size)
{
    if (size < 3 || text[0] != '%')
        return -1;
    const int high = hex_value(text[1]), low = hex_value(text[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

#endif
