/* Secrets: random, compared whole, cleansed. */
#include "tests/support/check.h"

#include <limits.h>
#include <stdlib.h>

#include "liboidc/secret.h"

static void random_bytes_differ(void **state)
{
    unsigned char a[32] = {0}, b[32] = {0};

    (void)state;
    assert_int_equal(secret_random(a, sizeof a, NULL), OIDC_OK);
    assert_int_equal(secret_random(b, sizeof b, NULL), OIDC_OK);
    assert_memory_not_equal(a, b, sizeof a);
}

static void more_than_openssl_counts_is_refused(void **state)
{
    oidc_error error;
    unsigned char byte = 0;

    (void)state;
    assert_int_equal(secret_random(&byte, (size_t)INT_MAX + 1, &error), OIDC_E_RANDOM);
    assert_int_equal(error.code, OIDC_E_RANDOM);
}

static void equality_is_of_all_bytes(void **state)
{
    (void)state;
    assert_true(secret_equal("abc", 3, "abc", 3));
    assert_true(secret_equal("", 0, "", 0));
    assert_false(secret_equal("abc", 3, "abd", 3));
    assert_false(secret_equal("abc", 3, "bbc", 3));
    assert_false(secret_equal("abc", 3, "abcd", 4));
    assert_false(secret_equal("abc", 3, "ab", 2));
    assert_true(secret_equal("a\0b", 3, "a\0b", 3));
    assert_false(secret_equal("a\0b", 3, "a\0c", 3));
}

static void missing_texts_equal_nothing(void **state)
{
    (void)state;
    assert_true(secret_equal_text("abc", "abc"));
    assert_true(secret_equal_text("", ""));
    assert_false(secret_equal_text("abc", "abC"));
    assert_false(secret_equal_text(NULL, "abc"));
    assert_false(secret_equal_text("abc", NULL));
    assert_false(secret_equal_text(NULL, NULL));
}

static void null_is_freed_too(void **state)
{
    char *text = strdup("secret");

    (void)state;
    secret_free_text(NULL);
    secret_free(NULL, 10);
    secret_free_text(text);
    secret_free(malloc(8), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_bytes_differ),
        cmocka_unit_test(more_than_openssl_counts_is_refused),
        cmocka_unit_test(equality_is_of_all_bytes),
        cmocka_unit_test(missing_texts_equal_nothing),
        cmocka_unit_test(null_is_freed_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
