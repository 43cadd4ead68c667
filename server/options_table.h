/* The table of options, from which the command line is read and the help and manual are printed. */
#ifndef SERVER_OPTIONS_TABLE_H
#define SERVER_OPTIONS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "options.h"

enum option_result {
    OPTION_TAKEN,
    OPTION_WRONG,  /* not a value this option takes */
    OPTION_ABSENT, /* this build has not the library it takes */
    OPTION_MEMORY,
};

struct option;

/** Reads a value into the field of `options` that the row names. */
typedef enum option_result option_reader(const struct option *option, const char *value,
                                         struct options *options);

/** Prints what an option asks for instead of setting anything. */
typedef void option_printer(FILE *out);

/** One option. */
struct option {
    const char *name;             /* without the leading "--" */
    const char *metavar;          /* what its value is called; NULL for a switch */
    option_reader *read;          /* or `print`; the other is NULL */
    option_printer *print;        /* after which the program ends */
    option_printer *print_manual; /* for the value "man", which those give who make the manual */
    size_t offset;                /* of the field in struct options */
    const char *standard;     /* the default, as it would be written; NULL where there is none */
    const char *otherwise;    /* what holds without the option, where no value says it; or NULL */
    const char *expected;     /* what a value must be: "a duration from 1s to 30d" */
    const char *help;         /* whole sentences; NULL: not explained */
    const char *const *words; /* of a choice: its words, NULL at the end; the value is the index */
    int64_t least, most;      /* bounds of numbers and durations */
    const char *library;      /* what it takes to be built with; or NULL */
    char letter;              /* that stands for it after one dash; NUL: none */
    char separator;           /* between values in the environment; NUL: takes one value */
    bool secret;              /* not for others to see: overwritten where it came from */
};

/** Most rows of the table. */
#define OPTIONS_TABLE_MAX 48

/** All options, in the order in which they are explained. */
extern const struct option options_table[];
extern const size_t options_table_size;

/** Prints the help of --help. */
void options_print_help(FILE *out);

/** Prints the list of options as it stands in the manual (mdoc). */
void options_print_manual(FILE *out);

/** Prints versions: ours, and those of the libraries that are loaded. */
void options_print_version(FILE *out);

#endif
