/* The growing text. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "liboidc/buf.h"

static void additions_are_joined(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 1000);
    buf_adds(&buf, "one ");
    buf_addf(&buf, "%d %s", 2, "three");
    buf_add(&buf, "\0x", 2);
    assert_true(buf_ok(&buf));
    assert_int_equal(buf.size, 13);
    assert_memory_equal(buf.data, "one 2 three\0x", 14);
    buf_free(&buf);
    assert_null(buf.data);
    buf_adds(&buf, "again");
    assert_string_equal(buf.data, "again");
    buf_free(&buf);
}

static void it_grows_to_its_maximum_and_no_further(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 1000);
    for (size_t i = 0; i < 1000; i++)
        buf_add(&buf, "x", 1);
    assert_true(buf_ok(&buf));
    assert_int_equal(strlen(buf.data), 1000);
    buf_add(&buf, "", 0);
    assert_true(buf_ok(&buf));
    buf_add(&buf, "y", 1);
    assert_false(buf_ok(&buf));
    buf_add(&buf, "", 0);
    assert_false(buf_ok(&buf));
    assert_null(buf_steal(&buf));
    buf_free(&buf);
}

static void formatting_past_the_maximum_makes_it_bad(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 4);
    buf_addf(&buf, "%s", "abcd");
    assert_true(buf_ok(&buf));
    buf_addf(&buf, "%s", "e");
    assert_false(buf_ok(&buf));
    assert_string_equal(buf.data, "abcd");
    buf_free(&buf);
}

static void sizes_that_overflow_are_refused(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, SIZE_MAX);
    buf_adds(&buf, "x");
    assert_false(buf_ok(&buf));
    buf_free(&buf);
    buf_init(&buf, SIZE_MAX - 1);
    buf_adds(&buf, "x");
    buf_add(&buf, "y", SIZE_MAX - 1);
    assert_false(buf_ok(&buf));
    buf_free(&buf);
}

static void what_is_stolen_is_the_callers(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 10);
    char *empty = buf_steal(&buf);
    assert_string_equal(empty, "");
    free(empty);
    buf_adds(&buf, "text");
    char *text = buf_steal(&buf);
    assert_string_equal(text, "text");
    assert_null(buf.data);
    assert_int_equal(buf.size, 0);
    buf_free(&buf);
    assert_string_equal(text, "text");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(additions_are_joined),
        cmocka_unit_test(it_grows_to_its_maximum_and_no_further),
        cmocka_unit_test(formatting_past_the_maximum_makes_it_bad),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(what_is_stolen_is_the_callers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
