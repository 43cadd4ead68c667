/* UTF-8 (RFC 3629), one character at a time: what may stand in a log line, a name or a header. */
#ifndef PROPS_UTF8_H
#define PROPS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Reads the character at the start of size bytes.
 *
 * @param character  set to its code point.
 * @return how many bytes it takes, 1 to 4; 0 when they are not well-formed UTF-8 (too long, a
 *         surrogate, above U+10FFFF, cut off) or size is 0.
 */
size_t utf8_read(const void *bytes, size_t size, uint32_t *character);

/** Whether a character is a control character: C0, DEL or C1. */
bool utf8_is_control(uint32_t character);

/** Whether a character can stand in a line of a log without changing how the line is read: no
 * control, no line or paragraph separator, no mark that turns the direction of writing. */
bool utf8_is_plain(uint32_t character);

/** Whether a text is well-formed and has no control character. */
bool utf8_text_is_clean(const char *text);

#endif
