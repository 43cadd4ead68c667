/* The model that comes out, in its types. */
#include "support.h"

/* The values are the sidecar's; so is the judgement here. */
static struct props_model *sidecar_model_of(const char *text)
{
    struct props_source source = {"test.properties", text, strlen(text)};
    struct props_model *model = NULL;
    assert_int_equal(props_model_parse(&source, 1, PROPS_SIDECAR, &model), PROPS_OK);
    assert_non_null(model);
    return model;
}

static const struct props_provider *only(const struct props_model *model)
{
    for (size_t i = 0; i < props_findings_count(model->findings); i++)
        if (props_findings_at(model->findings, i)->severity == PROPS_ERROR)
            fail_msg("%s", props_findings_at(model->findings, i)->message);
    assert_int_equal(model->provider_count, 1);
    return &model->providers[0];
}

static void assert_list(const struct props_list *list, const char *joined)
{
    char text[512] = "";
    for (size_t i = 0; i < list->count; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i > 0 ? "," : "",
                       list->items[i]);
    assert_string_equal(text, joined);
}

static void test_redirect_uri(void **state)
{
    (void)state;
    struct props_model *model = sidecar_model_of(GOOD);
    char *uri = props_model_redirect_uri(model);
    assert_string_equal(uri, "https://xnat.example.org/openid-login");
    free(uri);
    props_model_free(&model);
    /* Half of it is none. */
    static const char *const halves[] = {"auth.method=openid\nprovider.id=aaf\n" CLIENT ENDPOINTS,
                                         GOOD "preEstablishedRedirUri=login\n"};
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        model = model_of(halves[i]);
        uri = props_model_redirect_uri(model);
        assert_string_equal(uri, "");
        free(uri);
        props_model_free(&model);
    }
}

static void test_defaults(void **state)
{
    (void)state;
    struct props_model *model = sidecar_model_of(GOOD);
    const struct props_provider *provider = only(model);
    assert_string_equal(model->site_url, "https://xnat.example.org");
    assert_string_equal(model->redirect_path, "/openid-login");
    assert_false(model->password_login_disabled);
    assert_string_equal(provider->id, "aaf");
    assert_string_equal(provider->display_name, "Australian Access Federation (AAF)");
    assert_true(provider->visible);
    assert_string_equal(provider->client_id, "client-1");
    assert_string_equal(provider->client_secret, SECRET);
    assert_string_equal(provider->authorization_endpoint, "https://op.example.org/authorize");
    assert_string_equal(provider->token_endpoint, "https://op.example.org/token");
    assert_null(provider->issuer);
    assert_null(provider->userinfo_endpoint);
    assert_null(provider->jwks_uri);
    assert_null(provider->end_session_endpoint);
    assert_list(&provider->scopes, "openid,profile,email");
    assert_string_equal(provider->link, "");
    assert_false(provider->filter_email_domains || provider->any_email_domain);
    assert_int_equal(provider->email_domains.count, 0);
    assert_false(provider->create_user || provider->auto_enabled || provider->auto_verified);
    assert_string_equal(provider->email_claim, "email");
    assert_string_equal(provider->given_name_claim, "given_name");
    assert_string_equal(provider->family_name_claim, "family_name");
    assert_string_equal(provider->username_pattern, "[providerId]_[sub]");
    assert_int_equal(provider->pkce, PROPS_UNSET);
    assert_false(provider->auto_login);
    assert_string_equal(provider->file, "test.properties");
    assert_int_equal(provider->client_id_line, 4);
    props_model_free(&model);
    assert_null(model);
    props_model_free(&model);
}

static void test_everything_said(void **state)
{
    (void)state;
    struct props_model *model = sidecar_model_of(
        GOOD
        "name=Caf\\u00e9 \\uD83D\\uDE00 \\uD83D\nvisible=false\npreEstablishedRedirUri= /back \n"
        "disableUsernamePasswordLogin= TRUE \nauto.enabled=true\nauto.verified=true\n"
        "openid.aaf.issuer=https://op.example.org\nopenid.aaf.userInfoUri=https://op.example.org/"
        "u\n"
        "openid.aaf.jwksUri=https://op.example.org/k\nopenid.aaf.logoutUri=https://op.example.org/"
        "o\n"
        "openid.aaf.scopes=email , openid,email,,x:y\nopenid.aaf.link= <b>x</b> \n"
        "openid.aaf.shouldFilterEmailDomains=true\nopenid.aaf.allowedEmailDomains=A.org, b.Edu.au  "
        "\n"
        "openid.aaf.forceUserCreate=true\nopenid.aaf.emailProperty=preferred_email \n"
        "openid.aaf.givenNameProperty=https://x/given\nopenid.aaf.familyNameProperty=\n"
        "openid.aaf.usernamePattern=[sub] \nopenid.aaf.pkceEnabled=true\n"
        "openid.aaf.autoLogin=true\n");
    const struct props_provider *provider = only(model);
    assert_string_equal(model->redirect_path, "/back");
    assert_true(model->password_login_disabled);
    assert_string_equal(provider->display_name, "Caf\xc3\xa9 \xf0\x9f\x98\x80 \xef\xbf\xbd");
    assert_false(provider->visible);
    assert_string_equal(provider->issuer, "https://op.example.org");
    assert_string_equal(provider->userinfo_endpoint, "https://op.example.org/u");
    assert_string_equal(provider->jwks_uri, "https://op.example.org/k");
    assert_string_equal(provider->end_session_endpoint, "https://op.example.org/o");
    assert_list(&provider->scopes, "email,openid,x:y");
    assert_string_equal(provider->link, "<b>x</b> ");
    assert_true(provider->filter_email_domains);
    assert_false(provider->any_email_domain);
    assert_list(&provider->email_domains, "a.org,b.edu.au");
    assert_true(provider->create_user && provider->auto_enabled && provider->auto_verified);
    assert_string_equal(provider->email_claim, "preferred_email");
    assert_string_equal(provider->given_name_claim, "https://x/given");
    assert_string_equal(provider->family_name_claim, "family_name");
    assert_string_equal(provider->username_pattern, "[sub]");
    assert_int_equal(provider->pkce, PROPS_YES);
    assert_true(provider->auto_login);
    props_model_free(&model);
}

struct name_case {
    const char *name;
    const char *id;
    const char *endpoint;
    const char *shown;
};

static void test_display_name(void **state)
{
    (void)state;
    static const struct name_case cases[] = {
        {"Our provider", "x", "https://op.example.org/", "Our provider"},
        {"", "x", "https://op.example.org/", "x"},
        {"OpenID Authentication Provider", "x", "https://op.example.org/", "x"},
        {"OpenID Authentication Provider  ", "x", "https://central.test.aaf.edu.au/",
         "Australian Access Federation (AAF)"},
        {"", "x", "https://AAF.edu.au/", "Australian Access Federation (AAF)"},
        {"", "x", "https://notaaf.edu.au/", "x"},
        {"", "x", "https://aaf.edu.au.example.org/", "x"},
        {"", "x", "https://accounts.google.com/", "Google"},
        {"", "x", "https://evil-accounts.google.com/", "x"},
        {"", "Google", "https://op.example.org/", "Google"},
        {"", "AAF", "https://op.example.org/", "Australian Access Federation (AAF)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[1024];
        (void)snprintf(
            text, sizeof text,
            "auth.method=openid\nprovider.id=%s\nsiteUrl=https://x.example.org\nname=%s\n"
            "openid.%s.clientId=c\nopenid.%s.clientSecret=s\nopenid.%s.userAuthUri=%s\n",
            cases[i].id, cases[i].name, cases[i].id, cases[i].id, cases[i].id, cases[i].endpoint);
        struct props_model *model = sidecar_model_of(text);
        assert_int_equal(model->provider_count, 1);
        assert_string_equal(model->providers[0].display_name, cases[i].shown);
        props_model_free(&model);
    }
}

static void test_switches_of_accounts(void **state)
{
    (void)state;
    struct props_model *model = sidecar_model_of(
        GOOD
        "openid.aaf.userAutoEnabled=true\nopenid.aaf.userAutoVerified=true\nauto.verified=false\n");
    assert_true(only(model)->auto_enabled);
    assert_false(only(model)->auto_verified);
    props_model_free(&model);
    model = sidecar_model_of(
        GOOD
        "openid.aaf.pkceEnabled=false\nopenid.aaf.userAutoVerified=false\nauto.verified=true\n");
    assert_true(only(model)->auto_verified);
    assert_int_equal(only(model)->pkce, PROPS_NO);
    props_model_free(&model);
}

/* In a file that lists its providers each has its own switches, as in the plugin that reads it. */
static void test_switches_of_listed_providers(void **state)
{
    (void)state;
    struct props_model *model =
        sidecar_model_of("auth.method=openid\nprovider.id=openid\nenabled=a,b,c\n"
                         "siteUrl=https://xnat.example.com\nauto.enabled=true\n"
                         "openid.a.userAutoEnabled=false\nopenid.b.userAutoEnabled=true\n"
                         "openid.a.userAutoVerified=true\nopenid.c.clientId=c\n");
    assert_int_equal(model->provider_count, 3);
    assert_false(model->providers[0].auto_enabled);
    assert_true(model->providers[0].auto_verified);
    assert_true(model->providers[1].auto_enabled);
    assert_true(model->providers[2].auto_enabled); /* it has none of its own */
    props_model_free(&model);
}

static void test_any_domain(void **state)
{
    (void)state;
    struct props_model *model = sidecar_model_of(
        GOOD "openid.aaf.shouldFilterEmailDomains=true\nopenid.aaf.allowedEmailDomains= * \n");
    assert_true(only(model)->any_email_domain);
    props_model_free(&model);
    model = sidecar_model_of(
        GOOD "openid.aaf.shouldFilterEmailDomains=true\nopenid.aaf.allowedEmailDomains=*,a.org\n");
    assert_false(model->providers[0].any_email_domain);
    props_model_free(&model);
}

/* Two providers in one file: what is said of one is not said of the other. */
static void test_policy_is_the_providers_own(void **state)
{
    (void)state;
    struct props_model *model = sidecar_model_of(
        "auth.method=openid\nprovider.id=openid\nenabled=google,aaf\nname=Ignored here\n"
        "siteUrl=https://x.example.org\n" CLIENT ENDPOINTS
        "openid.google.clientId=g\nopenid.google.clientSecret=h\n"
        "openid.google.userAuthUri=https://accounts.google.com/o/oauth2/auth\n"
        "openid.google.accessTokenUri=https://www.googleapis.com/oauth2/v3/token\n"
        "openid.google.shouldFilterEmailDomains=true\nopenid.google.allowedEmailDomains=a.org\n"
        "openid.aaf.forceUserCreate=true\nopenid.aaf.userAutoEnabled=true\n");
    assert_int_equal(props_findings_errors(model->findings), 0);
    assert_int_equal(model->provider_count, 2);
    const struct props_provider *google = &model->providers[0];
    const struct props_provider *aaf = &model->providers[1];
    assert_string_equal(google->id, "google");
    assert_string_equal(google->display_name, "Google");
    assert_true(google->filter_email_domains && !aaf->filter_email_domains);
    assert_true(!google->create_user && aaf->create_user);
    assert_true(!google->auto_enabled && aaf->auto_enabled);
    assert_string_equal(google->client_secret, "h");
    assert_string_equal(aaf->client_secret, SECRET);
    props_model_free(&model);
}

/* A warning about a key of the file is given once, not once for each of its providers. */
/* The keys of one way in stand before those for both; the other way's are not looked at. */
static void test_gates_of_both_ways(void **state)
{
    (void)state;
    struct props_model *model = sidecar_model_of(
        GOOD "openid.aaf.bearer.enabled=true\n"
             "openid.aaf.audCheck.acceptedAudiences= a , b\n"
             "openid.aaf.roleCheck.enabled=true\nopenid.aaf.roleCheck.rolePath= x.y \n"
             "openid.aaf.roleCheck.requiredRoles=r\n"
             "openid.aaf.bearer.roleCheck.requiredRoles=s,,t,\n"
             "openid.aaf.idToken.roleCheck.enabled=false\n"
             "openid.aaf.idToken.typCheck.enabled=true\n"
             "openid.aaf.typCheck.expectedTypes=ID\n");
    const struct props_provider *provider = only(model);
    const struct props_gates *browser = &provider->id_token_gates;
    const struct props_gates *client = &provider->bearer_gates;
    assert_true(provider->bearer && !provider->bearer_create_user);
    assert_true(!browser->audience && client->audience);
    assert_list(&browser->accepted_audiences, "a,b");
    assert_list(&client->accepted_audiences, "a,b");
    assert_true(!browser->role && client->role);
    assert_string_equal(browser->role_path, "x.y");
    assert_string_equal(client->role_path, "x.y");
    assert_list(&browser->required_roles, "r");
    assert_list(&client->required_roles, "s,t");
    assert_true(browser->type && !client->type);
    assert_list(&browser->expected_types, "ID");
    props_model_free(&model);
}

/* Without bearer.enabled there is nothing of API clients; its switches follow those of sign-ins. */
static void test_switches_of_api_clients(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        bool bearer, creates, audience;
    } cases[] = {
        {GOOD, false, false, false},
        {GOOD "openid.aaf.forceUserCreate=true\n", false, false, false},
        {GOOD "openid.aaf.bearer.enabled=true\nopenid.aaf.forceUserCreate=true\n"
              "openid.aaf.audCheck.acceptedAudiences=a\n",
         true, true, true},
        {GOOD "openid.aaf.bearer.enabled=true\nopenid.aaf.bearer.forceUserCreate=true\n"
              "openid.aaf.audCheck.acceptedAudiences=a\n",
         true, true, true},
        {GOOD "openid.aaf.bearer.enabled=true\nopenid.aaf.forceUserCreate=true\n"
              "openid.aaf.bearer.forceUserCreate=false\n"
              "openid.aaf.bearer.audCheck.enabled=false\n",
         true, false, false},
        {GOOD "openid.aaf.bearer.enabled=true\nopenid.aaf.audCheck.enabled=false\n"
              "openid.aaf.audCheck.acceptedAudiences=a\n",
         true, false, true},
        {GOOD "openid.aaf.bearer.enabled=true\nopenid.aaf.audCheck.enabled=false\n"
              "openid.aaf.bearer.audCheck.enabled=true\n"
              "openid.aaf.audCheck.acceptedAudiences=a\n",
         true, false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct props_model *model = sidecar_model_of(cases[i].file);
        const struct props_provider *provider = only(model);
        assert_int_equal(provider->bearer, cases[i].bearer);
        assert_int_equal(provider->bearer_create_user, cases[i].creates);
        assert_int_equal(provider->bearer_gates.audience, cases[i].audience);
        props_model_free(&model);
    }
}

static void test_warned_once(void **state)
{
    (void)state;
    static const struct expectation cases[] = {
        {"auto.enabled",
         "auth.method=openid\nprovider.id=openid\nenabled=aaf,b\nauto.enabled=yes\nvisible=1\n"
         "siteUrl=https://x.example.org\n" CLIENT ENDPOINTS
         "openid.b.clientId=x\nopenid.b.clientSecret=" SECRET
         "\nopenid.b.issuer=https://op.example.org\n",
         "OC109@4:14 OC109@5:9"},
    };
    EXPECT_ALL(cases);
}

static void test_no_files(void **state)
{
    (void)state;
    struct props_model *model = NULL;
    assert_int_equal(props_model_parse(NULL, 0, PROPS_AUTO, &model), PROPS_OK);
    assert_int_equal(props_findings_count(model->findings), 1);
    assert_string_equal(props_findings_at(model->findings, 0)->code, "OC204");
    props_model_free(&model);
}

static void test_too_large(void **state)
{
    (void)state;
    struct props_source source = {"huge", "", (size_t)200 * 1024 * 1024};
    struct props_model *model = NULL;
    assert_int_equal(props_model_parse(&source, 1, PROPS_AUTO, &model), PROPS_OK);
    assert_int_equal(props_findings_count(model->findings), 1);
    assert_string_equal(props_findings_at(model->findings, 0)->code, "OC002");
    props_model_free(&model);
    char *text = calloc(20001, 1);
    assert_non_null(text);
    for (size_t i = 0; i < 20000; i++)
        text[i] = i % 2 == 0 ? 'a' : '\n';
    model = sidecar_model_of(text);
    assert_string_equal(props_findings_at(model->findings, 0)->code, "OC003");
    props_model_free(&model);
    free(text);
}

static void test_endless_lists(void **state)
{
    (void)state;
    static const char *const keys[] = {"enabled", "openid.aaf.scopes",
                                       "openid.aaf.allowedEmailDomains"};
    char *text = malloc(3 * PROPS_MAX_ITEMS + sizeof GOOD + 200);
    assert_non_null(text);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        (void)snprintf(text, sizeof GOOD + 200,
                       GOOD "openid.aaf.shouldFilterEmailDomains=true\n%s=", keys[i]);
        char *to = text + strlen(text);
        for (size_t item = 0; item <= PROPS_MAX_ITEMS; item++)
            to = stpcpy(to, "a,");
        struct props_model *model = sidecar_model_of(text);
        char *findings = findings_text(model, false);
        assert_non_null(strstr(findings, "OC114@9:"));
        assert_null(strstr(findings, "OC204"));
        assert_true(props_findings_count(model->findings) < 4);
        free(findings);
        props_model_free(&model);
    }
    free(text);
}

/* A line feed in a file's name does not forge a line of a log. */
static void test_name_of_the_file(void **state)
{
    (void)state;
    struct props_source source = {"a\nb\x7f.properties", "auth.method=ldap\n", 17};
    struct props_model *model = NULL;
    assert_int_equal(props_model_parse(&source, 1, PROPS_AUTO, &model), PROPS_OK);
    assert_string_equal(props_findings_at(model->findings, 0)->file, "a?b?.properties");
    props_model_free(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_redirect_uri),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_everything_said),
        cmocka_unit_test(test_display_name),
        cmocka_unit_test(test_switches_of_accounts),
        cmocka_unit_test(test_switches_of_listed_providers),
        cmocka_unit_test(test_any_domain),
        cmocka_unit_test(test_policy_is_the_providers_own),
        cmocka_unit_test(test_gates_of_both_ways),
        cmocka_unit_test(test_switches_of_api_clients),
        cmocka_unit_test(test_warned_once),
        cmocka_unit_test(test_no_files),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_endless_lists),
        cmocka_unit_test(test_name_of_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
