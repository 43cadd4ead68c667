/* Absolute URLs, strictly. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "liboidc/buf.h"
#include "liboidc/url.h"

static void parts_are_what_is_written(void **state)
{
    struct url url;

    (void)state;
    assert_true(url_parse("HTTPS://Op.Example:8443/a/b%20c?x=1&y=?", &url));
    assert_true(url.https);
    assert_int_equal(url.port, 8443);
    assert_int_equal(url.host.size, strlen("Op.Example"));
    assert_memory_equal(url.host.data, "Op.Example", url.host.size);
    assert_int_equal(url.path.size, strlen("/a/b%20c"));
    assert_memory_equal(url.path.data, "/a/b%20c", url.path.size);
    assert_true(url.has_query);
    assert_string_equal(url.query.data, "x=1&y=?");

    assert_true(url_parse("http://[::1]:80", &url));
    assert_false(url.https);
    assert_true(url.ipv6);
    assert_int_equal(url.host.size, 3);
    assert_int_equal(url.port, 80);
    assert_int_equal(url.path.size, 0);
    assert_false(url.has_query);

    assert_true(url_parse("https://op.example?", &url));
    assert_int_equal(url.port, 443);
    assert_true(url.has_query);
    assert_int_equal(url.query.size, 0);
}

static void what_readers_disagree_on_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "op.example",
        "/oidc/token",
        "//op.example/",
        "ftp://op.example/",
        "https:/op.example/",
        "https:op.example",
        "https://",
        "https:///path",
        "https://?x",
        "https://:443/",
        "https://op.example:/",
        "https://op.example:0/",
        "https://op.example:65536/",
        "https://op.example:99999999999999999999/",
        "https://op.example:4x/",
        "https://op.example:-1/",
        "https://user@op.example/",
        "https://op.example:80@evil.example/",
        "https://evil.example\\@op.example/",
        "https://op.example\\evil/",
        "https://op%2eexample/",
        "https://op.example/#top",
        "https://op.example/a b",
        "https://op.example/ ",
        " https://op.example/",
        "https://op.example/\t",
        "https://op.example/\n",
        "https://op.example/\x7f",
        "https://op.ex\xc3\xa4mple/",
        "https://op.example/%",
        "https://op.example/%4",
        "https://op.example/%zz",
        "https://op.example/\"",
        "https://op.example/<x>",
        "https://.example/",
        "https://-op.example/",
        "https://[::1",
        "https://[]/",
        "https://[1.2.3.4]/",
        "https://[::1]x/",
        "https://[::1%25lo]/",
        "https://op.example,evil.example/",
    };
    struct url url;

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        if (url_parse(texts[i], &url))
            fail_msg("taken for a URL: '%s'", texts[i]);
}

static void length_is_bounded(void **state)
{
    char text[URL_MAX + 2];
    struct url url;

    (void)state;
    memset(text, 'a', sizeof text);
    memcpy(text, "https://op.example/", strlen("https://op.example/"));
    text[URL_MAX] = '\0';
    assert_true(url_parse(text, &url));
    text[URL_MAX] = 'a';
    text[URL_MAX + 1] = '\0';
    assert_false(url_parse(text, &url));
}

static void only_this_machine_is_loopback(void **state)
{
    static const struct {
        const char *text;
        bool loopback;
    } cases[] = {
        {"http://localhost/", true},
        {"http://LocalHost:1/", true},
        {"http://127.0.0.1:9000/x", true},
        {"http://127.255.255.254/", true},
        {"http://[::1]:5/", true},
        {"http://localhost.example/", false},
        {"http://127.0.0.1.example/", false},
        {"http://127.1/", false},
        {"http://127.0.0.01/", false},
        {"http://127.0.0.256/", false},
        {"http://127.0.0.1.1/", false},
        {"http://127.0.0./", false},
        {"http://127..0.1/", false},
        {"http://127.0.0.1./", false},
        {"http://128.0.0.1/", false},
        {"http://0127.0.0.1/", false},
        {"http://0x7f.0.0.1/", false},
        {"http://2130706433/", false},
        {"http://127.0.0.1000/", false},
        {"http://[::2]/", false},
        {"http://[::ffff:127.0.0.1]/", false},
        {"http://example.localhost/", false},
        {"http://0.0.0.0/", false},
    };
    struct url url;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_true(url_parse(cases[i].text, &url));
        if (url_is_loopback(&url) != cases[i].loopback)
            fail_msg("loopback or not: '%s'", cases[i].text);
        if (url_is_secure(&url) != cases[i].loopback)
            fail_msg("secure or not: '%s'", cases[i].text);
    }
    assert_true(url_parse("https://op.example/", &url));
    assert_true(url_is_secure(&url));
}

static void check_origin(const char *text, const char *origin)
{
    struct url url;
    struct buf buf;

    assert_true(url_parse(text, &url));
    buf_init(&buf, 200);
    url_add_origin(&buf, &url);
    assert_true(buf_ok(&buf));
    assert_string_equal(buf.data, origin);
    buf_free(&buf);
}

static void origins_are_written_one_way(void **state)
{
    (void)state;
    check_origin("HTTPS://Op.Example:443/x?y", "https://op.example");
    check_origin("http://op.example:80", "http://op.example");
    check_origin("https://op.example:80/", "https://op.example:80");
    check_origin("http://[::1]:9000/", "http://[::1]:9000");
}

static void origins_are_compared_by_their_parts(void **state)
{
    static const struct {
        const char *a;
        const char *b;
        bool same;
    } cases[] = {
        {"https://op.example/a", "https://OP.example:443/b?c", true},
        {"https://op.example/", "http://op.example/", false},
        {"https://op.example/", "https://op.example:8443/", false},
        {"https://op.example/", "https://op.examples/", false},
        {"https://op.example/", "https://ap.example/", false},
        {"http://[::1]/", "http://[::1]/x", true},
    };
    struct url a;
    struct url b;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_true(url_parse(cases[i].a, &a));
        assert_true(url_parse(cases[i].b, &b));
        assert_int_equal(url_same_origin(&a, &b), cases[i].same);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_what_is_written),
        cmocka_unit_test(what_readers_disagree_on_is_refused),
        cmocka_unit_test(length_is_bounded),
        cmocka_unit_test(only_this_machine_is_loopback),
        cmocka_unit_test(origins_are_written_one_way),
        cmocka_unit_test(origins_are_compared_by_their_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
