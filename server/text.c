/* A text that grows by doubling. */
#include "text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Most of our texts are a page of a few kilobytes. */
#define TEXT_FIRST 1024

static void spoil(struct text *text)
{
    free(text->data);
    *text = (struct text){.bad = true};
}

/* Makes room for `size` more bytes and the NUL. */
static bool reserve(struct text *text, size_t size)
{
    if (text->bad)
        return false;
    if (size >= SIZE_MAX / 2 - text->size) {
        spoil(text);
        return false;
    }
    const size_t needed = text->size + size + 1;
    if (needed <= text->capacity)
        return true;

    size_t capacity = text->capacity ? text->capacity : TEXT_FIRST;
    while (capacity < needed)
        capacity *= 2;
    char *data = realloc(text->data, capacity);
    if (!data) {
        spoil(text);
        return false;
    }
    text->data = data;
    text->capacity = capacity;
    return true;
}

void text_add(struct text *text, const char *data, size_t size)
{
    if (!reserve(text, size))
        return;
    if (size > 0)
        memcpy(text->data + text->size, data, size);
    text->size += size;
    text->data[text->size] = '\0';
}

void text_adds(struct text *text, const char *string)
{
    text_add(text, string, strlen(string));
}

void text_addf(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    const int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size < 0)
        spoil(text);
    else if (reserve(text, (size_t)size)) {
        vsnprintf(text->data + text->size, (size_t)size + 1, format, again);
        text->size += (size_t)size;
    }
    va_end(again);
}

char *text_steal(struct text *text)
{
    text_add(text, "", 0); /* an empty text has no data yet */
    char *data = text->data;
    *text = (struct text){0};
    return data;
}
