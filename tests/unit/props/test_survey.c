/* Line by line: keys twice, keys that nobody reads, blanks, the file as such. And never a secret.
 */
#include "support.h"

static void test_duplicates(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"twice", GOOD "siteUrl=https://xnat.example.org\n", "OC102@3:1"},
        {"thrice", GOOD "visible=true\nvisible=false\nvisible=true\n", "OC102@8:1 OC102@9:1"},
        {"a secret", GOOD "openid.aaf.clientSecret=another-Kq7-Zr5tWx9\n", "OC102@5:1"},
        {"a wrong one overridden",
         GOOD "openid.aaf.jwksUri=x\nopenid.aaf.jwksUri=https://x.example.org\n", "OC102@8:1"},
    };
    static const struct judgement judgements[] = {
        {"the same value", GOOD "visible=true\nvisible=true\n", PROPS_AUTO, "info OC102"},
        {"another value", GOOD "visible=false\nvisible=true\n", PROPS_AUTO, "warning OC102"},
    };
    EXPECT_ALL(cases);
    JUDGE_ALL(judgements);
    assert_words(GOOD "visible=true\nvisible=false\nvisible=true\n", 0, "again in line 10",
                 "remove");
}

static void test_unknown(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"foreign", GOOD "spring.datasource.url=x\n", "OC103@8:1"},
        {"foreign, with a word of restrictions", GOOD "spring.security.roles=x\n", "OC103@8:1"},
        {"a restriction", GOOD "openid.aaf.allowedGroups=x\n", "OC115@8:1"},
        {"a restriction of the site", GOOD "deniedUsers=x\n", "OC115@8:1"},
        {"a restriction that is off", GOOD "openid.aaf.restrictToStaff=false\n", "OC103@8:1"},
        {"an empty restriction", GOOD "openid.aaf.allowedGroups=\n", "OC103@8:1"},
        {"a message about one", GOOD "openid.aaf.disallowedEmailDomainsMessage=x\n", "OC103@8:1"},
        {"a restriction of a provider not in use", GOOD "openid.other.allowedGroups=x\n",
         "OC103@8:1"},
        {"empty", GOOD "=x\n", "OC103@8:1"},
        {"a lone word", GOOD "word\n", "OC119@8:1"},
        {"several words", GOOD "some more words\n", "OC103@8:1"},
        {"a separator with blanks around it", GOOD "name : x\n", ""},
        {"no separator but a blank", GOOD "name x\n", ""},
        {"legal texts", GOOD "openid.tos=a/b.html\nopenid.privacyPolicy=c\n", ""},
    };
    static const struct judgement judgements[] = {
        {"a restriction", GOOD "openid.aaf.allowedGroups=x\n", PROPS_SIDECAR, "error OC115"},
        {"a restriction", GOOD "openid.aaf.allowedGroups=x\n", PROPS_PLUGIN_1_6, "error OC115"},
        {"another key", GOOD "openid.aaf.colour=x\n", PROPS_SIDECAR, "warning OC103"},
    };
    EXPECT_ALL(cases);
    JUDGE_ALL(judgements);
    assert_words(GOOD "openid.aaf.allowedGroups=x\n", 0, "keeps nobody out", "remove");
}

static void test_many_providers_not_enabled(void **state)
{
    (void)state;
    static const struct expectation interleaved = {
        "interleaved", GOOD "openid.bb.link=1\nopenid.cc.link=2\nopenid.bb.scopes=3\n",
        "OC213@8:1 OC213@9:1"};
    expect_all(&interleaved, 1);
    char text[8192] = GOOD;
    for (size_t i = 0; i < PROPS_MAX_PROVIDERS + 10; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "openid.p%zu.link=x\n", i);
    struct props_model *model = model_of(text);
    assert_int_equal(counted_findings(model), PROPS_MAX_PROVIDERS);
    props_model_free(&model);
}

#define LISTED                                                                                     \
    "auth.method=openid\nprovider.id=openid\nsiteUrl=https://xnat.example.org\n" CLIENT ENDPOINTS
#define FILTERED GOOD "openid.aaf.shouldFilterEmailDomains=true\n"

static void test_blanks(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"in HTML", GOOD "openid.aaf.link=<a href=\"/openid-login?providerId=aaf\">x</a> \n", ""},
        {"in front, by an escape", GOOD "visible=\\ true\n", "OC106@8:9"},
        {"a tabulator after", GOOD "visible=true\t\n", "OC106@8:13"},
        {"after a continuation", GOOD "visible=tr\\\n   ue \n", "OC106@9:6"},
        {"nothing but blanks", GOOD "name=\\ \n", ""},
    };
    static const struct judgement judgements[] = {
        {"a name", GOOD "name=A name  \n", PROPS_AUTO, "info OC106"},
        {"a name", GOOD "name=A name  \n", PROPS_SIDECAR, ""},
        {"true", GOOD "visible=true \n", PROPS_AUTO, "warning OC106"},
        {"which the sidecar drops",
         "auth.method=openid  \nprovider.id=aaf \nsiteUrl=https://x.example.org\t\n" CLIENT
             ENDPOINTS "visible=true \n",
         PROPS_SIDECAR, ""},
        {"false", GOOD "visible=false \n", PROPS_AUTO, "info OC106"},
        {"a restriction", GOOD "disableUsernamePasswordLogin=true \n", PROPS_AUTO, "error OC106"},
        {"a restriction", GOOD "disableUsernamePasswordLogin=true \n", PROPS_SIDECAR, ""},
        {"the path", GOOD "preEstablishedRedirUri=/back \n", PROPS_AUTO, "error OC106"},
        {"scopes", GOOD "openid.aaf.scopes=openid,email \n", PROPS_AUTO, "info OC106"},
        {"a claim", GOOD "openid.aaf.givenNameProperty=given_name \n", PROPS_AUTO, "warning OC106"},
        {"an address", GOOD "openid.aaf.userInfoUri=https://op.example.org/u \n", PROPS_AUTO,
         "error OC106"},
        {"the last domain", FILTERED "openid.aaf.allowedEmailDomains=a.org,b.org \n", PROPS_AUTO,
         "error OC106"},
        {"all domains", FILTERED "openid.aaf.allowedEmailDomains=* \n", PROPS_AUTO, "info OC106"},
        {"the address that is filtered",
         FILTERED "openid.aaf.allowedEmailDomains=a.org\nopenid.aaf.emailProperty=email \n",
         PROPS_AUTO, "error OC106"},
        {"a key that release 1.0 does not read",
         GOOD "openid.aaf.usernamePattern=[providerId]_[sub] \n", PROPS_PLUGIN_1_0, "error OC215"},
        {"the list", LISTED "enabled=aaf, \n", PROPS_PLUGIN_1_0, "error OC106"},
        {"the list", LISTED "enabled=aaf \n", PROPS_SIDECAR, ""},
    };
    EXPECT_ALL(cases);
    JUDGE_ALL(judgements);
    assert_words(GOOD "visible=true \n", 0, "reads it as false", "remove the blanks");
    assert_words(GOOD "visible=false \n", 0, "by luck", "remove the blanks");
    assert_words("auth.method=openid \n" GOOD, 0, "stands again", "");
    assert_words(
        "auth.method=openid\t\nprovider.id=aaf\nsiteUrl=https://x.example.org\n" CLIENT ENDPOINTS,
        0, "another login method", "");
}

static void test_booleans(void **state)
{
    (void)state;
    static const struct judgement judgements[] = {
        {"yes", GOOD "openid.aaf.forceUserCreate=yes\n", PROPS_AUTO, "warning OC109"},
        {"no", GOOD "openid.aaf.forceUserCreate=no\n", PROPS_AUTO, "info OC109"},
        {"in capitals", GOOD "openid.aaf.forceUserCreate=TRUE\n", PROPS_AUTO, ""},
        {"a restriction", GOOD "openid.aaf.shouldFilterEmailDomains=1\n", PROPS_SIDECAR,
         "error OC110"},
        {"no restriction", GOOD "openid.aaf.shouldFilterEmailDomains=0\n", PROPS_SIDECAR,
         "info OC109"},
        {"in quotation marks", GOOD "openid.aaf.shouldFilterEmailDomains=\"true\"\n", PROPS_SIDECAR,
         "error OC113"},
    };
    JUDGE_ALL(judgements);
}

static void test_releases(void **state)
{
    (void)state;
    static const struct judgement judgements[] = {
        {"in the layout of 1.0",
         LISTED "enabled=aaf\nopenid.aaf.usernamePattern=[providerId]_[sub]\n", PROPS_AUTO,
         "warning OC121"},
        {"in the layout of 1.1", GOOD "openid.aaf.usernamePattern=[providerId]_[sub]\n", PROPS_AUTO,
         ""},
        {"for the sidecar", LISTED "enabled=aaf\nopenid.aaf.usernamePattern=[providerId]_[sub]\n",
         PROPS_SIDECAR, ""},
        {"switched off", LISTED "enabled=aaf\nopenid.aaf.autoLogin=false\n", PROPS_AUTO, ""},
        {"the issuer", LISTED "enabled=aaf\nopenid.aaf.issuer=https://op.example.org\n", PROPS_AUTO,
         ""},
    };
    JUDGE_ALL(judgements);
    assert_words(LISTED "enabled=aaf\nopenid.aaf.usernamePattern=[providerId]_[sub]\n", 0,
                 "passes over it", "--target sidecar");
    assert_words(LISTED "enabled=aaf\nopenid.tos=/tos.html\n", 0, "passes over it",
                 "or use a release that reads it");
}

static void test_files_without_keys(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"nothing", "", "OC007@0:0"},
        {"comments", "# a\n! b\n\n", "OC007@0:0"},
        {"prose", "Dear colleagues,\nhere is the file.\n", "OC007@0:0"},
        {"a key that is misspelt", "siteURL=https://x.example.org\n",
         "OC201@0:0 OC204@0:0 OC104@1:1"},
        {"bad escapes alone", "a=\\u\n", "OC201@0:0 OC101@1:3"},
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
         "OC302@4:1 OC119@7:1"},
        {"separator forgotten",
         HEAD ENDPOINTS "openid.aaf.clientId=x\nopenid.aaf.clientSecret" SECRET "\n",
         "OC302@4:1 OC119@7:1"},
        {"on the next line",
         HEAD ENDPOINTS "openid.aaf.clientId=x\nopenid.aaf.clientSecret=\n" SECRET "\n",
         "OC302@7:25 OC119@8:1"},
        {"wrapped", GOOD "openid.aaf.clientSecret=abcdefgh-Kq7-Zr5tWx9\n" SECRET "==\n",
         "OC102@5:1 OC103@9:1"},
        {"joined", GOOD "openid.aaf.clientSecret=" SECRET "\\\nname=x\n", "OC102@5:1 OC118@9:1"},
        {"in quotation marks", GOOD "openid.aaf.clientSecret=\"" SECRET "\"\n",
         "OC102@5:1 OC113@8:25"},
        {"a placeholder beside it", GOOD "openid.aaf.clientSecret=${" SECRET "}\n",
         "OC102@5:1 OC116@8:25"},
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
        cmocka_unit_test(test_booleans),
        cmocka_unit_test(test_releases),
        cmocka_unit_test(test_files_without_keys),
        cmocka_unit_test(test_secrets_stay_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
