/* Texts that grow, and UTF-8 of any bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <oidc/text.h>

#include "server/text.h"
#include "tests/support/failalloc.h"

static void an_empty_text_is_an_empty_string(void **state)
{
    (void)state;
    struct text text = {0};
    char *data = text_steal(&text);
    assert_string_equal(data, "");
    free(data);
}

static void additions_follow_each_other(void **state)
{
    (void)state;
    struct text text = {0};
    text_adds(&text, "one ");
    text_add(&text, "two!", 3);
    text_addf(&text, " %s %d", "three", 4);
    char *data = text_steal(&text);
    assert_string_equal(data, "one two three 4");
    assert_null(text.data);
    free(data);
}

static void a_text_grows_past_its_first_room(void **state)
{
    (void)state;
    struct text text = {0};
    for (int i = 0; i < 5000; i++)
        text_addf(&text, "%04d", i);
    assert_int_equal(text.size, 20000);
    char *data = text_steal(&text);
    assert_int_equal(strlen(data), 20000);
    assert_memory_equal(data + 19996, "4999", 4);
    free(data);
}

static void a_size_that_overflows_spoils_the_text(void **state)
{
    (void)state;
    struct text text = {0};
    text_adds(&text, "kept");
    text_add(&text, "", SIZE_MAX - 2);
    text_adds(&text, "ignored");
    assert_true(text.bad);
    assert_null(text_steal(&text));
}

static bool build(void *context)
{
    (void)context;
    struct text text = {0};
    for (int i = 0; i < 300; i++)
        text_addf(&text, "%d little lines of text\n", i);
    char *data = text_steal(&text);
    free(data);
    return data != NULL;
}

static void no_memory_spoils_the_text(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(build, NULL) > 2);
}

static void characters_are_read_one_by_one(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t step;
        uint32_t character;
    } rows[] = {
        {"a", 1, 'a'},
        {"\x7F", 1, 0x7F},
        {"\xC2\x80", 2, 0x80},
        {"\xC3\xA9", 2, 0xE9},
        {"\xE0\xA0\x80", 3, 0x800},
        {"\xEF\xBF\xBD", 3, 0xFFFD},
        {"\xEF\xBC\x8F", 3, 0xFF0F},
        {"\xED\x9F\xBF", 3, 0xD7FF},
        {"\xF0\x9F\x98\x80", 4, 0x1F600},
        {"\xF4\x8F\xBF\xBF", 4, 0x10FFFF},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t character = 0;
        assert_int_equal(oidc_text_next(rows[i].bytes, strlen(rows[i].bytes), &character),
                         rows[i].step);
        assert_int_equal(character, rows[i].character);
    }
}

static void what_is_no_character_takes_one_byte(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "\x80",             /* a tail alone */
        "\xC0\xAF",         /* '/' in two bytes */
        "\xC1\xBF",         /* overlong */
        "\xE0\x80\xAF",     /* '/' in three */
        "\xE0\x9F\xBF",     /* overlong */
        "\xED\xA0\x80",     /* a surrogate */
        "\xF0\x80\x80\xAF", /* '/' in four */
        "\xF4\x90\x80\x80", /* past the end of Unicode */
        "\xF5\x80\x80\x80",
        "\xFF",
        "\xC3",
        "\xC3(",
        "\xE2\x82",
        "\xE2(\x80",
        "\xF0\x9F\x98",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t character = 0;
        assert_int_equal(oidc_text_next(rows[i], strlen(rows[i]), &character), 1);
        assert_int_equal(character, OIDC_TEXT_REPLACEMENT);
    }
}

static void what_acts_on_text_is_a_control(void **state)
{
    (void)state;
    static const uint32_t controls[] = {0x00,   0x0A,   0x1B,   0x7F,   0x85,    0x9B,
                                        0x061C, 0x2028, 0x202E, 0x2066, 0xE0001, 0xE007F};
    static const uint32_t shown[] = {' ',    'a',    0xA0,    0xE9,   0x2027,
                                     0x202F, 0x4E2D, 0x1F600, 0xE0100};
    for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++)
        assert_true(oidc_text_is_steering(controls[i]));
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        assert_false(oidc_text_is_steering(shown[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_text_is_an_empty_string),
        cmocka_unit_test(additions_follow_each_other),
        cmocka_unit_test(a_text_grows_past_its_first_room),
        cmocka_unit_test(a_size_that_overflows_spoils_the_text),
        cmocka_unit_test(no_memory_spoils_the_text),
        cmocka_unit_test(characters_are_read_one_by_one),
        cmocka_unit_test(what_is_no_character_takes_one_byte),
        cmocka_unit_test(what_acts_on_text_is_a_control),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
