/* Characters of ASCII, whatever the locale: sets of them for strspn, and letters and digits. */
#ifndef SERVER_ASCII_H
#define SERVER_ASCII_H

#include <stdbool.h>

#define ASCII_DIGITS "0123456789"
#define ASCII_SMALL_LETTERS "abcdefghijklmnopqrstuvwxyz"
#define ASCII_LETTERS ASCII_SMALL_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define ASCII_ALPHANUMERIC ASCII_LETTERS ASCII_DIGITS

/** What an IPv6 address is written in. */
#define ASCII_IPV6 ASCII_DIGITS "abcdefABCDEF:."

static inline bool ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool ascii_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool ascii_is_alphanumeric(char c)
{
    return ascii_is_letter(c) || ascii_is_digit(c);
}

#endif
