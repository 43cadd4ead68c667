/* UTF-8, one character at a time (RFC 3629), whatever the bytes. */
#ifndef SERVER_UTF8_H
#define SERVER_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Stands for bytes that are no character. */
#define UTF8_REPLACEMENT 0xFFFDu

/**
 * Reads the character at the start of the bytes.
 *
 * @param size  at least 1.
 * @return how many bytes it takes, at least 1. *character is UTF8_REPLACEMENT, and the answer 1,
 * when the bytes are malformed, overlong, a surrogate or cut short.
 */
size_t utf8_next(const char *bytes, size_t size, uint32_t *character);

/** Whether a character controls how text is shown rather than being shown: C0, DEL, C1, line and
 * paragraph separators, and the marks that reorder text. Such a character forges lines in a log and
 * names on a page. */
bool utf8_is_steering(uint32_t character);

#endif
