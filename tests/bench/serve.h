/* What the servers of the measurements have in common: a loopback port of their own, and an end. */
#ifndef TESTS_BENCH_SERVE_H
#define TESTS_BENCH_SERVE_H

#include <stddef.h>
#include <microhttpd.h>

/**
 * Serves on a free port of 127.0.0.1 with one thread (epoll) until SIGTERM or SIGINT. Prints
 * "listening on URL" once it does.
 *
 * @param handler  answers every request; gets context.
 * @param memory   bytes a connection may buffer.
 * @return what main() returns.
 */
int serve(MHD_AccessHandlerCallback handler, void *context, size_t memory);

#endif
