/* The public side: libmicrohttpd's callbacks, request by request. */
#ifndef SERVER_FRONT_H
#define SERVER_FRONT_H

#include <stddef.h>

struct MHD_Daemon;
struct worker;

/** @param listen_fd taken over. NULL on failure. */
struct MHD_Daemon *front_open(struct worker *worker, int listen_fd);

/** Takes no more connections. */
void front_quiesce(struct worker *worker);

/** How many requests have begun and are not over. */
size_t front_in_flight(const struct worker *worker);

/** Ends every connection. */
void front_close(struct worker *worker);

#endif
