/* What stands around and in a value by mistake: marks, placeholders, bytes beyond ASCII, other
 * lines. */
#include "support.h"

#define SITE "auth.method=openid\nprovider.id=aaf\nsiteUrl=https://xnat.example.org\n"
#define SECRET_LINE "openid.aaf.clientSecret=" SECRET "\n"

static void test_quotes(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"a name", GOOD "name=\"A name\"\n", "OC113@8:6"},
        {"one mark alone", GOOD "name=\"\n", ""},
        {"two kinds", GOOD "name=\"x'\n", ""},
        {"in HTML", GOOD "openid.aaf.link=\"<a href='/openid-login?providerId=aaf'>x</a>\"\n", ""},
        {"an address", GOOD "openid.aaf.userInfoUri=\"https://op.example.org/u\"\n", "OC113@8:24"},
        {"printers' marks", GOOD "name=\xe2\x80\x9cName\xe2\x80\x9d\n", "OC113@8:6"},
        {"printers' marks by escapes", GOOD "name=\\u201cName\\u201d\n", "OC113@8:6"},
    };
    static const struct judgement judgements[] = {
        {"a name", GOOD "name=\"A name\"\n", PROPS_AUTO, "warning OC113"},
        {"the client id", SITE SECRET_LINE ENDPOINTS "openid.aaf.clientId='client-1'\n",
         PROPS_SIDECAR, "error OC113"},
        {"the method",
         "auth.method=\"openid\"\nprovider.id=aaf\nsiteUrl=https://x.example.org\n" CLIENT
             ENDPOINTS,
         PROPS_AUTO, "error OC113"},
        {"the id",
         "auth.method=openid\nprovider.id=\"aaf\"\nsiteUrl=https://x.example.org\n" CLIENT
             ENDPOINTS,
         PROPS_AUTO, "error OC113"},
    };
    EXPECT_ALL(cases);
    JUDGE_ALL(judgements);
}

static void test_placeholders(void **state)
{
    (void)state;
    static const char *const placeholders[] = {
        "${XNAT_ID}",  "x-${id}",     "{{ client_id }}", "<your client id>", "__CLIENT_ID__",
        "%CLIENT_ID%", "@CLIENT_ID@", "$(CLIENT_ID)",    "$CLIENT_ID",       "#{clientId}#",
        "<%= id %>",   "map[id:x]",   "[[client_id]]",   "{% id %}",
    };
    static const struct expectation cases[] = {
        {"braces in an address", GOOD "openid.aaf.userInfoUri=https://{host}/u\n", "OC116@8:24"},
        {"a pattern", GOOD "openid.aaf.usernamePattern=[providerId]_[sub]\n", ""},
        {"a placeholder in a pattern", GOOD "openid.aaf.usernamePattern=${sub}\n", "OC116@8:28"},
        {"HTML", GOOD "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\">x</a>\n", ""},
        {"in HTML", GOOD "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\">{{ x }}</a>\n",
         "OC116@8:17"},
        {"a dollar", GOOD "name=$5 and more\n", ""},
    };
    for (size_t i = 0; i < sizeof placeholders / sizeof *placeholders; i++) {
        char text[1024];
        (void)snprintf(text, sizeof text, SITE SECRET_LINE ENDPOINTS "openid.aaf.clientId=%s\n",
                       placeholders[i]);
        const struct judgement judgement = {placeholders[i], text, PROPS_SIDECAR, "error OC116"};
        judge_all(&judgement, 1);
    }
    EXPECT_ALL(cases);
}

static void test_encoding(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"UTF-8", GOOD "name=Universit\xc3\xa4t\n", "OC107@8:15"},
        {"after a continuation", GOOD "name=Uni\\\r\n  versit\xc3\xa4t\n", "OC107@9:9"},
        {"four bytes", GOOD "name=\xf0\x9f\x98\x80\n", "OC107@8:6"},
        {"three bytes", GOOD "name=\xe2\x82\xac\n", "OC107@8:6"},
        {"ISO-8859-1", GOOD "name=Universit\xe4t\n", "OC117@8:15"},
        {"a mixture", GOOD "name=\xc3\xa4\xe4\n", "OC117@8:6"},
        {"one of two bytes", GOOD "name=\xc3x\n", "OC117@8:6"},
        {"cut short", GOOD "name=\xc3\n", "OC117@8:6"},
        {"no UTF-8 at all", GOOD "name=\xff\x80\n", "OC112@8:6"},
        {"an escape", GOOD "name=Universit\\u00e4t\n", ""},
        {"a control character", GOOD "openid.aaf.givenNameProperty=a\\tb\n", "OC112@8:30"},
        {"a line end in a name", GOOD "name=a\\nb\n", ""},
        {"a wide blank", GOOD "openid.aaf.userInfoUri=https://op.example.org/u\xa0\n",
         "OC112@8:24"},
        {"a wide blank in UTF-8", GOOD "openid.aaf.userInfoUri=https://op.example.org/u\xc2\xa0\n",
         "OC112@8:24"},
        {"a blank without width", GOOD "openid.aaf.emailProperty=email\\u200b\n", "OC112@8:26"},
    };
    static const struct judgement judgements[] = {
        {"a name", GOOD "name=\xc3\xa4\n", PROPS_AUTO, "warning OC107"},
        {"a claim", GOOD "openid.aaf.givenNameProperty=\xc3\xa4\n", PROPS_SIDECAR, "warning OC107"},
        {"the client id", SITE SECRET_LINE ENDPOINTS "openid.aaf.clientId=client-\xc3\xa4\n",
         PROPS_SIDECAR, "warning OC107"},
        {"the client id", SITE SECRET_LINE ENDPOINTS "openid.aaf.clientId=client-\xc3\xa4\n",
         PROPS_AUTO, "error OC107"},
        {"a letter", GOOD "name=\xe4\n", PROPS_AUTO, "info OC117"},
        {"a claim", GOOD "openid.aaf.givenNameProperty=a\\tb\n", PROPS_AUTO, "warning OC112"},
        {"the client id", SITE SECRET_LINE ENDPOINTS "openid.aaf.clientId=c\\tlient\n",
         PROPS_SIDECAR, "error OC112"},
    };
    EXPECT_ALL(cases);
    JUDGE_ALL(judgements);
}

#define MARK "\xef\xbb\xbf"

static void test_byte_order_marks(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"on the first key", MARK GOOD, "OC108@1:1"},
        {"on a comment", MARK "# x\n" GOOD, "OC108@1:1"},
        {"on a blank line", MARK "\n" GOOD, "OC108@1:1"},
        {"UTF-16", "\xff\xfe# x\n" GOOD, "OC108@1:1"},
        {"in the middle", "name=x\n" MARK GOOD, "OC201@0:0 OC103@2:1"},
    };
    static const struct judgement judgements[] = {
        {"on the method", MARK GOOD, PROPS_AUTO, "error OC108"},
        {"on the method", MARK GOOD, PROPS_SIDECAR, "warning OC108"},
        {"on the site",
         MARK
         "siteUrl=https://x.example.org\nauth.method=openid\nprovider.id=aaf\n" CLIENT ENDPOINTS,
         PROPS_SIDECAR, "error OC108"},
        {"on a comment", MARK "# x\n" GOOD, PROPS_AUTO, "info OC108"},
    };
    EXPECT_ALL(cases);
    JUDGE_ALL(judgements);
    assert_words(MARK GOOD, 0, "auth.method is missing", "without byte order mark");
}

static void test_joined_lines(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"the client id", SITE ENDPOINTS "name=x\\\n" CLIENT, "OC118@7:1"},
        {"meant", GOOD "openid.aaf.scopes=openid,\\\n  email\n", ""},
        {"HTML", GOOD "openid.aaf.link=<a \\\n href=\"/openid-login?providerId=aaf\">x</a>\n", ""},
        {"a comment", GOOD "name=x\\\n# y\n", "OC118@9:1"},
        {"an empty line", GOOD "name=x\\\n\nvisible=true\n", "OC118@9:1"},
        {"at the end of the file", GOOD "name=x\\", ""},
        {"two of them",
         SITE ENDPOINTS "name=x\\\nopenid.aaf.clientId=x\\\n  "
                        "openid.aaf.clientSecret=y\n",
         "OC118@7:1"},
    };
    static const struct judgement judgements[] = {
        {"a name", GOOD "name=x\\\nvisible=false\n", PROPS_AUTO, "warning OC118"},
        {"what is needed", SITE ENDPOINTS SECRET_LINE "name=x\\\nopenid.aaf.clientId=client-1\n",
         PROPS_SIDECAR, "error OC118"},
        {"an address", GOOD "openid.aaf.userInfoUri=https://op.example.org/u\\\nvisible=false\n",
         PROPS_AUTO, "error OC118"},
        {"an empty line", GOOD "name=x\\\n\n", PROPS_AUTO, "info OC118"},
    };
    EXPECT_ALL(cases);
    JUDGE_ALL(judgements);
    assert_words(GOOD "name=x\\\nvisible=false\n", 0, "visible is not read here",
                 "remove the backslash");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quotes),       cmocka_unit_test(test_placeholders),
        cmocka_unit_test(test_encoding),     cmocka_unit_test(test_byte_order_marks),
        cmocka_unit_test(test_joined_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
