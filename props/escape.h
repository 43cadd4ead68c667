/* One key or value as it was written, to the text that Java makes of it. */
#ifndef PROPS_ESCAPE_H
#define PROPS_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/** Bytes that escape_decode may write for `size` bytes: a Latin-1 byte takes two, an escape no more
 * than it had; one for the NUL. */
#define ESCAPE_ROOM(size) (2 * (size) + 1)

/**
 * Reads ISO-8859-1 with the escapes of java.util.Properties.
 *
 * @param to      room for ESCAPE_ROOM(size) bytes; gets a Java text (utf16.h), NUL-terminated.
 * @param bad_at  set to the place of the backslash when an escape is malformed.
 * @return false when an escape is malformed: Java would throw.
 */
bool escape_decode(const char *written, size_t size, char *to, size_t *bad_at);

#endif
