/* A site's logo: a picture that is told by its bytes, SVG or PNG. */
#ifndef SERVER_LOGO_H
#define SERVER_LOGO_H

#include <stddef.h>

/** Largest logo: it is part of every first page on a slow line. */
#define LOGO_MAX_KIB 256
#define LOGO_MAX_BYTES ((size_t)LOGO_MAX_KIB * 1024)

/** The media type of a picture; NULL for what is none that is taken. @param bytes NUL-terminated.
 */
const char *logo_type(const char *bytes, size_t size);

#endif
