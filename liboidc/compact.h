/* Compact serializations: texts with dots between them (RFC 7515, 7.1; RFC 7516,
 * 7.1). */
#ifndef LIBOIDC_COMPACT_H
#define LIBOIDC_COMPACT_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>

#include <oidc/error.h>

/** Parts of a signed token, and of an encrypted one. */
#define COMPACT_SIGNED 3
#define COMPACT_ENCRYPTED 5

/** Borrowed from the token, not NUL-terminated. */
struct compact_part {
    const char *text;
    size_t size;
};

struct compact {
    struct compact_part parts[COMPACT_ENCRYPTED]; /* the first ones */
    size_t count;                                 /* of all parts, also of those beyond */
};

/** Takes a token apart. False when it has more than max bytes. */
bool compact_split(const char *token, size_t max, struct compact *compact);

/**
 * Reads a part that is base64url of a JSON object.
 *
 * @param name       of the part, for the log.
 * @param malformed  the code when it is no such thing.
 * @param object     new reference.
 */
OIDC_CHECKED oidc_code compact_read_object(const struct compact_part *part, const char *name,
                                           oidc_code malformed, json_t **object, oidc_error *error);

/**
 * Checks the members of a header that must not be there, or must be texts where they are.
 *
 * @param refused, texts  names of members, up to NULL.
 */
OIDC_CHECKED oidc_code compact_check_header(const json_t *header, const char *const refused[],
                                            const char *const texts[], oidc_code malformed,
                                            oidc_error *error);

#endif
