/* Hexadecimal digits, of escapes in files and in URLs. */
#ifndef PROPS_HEX_H
#define PROPS_HEX_H

/** What a digit stands for, in capitals or small letters; -1: it is none. */
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

#endif
