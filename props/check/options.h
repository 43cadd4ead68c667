/* The command line of oidc-check. */
#ifndef PROPS_CHECK_OPTIONS_H
#define PROPS_CHECK_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "props/findings.h"

enum check_format { CHECK_TEXT, CHECK_JSON, CHECK_SARIF };

/** What is asked for; the findings, unless something else is. */
enum check_task {
    CHECK_FINDINGS,
    CHECK_REDIRECT_URI,
    CHECK_EFFECTIVE,
    CHECK_DUMP,
    CHECK_EXPLAIN,
    CHECK_LIST_RULES,
    CHECK_LIST_KEYS,
    CHECK_HELP,
    CHECK_VERSION
};

struct check_options {
    enum check_format format;
    enum props_target target;
    enum check_task task;
    bool strict;
    bool online;
    const char *ca_file; /* or NULL */
    const char *topic;   /* of CHECK_EXPLAIN */
    const char **paths;  /* pieces of argv; the array is for free */
    size_t path_count;
};

/** A row of the table of options: the parser, --help and the manual draw on it. */
struct check_option {
    const char *name;    /* without its dashes */
    const char *metavar; /* NULL: takes no value */
    const char *help;    /* one sentence or more, for the manual and --help */
    bool (*read)(struct check_options *options, const char *value);
    enum check_task task; /* where read is NULL: what the option asks for */
    char letter;          /* that stands for it after one dash; NUL: none */
};

/** The rows; ends with one whose name is NULL. */
extern const struct check_option check_options_table[];

/** Reads the command line. Says on standard error what is wrong with it and returns false. Memory
 * being short is said too. Values are pieces of argv. */
bool check_options_read(struct check_options *options, int argc, char *argv[]);

void check_options_free(struct check_options *options);

/** --help. */
void check_options_print(FILE *out);

#endif
