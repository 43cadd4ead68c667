/* How far two words are apart. */
#include "edits.h"

#include "ascii.h"

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

size_t edits_between(struct slice a, struct slice b, size_t most)
{
    size_t row[EDITS_ROOM + 1];
    if (b.size > EDITS_ROOM || a.size > b.size + most || b.size > a.size + most)
        return most + 1;
    for (size_t j = 0; j <= b.size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.size; i++) {
        size_t diagonal = row[0];
        size_t best = row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            size_t replaced = diagonal + (ascii_lower(a.at[i - 1]) != ascii_lower(b.at[j - 1]));
            diagonal = row[j];
            row[j] = least(replaced, row[j] + 1, row[j - 1] + 1);
            best = row[j] < best ? row[j] : best;
        }
        if (best > most)
            return most + 1;
    }
    return row[b.size] > most ? most + 1 : row[b.size];
}
