/*
 * A strict reader of HTTP/1.1 messages (RFC 9112), for judges: what it takes has one reading. It
 * shares no code with the product or with the libraries that the product reads and writes with.
 */
#ifndef TESTS_FUZZ_MESSAGE_H
#define TESTS_FUZZ_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

/** A stretch of somebody else's bytes. */
struct slice {
    const char *at;
    size_t size;
};

struct message_field {
    struct slice name;
    struct slice value; /* without the blanks around it */
};

enum message_state {
    MESSAGE_WHOLE,
    MESSAGE_OPEN,  /* the head is whole; more of the body is to come, or (as read) it is broken */
    MESSAGE_BEGUN, /* not even the head is whole */
    MESSAGE_BAD,   /* no message */
};

enum message_kind {
    MESSAGE_REQUEST,
    MESSAGE_RESPONSE,
    /* A request with what libmicrohttpd 0.9.75 reads all the same and nobody behind it can see:
     * empty lines before it, and such as begin with a NUL; a colon or a NUL with a bare line feed
     * for the empty line; bare line feeds in the framing of chunks, and anything in their
     * extensions (SECURITY.md). */
    MESSAGE_REQUEST_AS_READ,
};

struct http_message {
    enum message_state state;
    struct slice words[3]; /* method, target, version; or version, status, reason */
    struct message_field *fields;
    size_t field_count;
    char *body; /* without the framing of chunks */
    size_t body_size;
    size_t size; /* bytes of all of it, where it is whole */
};

/**
 * Reads the first message of a stream.
 *
 * @param bodiless  an answer to HEAD: its length is told, but nothing follows.
 * @param ended     nothing more will come: that ends an answer without a length.
 * @param message   in any state for message_free; slices lie in `bytes`.
 */
void message_read(struct http_message *message, enum message_kind kind, struct slice bytes,
                  bool bodiless, bool ended);
void message_free(struct http_message *message);

/** The field of this name, in any case; *count is how many there are. NULL: none. */
const struct slice *message_field(const struct http_message *message, const char *name,
                                  size_t *count);

bool slice_is(struct slice slice, const char *text);
bool slice_is_same(struct slice a, struct slice b);
bool slice_is_word(struct slice slice, const char *word); /* in any case */

/** Whether a comma-separated list has this word, in any case. */
bool slice_lists(struct slice list, struct slice word);

#endif
