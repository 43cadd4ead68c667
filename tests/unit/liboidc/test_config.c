/* The bridge from the model of the files to the library's configuration. */
#include "tests/support/check.h"

#include <stdlib.h>

#include <oidc/config.h>

#include "liboidc/mapping.h"
#include "liboidc/settings.h"
#include "tests/support/failalloc.h"
#include "tests/support/flow.h"

static void a_good_file_is_a_configuration(void **state)
{
    char *file = flow_file("disableUsernamePasswordLogin=true\n");
    oidc_config *config = NULL;

    (void)state;
    assert_int_equal(oidc_config_parse("site", file, strlen(file), &config, NULL), OIDC_OK);
    assert_string_equal(oidc_config_site_url(config), "https://xnat.example");
    assert_string_equal(oidc_config_redirect_path(config), "/openid-login");
    assert_string_equal(oidc_config_redirect_uri(config), "https://xnat.example/openid-login");
    assert_true(oidc_config_password_login_disabled(config));
    assert_int_equal(oidc_config_provider_count(config), 1);
    assert_string_equal(oidc_config_provider(config, 0)->id, "aaf");
    assert_string_not_equal(oidc_config_provider(config, 0)->display_name, "");
    assert_true(oidc_config_provider(config, 0)->visible);
    assert_false(oidc_config_provider(config, 0)->auto_login);
    assert_null(oidc_config_provider(config, 1));
    assert_string_equal(settings_provider(config, "aaf")->client_id, "xnat client");
    assert_null(settings_provider(config, "AAF"));

    oidc_config *second = oidc_config_ref(config);
    oidc_config_unref(&config);
    assert_null(config);
    assert_int_equal(oidc_config_provider_count(second), 1);
    oidc_config_unref(&second);
    oidc_config_unref(&second);
    assert_null(oidc_config_ref(NULL));
    free(file);
}

static void one_provider_may_sign_visitors_in(void **state)
{
    static const struct {
        const char *lines;
        bool first, second;
        oidc_code code;
    } cases[] = {
        {"openid.aaf.autoLogin=true\nopenid.two.autoLogin=false\n", true, false, OIDC_OK},
        {"openid.aaf.autoLogin=false\nopenid.two.autoLogin=true\n", false, true, OIDC_OK},
        {"openid.aaf.autoLogin=true\nopenid.two.autoLogin=true\n", false, false, OIDC_E_CONFIG},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *file = flow_text("siteUrl=https://xnat.example\nprovider.id=openid\n"
                               "enabled=aaf,two\nopenid.aaf.clientId=a\nopenid.two.clientId=b\n"
                               "openid.aaf.clientSecret=s\n"
                               "openid.two.clientSecret=t\n"
                               "openid.aaf.issuer=https://a.example\n"
                               "openid.two.issuer=https://b.example\n%s",
                               cases[i].lines);
        oidc_config *config = NULL;

        assert_int_equal(oidc_config_parse("site", file, strlen(file), &config, NULL),
                         cases[i].code);
        if (cases[i].code == OIDC_OK) {
            assert_int_equal(oidc_config_provider(config, 0)->auto_login, cases[i].first);
            assert_int_equal(oidc_config_provider(config, 1)->auto_login, cases[i].second);
        } else {
            size_t at = 0;

            while (strcmp(oidc_config_finding(config, at)->code, "OC366") != 0)
                at++;
            assert_int_equal(oidc_config_finding(config, at)->severity, OIDC_ERROR);
        }
        oidc_config_unref(&config);
        free(file);
    }
}

static size_t count_errors(const oidc_config *config)
{
    size_t errors = 0;

    for (size_t i = 0; i < oidc_config_finding_count(config); i++) {
        const oidc_finding *finding = oidc_config_finding(config, i);

        assert_non_null(finding->code);
        assert_non_null(finding->file);
        assert_non_null(finding->message);
        assert_null(strstr(finding->message, FLOW_SECRET));
        errors += finding->severity == OIDC_ERROR;
    }
    assert_null(oidc_config_finding(config, oidc_config_finding_count(config)));
    return errors;
}

static void a_bad_file_serves_for_its_findings(void **state)
{
    static const char *const lines[] = {
        "openid.aaf.clientId=\n",
        "openid.aaf.userAuthUri=/oidc/authorize\n",
        "openid.aaf.accessTokenUri=http://op.example/token\n",
        "preEstablishedRedirUri=openid-login\n",
        "enabled=other\n",
        "enabled=\n",
        "x=\\u12\n",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        char *file = flow_file(lines[i]);
        oidc_config *config = NULL;
        oidc_error error = {.code = OIDC_OK};

        if (oidc_config_parse("site", file, strlen(file), &config, &error) != OIDC_E_CONFIG)
            fail_msg("taken: %s", lines[i]);
        assert_int_equal(error.code, OIDC_E_CONFIG);
        assert_memory_equal(error.detail, "site:", 5);
        assert_true(count_errors(config) > 0);
        assert_int_equal(oidc_config_provider_count(config), 0);
        assert_string_equal(oidc_config_site_url(config), "");
        assert_string_equal(oidc_config_redirect_path(config), "");
        assert_string_equal(oidc_config_redirect_uri(config), "");
        assert_false(oidc_config_password_login_disabled(config));
        assert_null(settings_provider(config, "aaf"));
        oidc_config_unref(&config);
        free(file);
    }
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
    static const char *const paths[] = {"/nonexistent/openid-provider.properties"};
    oidc_config *config = NULL;
    oidc_error error = {.code = OIDC_OK};

    (void)state;
    assert_int_equal(oidc_config_load(paths, 1, &config, &error), OIDC_E_FILE);
    assert_string_equal(error.detail,
                        "/nonexistent/openid-provider.properties: there is no such file");
    assert_non_null(config);
    assert_true(count_errors(config) > 0);
    oidc_config_unref(&config);
}

static bool parse(void *context)
{
    oidc_config *config = NULL;
    oidc_code code = oidc_config_parse("site", context, strlen(context), &config, NULL);

    oidc_config_unref(&config);
    return code == OIDC_OK;
}

/* aaf_test_x is the name of aaf's test_x and of aaf_test's x. */
static void providers_whose_user_names_may_meet_are_known(void **state)
{
    char *file = flow_text("siteUrl=https://xnat.example\nprovider.id=openid\n"
                           "enabled=aaf,aaf_test,google\nopenid.aaf.clientId=a\n"
                           "openid.aaf_test.clientId=b\nopenid.google.clientId=c\n"
                           "openid.aaf.clientSecret=s\nopenid.aaf_test.clientSecret=t\n"
                           "openid.google.clientSecret=u\nopenid.aaf.issuer=https://a.example\n"
                           "openid.aaf_test.issuer=https://b.example\n"
                           "openid.google.issuer=https://c.example\n");
    oidc_config *config = NULL;
    struct identity *identity;
    json_t *claims = json_pack("{s:s}", "sub", "x");

    (void)state;
    assert_int_equal(oidc_config_parse("site", file, strlen(file), &config, NULL), OIDC_OK);
    assert_true(settings_share_usernames(config, settings_provider(config, "aaf")));
    assert_true(settings_share_usernames(config, settings_provider(config, "aaf_test")));
    assert_false(settings_share_usernames(config, settings_provider(config, "google")));
    for (size_t i = 0; i < oidc_config_provider_count(config); i++) {
        const char *id = oidc_config_provider(config, i)->id;

        assert_int_equal(identity_make(config, settings_provider(config, id), "https://op.example",
                                       claims, &identity, NULL),
                         OIDC_OK);
        assert_int_equal(identity->seen.username_of_subject, strcmp(id, "google") == 0);
        identity_free(&identity);
    }
    json_decref(claims);
    oidc_config_unref(&config);
    free(file);
}

static void memory_may_run_out_anywhere(void **state)
{
    char *file = flow_file("siteUrl=https://xnat.example  \n");

    (void)state;
    assert_int_not_equal(failalloc_sweep(parse, file), 0);
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_file_is_a_configuration),
        cmocka_unit_test(one_provider_may_sign_visitors_in),
        cmocka_unit_test(a_bad_file_serves_for_its_findings),
        cmocka_unit_test(a_file_that_cannot_be_read_is_named),
        cmocka_unit_test(providers_whose_user_names_may_meet_are_known),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
