/* Header fields by name: which never travel, which are removed from what comes from outside. */
#ifndef SERVER_FIELDS_H
#define SERVER_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Whether a server or framework could fold this name into one that begins with the identity prefix:
 * letters in any case, and every character but letters and digits taken as a separator or dropped
 * (`_`, `.`, blanks).
 */
bool field_is_identity(const char *name, const char *prefix);

/** Hop-by-hop (RFC 9110, 7.6.1): a fixed list, and what this message's Connection header
 * names. @param connection value of Connection, or NULL. */
bool field_is_hop_by_hop(const char *name, const char *connection);

/** Whether a header name is a token (RFC 9110, 5.6.2). */
bool field_name_is_valid(const char *name);

/** Takes the blanks (RFC 9110, 5.6.3: spaces and tabs) off both ends of a stretch. */
void field_trim(const char **start, size_t *size);

/** Whether a comma-separated list has this word, without regard to case. Published for its test. */
bool field_list_has(const char *list, const char *word);

#endif
