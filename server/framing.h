/* How long a message is: whether every server would see the same. */
#ifndef SERVER_FRAMING_H
#define SERVER_FRAMING_H

#include "request.h"

/** What leaves two readings of where the head's fields and the message end (RFC 9112, 6.3
 * and 11.2): a word for the log. NULL: nothing does. @param version as libmicrohttpd gives it. */
const char *framing_fault(const struct request *request, const char *version);

#endif
