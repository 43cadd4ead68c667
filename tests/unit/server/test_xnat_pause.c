/* A user name and password that XNAT refused: for how long they are left alone, by all workers. */
#include "tests/support/check.h"

#include "server/xnat_pause.h"

#define NOW 1700000000

static const struct file_stamp file = {.inode = 1, .size = 9};
static const struct file_stamp anew = {.inode = 1, .size = 9, .changed = {.tv_nsec = 1}};

static bool may_try(struct xnat_pause *pause, int64_t now)
{
    struct xnat_try try;
    const bool may = xnat_pause_begin(pause, &file, &try, now);

    xnat_pause_end(pause, &try, XNAT_TRY_UNDECIDED, now);
    return may;
}

static void be_refused(struct xnat_pause *pause, int64_t now)
{
    struct xnat_try try;

    assert_true(xnat_pause_begin(pause, &file, &try, now));
    xnat_pause_end(pause, &try, XNAT_TRY_REFUSED, now);
}

static void each_refusal_doubles_the_pause(void **state)
{
    struct xnat_pause *pause = xnat_pause_new();
    int64_t now = NOW;
    int64_t length = 15;

    (void)state;
    for (unsigned i = 0; i < 12; i++) {
        be_refused(pause, now);
        assert_false(may_try(pause, now));
        assert_false(may_try(pause, now + length - 1));
        now += length; /* when it may be refused again */
        length = length < 3600 ? 2 * length : length;
    }
    assert_int_equal(length, 3840); /* an hour's lock ends in it */
    xnat_pause_free(pause);
}

/* As many as ask at once would be as many failed logins. */
static void one_tries_when_it_is_over(void **state)
{
    struct xnat_pause *pause = xnat_pause_new();
    struct xnat_try try;

    (void)state;
    be_refused(pause, NOW);
    assert_true(xnat_pause_begin(pause, &file, &try, NOW + 15));
    assert_false(may_try(pause, NOW + 15));
    xnat_pause_end(pause, &try, XNAT_TRY_UNDECIDED, NOW + 16); /* XNAT was down, or slow */
    assert_false(may_try(pause, NOW + 16 + 14));
    assert_true(xnat_pause_begin(pause, &file, &try, NOW + 16 + 15));
    xnat_pause_end(pause, &try, XNAT_TRY_REFUSED, NOW + 40);
    assert_false(may_try(pause, NOW + 40 + 29));
    assert_true(may_try(pause, NOW + 40 + 30));
    xnat_pause_free(pause);
}

static void those_under_way_together_are_one(void **state)
{
    struct xnat_pause *pause = xnat_pause_new();
    struct xnat_try tries[8];

    (void)state;
    for (size_t i = 0; i < COUNT(tries); i++)
        assert_true(xnat_pause_begin(pause, &file, &tries[i], NOW));
    for (size_t i = 0; i < COUNT(tries); i++)
        xnat_pause_end(pause, &tries[i], XNAT_TRY_REFUSED, NOW);
    assert_true(may_try(pause, NOW + 15));
    xnat_pause_free(pause);
}

static void another_file_begins_anew(void **state)
{
    struct xnat_pause *pause = xnat_pause_new();
    struct xnat_try try;

    (void)state;
    for (int64_t now = NOW; now < NOW + 9 * 3840; now += 3840)
        be_refused(pause, now);
    assert_true(xnat_pause_begin(pause, &anew, &try, NOW + 8 * 3840));
    xnat_pause_end(pause, &try, XNAT_TRY_REFUSED, NOW + 8 * 3840);
    assert_false(xnat_pause_begin(pause, &anew, &try, NOW + 8 * 3840 + 14));
    assert_true(xnat_pause_begin(pause, &anew, &try, NOW + 8 * 3840 + 15));
    xnat_pause_end(pause, &try, XNAT_TRY_ACCEPTED, NOW + 8 * 3840 + 15);
    for (unsigned i = 0; i < 2; i++)
        assert_true(xnat_pause_begin(pause, &anew, &try, NOW + 8 * 3840 + 16));
    xnat_pause_free(pause);
}

/* NTP sets a clock right that was ahead. */
static void a_clock_that_was_ahead_keeps_nobody_waiting(void **state)
{
    struct xnat_pause *pause = xnat_pause_new();

    (void)state;
    be_refused(pause, NOW + 86400);
    assert_true(may_try(pause, NOW));
    xnat_pause_free(pause);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_refusal_doubles_the_pause),
        cmocka_unit_test(one_tries_when_it_is_over),
        cmocka_unit_test(those_under_way_together_are_one),
        cmocka_unit_test(another_file_begins_anew),
        cmocka_unit_test(a_clock_that_was_ahead_keeps_nobody_waiting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
