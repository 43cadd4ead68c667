/* How far two words are apart. */
#ifndef PROPS_EDITS_H
#define PROPS_EDITS_H

#include "values.h"

/** Longest word that is compared. */
#define EDITS_ROOM 160

/**
 * How many letters must be added, dropped or replaced to make one word of the other, capitals not
 * counted (Levenshtein).
 *
 * @param most  beyond this the answer is most + 1.
 */
size_t edits_between(struct slice a, struct slice b, size_t most);

#endif
