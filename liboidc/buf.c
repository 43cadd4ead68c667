/* A growing text with a stated maximum. */
#include "buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "secret.h"

/* Enough for most header values and addresses, so that they grow once or not at all. */
#define FIRST_CAPACITY 128

void buf_init(struct buf *buf, size_t max)
{
    *buf = (struct buf){.max = max};
}

void buf_free(struct buf *buf)
{
    secret_free(buf->data, buf->capacity);
    buf_init(buf, buf->max);
}

/* Makes room for size bytes more and a NUL. Not by realloc: that may leave a copy behind. */
static bool grow(struct buf *buf, size_t size)
{
    if (buf->bad || size > buf->max - buf->size || buf->max == SIZE_MAX)
        return false;
    size_t needed = buf->size + size + 1;
    if (buf->data && needed <= buf->capacity)
        return true;
    size_t capacity = buf->capacity > 0 ? buf->capacity : FIRST_CAPACITY;
    while (capacity < needed)
        capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
    char *data = malloc(capacity);
    if (!data)
        return false;
    if (buf->data)
        memcpy(data, buf->data, buf->size);
    secret_free(buf->data, buf->capacity);
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

void buf_add(struct buf *buf, const void *data, size_t size)
{
    if (!grow(buf, size)) {
        buf->bad = true;
        return;
    }
    if (size > 0)
        memcpy(buf->data + buf->size, data, size);
    buf->size += size;
    buf->data[buf->size] = '\0';
}

void buf_adds(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void buf_addf(struct buf *buf, const char *format, ...)
{
    va_list arguments, again;

    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size < 0 || !grow(buf, (size_t)size)) {
        buf->bad = true;
    } else {
        (void)vsnprintf(buf->data + buf->size, (size_t)size + 1, format, again);
        buf->size += (size_t)size;
    }
    va_end(again);
}

bool buf_ok(const struct buf *buf)
{
    return !buf->bad;
}

char *buf_steal(struct buf *buf)
{
    if (!buf->data)
        buf_adds(buf, "");
    if (buf->bad)
        return NULL;
    char *text = buf->data;
    buf_init(buf, buf->max);
    return text;
}
