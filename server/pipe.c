/* A ring, for which there is memory from the first byte on. See pipe.h. */
#include <config.h>

#include "pipe.h"

#include <stdlib.h>
#include <string.h>

ptrdiff_t pipe_write(struct pipe *pipe, const void *bytes, size_t size)
{
    size_t taken = 0;

    if (!pipe->bytes) {
        pipe->bytes = malloc(PIPE_SIZE);
        if (!pipe->bytes)
            return -1;
    }
    while (taken < size && pipe->count < PIPE_SIZE) {
        size_t end = (pipe->start + pipe->count) % PIPE_SIZE;
        size_t straight = end < pipe->start ? pipe->start - end : PIPE_SIZE - end;
        size_t step = size - taken < straight ? size - taken : straight;

        memcpy(pipe->bytes + end, (const char *)bytes + taken, step);
        pipe->count += step;
        taken += step;
    }
    return (ptrdiff_t)taken;
}

size_t pipe_read(struct pipe *pipe, void *bytes, size_t size)
{
    size_t given = 0;

    while (given < size && pipe->count > 0) {
        size_t straight = PIPE_SIZE - pipe->start;
        size_t step = pipe->count < straight ? pipe->count : straight;

        if (step > size - given)
            step = size - given;
        memcpy((char *)bytes + given, pipe->bytes + pipe->start, step);
        pipe->start = (pipe->start + step) % PIPE_SIZE;
        pipe->count -= step;
        given += step;
    }
    if (pipe->count == 0)
        pipe->start = 0; /* the next write is in one piece */
    return given;
}

void *pipe_straight(struct pipe *pipe)
{
    return pipe->start == 0 ? pipe->bytes : NULL;
}

size_t pipe_room(const struct pipe *pipe)
{
    return PIPE_SIZE - pipe->count;
}

void pipe_free(struct pipe *pipe)
{
    free(pipe->bytes);
    *pipe = (struct pipe){0};
}
