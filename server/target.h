/*
 * Request targets: which path a request is really about. Decisions are made on the path that the
 * upstream will resolve; what two servers could read differently is marked, and never given the
 * benefit of the doubt.
 */
#ifndef SERVER_TARGET_H
#define SERVER_TARGET_H

#include <stdbool.h>
#include <stddef.h>

/** Longest request target that is taken: Tomcat's own limit for the whole head. */
#define TARGET_MAX 8192

struct target {
    char *resolved;    /* decoded, without parameters, dot segments and doubled slashes; owned */
    const char *query; /* what follows the first '?', or NULL; borrowed from the raw target */
    size_t query_size;
    bool ambiguous; /* %2f %5c %00 ; // \ dot segments, malformed escapes: others may read it
                       otherwise */
};

enum target_result {
    TARGET_OK,
    TARGET_BAD, /* not a path: control characters, raw '#', blanks, too long, no leading slash */
    TARGET_MEMORY,
};

/** Reads an origin-form target (RFC 9112, 3.2.1), or the path of an absolute-form one; `*`
 * is taken as it is (OPTIONS). */
enum target_result target_parse(const char *raw, struct target *target);
void target_free(struct target *target);

/** Whether the target is exactly this path, beyond doubt. */
bool target_is(const struct target *target, const char *path);

/** Whether the target is this path or below it. True in doubt as well: compare resolved only. */
bool target_is_within(const struct target *target, const char *path);

/**
 * A query parameter, form-decoded.
 *
 * @param value  new, for free(); NULL when the parameter is absent, given twice or malformed.
 * @return false when memory is short.
 */
bool target_parameter(const struct target *target, const char *name, char **value);

/** Whether two URLs have the same scheme, host and port. */
bool target_is_same_origin(const char *url, const char *other);

/**
 * Where to go after sign-in or sign-out: a path on this site, or a URL whose origin is exactly the
 * site's, reduced to path, query and fragment and spelt safely. Anything else is "/".
 *
 * The result begins with exactly one '/', followed by neither '/' nor '\', and has no control
 * character, blank or backslash anywhere.
 *
 * @param rd  may be NULL. @return new, for free(); NULL when memory is short.
 */
char *target_return_path(const char *rd, const char *site_url);

#endif
