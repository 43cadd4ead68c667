/* Where Redis is: what is taken, what is refused, and that a password stays hidden. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "server/redis_address.h"
#include "tests/support/failalloc.h"

static void same(const char *text, const char *expected)
{
    if (expected)
        assert_string_equal(text, expected);
    else
        assert_null(text);
}

static void urls_are_taken_apart(void **state)
{
    static const struct {
        const char *text, *host;
        int port;
        const char *user, *password;
        unsigned database;
        const char *name;
    } checks[] = {
        {"redis://h", "h", 6379, NULL, NULL, 0, "h:6379/0"},
        {"redis://h/", "h", 6379, NULL, NULL, 0, "h:6379/0"},
        {"redis://127.0.0.1:1/15", "127.0.0.1", 1, NULL, NULL, 15, "127.0.0.1:1/15"},
        {"redis://[::1]:6380/2", "::1", 6380, NULL, NULL, 2, "[::1]:6380/2"},
        {"redis://[::1]", "::1", 6379, NULL, NULL, 0, "[::1]:6379/0"},
        {"redis://:p@h", "h", 6379, NULL, "p", 0, "h:6379/0"},
        {"redis://u:p@h:65535", "h", 65535, "u", "p", 0, "h:65535/0"},
        {"redis://u%40:a%2Fb%3ac@h", "h", 6379, "u@", "a/b:c", 0, "h:6379/0"},
        {"redis://u:a:b@c@h", "h", 6379, "u", "a:b@c", 0, "h:6379/0"},
        {"redis://:a/b@h", "h", 6379, NULL, "a/b", 0, "h:6379/0"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(checks); i++) {
        struct redis_address address;
        if (redis_address_parse(checks[i].text, &address) != REDIS_ADDRESS_OK)
            fail_msg("%s is refused", checks[i].text);
        same(address.host, checks[i].host);
        assert_int_equal(address.port, checks[i].port);
        same(address.user, checks[i].user);
        same(address.password, checks[i].password);
        assert_null(address.path);
        assert_int_equal(address.database, checks[i].database);
        assert_string_equal(address.name, checks[i].name);
        redis_address_clear(&address);
        assert_null(address.host);
        assert_null(address.password);
    }
}

static void sockets_are_paths(void **state)
{
    struct redis_address address;

    (void)state;
    assert_int_equal(redis_address_parse("unix:/run/redis@1.sock", &address), REDIS_ADDRESS_OK);
    assert_string_equal(address.path, "/run/redis@1.sock");
    assert_string_equal(address.name, "unix:/run/redis@1.sock");
    assert_null(address.host);
    redis_address_clear(&address);
}

static void everything_else_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "redis://",
        "redis:",
        "rediss://h",
        "http://h",
        "h:6379",
        "REDIS://h",
        "redis://h:",
        "redis://h:0",
        "redis://h:65536",
        "redis://h:99999999999999999999",
        "redis://h:1x",
        "redis://h/x",
        "redis://h/1/",
        "redis://h/65536",
        "redis://h/1?a",
        "redis://u@h",
        "redis://@h ",
        "redis://:@h",
        "redis://u:@h",
        "redis://:%zz@h",
        "redis://:%\x10\x11@h",
        "redis://:%0@h",
        "redis://:%@h",
        "redis://:%00@h",
        "redis://h h",
        "redis://h\n",
        "redis://[::1",
        "redis://[]",
        "redis://[h]",
        "redis://::1",
        "redis://%68",
        "unix:",
        "unix:relative",
        " redis://h",
    };
    char longer[400] = "redis://";

    (void)state;
    memset(longer + 8, 'h', 256);
    for (size_t i = 0; i <= COUNT(texts); i++) {
        const char *text = i < COUNT(texts) ? texts[i] : longer;
        struct redis_address address;
        enum redis_address_result result = redis_address_parse(text, &address);
        redis_address_clear(&address);
        if (result != REDIS_ADDRESS_WRONG)
            fail_msg("%s is taken", text);
    }
}

/* "%61" is longer than "a": what is left over is the end of the password as it was written. */
static void nothing_is_left_behind_a_decoded_password(void **state)
{
    static const char written[] = "%70%61%73%73ed";
    struct redis_address address;

    (void)state;
    assert_int_equal(redis_address_parse("redis://:%70%61%73%73ed@h", &address), REDIS_ADDRESS_OK);
    assert_string_equal(address.password, "passed");
    for (size_t i = sizeof "passed"; i < sizeof written; i++)
        assert_int_equal(address.password[i], '\0');
    redis_address_clear(&address);
}

static bool take_one(void *context)
{
    struct redis_address address;
    enum redis_address_result result = redis_address_parse(context, &address);

    redis_address_clear(&address);
    return result == REDIS_ADDRESS_OK;
}

static void memory_may_run_out_anywhere(void **state)
{
    char tcp[] = "redis://u:p@h";
    char local[] = "unix:/a";

    (void)state;
    assert_int_equal(failalloc_sweep(take_one, tcp), 3);
    assert_int_equal(failalloc_sweep(take_one, local), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_taken_apart),
        cmocka_unit_test(sockets_are_paths),
        cmocka_unit_test(everything_else_is_refused),
        cmocka_unit_test(nothing_is_left_behind_a_decoded_password),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
