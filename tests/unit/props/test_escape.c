/* Escapes, and Java's strings in C. */
#include "support.h"

#include "props/escape.h"
#include "props/utf16.h"

static void assert_decodes(const char *written, const char *text)
{
    char room[ESCAPE_ROOM(100)];
    size_t bad_at = 0;
    assert_true(escape_decode(written, strlen(written), room, &bad_at));
    assert_string_equal(room, text);
}

static void assert_malformed(const char *written, size_t where)
{
    char room[ESCAPE_ROOM(100)];
    size_t bad_at = 99;
    assert_false(escape_decode(written, strlen(written), room, &bad_at));
    assert_int_equal(bad_at, where);
}

static void test_plain_and_short_escapes(void **state)
{
    (void)state;
    assert_decodes("", "");
    assert_decodes("plain", "plain");
    assert_decodes("\\t\\n\\r\\f", "\t\n\r\f");
    assert_decodes("\\a\\=\\:\\ \\\\\\x41", "a=: \\x41");
    assert_decodes("caf\xe9 \xff", "caf\xc3\xa9 \xc3\xbf");
}

static void test_units(void **state)
{
    (void)state;
    assert_decodes("\\u0041\\u00e9\\u20AC", "A\xc3\xa9\xe2\x82\xac");
    assert_decodes("\\uD83D\\uDE00", "\xf0\x9f\x98\x80");
    assert_decodes("\\uD83D", "\xed\xa0\xbd");
    assert_decodes("\\uDE00\\uD83Dx", "\xed\xb8\x80\xed\xa0\xbdx");
    assert_decodes("\\uD83D\\uD83D\\uDE00", "\xed\xa0\xbd\xf0\x9f\x98\x80");
    assert_decodes("a\\u0000b", "a\xc0\x80"
                                "b");
}

static void test_malformed(void **state)
{
    (void)state;
    assert_malformed("\\u", 0);
    assert_malformed("ab\\u004", 2);
    assert_malformed("\\u00g0", 0);
    assert_malformed("\\uu0041", 0);
    assert_malformed("\\\\\\u+041", 2);
    /* What stands behind the end is not ours, whatever it is. */
    char room[ESCAPE_ROOM(100)];
    size_t bad_at = 99;
    assert_false(escape_decode("\\u0041", 5, room, &bad_at));
    assert_int_equal(bad_at, 0);
}

static void test_next(void **state)
{
    (void)state;
    const char *at = "A\xc0\x80\xc3\xa9\xe2\x82\xac\xed\xa0\xbd\xf0\x9f\x98\x80";
    assert_int_equal(utf16_next(&at), 'A');
    assert_int_equal(utf16_next(&at), 0);
    assert_int_equal(utf16_next(&at), 0xE9);
    assert_int_equal(utf16_next(&at), 0x20AC);
    assert_int_equal(utf16_next(&at), 0xD83D);
    assert_int_equal(utf16_next(&at), 0x1F600);
    assert_string_equal(at, "");
}

static void assert_cleans(const char *text, const char *clean)
{
    char *made = utf16_clean(text, strlen(text));
    assert_string_equal(made, clean);
    assert_int_equal(utf16_is_clean(text, strlen(text)), strcmp(text, clean) == 0);
    free(made);
}

static void test_clean(void **state)
{
    (void)state;
    assert_cleans("", "");
    assert_cleans("A\xc3\xa9\xf0\x9f\x98\x80", "A\xc3\xa9\xf0\x9f\x98\x80");
    assert_cleans("\xc0\x80\xc0\x80\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    assert_cleans("x\xed\xa0\xbdy", "x\xef\xbf\xbdy");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_and_short_escapes),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_next),
        cmocka_unit_test(test_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
