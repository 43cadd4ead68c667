/* XNAT's session cookie: what a Set-Cookie says of it, and nothing that could break a header. */
#include "tests/support/check.h"

#include "server/xnat_cookie.h"

static void what_a_set_cookie_says(void **state)
{
    static const struct {
        const char *text;
        const char *session; /* NULL: nothing of XNAT's session */
    } cases[] = {
        {"JSESSIONID=0123ABC; Path=/; HttpOnly", "0123ABC"},
        {" JSESSIONID=0123ABC.node-1_a!~; Path=/", "0123ABC.node-1_a!~"},
        {"JSESSIONID=A", "A"},
        {"JSESSIONID=; Path=/; Max-Age=0", ""},
        {"JSESSIONID=; Path=/", ""},
        {"JSESSIONID=old; Max-Age=0", ""},
        {"JSESSIONID=old; max-age=-1", ""},
        {"JSESSIONID=new; Max-Age=60", "new"},
        {"jsessionid=A", NULL}, /* cookies' names have cases */
        {"JSESSIONIDS=A", NULL},
        {"SESSION_EXPIRATION_TIME=1,2; Path=/", NULL},
        {"JSESSIONID", NULL},
        {"", NULL},
        {";JSESSIONID=A", "A"},
        {"JSESSIONID=a b", NULL},
        {"JSESSIONID=a,b", NULL},
        {"JSESSIONID=\"a\"", NULL},
        {"JSESSIONID=a\r\nX: y", NULL},
        {"JSESSIONID=a\x80", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char session[XNAT_SESSION_MAX + 1] = "as before";
        bool read = xnat_cookie_read(cases[i].text, session);

        if (read != (cases[i].session != NULL))
            fail_msg("%s: %s", cases[i].text, read ? session : "nothing");
        assert_string_equal(session, cases[i].session ? cases[i].session : "as before");
    }
}

static void longer_ones_are_not_kept(void **state)
{
    char text[sizeof("JSESSIONID=") + XNAT_SESSION_MAX + 1] = "JSESSIONID=";
    char session[XNAT_SESSION_MAX + 1] = "as before";

    (void)state;
    memset(text + strlen(text), 'x', XNAT_SESSION_MAX + 1);
    text[sizeof(text) - 1] = '\0';
    assert_false(xnat_cookie_read(text, session));
    assert_string_equal(session, "as before");
    text[sizeof(text) - 2] = '\0';
    assert_true(xnat_cookie_read(text, session));
    assert_int_equal(strlen(session), XNAT_SESSION_MAX);
}

static void a_nul_is_no_character(void **state)
{
    (void)state;
    assert_true(xnat_cookie_is_usable("ab", 2));
    assert_false(xnat_cookie_is_usable("a\0b", 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_set_cookie_says),
        cmocka_unit_test(longer_ones_are_not_kept),
        cmocka_unit_test(a_nul_is_no_character),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
