/* What the keys of a provider may say, and what stops the start. */
#include "support.h"

static void test_client(void **state)
{
    (void)state;
#define WITH(lines) HEAD ENDPOINTS lines /* the lines begin at 6 */
    static const struct expectation cases[] = {
        {"both missing", WITH(""), "OC301@4:1 OC302@4:1"},
        {"empty", WITH("openid.aaf.clientId=\nopenid.aaf.clientSecret= \\t \n"),
         "OC301@6:21 OC302@7:26"},
        {"other capitals", WITH("openid.aaf.clientID=x\nopenid.aaf.ClientSecret=" SECRET "\n"),
         "OC303@6:1 OC303@7:1"},
        {"other capitals in the id",
         WITH("openid.AAF.clientId=x\nopenid.aaf.clientSecret=" SECRET "\n"), "OC104@6:1"},
        {"other capitals beside an empty one",
         WITH("openid.aaf.clientId=\nopenid.aaf.clientID=x\nopenid.aaf.clientSecret=y\n"),
         "OC303@7:1 OC327@8:25"},
        {"without prefix", WITH("clientId=x\nclientSecret=" SECRET "\n"), "OC120@6:1"},
        {"a slip", WITH("openid.aaf.cleintId=x\nopenid.aaf.clientSecert=" SECRET "\n"),
         "OC303@6:1 OC303@7:1"},
        {"blanks around", WITH("openid.aaf.clientId=\\ x\nopenid.aaf.clientSecret=" SECRET "  \n"),
         "OC106@6:21 OC106@7:40"},
        {"an escape unawares",
         WITH("openid.aaf.clientId=a\\tb\nopenid.aaf.clientSecret=" SECRET "\\nx\n"),
         "OC112@6:21 OC112@7:25"},
        {"half a character",
         WITH("openid.aaf.clientId=a\\uD83D\nopenid.aaf.clientSecret=x\\u0000\n"),
         "OC112@6:21 OC112@7:25"},
        {"quotation marks",
         WITH("openid.aaf.clientId='x'\nopenid.aaf.clientSecret=\"" SECRET "\"\n"),
         "OC113@6:21 OC113@7:25"},
    };
    EXPECT_ALL(cases);
    assert_words(WITH("openid.aaf.clientID=x\nopenid.aaf.clientSecret=y\n"), 0, "capitals count",
                 "write openid.aaf.clientId");
}

/* What the first finding's message and hint must say. */
struct saying {
    const char *text;
    const char *message;
    const char *hint;
};

#define SAY_ALL(sayings)                                                                           \
    do {                                                                                           \
        for (size_t i = 0; i < sizeof(sayings) / sizeof(sayings)[0]; i++)                          \
            assert_words((sayings)[i].text, 0, (sayings)[i].message, (sayings)[i].hint);           \
    } while (0)

static const struct saying words_of_endpoints[] = {
    {GOOD "openid.aaf.issuer=tbd\n", "does not begin with https",
     "for example https://central.aaf.edu.au;"},
    {GOOD "openid.aaf.jwksUri=tbd\n", "", "for example https://central.aaf.edu.au/oidc/jwks;"},
    {GOOD "openid.aaf.userInfoUri=u\n", "", "example https://central.aaf.edu.au/oidc/userinfo;"},
    {HEAD CLIENT "openid.aaf.userAuthUri=a\nopenid.aaf.accessTokenUri=https://x.example.org/t\n",
     "", "for example https://central.aaf.edu.au/oidc/authorize;"},
    {HEAD CLIENT "openid.aaf.accessTokenUri=t\nopenid.aaf.userAuthUri=https://x.example.org/a\n",
     "", "for example https://central.aaf.edu.au/oidc/token;"},
    {GOOD "openid.aaf.issuer=central.aaf.edu.au\n", "", "write https://central.aaf.edu.au"},
    {GOOD "openid.aaf.issuer=x.example.org/r\n", "", "write https://x.example.org/r"},
    {GOOD "openid.aaf.jwksUri=x.example.org/keys?a=b\n", "",
     "write https://x.example.org/keys?a=b"},
    {GOOD "openid.aaf.jwksUri=x.example.org\n", "", "for example https://central.aaf.edu.au/oidc"},
    {GOOD "openid.aaf.issuer=u:" SECRET "@x.example.org\n", "", "copy the URL"},
};

#define DOCUMENT "/.well-known/openid-configuration"

static void test_endpoints(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"none", HEAD CLIENT, "OC306@4:1"},
        {"none but user-info", HEAD CLIENT "openid.aaf.userInfoUri=https://x.example.org/u\n",
         "OC306@4:1"},
        {"issuer alone", HEAD CLIENT "openid.aaf.issuer=https://x.example.org/\n", ""},
        {"issuer with a query", HEAD CLIENT "openid.aaf.issuer=https://x.example.org/?a\n",
         "OC304@6:19"},
        {"the discovery document for the issuer",
         HEAD CLIENT "openid.aaf.issuer=https://x.example.org/r" DOCUMENT "\n", "OC330@6:19"},
        {"its address with a slash",
         HEAD CLIENT "openid.aaf.issuer=https://x.example.org" DOCUMENT "/\n", "OC330@6:19"},
        {"that of a known provider",
         HEAD CLIENT "openid.aaf.issuer=https://accounts.google.com" DOCUMENT "\n", "OC330@6:19"},
        {"a word that ends alike",
         HEAD CLIENT "openid.aaf.issuer=https://x.example.org/x.well-known/openid-configuration\n",
         ""},
        {"endpoint with a query", HEAD CLIENT "openid.aaf.userAuthUri=https://x.example.org/?a=b\n",
         ""},
        {"empty ones", GOOD "openid.aaf.userInfoUri=\nopenid.aaf.jwksUri= \n",
         "OC111@8:24 OC111@9:21"},
        {"relative", GOOD "openid.aaf.userInfoUri=/userinfo\n", "OC304@8:24"},
        {"a placeholder", GOOD "openid.aaf.jwksUri={{ url }}/certs\n", "OC116@8:20"},
        {"not a URL", GOOD "openid.aaf.logoutUri=tbd\n", "OC304@8:22"},
        {"a password", GOOD "openid.aaf.userInfoUri=https://u:" SECRET "@x.example.org\n",
         "OC304@8:24"},
        {"a fragment", GOOD "openid.aaf.issuer=https://x.example.org/#a\n", "OC304@8:19"},
        {"AAF's issuer", HEAD CLIENT "openid.aaf.issuer=https://central.aaf.edu.au\n", ""},
        {"with a slash", HEAD CLIENT "openid.aaf.issuer=https://central.aaf.edu.au/\n",
         "OC331@6:19"},
        {"AAF's test issuer", HEAD CLIENT "openid.aaf.issuer=https://central.test.aaf.edu.au/\n",
         "OC331@6:19"},
        {"Google's", HEAD CLIENT "openid.aaf.issuer=https://accounts.google.com/\n", "OC331@6:19"},
        {"in capitals", HEAD CLIENT "openid.aaf.issuer=https://Accounts.Google.com\n",
         "OC331@6:19"},
        {"with a port", HEAD CLIENT "openid.aaf.issuer=https://accounts.google.com:443\n",
         "OC331@6:19"},
        {"on plain http", HEAD CLIENT "openid.aaf.issuer=http://accounts.google.com/\n",
         "OC305@6:19"},
        {"of a provider whose issuers have one",
         HEAD CLIENT "openid.aaf.issuer=https://site.au.auth0.com/\n", ""},
        {"plain http", GOOD "openid.aaf.userInfoUri=http://x.example.org\n", "OC305@8:24"},
        {"plain http in a private network", GOOD "openid.aaf.jwksUri=http://192.168.1.1/\n",
         "OC305@8:20 OC329@8:20"},
        {"sign-out on plain http", GOOD "openid.aaf.logoutUri=http://x.example.org/o\n",
         "OC305@8:22"},
        {"sign-out with a query", GOOD "openid.aaf.logoutUri=https://x.example.org/o?a=b\n", ""},
        {"sign-out with a fragment", GOOD "openid.aaf.logoutUri=https://x.example.org/o#a\n",
         "OC304@8:22"},
        {"plain http on this machine", GOOD "openid.aaf.jwksUri=http://[::1]:8080/\n", ""},
        {"blanks after it", GOOD "openid.aaf.jwksUri=https://x.example.org/  \n", "OC106@8:42"},
    };
    static const struct judgement documents[] = {
        {"the document", GOOD "openid.aaf.issuer=https://x.example.org" DOCUMENT "\n",
         PROPS_SIDECAR, "error OC330"},
        {"the document", GOOD "openid.aaf.issuer=https://x.example.org" DOCUMENT "\n",
         PROPS_PLUGIN_1_6, "warning OC330"},
        {"the document", GOOD "openid.aaf.issuer=https://x.example.org" DOCUMENT "\n",
         PROPS_PLUGIN_1_3, ""},
        {"the slash", HEAD CLIENT "openid.aaf.issuer=https://accounts.google.com/\n", PROPS_SIDECAR,
         "error OC331"},
    };
    EXPECT_ALL(cases);
    JUDGE_ALL(documents);
    assert_words(HEAD CLIENT "openid.aaf.issuer=https://x.example.org/r" DOCUMENT "/\n", 0,
                 "own address is not the issuer",
                 "write openid.aaf.issuer=https://x.example.org/r,");
    assert_words(HEAD CLIENT "openid.aaf.issuer=https://central.test.aaf.edu.au/\n", 0,
                 "is not what AAF's test federation calls itself",
                 "write openid.aaf.issuer=https://central.test.aaf.edu.au, without the slash");
    SAY_ALL(words_of_endpoints);
    assert_words(GOOD "openid.aaf.logoutUri=tbd\n", 0, "stays signed in at the provider", "logout");
    assert_words(GOOD "openid.aaf.logoutUri=http://x.example.org\n", 0, "keep a person signed in",
                 "https://");
    assert_words(GOOD "openid.aaf.userInfoUri=https://u:p@x\n", 0, "name or password", "https://");
}

static void test_scopes(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"blanks between", GOOD "openid.aaf.scopes=openid, profile , email\n", ""},
        {"without openid", GOOD "openid.aaf.scopes=profile,email\n", "OC307@8:19"},
        {"empty", GOOD "openid.aaf.scopes=\n", "OC111@8:19"},
        {"separated by blanks", GOOD "openid.aaf.scopes=openid profile\n", "OC308@8:19 OC307@8:19"},
        {"quotation marks", GOOD "openid.aaf.scopes=openid,\"x\"\n", "OC308@8:26"},
    };
    EXPECT_ALL(cases);
}

static void test_filter(void **state)
{
    (void)state;
#define ON GOOD "openid.aaf.shouldFilterEmailDomains=true\n" /* 8 */
    static const struct expectation cases[] = {
        {"on", ON "openid.aaf.allowedEmailDomains=example.org, Example.edu\n", "OC350@9:45"},
        {"all", ON "openid.aaf.allowedEmailDomains=*\n", ""},
        {"no list", ON, "OC309@8:37"},
        {"empty list", ON "openid.aaf.allowedEmailDomains=,\n", "OC309@9:32"},
        {"a star among others", ON "openid.aaf.allowedEmailDomains=a.org,*\n", "OC310@9:38"},
        {"a pattern", ON "openid.aaf.allowedEmailDomains=*.a.org\n", "OC310@9:32"},
        {"an address", ON "openid.aaf.allowedEmailDomains=x@a.org\n", "OC310@9:32"},
        {"separated by blanks", ON "openid.aaf.allowedEmailDomains=a.org b.org\n", "OC310@9:32"},
        {"off",
         GOOD "openid.aaf.shouldFilterEmailDomains=false\nopenid.aaf.allowedEmailDomains=a.org\n",
         "OC311@9:32"},
        {"off, all allowed", GOOD "openid.aaf.allowedEmailDomains=*\n", ""},
        {"off, none", GOOD "openid.aaf.allowedEmailDomains=\n", ""},
        {"a slip in the switch",
         GOOD "openid.aaf.shouldFilterEmailDomains=ture\nopenid.aaf.allowedEmailDomains=a.org\n",
         "OC110@8:37"},
        {"blanks after the switch",
         GOOD "openid.aaf.shouldFilterEmailDomains=true \nopenid.aaf.allowedEmailDomains=a.org\n",
         "OC106@8:41"},
        {"an empty switch", GOOD "openid.aaf.shouldFilterEmailDomains=\n", "OC110@8:37"},
        {"a slip in its key",
         GOOD "openid.aaf.shouldFilterEmailDomain=true\nopenid.aaf.allowedEmailDomains=a.org\n",
         "OC105@8:1 OC311@9:32"},
    };
    static const struct judgement judgements[] = {
        {"no domain at all", ON "openid.aaf.allowedEmailDomains=@a.org\n", PROPS_SIDECAR,
         "error OC310"},
        {"blanks for commas", ON "openid.aaf.allowedEmailDomains=@a.org; b.org\n", PROPS_SIDECAR,
         "error OC310"},
        {"two of them", ON "openid.aaf.allowedEmailDomains=*.a.org,*\n", PROPS_SIDECAR,
         "error OC310, error OC310"},
        {"beside a domain", ON "openid.aaf.allowedEmailDomains=*.a.org,a.org\n", PROPS_SIDECAR,
         "warning OC310"},
        {"before a domain", ON "openid.aaf.allowedEmailDomains=a.org,*\n", PROPS_SIDECAR,
         "warning OC310"},
        {"beside a domain", ON "openid.aaf.allowedEmailDomains=*.a.org,a.org\n", PROPS_PLUGIN_1_3,
         "error OC310"},
    };
    EXPECT_ALL(cases);
    JUDGE_ALL(judgements);
    assert_words(ON "openid.aaf.allowedEmailDomains=@a.org\n", 0, "everybody is turned away",
                 "stands after the @");
    assert_words(ON "openid.aaf.allowedEmailDomains=@a.org,a.org\n", 0, "those it was meant for",
                 "stands after the @");
}

static void test_accounts(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"switches that agree", GOOD "auto.enabled=true\nopenid.aaf.userAutoEnabled=TRUE\n",
         "OC351@9:28"},
        {"that disagree", GOOD "auto.enabled=true\nopenid.aaf.userAutoEnabled=false\n",
         "OC312@9:28"},
        {"that disagree the other way",
         GOOD "auto.verified=false\nopenid.aaf.userAutoVerified=true\n", "OC312@9:29 OC351@9:29"},
        {"neither true nor false", GOOD "auto.enabled=1\nopenid.aaf.forceUserCreate=yes\n",
         "OC109@8:14 OC109@9:28"},
        {"a claim with a control character", GOOD "openid.aaf.emailProperty=e\\tmail\n",
         "OC112@8:26"},
        {"a blank claim", GOOD "openid.aaf.emailProperty= \n", "OC111@8:27"},
        {"a claim like a URI", GOOD "openid.aaf.givenNameProperty=https://x.example.org/given\n",
         ""},
        {"a pattern", GOOD "openid.aaf.usernamePattern=[preferred_username]\n", "OC353@8:28"},
        {"no pattern", GOOD "openid.aaf.usernamePattern=\n", "OC313@8:28"},
        {"an open bracket", GOOD "openid.aaf.usernamePattern=[sub\n", "OC313@8:28"},
        {"an empty bracket", GOOD "openid.aaf.usernamePattern=[]\n", "OC313@8:28"},
        {"the same for all", GOOD "openid.aaf.usernamePattern=[providerId]\n", "OC314@8:28"},
    };
    EXPECT_ALL(cases);
}

/* What API clients bring is checked by the sidecar, and not by the plugin. */
#define BEARER                                                                                     \
    "openid.aaf.bearer.enabled=true\nopenid.aaf.issuer=https://op.example.org\n"                   \
    "openid.aaf.jwksUri=https://op.example.org/k\n"
#define SHARED_OFF_NO_LIST BEARER "openid.aaf.audCheck.enabled=false\n"
#define SHARED_OFF SHARED_OFF_NO_LIST "openid.aaf.audCheck.acceptedAudiences=xnat\n"
#define BEARER_OFF BEARER "openid.aaf.bearer.audCheck.enabled=false\n"

static const struct expectation checks_of_claims[] = {
    {"audience", GOOD "openid.aaf.audCheck.enabled=true\n", "OC360@8:29"},
    {"role", GOOD "openid.aaf.idToken.roleCheck.enabled=True\n", "OC360@8:38"},
    {"typ", GOOD "openid.aaf.typCheck.enabled=true\n", "OC360@8:29"},
    {"an audience list of nothing",
     GOOD "openid.aaf.audCheck.enabled=true\nopenid.aaf.audCheck.acceptedAudiences= , ,\n",
     "OC360@8:29"},
    {"an audience",
     GOOD "openid.aaf.audCheck.enabled=true\n"
          "openid.aaf.audCheck.acceptedAudiences=xnat\n",
     ""},
    {"roles without a path",
     GOOD "openid.aaf.roleCheck.enabled=true\n"
          "openid.aaf.roleCheck.requiredRoles=x\n",
     "OC360@8:30"},
    {"a list of the other way in",
     GOOD "openid.aaf.typCheck.enabled=true\n"
          "openid.aaf.bearer.typCheck.expectedTypes=x\n",
     "OC360@8:29 OC364@9:1"},
    {"a check switched off for this way in",
     GOOD "openid.aaf.audCheck.enabled=true\nopenid.aaf.idToken.audCheck.enabled=false\n", ""},
    {"a check of the other way in", GOOD "openid.aaf.bearer.roleCheck.enabled=true\n", "OC364@8:1"},
    {"a slip", GOOD "openid.aaf.roleCheck.enabled=on\n", "OC110@8:30"},
    {"a slip in the key", GOOD "openid.aaf.rolecheck.enabled=true\n", "OC105@8:1"},
    {"its settings alone",
     GOOD "openid.aaf.roleCheck.rolePath=a.b\nopenid.aaf.roleCheck.requiredRoles=x\n",
     "OC361@8:31"},
};

static const struct saying words_of_checks[] = {
    {GOOD "openid.aaf.idToken.typCheck.enabled=true\n",
     "openid.aaf.idToken.typCheck.expectedTypes is missing",
     "add openid.aaf.idToken.typCheck.expectedTypes"},
    {GOOD "openid.aaf.roleCheck.enabled=true\n", "turns everybody away",
     "openid.aaf.roleCheck.enabled=false"},
};

static void test_checks_of_claims(void **state)
{
    (void)state;
    EXPECT_ALL(checks_of_claims);
    SAY_ALL(words_of_checks);
}

static const struct expectation bearer_tokens[] = {
    {"bearer without audience",
     GOOD "openid.aaf.bearer.enabled=true\n"
          "openid.aaf.issuer=https://op.example.org\n"
          "openid.aaf.jwksUri=https://op.example.org/k\n"
          "openid.aaf.audCheck.acceptedAudiences=,\n",
     "OC363@8:27"},
    {"bearer for any audience",
     GOOD "openid.aaf.bearer.enabled=true\n"
          "openid.aaf.issuer=https://op.example.org\n"
          "openid.aaf.jwksUri=https://op.example.org/k\n"
          "openid.aaf.bearer.audCheck.enabled=false\n",
     "OC369@11:36"},
    {"bearer with a shared switch that does not count",
     GOOD "openid.aaf.bearer.enabled=true\n"
          "openid.aaf.issuer=https://op.example.org\n"
          "openid.aaf.jwksUri=https://op.example.org/k\n"
          "openid.aaf.audCheck.enabled=false\n",
     "OC363@8:27 OC369@11:29"},
    {"bearer gates without lists",
     GOOD "openid.aaf.bearer.enabled=true\nopenid.aaf.issuer=https://op.example.org\n"
          "openid.aaf.jwksUri=https://op.example.org/k\n"
          "openid.aaf.bearer.audCheck.enabled=true\nopenid.aaf.bearer.roleCheck.enabled=true\n",
     "OC360@11:36 OC360@12:37"},
    {"bearer", GOOD "openid.aaf.bearer.enabled=true\n", "OC363@8:27"},
    {"bearer with a slip of its own",
     GOOD "openid.aaf.bearer.enabled=true\nopenid.aaf.bearer.audCheck.acceptedAudience=x\n",
     "OC104@9:1"},
    {"bearer with a slip for both ways in",
     GOOD "openid.aaf.bearer.enabled=true\nopenid.aaf.audCheck.acceptedAudience=x\n", "OC104@9:1"},
    {"bearer with a slip of the other way in",
     GOOD "openid.aaf.bearer.enabled=true\nopenid.aaf.idToken.audCheck.acceptedAudience=x\n",
     "OC363@8:27 OC104@9:1"},
};

static const struct judgement shared_switches[] = {
    {"for all that it is off for both ways in", GOOD SHARED_OFF, PROPS_SIDECAR, ""},
    {"off for both ways in", GOOD SHARED_OFF, PROPS_PLUGIN_1_6, "warning OC369"},
    {"off for both ways in, without a list", GOOD SHARED_OFF_NO_LIST, PROPS_SIDECAR, "error OC363"},
    {"off for both ways in, without a list", GOOD SHARED_OFF_NO_LIST, PROPS_PLUGIN_1_6,
     "warning OC369"},
    {"off for API clients", GOOD BEARER_OFF, PROPS_SIDECAR, "warning OC369"},
    {"off for API clients", GOOD BEARER_OFF, PROPS_PLUGIN_1_6, "warning OC369"},
};

static const struct saying words_of_bearer[] = {
    {GOOD "openid.aaf.bearer.enabled=true\n",
     "openid.aaf.bearer.audCheck.acceptedAudiences is missing",
     "add openid.aaf.bearer.audCheck.acceptedAudiences"},
    {GOOD "openid.aaf.bearer.enabled=true\nopenid.aaf.audCheck.acceptedAudiences=,\n",
     "openid.aaf.audCheck.acceptedAudiences is empty",
     "fill in openid.aaf.audCheck.acceptedAudiences"},
    {GOOD "openid.aaf.bearer.enabled=true\n"
          "openid.aaf.bearer.audCheck.acceptedAudiences=x\n",
     "openid.aaf.issuer is missing", "--target sidecar"},
};

static void test_bearer_tokens(void **state)
{
    (void)state;
    EXPECT_ALL(bearer_tokens);
    JUDGE_ALL(shared_switches);
    SAY_ALL(words_of_bearer);
}

static const struct expectation encryption[] = {
    {"encryption", GOOD "openid.aaf.idTokenEncryptionAlgorithm=RSA-OAEP\n", ""},
    {"better encryption", GOOD "openid.aaf.idTokenEncryptionAlgorithm=RSA-OAEP-512\n", ""},
    {"weak encryption", GOOD "openid.aaf.idTokenEncryptionAlgorithm=RSA1_5\n",
     "OC368@8:39 OC403@8:39"},
    {"misspelt encryption", GOOD "openid.aaf.idTokenEncryptionAlgorithm=rsa_oaep256\n",
     "OC367@8:39"},
    {"encryption left empty", GOOD "openid.aaf.idTokenEncryptionAlgorithm=\n", ""},
};

static const struct saying words_of_encryption[] = {
    {GOOD "openid.aaf.idTokenEncryptionAlgorithm=rsa_oaep256\n", "sidecar", "write RSA-OAEP-256,"},
    {GOOD "openid.aaf.idTokenEncryptionAlgorithm=RSAOAEP-256\n", "\"RSAOAEP-256\"",
     "write RSA-OAEP-256,"},
    {GOOD "openid.aaf.idTokenEncryptionAlgorithm=RSAOAEP\n", "sidecar", "write RSA-OAEP,"},
    {GOOD "openid.aaf.idTokenEncryptionAlgorithm=RSA\n", "sidecar", "write RSA-OAEP-256,"},
    {GOOD "openid.aaf.idTokenEncryptionAlgorithm=RSA1_5\n", "altered tokens",
     "write RSA-OAEP-256,"},
};

static void test_encryption(void **state)
{
    (void)state;
    EXPECT_ALL(encryption);
    SAY_ALL(words_of_encryption);
}

static const struct expectation switches[] = {
    {"automatic login", GOOD "openid.aaf.autoLogin=true\n", ""},
    {"linking", GOOD "openid.aaf.idToken.linkExisting.enabled=true\n", "OC405@8:41 OC365@8:41"},
    {"switched off",
     GOOD "openid.aaf.autoLogin=false\nopenid.aaf.linkExisting.enabled=false\nopenid.aaf."
          "bearer.enabled=false\n",
     ""},
};

static void test_switches(void **state)
{
    (void)state;
    EXPECT_ALL(switches);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_client),        cmocka_unit_test(test_endpoints),
        cmocka_unit_test(test_scopes),        cmocka_unit_test(test_filter),
        cmocka_unit_test(test_accounts),      cmocka_unit_test(test_checks_of_claims),
        cmocka_unit_test(test_bearer_tokens), cmocka_unit_test(test_encryption),
        cmocka_unit_test(test_switches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
