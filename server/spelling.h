/* Near misses: which known word was probably meant. */
#ifndef SERVER_SPELLING_H
#define SERVER_SPELLING_H

#include <stdbool.h>

/** Longest word that is compared. */
#define SPELLING_MAX 48

/** Whether at most two letters must be put in, taken out or replaced to make one word the other. */
bool spelling_is_near(const char *word, const char *known);

#endif
