/* Near misses, by Levenshtein's distance. */
#include "spelling.h"

#include <string.h>

#define NEAR 2u

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    const unsigned ab = a < b ? a : b;
    return ab < c ? ab : c;
}

bool spelling_is_near(const char *word, const char *known)
{
    const size_t word_size = strlen(word), known_size = strlen(known);
    if (word_size > SPELLING_MAX || known_size > SPELLING_MAX)
        return false;

    /* row[j]: distance between what was read of `word` and the first j letters of `known` */
    unsigned row[SPELLING_MAX + 1];
    for (unsigned j = 0; j <= known_size; j++)
        row[j] = j;
    for (unsigned i = 1; i <= word_size; i++) {
        unsigned diagonal = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= known_size; j++) {
            const unsigned replaced = diagonal + (word[i - 1] != known[j - 1]);
            diagonal = row[j];
            row[j] = least(row[j] + 1, row[j - 1] + 1, replaced);
        }
    }
    return row[known_size] <= NEAR;
}
