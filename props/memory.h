/* Memory that may have held a client secret: it grows and goes without leaving copies behind. */
#ifndef PROPS_MEMORY_H
#define PROPS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/** Overwrites, then frees; NULL is fine. */
void memory_free_cleansed(void *block, size_t size);

/** The same for a string. */
void memory_free_text(char *text);

/**
 * Makes room for `needed` items, at least doubling, and cleanses the block it leaves.
 *
 * @param items     address of the pointer to the first item (NULL while there is none).
 * @param capacity  how many items there is room for.
 * @return false when memory is short; nothing has changed then.
 */
bool memory_grow(void *items, size_t *capacity, size_t needed, size_t item_size);

#endif
