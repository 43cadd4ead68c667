/* E-mail addresses, the domain filter, and the mapping of claims to an identity. Every rule is seen
 * to refuse by itself. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "liboidc/claims.h"
#include "liboidc/email.h"
#include "liboidc/mapping.h"
#include "liboidc/policy.h"
#include "tests/support/failalloc.h"

static char email_claim[] = "email";
static char given_claim[] = "given_name";
static char family_claim[] = "family_name";
static char pattern[] = "[providerId]_[sub]";
static char id[] = "aaf";
static char domain_a[] = "good.example";
static char domain_b[] = "also.good.example";
static char *domains[] = {domain_a, domain_b};

/* A provider without any policy. */
static struct props_provider open_settings(void)
{
    return (struct props_provider){
        .id = id,
        .email_claim = email_claim,
        .given_name_claim = given_claim,
        .family_name_claim = family_claim,
        .username_pattern = pattern,
    };
}

static struct props_provider filtered_settings(void)
{
    struct props_provider settings = open_settings();

    settings.filter_email_domains = true;
    settings.email_domains = (struct props_list){domains, COUNT(domains)};
    return settings;
}

static void addresses_are_judged_strictly(void **state)
{
    static const char *const good[] = {
        "a@b.cd",
        "a.b@c.de",
        "A+b_c'd@Good.Example",
        "!#$%&'*+/=?^_`{|}~-@x-y.example",
        "1@2.example",
        "a123456789a123456789a123456789a123456789a123456789a123456789a123@b.cd",
    };
    static const char *const bad[] = {
        "",
        "a",
        "@",
        "a@",
        "@b.cd",
        "a@b",
        "a@b.c",
        "a@b.c1",
        "a@evil.example@good.example",
        "a@good.example@evil.example",
        "\"a@good.example\"@evil.example",
        "\"a\"@good.example",
        "a@good.example.",
        "a@.good.example",
        "a@good..example",
        "a@good.example ",
        " a@good.example",
        "a @good.example",
        "a@ good.example",
        "a@good.example\n",
        "a@good.example,b@evil.example",
        "<a@good.example>",
        "a@g\xc3\xb6"
        "od.example",
        "a@go\xd0\xbe"
        "d.example",
        "\xc3\xa4@good.example",
        ".a@good.example",
        "a.@good.example",
        "a..b@good.example",
        "a@-good.example",
        "a@good-.example",
        "a@good_x.example",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@good.example/x",
        "a@good.example\\x",
        "a(x)@good.example",
        "a123456789a123456789a123456789a123456789a123456789a123456789a1234@b.cd",
        "a@a123456789a123456789a123456789a123456789a123456789a123456789a1234.cd",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++)
        if (!email_is_valid(good[i]))
            fail_msg("refused: '%s'", good[i]);
    for (size_t i = 0; i < COUNT(bad); i++)
        if (email_is_valid(bad[i]))
            fail_msg("taken: '%s'", bad[i]);
    assert_string_equal(email_domain("a@b.cd"), "b.cd");
}

static void addresses_are_bounded(void **state)
{
    char text[OIDC_EMAIL_MAX + 2] = "a@";
    size_t size = 2;

    (void)state;
    while (size + 10 <= OIDC_EMAIL_MAX) {
        memcpy(text + size, "b23456789.", 10);
        size += 10;
    }
    memset(text + size, 'c', OIDC_EMAIL_MAX + 1 - size);
    text[OIDC_EMAIL_MAX] = '\0';
    assert_true(email_is_valid(text));
    text[OIDC_EMAIL_MAX] = 'c';
    text[OIDC_EMAIL_MAX + 1] = '\0';
    assert_false(email_is_valid(text));
}

static oidc_code check(const struct props_provider *settings, const char *email, const char *claims)
{
    json_t *json = json_loads(claims, 0, NULL);
    oidc_code code = policy_check_email(settings, email, json, NULL);

    json_decref(json);
    return code;
}

static void the_filter_admits_listed_domains_only(void **state)
{
    struct props_provider settings = filtered_settings();

    (void)state;
    assert_int_equal(check(&settings, "a@good.example", "{}"), OIDC_OK);
    assert_int_equal(check(&settings, "a@GOOD.Example", "{}"), OIDC_OK);
    assert_int_equal(check(&settings, "a@also.good.example", "{}"), OIDC_OK);
    assert_int_equal(check(&settings, "a@evil.example", "{}"), OIDC_E_EMAIL_DOMAIN);
    assert_int_equal(check(&settings, "a@sub.good.example", "{}"), OIDC_E_EMAIL_DOMAIN);
    assert_int_equal(check(&settings, "a@notgood.example", "{}"), OIDC_E_EMAIL_DOMAIN);
    assert_int_equal(check(&settings, "a@good.example.evil.example", "{}"), OIDC_E_EMAIL_DOMAIN);
    assert_int_equal(check(&settings, "a@example", "{}"), OIDC_E_EMAIL_DOMAIN);
    assert_int_equal(check(&settings, "", "{}"), OIDC_E_EMAIL_INVALID);
}

static void an_empty_list_admits_nobody_and_a_star_everybody(void **state)
{
    struct props_provider settings = filtered_settings();

    (void)state;
    settings.email_domains.count = 0;
    assert_int_equal(check(&settings, "a@good.example", "{}"), OIDC_E_EMAIL_DOMAIN);
    settings.any_email_domain = true;
    assert_int_equal(check(&settings, "a@any.example", "{}"), OIDC_OK);
    assert_int_equal(check(&settings, "", "{}"), OIDC_E_EMAIL_INVALID);
}

static void without_the_filter_the_list_means_nothing(void **state)
{
    struct props_provider settings = filtered_settings();

    (void)state;
    settings.filter_email_domains = false;
    assert_int_equal(check(&settings, "a@evil.example", "{}"), OIDC_OK);
    assert_int_equal(check(&settings, "", "{\"email_verified\":false}"), OIDC_OK);
}

static void an_unverified_address_passes_no_filter(void **state)
{
    struct props_provider settings = filtered_settings();

    (void)state;
    assert_int_equal(check(&settings, "a@good.example", "{\"email_verified\":true}"), OIDC_OK);
    assert_int_equal(check(&settings, "a@good.example", "{\"email_verified\":\"true\"}"), OIDC_OK);
    assert_int_equal(check(&settings, "a@good.example", "{\"email_verified\":false}"),
                     OIDC_E_EMAIL_INVALID);
    assert_int_equal(check(&settings, "a@good.example", "{\"email_verified\":\"False\"}"),
                     OIDC_E_EMAIL_INVALID);
    settings.any_email_domain = true;
    assert_int_equal(check(&settings, "a@good.example", "{\"email_verified\":false}"),
                     OIDC_E_EMAIL_INVALID);
}

static oidc_code make(const struct props_provider *settings, const char *claims,
                      struct identity **identity)
{
    json_t *json = json_loads(claims, 0, NULL);
    oidc_error error = {.code = OIDC_OK};
    oidc_code code = identity_make(NULL, settings, "https://op.example", json, identity, &error);

    assert_int_equal(error.code, code);
    assert_int_equal(*identity != NULL, code == OIDC_OK);
    json_decref(json);
    return code;
}

static void claims_become_an_identity(void **state)
{
    struct props_provider settings = open_settings();
    struct identity *identity;

    (void)state;
    settings.create_user = true;
    assert_int_equal(make(&settings,
                          "{\"sub\":\"s1\",\"email\":\"Ann@Good.Example\",\"given_name\":\"Ann\","
                          "\"family_name\":\"Sm\\u00efth\"}",
                          &identity),
                     OIDC_OK);
    assert_string_equal(identity->seen.provider, "aaf");
    assert_string_equal(identity->seen.issuer, "https://op.example");
    assert_string_equal(identity->seen.subject, "s1");
    assert_string_equal(identity->seen.username, "aaf_s1");
    assert_string_equal(identity->seen.email, "Ann@Good.Example");
    assert_string_equal(identity->seen.given_name, "Ann");
    assert_string_equal(identity->seen.family_name, "Sm\xc3\xafth");
    assert_true(identity->seen.create_user);
    assert_false(identity->seen.auto_enabled);
    assert_false(identity->seen.auto_verified);
    identity_free(&identity);
}

static void each_flag_is_its_own(void **state)
{
    (void)state;
    for (int flags = 0; flags < 8; flags++) {
        struct props_provider settings = open_settings();
        struct identity *identity;

        settings.create_user = flags & 1;
        settings.auto_enabled = flags & 2;
        settings.auto_verified = flags & 4;
        assert_int_equal(make(&settings, "{\"sub\":\"s\"}", &identity), OIDC_OK);
        assert_int_equal(identity->seen.create_user, (flags & 1) != 0);
        assert_int_equal(identity->seen.auto_enabled, (flags & 2) != 0);
        assert_int_equal(identity->seen.auto_verified, (flags & 4) != 0);
        identity_free(&identity);
    }
}

#define ADDRESS "{\"sub\":\"s\",\"email\":\"a@b.de\""

static void an_address_is_unverified_where_the_provider_says_so(void **state)
{
    static const struct {
        const char *claims;
        bool unverified;
    } cases[] = {
        {ADDRESS "}", false},
        {ADDRESS ",\"email_verified\":true}", false},
        {ADDRESS ",\"email_verified\":\"true\"}", false},
        {ADDRESS ",\"email_verified\":null}", false},
        {ADDRESS ",\"email_verified\":false}", true},
        {ADDRESS ",\"email_verified\":\"false\"}", true},
        {ADDRESS ",\"email_verified\":\"False\"}", true},
        {"{\"sub\":\"s\",\"email_verified\":false}", false}, /* there is none */
    };
    struct props_provider settings = open_settings();
    struct identity *identity;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(make(&settings, cases[i].claims, &identity), OIDC_OK);
        if (identity->seen.email_unverified != cases[i].unverified)
            fail_msg("%s", cases[i].claims);
        identity_free(&identity);
    }
}

static void a_user_name_is_of_the_subject_where_no_other_can_have_it(void **state)
{
    struct props_provider settings = open_settings();
    struct identity *identity;

    (void)state;
    assert_int_equal(make(&settings, "{\"sub\":\"s@o\"}", &identity), OIDC_OK);
    assert_string_equal(identity->seen.username, "aaf_s_o");
    assert_false(identity->seen.username_of_subject);
    identity_free(&identity);
    assert_int_equal(make(&settings, "{\"sub\":\"s\"}", &identity), OIDC_OK);
    assert_true(identity->seen.username_of_subject);
    identity_free(&identity);
    static char name[] = "[name]";
    settings.username_pattern = name;
    assert_int_equal(make(&settings, "{\"sub\":\"s\",\"name\":\"s\"}", &identity), OIDC_OK);
    assert_false(identity->seen.username_of_subject);
    identity_free(&identity);
}

static void an_address_that_may_be_anothers_is_left_out(void **state)
{
    static const char claims[] =
        "{\"sub\":\"s\",\"name\":\"s\",\"email\":\"a@b.de\",\"email_verified\":%s}";
    static const struct {
        const char *pattern;
        const char *verified;
        const char *email;
    } cases[] = {
        {"[providerId]_[sub]", "false", "a@b.de"},
        {"[name]", "true", "a@b.de"},
        {"[name]", "null", "a@b.de"},
        {"[name]", "false", ""},
        {"[sub]", "false", ""},
    };
    struct props_provider settings = open_settings();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct identity *identity;
        char chosen[32], said[128];
        snprintf(chosen, sizeof(chosen), "%s", cases[i].pattern);
        snprintf(said, sizeof(said), claims, cases[i].verified);
        settings.username_pattern = chosen;
        assert_int_equal(make(&settings, said, &identity), OIDC_OK);
        assert_string_equal(identity->seen.email, cases[i].email);
        identity_free(&identity);
    }
}

static void what_is_missing_is_empty(void **state)
{
    struct props_provider settings = open_settings();
    struct identity *identity;

    (void)state;
    assert_int_equal(
        make(&settings, "{\"sub\":\"s\",\"email\":\"a@b@c.de\",\"given_name\":[]}", &identity),
        OIDC_OK);
    assert_string_equal(identity->seen.email, "");
    assert_string_equal(identity->seen.given_name, "");
    assert_string_equal(identity->seen.family_name, "");
    identity_free(&identity);
}

static void the_mapped_claims_are_the_files_choice(void **state)
{
    static char upn[] = "upn";
    static char nick[] = "nick";
    struct props_provider settings = filtered_settings();
    struct identity *identity;

    (void)state;
    settings.email_claim = upn;
    settings.given_name_claim = nick;
    assert_int_equal(make(&settings,
                          "{\"sub\":\"s\",\"email\":\"a@evil.example\",\"upn\":\"b@good.example\","
                          "\"nick\":\"Bo\"}",
                          &identity),
                     OIDC_OK);
    assert_string_equal(identity->seen.email, "b@good.example");
    assert_string_equal(identity->seen.given_name, "Bo");
    identity_free(&identity);
    assert_int_equal(make(&settings, "{\"sub\":\"s\",\"email\":\"a@good.example\"}", &identity),
                     OIDC_E_EMAIL_INVALID);
}

static void policy_refuses_an_identity(void **state)
{
    struct props_provider settings = filtered_settings();
    struct identity *identity;

    (void)state;
    assert_int_equal(make(&settings, "{\"sub\":\"s\",\"email\":\"a@evil.example\"}", &identity),
                     OIDC_E_EMAIL_DOMAIN);
    settings = open_settings();
    settings.username_pattern = email_claim;
    assert_int_equal(make(&settings, "{\"sub\":\"s\"}", &identity), OIDC_OK);
    identity_free(&identity);
    static char other[] = "[eppn]";
    settings.username_pattern = other;
    assert_int_equal(make(&settings, "{\"sub\":\"s\"}", &identity), OIDC_E_CLAIM_MISSING);
    assert_int_equal(make(&settings, "{\"sub\":\"s\",\"eppn\":\"1\"}", &identity),
                     OIDC_E_USERNAME_INVALID);
}

static void names_are_cleaned_and_cut(void **state)
{
    struct props_provider settings = open_settings();
    struct identity *identity;
    char claims[400] = "{\"sub\":\"s\",\"given_name\":\"a\\r\\nb\\u0001\\u007f\\u0085\\u2028"
                       "\\u202ec\",\"family_name\":\"";
    size_t size = strlen(claims);

    (void)state;
    memset(claims + size, 'x', OIDC_NAME_MAX - 1);
    memcpy(claims + size + OIDC_NAME_MAX - 1, "\xc3\xa4y\"}", 6);
    assert_int_equal(make(&settings, claims, &identity), OIDC_OK);
    assert_string_equal(identity->seen.given_name, "abc");
    /* The two bytes of the last character would not fit whole, and nothing behind it is taken. */
    assert_int_equal(strlen(identity->seen.family_name), OIDC_NAME_MAX - 1);
    assert_null(strchr(identity->seen.family_name, 'y'));
    identity_free(&identity);
}

static void coverage_needs_every_mapped_claim(void **state)
{
    static const struct {
        const char *claims;
        bool covered;
    } cases[] = {
        {"{\"sub\":\"s\",\"email\":\"e\",\"given_name\":\"g\",\"family_name\":\"f\"}", true},
        {"{\"email\":\"e\",\"given_name\":\"g\",\"family_name\":\"f\"}", false},
        {"{\"sub\":\"s\",\"given_name\":\"g\",\"family_name\":\"f\"}", false},
        {"{\"sub\":\"s\",\"email\":\"e\",\"family_name\":\"f\"}", false},
        {"{\"sub\":\"s\",\"email\":\"e\",\"given_name\":\"g\",\"family_name\":\" \"}", false},
    };
    struct props_provider settings = open_settings();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *json = json_loads(cases[i].claims, 0, NULL);

        assert_int_equal(identity_is_covered(&settings, json), cases[i].covered);
        json_decref(json);
    }
}

static void userinfo_adds_but_proves_nothing(void **state)
{
    json_t *claims =
        json_loads("{\"iss\":\"i\",\"sub\":\"s\",\"email\":\"old\",\"kept\":1}", 0, NULL);
    json_t *userinfo =
        json_loads("{\"iss\":\"x\",\"sub\":\"x\",\"aud\":\"x\",\"exp\":1,\"iat\":1,\"nonce\":\"x\","
                   "\"at_hash\":\"x\",\"azp\":\"x\",\"acr\":\"x\",\"sid\":\"x\",\"email\":\"new\","
                   "\"kept\":null,"
                   "\"added\":true}",
                   0, NULL);
    json_t *expected = json_loads(
        "{\"iss\":\"i\",\"sub\":\"s\",\"email\":\"new\",\"kept\":1,\"added\":true}", 0, NULL);

    (void)state;
    assert_int_equal(claims_merge(claims, userinfo), OIDC_OK);
    assert_true(json_equal(claims, expected));
    json_decref(claims);
    json_decref(userinfo);
    json_decref(expected);
}

static bool make_one(void *context)
{
    struct props_provider settings = filtered_settings();
    struct identity *identity = NULL;
    oidc_code code = identity_make(NULL, &settings, "https://op.example", context, &identity, NULL);

    identity_free(&identity);
    return code == OIDC_OK;
}

static bool merge(void *context)
{
    json_t *claims = json_object();
    oidc_code code = claims ? claims_merge(claims, context) : OIDC_E_MEMORY;

    json_decref(claims);
    return code == OIDC_OK;
}

static void memory_may_run_out_anywhere(void **state)
{
    json_set_alloc_funcs(malloc, free);
    json_t *claims =
        json_loads("{\"sub\":\"s\",\"email\":\"a@good.example\",\"given_name\":7}", 0, NULL);

    (void)state;
    assert_int_not_equal(failalloc_sweep(make_one, claims), 0);
    assert_int_not_equal(failalloc_sweep(merge, claims), 0);
    json_decref(claims);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_judged_strictly),
        cmocka_unit_test(addresses_are_bounded),
        cmocka_unit_test(the_filter_admits_listed_domains_only),
        cmocka_unit_test(an_empty_list_admits_nobody_and_a_star_everybody),
        cmocka_unit_test(without_the_filter_the_list_means_nothing),
        cmocka_unit_test(an_unverified_address_passes_no_filter),
        cmocka_unit_test(claims_become_an_identity),
        cmocka_unit_test(each_flag_is_its_own),
        cmocka_unit_test(an_address_is_unverified_where_the_provider_says_so),
        cmocka_unit_test(a_user_name_is_of_the_subject_where_no_other_can_have_it),
        cmocka_unit_test(an_address_that_may_be_anothers_is_left_out),
        cmocka_unit_test(what_is_missing_is_empty),
        cmocka_unit_test(the_mapped_claims_are_the_files_choice),
        cmocka_unit_test(policy_refuses_an_identity),
        cmocka_unit_test(names_are_cleaned_and_cut),
        cmocka_unit_test(coverage_needs_every_mapped_claim),
        cmocka_unit_test(userinfo_adds_but_proves_nothing),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
