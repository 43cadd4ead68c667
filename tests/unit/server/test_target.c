/* Request targets: the path that will be resolved, doubt about it, and parameters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/target.h"
#include "tests/support/failalloc.h"

static const struct {
    const char *raw;
    const char *resolved;
    bool ambiguous;
} rows[] = {
    {"/", "/", false},
    {"*", "*", false},
    {"/data/projects", "/data/projects", false},
    {"/data/projects/", "/data/projects/", false},
    {"/data?x=/oidc/auth", "/data", false},
    {"/data/a%20b", "/data/a b", false},
    {"/%6fidc/auth", "/oidc/auth", false},
    {"/data/caf%C3%A9", "/data/caf\xC3\xA9", false},
    {"/data/x%23/app/template/Login.vm", "/data/x#/app/template/Login.vm", false},
    {"/data/what%3F", "/data/what?", false},
    {"/data/100%25", "/data/100%", false},
    {"/data/...", "/data/...", false},
    {"/data/.hidden", "/data/.hidden", false},
    {"/data/a+b", "/data/a+b", false},
    {"http://xnat.example/data?x", "/data", false},
    {"HTTPS://xnat.example:8443/data", "/data", false},
    {"http://xnat.example", "/", false},
    {"http://xnat.example?x=1", "/", false},
    /* what others may read otherwise */
    {"/oidc%2fauth", "/oidc/auth", true},
    {"/oidc%2Fauth", "/oidc/auth", true},
    {"/oidc%5Cauth", "/oidc/auth", true},
    {"/oidc\\auth", "/oidc/auth", true},
    {"/oidc%252fauth", "/oidc%2fauth", true},
    {"/oidc%25%32%66auth", "/oidc%2fauth", true},
    {"//data", "/data", true},
    {"/data//x", "/data/x", true},
    {"/data//", "/data/", true},
    {"/data/./x", "/data/x", true},
    {"/data/.", "/data/", true},
    {"/data/..", "/", true},
    {"/data/../x", "/x", true},
    {"/../../x", "/x", true},
    {"/%2e%2e/x", "/x", true},
    {"/a/b/%2E./c/", "/a/c/", true},
    {"/app/template/..;/..;/data", "/data", true},
    {"/data;jsessionid=1/x", "/data/x", true},
    {"/data;a=b", "/data", true},
    {"/;/x", "/x", true},
    {"/data%3Ba", "/data;a", true},
    {"/data/%00x", "/data/%00x", true},
    {"/data/%0a", "/data/\n", true},
    {"/data/%7f", "/data/\x7F", true},
    {"/data/%", "/data/%", true},
    {"/data/%4", "/data/%4", true},
    {"/data/%zz", "/data/%zz", true},
    {"/data/%c0%af", "/data/\xC0\xAF", true},
    {"/data/%ff", "/data/\xFF", true},
};

static void targets_are_resolved_as_the_upstream_will(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct target target;
        assert_int_equal(target_parse(rows[i].raw, &target), TARGET_OK);
        if (strcmp(target.resolved, rows[i].resolved) != 0 || target.ambiguous != rows[i].ambiguous)
            fail_msg("%s: %s, %d", rows[i].raw, target.resolved, target.ambiguous);
        target_free(&target);
        assert_null(target.resolved);
    }
}

static void what_is_no_target_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",       "data",     "?x",    "xnat.example:443",
        "/a b",   "/a\tb",    "/a\rb", "/a\nb",
        "/a\x01", "/\x7F",    "/a#b",  "/a?x#",
        "/a?x y", "ftp://x/", "**",    "*/x",
        "\\x",    "%2Fdata",  "#",     "http:/x",
        ";/x",
    };
    struct target target;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (target_parse(bad[i], &target) != TARGET_BAD)
            fail_msg("%s is taken", bad[i]);
        assert_null(target.resolved);
    }
}

static void a_target_may_be_so_long_and_no_longer(void **state)
{
    (void)state;
    char raw[TARGET_MAX + 2];
    memset(raw, 'a', sizeof raw);
    raw[0] = '/';
    raw[TARGET_MAX] = '\0';
    struct target target;
    assert_int_equal(target_parse(raw, &target), TARGET_OK);
    target_free(&target);
    raw[TARGET_MAX] = 'a';
    raw[TARGET_MAX + 1] = '\0';
    assert_int_equal(target_parse(raw, &target), TARGET_BAD);
}

static struct target parsed(const char *raw)
{
    struct target target;
    assert_int_equal(target_parse(raw, &target), TARGET_OK);
    return target;
}

static void assert_is(const char *raw, const char *path, bool is, bool within)
{
    struct target target = parsed(raw);
    if (target_is(&target, path) != is || target_is_within(&target, path) != within)
        fail_msg("%s against %s", raw, path);
    target_free(&target);
}

/* Own pages are served beyond doubt only; protection holds in doubt as well. */
static void paths_are_compared_strictly_and_generously(void **state)
{
    (void)state;
    assert_is("/oidc/auth", "/oidc/auth", true, true);
    assert_is("/oidc/auth?x", "/oidc/auth", true, true);
    assert_is("/oidc/%61uth", "/oidc/auth", true, true);
    assert_is("/oidc/auth/", "/oidc/auth", false, true);
    assert_is("/oidc/auth/x", "/oidc/auth", false, true);
    assert_is("/oidc/authx", "/oidc/auth", false, false);
    assert_is("/oidc/aut", "/oidc/auth", false, false);
    assert_is("/OIDC/auth", "/oidc/auth", false, false);
    assert_is("/oidc%2fauth", "/oidc/auth", false, true);
    assert_is("//oidc/auth", "/oidc/auth", false, true);
    assert_is("/oidc/auth;x", "/oidc/auth", false, true);
    assert_is("/x/../oidc/auth", "/oidc/auth", false, true);
    assert_is("/oidc/auth/..", "/oidc/auth", false, false);
    assert_is("/anything", "/", false, true);
    assert_is("/data?x=/app/template/Login.vm", "/app/template/Login.vm", false, false);
    assert_is("*", "/", false, false);
}

static void assert_parameter(const char *raw, const char *name, const char *expected)
{
    struct target target = parsed(raw);
    char *value = NULL;
    assert_true(target_parameter(&target, name, &value));
    if (expected) {
        assert_non_null(value);
        assert_string_equal(value, expected);
    } else {
        assert_null(value);
    }
    free(value);
    target_free(&target);
}

static void parameters_are_decoded(void **state)
{
    (void)state;
    assert_parameter("/x?rd=%2Fdata%3Fa%3D1", "rd", "/data?a=1");
    assert_parameter("/x?a=1&rd=b+c&d", "rd", "b c");
    assert_parameter("/x?rd", "rd", "");
    assert_parameter("/x?rd=", "rd", "");
    assert_parameter("/x?rd=a=b", "rd", "a=b");
    assert_parameter("/x?%72d=1", "rd", "1");
    assert_parameter("/x?rd=%2525", "rd", "%25");
    assert_parameter("/x?&&rd=1&&", "rd", "1");
    assert_parameter("/x?rd=a?b", "rd", "a?b");
    assert_parameter("/x?rd=a;rd=b", "rd", "a;rd=b");
}

static void a_parameter_in_doubt_is_none(void **state)
{
    (void)state;
    assert_parameter("/x", "rd", NULL);
    assert_parameter("/x?", "rd", NULL);
    assert_parameter("/x?ard=1&rda=2&RD=3", "rd", NULL);
    assert_parameter("/x?rd=1&rd=2", "rd", NULL);
    assert_parameter("/x?rd=1&rd=1", "rd", NULL);
    assert_parameter("/x?rd=1&r%64=1", "rd", NULL);
    assert_parameter("/x?rd&rd=1", "rd", NULL);
    assert_parameter("/x?rd=%", "rd", NULL);
    assert_parameter("/x?rd=%4", "rd", NULL);
    assert_parameter("/x?rd=%4x", "rd", NULL);
    assert_parameter("/x?rd=a%00b", "rd", NULL);
    assert_parameter("/x?rd%=1", "rd", NULL);
}

static bool work(void *context)
{
    (void)context;
    struct target target;
    char *value = NULL;
    if (target_parse("/data/../x?rd=1", &target) != TARGET_OK)
        return false;
    const bool done = target_parameter(&target, "rd", &value);
    target_free(&target);
    free(value);
    char *path = target_return_path("/x", "https://xnat.example");
    char *other = target_return_path("//x", "https://xnat.example");
    char *none = target_return_path(NULL, "https://xnat.example");
    const bool all = done && path && other && none;
    free(path);
    free(other);
    free(none);
    return all;
}

static void no_memory_is_said(void **state)
{
    (void)state;
    assert_int_equal(failalloc_sweep(work, NULL), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_are_resolved_as_the_upstream_will),
        cmocka_unit_test(what_is_no_target_is_refused),
        cmocka_unit_test(a_target_may_be_so_long_and_no_longer),
        cmocka_unit_test(paths_are_compared_strictly_and_generously),
        cmocka_unit_test(parameters_are_decoded),
        cmocka_unit_test(a_parameter_in_doubt_is_none),
        cmocka_unit_test(no_memory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
