/* Looking for text in text. */
#ifndef PROPS_FIND_H
#define PROPS_FIND_H

#include <stddef.h>

/** The first place of `size` bytes of `text` (at least one) in a block; NULL: none. */
char *find_bytes(const char *in, size_t in_size, const char *text, size_t size);

/** The first place of a word in a string, ASCII capitals and small letters alike; NULL: none. */
const char *find_folded(const char *in, const char *word);

#endif
