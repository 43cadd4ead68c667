/* Seams of a head: heads laid out as libmicrohttpd 0.9.75 leaves them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/seams.h"

/* The last word of the request line, then fields; NULs where colons and line ends were. */
static const char *const version = "HTTP/1.1\0\0Host\0 a\0\0X-A\0 1\0\0X-Empty\0\0\0X-B\0\tb \0\0";

static void pass(struct seams *seams, const char *head, size_t name, const char *value)
{
    seams_pass(seams, head + name, strlen(head + name), value, value ? strlen(value) : 0);
}

static void fields_line_by_line_are_sound(void **state)
{
    struct seams seams = seams_behind(version);

    (void)state;
    pass(&seams, version, 10, version + 16);
    pass(&seams, version, 19, version + 24);
    pass(&seams, version, 27, version + 35);
    pass(&seams, version, 37, version + 42);
    assert_true(seams.sound);
}

static void a_field_without_a_value_ends_with_its_name(void **state)
{
    static const char head[] = "HTTP/1.1\0\0X-A\0\0X-B\0 1\0\0";
    struct seams seams = seams_behind(head);

    (void)state;
    pass(&seams, head, 10, NULL);
    pass(&seams, head, 15, head + 20);
    assert_true(seams.sound);
}

static void a_lone_line_feed_is_not(void **state)
{
    static const char first[] = "HTTP/1.1\0Host\0 a\0\0";
    static const char second[] = "HTTP/1.1\0\0Host\0 a\0X-A\0 1\0\0";
    struct seams seams = seams_behind(first);

    (void)state;
    pass(&seams, first, 9, first + 15);
    assert_false(seams.sound);
    seams = seams_behind(second);
    pass(&seams, second, 10, second + 16);
    assert_true(seams.sound);
    pass(&seams, second, 18, second + 23);
    assert_false(seams.sound);
}

static void a_nul_in_a_value_is_not(void **state)
{
    static const char head[] = "HTTP/1.1\0\0X-A\0 1\0\0\0X-B\0 1\0\0";
    struct seams seams = seams_behind(head);

    (void)state;
    pass(&seams, head, 10, head + 15);
    pass(&seams, head, 19, head + 24);
    assert_false(seams.sound);
}

static void a_text_that_was_moved_is_not(void **state)
{
    static const char head[] = "HTTP/1.1\0\0X-A\0 1\0\0 2\0\0X-B\0 1\0\0";
    static const char joined[] = "1 2";
    struct seams seams = seams_behind(head);

    (void)state;
    seams_pass(&seams, joined, strlen(joined), head + 15, 1);
    assert_false(seams.sound);
    seams = seams_behind(head);
    pass(&seams, head, 10, joined);
    assert_true(seams.sound);
    pass(&seams, head, 22, head + 27);
    assert_false(seams.sound);
}

/* The head from its method on, behind whose last field something stands. */
static bool ends(const char *head, size_t size, size_t name, const char *value)
{
    struct seams seams = seams_behind(head + 7);

    pass(&seams, head, name, value);
    assert_true(seams.sound);
    return seams_end_head(&seams, head, size);
}

static void a_head_ends_with_an_empty_line(void **state)
{
    static const char sound[] = "GET\0/a\0HTTP/1.1\0\0X-A\0 1\0\0\0\0";
    static const char nameless[] = "GET\0/a\0HTTP/1.1\0\0X-A\0 1\0\0\0 b\0\0";
    static const char named[] = "GET\0/a\0HTTP/1.1\0\0X-A\0 1\0\0b\0";
    static const char line_feed[] = "GET\0/a\0HTTP/1.1\0\0X-A\0 1\0\0\0";
    static const char cut[] = "GET\0/a\0HTTP/1.1\0\0X-A\0 1\0b\0\0\0\0";

    (void)state;
    assert_true(ends(sound, sizeof(sound) - 1, 17, sound + 22));
    assert_false(ends(nameless, sizeof(nameless) - 1, 17, nameless + 22));
    assert_false(ends(named, sizeof(named) - 1, 17, named + 22));
    assert_false(ends(line_feed, sizeof(line_feed) - 1, 17, line_feed + 22));
    assert_false(ends(cut, sizeof(cut) - 1, 17, cut + 22));
}

static void what_was_unsound_stays_so(void **state)
{
    static const char head[] = "HTTP/1.1\0X-A\0 1\0\0X-B\0 1\0\0";
    struct seams seams = seams_behind(head);

    (void)state;
    pass(&seams, head, 9, head + 14);
    pass(&seams, head, 17, head + 22);
    assert_false(seams.sound);
}

static void the_words_of_a_line_are_next_to_each_other(void **state)
{
    static const char line[] = "GET\0/a\0c=1\0HTTP/1.1";

    (void)state;
    assert_true(seams_join_words(line, line + 4, 6, line + 11)); /* its '?' was cut later */
    assert_false(seams_join_words(line, line + 4, 2, line + 11));
    assert_false(seams_join_words(line, line + 7, 3, line + 11));
    assert_false(seams_join_words(line, line + 4, 6, ""));
}

static void only_one_release_is_known(void **state)
{
    (void)state;
    assert_true(seams_can_be_told("0.9.75"));
    assert_false(seams_can_be_told("0.9.76"));
    assert_false(seams_can_be_told("1.0.1"));
    assert_false(seams_can_be_told("0.9.7"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_line_by_line_are_sound),
        cmocka_unit_test(a_field_without_a_value_ends_with_its_name),
        cmocka_unit_test(a_lone_line_feed_is_not),
        cmocka_unit_test(a_nul_in_a_value_is_not),
        cmocka_unit_test(a_text_that_was_moved_is_not),
        cmocka_unit_test(a_head_ends_with_an_empty_line),
        cmocka_unit_test(what_was_unsound_stays_so),
        cmocka_unit_test(the_words_of_a_line_are_next_to_each_other),
        cmocka_unit_test(only_one_release_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
