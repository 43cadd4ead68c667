/* A text that grows: how pages, metrics and help are put together. */
#ifndef SERVER_TEXT_H
#define SERVER_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/** Begins as {0}. An addition that finds no memory makes the text bad, and it stays bad, so that a
 * chain of additions needs one check at its end: text_steal(). */
struct text {
    char *data; /* NULL while empty, else NUL-terminated */
    size_t size;
    size_t capacity;
    bool bad;
};

void text_add(struct text *text, const char *data, size_t size);
void text_adds(struct text *text, const char *string);
__attribute__((format(printf, 2, 3))) void text_addf(struct text *text, const char *format, ...);

/** Hands the text over (new, for free(); "" for an empty one) and empties it; NULL when it is bad.
 */
char *text_steal(struct text *text);

#endif
