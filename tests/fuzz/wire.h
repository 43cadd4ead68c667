/*
 * The sidecar's front between a client and an upstream, all in one thread: its own worker, with
 * libmicrohttpd and libcurl as they are, on sockets whose other ends are the fuzzer's. Time stands
 * still, so that a run depends on its input alone.
 *
 * A program that uses it is linked with $(wire_link): they tell what the front decides.
 */
#ifndef TESTS_FUZZ_WIRE_H
#define TESTS_FUZZ_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#include "server/options.h"
#include "tests/fuzz/message.h"

/** Most connections to the upstream in one run, and most requests that are looked at. */
enum { WIRE_LINKS = 64, WIRE_CALLS = 256 };

struct wire_bytes {
    char *at;
    size_t size;
};

/** A connection that libcurl opened to the upstream. */
struct wire_link {
    int fd;
    bool over;              /* the sidecar closed it */
    struct wire_bytes came; /* what the sidecar wrote */
    size_t answered;        /* bytes of it that the upstream has dealt with */
    bool continued;         /* the upstream has asked for the body that comes */
};

/** A request that the front handed on. */
struct wire_call {
    char *method;
    char *target;
    size_t request; /* which one of its connection: 0 for the first */
    bool identity;  /* with identity headers */
};

/** Called when something came over a link: the upstream's turn to speak. */
typedef void wire_upstream(struct wire_link *link);

struct wire_way {
    enum unauthenticated unauthenticated;
    bool trusted; /* the client is a --trusted-proxy */
    size_t piece; /* bytes that the client writes at once; 0: all of them */
    wire_upstream *upstream;
};

/** What came of a run. */
struct wire {
    struct wire_bytes came; /* to the client */
    struct wire_link links[WIRE_LINKS];
    size_t link_count;
    struct wire_call calls[WIRE_CALLS];
    size_t call_count;
    size_t requests; /* whose head the front found sound */
};

/** Sends what a client sends over one connection, then closes its side of it. Ends the program when
 * the sidecar does not end the connection in its turn. Borrowed until the next run. */
const struct wire *wire_run(const struct wire_way *way, struct slice sent);

/** The upstream says something; and hangs up. */
void wire_say(const struct wire_link *link, const void *bytes, size_t size);
void wire_hang_up(struct wire_link *link);

/** The value of a good session cookie, and who it stands for. */
const char *wire_session(void);
const char *wire_username(void);

/** The client's address as X-Forwarded-For tells it. */
const char *wire_peer(const struct wire_way *way);

/** Ends the program unless a promise is kept: says which one. */
#define WIRE_REQUIRE(promise) wire_require((promise), #promise, __FILE__, __LINE__)
void wire_require(bool kept, const char *promise, const char *file, int line);

#endif
