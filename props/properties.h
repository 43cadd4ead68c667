/*
 * A properties file as a document: what java.util.Properties.load makes of it, and where each thing
 * stood. Entries keep the file's order, and a key given twice stays visible.
 */
#ifndef PROPS_PROPERTIES_H
#define PROPS_PROPERTIES_H

#include <stdbool.h>
#include <stddef.h>

#include "lines.h"

/** Largest file that is read. A real one has a few kilobytes, a picture in a `link` a few hundred:
 * more than this is the wrong file. */
#define PROPERTIES_MAX_BYTES ((size_t)16 * 1024 * 1024)

/** Most entries. A provider has at most fifty, so this is more than the most providers of a site
 * need, and keeps memory and time bounded for a file that is not a properties file at all. */
#define PROPERTIES_MAX_ENTRIES ((size_t)5000)

/** No entry. */
#define PROPERTIES_NONE ((size_t)-1)

struct properties_entry {
    char *key;       /* Java text (utf16.h) */
    char *value;     /* Java text, trailing blanks kept as Java keeps them */
    struct place at; /* of the key */
    struct place value_at;
    struct place tail_at; /* of the first trailing blank as written, or just past the end */
    size_t raw_offset; /* what was written, continuations included: a slice of the file's bytes */
    size_t raw_size;
    size_t value_offset;  /* where in raw the value begins */
    size_t overridden_by; /* index of the next entry with this key, or PROPERTIES_NONE */
};

/** A malformed escape. Java stops there; we go on, so that all of them are known at once. */
struct properties_error {
    struct place at;       /* of the backslash */
    size_t entries_before; /* entries that Java has stored by then, when it is the first error */
};

struct properties {
    struct properties_entry *entries;
    size_t count;
    size_t capacity;
    struct properties_error *errors;
    size_t error_count;
    size_t error_capacity;
    size_t *sorted; /* indices of the entries by key, then order */
};

enum properties_result {
    PROPERTIES_OK, /* read; look at error_count for syntax errors */
    PROPERTIES_E_MEMORY,
    PROPERTIES_E_BYTES,   /* more than PROPERTIES_MAX_BYTES */
    PROPERTIES_E_ENTRIES, /* more than PROPERTIES_MAX_ENTRIES */
};

/**
 * Reads a document. Entries with a malformed escape are left out.
 *
 * @param document  overwritten; for properties_free, whatever the result.
 */
enum properties_result properties_parse(struct properties *document, const void *bytes,
                                        size_t size);

/** Frees; values are cleansed, since some are secrets. */
void properties_free(struct properties *document);

/** The entry that Java would answer for a key: the last one; NULL: none. */
const struct properties_entry *properties_find(const struct properties *document, const char *key);

#endif
