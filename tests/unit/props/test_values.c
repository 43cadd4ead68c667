/* The parser of each type of value. */
#include "support.h"

#include "props/values.h"

static void assert_slice(struct slice slice, const char *text)
{
    if (!slice_equals(slice, text))
        fail_msg("\"%.*s\" is not \"%s\"", (int)slice.size, slice.at, text);
}

static void test_trim(void **state)
{
    (void)state;
    assert_slice(value_trim(slice_of("")), "");
    assert_slice(value_trim(slice_of(" \t\f\r\n\x01")), "");
    assert_slice(value_trim(slice_of("  a b \t")), "a b");
    assert_slice(value_trim(slice_of("\xc2\xa0"
                                     "a")),
                 "\xc2\xa0"
                 "a");
}

static void test_words(void **state)
{
    (void)state;
    struct slice part = {"https://x", 5};
    assert_true(slice_begins(part, "http"));
    assert_true(slice_begins(part, ""));
    assert_false(slice_begins(part, "HTTP"));
    assert_false(slice_begins(part, "https:"));
    assert_true(slice_has_capitals(slice_of("aZ")));
    assert_true(slice_has_capitals(slice_of("A")));
    assert_false(slice_has_capitals(slice_of("a-z_@[`1")));
    assert_false(slice_has_capitals((struct slice){"aB", 1}));
}

static void test_control(void **state)
{
    (void)state;
    assert_false(value_has_control(slice_of("caf\xc3\xa9 \xf0\x9f\x98\x80")));
    assert_true(value_has_control(slice_of("a\tb")));
    assert_true(value_has_control(slice_of("a\x7f")));
    assert_true(value_has_control(slice_of("a\xc2\x85")));
    assert_true(value_has_control(slice_of("a\xc0\x80")));
    assert_true(value_has_control(slice_of("a\xed\xa0\xbd")));
}

static void test_boolean(void **state)
{
    (void)state;
    bool is_true;
    assert_true(value_boolean(slice_of("TrUe"), &is_true) && is_true);
    assert_true(value_boolean(slice_of("FALSE"), &is_true) && !is_true);
    static const char *const neither[] = {"", "yes", "1", "true ", "truey", "\"true\""};
    for (size_t i = 0; i < sizeof neither / sizeof *neither; i++)
        assert_true(!value_boolean(slice_of(neither[i]), &is_true) && !is_true);
}

static void test_list(void **state)
{
    (void)state;
    struct slice rest = slice_of(",a, b ,,  ,c d,");
    struct slice item;
    bool padded = true;
    assert_true(value_next_item(&rest, &item, &padded));
    assert_slice(item, "a");
    assert_false(padded);
    assert_true(value_next_item(&rest, &item, &padded));
    assert_slice(item, "b");
    assert_true(padded);
    assert_true(value_next_item(&rest, &item, NULL));
    assert_slice(item, "c d");
    assert_false(value_next_item(&rest, &item, &padded));
    assert_false(value_next_item(&rest, &item, &padded));
}

static void test_provider_id(void **state)
{
    (void)state;
    static const char *const good[] = {
        "a", "aaf", "AAF-2_x", "my.idp",
        "0123456789012345678901234567890123456789012345678901234567890123"};
    static const char *const bad[] = {
        "",
        " aaf",
        "a b",
        "a/b",
        ".",
        "a.",
        ".a",
        "a..b",
        "<id>",
        "caf\xc3\xa9",
        "01234567890123456789012345678901234567890123456789012345678901234"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(value_is_provider_id(slice_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(value_is_provider_id(slice_of(bad[i])));
}

static void test_scope(void **state)
{
    (void)state;
    assert_true(value_is_scope(slice_of("https://example.org/a#b:c~")));
    static const char *const bad[] = {"", "a b", "a\"", "a\\", "a\x7f", "\xc3\xa9", "a\t"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(value_is_scope(slice_of(bad[i])));
}

static void test_good_urls(void **state)
{
    (void)state;
    struct value_url url;
    assert_int_equal(value_url(slice_of("HTTPS://Op.Example.org:8443/a%20b/c?d=e/f"), &url),
                     URL_OK);
    assert_slice(url.host, "Op.Example.org");
    assert_slice(url.port, "8443");
    assert_slice(url.origin, "HTTPS://Op.Example.org:8443");
    assert_slice(url.path, "/a%20b/c");
    assert_slice(url.query, "?d=e/f");
    assert_true(url.https);
    assert_false(url.loopback);
    assert_int_equal(value_url(slice_of("http://x?y"), &url), URL_OK);
    assert_slice(url.path, "");
    assert_slice(url.query, "?y");
    assert_slice(url.port, "");
    assert_false(url.https);
    assert_int_equal(value_url(slice_of("https://[2001:db8::1]:65535"), &url), URL_OK);
    assert_slice(url.host, "2001:db8::1");
    assert_slice(url.origin, "https://[2001:db8::1]:65535");
}

struct bad_url {
    const char *text;
    enum value_url_problem problem;
};

static void test_bad_urls(void **state)
{
    (void)state;
    static const struct bad_url bad[] = {
        {"", URL_EMPTY},
        {"/token", URL_RELATIVE},
        {"op.example.org/token", URL_RELATIVE},
        {"https:/x", URL_RELATIVE},
        {"1https://x", URL_RELATIVE},
        {"ftp://x", URL_SCHEME},
        {"javascript://x", URL_SCHEME},
        {"https://x/a b", URL_CHARACTER},
        {"\"https://x\"", URL_CHARACTER},
        {"https://x/{y}", URL_CHARACTER},
        {"https://x/%2", URL_CHARACTER},
        {"https://x/%zz", URL_CHARACTER},
        {"https://x\\y", URL_CHARACTER},
        {"https://caf\xc3\xa9", URL_CHARACTER},
        {"https://", URL_HOST},
        {"https:///x", URL_HOST},
        {"https://:80", URL_HOST},
        {"https://a..b", URL_HOST},
        {"https://.a", URL_HOST},
        {"https://a%41", URL_HOST},
        {"https://[::1", URL_HOST},
        {"https://[::g]", URL_HOST},
        {"https://[::1]x", URL_HOST},
        {"https://[1:2:3:4:5:6:7:8:9:1:2:3:4:5:6:7:8:9:1:2:3:4:5:6:7:8:9:1:2:3:4:5:6]", URL_HOST},
        {"https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         URL_HOST},
        {"https://x:", URL_PORT},
        {"https://x:0", URL_PORT},
        {"https://x:65536", URL_PORT},
        {"https://x:000443", URL_PORT},
        {"https://x:8a", URL_PORT},
        {"https://u:p@x", URL_USERINFO},
        {"https://@x", URL_USERINFO},
        {"https://x/#y", URL_FRAGMENT},
        {"https://x#", URL_FRAGMENT},
    };
    struct value_url url;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (value_url(slice_of(bad[i].text), &url) != bad[i].problem)
            fail_msg("%s: %d", bad[i].text, (int)value_url(slice_of(bad[i].text), &url));
}

static void test_loopback(void **state)
{
    (void)state;
    static const char *const loopback[] = {"http://localhost", "http://LocalHost:1",
                                           "http://127.0.0.1", "http://127.255.3.4:80/x",
                                           "http://[::1]/",    "http://[0:0:0:0:0:0:0:1]"};
    static const char *const elsewhere[] = {
        "http://localhost.example.org", "http://127.1",     "http://128.0.0.1",
        "http://127.0.0.1.nip.io",      "http://[::2]",     "http://0.0.0.0",
        "http://[::ffff:127.0.0.1]",    "http://xlocalhost"};
    struct value_url url;
    for (size_t i = 0; i < sizeof loopback / sizeof *loopback; i++)
        assert_true(value_url(slice_of(loopback[i]), &url) == URL_OK && url.loopback);
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        assert_true(value_url(slice_of(elsewhere[i]), &url) == URL_OK && !url.loopback);
}

struct path_case {
    const char *text;
    enum value_path_problem problem;
};

static void test_path(void **state)
{
    (void)state;
    static const struct path_case cases[] = {
        {"/openid-login", PATH_OK},
        {"/a/b.c/~d,e", PATH_OK},
        {"/a/", PATH_OK},
        {"/.well-known/x", PATH_OK},
        {"", PATH_EMPTY},
        {"openid-login", PATH_NO_SLASH},
        {"https://x/y", PATH_NO_SLASH},
        {"/", PATH_ROOT},
        {"/a?b", PATH_QUERY},
        {"/a#b", PATH_QUERY},
        {"/a%2fb", PATH_ESCAPE},
        {"//x", PATH_SEGMENT},
        {"/a//b", PATH_SEGMENT},
        {"/a/../b", PATH_SEGMENT},
        {"/./a", PATH_SEGMENT},
        {"/a/..", PATH_SEGMENT},
        {"/a b", PATH_CHARACTER},
        {"/a;b", PATH_CHARACTER},
        {"/a\x01", PATH_CHARACTER},
        {"/\xc3\xa9", PATH_CHARACTER},
        {"/a\\b", PATH_CHARACTER},
        {"/a\"", PATH_CHARACTER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (value_path(slice_of(cases[i].text)) != cases[i].problem)
            fail_msg("%s: %d", cases[i].text, (int)value_path(slice_of(cases[i].text)));
}

struct pattern_case {
    const char *text;
    enum value_pattern_problem problem;
};

static void test_pattern(void **state)
{
    (void)state;
    static const struct pattern_case cases[] = {
        {"[providerId]_[sub]", PATTERN_OK},
        {"[sub]", PATTERN_OK},
        {"x-[https://example.org/uid]", PATTERN_OK},
        {"", PATTERN_EMPTY},
        {"[sub", PATTERN_UNBALANCED},
        {"sub]", PATTERN_UNBALANCED},
        {"[[sub]]", PATTERN_UNBALANCED},
        {"[sub]]", PATTERN_UNBALANCED},
        {"[]", PATTERN_NO_NAME},
        {"a[ ]", PATTERN_NO_NAME},
        {"user", PATTERN_CONSTANT},
        {"[providerId]", PATTERN_CONSTANT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (value_pattern(slice_of(cases[i].text)) != cases[i].problem)
            fail_msg("%s: %d", cases[i].text, (int)value_pattern(slice_of(cases[i].text)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trim),     cmocka_unit_test(test_words),
        cmocka_unit_test(test_control),  cmocka_unit_test(test_boolean),
        cmocka_unit_test(test_list),     cmocka_unit_test(test_provider_id),
        cmocka_unit_test(test_scope),    cmocka_unit_test(test_good_urls),
        cmocka_unit_test(test_bad_urls), cmocka_unit_test(test_loopback),
        cmocka_unit_test(test_path),     cmocka_unit_test(test_pattern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
