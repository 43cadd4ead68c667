/* Which files are ours, and which providers they enable. */
#include "support.h"

/* A file of the first generation; its provider is configured in lines 4 to 7. */
#define LISTED(list)                                                                               \
    "auth.method=openid\nenabled=" list "\nsiteUrl=https://x.example.org\n" CLIENT ENDPOINTS

static void test_method(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"a good file", GOOD, ""},
        {"blanks after the method",
         "auth.method=openid  \nprovider.id=aaf\nsiteUrl=https://x.example.org\n" CLIENT ENDPOINTS,
         "OC106@1:19"},
        {"no method", "provider.id=aaf\nsiteUrl=https://x.example.org\n" CLIENT ENDPOINTS,
         "OC201@0:0"},
        {"another method, named explicitly", "auth.method=ldap\nwhatever=x\n", "OC202@1:13"},
        {"capitals", "auth.method=OpenID\n", "OC202@1:13"},
    };
    EXPECT_ALL(cases);
}

static void test_one_provider(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"no provider.id", "auth.method=openid\nsiteUrl=https://x.example.org\n" CLIENT ENDPOINTS,
         "OC204@0:0"},
        {"an empty one",
         "auth.method=openid\nprovider.id= \nsiteUrl=https://x.example.org\n" CLIENT ENDPOINTS,
         "OC204@2:14"},
        {"openid, which no key is of",
         "auth.method=openid\nprovider.id=openid\nsiteUrl=https://x.example.org\n" CLIENT ENDPOINTS,
         "OC204@2:13"},
        {"nothing at all", "auth.method=openid\n", "OC204@0:0 OC221@0:0"},
        {"another than the keys'",
         "auth.method=openid\nprovider.id=google\nsiteUrl=https://x.example.org\n" CLIENT ENDPOINTS,
         "OC209@2:13"},
        {"reserved", "auth.method=openid\nprovider.id=localdb\nsiteUrl=https://x.example.org\n",
         "OC206@2:13"},
        {"reserved, in capitals",
         "auth.method=openid\nprovider.id=LocalDB\nsiteUrl=https://x.example.org\n", "OC206@2:13"},
        {"a placeholder", "auth.method=openid\nprovider.id=<id>\nsiteUrl=https://x.example.org\n",
         "OC116@2:13"},
    };
    EXPECT_ALL(cases);
    assert_words("auth.method=openid\nsiteUrl=https://x.example.org\n" CLIENT, 0, "no provider.id",
                 "provider.id=aaf");
    assert_words("auth.method=openid\nprovider.id=x\nsiteUrl=https://x.example.org\n" CLIENT, 0,
                 "openid.x.", "the file configures aaf");
}

static void test_listed_providers(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"one", "provider.id=openid\n" LISTED("aaf"), ""},
        {"without provider.id", LISTED("aaf"), "OC211@0:0"},
        {"none", LISTED(","), "OC211@0:0 OC204@2:9"},
        {"twice", "provider.id=openid\n" LISTED("aaf,aaf"), "OC208@3:13"},
        {"blanks between", "provider.id=openid\n" LISTED("aaf, aaf"), "OC208@3:14 OC106@3:14"},
        {"not configured", "provider.id=openid\n" LISTED("aaf,google"), "OC209@3:13"},
        {"not configured, on a line that goes on, behind an escape",
         "provider.id=openid\n" LISTED("aaf,\\\n  \\u0070aaf,googlx,aaf"),
         "OC209@4:3 OC209@4:13 OC208@4:20"},
        {"its own id and a list of it alone", "provider.id=aaf\n" LISTED("aaf"), ""},
        {"another id than the list's", "provider.id=google\n" LISTED("aaf"), "OC210@1:13"},
        {"configured but not listed",
         "provider.id=openid\n" LISTED("aaf") "openid.google.clientId=x\nopenid.google.link=y\n",
         "OC213@9:1"},
        {"an id in quotation marks", "provider.id=openid\n" LISTED("\"aaf\""), "OC113@3:9"},
    };
    EXPECT_ALL(cases);
}

static void test_too_many(void **state)
{
    (void)state;
    char text[8192] =
        "auth.method=openid\nprovider.id=openid\nsiteUrl=https://x.example.org\nenabled=";
    for (size_t i = 0; i <= PROPS_MAX_PROVIDERS; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "p%zu,", i);
    char expected[32];
    const char *last = strrchr(text, 'p');
    (void)snprintf(expected, sizeof expected, "OC214@4:%zu",
                   (size_t)(last - strstr(text, "enabled=")) + 1);
    for (size_t i = 0; i <= PROPS_MAX_PROVIDERS; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "\nopenid.p%zu.x=", i);
    struct props_model *model = model_of(text);
    assert_int_equal(model->provider_count, PROPS_MAX_PROVIDERS);
    char *findings = findings_text(model, false);
    assert_non_null(strstr(findings, expected));
    free(findings);
    props_model_free(&model);
}

static void test_syntax_errors(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        /* What is missing may stand in a line that could not be read: only such lines are reported.
         */
        {"two", "auth.method=openid\nprovider.id=aaf\n  siteUrl = C:\\users\nx=\\u00zz\n",
         "OC101@3:15 OC101@4:3"},
        {"unknown keys beside one", "auth.method=openid\nx=\\u\nclientID=y\n",
         "OC101@2:3 OC120@3:1"},
    };
    EXPECT_ALL(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_method),           cmocka_unit_test(test_one_provider),
        cmocka_unit_test(test_listed_providers), cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_syntax_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
