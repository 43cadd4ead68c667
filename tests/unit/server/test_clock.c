/* What is due, also by a clock that has been put back. */
#include "tests/support/check.h"

#include "server/clock.h"

#define NOW 1700000000

static void what_has_passed(void **state)
{
    (void)state;
    assert_false(clock_has_passed(NOW, 10, NOW));
    assert_false(clock_has_passed(NOW - 9, 10, NOW));
    assert_true(clock_has_passed(NOW - 10, 10, NOW));
    assert_true(clock_has_passed(0, 10, NOW));
    /* A replica's clock may be ahead, but not by more than this. */
    assert_false(clock_has_passed(NOW + CLOCKS_APART, 10, NOW));
    assert_true(clock_has_passed(NOW + CLOCKS_APART + 1, 10, NOW));
}

static void what_is_left(void **state)
{
    (void)state;
    assert_int_equal(clock_left(NOW, 10, NOW), 0);
    assert_int_equal(clock_left(NOW - 5, 10, NOW), 0);
    assert_int_equal(clock_left(NOW + 1, 10, NOW), 1);
    assert_int_equal(clock_left(NOW + 10, 10, NOW), 10);
    assert_int_equal(clock_left(NOW + 11, 10, NOW), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_passed),
        cmocka_unit_test(what_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
