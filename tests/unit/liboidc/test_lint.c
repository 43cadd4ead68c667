/* <oidc/lint.h>. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <oidc/lint.h>

#include "tests/support/joined.h"

#define SECRET "Hc9vTq2LmWz7RkXb4NsYdJ6f"

static const char good[] = "auth.method=openid\n"
                           "provider.id=aaf\n"
                           "siteUrl=https://xnat.example.edu.au\n"
                           "preEstablishedRedirUri=/openid-login\n"
                           "openid.aaf.clientId=xnat\n"
                           "openid.aaf.clientSecret=" SECRET "\n"
                           "openid.aaf.accessTokenUri=https://central.aaf.edu.au/oidc/token\n"
                           "openid.aaf.userAuthUri=https://central.aaf.edu.au/oidc/authorize\n"
                           "openid.aaf.scopes=openid,profile,email\n"
                           "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\">AAF</a>\n"
                           "openid.aaf.emailProperty=email\n"
                           "openid.aaf.givenNameProperty=given_name\n"
                           "openid.aaf.familyNameProperty=family_name\n";

static oidc_lint *lint(const char *text, oidc_lint_target target)
{
    const oidc_lint_source source = {"a-provider.properties", text, strlen(text)};
    oidc_lint *report = NULL;
    oidc_error error;

    assert_int_equal(oidc_lint_bytes(&source, 1, target, &report, &error), OIDC_OK);
    assert_non_null(report);
    return report;
}

static void a_good_file(void **state)
{
    oidc_lint *report = lint(good, OIDC_LINT_AUTO);

    (void)state;
    assert_int_equal(oidc_lint_finding_count(report), 0);
    assert_null(oidc_lint_finding(report, 0));
    assert_string_equal(oidc_lint_redirect_uri(report), "https://xnat.example.edu.au/openid-login");
    assert_int_equal(oidc_lint_provider_count(report), 1);
    assert_string_equal(oidc_lint_provider(report, 0), "aaf");
    assert_null(oidc_lint_provider(report, 1));
    oidc_lint_free(&report);
    assert_null(report);
    oidc_lint_free(&report);
}

/* Blanks after auth.method hide the file from the plugin; the sidecar drops them. */
static void the_target_decides(void **state)
{
    char *text = joined("auth.method=openid \n", strchr(good, '\n') + 1);
    oidc_lint *report;

    (void)state;
    report = lint(text, OIDC_LINT_SIDECAR);
    assert_int_equal(oidc_lint_count(report, OIDC_ERROR), 0);
    oidc_lint_free(&report);
    report = lint(text, OIDC_LINT_PLUGIN_1_6);
    assert_int_equal(oidc_lint_count(report, OIDC_ERROR), 1);
    assert_string_equal(oidc_lint_finding(report, 0)->code, "OC106");
    assert_int_equal(oidc_lint_finding(report, 0)->line, 1);
    oidc_lint_free(&report);
    free(text);
}

static void a_site_that_cannot_be_known(void **state)
{
    oidc_lint *report = lint("siteUrl=nowhere\n", OIDC_LINT_AUTO);

    (void)state;
    assert_string_equal(oidc_lint_redirect_uri(report), "");
    assert_true(oidc_lint_count(report, OIDC_ERROR) > 0);
    oidc_lint_free(&report);
}

static void a_file_that_is_not_there(void **state)
{
    const char *const path = "/nowhere/openid-provider.properties";
    oidc_lint *report = NULL;
    oidc_error error;

    (void)state;
    assert_int_equal(oidc_lint_files(&path, 1, OIDC_LINT_AUTO, &report, &error), OIDC_E_FILE);
    assert_string_equal(oidc_lint_finding(report, 0)->code, "OC001");
    oidc_lint_free(&report);
}

static void the_manual(void **state)
{
    oidc_lint_rule rule;
    oidc_lint_key key;
    size_t rules = 0;
    bool secret = false;

    (void)state;
    for (; oidc_lint_rule_at(rules, &rule); rules++)
        assert_true(rule.code[0] == 'O' && rule.title[0] && rule.happens[0] && rule.cure[0]);
    assert_true(rules > 100);
    assert_int_equal(oidc_lint_rule_at(rules, &rule), false);
    for (size_t i = 0; oidc_lint_key_at(i, &key); i++)
        secret = secret || (key.secret && strcmp(key.pattern, "openid.P.clientSecret") == 0);
    assert_true(secret);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_file),
        cmocka_unit_test(the_target_decides),
        cmocka_unit_test(a_site_that_cannot_be_known),
        cmocka_unit_test(a_file_that_is_not_there),
        cmocka_unit_test(the_manual),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
