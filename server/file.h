/* Small files, read whole. */
#ifndef SERVER_FILE_H
#define SERVER_FILE_H

#include <stdbool.h>
#include <stddef.h>

/** Reads a file of at most max bytes: new, NUL-terminated, for file_free; NULL with errno set. */
char *file_read(const char *path, size_t max, size_t *size);

/** Whether everybody on the machine may read a file. */
bool file_is_open(const char *path);

/** Cleanses and frees: it may have held a key. */
void file_free(char *text, size_t size);

#endif
