/* Keys that are nearly right: told once, with what it costs that the right one is not there. */
#include "support.h"

#define SITE "auth.method=openid\nprovider.id=aaf\nsiteUrl=https://xnat.example.org\n"
#define SECRET_LINE "openid.aaf.clientSecret=" SECRET "\n"

static void test_misspelt(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"another word", GOOD "openid.aaf.logoutUrl=https://x.example.org\n", "OC104@8:1"},
        {"underscores", GOOD "openid_aaf_userInfo_Uri=https://x.example.org\n", "OC104@8:1"},
        {"another prefix", GOOD "oidc.aaf.userInfoUri=https://x.example.org\n", "OC104@8:1"},
        {"no dot", GOOD "openid.aafuserInfoUri=https://x.example.org\n", "OC104@8:1"},
        {"a path in small letters", GOOD "openid.aaf.idtoken.audCheck.enabled=false\n",
         "OC104@8:1"},
        {"beside the right one", GOOD "openid.aaf.clientID=x\n", "OC104@8:1"},
        {"the client id", SITE SECRET_LINE ENDPOINTS "openid.aaf.clientID=client-1\n", "OC303@7:1"},
        {"the site",
         "auth.method=openid\nprovider.id=aaf\nsiteURL=https://x.example.org\n" CLIENT ENDPOINTS,
         "OC104@3:1"},
        {"the method",
         "authMethod=openid\nprovider.id=aaf\nsiteUrl=https://x.example.org\n" CLIENT ENDPOINTS,
         "OC104@1:1"},
        {"the list of providers",
         "auth.method=openid\nprovider.id=openid\nsiteUrl=https://"
         "x.example.org\nenable=aaf\n" CLIENT ENDPOINTS,
         "OC104@4:1"},
        {"the first layout",
         "auth.method=openid\nid=openid\nsiteUrl=https://x.example.org\n"
         "enabled=aaf\n" CLIENT ENDPOINTS,
         "OC104@2:1"},
        {"both endpoints",
         SITE CLIENT "openid.aaf.userAuthUrl=https://op.example.org/a\n"
                     "openid.aaf.accessTokenUrl=https://op.example.org/t\n",
         "OC104@6:1 OC104@7:1"},
        {"a provider that is not in use", GOOD "openid.other.clientID=x\n", ""},
    };
    static const struct judgement judgements[] = {
        {"beside the right one", GOOD "openid.aaf.clientID=x\n", PROPS_AUTO, "warning OC104"},
        {"scopes", GOOD "openid.aaf.scope=openid\n", PROPS_AUTO, "error OC104"},
        {"scopes", GOOD "openid.aaf.scope=openid\n", PROPS_SIDECAR, "warning OC104"},
        {"a claim", GOOD "openid.aaf.emailClaim=email\n", PROPS_AUTO, "warning OC104"},
        {"the only endpoints", SITE CLIENT "openid.aaf.userAuthUrl=https://op.example.org/a\n",
         PROPS_SIDECAR, "error OC104"},
        {"a restriction", GOOD "openid.aaf.shouldfilterEmailDomains=true\n", PROPS_SIDECAR,
         "error OC105"},
        {"a restriction that is off", GOOD "openid.aaf.shouldfilterEmailDomains=false\n",
         PROPS_SIDECAR, "warning OC104"},
        {"what a restriction goes by",
         GOOD "openid.aaf.shouldFilterEmailDomains=true\nopenid.aaf.allowedEmailDomain=a.org\n",
         PROPS_SIDECAR, "error OC104"},
        {"what a check goes by",
         GOOD "openid.aaf.roleCheck.enabled=true\nopenid.aaf.roleCheck.rolePath=roles\n"
              "openid.aaf.roleCheck.requiredRole=x\n",
         PROPS_PLUGIN_1_6, "error OC104"},
        {"the same without the restriction", GOOD "openid.aaf.allowedEmailDomain=a.org\n",
         PROPS_SIDECAR, "warning OC104"},
    };
    EXPECT_ALL(cases);
    JUDGE_ALL(judgements);
    assert_words(GOOD "openid.aaf.scope=openid\n", 0, "openid.aaf.scopes is missing",
                 "write openid.aaf.scopes");
    assert_words(GOOD "openid.aaf.clientID=x\n", 0, "stands in line 4", "move its value");
}

static void test_places(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"of the site, as of a provider", GOOD "openid.aaf.disableUsernamePasswordLogin=false\n",
         "OC120@8:1"},
        {"a path where there is none", GOOD "openid.aaf.idToken.pkceEnabled=true\n", "OC120@8:1"},
        {"a path in the middle", GOOD "openid.aaf.audCheck.bearer.enabled=false\n", "OC120@8:1"},
        {"without a prefix", GOOD "userInfoUri=https://x.example.org\n", "OC120@8:1"},
        {"all without a prefix",
         SITE "clientId=x\nclientSecret=" SECRET "\nuserAuthUri=https://op.example.org/a\n"
              "accessTokenUri=https://op.example.org/t\nscopes=openid\n",
         "OC120@4:1"},
        {"a blank in it", GOOD "openid.aaf.user InfoUri=https://x.example.org\n", "OC119@8:1"},
    };
    static const struct judgement judgements[] = {
        {"all without a prefix", SITE "clientId=x\nclientSecret=" SECRET "\n", PROPS_SIDECAR,
         "error OC120"},
        {"a restriction", GOOD "shouldFilterEmailDomains=true\n", PROPS_SIDECAR, "error OC120"},
        {"the path of the site", GOOD "openid.aaf.preEstablishedRedirUri=/x\n", PROPS_AUTO,
         "error OC120"},
    };
    EXPECT_ALL(cases);
    JUDGE_ALL(judgements);
    assert_words(SITE "clientId=x\nclientSecret=" SECRET "\n", 0, "do not begin with openid.aaf.",
                 "each of these keys");
}

static void test_blocks(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"one key", GOOD "openid.AAF.userInfoUri=https://x.example.org\n", "OC104@8:1"},
        {"several",
         GOOD "openid.AAF.userInfoUri=https://x.example.org\nopenid.AAF.visible=x\n"
              "openid.AAF.forceUserCreate=true\nopenid.AAF.pkceEnabled=true\n",
         "OC104@8:1 OC120@9:1"},
        {"nearly all",
         SITE "openid.Aaf.clientId=client-1\nopenid.Aaf.clientSecret=" SECRET
              "\nopenid.Aaf.scopes=openid\n" ENDPOINTS,
         "OC104@4:1"},
        {"a restriction among them",
         GOOD "openid.AAF.userInfoUri=https://x.example.org\n"
              "openid.AAF.shouldFilterEmailDomains=true\n",
         "OC105@8:1"},
        {"two of them", GOOD "openid.AAF.pkceEnabled=true\nopenid.Aaf.pkceEnabled=true\n",
         "OC104@8:1 OC104@9:1"},
        {"a letter too many", SITE "openid.aaff.clientId=client-1\n" SECRET_LINE ENDPOINTS,
         "OC104@4:1"},
        {"a provider of its own", GOOD "openid.aaft.clientId=client-1\n", "OC213@8:1"},
    };
    static const struct judgement judgements[] = {
        {"the client id", SITE "openid.Aaf.clientId=client-1\n" SECRET_LINE ENDPOINTS,
         PROPS_SIDECAR, "error OC104"},
        {"nothing that is needed", GOOD "openid.AAF.forceUserCreate=true\n", PROPS_AUTO,
         "warning OC104"},
    };
    EXPECT_ALL(cases);
    JUDGE_ALL(judgements);
    assert_words(GOOD "openid.AAF.pkceEnabled=true\n", 0, "begins with openid.AAF.",
                 "write openid.aaf. at the beginning of the key");
}

/* A key's right name has the provider's id in it, which may hold anything. */
static void test_unfit_ids(void **state)
{
    (void)state;
    assert_words("siteUrl=https://x.example.org\nopenid.b\\u0000.user InfoUri=x\n", 2,
                 "looks like openid.b?.userInfoUri", "write openid.b?.userInfoUri");
}

/* Thousands of slips, each in a block of its own, or all in one. */
static void test_many(void **state)
{
    enum { LINES = 4000, ROOM = 100, LETTERS = 12 };
    static const struct {
        const char *before;
        const char *after;
    } kinds[] = {{"openid.", ".requiredRole=x\n"},
                 {"openid.", ".clientId=x\n"},
                 {"clientId", "=x\n"},
                 {"openid.xnatprovider.", "=x\n"}};
    (void)state;
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        char *text = malloc((size_t)LINES * ROOM);
        assert_non_null(text);
        char *to = stpcpy(text, "auth.method=openid\nprovider.id=xnatprovider\n"
                                "openid.xnatprovider.clientId=x\n");
        for (unsigned i = 0; i < LINES; i++) {
            char id[] = "xnatprovider";
            for (unsigned bit = 0; bit < LETTERS; bit++)
                if ((i & 1U << bit) != 0)
                    id[bit] = (char)(id[bit] - 'a' + 'A');
            to = stpcpy(stpcpy(stpcpy(to, kinds[kind].before), id), kinds[kind].after);
        }
        struct props_model *model = model_of(text);
        assert_true(props_findings_count(model->findings) > 0);
        props_model_free(&model);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_misspelt), cmocka_unit_test(test_places),
        cmocka_unit_test(test_blocks),   cmocka_unit_test(test_unfit_ids),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
