/* Providers: what the file says, what a look at them teaches, what a failed look leaves. */
#include "tests/support/check.h"

#include <stdlib.h>

#include <oidc/oidc.h>

#include "liboidc/jws.h"
#include "liboidc/provider.h"
#include "tests/support/failalloc.h"
#include "tests/support/flow.h"

static struct mint_key *key;
static char *keys;

static int set_up(void **state)
{
    (void)state;
    key = mint_rsa(2048, "one");
    keys = mint_set(key, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(keys);
    mint_free(key);
    return 0;
}

static oidc_config *config_of(const char *lines)
{
    char *file = flow_file(lines);
    oidc_config *config = NULL;

    assert_int_equal(oidc_config_parse("site", file, strlen(file), &config, NULL), OIDC_OK);
    free(file);
    return config;
}

static oidc_provider *provider_of(const char *lines)
{
    oidc_config *config = config_of(lines);
    oidc_provider *provider = NULL;

    assert_int_equal(oidc_provider_new(config, "aaf", &provider, NULL), OIDC_OK);
    oidc_config_unref(&config);
    return provider;
}

static oidc_refresh *look(oidc_provider *provider, oidc_refresh_kind kind, int64_t now)
{
    oidc_refresh *refresh = NULL;

    assert_int_equal(oidc_refresh_new(provider, kind, now, &refresh, NULL), OIDC_OK);
    return refresh;
}

/* Ends a look: the provider is replaced. Returns the code of the failure. */
static oidc_code over(oidc_refresh **refresh, oidc_provider **provider)
{
    const oidc_error *error = oidc_refresh_error(*refresh);
    oidc_code code = error ? error->code : OIDC_OK;

    assert_null(oidc_refresh_request(*refresh));
    oidc_provider_unref(provider);
    *provider = oidc_refresh_provider(*refresh);
    assert_non_null(*provider);
    oidc_refresh_free(refresh);
    return code;
}

static oidc_code learn(oidc_provider **provider, const char *document, const char *set, int64_t now)
{
    oidc_refresh *refresh = look(*provider, OIDC_REFRESH_ALL, now);

    flow_serve(refresh, document, set, now);
    return over(&refresh, provider);
}

static void answer_status(oidc_refresh *refresh, int status)
{
    oidc_http_response response = flow_json("{}");

    response.status = status;
    oidc_refresh_answer(refresh, &response, FLOW_NOW);
}

static void the_file_alone_says_little(void **state)
{
    oidc_config *config = config_of(NULL);
    oidc_provider *provider = NULL;
    oidc_error error;

    (void)state;
    assert_int_equal(oidc_provider_new(config, "other", &provider, &error),
                     OIDC_E_PROVIDER_UNKNOWN);
    assert_null(provider);
    assert_int_equal(oidc_provider_new(config, "aaf", &provider, NULL), OIDC_OK);
    oidc_config_unref(&config);
    assert_string_equal(oidc_provider_id(provider), "aaf");
    assert_string_equal(oidc_provider_client_id(provider), "xnat client");
    assert_null(oidc_provider_issuer(provider));
    assert_null(oidc_provider_end_session_endpoint(provider));
    assert_false(oidc_provider_ready(provider));
    assert_false(oidc_provider_may_fetch_keys(provider, FLOW_NOW));
    assert_true(oidc_provider_refresh_at(provider) <= FLOW_NOW);
    oidc_provider_unref(&provider);
    oidc_provider_unref(&provider);
    assert_null(oidc_provider_ref(NULL));
}

static void an_issuer_of_the_file_or_of_the_table_is_known_at_once(void **state)
{
    static const char *const cases[][2] = {
        {"openid.aaf.issuer=https://op.example/x\n", "https://op.example/x"},
        {"openid.aaf.userAuthUri=https://central.aaf.edu.au/providers/op/authorize\n",
         "https://central.aaf.edu.au"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        oidc_provider *provider = provider_of(cases[i][0]);

        assert_string_equal(oidc_provider_issuer(provider), cases[i][1]);
        oidc_provider_unref(&provider);
    }
}

static void a_look_asks_for_the_document_and_then_the_keys(void **state)
{
    oidc_provider *provider = provider_of(NULL);
    oidc_refresh *refresh = look(provider, OIDC_REFRESH_ALL, FLOW_NOW);
    char *document = flow_metadata("{\"end_session_endpoint\":\"https://op.example/end\"}");
    oidc_http_response response = flow_json(document);

    (void)state;
    assert_string_equal(oidc_refresh_request(refresh)->url,
                        FLOW_ISSUER "/.well-known/openid-configuration");
    assert_string_equal(oidc_refresh_request(refresh)->purpose, "discovery");
    assert_string_equal(oidc_refresh_request(refresh)->method, "GET");
    assert_null(oidc_refresh_provider(refresh));
    oidc_refresh_answer(refresh, &response, FLOW_NOW);
    assert_string_equal(oidc_refresh_request(refresh)->url, FLOW_ISSUER "/oidc/jwks");
    assert_string_equal(oidc_refresh_request(refresh)->purpose, "keys");
    assert_null(oidc_refresh_provider(refresh));
    response = flow_json(keys);
    oidc_refresh_answer(refresh, &response, FLOW_NOW + 1);
    assert_int_equal(over(&refresh, &provider), OIDC_OK);

    assert_true(oidc_provider_ready(provider));
    assert_string_equal(oidc_provider_issuer(provider), FLOW_ISSUER);
    assert_string_equal(oidc_provider_end_session_endpoint(provider), "https://op.example/end");
    assert_int_equal(oidc_provider_refresh_at(provider), FLOW_NOW + 1 + OIDC_REFRESH_INTERVAL);
    /* The file's endpoints win. */
    assert_string_equal(provider->metadata->token_endpoint, FLOW_ISSUER "/providers/op/token");
    oidc_provider_unref(&provider);
    free(document);
}

static void an_answer_that_nobody_waits_for_changes_nothing(void **state)
{
    oidc_provider *provider = provider_of(NULL);
    oidc_refresh *refresh = look(provider, OIDC_REFRESH_ALL, FLOW_NOW);

    (void)state;
    answer_status(refresh, 500);
    assert_null(oidc_refresh_request(refresh));
    answer_status(refresh, 200);
    assert_int_equal(over(&refresh, &provider), OIDC_E_ANSWER_STATUS);
    assert_false(oidc_provider_ready(provider));
    oidc_provider_unref(&provider);
}

static void a_failed_look_keeps_what_was_known(void **state)
{
    oidc_provider *provider = provider_of(NULL);
    char *document = flow_metadata(NULL);
    char *other = flow_metadata("{\"jwks_uri\":\"https://op.example/other\"}");
    int64_t later = FLOW_NOW + OIDC_REFRESH_INTERVAL;

    (void)state;
    assert_int_equal(learn(&provider, document, keys, FLOW_NOW), OIDC_OK);
    const struct metadata *metadata = provider->metadata;
    const struct provider_keys *known = provider->keys;

    static const struct {
        const char *keys;
        oidc_code code;
    } cases[] = {
        {NULL, OIDC_E_PROVIDER_UNREACHABLE},
        {"{}", OIDC_E_ANSWER_MALFORMED},
        {"[]", OIDC_E_ANSWER_MALFORMED},
        {"{\"keys\":[]}", OIDC_E_KEYS_UNUSABLE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(learn(&provider, other, cases[i].keys, later), cases[i].code);
        assert_true(oidc_provider_ready(provider));
        assert_ptr_equal(provider->metadata, metadata);
        assert_ptr_equal(provider->keys, known);
        assert_in_range(oidc_provider_refresh_at(provider), later + OIDC_RETRY_FIRST,
                        later + OIDC_RETRY_INTERVAL);
    }
    assert_int_equal(learn(&provider, NULL, keys, later), OIDC_E_PROVIDER_UNREACHABLE);
    assert_true(oidc_provider_ready(provider));
    assert_int_equal(learn(&provider, other, keys, later), OIDC_OK);
    assert_string_equal(provider->metadata->jwks_uri, "https://op.example/other");
    oidc_provider_unref(&provider);
    free(document);
    free(other);
}

static void the_next_look_comes_soon_but_not_every_time(void **state)
{
    static const int64_t waits[] = {1, 2, 4, 8, 10, 10}; /* within 15, as it is promised */
    oidc_provider *provider = provider_of(NULL);
    char *document = flow_metadata(NULL);

    (void)state;
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNT(waits); i++) {
            assert_int_equal(learn(&provider, NULL, keys, FLOW_NOW), OIDC_E_PROVIDER_UNREACHABLE);
            assert_int_equal(oidc_provider_refresh_at(provider), FLOW_NOW + waits[i]);
        }
        assert_int_equal(learn(&provider, document, keys, FLOW_NOW), OIDC_OK); /* begins anew */
    }
    oidc_provider_unref(&provider);
    free(document);
}

static void a_wrong_document_teaches_nothing(void **state)
{
    static const struct {
        const char *changes;
        oidc_code code;
    } cases[] = {
        {"{\"issuer\":\"https://evil.example\"}", OIDC_E_DISCOVERY_ISSUER},
        {"{\"authorization_endpoint\":\"https://evil.example/a\"}", OIDC_E_DISCOVERY_ISSUER},
        {"{\"jwks_uri\":\"http://op.example/jwks\"}", OIDC_E_ENDPOINT_INSECURE},
        {"{\"jwks_uri\":null}", OIDC_E_DISCOVERY_INCOMPLETE},
        {"{\"id_token_signing_alg_values_supported\":[\"none\"]}", OIDC_E_DISCOVERY_INCOMPLETE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        oidc_provider *provider = provider_of(NULL);
        char *document = flow_metadata(cases[i].changes);

        assert_int_equal(learn(&provider, document, keys, FLOW_NOW), cases[i].code);
        assert_false(oidc_provider_ready(provider));
        assert_null(oidc_provider_issuer(provider));
        oidc_provider_unref(&provider);
        free(document);
    }
}

static bool needs_issuer(const char *lines, int status, const char *document)
{
    oidc_provider *provider = provider_of(lines);
    oidc_refresh *refresh = look(provider, OIDC_REFRESH_ALL, FLOW_NOW);
    oidc_http_response response = flow_json(document);
    bool needed;

    response.status = status;
    oidc_refresh_answer(refresh, &response, FLOW_NOW);
    needed = oidc_refresh_needs_issuer(refresh);
    oidc_refresh_free(&refresh);
    oidc_provider_unref(&provider);
    return needed;
}

static void a_guess_that_is_wrong_for_good_asks_for_the_key(void **state)
{
    static const char aaf[] = "openid.aaf.userAuthUri=https://central.aaf.edu.au/oidc/authorize\n";
    static const char given[] = "openid.aaf.issuer=" FLOW_ISSUER "\n";
    char *good = flow_metadata(NULL);
    char *other = flow_metadata("{\"issuer\":\"https://else.example\"}");

    (void)state;
    assert_true(needs_issuer(NULL, 404, "{}"));
    assert_true(needs_issuer(NULL, 410, "{}"));
    assert_true(needs_issuer(NULL, 200, other));
    /* What may pass. */
    assert_false(needs_issuer(NULL, 200, good));
    assert_false(needs_issuer(NULL, 302, "{}"));
    assert_false(needs_issuer(NULL, 403, "{}"));
    assert_false(needs_issuer(NULL, 408, "{}"));
    assert_false(needs_issuer(NULL, 429, "{}"));
    assert_false(needs_issuer(NULL, 500, "{}"));
    assert_false(needs_issuer(NULL, 503, "{}"));
    assert_false(needs_issuer(NULL, 200, "<html>"));
    assert_false(needs_issuer(NULL, 200, NULL));
    /* What was no guess. */
    assert_false(needs_issuer(aaf, 404, "{}"));
    assert_false(needs_issuer(aaf, 200, other));
    assert_false(needs_issuer(aaf, 302, "{}"));
    assert_false(needs_issuer(given, 404, "{}"));
    assert_false(needs_issuer(given, 200, other));
    free(good);
    free(other);
}

/* Whether a failed look leaves a doubt of who was asked. @param document NULL: discovery answers
 * 500; else the keys do. */
static bool doubts_issuer(const char *lines, const char *document)
{
    oidc_provider *provider = provider_of(lines);
    oidc_refresh *refresh = look(provider, OIDC_REFRESH_ALL, FLOW_NOW);
    bool doubts;

    if (document) {
        oidc_http_response response = flow_json(document);

        oidc_refresh_answer(refresh, &response, FLOW_NOW);
    }
    answer_status(refresh, 500);
    assert_non_null(oidc_refresh_error(refresh));
    doubts = oidc_refresh_doubts_issuer(refresh);
    oidc_refresh_free(&refresh);
    oidc_provider_unref(&provider);
    return doubts;
}

static void a_guess_is_doubted_until_discovery_has_proven_it(void **state)
{
    char *good = flow_metadata(NULL);

    (void)state;
    assert_true(doubts_issuer(NULL, NULL));
    assert_false(doubts_issuer(NULL, good));
    assert_false(doubts_issuer("openid.aaf.issuer=" FLOW_ISSUER "\n", NULL));
    free(good);
}

static void an_issuer_that_is_none_ends_the_look_at_once(void **state)
{
    oidc_provider *provider = provider_of(NULL);
    static const struct {
        const char *issuer;
        oidc_code code;
    } cases[] = {
        {NULL, OIDC_E_CONFIG},
        {"op.example", OIDC_E_CONFIG},
        {"https://op.example/?x", OIDC_E_CONFIG},
        {"http://op.example", OIDC_E_ENDPOINT_INSECURE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        free(provider->issuer);
        provider->issuer = cases[i].issuer ? flow_text("%s", cases[i].issuer) : NULL;
        oidc_refresh *refresh = look(provider, OIDC_REFRESH_ALL, FLOW_NOW);

        assert_null(oidc_refresh_request(refresh));
        assert_int_equal(oidc_refresh_error(refresh)->code, cases[i].code);
        assert_int_equal(oidc_refresh_needs_issuer(refresh), cases[i].code == OIDC_E_CONFIG);
        oidc_refresh_free(&refresh);
    }
    oidc_provider_unref(&provider);
}

#define WHOLE_FILE                                                                                 \
    "openid.aaf.issuer=" FLOW_ISSUER "\n"                                                          \
    "openid.aaf.jwksUri=" FLOW_ISSUER "/keys\n"

/* A look whose discovery is answered with that status, and whose keys come. */
static oidc_code learn_without_document(oidc_provider **provider, int status)
{
    oidc_refresh *refresh = look(*provider, OIDC_REFRESH_ALL, FLOW_NOW);

    if (status > 0)
        answer_status(refresh, status);
    flow_serve(refresh, NULL, keys, FLOW_NOW);
    return over(&refresh, provider);
}

static void a_file_that_says_everything_needs_no_document(void **state)
{
    static const struct {
        int status;
        oidc_code code;
        int64_t next;
    } cases[] = {
        {404, OIDC_OK, OIDC_REFRESH_INTERVAL},
        {302, OIDC_OK, OIDC_REFRESH_INTERVAL},
        {500, OIDC_OK, OIDC_RETRY_INTERVAL},
        {0, OIDC_E_PROVIDER_UNREACHABLE, OIDC_RETRY_FIRST},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        oidc_provider *provider = provider_of(WHOLE_FILE);

        assert_int_equal(learn_without_document(&provider, cases[i].status), cases[i].code);
        assert_int_equal(oidc_provider_ready(provider), cases[i].code == OIDC_OK);
        assert_int_equal(oidc_provider_refresh_at(provider), FLOW_NOW + cases[i].next);
        oidc_provider_unref(&provider);
    }
}

static void but_what_a_document_said_once_is_kept(void **state)
{
    oidc_provider *provider = provider_of(WHOLE_FILE);
    char *document = flow_metadata("{\"authorization_response_iss_parameter_supported\":true}");
    char *other = flow_metadata("{\"issuer\":\"https://else.example\"}");

    (void)state;
    assert_int_equal(learn(&provider, document, keys, FLOW_NOW), OIDC_OK);
    assert_int_equal(learn_without_document(&provider, 404), OIDC_E_ANSWER_STATUS);
    assert_true(provider->metadata->promises_iss);
    oidc_provider_unref(&provider);

    /* A document that contradicts the file is no missing one. */
    provider = provider_of(WHOLE_FILE);
    assert_int_equal(learn(&provider, other, keys, FLOW_NOW), OIDC_E_DISCOVERY_ISSUER);
    oidc_provider_unref(&provider);
    free(document);
    free(other);
}

static void keys_are_fetched_once_in_a_while(void **state)
{
    oidc_provider *provider = provider_of(NULL);
    char *document = flow_metadata(NULL);

    (void)state;
    assert_int_equal(learn(&provider, document, keys, FLOW_NOW), OIDC_OK);
    int64_t refresh_at = oidc_provider_refresh_at(provider);
    assert_true(oidc_provider_may_fetch_keys(provider, FLOW_NOW));

    oidc_refresh *refresh = look(provider, OIDC_REFRESH_KEYS, FLOW_NOW);
    assert_string_equal(oidc_refresh_request(refresh)->purpose, "keys");
    flow_serve(refresh, NULL, keys, FLOW_NOW);
    assert_int_equal(over(&refresh, &provider), OIDC_OK);
    assert_int_equal(oidc_provider_refresh_at(provider), refresh_at);
    assert_false(oidc_provider_may_fetch_keys(provider, FLOW_NOW));
    assert_false(oidc_provider_may_fetch_keys(provider, FLOW_NOW + OIDC_KEYS_INTERVAL - 1));
    assert_true(oidc_provider_may_fetch_keys(provider, FLOW_NOW + OIDC_KEYS_INTERVAL));
    /* A clock that was set back. */
    assert_false(oidc_provider_may_fetch_keys(provider, FLOW_NOW - 1));
    assert_true(oidc_provider_may_fetch_keys(provider, FLOW_NOW - 100000));
    oidc_provider_unref(&provider);
    free(document);
}

static void a_failed_fetch_of_keys_counts_too(void **state)
{
    oidc_provider *provider = provider_of(NULL);
    char *document = flow_metadata(NULL);

    (void)state;
    assert_int_equal(learn(&provider, document, keys, FLOW_NOW), OIDC_OK);
    oidc_refresh *refresh = look(provider, OIDC_REFRESH_KEYS, FLOW_NOW + 5);
    flow_serve(refresh, NULL, NULL, FLOW_NOW + 5);
    assert_int_equal(over(&refresh, &provider), OIDC_E_PROVIDER_UNREACHABLE);
    assert_true(oidc_provider_ready(provider));
    assert_false(oidc_provider_may_fetch_keys(provider, FLOW_NOW + 6));
    assert_int_equal(oidc_provider_refresh_at(provider), FLOW_NOW + 5 + OIDC_RETRY_FIRST);
    /* A whole look in between does not lift the limit. */
    assert_int_equal(learn(&provider, document, keys, FLOW_NOW + 15), OIDC_OK);
    assert_false(oidc_provider_may_fetch_keys(provider, FLOW_NOW + 16));
    oidc_provider_unref(&provider);
    free(document);
}

static void keys_of_an_unknown_place_cannot_be_fetched(void **state)
{
    oidc_provider *provider = provider_of(NULL);
    oidc_refresh *refresh = look(provider, OIDC_REFRESH_KEYS, FLOW_NOW);

    (void)state;
    assert_int_equal(over(&refresh, &provider), OIDC_E_PROVIDER_NOT_READY);
    oidc_provider_unref(&provider);
}

static void the_documented_sample_works_on_loopback(void **state)
{
    oidc_provider *provider =
        provider_of("openid.aaf.accessTokenUri=http://127.0.0.1:9000/providers/op/token  \n"
                    "openid.aaf.userAuthUri=http://127.0.0.1:9000/providers/op/authorize\n");
    static const char document[] =
        "{\"issuer\":\"http://127.0.0.1:9000\","
        "\"authorization_endpoint\":\"http://127.0.0.1:9000/oidc/authorize\","
        "\"token_endpoint\":\"http://127.0.0.1:9000/oidc/token\","
        "\"jwks_uri\":\"http://127.0.0.1:9000/oidc/jwks\"}";

    (void)state;
    assert_int_equal(learn(&provider, document, keys, FLOW_NOW), OIDC_OK);
    assert_string_equal(oidc_provider_issuer(provider), "http://127.0.0.1:9000");
    assert_string_equal(provider->metadata->token_endpoint,
                        "http://127.0.0.1:9000/providers/op/token");
    oidc_provider_unref(&provider);
}

struct look_context {
    oidc_config *config;
    char *document;
    char *keys;
};

static bool learn_all(void *context)
{
    struct look_context *look_at = context;
    oidc_provider *provider = NULL;
    oidc_provider *next = NULL;
    oidc_refresh *refresh = NULL;
    bool worked = false;

    if (oidc_provider_new(look_at->config, "aaf", &provider, NULL) == OIDC_OK &&
        oidc_refresh_new(provider, OIDC_REFRESH_ALL, FLOW_NOW, &refresh, NULL) == OIDC_OK) {
        flow_serve(refresh, look_at->document, look_at->keys, FLOW_NOW);
        next = oidc_refresh_provider(refresh);
        worked = next && oidc_provider_ready(next);
    }
    oidc_refresh_free(&refresh);
    if (worked)
        worked = oidc_refresh_new(next, OIDC_REFRESH_KEYS, FLOW_NOW, &refresh, NULL) == OIDC_OK;
    if (worked) {
        flow_serve(refresh, NULL, look_at->keys, FLOW_NOW);
        worked = !oidc_refresh_error(refresh);
    }
    oidc_refresh_free(&refresh);
    oidc_provider_unref(&next);
    oidc_provider_unref(&provider);
    return worked;
}

/* jansson's own allocations are counted in a second sweep, which is content with a sane end: its
 * reader goes on without a byte that it found no room for. */
static void memory_may_run_out_anywhere(void **state)
{
    json_malloc_t json_malloc;
    json_free_t json_free;
    struct look_context context = {config_of(NULL), flow_metadata(NULL), keys};

    (void)state;
    json_get_alloc_funcs(&json_malloc, &json_free);
    assert_int_not_equal(failalloc_sweep(learn_all, &context), 0);
    json_set_alloc_funcs(malloc, free);
    assert_int_not_equal(failalloc_sweep_tolerant(learn_all, &context), 0);
    json_set_alloc_funcs(json_malloc, json_free);
    oidc_config_unref(&context.config);
    free(context.document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_alone_says_little),
        cmocka_unit_test(an_issuer_of_the_file_or_of_the_table_is_known_at_once),
        cmocka_unit_test(a_look_asks_for_the_document_and_then_the_keys),
        cmocka_unit_test(an_answer_that_nobody_waits_for_changes_nothing),
        cmocka_unit_test(a_failed_look_keeps_what_was_known),
        cmocka_unit_test(the_next_look_comes_soon_but_not_every_time),
        cmocka_unit_test(a_wrong_document_teaches_nothing),
        cmocka_unit_test(a_guess_that_is_wrong_for_good_asks_for_the_key),
        cmocka_unit_test(a_guess_is_doubted_until_discovery_has_proven_it),
        cmocka_unit_test(an_issuer_that_is_none_ends_the_look_at_once),
        cmocka_unit_test(a_file_that_says_everything_needs_no_document),
        cmocka_unit_test(but_what_a_document_said_once_is_kept),
        cmocka_unit_test(keys_are_fetched_once_in_a_while),
        cmocka_unit_test(a_failed_fetch_of_keys_counts_too),
        cmocka_unit_test(keys_of_an_unknown_place_cannot_be_fetched),
        cmocka_unit_test(the_documented_sample_works_on_loopback),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
