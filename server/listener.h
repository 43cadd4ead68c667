/* Sockets to listen on. */
#ifndef SERVER_LISTENER_H
#define SERVER_LISTENER_H

#include <stdbool.h>
#include <stddef.h>

#include "address.h"

/**
 * Opens count sockets on one address: each worker has its own, and the system spreads connections
 * over them. (A UNIX socket is one socket, shared.) An address that somebody else listens on is an
 * error, also where the system would let us share it.
 *
 * @param fds   filled; -1 where not opened.
 * @param port  set to the TCP port in use (which matters where port 0 was asked for); may be NULL.
 * @return true, or false with errno set and nothing left open.
 */
bool listener_open(const struct listen_address *address, int fds[], size_t count, unsigned *port);

#endif
