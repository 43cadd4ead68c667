/* The program's own free() and realloc(): what is let go of is gone, whatever its size. */
#include "tests/support/check.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define MEBIBYTE ((size_t)1024 * 1024)

/* What a heap writes at the front of a free block, for its own use. */
#define HEAP_OWN 64

/* Blocks stay in the heap when they are freed, where they can be looked at. */
static int set_up(void **state)
{
    (void)state;
    return mallopt(M_MMAP_MAX, 0) == 1 && mallopt(M_TRIM_THRESHOLD, INT32_MAX) == 1 ? 0 : -1;
}

/* Written so that the compiler cannot leave it out because nobody reads it. */
static unsigned char *block_of(size_t size)
{
    unsigned char *block = malloc(size);
    volatile unsigned char *bytes = block;

    assert_non_null(block);
    for (size_t i = 0; i < size; i++)
        bytes[i] = 0xa5;
    return block;
}

/* How many of the bytes of a block that was freed are as they were. Through a number: to the
 * compiler nothing lies there any more. */
static size_t kept(volatile uintptr_t address, size_t size)
{
    const volatile unsigned char *bytes = (const volatile unsigned char *)address;
    size_t count = 0;

    for (size_t i = HEAP_OWN; i < size; i++)
        count += bytes[i] == 0xa5;
    return count;
}

static const size_t sizes[] = {100, 5000, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 5 * MEBIBYTE + 777};

static void what_is_freed_is_overwritten(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        unsigned char *block = block_of(sizes[i]);
        char *neighbour = strdup("neighbour");
        uintptr_t address = (uintptr_t)block;

        free(block);
        assert_int_equal(kept(address, sizes[i]), 0);
        assert_string_equal(neighbour, "neighbour");
        free(neighbour);
    }
}

static void what_is_moved_is_overwritten(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        unsigned char *block = block_of(sizes[i]);
        char *neighbour = strdup("neighbour"); /* no room to grow in place */
        uintptr_t address = (uintptr_t)block;
        unsigned char *larger = realloc(block, 3 * sizes[i]);

        assert_non_null(larger);
        assert_true((uintptr_t)larger != address);
        assert_int_equal(kept(address, sizes[i]), 0);
        assert_int_equal(kept((uintptr_t)larger, sizes[i]), sizes[i] - HEAP_OWN);
        free(larger);
        free(neighbour);
    }
}

/* Of the process, in kilobytes. */
static long resident(void)
{
    char line[256];
    long size = -1;
    FILE *file = fopen("/proc/self/status", "r");

    assert_non_null(file);
    while (size < 0 && fgets(line, sizeof line, file))
        (void)sscanf(line, "VmHWM: %ld", &size);
    assert_int_equal(fclose(file), 0);
    assert_true(size >= 0);
    return size;
}

/* Else whoever makes a library ask for much, and send nothing, would fill the memory (an array that
 * Redis announces). */
static void what_was_never_touched_stays_so(void **state)
{
    const size_t size = 512 * MEBIBYTE;
    void *volatile block;
    long before = resident();

    (void)state;
    block = malloc(size);
    assert_non_null(block);
    free(block);
    assert_true(resident() - before < (long)(size / 1024 / 8));
}

/* Unknown to the compiler, to which free() leaves errno alone. */
static void (*volatile let_go)(void *) = free;

/* The system does not take pages that are locked, and free() does not say so. */
static void what_cannot_be_taken_is_overwritten(void **state)
{
    const size_t size = 2 * MEBIBYTE;
    unsigned char *block = block_of(size);
    uintptr_t address = (uintptr_t)block;

    (void)state;
    assert_int_equal(mlock(block + MEBIBYTE, 1), 0);
    errno = ENOTTY;
    let_go(block);
    assert_int_equal(errno, ENOTTY);
    assert_int_equal(kept(address, size), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_freed_is_overwritten),
        cmocka_unit_test(what_is_moved_is_overwritten),
        cmocka_unit_test(what_was_never_touched_stays_so),
        cmocka_unit_test(what_cannot_be_taken_is_overwritten),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
