/* Claim gates, one by one: what each lets through, and that each turns people away by itself. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "liboidc/gates.h"

static char one[] = "one", two[] = "two", empty[] = "";
static char *both_items[] = {one, two};
static const struct props_list both = {both_items, 2};

static struct props_gates audience_gate(void)
{
    return (struct props_gates){.audience = true, .accepted_audiences = both, .role_path = empty};
}

static struct props_gates type_gate(void)
{
    return (struct props_gates){.type = true, .expected_types = both, .role_path = empty};
}

/* The gates' word about claims in JSON, in which a text may hold a NUL. */
static oidc_code word(const struct props_gates *gates, const char *claims)
{
    json_t *json = json_loads(claims, JSON_ALLOW_NUL, NULL);
    oidc_error error = {0};
    oidc_code code;

    assert_non_null(json);
    code = gates_check(gates, json, &error);
    assert_int_equal(code, error.code);
    assert_null(strstr(error.detail, "canary"));
    json_decref(json);
    return code;
}

static oidc_code role_word(const char *path, const char *claims)
{
    char *copy = strdup(path);
    const struct props_gates gates = {.role = true, .role_path = copy, .required_roles = both};
    oidc_code code;

    assert_non_null(copy);
    code = word(&gates, claims);
    free(copy);
    return code;
}

/* What a text or a list of texts may be, with %s for a claim: one of the list is enough. */
static const struct {
    const char *value;
    bool passes;
} values[] = {
    {"\"one\"", true},
    {"\"two\"", true},
    {"[\"two\"]", true},
    {"[\"canary\",7,null,\"one\"]", true},
    {"\"canary\"", false},
    {"\"One\"", false},
    {"\"one \"", false},
    {"\"one,two\"", false},
    {"\"one two\"", false},
    {"\"on\"", false},
    {"\"ones\"", false},
    {"\"\"", false},
    {"\"one\\u0000\"", false},
    {"\"one\\u0000two\"", false},
    {"[\"one\\u0000\"]", false},
    {"[]", false},
    {"[\"\"]", false},
    {"[[\"one\"]]", false},
    {"[{\"one\":true}]", false},
    {"{\"one\":true}", false},
    {"{\"0\":\"one\"}", false},
    {"true", false},
    {"1", false},
    {"null", false},
};

static void every_value_is_one_text_or_a_list_of_texts(void **state)
{
    const struct props_gates audience = audience_gate();

    (void)state;
    for (size_t i = 0; i < COUNT(values); i++) {
        char claims[128];

        snprintf(claims, sizeof claims, "{\"aud\":%s,\"roles\":%s}", values[i].value,
                 values[i].value);
        assert_int_equal(word(&audience, claims),
                         values[i].passes ? OIDC_OK : OIDC_E_GATE_AUDIENCE);
        assert_int_equal(role_word("roles", claims), values[i].passes ? OIDC_OK : OIDC_E_GATE_ROLE);
    }
    assert_int_equal(word(&audience, "{}"), OIDC_E_GATE_AUDIENCE);
    assert_int_equal(role_word("roles", "{}"), OIDC_E_GATE_ROLE);
}

/* A token has one type: the claim is a text. */
static void a_type_is_one_text(void **state)
{
    static const struct {
        const char *claims;
        oidc_code code;
    } cases[] = {
        {"{\"typ\":\"one\"}", OIDC_OK},
        {"{\"typ\":\"two\"}", OIDC_OK},
        {"{\"typ\":\"ONE\"}", OIDC_E_GATE_TYPE},
        {"{\"typ\":\"canary\"}", OIDC_E_GATE_TYPE},
        {"{\"typ\":[\"one\"]}", OIDC_E_GATE_TYPE},
        {"{\"typ\":\"one\\u0000\"}", OIDC_E_GATE_TYPE},
        {"{\"typ\":\"\"}", OIDC_E_GATE_TYPE},
        {"{\"typ\":null}", OIDC_E_GATE_TYPE},
        {"{}", OIDC_E_GATE_TYPE},
    };
    const struct props_gates gates = type_gate();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(word(&gates, cases[i].claims), cases[i].code);
}

static void a_path_leads_to_the_roles(void **state)
{
    static const struct {
        const char *path, *claims;
        bool found;
    } cases[] = {
        {"resource_access.xnat.roles", "{\"resource_access\":{\"xnat\":{\"roles\":[\"two\"]}}}",
         true},
        {"resource_access.xnat.roles", "{\"resource_access\":{\"xnat\":{\"roles\":[\"x\"]}}}",
         false},
        {"resource_access.xnat.roles", "{\"resource_access\":{\"other\":{\"roles\":[\"two\"]}}}",
         false},
        {"resource_access.xnat.roles", "{\"resource_access\":{\"xnat\":[\"two\"]}}", false},
        {"resource_access.xnat.roles", "{\"resource_access\":\"two\"}", false},
        {"resource_access.xnat", "{\"resource_access\":{\"xnat\":{\"roles\":[\"two\"]}}}", false},
        {"xnat.roles", "{\"resource_access\":{\"xnat\":{\"roles\":[\"two\"]}}}", false},
        /* Names with dots. */
        {"https://example.org/claims/roles", "{\"https://example.org/claims/roles\":[\"one\"]}",
         true},
        {"https://example.org/claims.v2.roles", "{\"https://example.org/claims.v2.roles\":\"one\"}",
         true},
        {"access.xnat.example.org", "{\"access\":{\"xnat.example.org\":[\"one\"]}}", true},
        {"access.xnat.org.roles", "{\"access\":{\"xnat.org\":{\"roles\":[\"one\"]}}}", true},
        {"access.xnat.org.roles",
         "{\"access\":{\"xnat.org\":{},\"xnat\":{\"org\":{\"roles\":\"one\"}}}}", false},
        {"a.b", "{\"a.b\":\"x\",\"a\":{\"b\":\"one\"}}", false}, /* the whole name stands */
        /* Odd paths. */
        {"a..b", "{\"a\":{\"\":{\"b\":\"one\"}}}", true},
        {"a..b", "{\"a\":{\"b\":\"one\"}}", false},
        {".", "{\"\":\"one\"}", false},
        {"a.", "{\"a\":\"one\"}", false},
        {".a", "{\"a\":\"one\"}", false},
        {"", "{\"\":\"one\"}", false},
        {"Roles", "{\"roles\":\"one\"}", false},
        {"0", "{\"0\":\"one\"}", true},
        {"a.0", "{\"a\":[\"one\"]}", false}, /* members, not places */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(role_word(cases[i].path, cases[i].claims),
                         cases[i].found ? OIDC_OK : OIDC_E_GATE_ROLE);
}

/* A path of `count` members of `size` letters each. For free(). */
static char *long_path(size_t count, size_t size)
{
    char *path = malloc(count * (size + 1));

    assert_non_null(path);
    memset(path, 'm', count * (size + 1));
    for (size_t i = 1; i <= count; i++)
        path[i * (size + 1) - 1] = i < count ? '.' : '\0';
    return path;
}

/* The claims in which a path leads to "one". */
static json_t *claims_along(const char *path)
{
    json_t *value = json_string("one");
    char *copy = strdup(path);

    assert_non_null(copy);
    for (char *dot = strrchr(copy, '.'); value; dot = strrchr(copy, '.')) {
        value = json_pack("{s:o}", dot ? dot + 1 : copy, value);
        if (!dot)
            break;
        *dot = '\0';
    }
    free(copy);
    assert_non_null(value);
    return value;
}

/* Members longer than any real name are not looked into; nothing overflows. */
static void huge_paths_are_followed_or_lead_nowhere(void **state)
{
    static const struct {
        size_t count, size;
        oidc_code code;
    } cases[] = {
        {1, 100000, OIDC_OK}, {100, 1, OIDC_OK},          {2000, 1, OIDC_OK},
        {3, 255, OIDC_OK},    {3, 256, OIDC_E_GATE_ROLE}, {2, 100000, OIDC_E_GATE_ROLE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *path = long_path(cases[i].count, cases[i].size);
        json_t *claims = claims_along(path);
        const struct props_gates gates = {.role = true, .role_path = path, .required_roles = both};

        assert_int_equal(gates_check(&gates, claims, NULL), cases[i].code);
        json_decref(claims);
        free(path);
    }
}

#define ALL "{\"aud\":\"one\",\"roles\":\"one\",\"typ\":\"one\"}"

/* With nothing to check for, a gate that is on is closed. */
static void an_empty_list_turns_everybody_away(void **state)
{
    static char roles[] = "roles";
    const struct props_gates gates[] = {
        {.audience = true, .role_path = empty},
        {.role = true, .role_path = roles},
        {.role = true, .role_path = empty, .required_roles = both},
        {.type = true, .role_path = empty},
    };
    static const oidc_code codes[] = {OIDC_E_GATE_AUDIENCE, OIDC_E_GATE_ROLE, OIDC_E_GATE_ROLE,
                                      OIDC_E_GATE_TYPE};

    (void)state;
    for (size_t i = 0; i < COUNT(gates); i++) {
        assert_int_equal(word(&gates[i], ALL), codes[i]);
        assert_int_equal(word(&gates[i], "{\"aud\":\"\",\"roles\":\"\",\"typ\":\"\",\"\":\"\"}"),
                         codes[i]);
        assert_int_equal(word(&gates[i], "{\"aud\":[],\"roles\":[],\"typ\":[]}"), codes[i]);
    }
}

static void a_gate_that_is_off_keeps_nobody_out(void **state)
{
    static char roles[] = "roles";
    const struct props_gates off = {.accepted_audiences = both,
                                    .role_path = roles,
                                    .required_roles = both,
                                    .expected_types = both};

    (void)state;
    assert_int_equal(word(&off, "{}"), OIDC_OK);
}

static void all_gates_must_be_passed(void **state)
{
    static char roles[] = "roles";
    const struct props_gates all = {.audience = true,
                                    .role = true,
                                    .type = true,
                                    .accepted_audiences = both,
                                    .role_path = roles,
                                    .required_roles = both,
                                    .expected_types = both};

    (void)state;
    assert_int_equal(word(&all, ALL), OIDC_OK);
    assert_int_equal(word(&all, "{\"roles\":\"one\",\"typ\":\"one\"}"), OIDC_E_GATE_AUDIENCE);
    assert_int_equal(word(&all, "{\"aud\":\"one\",\"typ\":\"one\"}"), OIDC_E_GATE_ROLE);
    assert_int_equal(word(&all, "{\"aud\":\"one\",\"roles\":\"one\"}"), OIDC_E_GATE_TYPE);
}

static void roles_may_be_in_user_info(void **state)
{
    static char path[] = "a.b";
    const struct props_gates on = {.role = true, .role_path = path, .required_roles = both};
    const struct props_gates off = {.role_path = path, .required_roles = both};
    json_t *with = json_loads("{\"a\":{\"b\":[]}}", 0, NULL);
    json_t *without = json_loads("{\"a\":{}}", 0, NULL);

    (void)state;
    assert_true(gates_are_covered(&on, with));
    assert_false(gates_are_covered(&on, without));
    assert_true(gates_are_covered(&off, without));
    json_decref(with);
    json_decref(without);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_is_one_text_or_a_list_of_texts),
        cmocka_unit_test(a_type_is_one_text),
        cmocka_unit_test(a_path_leads_to_the_roles),
        cmocka_unit_test(huge_paths_are_followed_or_lead_nowhere),
        cmocka_unit_test(an_empty_list_turns_everybody_away),
        cmocka_unit_test(a_gate_that_is_off_keeps_nobody_out),
        cmocka_unit_test(all_gates_must_be_passed),
        cmocka_unit_test(roles_may_be_in_user_info),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
