/* Keys that are not there, and what that costs each reader. */
#include "support.h"

#include "props/keys.h"

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

/* --- what the table of keys calls required ------------------------------------------------------
 */

#define BOTH WHOLE "enabled=aaf\nopenid.aaf.issuer=https://op.example.org\n"

/* A file that says everything twice, without the lines of one key or two. */
static size_t errors_without(const char *key, const char *other)
{
    static const char whole[] = BOTH;
    char text[sizeof whole] = "";
    size_t used = 0;
    for (const char *line = whole; *line != '\0';) {
        size_t size = strcspn(line, "\n") + 1;
        size_t name = strcspn(line, "=");
        bool dropped = (strlen(key) == name && strncmp(line, key, name) == 0) ||
                       (strlen(other) == name && strncmp(line, other, name) == 0);
        if (!dropped) {
            memcpy(text + used, line, size);
            used += size;
        }
        line += size;
    }
    struct props_source source = {"test.properties", text, used};
    struct props_model *model = NULL;
    assert_int_equal(props_model_parse(&source, 1, PROPS_SIDECAR, &model), PROPS_OK);
    size_t errors = props_findings_errors(model->findings);
    props_model_free(&model);
    return errors;
}

static void test_required(void **state)
{
    static const enum keys_id pairs[][2] = {{KEY_PROVIDER_ID, KEY_ENABLED},
                                            {KEY_ISSUER, KEY_AUTHORIZATION_ENDPOINT}};
    (void)state;
    assert_int_equal(errors_without("", ""), 0);
    for (enum keys_id id = 0; id < KEYS_COUNT; id++) {
        struct keys_name name;
        const char *required = keys_required(id);
        bool always = required != NULL && strcmp(required, "always") == 0;
        if ((errors_without(keys_name(&name, id, KEYS_SHARED, "aaf"), "") > 0) != always)
            fail_msg("%s is required: %s", name.text, required == NULL ? "never" : required);
    }
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct keys_name one;
        struct keys_name other;
        assert_memory_equal(keys_required(pairs[i][0]), "unless ", sizeof "unless " - 1);
        assert_memory_equal(keys_required(pairs[i][1]), "unless ", sizeof "unless " - 1);
        assert_true(errors_without(keys_name(&one, pairs[i][0], KEYS_SHARED, "aaf"),
                                   keys_name(&other, pairs[i][1], KEYS_SHARED, "aaf")) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_absences),
        cmocka_unit_test(test_filtered_address),
        cmocka_unit_test(test_required),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
