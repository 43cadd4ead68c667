/* Cookie headers of any bytes; which cookies are ours, and what is left without them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/cookie.h"
#include "tests/support/failalloc.h"

/* The pairs of a header, written as "name|value,…". */
static void assert_pairs(const char *header, const char *expected)
{
    char pairs[512] = "";
    size_t size = 0;
    struct cookie cookie;
    for (const char *rest = header; cookie_next(&rest, &cookie);)
        size += (size_t)snprintf(pairs + size, sizeof pairs - size, "%s%.*s|%.*s", size ? "," : "",
                                 (int)cookie.name_size, cookie.name, (int)cookie.value_size,
                                 cookie.value);
    assert_string_equal(pairs, expected);
}

static void pairs_are_found(void **state)
{
    (void)state;
    assert_pairs("a=1", "a|1");
    assert_pairs("a=1; b=2", "a|1,b|2");
    assert_pairs("a=1;b=2;", "a|1,b|2");
    assert_pairs("  a =\t1 ;\tb= 2\t", "a|1,b|2");
    assert_pairs("a=", "a|");
    assert_pairs("a=b=c==", "a|b=c==");
    assert_pairs("a=\"x y\"", "a|\"x y\"");
    assert_pairs("a=1; a=2", "a|1,a|2");
}

static void what_is_no_pair_is_skipped(void **state)
{
    (void)state;
    assert_pairs("", "");
    assert_pairs(";", "");
    assert_pairs(";;=", "");
    assert_pairs("=x", "");
    assert_pairs(" = x", "");
    assert_pairs("name", "");
    assert_pairs("__Host-oidc-state-abc", "");
    assert_pairs("__Host-oidc-state-abc; a=1", "a|1");
    assert_pairs("\xFF\x01=\x80;;; ;b=2", "\xFF\x01|\x80,b|2");
    assert_pairs(NULL, "");
}

static bool ours(const char *name)
{
    const struct cookie cookie = {.name = name, .name_size = strlen(name)};
    return cookie_is_ours(&cookie);
}

static void our_cookies_are_known_in_both_spellings(void **state)
{
    (void)state;
    assert_true(ours("__Host-oidc-session"));
    assert_true(ours("oidc-session"));
    assert_true(ours("__Host-oidc-state-AbCd0123"));
    assert_true(ours("oidc-state-AbCd0123"));
    assert_true(ours("oidc-state-"));
    assert_true(ours("__Host-oidc-silent"));
    assert_true(ours("oidc-silent"));
    assert_true(ours("__Host-oidc-signed-out"));
    assert_true(ours("oidc-signed-out"));
    assert_false(ours("oidc-silently"));
    assert_false(ours("oidc-signed"));
    assert_false(ours("JSESSIONID"));
    assert_false(ours("oidc-sessions"));
    assert_false(ours("oidc-sessio"));
    assert_false(ours("xoidc-session"));
    assert_false(ours("oidc-state"));
    assert_false(ours(""));
}

static void names_follow_the_scheme(void **state)
{
    (void)state;
    const struct cookie_names secure = cookie_names_for(true), plain = cookie_names_for(false);
    assert_string_equal(secure.session, "__Host-oidc-session");
    assert_string_equal(secure.state_prefix, "__Host-oidc-state-");
    assert_string_equal(secure.silent, "__Host-oidc-silent");
    assert_string_equal(secure.signed_out, "__Host-oidc-signed-out");
    assert_true(secure.secure);
    assert_string_equal(plain.session, "oidc-session");
    assert_string_equal(plain.state_prefix, "oidc-state-");
    assert_string_equal(plain.silent, "oidc-silent");
    assert_string_equal(plain.signed_out, "oidc-signed-out");
    assert_false(plain.secure);
}

static void assert_without(const char *also, const char *header, const char *expected)
{
    char *out = NULL;
    assert_true(cookie_without_ours(header, also, &out));
    if (expected)
        assert_string_equal(out, expected);
    else
        assert_null(out);
    free(out);
}

static void assert_without_ours(const char *header, const char *expected)
{
    assert_without(NULL, header, expected);
}

static void other_cookies_stay_as_they_were_written(void **state)
{
    (void)state;
    assert_without_ours("JSESSIONID=1", "JSESSIONID=1");
    assert_without_ours("a=1;b=2;  c", "a=1;b=2;  c");
    assert_without_ours("a=\"x\"; =y; z", "a=\"x\"; =y; z");
    assert_without_ours("a=1;", "a=1;");
    assert_without_ours(" a=1", " a=1");
}

static void our_cookies_are_taken_out(void **state)
{
    (void)state;
    assert_without_ours("oidc-session=x", NULL);
    assert_without_ours("oidc-session=x; a=1", "a=1");
    assert_without_ours("a=1; oidc-session=x", "a=1");
    assert_without_ours("a=1; oidc-session=x; b=2", "a=1; b=2");
    assert_without_ours("__Host-oidc-session=x;oidc-state-1=y; a=1", "a=1");
    assert_without_ours("a=1;\toidc-state-1 =y", "a=1");
    assert_without_ours("oidc-session=x;  ; ;oidc-session=y", NULL);
    assert_without_ours("", NULL);
    assert_without_ours(";;", NULL);
    assert_without_ours(NULL, NULL);
}

static void one_more_is_taken_out_by_its_name(void **state)
{
    (void)state;
    assert_without("JSESSIONID", "a=1; JSESSIONID=x; oidc-session=y; JSESSIONID=z", "a=1");
    assert_without("JSESSIONID", "JSESSIONID=x", NULL);
    assert_without("JSESSIONID", "JSESSIONIDSSO=x; jsessionid=y; XJSESSIONID=z",
                   "JSESSIONIDSSO=x; jsessionid=y; XJSESSIONID=z");
}

static void assert_set(bool https, const char *value, long long max_age, const char *expected)
{
    const struct cookie_names names = cookie_names_for(https);
    char *text = cookie_set(&names, names.session, value, max_age);
    assert_string_equal(text, expected);
    free(text);
}

static void set_cookie_says_how_long_and_to_whom(void **state)
{
    (void)state;
    assert_set(true, "v", 600,
               "__Host-oidc-session=v; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=600");
    assert_set(true, "", 0,
               "__Host-oidc-session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
    assert_set(false, "v", -1, "oidc-session=v; Path=/; HttpOnly; SameSite=Lax");
    assert_set(false, "v", INT64_MAX,
               "oidc-session=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=9223372036854775807");
}

/* CVE-2024-24814 and its kin: many cookies must cost time in proportion, and nothing else. */
static void ten_thousand_cookies_are_read(void **state)
{
    (void)state;
    enum { PAIRS = 10000, PAIR_SIZE = 10 };
    char *header = malloc(PAIRS * PAIR_SIZE + 1), *out = NULL;
    assert_non_null(header);
    for (size_t i = 0; i < PAIRS; i++)
        memcpy(header + i * PAIR_SIZE, i == 77 ? "oidc-state" : "name=val; ", PAIR_SIZE);
    memcpy(header + 78 * PAIR_SIZE, "-xx=yyyy; ", PAIR_SIZE);
    header[PAIRS * PAIR_SIZE] = '\0';

    size_t count = 0;
    struct cookie cookie;
    for (const char *rest = header; cookie_next(&rest, &cookie);)
        count++;
    assert_int_equal(count, PAIRS - 1);
    assert_true(cookie_without_ours(header, NULL, &out));
    assert_int_equal(strlen(out), (PAIRS - 2) * PAIR_SIZE);
    free(out);
    free(header);
}

static bool work(void *context)
{
    (void)context;
    const struct cookie_names names = cookie_names_for(true);
    char *out = NULL;
    if (!cookie_without_ours("a=1; oidc-session=x", NULL, &out))
        return false;
    free(out);
    char *text = cookie_set(&names, names.session, "v", 1);
    free(text);
    return text != NULL;
}

static void no_memory_is_said(void **state)
{
    (void)state;
    assert_int_equal(failalloc_sweep(work, NULL), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_found),
        cmocka_unit_test(what_is_no_pair_is_skipped),
        cmocka_unit_test(our_cookies_are_known_in_both_spellings),
        cmocka_unit_test(names_follow_the_scheme),
        cmocka_unit_test(other_cookies_stay_as_they_were_written),
        cmocka_unit_test(our_cookies_are_taken_out),
        cmocka_unit_test(one_more_is_taken_out_by_its_name),
        cmocka_unit_test(set_cookie_says_how_long_and_to_whom),
        cmocka_unit_test(ten_thousand_cookies_are_read),
        cmocka_unit_test(no_memory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
