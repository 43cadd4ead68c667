/* Details for the log: one line, plain characters, cut at a character. And the UTF-8 below it. */
#include "tests/support/check.h"

#include "liboidc/fail.h"
#include "props/utf8.h"

static const char *detail_of(const char *text)
{
    static oidc_error error;

    assert_int_equal(oidc_fail(&error, OIDC_E_USAGE, "%s", text), OIDC_E_USAGE);
    assert_int_equal(error.code, OIDC_E_USAGE);
    return error.detail;
}

static void the_code_comes_back_without_an_error_too(void **state)
{
    (void)state;
    assert_int_equal(oidc_fail(NULL, OIDC_E_CRYPTO, "%d", 1), OIDC_E_CRYPTO);
    assert_int_equal(oidc_fail_memory(NULL), OIDC_E_MEMORY);
}

static void arguments_are_formatted(void **state)
{
    oidc_error error;

    (void)state;
    assert_int_equal(oidc_fail(&error, OIDC_E_CONFIG, "%s is %d, not %zu", "it", 3, (size_t)4),
                     OIDC_E_CONFIG);
    assert_string_equal(error.detail, "it is 3, not 4");
}

static void text_that_would_forge_a_line_is_defused(void **state)
{
    static const struct {
        const char *text, *line;
    } cases[] = {
        {"a\nb\r\tc\x1b[31m", "a?b??c?[31m"},
        {"\x7f", "?"},
        {"z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x94\x91",
         "z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x94\x91"},
        {"\xc2\x85", "?"}, /* C1: next line */
        {"a\xe2\x80\xa8"
         "b",
         "a?b"}, /* line separator */
        {"a\xe2\x80\xae"
         "b",
         "a?b"},                      /* right-to-left override */
        {"\xff\xfe", "??"},           /* no UTF-8 */
        {"\xc0\xaf", "??"},           /* '/' spelt too long */
        {"\xed\xa0\x80", "???"},      /* a surrogate */
        {"\xf4\x90\x80\x80", "????"}, /* above U+10FFFF */
        {"\xe2\x82", "??"},           /* cut off */
        {"\xe2\x82"
         "a",
         "??a"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(detail_of(cases[i].text), cases[i].line);
}

static void long_text_is_cut_at_a_character(void **state)
{
    char text[2 * OIDC_DETAIL_SIZE];

    (void)state;
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    assert_int_equal(strlen(detail_of(text)), OIDC_DETAIL_SIZE - 1);

    /* Whatever way the characters fall on the end, none of them is halved. */
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'x', shift);
        for (size_t i = shift; i + 4 < sizeof text; i += 4)
            memcpy(text + i, "\xf0\x9f\x94\x91", 5);
        const char *line = detail_of(text);
        assert_true(utf8_text_is_clean(line));
        assert_null(strchr(line, '?'));
        assert_in_range(strlen(line), OIDC_DETAIL_SIZE - 4, OIDC_DETAIL_SIZE - 1);
    }
}

static void the_detail_may_be_its_own_argument(void **state)
{
    oidc_error error;

    (void)state;
    assert_int_equal(oidc_fail(&error, OIDC_E_FILE, "inner"), OIDC_E_FILE);
    assert_int_equal(oidc_fail(&error, OIDC_E_CONFIG, "outer: %s", error.detail), OIDC_E_CONFIG);
    assert_string_equal(error.detail, "outer: inner");
    assert_int_equal(error.code, OIDC_E_CONFIG);
}

static void characters_are_read_one_by_one(void **state)
{
    static const struct {
        const char *text;
        size_t size;
        size_t taken;
        uint32_t character;
    } cases[] = {
        {"a", 1, 1, 'a'},
        {"\0", 1, 1, 0},
        {"\xc2\x80", 2, 2, 0x80},
        {"\xdf\xbf", 2, 2, 0x7ff},
        {"\xe0\xa0\x80", 3, 3, 0x800},
        {"\xef\xbf\xbf", 3, 3, 0xffff},
        {"\xf0\x90\x80\x80", 4, 4, 0x10000},
        {"\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff},
        {"a", 0, 0, 0},
        {"\x80", 1, 0, 0},
        {"\xc1\xbf", 2, 0, 0},
        {"\xe0\x9f\xbf", 3, 0, 0},
        {"\xf0\x8f\xbf\xbf", 4, 0, 0},
        {"\xf4\x90\x80\x80", 4, 0, 0},
        {"\xf8\x88\x80\x80", 4, 0, 0},
        {"\xed\xbf\xbf", 3, 0, 0},
        {"\xe2\x82\xac", 2, 0, 0},
        {"\xe2\x28\xa1", 3, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint32_t character = 0;
        assert_int_equal(utf8_read(cases[i].text, cases[i].size, &character), cases[i].taken);
        assert_int_equal(character, cases[i].character);
    }
}

static void clean_text_has_no_control_characters(void **state)
{
    (void)state;
    assert_true(utf8_text_is_clean(""));
    assert_true(utf8_text_is_clean("Zo\xc3\xab \xe2\x80\x8e"));
    assert_false(utf8_text_is_clean("a\nb"));
    assert_false(utf8_text_is_clean("a\x7f"));
    assert_false(utf8_text_is_clean("a\xc2\x9f"));
    assert_false(utf8_text_is_clean("a\xff"));
    assert_true(utf8_text_is_clean("a\xc2\xa0"));
    assert_false(utf8_is_plain(0x061c));
    assert_false(utf8_is_plain(0x200e));
    assert_true(utf8_is_control(0x1f));
    assert_false(utf8_is_control(0x20));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_code_comes_back_without_an_error_too),
        cmocka_unit_test(arguments_are_formatted),
        cmocka_unit_test(text_that_would_forge_a_line_is_defused),
        cmocka_unit_test(long_text_is_cut_at_a_character),
        cmocka_unit_test(the_detail_may_be_its_own_argument),
        cmocka_unit_test(characters_are_read_one_by_one),
        cmocka_unit_test(clean_text_has_no_control_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
