/*
 * The program's own free() and realloc(): what is let go of is overwritten first.
 *
 * Tokens, codes and passwords pass through the buffers of every library here, of which few cleanse
 * what they free and some cannot be told to. The linker takes these two before the system's, for
 * all libraries of the process alike; the system's, or those of an allocator that was preloaded, go
 * on doing the work. In the program alone: liboidc leaves the heap of others as it is.
 */
#include <config.h>

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Bytes of a block whose pages are rather given back: far more than a request's buffers have. */
#define LARGE ((size_t)1024 * 1024)

typedef void free_function(void *block);

/* The next one behind ours. Looked up at the first call, which comes before main. */
static free_function *next_free(void)
{
    static _Atomic(free_function *) found;
    free_function *next = atomic_load_explicit(&found, memory_order_relaxed);

    if (!next) {
        void *symbol = dlsym(RTLD_NEXT, "free");

        if (!symbol)
            abort();                          /* no library of C: nothing here could work */
        memcpy(&next, &symbol, sizeof(next)); /* ISO C has no cast for it */
        atomic_store_explicit(&found, next, memory_order_relaxed);
    }
    return next;
}

/* Of a large block the system takes the pages, and gives ones that read as zeros when they are
 * touched again: to overwrite what somebody asked for and never wrote to would fill memory with it
 * first. What is not whole pages, or cannot be taken, is overwritten. */
static bool give_back(void *block, size_t size)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t before = -(uintptr_t)block % page;
    const size_t whole = (size - before) / page * page;
    char *pages = (char *)block + before;

    if (madvise(pages, whole, MADV_DONTNEED) != 0)
        return false;
    explicit_bzero(block, before);
    explicit_bzero(pages + whole, size - before - whole);
    return true;
}

static void wipe(void *block, size_t size)
{
    if (size < LARGE || !give_back(block, size))
        explicit_bzero(block, size);
}

__attribute__((visibility("default"))) void free(void *block)
{
    const int error = errno; /* is left as it was */

    if (!block)
        return;
    wipe(block, malloc_usable_size(block));
    next_free()(block);
    errno = error;
}

/* In place where it fits and is not much too large; never the system's, which may leave the old
 * block behind as it was. */
__attribute__((visibility("default"))) void *realloc(void *block, size_t size)
{
    size_t held = block ? malloc_usable_size(block) : 0;
    void *larger;

    if (block && size == 0) {
        free(block);
        return NULL; /* as the GNU C library does it */
    }
    if (block && size <= held && size >= held / 2) {
        explicit_bzero((char *)block + size, held - size);
        return block;
    }
    larger = malloc(size);
    if (!larger || !block)
        return larger;
    memcpy(larger, block, held < size ? held : size);
    free(block);
    return larger;
}
