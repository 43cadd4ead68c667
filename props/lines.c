/* Bytes to logical lines. Java's own reading is the specification, its oddities included. */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

void lines_init(struct lines *lines, const void *bytes, size_t size)
{
    memset(lines, 0, sizeof *lines);
    lines->bytes = bytes;
    lines->size = size;
    lines->line = 1;
}

void lines_free(struct lines *lines)
{
    memory_free_cleansed(lines->text, lines->text_capacity);
    free(lines->pieces);
    memset(lines, 0, sizeof *lines);
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Takes one byte, and keeps count of natural lines; \r\n ends one line, not two. */
static char take(struct lines *lines)
{
    char c = (char)lines->bytes[lines->offset++];
    if (is_line_end(c)) {
        bool second_half =
            c == '\n' && lines->offset > 1 && lines->bytes[lines->offset - 2] == '\r';
        if (!second_half)
            lines->line++;
        lines->line_start = lines->offset;
    }
    return c;
}

static void skip_comment(struct lines *lines)
{
    while (lines->offset < lines->size)
        if (is_line_end(take(lines)))
            return;
}

/* Notes that the byte just taken begins a new stretch. */
static bool begin_piece(struct lines *lines)
{
    if (lines->text_size == 0)
        lines->piece_count = 0;
    if (!memory_grow(&lines->pieces, &lines->piece_capacity, lines->piece_count + 1,
                     sizeof *lines->pieces))
        return false;
    size_t offset = lines->offset - 1;
    lines->pieces[lines->piece_count++] =
        (struct line_piece){.at = lines->text_size,
                            .offset = offset,
                            .place = {lines->line, offset - lines->line_start + 1}};
    return true;
}

static bool append(struct lines *lines, char c)
{
    if (!memory_grow(&lines->text, &lines->text_capacity, lines->text_size + 1, 1))
        return false;
    lines->text[lines->text_size++] = c;
    lines->text_end = lines->offset;
    return true;
}

/* What lines_next has seen so far of the line it reads. */
struct progress {
    bool skipping;  /* white space in front of a natural line */
    bool continued; /* that natural line continues the one before */
    bool backslash; /* an odd number of backslashes stands just before */
    bool fresh;     /* the next byte kept begins a stretch */
};

/* The byte is part of the line. */
static bool keep(struct lines *lines, struct progress *seen, char c)
{
    if (seen->fresh && !begin_piece(lines))
        return false;
    seen->fresh = false;
    seen->backslash = c == '\\' && !seen->backslash;
    return append(lines, c);
}

/* A natural line ended after something was kept. True when the logical line ended, too. */
static bool end_of_line(struct lines *lines, struct progress *seen, char c)
{
    if (!seen->backslash || lines->offset >= lines->size)
        return true;
    lines->text_size--;
    if (c == '\r' && lines->bytes[lines->offset] == '\n')
        (void)take(lines);
    *seen = (struct progress){.skipping = true, .continued = true};
    return false;
}

enum lines_result lines_next(struct lines *lines)
{
    struct progress seen = {.skipping = true};
    lines->text_size = 0;
    lines->piece_count = 0;
    while (lines->offset < lines->size) {
        char c = take(lines);
        if (seen.skipping) {
            if (lines_is_blank(c) || (!seen.continued && is_line_end(c)))
                continue;
            seen = (struct progress){.fresh = true};
        }
        /* Also after a natural line that was a lone backslash: Java looks at what it has kept. */
        if (lines->text_size == 0 && (c == '#' || c == '!')) {
            skip_comment(lines);
            seen = (struct progress){.skipping = true};
        } else if (!is_line_end(c)) {
            if (!keep(lines, &seen, c))
                return LINES_E_MEMORY;
        } else if (lines->text_size == 0) {
            seen = (struct progress){.skipping = true};
        } else if (end_of_line(lines, &seen, c)) {
            break;
        }
    }
    if (lines->text_size == 0)
        return LINES_END;
    if (seen.backslash)
        lines->text_size--;
    return LINES_READ;
}

/* The piece that the byte `at` stands in; NULL: the line is empty. */
static const struct line_piece *piece_of(const struct lines *lines, size_t at)
{
    size_t i = lines->piece_count;
    while (i > 1 && lines->pieces[i - 1].at > at)
        i--;
    return i == 0 ? NULL : &lines->pieces[i - 1];
}

struct place lines_place(const struct lines *lines, size_t at)
{
    const struct line_piece *piece = piece_of(lines, at);
    if (piece == NULL)
        return (struct place){1, 1};
    return (struct place){piece->place.line, piece->place.column + (at - piece->at)};
}

size_t lines_offset(const struct lines *lines, size_t at)
{
    const struct line_piece *piece = piece_of(lines, at);
    return piece == NULL ? 0 : piece->offset + (at - piece->at);
}
