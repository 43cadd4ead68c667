/* The table of error codes: names are stable and unique, pages have a status and a sentence. */
#include "tests/support/check.h"

#include <ctype.h>

#include <oidc/error.h>
#include <oidc/version.h>

static void every_name_is_a_word_and_unique(void **state)
{
    (void)state;
    for (int code = 0; code < OIDC_CODE_COUNT; code++) {
        const char *name = oidc_code_name((oidc_code)code);
        assert_true(strlen(name) > 0);
        for (const char *p = name; *p; p++)
            assert_true(islower((unsigned char)*p) || *p == '_');
        for (int other = 0; other < code; other++)
            assert_string_not_equal(name, oidc_code_name((oidc_code)other));
    }
}

static void every_failure_has_a_page(void **state)
{
    (void)state;
    for (int code = OIDC_OK + 1; code < OIDC_CODE_COUNT; code++) {
        int status = oidc_code_http_status((oidc_code)code);
        const char *sentence = oidc_code_sentence((oidc_code)code);
        assert_in_range(status, 400, 599);
        assert_true(strlen(sentence) > 10);
        assert_int_equal(sentence[strlen(sentence) - 1], '.');
        assert_int_not_equal(oidc_code_class((oidc_code)code), OIDC_CLASS_NONE);
    }
}

static void some_codes_are_as_documented(void **state)
{
    (void)state;
    assert_string_equal(oidc_code_name(OIDC_OK), "ok");
    assert_int_equal(oidc_code_class(OIDC_OK), OIDC_CLASS_NONE);
    assert_string_equal(oidc_code_name(OIDC_E_STATE_EXPIRED), "state_expired");
    assert_int_equal(oidc_code_http_status(OIDC_E_STATE_EXPIRED), 400);
    assert_int_equal(oidc_code_class(OIDC_E_STATE_EXPIRED), OIDC_CLASS_BROWSER);
    assert_int_equal(oidc_code_class(OIDC_E_ID_TOKEN_SIGNATURE), OIDC_CLASS_REFUSED);
    assert_string_equal(oidc_code_name(OIDC_E_SESSION_EXPIRED), "session_expired");
}

static void a_number_that_is_no_code_is_unknown(void **state)
{
    const int numbers[] = {-1, OIDC_CODE_COUNT, OIDC_CODE_COUNT + 1000};

    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        oidc_code code = (oidc_code)numbers[i];
        assert_string_equal(oidc_code_name(code), "unknown");
        assert_int_equal(oidc_code_http_status(code), 500);
        assert_int_equal(oidc_code_class(code), OIDC_CLASS_SYSTEM);
        assert_true(strlen(oidc_code_sentence(code)) > 0);
    }
}

static void the_library_is_the_headers_version(void **state)
{
    (void)state;
    assert_string_equal(oidc_version(), OIDC_VERSION);
    assert_true(isdigit((unsigned char)oidc_version()[0]));
}

static void the_libraries_are_named(void **state)
{
    char text[OIDC_LIBRARIES_SIZE], little[8];

    (void)state;
    oidc_libraries(text, sizeof text);
    assert_non_null(strstr(text, "cjose "));
    assert_non_null(strstr(text, "jansson "));
    assert_non_null(strstr(text, "OpenSSL "));
    assert_true(strlen(text) < sizeof text - 1);
    oidc_libraries(little, sizeof little);
    assert_int_equal(strlen(little), sizeof little - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_is_a_word_and_unique),
        cmocka_unit_test(every_failure_has_a_page),
        cmocka_unit_test(some_codes_are_as_documented),
        cmocka_unit_test(a_number_that_is_no_code_is_unknown),
        cmocka_unit_test(the_library_is_the_headers_version),
        cmocka_unit_test(the_libraries_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
