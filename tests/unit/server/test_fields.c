/* Header names: forged identities in every spelling, hop-by-hop fields, tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/fields.h"

#define PREFIX "X-XNAT-OIDC-"

/* What some server or framework folds into X-XNAT-OIDC-Username. */
static void every_spelling_of_an_identity_header_is_caught(void **state)
{
    (void)state;
    static const char *const forged[] = {
        "X-XNAT-OIDC-Username",
        "x-xnat-oidc-username",
        "X-XNAT-OIDC-USERNAME",
        "X_XNAT_OIDC_Username",
        "x-xnat_oidc-username",
        "X.XNAT.OIDC.Username",
        "X XNAT OIDC Username",
        "X-XNAT-OIDC-Username ",
        "X-XNAT-OIDC-Username\t",
        " X-XNAT-OIDC-Username",
        "X--XNAT--OIDC--Username",
        "X-XNAT-OIDC_",
        "X-XNAT-OIDC-",
        "X-XNAT-OIDC",
        "XXNATOIDCUsername",
        "-X-XNAT-OIDC-Username",
        "X!XNAT#OIDC$Username",
        "X-XNAT-OIDC-Anything-New",
        "X:XNAT:OIDC:Username",
        "X\x80XNAT\xFFOIDC-Username",
        "x_xNaT.oIdC~assertion",
    };
    for (size_t i = 0; i < sizeof forged / sizeof forged[0]; i++)
        if (!field_is_identity(forged[i], PREFIX))
            fail_msg("%s gets through", forged[i]);
}

static void other_headers_are_left_alone(void **state)
{
    (void)state;
    static const char *const innocent[] = {
        "X-XNAT-OID", "X-XNAT",      "XNAT-OIDC-Username",   "X-XNAT-Ajax",          "Host", "",
        "-",          "X-OIDC-XNAT", "Y-XNAT-OIDC-Username", "X-XNAT-0IDC-Username",
    };
    for (size_t i = 0; i < sizeof innocent / sizeof innocent[0]; i++)
        if (field_is_identity(innocent[i], PREFIX))
            fail_msg("%s is taken away", innocent[i]);
}

static void hop_by_hop_fields_are_known(void **state)
{
    (void)state;
    assert_true(field_is_hop_by_hop("Connection", NULL));
    assert_true(field_is_hop_by_hop("keep-alive", NULL));
    assert_true(field_is_hop_by_hop("TE", NULL));
    assert_true(field_is_hop_by_hop("Transfer-Encoding", NULL));
    assert_true(field_is_hop_by_hop("UPGRADE", NULL));
    assert_true(field_is_hop_by_hop("Proxy-Connection", NULL));
    assert_true(field_is_hop_by_hop("Proxy-Authorization", NULL));
    assert_false(field_is_hop_by_hop("Content-Length", NULL));
    assert_false(field_is_hop_by_hop("X-Hop", NULL));
    assert_true(field_is_hop_by_hop("X-Hop", "close, x-hop"));
    assert_false(field_is_hop_by_hop("X-Hop", "close, x-hopper, x"));
}

static void connection_cannot_take_away_what_is_for_everybody(void **state)
{
    (void)state;
    static const char all[] = "close, Content-Length, Host, Authorization, Cookie, Content-Type";
    assert_false(field_is_hop_by_hop("Content-Length", all));
    assert_false(field_is_hop_by_hop("host", all));
    assert_false(field_is_hop_by_hop("Authorization", all));
    assert_false(field_is_hop_by_hop("Cookie", all));
    assert_false(field_is_hop_by_hop("Content-Type", all));
}

static void names_are_tokens(void **state)
{
    (void)state;
    assert_true(field_name_is_valid("X-XNAT-OIDC-Username"));
    assert_true(field_name_is_valid("!#$%&'*+-.^_`|~09azAZ"));
    static const char *const bad[] = {"",     " ",   "a b",  "a:",  "a\t", "a\x01", "a\x7F",
                                      "\xE9", "a(b", "a\"b", "a/b", "a[",  "a,b",   "a\r\nb"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(field_name_is_valid(bad[i]));
}

static void lists_are_searched_word_by_word(void **state)
{
    (void)state;
    assert_true(field_list_has("close", "Close"));
    assert_true(field_list_has(" , ,\tkeep-alive\t , close ,", "close"));
    assert_true(field_list_has("a,b,c", "c"));
    assert_false(field_list_has("closed", "close"));
    assert_false(field_list_has("clos", "close"));
    assert_false(field_list_has("not close", "close"));
    assert_false(field_list_has("", "close"));
    assert_false(field_list_has(",,", "close"));
    assert_false(field_list_has(",,", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_of_an_identity_header_is_caught),
        cmocka_unit_test(other_headers_are_left_alone),
        cmocka_unit_test(hop_by_hop_fields_are_known),
        cmocka_unit_test(connection_cannot_take_away_what_is_for_everybody),
        cmocka_unit_test(names_are_tokens),
        cmocka_unit_test(lists_are_searched_word_by_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
