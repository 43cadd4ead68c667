/*
 * Makes chosen allocations fail, so that a test can walk every "out of memory" path there is.
 *
 * How to use it: list tests/support/failalloc.c among the SOURCES of the test and link it with
 * $(failalloc_link) (tests/support/module.mk). The linker then routes malloc, calloc, realloc,
 * reallocarray, strdup, strndup, asprintf, vasprintf and getline of everything that is linked
 * *statically* into the test (the code under test included) through this file. Works under
 * AddressSanitizer, whose leak check at exit is what proves that no path forgets a block.
 *
 * Shared libraries keep their own malloc. Where such a library takes allocation functions, hand it
 * ours: in a wrapped program `malloc` *is* the wrapped one, so json_set_alloc_funcs(malloc, free)
 * is all it takes.
 *
 *     static bool parse_twice(void *context) // true: it worked; false: it said "out of memory"
 *     {
 *         …
 *     }
 *
 *     failalloc_sweep(parse_twice, context);
 *
 * One counter for the process: not for tests with threads.
 */
#ifndef TESTS_SUPPORT_FAILALLOC_H
#define TESTS_SUPPORT_FAILALLOC_H

#include <stdbool.h>
#include <stddef.h>

/** From now on, the n-th allocation (from 1) fails, and that one only. 0: none, just count. */
void failalloc_arm(size_t n);

/** From now on, the n-th allocation (from 1) and all after it fail. */
void failalloc_arm_from(size_t n);

/** All allocations succeed again. Call it before any assertion: cmocka allocates, too. */
void failalloc_disarm(void);

/** How many allocations were asked for since failalloc_arm; kept after failalloc_disarm. */
size_t failalloc_count(void);

/** Whether one was made to fail since failalloc_arm. */
bool failalloc_fired(void);

/**
 * A scenario does all of its work, from making to freeing, and says whether it worked. It must not
 * use cmocka's assertions (they allocate, and jump out); it returns false instead.
 */
typedef bool failalloc_scenario(void *context);

/**
 * Runs the scenario once per allocation it makes, with that allocation failing; then again with
 * that one and all later ones failing. Each of these runs must return false (a failure that was
 * swallowed is a defect), and a run without any failure must return true; otherwise the test fails.
 *
 * With FAILALLOC_SKIP in the environment (valgrind, where a sweep takes minutes) the scenario runs
 * once, without failures.
 *
 * @return how many allocations the scenario makes; assert that it is not 0.
 */
size_t failalloc_sweep(failalloc_scenario *scenario, void *context);

/** The same for a scenario that may go on without a block it wanted: those runs may return either,
 * only the run without failure must return true. */
size_t failalloc_sweep_tolerant(failalloc_scenario *scenario, void *context);

#endif
