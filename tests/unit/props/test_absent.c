/* Keys that are not there, and what that costs each reader. */
#include "support.h"

#define REST                                                                                       \
    "preEstablishedRedirUri=/openid-login\nopenid.aaf.scopes=openid,profile,email\n"               \
    "openid.aaf.emailProperty=email\nopenid.aaf.givenNameProperty=given_name\n"                    \
    "openid.aaf.familyNameProperty=family_name\n"
#define LINK "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\">x</a>\n"
#define WHOLE GOOD REST LINK

/* A whole file without some of its lines, or with others. */
struct absence {
    const char *what;
    const char *file;
    enum props_target target;
    const char *findings;
};

static bool holds(const struct absence *absence)
{
    static const char *const words[] = {"none", "info", "warning", "error"};
    struct props_source source = {"test.properties", absence->file, strlen(absence->file)};
    struct props_model *model = NULL;
    char text[1024] = "";
    assert_int_equal(props_model_parse(&source, 1, absence->target, &model), PROPS_OK);
    for (size_t i = 0; i < props_findings_count(model->findings); i++) {
        const struct props_finding *finding = props_findings_at(model->findings, i);
        size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "%s%s %s %s", i > 0 ? ", " : "",
                       words[finding->severity], finding->code, finding->key);
    }
    bool same = strcmp(text, absence->findings) == 0;
    if (!same)
        print_error("%s: \"%s\", not \"%s\"\n", absence->what, text, absence->findings);
    props_model_free(&model);
    return same;
}

static void test_absences(void **state)
{
    (void)state;
    static const struct absence absences[] = {
        {"nothing", WHOLE, PROPS_AUTO, ""},
        {"the button", GOOD REST, PROPS_AUTO, "warning OC380 openid.aaf.link"},
        {"the button", GOOD REST, PROPS_SIDECAR, ""},
        {"an empty button", GOOD REST "openid.aaf.link=\n", PROPS_AUTO,
         "warning OC111 openid.aaf.link"},
        {"empty scopes", WHOLE "openid.aaf.scopes=\n", PROPS_SIDECAR,
         "warning OC102 openid.aaf.scopes, warning OC111 openid.aaf.scopes"},
        {"empty scopes", WHOLE "openid.aaf.scopes=\n", PROPS_AUTO,
         "warning OC102 openid.aaf.scopes, error OC111 openid.aaf.scopes"},
        {"an endpoint", HEAD CLIENT "openid.aaf.userAuthUri=https://op.example.org/a\n" REST LINK,
         PROPS_PLUGIN_1_6, "error OC315 openid.aaf.accessTokenUri"},
        {"the first endpoint",
         HEAD CLIENT "openid.aaf.accessTokenUri=https://op.example.org/t\n" REST LINK, PROPS_AUTO,
         "error OC306 openid.aaf.userAuthUri"},
        {"the first endpoint",
         HEAD CLIENT "openid.aaf.accessTokenUri=https://op.example.org/t\n" REST LINK,
         PROPS_SIDECAR, "error OC306 openid.aaf.userAuthUri"},
        {"the first endpoint, misspelt",
         HEAD CLIENT "openid.aaf.accessTokenUri=https://op.example.org/t\n"
                     "openid.aaf.userAuthUrl=https://op.example.org/a\n" REST LINK,
         PROPS_SIDECAR, "error OC104 openid.aaf.userAuthUrl"},
        {"all endpoints", HEAD CLIENT REST LINK, PROPS_PLUGIN_1_6,
         "error OC306 openid.aaf.userAuthUri"},
        {"the path",
         GOOD "openid.aaf.scopes=openid,profile,email\nopenid.aaf.emailProperty=email\n"
              "openid.aaf.givenNameProperty=given_name\n"
              "openid.aaf.familyNameProperty=family_name\n" LINK,
         PROPS_AUTO, "error OC229 preEstablishedRedirUri"},
        {"the path, and release 1.6",
         GOOD "openid.aaf.scopes=openid,profile,email\nopenid.aaf.emailProperty=email\n"
              "openid.aaf.givenNameProperty=given_name\n"
              "openid.aaf.familyNameProperty=family_name\n" LINK,
         PROPS_PLUGIN_1_6, ""},
    };
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof absences / sizeof *absences; i++)
        wrong += holds(&absences[i]) ? 0 : 1;
    assert_int_equal(wrong, 0);
}

/* Without the address that the filter looks at, it admits nobody. */
static void test_filtered_address(void **state)
{
    (void)state;
    static const struct absence absence = {
        "the address",
        GOOD
        "preEstablishedRedirUri=/openid-login\nopenid.aaf.scopes=openid,profile,email\n"
        "openid.aaf.givenNameProperty=given_name\nopenid.aaf.familyNameProperty=family_name\n"
        "openid.aaf.shouldFilterEmailDomains=true\nopenid.aaf.allowedEmailDomains=a.org\n" LINK,
        PROPS_PLUGIN_1_3, "error OC315 openid.aaf.emailProperty"};
    assert_true(holds(&absence));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_absences),
        cmocka_unit_test(test_filtered_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
