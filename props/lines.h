/*
 * From the bytes of a file to logical lines, as java.util.Properties.load cuts them.
 *
 * A logical line is a natural line without its leading white space, joined with the lines that it
 * continues on. Comments and blank lines are left out. Every byte of it knows where it stood.
 */
#ifndef PROPS_LINES_H
#define PROPS_LINES_H

#include <stdbool.h>
#include <stddef.h>

/** A position in a file. Columns count bytes. Both start from 1. */
struct place {
    size_t line;
    size_t column;
};

/** A stretch of a logical line that stands together in the file. */
struct line_piece {
    size_t at;     /* where it begins in the logical line */
    size_t offset; /* where it begins in the file */
    struct place place;
};

struct lines {
    const unsigned char *bytes; /* borrowed */
    size_t size;
    size_t offset;     /* of the next byte to take */
    size_t line;       /* the natural line it stands on */
    size_t line_start; /* offset of that line's first byte */

    /* the logical line last read; the bytes are the file's, not NUL-terminated */
    char *text;
    size_t text_size;
    size_t text_capacity;
    struct line_piece *pieces;
    size_t piece_count;
    size_t piece_capacity;
    size_t text_end; /* offset in the file where the line ends */
};

enum lines_result { LINES_READ, LINES_END, LINES_E_MEMORY };

void lines_init(struct lines *lines, const void *bytes, size_t size);
void lines_free(struct lines *lines);

/** Reads the next logical line into text. It may be empty: a lone backslash at the end of a file is
 * an entry with empty key and value. */
enum lines_result lines_next(struct lines *lines);

/** Where the byte `at` of the logical line (at most text_size) stands in the file. */
struct place lines_place(const struct lines *lines, size_t at);

/** The same as an offset in the file. */
size_t lines_offset(const struct lines *lines, size_t at);

/** White space in the sense of java.util.Properties. */
static inline bool lines_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f';
}

#endif
