/* Small files, read whole. */
#ifndef SERVER_FILE_H
#define SERVER_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

/** Reads a file of at most max bytes: new, NUL-terminated, for file_free; NULL with errno set. */
char *file_read(const char *path, size_t max, size_t *size);

/** Whether everybody on the machine may read a file. */
bool file_is_open(const char *path);

/** What tells a file from another of its name, and from itself before it was written anew. */
struct file_stamp {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;
};

/** False where there is no such file. */
bool file_stamp(const char *path, struct file_stamp *stamp);
bool file_stamp_same(const struct file_stamp *a, const struct file_stamp *b);

/** Cleanses and frees: it may have held a key. */
void file_free(char *text, size_t size);

#endif
