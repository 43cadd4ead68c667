/*
 * A scripted HTTP server on loopback, in a thread: each connection gets one request and the next
 * answer of the script, byte for byte, and is closed, unless the script says that it stays. For
 * tests of what really goes over a socket.
 */
#ifndef TESTS_SUPPORT_LOOPBACK_H
#define TESTS_SUPPORT_LOOPBACK_H

#include <stddef.h>

struct loopback;

/** Listens on 127.0.0.1. @param tls_name NULL for plain HTTP; else TLS with a fresh self-signed
 * certificate for that name. Whatever goes wrong ends the test program. */
struct loopback *loopback_new(const char *tls_name);

unsigned loopback_port(const struct loopback *server);

/** The certificate in PEM, borrowed; NULL without TLS. */
const char *loopback_certificate(const struct loopback *server);

/** Answers the next connections with these texts, up to NULL; copied. A text of "" answers nothing
 * and closes; LOOPBACK_SILENCE answers nothing and keeps the connection until loopback_free. */
void loopback_serve(struct loopback *server, const char *answer, ...) __attribute__((sentinel));
#define LOOPBACK_SILENCE "\001silence"

/** Before an answer, without TLS: its connection stays open, and the next request may come on it.
 */
#define LOOPBACK_STAYS "\002"

/** Waits for the script's end, and gives how many requests came. Their texts, headers and bodies,
 * are for loopback_request. */
size_t loopback_finish(struct loopback *server);
const char *loopback_request(const struct loopback *server, size_t index);

void loopback_free(struct loopback *server);

#endif
