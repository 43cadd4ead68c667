/* Hexadecimal digits. */
#ifndef SERVER_HEX_H
#define SERVER_HEX_H

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

#endif
