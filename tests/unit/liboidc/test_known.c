/* Issuers derived from authorization endpoints. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "liboidc/known.h"
#include "tests/support/failalloc.h"

static const struct {
    const char *endpoint;
    const char *issuer;
    bool known;
} cases[] = {
    {"https://central.aaf.edu.au/oidc/authorize", "https://central.aaf.edu.au", true},
    {"https://central.aaf.edu.au/providers/op/authorize", "https://central.aaf.edu.au", true},
    {"https://central.test.aaf.edu.au/oidc/authorize", "https://central.test.aaf.edu.au", true},
    {"https://Central.Test.AAF.edu.au:443/providers/op/authorize",
     "https://central.test.aaf.edu.au", true},
    {"https://accounts.google.com/o/oauth2/v2/auth", "https://accounts.google.com", true},
    {"https://accounts.google.com/o/oauth2/auth", "https://accounts.google.com", true},
    {"https://accounts.google.com/o/oauth2/auth?hd=x", "https://accounts.google.com", true},
    /* Looks like a known one, and is not. */
    {"http://central.aaf.edu.au/oidc/authorize", "http://central.aaf.edu.au", false},
    {"https://central.aaf.edu.au.evil.example/oidc/authorize",
     "https://central.aaf.edu.au.evil.example", false},
    {"https://central.aaf.edu.au/other", "https://central.aaf.edu.au", false},
    /* Shapes. */
    {"http://127.0.0.1:9000/providers/op/authorize", "http://127.0.0.1:9000", false},
    {"https://op.example/oidc/authorize", "https://op.example", false},
    {"https://kc.example/realms/site/protocol/openid-connect/auth",
     "https://kc.example/realms/site", false},
    {"https://kc.example:8443/auth/realms/A/protocol/openid-connect/auth",
     "https://kc.example:8443/auth/realms/A", false},
    {"https://op.example/authorize", "https://op.example", false},
    {"https://op.example", "https://op.example", false},
};

static void the_table_gives_the_issuer(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *issuer = NULL;
        bool known = !cases[i].known;

        assert_int_equal(known_issuer(cases[i].endpoint, &issuer, &known), OIDC_OK);
        assert_string_equal(issuer, cases[i].issuer);
        assert_int_equal(known, cases[i].known);
        free(issuer);
    }
}

static void what_is_no_url_has_none(void **state)
{
    char *issuer = NULL;
    bool known = true;

    (void)state;
    assert_int_equal(known_issuer("/oidc/authorize", &issuer, &known), OIDC_OK);
    assert_null(issuer);
    assert_false(known);
}

static bool derive(void *context)
{
    char *issuer = NULL;
    bool known;
    oidc_code code = known_issuer("https://op.example/oidc/authorize", &issuer, &known);

    (void)context;
    free(issuer);
    return code == OIDC_OK;
}

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    assert_int_not_equal(failalloc_sweep(derive, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_gives_the_issuer),
        cmocka_unit_test(what_is_no_url_has_none),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
