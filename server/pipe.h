/* A bounded stretch of bytes between a reader and a writer of different speed, in one thread. */
#ifndef SERVER_PIPE_H
#define SERVER_PIPE_H

#include <stddef.h>

/** Bytes that a pipe holds: four of libcurl's largest writes. What one request costs is twice this.
 */
#define PIPE_SIZE 65536

struct pipe {
    char *bytes; /* made at the first write */
    size_t start;
    size_t count;
};

/** Takes as many bytes as there is room for; how many. -1 when memory is short. */
ptrdiff_t pipe_write(struct pipe *pipe, const void *bytes, size_t size);

/** Gives as many bytes as there are, up to size; how many. */
size_t pipe_read(struct pipe *pipe, void *bytes, size_t size);

/** The bytes in one piece, where nothing was read yet: NULL when there are none. Borrowed. */
void *pipe_straight(struct pipe *pipe);

/** Bytes there is room for. */
size_t pipe_room(const struct pipe *pipe);

void pipe_free(struct pipe *pipe);

#endif
