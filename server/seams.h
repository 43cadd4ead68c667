/* What stood between the fields of a request's head. */
#ifndef SERVER_SEAMS_H
#define SERVER_SEAMS_H

#include <stdbool.h>
#include <stddef.h>

/** A walk along a head, from seam to seam. */
struct seams {
    const char *end; /* of what came last */
    bool sound;
};

/** Whether this release of libmicrohttpd leaves a head where it was read, so that its seams can be
 * told: 0.9.75. Releases from 1.0 need none of this, for they refuse by themselves what we would.
 * @param version  of MHD_get_version() */
bool seams_can_be_told(const char *version);

/** Whether the words of the request line, as libmicrohttpd hands them out, stand next to each
 * other: one in which a NUL stood was cut there (RFC 9112, 3).
 * @param target_size  of the whole target, query included. */
bool seams_join_words(const char *method, const char *target, size_t target_size,
                      const char *version);

/** Begins behind the request line, whose last word is the version as libmicrohttpd hands it out. */
struct seams seams_behind(const char *version);

/** The next field, as libmicrohttpd hands it out: `sound` is false from then on, unless nothing but
 * CR LF stood before it. Folded lines, line ends without CR and values with a NUL leave another
 * distance (RFC 9112, 2.2 and 5.2; RFC 9110, 5.5). */
void seams_pass(struct seams *seams, const char *name, size_t name_size, const char *value,
                size_t value_size);

/** Behind the last field: whether nothing but CR LF and an empty line stood there. To libmicrohttpd
 * a field without a name is the empty line, and what stands behind it the next request. A lone
 * colon next to a bare LF, and a NUL next to one, cannot be told from it.
 * @param method     as libmicrohttpd hands it out: where the head begins.
 * @param head_size  of the head with all its lines, as libmicrohttpd tells it. */
bool seams_end_head(const struct seams *seams, const char *method, size_t head_size);

#endif
