/*
 * One connection to Redis: words out, replies in, both bounded in time and size. All of it may
 * block, for a second at most in each exchange; only one thread uses it.
 */
#ifndef SERVER_REDIS_WIRE_H
#define SERVER_REDIS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "redis_address.h"

/** Room for why something failed. */
#define REDIS_DETAIL_SIZE 192

struct redisContext;
struct redisReply;
struct redisReplyObjectFunctions;

struct redis_wire {
    struct redisContext *context; /* NULL: closed */
    char *out;                    /* what is to be sent, or NULL */
    size_t out_size;
    size_t reply_max;  /* bytes of one reply: more is no answer to what is asked */
    size_t unfinished; /* bytes that came since the last whole reply */
    size_t announced;  /* elements of arrays that it said are to come */
    struct redisReplyObjectFunctions *made_by; /* hiredis' own, but for arrays */
    const struct redisReplyObjectFunctions *otherwise;
    int64_t deadline; /* of the exchange under way, as clock_steady has it */
    char *detail;     /* REDIS_DETAIL_SIZE bytes of the owner's */
};

/** Notes why. @return false. */
bool redis_wire_fail(struct redis_wire *wire, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Each of these returns false (or NULL) when the connection is broken; wire->detail says why. */

/** Connects, and says who we are where the address does. */
bool redis_wire_open(struct redis_wire *wire, const struct redis_address *address);
void redis_wire_close(struct redis_wire *wire);

/** Begins an exchange: its time runs from now. */
void redis_wire_begin(struct redis_wire *wire);

/** A command of several words of any bytes: what is in a word cannot become another. Sent by
 * redis_wire_flush. */
bool redis_wire_append(struct redis_wire *wire, const char *const words[], const size_t sizes[],
                       size_t count);
bool redis_wire_append_texts(struct redis_wire *wire, const char *const texts[], size_t count);
bool redis_wire_flush(struct redis_wire *wire);

/** redis_wire_append_texts with the texts as arguments. */
#define REDIS_WIRE_APPEND(wire, ...)                                                               \
    redis_wire_append_texts((wire), (const char *const[]){__VA_ARGS__},                            \
                            sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/** Reads what has come, once. */
bool redis_wire_read(struct redis_wire *wire);

/** The next reply that has come whole, for freeReplyObject; *reply is NULL where none has. */
bool redis_wire_take(struct redis_wire *wire, struct redisReply **reply);

/** Waits for the next reply, which must be of a type (REDIS_REPLY_…); an error's is a broken
 * connection. */
struct redisReply *redis_wire_expect(struct redis_wire *wire, int type);

/** The same where the type is all that is asked of the reply, which is freed. */
bool redis_wire_expect_done(struct redis_wire *wire, int type);

#endif
