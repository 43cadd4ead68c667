/* One run over command line and environment. Private to options.c and options_environment.c. */
#ifndef SERVER_OPTIONS_READING_H
#define SERVER_OPTIONS_READING_H

#include "options.h"
#include "options_table.h"

/** Goes on after a mistake, so that all are told at once. */
struct reading {
    struct options *options;
    FILE *out;
    FILE *err;
    bool given[OPTIONS_TABLE_MAX]; /* on the command line or in the environment */
    bool wrong;
    bool done; /* something was printed that was asked for */
};

/** Tells of a mistake. */
__attribute__((format(printf, 2, 3))) void options_complain(struct reading *reading,
                                                            const char *format, ...);

/** Gives a value to an option. @param source  how the person named it: option or variable. */
void options_take(struct reading *reading, const struct option *option, const char *source,
                  const char *value);

/** Whoever may list processes may read their command lines, and this user's other processes their
 * environments (proc(5)): what is secret does not stay there. */
void options_hide(const struct option *option, char *value, char blot);

/** The option that was probably meant: nearly the same, the same cut short, or (the longest) drawn
 * out; NULL for none. */
const struct option *options_guess(const char *name);

/** Takes a variable, NAME=value, if it belongs to an option that has not been given yet.
 * A name that is nearly an option's is complained of, so that a misspelt one does not go unnoticed;
 * other unknown names are passed over here, and options_strange_variables tells of them. */
void options_take_variable(struct reading *reading, char *entry);

#endif
