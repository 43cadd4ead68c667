/* The registry: claims, ends, bounds, and memory that comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/registry.h"
#include "server/siphash.h"
#include "tests/support/failalloc.h"

#define NOW 1700000000

typedef unsigned char key_bytes[REGISTRY_KEY_SIZE];

static void number_key(uint64_t number, key_bytes key)
{
    assert_true(registry_key(REGISTRY_STATE_USED, &number, sizeof number, key));
}

/* From the authors' reference vectors: key 00 01 … 0f, message 00 01 … 0f. */
static void the_hash_is_siphash(void **state)
{
    (void)state;
    const struct siphash_key key = {{0x0706050403020100u, 0x0f0e0d0c0b0a0908u}};
    unsigned char message[16];
    for (unsigned i = 0; i < sizeof message; i++)
        message[i] = (unsigned char)i;
    assert_true(siphash16(&key, message) == 0x3f2acc7f57c29bdbu);
}

/* The first 15 bytes of SHA-256 over the kind's byte and the data, and the kind. */
static void keys_are_digests_of_kind_and_data(void **state)
{
    (void)state;
    static const key_bytes of_used_abc = {0x60, 0x9f, 0x6e, 0x36, 0xd2, 0x40, 0x55, 0x85,
                                          0x18, 0x8d, 0x5c, 0xfd, 0x76, 0x1f, 0x40, 0x00};
    key_bytes used, revoked, other;
    assert_true(registry_key(REGISTRY_STATE_USED, "abc", 3, used));
    assert_true(registry_key(REGISTRY_SESSION_REVOKED, "abc", 3, revoked));
    assert_true(registry_key(REGISTRY_STATE_USED, "abd", 3, other));
    assert_memory_equal(used, of_used_abc, sizeof used);
    assert_memory_not_equal(used, revoked, sizeof used);
    assert_memory_not_equal(used, other, sizeof used);
    assert_memory_not_equal(used, revoked, sizeof used - 1);
    assert_int_equal(registry_kind_of(revoked), REGISTRY_SESSION_REVOKED);
}

static void keys_within_an_issuer_are_of_both(void **state)
{
    (void)state;
    key_bytes one, same, other;
    assert_true(registry_issuer_key(REGISTRY_LOGOUT_SUBJECT, "https://a", "s\nt", one));
    assert_true(registry_key(REGISTRY_LOGOUT_SUBJECT, "https://a\ns\nt", 13, same));
    assert_memory_equal(one, same, sizeof one);
    assert_true(registry_issuer_key(REGISTRY_LOGOUT_SUBJECT, "https://b", "s\nt", other));
    assert_memory_not_equal(one, other, sizeof one);
    assert_true(registry_issuer_key(REGISTRY_LOGOUT_NO_SESSION, "https://a", "s\nt", other));
    assert_memory_not_equal(one, other, sizeof one - 1);
}

static void raising_never_lowers(void **state)
{
    (void)state;
    struct registry *registry = registry_new(100);
    key_bytes key;
    number_key(1, key);
    int64_t value = 0;
    assert_int_equal(registry_raise(registry, key, 5, NOW + 10, NOW), REGISTRY_ADDED);
    assert_int_equal(registry_raise(registry, key, 4, NOW + 20, NOW), REGISTRY_ADDED);
    assert_true(registry_get(registry, key, NOW + 19, &value));
    assert_int_equal(value, 5);
    assert_int_equal(registry_raise(registry, key, 6, NOW + 1, NOW), REGISTRY_ADDED);
    assert_true(registry_get(registry, key, NOW + 19, &value));
    assert_int_equal(value, 6);
    /* what has ended is no more */
    assert_int_equal(registry_raise(registry, key, 2, NOW + 40, NOW + 30), REGISTRY_ADDED);
    assert_true(registry_get(registry, key, NOW + 31, &value));
    assert_int_equal(value, 2);
    assert_int_equal(registry_raise(registry, key, 3, INT64_MIN, NOW + 30), REGISTRY_ADDED);
    assert_int_equal(registry_count(registry), 1);
    registry_free(registry);
}

static void only_the_first_claim_counts(void **state)
{
    (void)state;
    struct registry *registry = registry_new(100);
    key_bytes key;
    number_key(1, key);
    int64_t value = 7;
    assert_int_equal(registry_claim(registry, key, &value, NOW + 10, NOW), REGISTRY_ADDED);
    value = 8;
    assert_int_equal(registry_claim(registry, key, &value, NOW + 10, NOW), REGISTRY_PRESENT);
    assert_int_equal(value, 7);
    assert_int_equal(registry_claim(registry, key, NULL, NOW + 10, NOW + 9), REGISTRY_PRESENT);
    assert_int_equal(registry_claim(registry, key, NULL, NOW + 20, NOW + 10), REGISTRY_ADDED);
    assert_true(registry_get(registry, key, NOW + 19, &value));
    assert_int_equal(value, 0);
    registry_free(registry);
}

static void an_entry_is_good_until_its_end(void **state)
{
    (void)state;
    struct registry *registry = registry_new(100);
    key_bytes key;
    number_key(1, key);
    int64_t value = 0;
    assert_false(registry_get(registry, key, NOW, &value));
    assert_int_equal(registry_put(registry, key, 5, NOW + 10, NOW), REGISTRY_ADDED);
    assert_true(registry_get(registry, key, NOW + 9, &value));
    assert_int_equal(value, 5);
    assert_true(registry_get(registry, key, NOW + 9, NULL));
    assert_int_equal(registry_put(registry, key, 6, NOW + 30, NOW), REGISTRY_ADDED);
    assert_true(registry_get(registry, key, NOW + 29, &value));
    assert_int_equal(value, 6);
    assert_false(registry_get(registry, key, NOW + 30, &value));
    assert_int_equal(registry_count(registry), 0);
    registry_free(registry);
}

static void what_has_ended_already_is_not_kept(void **state)
{
    (void)state;
    struct registry *registry = registry_new(100);
    key_bytes key;
    number_key(1, key);
    assert_int_equal(registry_put(registry, key, 1, NOW, NOW), REGISTRY_ADDED);
    assert_int_equal(registry_count(registry), 0);
    assert_int_equal(registry_put(registry, key, 1, NOW + 5, NOW), REGISTRY_ADDED);
    assert_int_equal(registry_put(registry, key, 1, INT64_MIN, NOW), REGISTRY_ADDED);
    assert_false(registry_get(registry, key, NOW, NULL));
    assert_int_equal(registry_count(registry), 0);
    registry_free(registry);
}

static void many_entries_are_told_apart(void **state)
{
    (void)state;
    enum { MANY = 20000 };
    struct registry *registry = registry_new(MANY);
    key_bytes key;
    for (unsigned i = 0; i < MANY; i++) {
        number_key(i, key);
        assert_int_equal(registry_put(registry, key, i, NOW + 1 + i % 2 * 100, NOW),
                         REGISTRY_ADDED);
    }
    assert_int_equal(registry_count(registry), MANY);
    for (unsigned i = 0; i < MANY; i++) {
        int64_t value = -1;
        number_key(i, key);
        assert_true(registry_get(registry, key, NOW, &value));
        assert_int_equal(value, i);
    }
    /* half of them end; the others must be found while these are swept out around them */
    for (unsigned i = 0; i < MANY; i++) {
        number_key(i, key);
        assert_int_equal(registry_get(registry, key, NOW + 50, NULL), i % 2);
    }
    for (unsigned i = 1; i < MANY; i += 2) {
        number_key(i, key);
        assert_true(registry_get(registry, key, NOW + 50, NULL));
    }
    assert_int_equal(registry_count(registry), MANY / 2);
    registry_free(registry);
}

static void a_full_registry_refuses_and_forgets_nothing(void **state)
{
    (void)state;
    struct registry *registry = registry_new(50);
    key_bytes key;
    for (unsigned i = 0; i < 50; i++) {
        number_key(i, key);
        assert_int_equal(registry_claim(registry, key, NULL, NOW + 10, NOW), REGISTRY_ADDED);
    }
    number_key(50, key);
    assert_int_equal(registry_claim(registry, key, NULL, NOW + 10, NOW), REGISTRY_FULL);
    assert_int_equal(registry_put(registry, key, 1, NOW + 10, NOW), REGISTRY_FULL);
    for (unsigned i = 0; i < 50; i++) {
        number_key(i, key);
        assert_int_equal(registry_claim(registry, key, NULL, NOW + 10, NOW), REGISTRY_PRESENT);
        assert_int_equal(registry_put(registry, key, 1, NOW + 10, NOW), REGISTRY_ADDED);
    }
    assert_int_equal(registry_count(registry), 50);
    /* when they end there is room at once, wherever the new key falls */
    number_key(50, key);
    assert_int_equal(registry_claim(registry, key, NULL, NOW + 99, NOW + 10), REGISTRY_ADDED);
    assert_true(registry_get(registry, key, NOW + 98, NULL));
    registry_free(registry);
}

static void a_registry_of_nothing_is_always_full(void **state)
{
    (void)state;
    struct registry *registry = registry_new(0);
    key_bytes key;
    number_key(1, key);
    assert_int_equal(registry_claim(registry, key, NULL, NOW + 1, NOW), REGISTRY_FULL);
    registry_free(registry);
    registry_free(NULL);
}

/* A day at the rate of a busy site: what is held follows what is good, not what was. */
static void the_count_follows_what_is_good(void **state)
{
    (void)state;
    enum { STEPS = 200000, LIFE = 1000 };
    struct registry *registry = registry_new(1u << 20);
    key_bytes key;
    size_t most = 0;
    for (unsigned i = 0; i < STEPS; i++) {
        number_key(i, key);
        assert_int_equal(registry_claim(registry, key, NULL, NOW + i + LIFE, NOW + i),
                         REGISTRY_ADDED);
        if (registry_count(registry) > most)
            most = registry_count(registry);
    }
    assert_true(most >= LIFE);
    assert_true(most < 4 * LIFE);
    registry_free(registry);
}

/* Entries that ended leave the count however they go: met, swept, or left behind by a table that
 * grows. */
static void the_count_comes_out_even(void **state)
{
    (void)state;
    struct registry *registry = registry_new(100000);
    key_bytes key;
    for (unsigned i = 0; i < 2000; i++) {
        number_key(i, key);
        registry_put(registry, key, i, NOW + 1, NOW);
    }
    for (unsigned i = 2000; i < 7000; i++) {
        number_key(i, key);
        registry_put(registry, key, i, NOW + 100, NOW + 5);
    }
    for (unsigned i = 0; i < 30000; i++) {
        number_key(10000 + i, key);
        (void)registry_get(registry, key, NOW + 5, NULL);
    }
    assert_int_equal(registry_count(registry), 5000);
    registry_free(registry);
}

static bool work(void *context)
{
    (void)context;
    struct registry *registry = registry_new(100);
    if (!registry)
        return false;
    bool added = true;
    for (unsigned char i = 0; i < 40; i++) {
        const unsigned char key[REGISTRY_KEY_SIZE] = {i};
        added = registry_put(registry, key, i, NOW + 1, NOW) == REGISTRY_ADDED && added;
    }
    registry_free(registry);
    return added;
}

/* Being full is answered by making room and trying again, so one failure may go unseen. */
static void no_memory_is_survived(void **state)
{
    (void)state;
    assert_true(failalloc_sweep_tolerant(work, NULL) > 1);
}

/* Shrinking wants memory; without it, nothing is lost. */
static void a_table_that_cannot_shrink_stays(void **state)
{
    (void)state;
    struct registry *registry = registry_new(10000);
    key_bytes key;
    for (unsigned i = 0; i < 10000; i++) {
        number_key(i, key);
        registry_put(registry, key, i, NOW + (i < 9990 ? 1 : 100), NOW);
    }
    failalloc_arm_from(1);
    /* Which shards are visited is chance, so go on until all has been swept. */
    for (unsigned i = 0; registry_count(registry) > 10 && i < 1000000; i++) {
        const unsigned char other[REGISTRY_KEY_SIZE] = {(unsigned char)i, (unsigned char)(i >> 8),
                                                        (unsigned char)(i >> 16)};
        (void)registry_get(registry, other, NOW + 50, NULL);
    }
    const bool fired = failalloc_fired();
    failalloc_disarm();
    assert_true(fired);
    for (unsigned i = 9990; i < 10000; i++) {
        int64_t value = 0;
        number_key(i, key);
        assert_true(registry_get(registry, key, NOW + 50, &value));
        assert_int_equal(value, i);
    }
    assert_int_equal(registry_count(registry), 10);
    registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hash_is_siphash),
        cmocka_unit_test(keys_are_digests_of_kind_and_data),
        cmocka_unit_test(keys_within_an_issuer_are_of_both),
        cmocka_unit_test(raising_never_lowers),
        cmocka_unit_test(only_the_first_claim_counts),
        cmocka_unit_test(an_entry_is_good_until_its_end),
        cmocka_unit_test(what_has_ended_already_is_not_kept),
        cmocka_unit_test(many_entries_are_told_apart),
        cmocka_unit_test(a_full_registry_refuses_and_forgets_nothing),
        cmocka_unit_test(a_registry_of_nothing_is_always_full),
        cmocka_unit_test(the_count_follows_what_is_good),
        cmocka_unit_test(the_count_comes_out_even),
        cmocka_unit_test(no_memory_is_survived),
        cmocka_unit_test(a_table_that_cannot_shrink_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
