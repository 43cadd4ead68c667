/* Entries as texts: what is written is read, and nothing else. */
#include "tests/support/check.h"

#include "server/redis_entry.h"

static const struct registry_entry entry = {
    .key = {0, 1, 2, 3, 0x7f, 0x80, 0xff, 7, 8, 9, 10, 11, 12, 13, 14, 5},
    .value = 1700000000123,
    .expires_at = 1700003600,
};
#define KEY "000102037f80ff0708090a0b0c0d0e05"

static void an_entry_has_one_spelling(void **state)
{
    char text[REDIS_ENTRY_SIZE];
    struct registry_entry read = {.value = -1};

    (void)state;
    assert_int_equal(redis_entry_write(&entry, text), 32 + 1 + 13 + 1);
    assert_string_equal(text, KEY ":1700000000123:1700003600");
    assert_true(redis_entry_read(text, strlen(text), &read));
    assert_memory_equal(read.key, entry.key, sizeof read.key);
    assert_int_equal(read.value, entry.value);
    assert_int_equal(read.expires_at, entry.expires_at);
}

static void every_entry_fits(void **state)
{
    struct registry_entry wide = {.value = INT64_MIN, .expires_at = INT64_MIN};
    char text[REDIS_ENTRY_SIZE];

    (void)state;
    memset(wide.key, 0xff, sizeof wide.key);
    redis_entry_write(&wide, text);
    assert_int_equal(strlen(text), REDIS_ENTRY_SIZE - 1);
    assert_string_equal(text + 32, ":-9223372036854775808:-9223372036854775808");
}

static void nothing_else_is_read(void **state)
{
    static const char *const texts[] = {
        "",
        KEY,
        KEY ":",
        KEY ":1",
        KEY ":1:",
        KEY "::1",
        KEY ":1:1:",
        KEY ":1:1 ",
        KEY ":01:1",
        KEY ":1:01",
        KEY ":-1:1",
        KEY ":+1:1",
        KEY ": 1:1",
        KEY ":1:1x",
        KEY ":x:1",
        KEY ":1234567890123456789:1",
        KEY ":1:1234567890123456789",
        KEY "0:1:1",
        KEY ".1:1",
        "000102037F80FF0708090A0B0C0D0E05:1:1",
        "000102037f80ff0708090a0b0c0d0e0:1:1",
        "00010203zz80ff0708090a0b0c0d0e05:1:1",
    };
    static const char with_nul[] = KEY ":1:1";

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct registry_entry read;
        if (redis_entry_read(texts[i], strlen(texts[i]), &read))
            fail_msg("%s is read", texts[i]);
    }
    struct registry_entry read;
    assert_true(redis_entry_read(with_nul, sizeof with_nul - 1, &read));
    assert_false(redis_entry_read(with_nul, sizeof with_nul, &read));
    assert_true(redis_entry_read(KEY ":0:123456789012345678", 32 + 3 + 18, &read));
    assert_true(read.expires_at == 123456789012345678);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_has_one_spelling),
        cmocka_unit_test(every_entry_fits),
        cmocka_unit_test(nothing_else_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
