/* The looking through a file line by line: what its steps share. */
#ifndef PROPS_SURVEY_H
#define PROPS_SURVEY_H

#include "build.h"

/** A line with a key of the table, of the site or of an enabled provider. */
struct line {
    struct build *build;
    const struct file *file;
    const struct properties_entry *entry;
    enum keys_id id;
    enum keys_scope scope;
    char provider[KEYS_PROVIDER_MAX + 1]; /* "" for a key of the site */
    struct slice value;                   /* trimmed */
};

/** The line of an entry; false when its key is not in the table, or its provider's id cannot be
 * one. */
bool line_of(struct line *line, struct build *build, const struct file *file,
             const struct properties_entry *entry);

/** Whether a provider's switch is on as Java reads it, blanks aside; of the keys with a path, with
 * any of them. */
bool is_on(const struct file *file, enum keys_id id, const char *provider);

/** What it does to each reader when the key's value is wrong through and through. */
struct impact spoilt(const struct line *line);

/** Says of the finding just added that whatever else is found in the entry follows from it. */
void explain_entry(struct build *build, const struct properties_entry *entry);

/* --- steps; true when the value needs no further look -------------------------------------------
 */

/** Keys that nobody reads: misspelt, misplaced, unknown. */
void survey_name(struct build *build, const struct file *file, size_t index);
bool survey_template(const struct line *line);
bool survey_quotes(const struct line *line);
bool survey_encoding(const struct line *line);
void survey_blanks(const struct line *line);
/** A key that only releases read that the file is not for. */
void survey_release(const struct line *line);

/** A byte order mark; true when it makes the whole file unreadable. */
bool survey_mark(struct build *build, const struct file *file);
/** A line that a backslash made part of the one before. */
void survey_joined(struct build *build, const struct file *file,
                   const struct properties_entry *entry);
/** Keys that are not there. */
void survey_absent(struct build *build, const struct file *file);

#endif
