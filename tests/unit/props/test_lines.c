/* Logical lines, and where each byte of them stood. */
#include "support.h"

#include "props/lines.h"

static struct lines *open_lines(struct lines *lines, const char *text)
{
    lines_init(lines, text, strlen(text));
    return lines;
}

static void assert_line(struct lines *lines, const char *text, size_t line, size_t column)
{
    assert_int_equal(lines_next(lines), LINES_READ);
    assert_int_equal(lines->text_size, strlen(text));
    if (lines->text_size > 0)
        assert_memory_equal(lines->text, text, lines->text_size);
    struct place place = lines_place(lines, 0);
    assert_int_equal(place.line, line);
    assert_int_equal(place.column, column);
}

static void assert_end(struct lines *lines)
{
    assert_int_equal(lines_next(lines), LINES_END);
    assert_int_equal(lines_next(lines), LINES_END);
    lines_free(lines);
}

static void test_line_ends(void **state)
{
    (void)state;
    struct lines lines;
    open_lines(&lines, "a\nb\rc\r\nd\n\re\r\r\nf");
    assert_line(&lines, "a", 1, 1);
    assert_line(&lines, "b", 2, 1);
    assert_line(&lines, "c", 3, 1);
    assert_line(&lines, "d", 4, 1);
    assert_line(&lines, "e", 6, 1);
    assert_line(&lines, "f", 8, 1);
    assert_end(&lines);
}

static void test_blank_lines_and_comments(void **state)
{
    (void)state;
    struct lines lines;
    open_lines(&lines, "\n \t\f\r\n # one \\\n  ! two\n\t key = v \n#end");
    assert_line(&lines, "key = v ", 5, 3);
    assert_end(&lines);
    open_lines(&lines, "");
    assert_end(&lines);
}

static void test_continuation(void **state)
{
    (void)state;
    struct lines lines;
    open_lines(&lines, " ab\\\r\n   cd\\\\\\\n\t#ef\nx");
    assert_line(&lines, "abcd\\\\#ef", 1, 2);
    assert_int_equal(lines_place(&lines, 1).column, 3);
    assert_int_equal(lines_place(&lines, 2).line, 2);
    assert_int_equal(lines_place(&lines, 2).column, 4);
    assert_int_equal(lines_place(&lines, 6).line, 3);
    assert_int_equal(lines_place(&lines, 6).column, 2);
    assert_int_equal(lines_place(&lines, 9).column, 5);
    assert_line(&lines, "x", 4, 1);
    assert_end(&lines);
}

static void test_even_backslashes_end_the_line(void **state)
{
    (void)state;
    struct lines lines;
    open_lines(&lines, "a\\\\\nb");
    assert_line(&lines, "a\\\\", 1, 1);
    assert_line(&lines, "b", 2, 1);
    assert_end(&lines);
}

/* Java looks at what it has kept, so after a lone backslash a new logical line begins in earnest.
 */
static void test_lone_backslash(void **state)
{
    (void)state;
    struct lines lines;
    open_lines(&lines, "\\\n#comment\n\\\n  key\\");
    assert_line(&lines, "key", 4, 3);
    assert_end(&lines);
    open_lines(&lines, "\\\n\nx");
    assert_line(&lines, "x", 3, 1);
    assert_end(&lines);
    open_lines(&lines, "a\n\\");
    assert_line(&lines, "a", 1, 1);
    assert_line(&lines, "", 2, 1);
    assert_end(&lines);
}

static void test_continuation_into_a_blank_line(void **state)
{
    (void)state;
    struct lines lines;
    open_lines(&lines, "a\\\n\nb");
    assert_line(&lines, "a", 1, 1);
    assert_line(&lines, "b", 3, 1);
    assert_end(&lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_blank_lines_and_comments),
        cmocka_unit_test(test_continuation),
        cmocka_unit_test(test_even_backslashes_end_the_line),
        cmocka_unit_test(test_lone_backslash),
        cmocka_unit_test(test_continuation_into_a_blank_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
