/* JSON from outside: bounded depth, no duplicate keys, typed getters. */
#ifndef LIBOIDC_JSON_H
#define LIBOIDC_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <jansson.h>

#include <oidc/error.h>

/** Reads exactly one JSON object in UTF-8 (RFC 8259), nothing behind it, no key twice, no U+0000 in
 * strings. @return new reference, or NULL: *reason is then a constant phrase for the log, to be
 * read behind the name of what was read ("the ID token is not JSON"). */
json_t *json_read_object(const void *bytes, size_t size, const char **reason);

/** The *reason, this very pointer, when memory ran out, as far as jansson tells: not the sender's
 * fault. */
extern const char json_no_memory[];

/** The string member, or NULL when it is missing, not a string or empty. Borrowed. */
const char *json_text(const json_t *object, const char *name);

/** Whether the member is there and not null. */
bool json_has(const json_t *object, const char *name);

/** A time or count: an integer, or a real without fraction, within ±2^53. False when it is anything
 * else (a string, 1e300, missing): *value is then left alone. */
bool json_whole_number(const json_t *object, const char *name, int64_t *value);

/** Whether the member is a string equal to text, or an array that has it. Array elements that are
 * no strings make it false. */
bool json_text_or_list_has(const json_t *object, const char *name, const char *text);

#endif
