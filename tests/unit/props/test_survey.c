/* Line by line: keys twice, keys that nobody reads, blanks, encodings. And never a secret. */
#include "support.h"

static void test_duplicates(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"twice", GOOD "siteUrl=https://xnat.example.org\n", "OC102@3:1"},
        {"thrice", GOOD "visible=true\nvisible=false\nvisible=true\n", "OC102@8:1 OC102@9:1"},
        {"a secret", GOOD "openid.aaf.clientSecret=another\n", "OC102@5:1"},
        {"a wrong one overridden",
         GOOD "openid.aaf.jwksUri=x\nopenid.aaf.jwksUri=https://x.example.org\n", "OC102@8:1"},
    };
    EXPECT_ALL(cases);
    assert_words(GOOD "visible=true\nvisible=false\nvisible=true\n", 0, "again in line 10",
                 "remove");
}

static void test_unknown(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"foreign", GOOD "spring.datasource.url=x\n", "OC103@8:1"},
        {"of the provider", GOOD "openid.aaf.allowedGroups=x\n", "OC103@8:1"},
        {"a slip", GOOD "openid.aaf.logoutUrl=https://x.example.org\n", "OC104@8:1"},
        {"empty", GOOD "=x\n", "OC103@8:1"},
        {"legal texts", GOOD "openid.tos=a/b.html\nopenid.privacyPolicy=c\n", ""},
        {"other capitals in the provider", GOOD "openid.AAF.link=x\n", "OC104@8:1"},
    };
    EXPECT_ALL(cases);
    assert_words(GOOD "openid.aaf.allowedGroups=x\n", 0, "keeps nobody out", "remove");
    assert_words(GOOD "openid.aaf.logoutUrl=x\n", 0, "openid.aaf.logoutUrl",
                 "write openid.aaf.logoutUri");
}

static void test_many_providers_not_enabled(void **state)
{
    (void)state;
    static const struct expectation interleaved = {
        "interleaved", GOOD "openid.b.link=1\nopenid.c.link=2\nopenid.b.scopes=3\n",
        "OC213@8:1 OC213@9:1"};
    expect_all(&interleaved, 1);
    char text[8192] = GOOD;
    for (size_t i = 0; i < PROPS_MAX_PROVIDERS + 10; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "openid.p%zu.link=x\n", i);
    struct props_model *model = model_of(text);
    assert_int_equal(props_findings_count(model->findings), PROPS_MAX_PROVIDERS);
    props_model_free(&model);
}

static void test_blanks(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"harmless here", GOOD "name=A name  \nopenid.aaf.link=<p> \n", ""},
        {"in front, by an escape", GOOD "visible=\\ true\n", "OC106@8:9"},
        {"a tabulator after", GOOD "visible=true\t\n", "OC106@8:13"},
        {"after a continuation", GOOD "visible=tr\\\n   ue \n", "OC106@9:6"},
    };
    EXPECT_ALL(cases);
    assert_words(GOOD "visible=true \n", 0, "reads it as false", "remove the blanks");
    assert_words(GOOD "visible=false \n", 0, "by luck", "remove the blanks");
    assert_words("auth.method=openid \n" GOOD, 0, "stands again", "");
    assert_words(
        "auth.method=openid\t\nprovider.id=aaf\nsiteUrl=https://x.example.org\n" CLIENT ENDPOINTS,
        0, "another login method", "");
}

static void test_quotes(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"a name", GOOD "name=\"A name\"\n", "OC113@8:6"},
        {"one mark alone", GOOD "name=\"\n", ""},
        {"two kinds", GOOD "name=\"x'\n", ""},
        {"in HTML", GOOD "openid.aaf.link=\"x\"\n", ""},
    };
    EXPECT_ALL(cases);
}

static void test_encoding(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"UTF-8", GOOD "name=Universit\xc3\xa4t\n", "OC107@8:6"},
        {"four bytes", GOOD "name=\xf0\x9f\x98\x80\n", "OC107@8:6"},
        {"three bytes", GOOD "name=\xe2\x82\xac\n", "OC107@8:6"},
        {"ISO-8859-1", GOOD "name=Universit\xe4t\n", ""},
        {"a mixture", GOOD "name=\xc3\xa4\xe4\n", ""},
        {"one of two bytes", GOOD "name=\xc3x\n", ""},
        {"cut short", GOOD "name=\xc3\n", ""},
        {"no UTF-8 at all", GOOD "name=\xff\x80\n", ""},
        {"an escape", GOOD "name=Universit\\u00e4t\n", ""},
        {"a byte order mark", "\xef\xbb\xbf" GOOD, "OC201@0:0 OC108@1:1"},
        {"a byte order mark on a comment", "\xef\xbb\xbf# x\n" GOOD, "OC108@1:1"},
        {"a byte order mark on a blank line", "\xef\xbb\xbf\n" GOOD, "OC108@1:1"},
    };
    EXPECT_ALL(cases);
}

/* The ways a secret could get into a key. expect() looks for it in every word of every finding. */
static void test_secrets_stay_secret(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"separator escaped",
         HEAD ENDPOINTS "openid.aaf.clientId=x\nopenid.aaf.clientSecret\\=" SECRET "\n",
         "OC302@4:1 OC103@7:1"},
        {"separator forgotten",
         HEAD ENDPOINTS "openid.aaf.clientId=x\nopenid.aaf.clientSecret" SECRET "\n",
         "OC302@4:1 OC103@7:1"},
        {"on the next line",
         HEAD ENDPOINTS "openid.aaf.clientId=x\nopenid.aaf.clientSecret=\n" SECRET "\n",
         "OC302@7:25 OC103@8:1"},
        {"wrapped", GOOD "openid.aaf.clientSecret=abc\n" SECRET "==\n", "OC102@5:1 OC103@9:1"},
        {"wrapped, given twice",
         GOOD "openid.aaf.clientSecret=abc\n" SECRET "\n"
              "openid.aaf.clientSecret=abc\n" SECRET "\n",
         "OC102@5:1 OC102@8:1 OC102@9:1 OC103@11:1"},
        {"a bad escape in it", GOOD "openid.aaf.clientSecret=" SECRET "\\u" SECRET "\n",
         "OC101@8:40"},
    };
    EXPECT_ALL(cases);
    /* A key of ours that follows is shown all the same. */
    assert_words(HEAD ENDPOINTS "openid.aaf.clientSecret=x\nsiteUrl=y\nopenid.aaf.clientId=x\n", 0,
                 "siteUrl", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_many_providers_not_enabled),
        cmocka_unit_test(test_blanks),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_encoding),
        cmocka_unit_test(test_secrets_stay_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
