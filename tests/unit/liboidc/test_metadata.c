/* Discovery documents, and the file's words beside them. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "liboidc/jws.h"
#include "liboidc/metadata.h"
#include "tests/support/failalloc.h"

#define ISSUER "https://op.example"

/* A document with everything that is needed and, behind it, further members. */
#define DOCUMENT(more)                                                                             \
    "{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"" ISSUER "/authorize\","              \
    "\"token_endpoint\":\"" ISSUER "/token\",\"jwks_uri\":\"" ISSUER "/jwks\"" more "}"

static const struct metadata_source configured = {.issuer = ISSUER, .derived = false};
static const struct metadata_source derived = {.issuer = ISSUER, .derived = true};

static oidc_code read_text(const char *text, struct props_provider *settings,
                           const struct metadata_source *source, struct metadata **metadata)
{
    static struct props_provider nothing;
    json_t *document = text ? json_loads(text, 0, NULL) : NULL;
    oidc_error error = {.code = OIDC_OK};
    oidc_code code;

    if (text)
        assert_non_null(document);
    code = metadata_read(document, settings ? settings : &nothing, source, metadata, &error);
    json_decref(document);
    assert_int_equal(error.code, code);
    assert_int_equal(*metadata != NULL, code == OIDC_OK);
    return code;
}

static void the_document_goes_below_the_issuer(void **state)
{
    static const char *const cases[][2] = {
        {"https://op.example", "https://op.example/.well-known/openid-configuration"},
        {"https://op.example/", "https://op.example/.well-known/openid-configuration"},
        {"https://op.example/a/b", "https://op.example/a/b/.well-known/openid-configuration"},
        {"https://op.example/a//", "https://op.example/a//.well-known/openid-configuration"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *url = metadata_url(cases[i][0]);
        assert_string_equal(url, cases[i][1]);
        free(url);
    }
}

static void the_least_document_gives_the_defaults(void **state)
{
    struct metadata *metadata;

    (void)state;
    assert_int_equal(read_text(DOCUMENT(""), NULL, &configured, &metadata), OIDC_OK);
    assert_string_equal(metadata->issuer, ISSUER);
    assert_string_equal(metadata->authorization_endpoint, ISSUER "/authorize");
    assert_string_equal(metadata->token_endpoint, ISSUER "/token");
    assert_string_equal(metadata->jwks_uri, ISSUER "/jwks");
    assert_null(metadata->userinfo_endpoint);
    assert_null(metadata->end_session_endpoint);
    assert_int_equal(metadata->algorithms, JWS_RS256);
    assert_int_equal(metadata->userinfo_algorithms, JWS_RS256);
    assert_int_equal(metadata->client_auth, CLIENT_SECRET_BASIC);
    assert_true(metadata->pkce);
    assert_false(metadata->promises_iss);
    assert_true(metadata->documented);

    struct metadata *second = metadata_ref(metadata);
    metadata_unref(&metadata);
    assert_null(metadata);
    assert_string_equal(second->issuer, ISSUER);
    metadata_unref(&second);
    metadata_unref(&second);
}

static void the_issuer_is_compared_as_a_string(void **state)
{
    static const char *const issuers[] = {"https://op.example/",
                                          "https://OP.example",
                                          "https://op.example:443",
                                          "http://op.example",
                                          "https://op.example.evil.example",
                                          ""};
    static const char *const others[] = {"{}", "{\"issuer\":null}",
                                         "{\"issuer\":[\"" ISSUER "\"]}"};
    struct metadata *metadata;
    char text[400];

    (void)state;
    for (size_t i = 0; i < COUNT(issuers); i++) {
        (void)snprintf(text, sizeof text,
                       "{\"issuer\":\"%s\",\"authorization_endpoint\":\"" ISSUER "/a\","
                       "\"token_endpoint\":\"" ISSUER "/t\",\"jwks_uri\":\"" ISSUER "/j\"}",
                       issuers[i]);
        assert_int_equal(read_text(text, NULL, &configured, &metadata), OIDC_E_DISCOVERY_ISSUER);
    }
    for (size_t i = 0; i < COUNT(others); i++)
        assert_int_equal(read_text(others[i], NULL, &configured, &metadata),
                         OIDC_E_DISCOVERY_ISSUER);
}

static void a_derived_issuer_must_vouch_for_the_endpoint(void **state)
{
    struct props_provider settings = {.authorization_endpoint =
                                          (char *)(uintptr_t)ISSUER "/providers/op/authorize"};
    struct metadata *metadata;

    (void)state;
    assert_int_equal(read_text(DOCUMENT(""), &settings, &derived, &metadata), OIDC_OK);
    assert_string_equal(metadata->authorization_endpoint, ISSUER "/providers/op/authorize");
    metadata_unref(&metadata);

    settings.authorization_endpoint = (char *)(uintptr_t) "https://login.example/authorize";
    assert_int_equal(read_text(DOCUMENT(""), &settings, &derived, &metadata),
                     OIDC_E_DISCOVERY_ISSUER);
    assert_int_equal(read_text(DOCUMENT(""), &settings, &configured, &metadata), OIDC_OK);
    metadata_unref(&metadata);

    settings.authorization_endpoint = (char *)(uintptr_t)ISSUER "/authorize";
    assert_int_equal(read_text("{\"issuer\":\"" ISSUER "\",\"token_endpoint\":\"" ISSUER "/t\","
                               "\"jwks_uri\":\"" ISSUER "/j\"}",
                               &settings, &derived, &metadata),
                     OIDC_E_DISCOVERY_ISSUER);
}

static void the_file_wins_over_the_document(void **state)
{
    static char urls[][40] = {"https://a.example/1", "https://a.example/2", "https://a.example/3",
                              "https://a.example/4", "https://a.example/5"};
    struct props_provider settings = {.authorization_endpoint = urls[0],
                                      .token_endpoint = urls[1],
                                      .jwks_uri = urls[2],
                                      .userinfo_endpoint = urls[3],
                                      .end_session_endpoint = urls[4]};
    static const char document[] = DOCUMENT(",\"userinfo_endpoint\":\"" ISSUER "/userinfo\","
                                            "\"end_session_endpoint\":\"" ISSUER "/logout\"");
    struct metadata *metadata;

    (void)state;
    assert_int_equal(read_text(document, &settings, &configured, &metadata), OIDC_OK);
    assert_string_equal(metadata->authorization_endpoint, urls[0]);
    assert_string_equal(metadata->token_endpoint, urls[1]);
    assert_string_equal(metadata->jwks_uri, urls[2]);
    assert_string_equal(metadata->userinfo_endpoint, urls[3]);
    assert_string_equal(metadata->end_session_endpoint, urls[4]);
    metadata_unref(&metadata);

    assert_int_equal(read_text(document, NULL, &configured, &metadata), OIDC_OK);
    assert_string_equal(metadata->userinfo_endpoint, ISSUER "/userinfo");
    assert_string_equal(metadata->end_session_endpoint, ISSUER "/logout");
    metadata_unref(&metadata);
}

static void endpoints_must_be_there_and_encrypted(void **state)
{
    static const struct {
        const char *text;
        oidc_code code;
    } cases[] = {
        {"{\"issuer\":\"" ISSUER "\"}", OIDC_E_DISCOVERY_INCOMPLETE},
        {"{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"" ISSUER
         "/a\",\"token_endpoint\":\"" ISSUER "/t\"}",
         OIDC_E_DISCOVERY_INCOMPLETE},
        {"{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"" ISSUER
         "/a\",\"jwks_uri\":\"" ISSUER "/j\"}",
         OIDC_E_DISCOVERY_INCOMPLETE},
        {"{\"issuer\":\"" ISSUER "\",\"token_endpoint\":\"" ISSUER "/t\",\"jwks_uri\":\"" ISSUER
         "/j\"}",
         OIDC_E_DISCOVERY_INCOMPLETE},
        {"{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"/a\"}",
         OIDC_E_DISCOVERY_INCOMPLETE},
        {"{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"http://op.example/a\"}",
         OIDC_E_ENDPOINT_INSECURE},
        {"{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"" ISSUER
         "/a\",\"token_endpoint\":\"http://op.example/t\"}",
         OIDC_E_ENDPOINT_INSECURE},
        {DOCUMENT(",\"userinfo_endpoint\":\"http://op.example/u\""), OIDC_E_ENDPOINT_INSECURE},
        {DOCUMENT(",\"end_session_endpoint\":\"http://op.example/e\""), OIDC_E_ENDPOINT_INSECURE},
        {DOCUMENT(",\"userinfo_endpoint\":\"javascript:x\""), OIDC_E_DISCOVERY_INCOMPLETE},
        /* a provider elsewhere does not send us to our own machine */
        {DOCUMENT(",\"userinfo_endpoint\":\"http://127.0.0.1/u\""), OIDC_E_ENDPOINT_INSECURE},
    };
    struct metadata *metadata;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(read_text(cases[i].text, NULL, &configured, &metadata), cases[i].code);
}

static void an_insecure_endpoint_of_the_file_is_no_better(void **state)
{
    struct props_provider settings = {.token_endpoint = (char *)(uintptr_t) "http://op.example/t"};
    struct metadata *metadata;

    (void)state;
    assert_int_equal(read_text(DOCUMENT(""), &settings, &configured, &metadata),
                     OIDC_E_ENDPOINT_INSECURE);
    settings.token_endpoint = (char *)(uintptr_t) "http://127.0.0.1:9000/t";
    assert_int_equal(read_text(DOCUMENT(""), &settings, &configured, &metadata), OIDC_OK);
    metadata_unref(&metadata);
}

static void algorithms_are_those_listed_that_we_take(void **state)
{
    static const struct {
        const char *text;
        oidc_code code;
        unsigned algorithms;
        unsigned userinfo;
    } cases[] = {
        {DOCUMENT(",\"id_token_signing_alg_values_supported\":[\"ES256\",\"HS256\",\"none\"]"),
         OIDC_OK, JWS_ES256, JWS_ES256},
        {DOCUMENT(",\"id_token_signing_alg_values_supported\":[\"PS512\",\"RS256\"],"
                  "\"userinfo_signing_alg_values_supported\":[\"none\",\"RS512\"]"),
         OIDC_OK, JWS_PS512 | JWS_RS256, JWS_RS512},
        {DOCUMENT(",\"userinfo_signing_alg_values_supported\":[\"none\"]"), OIDC_OK, JWS_RS256,
         JWS_RS256},
        {DOCUMENT(",\"userinfo_signing_alg_values_supported\":7"), OIDC_OK, JWS_RS256, JWS_RS256},
        {DOCUMENT(",\"id_token_signing_alg_values_supported\":[]"), OIDC_OK, JWS_RS256, JWS_RS256},
        {DOCUMENT(",\"id_token_signing_alg_values_supported\":null"), OIDC_OK, JWS_RS256,
         JWS_RS256},
        {DOCUMENT(",\"id_token_signing_alg_values_supported\":[\"HS256\",\"none\",1]"),
         OIDC_E_DISCOVERY_INCOMPLETE, 0, 0},
        {DOCUMENT(",\"id_token_signing_alg_values_supported\":\"RS256\""),
         OIDC_E_DISCOVERY_INCOMPLETE, 0, 0},
    };
    struct metadata *metadata;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(read_text(cases[i].text, NULL, &configured, &metadata), cases[i].code);
        if (metadata) {
            assert_int_equal(metadata->algorithms, cases[i].algorithms);
            assert_int_equal(metadata->userinfo_algorithms, cases[i].userinfo);
        }
        metadata_unref(&metadata);
    }
}

static void client_authentication_is_chosen(void **state)
{
    static const struct {
        const char *text;
        oidc_code code;
        enum client_auth client_auth;
    } cases[] = {
        {DOCUMENT(",\"token_endpoint_auth_methods_supported\":[\"client_secret_post\","
                  "\"client_secret_basic\"]"),
         OIDC_OK, CLIENT_SECRET_BASIC},
        {DOCUMENT(",\"token_endpoint_auth_methods_supported\":[\"private_key_jwt\","
                  "\"client_secret_post\"]"),
         OIDC_OK, CLIENT_SECRET_POST},
        {DOCUMENT(",\"token_endpoint_auth_methods_supported\":[]"), OIDC_OK, CLIENT_SECRET_BASIC},
        {DOCUMENT(",\"token_endpoint_auth_methods_supported\":[\"private_key_jwt\"]"),
         OIDC_E_DISCOVERY_INCOMPLETE, CLIENT_SECRET_BASIC},
        {DOCUMENT(",\"token_endpoint_auth_methods_supported\":{}"), OIDC_E_DISCOVERY_INCOMPLETE,
         CLIENT_SECRET_BASIC},
    };
    struct metadata *metadata;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(read_text(cases[i].text, NULL, &configured, &metadata), cases[i].code);
        if (metadata)
            assert_int_equal(metadata->client_auth, cases[i].client_auth);
        metadata_unref(&metadata);
    }
}

static void pkce_is_on_unless_somebody_says_no(void **state)
{
    static const char *const documents[] = {
        DOCUMENT(""),
        DOCUMENT(",\"code_challenge_methods_supported\":[\"plain\",\"S256\"]"),
        DOCUMENT(",\"code_challenge_methods_supported\":[\"plain\"]"),
    };
    static const struct {
        enum props_choice choice;
        bool pkce[COUNT(documents)];
    } cases[] = {
        {PROPS_UNSET, {true, true, false}},
        {PROPS_NO, {false, false, false}},
        {PROPS_YES, {true, true, true}},
    };
    struct metadata *metadata;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct props_provider settings = {.pkce = cases[i].choice};

        for (size_t k = 0; k < COUNT(documents); k++) {
            assert_int_equal(read_text(documents[k], &settings, &configured, &metadata), OIDC_OK);
            assert_int_equal(metadata->pkce, cases[i].pkce[k]);
            metadata_unref(&metadata);
        }
    }
    assert_int_equal(read_text(DOCUMENT(",\"code_challenge_methods_supported\":\"S256\""), NULL,
                               &configured, &metadata),
                     OIDC_E_DISCOVERY_INCOMPLETE);
}

static void other_abilities_are_read(void **state)
{
    struct metadata *metadata;

    (void)state;
    assert_int_equal(read_text(DOCUMENT(",\"authorization_response_iss_parameter_supported\":true,"
                                        "\"response_types_supported\":[\"id_token\",\"code\"]"),
                               NULL, &configured, &metadata),
                     OIDC_OK);
    assert_true(metadata->promises_iss);
    metadata_unref(&metadata);
    assert_int_equal(read_text(DOCUMENT(",\"response_types_supported\":[\"id_token\"]"), NULL,
                               &configured, &metadata),
                     OIDC_E_DISCOVERY_INCOMPLETE);
    /* what should be a list and is none is not read as one */
    assert_int_equal(
        read_text(DOCUMENT(",\"response_types_supported\":\"code\""), NULL, &configured, &metadata),
        OIDC_E_DISCOVERY_INCOMPLETE);
    assert_int_equal(read_text(DOCUMENT(",\"code_challenge_methods_supported\":{\"S256\":true}"),
                               NULL, &configured, &metadata),
                     OIDC_E_DISCOVERY_INCOMPLETE);
}

static void a_file_may_say_everything_itself(void **state)
{
    static char url[] = "https://a.example/x";
    struct props_provider settings = {.issuer = (char *)(uintptr_t)ISSUER,
                                      .authorization_endpoint = url,
                                      .token_endpoint = url,
                                      .jwks_uri = url};
    struct metadata *metadata;

    (void)state;
    assert_true(metadata_is_in_file(&settings));
    assert_int_equal(read_text(NULL, &settings, &configured, &metadata), OIDC_OK);
    assert_int_equal(metadata->algorithms, JWS_RS256);
    assert_int_equal(metadata->client_auth, CLIENT_SECRET_BASIC);
    assert_true(metadata->pkce);
    assert_false(metadata->documented);
    metadata_unref(&metadata);
    settings.jwks_uri = NULL;
    assert_false(metadata_is_in_file(&settings));
    assert_int_equal(read_text(NULL, &settings, &configured, &metadata),
                     OIDC_E_DISCOVERY_INCOMPLETE);
}

static bool read_all(void *context)
{
    static const struct props_provider settings = {.id = NULL};
    struct metadata *metadata = NULL;
    oidc_code code = metadata_read(context, &settings, &configured, &metadata, NULL);
    char *url = metadata_url(ISSUER);
    bool worked = code == OIDC_OK && url;

    free(url);
    metadata_unref(&metadata);
    return worked;
}

static void memory_may_run_out_anywhere(void **state)
{
    json_t *document = json_loads(DOCUMENT(",\"userinfo_endpoint\":\"" ISSUER "/u\""), 0, NULL);

    (void)state;
    assert_int_not_equal(failalloc_sweep(read_all, document), 0);
    json_decref(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_document_goes_below_the_issuer),
        cmocka_unit_test(the_least_document_gives_the_defaults),
        cmocka_unit_test(the_issuer_is_compared_as_a_string),
        cmocka_unit_test(a_derived_issuer_must_vouch_for_the_endpoint),
        cmocka_unit_test(the_file_wins_over_the_document),
        cmocka_unit_test(endpoints_must_be_there_and_encrypted),
        cmocka_unit_test(an_insecure_endpoint_of_the_file_is_no_better),
        cmocka_unit_test(algorithms_are_those_listed_that_we_take),
        cmocka_unit_test(client_authentication_is_chosen),
        cmocka_unit_test(pkce_is_on_unless_somebody_says_no),
        cmocka_unit_test(other_abilities_are_read),
        cmocka_unit_test(a_file_may_say_everything_itself),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
