/* User names from patterns, as Java and XNAT would have them. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "liboidc/username.h"
#include "tests/support/failalloc.h"

static json_t *claims_of(const char *text)
{
    json_t *claims = json_loads(text, 0, NULL);

    assert_non_null(claims);
    return claims;
}

static void patterns_are_filled_and_sanitised(void **state)
{
    static const struct {
        const char *pattern;
        const char *claims;
        oidc_code code;
        const char *username;
    } cases[] = {
        {"[providerId]_[sub]", "{\"sub\":\"abc\"}", OIDC_OK, "aaf_abc"},
        {"[sub]", "{\"sub\":\"https://op/1?x=y\"}", OIDC_OK, "https___op_1_x_y"},
        {"[sub]", "{\"sub\":\"O'Neil-x.y_z\"}", OIDC_OK, "O'Neil-x.y_z"},
        {"u[n]", "{\"n\":42}", OIDC_OK, "u42"},
        {"u[n]", "{\"n\":true}", OIDC_OK, "utrue"},
        {"u[n]", "{\"n\":1.5}", OIDC_OK, "u1.5"},
        {"u[n]", "{\"n\":-7}", OIDC_OK, "u-7"},
        /* One '_' for each UTF-16 code unit, as a Java regular expression replaces them. */
        {"u[n]", "{\"n\":\"\\u00e4\"}", OIDC_OK, "u_"},
        {"u[n]", "{\"n\":\"\\u6f22\\u5b57\"}", OIDC_OK, "u__"},
        {"u[n]", "{\"n\":\"\\ud83d\\ude00\"}", OIDC_OK, "u__"},
        {"u[n]", "{\"n\":\"a b\\tc\"}", OIDC_OK, "ua_b_c"},
        {"[providerId]", "{\"providerId\":\"evil\"}", OIDC_OK, "aaf"},
        {"x[a][b]y", "{\"a\":\"1\",\"b\":\"2\"}", OIDC_OK, "x12y"},
        /* Brackets that are no pair are text. */
        {"a[]b", "{}", OIDC_OK, "a__b"},
        {"a[b", "{}", OIDC_OK, "a_b"},
        {"a]b", "{}", OIDC_OK, "a_b"},
        {"a[[n]", "{\"n\":\"x\"}", OIDC_OK, "a_x"},
        /* Claims that are no use. */
        {"[sub]", "{}", OIDC_E_CLAIM_MISSING, NULL},
        {"[sub]", "{\"sub\":null}", OIDC_E_CLAIM_MISSING, NULL},
        {"[sub]", "{\"sub\":\"\"}", OIDC_E_CLAIM_MISSING, NULL},
        {"[sub]", "{\"sub\":\" \\t\"}", OIDC_E_CLAIM_MISSING, NULL},
        {"[sub]", "{\"sub\":[\"a\"]}", OIDC_E_CLAIM_MISSING, NULL},
        {"[sub]", "{\"sub\":{}}", OIDC_E_CLAIM_MISSING, NULL},
        /* What XNAT would not take. */
        {"[sub]", "{\"sub\":\"1abc\"}", OIDC_E_USERNAME_INVALID, NULL},
        {"[sub]", "{\"sub\":\"_abc\"}", OIDC_E_USERNAME_INVALID, NULL},
        {"[sub]", "{\"sub\":\" abc\"}", OIDC_E_USERNAME_INVALID, NULL},
        {"", "{}", OIDC_E_USERNAME_INVALID, NULL},
        {"[sub]", "{\"sub\":\"a123456789b123456789c123456789d123456789e123456789f123456789g123\"}",
         OIDC_OK, "a123456789b123456789c123456789d123456789e123456789f123456789g123"},
        {"[sub]", "{\"sub\":\"a123456789b123456789c123456789d123456789e123456789f123456789g1234\"}",
         OIDC_E_USERNAME_INVALID, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *claims = claims_of(cases[i].claims);
        char username[OIDC_USERNAME_MAX + 1];
        oidc_error error = {.code = OIDC_OK};

        if (username_make(cases[i].pattern, "aaf", claims, username, &error) != cases[i].code)
            fail_msg("%s with %s: %s", cases[i].pattern, cases[i].claims, error.detail);
        assert_int_equal(error.code, cases[i].code);
        if (cases[i].username)
            assert_string_equal(username, cases[i].username);
        json_decref(claims);
    }
}

static void malformed_text_does_no_harm(void **state)
{
    json_t *claims = claims_of("{}");
    char username[OIDC_USERNAME_MAX + 1];

    (void)state;
    assert_int_equal(username_make("a\xff\xc3z", "aaf", claims, username, NULL), OIDC_OK);
    assert_string_equal(username, "a__z");
    json_decref(claims);
}

static void a_claim_of_a_very_long_name_is_missing(void **state)
{
    json_t *claims = claims_of("{}");
    char username[OIDC_USERNAME_MAX + 1];
    char pattern[400];

    (void)state;
    memset(pattern, 'x', sizeof pattern);
    pattern[0] = '[';
    pattern[sizeof pattern - 2] = ']';
    pattern[sizeof pattern - 1] = '\0';
    assert_int_equal(username_make(pattern, "aaf", claims, username, NULL), OIDC_E_CLAIM_MISSING);
    json_decref(claims);
}

static void covered_means_that_no_claim_is_missing(void **state)
{
    json_t *claims = claims_of("{\"sub\":\"1\",\"n\":2,\"blank\":\" \"}");

    (void)state;
    assert_true(username_is_covered("[providerId]_[sub]x[n]", claims));
    assert_true(username_is_covered("fixed", claims));
    assert_false(username_is_covered("[sub][blank]", claims));
    assert_false(username_is_covered("[sub][other]", claims));
    json_decref(claims);
}

static void the_subject_is_a_claim_of_its_own(void **state)
{
    static const char *const with[] = {"[providerId]_[sub]", "[providerId][sub]",
                                       "x[sub]-[providerId]", "[sub][providerId][sub]",
                                       "[[providerId]_[sub]x"};
    static const char *const without[] = {"",
                                          "sub",
                                          "[sub]",
                                          "aaf_[sub]",
                                          "[PROVIDERID]_[sub]",
                                          "[providerId]",
                                          "[providerId]_[name]",
                                          "[providerId]_[name]_sub]",
                                          "[providerId]_[SUB]",
                                          "[providerId]_[su][b]",
                                          "[providerId]_[subject]",
                                          "[providerId]_[sub",
                                          "[providerId]_[ sub]",
                                          "[providerId]_sub",
                                          "[providerId]_[name].[sub]",
                                          "[providerId]_[sub][name]"};

    (void)state;
    for (size_t i = 0; i < COUNT(with); i++)
        if (!username_is_of_subject(with[i], "s"))
            fail_msg("%s", with[i]);
    for (size_t i = 0; i < COUNT(without); i++)
        if (username_is_of_subject(without[i], "s"))
            fail_msg("%s", without[i]);
}

/* alice@uni.edu, alice/uni.edu and alice_uni.edu have one name: the first two may have chosen it.
 */
static void a_subject_that_was_changed_is_not_the_only_one(void **state)
{
    static const char *const kept[] = {"s", "alice_uni.edu", "O'Neil-x.y_z", "AZaz09-_'."};
    static const char *const changed[] = {"alice@uni.edu", "alice/uni.edu", "a b",  "@a", "a@",
                                          "a+b=",          "\xc3\xa4",      "a\x7f"};

    (void)state;
    for (size_t i = 0; i < COUNT(kept); i++)
        if (!username_is_of_subject("[providerId]_[sub]", kept[i]))
            fail_msg("%s", kept[i]);
    for (size_t i = 0; i < COUNT(changed); i++)
        if (username_is_of_subject("[providerId]_[sub]", changed[i]))
            fail_msg("%s", changed[i]);
}

static void names_of_two_providers_may_be_one(void **state)
{
    static const struct {
        const char *pattern, *provider;
        const char *other_pattern, *other_provider;
        bool one;
    } cases[] = {
        {"[providerId]_[sub]", "aaf", "[providerId]_[sub]", "aaf_test", true},
        {"[providerId]_[sub]", "aaf", "[providerId]_[sub]", "aaftest", false},
        {"[providerId]_[sub]", "aaf", "[providerId]_[sub]", "google", false},
        {"[providerId]_[sub]", "aaf", "[providerId]_[sub]", "AAF_test", false},
        {"[providerId][sub]", "aaf", "[providerId][sub]", "aaftest", true},
        {"[providerId]_[sub]", "aaf", "[providerId].[sub]", "aaf", false},
        {"[providerId]_[sub]", "aaf", "aaf_[sub]", "old", true},
        {"[providerId]_[sub]", "aaf", "aaf_x[name]", "old", true},
        {"[providerId]_[sub]", "aaf", "a[email]", "old", true},
        {"[providerId]_[sub]", "aaf", "x[email]", "old", false},
        {"[sub]_[providerId]", "aaf", "[sub]_[providerId]", "x_aaf", true},
        {"[sub]_[providerId]", "aaf", "[sub]_[providerId]", "xaaf", false},
        {"[sub]_[providerId]", "aaf", "[providerId]_[sub]", "two", true},
        {"u[sub]_[providerId]", "aaf", "u[sub]_[providerId]", "two", false},
        {"u[sub]_[providerId]", "aaf", "u[sub]_[name]_[providerId]", "aaf", true},
        {"[providerId]\xc3\xa4[sub]", "aaf", "[providerId]_[sub]", "aaf", true},
        /* nothing but claims */
        {"[providerId]_[sub]", "aaf", "[email]", "old", false},
        {"[sub]", "aaf", "[sub]", "old", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (username_may_be_anothers(cases[i].pattern, cases[i].provider, cases[i].other_pattern,
                                     cases[i].other_provider) != cases[i].one ||
            username_may_be_anothers(cases[i].other_pattern, cases[i].other_provider,
                                     cases[i].pattern, cases[i].provider) != cases[i].one)
            fail_msg("%s of %s, %s of %s", cases[i].pattern, cases[i].provider,
                     cases[i].other_pattern, cases[i].other_provider);
    }
}

static void what_is_longer_than_a_name_does_no_harm(void **state)
{
    char text[400];

    (void)state;
    memset(text, 'x', sizeof text);
    memcpy(text + 200, "[sub]", 5);
    text[sizeof text - 1] = '\0';
    assert_true(username_may_be_anothers(text, "aaf", text, "two"));
    assert_false(username_may_be_anothers(text, "aaf", "y[sub]", "two"));
}

static void xnat_rules_names(void **state)
{
    static const char *const good[] = {"a", "Z9", "a-_'."};
    static const char *const bad[] = {"", "9a", "-a", "a b", "a@b", "\xc3\xa4", "a\n"};

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(username_is_valid(good[i]));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(username_is_valid(bad[i]));
}

static bool make(void *context)
{
    char username[OIDC_USERNAME_MAX + 1];

    return username_make("[providerId]_[sub]", "aaf", context, username, NULL) == OIDC_OK;
}

static void memory_may_run_out_anywhere(void **state)
{
    json_t *claims = claims_of("{\"sub\":\"1\"}");

    (void)state;
    assert_int_not_equal(failalloc_sweep(make, claims), 0);
    json_decref(claims);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_are_filled_and_sanitised),
        cmocka_unit_test(malformed_text_does_no_harm),
        cmocka_unit_test(a_claim_of_a_very_long_name_is_missing),
        cmocka_unit_test(covered_means_that_no_claim_is_missing),
        cmocka_unit_test(the_subject_is_a_claim_of_its_own),
        cmocka_unit_test(a_subject_that_was_changed_is_not_the_only_one),
        cmocka_unit_test(names_of_two_providers_may_be_one),
        cmocka_unit_test(what_is_longer_than_a_name_does_no_harm),
        cmocka_unit_test(xnat_rules_names),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
