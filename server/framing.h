/* How long a message is: whether every server would see the same. */
#ifndef SERVER_FRAMING_H
#define SERVER_FRAMING_H

#include <stdbool.h>

#include "request.h"

/** Whether the head leaves no two readings of where fields and message end (RFC 9112 section 6.3
 * and 11.2). @param version as libmicrohttpd gives it. */
bool framing_is_sound(const struct request *request, const char *version);

#endif
