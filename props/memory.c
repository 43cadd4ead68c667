/* Growing and freeing without leaving secrets behind. */
#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Most documents and findings lists fit the first block. */
enum { FIRST_CAPACITY = 16 };

void memory_free_cleansed(void *block, size_t size)
{
    if (block == NULL)
        return;
    explicit_bzero(block, size);
    free(block);
}

void memory_free_text(char *text)
{
    if (text != NULL)
        memory_free_cleansed(text, strlen(text));
}

static size_t larger(size_t capacity, size_t needed, size_t item_size)
{
    size_t most = SIZE_MAX / item_size;
    size_t wanted = capacity < FIRST_CAPACITY ? FIRST_CAPACITY : capacity;
    while (wanted < needed && wanted <= most / 2)
        wanted *= 2;
    return wanted < needed || wanted > most ? 0 : wanted;
}

bool memory_grow(void *items, size_t *capacity, size_t needed, size_t item_size)
{
    if (needed <= *capacity)
        return true;
    size_t wanted = larger(*capacity, needed, item_size);
    if (wanted == 0)
        return false;
    /* Not realloc, which frees the old block as it is. */
    void *grown = malloc(wanted * item_size);
    if (grown == NULL)
        return false;
    void *old;
    memcpy(&old, items, sizeof old);
    if (old != NULL)
        memcpy(grown, old, *capacity * item_size);
    memory_free_cleansed(old, *capacity * item_size);
    memcpy(items, &grown, sizeof grown);
    *capacity = wanted;
    // cppcheck-suppress memleak; the block was handed over through items
    return true;
}
