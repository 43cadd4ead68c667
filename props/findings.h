/* Remarks on a file: what is wrong, where, what it does to users, what to do about it. */
#ifndef PROPS_FINDINGS_H
#define PROPS_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

enum props_severity { PROPS_INFO, PROPS_WARNING, PROPS_ERROR };

struct props_finding {
    const char *code; /* stable, from the table of rules */
    enum props_severity severity;
    char *file;
    size_t line;   /* from 1; 0: about the file as a whole */
    size_t column; /* from 1, in bytes; 0 with line 0 */
    char *key;     /* as written, or "" */
    char *message; /* never holds the value of a secret key */
    char *hint;    /* or "" */
};

struct props_findings;

size_t props_findings_count(const struct props_findings *findings);
size_t props_findings_errors(const struct props_findings *findings);

/** In the order of files and lines; NULL past the end. */
const struct props_finding *props_findings_at(const struct props_findings *findings, size_t index);

#endif
