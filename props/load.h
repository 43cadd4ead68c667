/* Files, folders and standard input to bytes: the only I/O there is in props. */
#ifndef PROPS_LOAD_H
#define PROPS_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "model.h"

/** A file that was read. Its bytes hold secrets. */
struct load_file {
    char *path; /* "-" for standard input */
    char *bytes;
    size_t size;
    size_t capacity;
    size_t order;
    bool from_folder;
    bool open_to_all; /* everybody on the machine may read it */
};

struct load {
    struct load_file *files;
    size_t count;
    size_t capacity;
    struct props_findings *findings; /* of the reading; load_build hands them on */
    size_t order;                    /* of the path or file at hand */
    bool unreadable;
    bool no_memory;
};

/**
 * Reads paths. A folder stands for the files that XNAT would load from it, in name order; "-" is
 * standard input where `with_input` is set. A path given twice is read once. Starts from a zeroed
 * struct; what cannot be read becomes a finding.
 *
 * @return false when memory is short, even to say so.
 */
bool load_paths(struct load *load, const char *const paths[], size_t count, bool with_input);

/** The model of what was read; takes the findings over. The bytes stay. */
enum props_result load_build(struct load *load, enum props_target target,
                             struct props_model **model);

/** Frees all, and cleanses the bytes. */
void load_free(struct load *load);

#endif
