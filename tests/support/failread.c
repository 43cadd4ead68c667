/* The wrapped read functions. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "failread.h"

static struct {
    size_t most; /* 0: as many as asked for */
    size_t target;
    int error;
    size_t count;
} state;

void failread_short(size_t most)
{
    state.most = most;
    state.count = 0;
}

void failread_fail(size_t n, int error)
{
    state.target = n;
    state.error = error;
    state.count = 0;
}

size_t failread_count(void)
{
    return state.count;
}

void failread_reset(void)
{
    state.most = 0;
    state.target = 0;
    state.count = 0;
}

static bool refuse(void)
{
    state.count++;
    if (state.target == 0 || state.count != state.target)
        return false;
    errno = state.error;
    return true;
}

static size_t cut(size_t size)
{
    return state.most != 0 && size > state.most ? state.most : size;
}

/* --- what the linker puts in place of the C library's functions; the names are the linker's -----
 */

ssize_t __real_read(int fd, void *to, size_t size);
size_t __real_fread(void *to, size_t size, size_t count, FILE *file);

ssize_t __wrap_read(int fd, void *to, size_t size);
ssize_t __wrap___read_chk(int fd, void *to, size_t size, size_t room);
size_t __wrap_fread(void *to, size_t size, size_t count, FILE *file);
size_t __wrap___fread_chk(void *to, size_t room, size_t size, size_t count, FILE *file);

ssize_t __wrap_read(int fd, void *to, size_t size)
{
    return refuse() ? -1 : __real_read(fd, to, cut(size));
}

ssize_t __wrap___read_chk(int fd, void *to, size_t size, size_t room)
{
    (void)room;
    return __wrap_read(fd, to, size);
}

size_t __wrap_fread(void *to, size_t size, size_t count, FILE *file)
{
    return refuse() ? 0 : __real_fread(to, size, cut(count), file);
}

size_t __wrap___fread_chk(void *to, size_t room, size_t size, size_t count, FILE *file)
{
    (void)room;
    return __wrap_fread(to, size, count, file);
}
