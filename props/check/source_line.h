/* A line of a file, fit to be shown: no secret, nothing that steers a terminal. */
#ifndef PROPS_CHECK_SOURCE_LINE_H
#define PROPS_CHECK_SOURCE_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "props/load.h"
#include "props/properties.h"

/** Most bytes of a line that are shown. */
#define SOURCE_LINE_MAX 400

struct source_line {
    char text[SOURCE_LINE_MAX + 1];
    size_t caret; /* offset in the text of the column asked for */
};

/** A file, parsed, to show lines of. */
struct source {
    const struct load_file *file;
    struct properties document;
    bool whole; /* no error kept it from being parsed */
};

/** @return false when memory is short. */
bool source_open(struct source *source, const struct load_file *file);
void source_close(struct source *source);

/**
 * The line at `line` with a caret below `column`.
 *
 * Only what belongs to a known key that holds no secret is shown in full. Of other entries the
 * value is left out; of a line that is no entry, everything.
 *
 * @return false when there is nothing to show.
 */
bool source_line(const struct source *source, size_t line, size_t column,
                 struct source_line *shown);

#endif
