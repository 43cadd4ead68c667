/* The registry between threads: of all who claim a key, one wins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>

#include "server/registry.h"

#define NOW 1700000000

enum { THREADS = 6, KEYS = 20000, SHARED = 100 };

static struct registry *registry;
static atomic_uint wins[KEYS];
static atomic_uint mistakes;

static void key_of(unsigned number, unsigned char key[REGISTRY_KEY_SIZE])
{
    if (!registry_key(REGISTRY_STATE_USED, &number, sizeof number, key))
        atomic_fetch_add(&mistakes, 1);
}

/* Each thread claims every key, starting at another. Time runs, so that tables grow, are swept and
 * shrink meanwhile; these keys stay. */
static void *claim_all(void *argument)
{
    const unsigned first = *(const unsigned *)argument * (KEYS / THREADS);
    for (unsigned i = 0; i < KEYS; i++) {
        const unsigned number = (first + i) % KEYS;
        unsigned char key[REGISTRY_KEY_SIZE];
        int64_t value = number;
        key_of(number, key);
        const enum registry_result result =
            registry_claim(registry, key, &value, NOW + 10 * KEYS, NOW + i);
        if (result == REGISTRY_ADDED)
            atomic_fetch_add(&wins[number], 1);
        else if (result != REGISTRY_PRESENT || value != number)
            atomic_fetch_add(&mistakes, 1);

        /* and some that come and go, by clocks that differ from thread to thread */
        key_of(KEYS + i % SHARED, key);
        registry_put(registry, key, 1, NOW + i + 3, NOW + i);
        (void)registry_get(registry, key, NOW + i, NULL);
    }
    return NULL;
}

static void of_all_who_claim_one_wins(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    unsigned numbers[THREADS];
    registry = registry_new(2 * KEYS);
    assert_non_null(registry);
    for (unsigned i = 0; i < THREADS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, claim_all, &numbers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (unsigned i = 0; i < KEYS; i++)
        assert_int_equal(atomic_load(&wins[i]), 1);
    assert_int_equal(atomic_load(&mistakes), 0);
    registry_free(registry);
}

/* Full, with all threads pushing: never more than the bound, and none is lost. */
static void *fill(void *argument)
{
    unsigned added = 0;
    for (unsigned i = 0; i < KEYS; i++) {
        const unsigned number = *(const unsigned *)argument * KEYS + i;
        unsigned char key[REGISTRY_KEY_SIZE];
        key_of(number, key);
        if (registry_claim(registry, key, NULL, NOW + 100, NOW) == REGISTRY_ADDED)
            added++;
    }
    atomic_fetch_add(&wins[0], added);
    return NULL;
}

static void the_bound_holds_between_threads(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    unsigned numbers[THREADS];
    atomic_store(&wins[0], 0);
    registry = registry_new(KEYS);
    assert_non_null(registry);
    for (unsigned i = 0; i < THREADS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, fill, &numbers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(atomic_load(&wins[0]), KEYS);
    assert_int_equal(registry_count(registry), KEYS);
    registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_all_who_claim_one_wins),
        cmocka_unit_test(the_bound_holds_between_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
