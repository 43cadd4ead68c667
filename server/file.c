/* One byte more than is allowed is asked for: so a file that is too long is noticed. See file.h. */
#include <config.h>

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

static char *read_all(int fd, size_t max, size_t *size)
{
    char *text = malloc(max + 2);
    ssize_t got = 1;

    if (!text)
        return NULL;
    *size = 0;
    while (got != 0 && *size <= max) {
        got = read(fd, text + *size, max + 1 - *size);
        if (got < 0 && errno != EINTR)
            break;
        if (got > 0)
            *size += (size_t)got;
    }
    if (got == 0 && *size <= max) {
        text[*size] = '\0';
        return text;
    }
    if (got >= 0)
        errno = EFBIG;
    file_free(text, *size);
    return NULL;
}

char *file_read(const char *path, size_t max, size_t *size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *text;
    int saved;

    if (fd < 0)
        return NULL;
    text = read_all(fd, max, size);
    saved = errno;
    close(fd);
    errno = saved;
    return text;
}

bool file_is_open(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

bool file_stamp(const char *path, struct file_stamp *stamp)
{
    struct stat status;

    if (stat(path, &status) != 0)
        return false;
    *stamp = (struct file_stamp){.device = status.st_dev,
                                 .inode = status.st_ino,
                                 .size = status.st_size,
                                 .changed = status.st_mtim};
    return true;
}

bool file_stamp_same(const struct file_stamp *a, const struct file_stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

void file_free(char *text, size_t size)
{
    if (text)
        OPENSSL_cleanse(text, size);
    free(text);
}
