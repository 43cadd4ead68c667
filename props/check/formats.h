/* The ways in which oidc-check writes what it found. Each returns false when memory is short; what
 * could not be written shows in ferror(out). */
#ifndef PROPS_CHECK_FORMATS_H
#define PROPS_CHECK_FORMATS_H

#include <stdbool.h>
#include <stdio.h>

#include "site.h"

/** How text is laid out. */
struct text_style {
    bool colour;
    size_t width; /* columns to wrap at; 0: not at all */
    bool strict;
};

/** For people: each finding with its line, a caret and the cure; a count at the end. */
bool text_write(const struct check_site *site, const struct text_style *style, FILE *out);

/** The style that fits a stream: colour and its width on a terminal, neither elsewhere. */
struct text_style text_style_of(FILE *out);

/** DESIGN 7: an object a file, in an array when there are several. */
bool json_write(const struct check_site *site, FILE *out);

/** SARIF 2.1.0, with the whole table of rules. */
bool sarif_write(const struct check_site *site, FILE *out);

/** Keys and values as Java reads them. A file with a syntax error is said on standard error, and
 * sets *broken. */
bool dump_write(const struct check_site *site, FILE *out, bool *broken);

/** The configuration as the sidecar would use it. */
bool effective_write(const struct check_site *site, FILE *out);

/** The manual of a rule or key. @return false when there is none of that name; standard error says
 * what is near. */
bool explain_write(const char *topic, FILE *out);

/** Lists of rules and keys, as lines or as a JSON array. @return false: memory. */
bool list_rules(bool json, FILE *out);
bool list_keys(bool json, FILE *out);

#endif
