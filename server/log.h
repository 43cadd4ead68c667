/* One event a line on standard error: stable names, typed fields, nothing secret. */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_format { LOG_FORMAT_JSON, LOG_FORMAT_TEXT };
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

/** What the levels are called, by enum log_level; NULL at the end. */
extern const char *const log_level_words[];

struct log_field {
    const char *name;
    enum { LOG_FIELD_TEXT, LOG_FIELD_NUMBER, LOG_FIELD_BOOL } kind;
    const char *text; /* NULL: the field is left out */
    int64_t number;
};

#define LOG_TEXT(name, text) ((struct log_field){(name), LOG_FIELD_TEXT, (text), 0})
#define LOG_NUMBER(name, number)                                                                   \
    ((struct log_field){(name), LOG_FIELD_NUMBER, "", (int64_t)(number)})
#define LOG_BOOL(name, value) ((struct log_field){(name), LOG_FIELD_BOOL, "", (value) ? 1 : 0})

/** Sets how all threads log. Called before threads start. */
void log_setup(enum log_format format, enum log_level level);

/** Whether events of a level are written: spare the work of making their fields. */
bool log_wants(enum log_level level);

/**
 * Writes one line: {"time":…,"level":…,"event":…,fields…}. Values are escaped, and cut at 1 KiB
 * each; malformed UTF-8 becomes U+FFFD. Any thread. Never fails visibly: a log that cannot be
 * written must not stop a sign-in. Nor does one that nobody reads: after a quarter of a second in
 * all, lines are dropped until standard error takes them again, and then "log_lines_lost" has their
 * number.
 */
void log_write(enum log_level level, const char *event, const struct log_field *fields,
               size_t count);

/** log_event(LOG_INFO, "started", LOG_TEXT("listen", …), …) */
#define log_event(level, event, ...)                                                               \
    log_write((level), (event), (const struct log_field[]){__VA_ARGS__},                           \
              sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

#endif
