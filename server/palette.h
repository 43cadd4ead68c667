/* The accent colours of a site, in both schemes: whether they can be read, and the style sheet that
 * has them. */
#ifndef SERVER_PALETTE_H
#define SERVER_PALETTE_H

#include <stdbool.h>

#include "text.h"

/** Bytes of a sentence that says why a colour is not taken. */
#define PALETTE_PROBLEM_SIZE 200

enum palette_scheme { PALETTE_LIGHT, PALETTE_DARK };

/**
 * Whether links and buttons of this colour can be read in a scheme.
 *
 * @param problem  set when not: names what it was measured against and the ratio.
 */
bool palette_check(enum palette_scheme scheme, const char *colour,
                   char problem[PALETTE_PROBLEM_SIZE]);

/** Adds the rules that put a site's colours over the style sheet's own. Both checked; dark NULL:
 * the light one, made as light as it takes. */
void palette_add(struct text *style, const char *light, const char *dark);

#endif
