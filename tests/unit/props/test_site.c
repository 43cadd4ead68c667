/* The keys of the site, from one file and from several. */
#include "support.h"

#define SITE(lines) "auth.method=openid\nprovider.id=aaf\n" lines CLIENT ENDPOINTS
#define OTHER(lines)                                                                               \
    "auth.method=openid\nprovider.id=b\n" lines                                                    \
    "openid.b.clientId=x\nopenid.b.clientSecret=" SECRET                                           \
    "\nopenid.b.issuer=https://op.example.org\n"

static void test_site_url(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"missing", SITE(""), "OC221@0:0"},
        {"empty", SITE("siteUrl=\n"), "OC221@3:9"},
        {"blank", SITE("siteUrl= \\t\n"), "OC221@3:10"},
        {"without scheme", SITE("siteUrl=xnat.example.org\n"), "OC222@3:9"},
        {"another scheme", SITE("siteUrl=ftp://xnat.example.org\n"), "OC222@3:9"},
        {"a path", SITE("siteUrl=https://x.example.org/xnat\n"), "OC222@3:9"},
        {"two slashes", SITE("siteUrl=https://x.example.org//\n"), "OC222@3:9"},
        {"a query", SITE("siteUrl=https://x.example.org?x\n"), "OC222@3:9"},
        {"a fragment", SITE("siteUrl=https://x.example.org/#\n"), "OC222@3:9"},
        {"a password", SITE("siteUrl=https://u:" SECRET "@x.example.org\n"), "OC222@3:9"},
        {"a placeholder", SITE("siteUrl=https://xnat.{{ host }}\n"), "OC116@3:9"},
        {"a slash", SITE("siteUrl=https://x.example.org/\n"), "OC223@3:9"},
        {"plain http", SITE("siteUrl=http://x.example.org\n"), "OC224@3:9"},
        {"plain http on this machine", SITE("siteUrl=http://localhost:8080\n"), ""},
        {"blanks after it", SITE("siteUrl=https://x.example.org  \n"), "OC106@3:30"},
        {"capitals", SITE("siteUrl=https://X.example.org\n"), "OC225@3:9"},
        {"the usual port", SITE("siteUrl=https://x.example.org:443\n"), "OC225@3:9"},
        {"http on the port of https", SITE("siteUrl=http://127.0.0.1:443\n"), ""},
        {"a slip in the key", SITE("siteURL=https://x.example.org\n"), "OC104@3:1"},
    };
    EXPECT_ALL(cases);
}

static void test_redirect_path(void **state)
{
    (void)state;
#define PATH(path) HEAD "preEstablishedRedirUri=" path "\n" CLIENT ENDPOINTS
    static const struct expectation cases[] = {
        {"plain", PATH("/openid-login"), ""},
        {"empty", PATH(""), "OC226@4:24"},
        {"without slash", PATH("openid-login"), "OC226@4:24"},
        {"a URL", PATH("https://xnat.example.org/openid-login"), "OC226@4:24"},
        {"the front page", PATH("/"), "OC226@4:24"},
        {"a query", PATH("/openid-login?x"), "OC226@4:24"},
        {"two slashes", PATH("//evil.example.org"), "OC226@4:24"},
        {"dots", PATH("/a/../b"), "OC226@4:24"},
        {"an escape", PATH("/a%2e"), "OC226@4:24"},
        {"a control character", PATH("/a\\u0001b"), "OC112@4:24"},
    };
    EXPECT_ALL(cases);
}

static void test_password_login(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"off", GOOD "disableUsernamePasswordLogin=true\n", ""},
        {"a slip", GOOD "disableUsernamePasswordLogin=yes\n", "OC110@8:30"},
        {"a slip in the key", GOOD "disableUserNamePasswordLogin=true\n", "OC105@8:1"},
        {"which does not matter here", GOOD "disableUserNamePasswordLogin=false\n", "OC104@8:1"},
    };
    EXPECT_ALL(cases);
}

static struct props_model *model_of_two(const char *one, const char *two, const char *findings)
{
    struct props_source sources[] = {{"one", one, strlen(one)}, {"two", two, strlen(two)}};
    struct props_model *model = NULL;
    assert_int_equal(props_model_parse(sources, 2, PROPS_AUTO, &model), PROPS_OK);
    char *text = findings_text(model, true);
    assert_string_equal(text, findings);
    free(text);
    return model;
}

static void test_files_agree(void **state)
{
    (void)state;
    struct props_model *model =
        model_of_two(SITE("siteUrl=https://x.example.org/\npreEstablishedRedirUri=/back\n"),
                     OTHER("siteUrl=https://x.example.org\ndisableUsernamePasswordLogin=true\n"),
                     "one/OC223@3:9");
    assert_string_equal(model->site_url, "https://x.example.org");
    assert_string_equal(model->redirect_path, "/back");
    assert_true(model->password_login_disabled);
    assert_int_equal(model->provider_count, 2);
    props_model_free(&model);
}

static void test_files_that_leave_it_out(void **state)
{
    (void)state;
    struct props_model *model =
        model_of_two(SITE("siteUrl=\n"), OTHER("siteUrl=https://x.example.org\n"), "one/OC111@3:9");
    assert_string_equal(model->site_url, "https://x.example.org");
    assert_string_equal(model->redirect_path, "/openid-login");
    assert_false(model->password_login_disabled);
    props_model_free(&model);
}

static void test_files_disagree(void **state)
{
    (void)state;
    struct props_model *model =
        model_of_two(SITE("siteUrl=https://x.example.org\npreEstablishedRedirUri=/a\n"),
                     OTHER("siteUrl=https://y.example.org\npreEstablishedRedirUri=/b\n"),
                     "two/OC227@3:9 two/OC227@4:24");
    const struct props_finding *finding = counted_finding(model, 0);
    assert_non_null(strstr(finding->message, "\"https://y.example.org\" here"));
    assert_non_null(strstr(finding->message, "\"https://x.example.org\" in one, line 3"));
    props_model_free(&model);
}

static void test_one_file_wrong(void **state)
{
    (void)state;
    /* The wrong one is reported as such, and not as a contradiction. */
    struct props_model *model = model_of_two(
        SITE("siteUrl=x\n"), OTHER("siteUrl=https://y.example.org\n"), "one/OC222@3:9");
    props_model_free(&model);
    /* Nothing is said to be missing while a file could not be read. */
    model = model_of_two("auth.method=openid\nsiteUrl=\\u\n", OTHER(""), "one/OC101@2:9");
    props_model_free(&model);
}

static void test_ids_over_files(void **state)
{
    (void)state;
    struct props_model *model = model_of_two(GOOD, GOOD, "two/OC207@2:13");
    assert_int_equal(model->provider_count, 1);
    assert_non_null(strstr(counted_finding(model, 0)->message, "by one, line 2"));
    props_model_free(&model);
    model = model_of_two("provider.id=openid\nenabled=aaf\n"
                         "auth.method=openid\nsiteUrl=https://x.example.org\n" CLIENT ENDPOINTS,
                         OTHER("") "enabled=b\n", "");
    props_model_free(&model);
}

static void test_shared_provider_id(void **state)
{
    (void)state;
    struct props_model *model =
        model_of_two("provider.id=openid\nenabled=aaf\nauth.method=openid\nsiteUrl=https://"
                     "x.example.org\n" CLIENT ENDPOINTS,
                     "auth.method=openid\nprovider.id=openid\nenabled=b\nopenid.b.clientId="
                     "x\nopenid.b.clientSecret=" SECRET "\n"
                     "openid.b.issuer=https://op.example.org\n",
                     "two/OC212@2:13");
    assert_int_equal(model->provider_count, 2);
    props_model_free(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_site_url),
        cmocka_unit_test(test_redirect_path),
        cmocka_unit_test(test_password_login),
        cmocka_unit_test(test_files_agree),
        cmocka_unit_test(test_files_that_leave_it_out),
        cmocka_unit_test(test_files_disagree),
        cmocka_unit_test(test_one_file_wrong),
        cmocka_unit_test(test_ids_over_files),
        cmocka_unit_test(test_shared_provider_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
