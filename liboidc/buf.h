/* A growing text with a stated maximum. Cleansed when freed: it may have held a secret. */
#ifndef LIBOIDC_BUF_H
#define LIBOIDC_BUF_H

#include <stdbool.h>
#include <stddef.h>

/** Always NUL-terminated once something was added. A failed addition makes the buffer bad, and it
 * stays bad, so that a chain of additions needs one check at its end. */
struct buf {
    char *data; /* NULL while empty */
    size_t size;
    size_t capacity;
    size_t max; /* most bytes of data, the NUL not counted */
    bool bad;
};

/** An empty buffer; takes no memory yet. */
void buf_init(struct buf *buf, size_t max);

/** Cleanses and frees what is in it. It may be called again. */
void buf_free(struct buf *buf);

/** Appends bytes, a text, or what printf makes of a format. */
void buf_add(struct buf *buf, const void *data, size_t size);
void buf_adds(struct buf *buf, const char *text);
__attribute__((format(printf, 2, 3))) void buf_addf(struct buf *buf, const char *format, ...);

/** True when every addition was kept. */
bool buf_ok(const struct buf *buf);

/** Hands the text over (new, for free(); "" for an empty buffer) and empties the buffer; NULL when
 * the buffer is bad. */
char *buf_steal(struct buf *buf);

#endif
