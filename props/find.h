/* Looking for text in text. */
#ifndef PROPS_FIND_H
#define PROPS_FIND_H

#include <stddef.h>

/** Not there. */
#define FIND_NONE ((size_t)-1)

/** Where `size` bytes of `text` (at least one) first stand in a block; FIND_NONE: nowhere. */
size_t find_bytes(const char *in, size_t in_size, const char *text, size_t size);

/** The first place of a word in a string, ASCII capitals and small letters alike; NULL: none. */
const char *find_folded(const char *in, const char *word);

#endif
