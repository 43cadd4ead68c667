/* JSON from outside: what is refused and why, and the typed getters. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "liboidc/json.h"

static json_t *read_text(const char *text)
{
    const char *reason = NULL;
    json_t *object = json_read_object(text, strlen(text), &reason);

    assert_non_null(object);
    return object;
}

static void refused(const void *bytes, size_t size, const char *expected)
{
    const char *reason = NULL;

    assert_null(json_read_object(bytes, size, &reason));
    assert_string_equal(reason, expected);
}

static void only_one_whole_object_is_read(void **state)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"", "ends too early"},
        {"{", "ends too early"},
        {"[]", "is not a JSON object"},
        {"[1]", "is not a JSON object"},
        {"\"x\"", "is not JSON"},
        {"nonsense", "is not JSON"},
        {"{} {}", "has something behind its end"},
        {"{}x", "has something behind its end"},
        {"{\"a\":1,\"a\":2}", "has a member twice"},
        {"{\"a\":{\"b\":1,\"b\":1}}", "has a member twice"},
        {"{\"a\":\"\\u0000\"}", "has U+0000 in a text"},
        {"{\"a\\u0000b\":1}", "has U+0000 in a text"},
        {"{\"a\":\"\xff\"}", "is not UTF-8"},
        {"{\"a\":\"\xed\xa0\x80\"}", "is not UTF-8"},
        {"{\"a\":\"\\ud800\"}", "is not JSON"},
        {"{\"a\":1e999}", "has a number that is too large"},
        {"{\"a\":99999999999999999999}", "has a number that is too large"},
        {"{\"a\":01}", "is not JSON"},
        {"{\"a\":NaN}", "is not JSON"},
        {"{'a':1}", "is not JSON"},
        {"{\"a\":1,}", "is not JSON"},
        {"\xef\xbb\xbf{}", "is not JSON"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        refused(cases[i].text, strlen(cases[i].text), cases[i].reason);
    refused(NULL, 0, "ends too early");
    refused("{}\0", 3, "has something behind its end");
    json_t *object = read_text(" {\"a\" : [1, 2]}\r\n\t");
    json_decref(object);
}

static void depth_is_bounded(void **state)
{
    enum { DEPTH = 100000 };
    char *text = malloc(6 * DEPTH);
    char *end = text;

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < DEPTH; i++) {
        memcpy(end, "{\"a\":", 5);
        end += 5;
    }
    refused(text, (size_t)(end - text), "is nested too deeply");
    free(text);
}

static void text_members_are_strings_with_something_in_them(void **state)
{
    json_t *object = read_text("{\"t\":\"x\",\"e\":\"\",\"n\":null,\"i\":1,\"a\":[\"x\"]}");

    (void)state;
    assert_string_equal(json_text(object, "t"), "x");
    assert_null(json_text(object, "e"));
    assert_null(json_text(object, "n"));
    assert_null(json_text(object, "i"));
    assert_null(json_text(object, "a"));
    assert_null(json_text(object, "missing"));
    assert_true(json_has(object, "e"));
    assert_true(json_has(object, "i"));
    assert_false(json_has(object, "n"));
    assert_false(json_has(object, "missing"));
    json_decref(object);
}

static void whole_numbers_are_exact(void **state)
{
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } cases[] = {
        {"{\"n\":0}", true, 0},
        {"{\"n\":-7}", true, -7},
        {"{\"n\":1700000000}", true, 1700000000},
        {"{\"n\":9007199254740992}", true, INT64_C(9007199254740992)},
        {"{\"n\":-9007199254740992}", true, -INT64_C(9007199254740992)},
        {"{\"n\":9007199254740993}", false, 0},
        {"{\"n\":-9007199254740993}", false, 0},
        {"{\"n\":1.7e9}", true, 1700000000},
        {"{\"n\":3600.0}", true, 3600},
        {"{\"n\":1.5}", false, 0},
        {"{\"n\":1e300}", false, 0},
        {"{\"n\":-1e300}", false, 0},
        {"{\"n\":\"1\"}", false, 0},
        {"{\"n\":true}", false, 0},
        {"{\"n\":null}", false, 0},
        {"{}", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *object = read_text(cases[i].text);
        int64_t value = 42;
        assert_int_equal(json_whole_number(object, "n", &value), cases[i].good);
        assert_true(value == (cases[i].good ? cases[i].value : 42));
        json_decref(object);
    }
}

static void a_text_or_a_list_has_a_text(void **state)
{
    static const struct {
        const char *text;
        bool has;
    } cases[] = {
        {"{\"a\":\"me\"}", true},
        {"{\"a\":[\"me\"]}", true},
        {"{\"a\":[\"you\",\"me\"]}", true},
        {"{\"a\":[\"me\",\"you\"]}", true},
        {"{\"a\":\"you\"}", false},
        {"{\"a\":\"me \"}", false},
        {"{\"a\":\"ME\"}", false},
        {"{\"a\":[]}", false},
        {"{\"a\":[\"you\"]}", false},
        {"{\"a\":[\"me\",1]}", false},
        {"{\"a\":[1,\"me\"]}", false},
        {"{\"a\":[[\"me\"]]}", false},
        {"{\"a\":{\"me\":\"me\"}}", false},
        {"{\"a\":null}", false},
        {"{\"a\":1}", false},
        {"{}", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *object = read_text(cases[i].text);
        assert_int_equal(json_text_or_list_has(object, "a", "me"), cases[i].has);
        json_decref(object);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_one_whole_object_is_read),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(text_members_are_strings_with_something_in_them),
        cmocka_unit_test(whole_numbers_are_exact),
        cmocka_unit_test(a_text_or_a_list_has_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
