/* Remarks on a file: what is wrong, where, what it does to users, what to do about it. */
#ifndef PROPS_FINDINGS_H
#define PROPS_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

/** Error: for a reader of the file nobody, or a whole group, can sign in; or an access restriction
 * that was asked for is off. Warning: works with some releases or providers only, is insecure, or a
 * key is silently ignored. Info: against the documents, without effect. */
enum props_severity { PROPS_NONE, PROPS_INFO, PROPS_WARNING, PROPS_ERROR };

/** Who will read the files. PROPS_AUTO: the sidecar, and the generation of XNAT's plugin that each
 * file's layout implies. */
enum props_target {
    PROPS_AUTO,
    PROPS_SIDECAR,
    PROPS_PLUGIN_1_0,
    PROPS_PLUGIN_1_3,
    PROPS_PLUGIN_1_6
};

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
