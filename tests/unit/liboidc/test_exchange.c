/* What every exchange with a provider has in common. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "liboidc/exchange.h"
#include "tests/support/failalloc.h"

static oidc_http_response answer(int status, const char *type, const char *body)
{
    return (oidc_http_response){.transport = OIDC_TRANSPORT_OK,
                                .status = status,
                                .content_type = type,
                                .body = body,
                                .body_size = strlen(body)};
}

static void a_request_owns_what_it_borrows(void **state)
{
    struct exchange exchange = {.url = NULL};
    oidc_error error;
    char url[] = "https://op.example/keys";

    (void)state;
    assert_null(exchange_request(&exchange));
    assert_int_equal(exchange_get(&exchange, "keys", url, "application/json", &error), OIDC_OK);
    url[0] = 'X';
    const oidc_http_request *request = exchange_request(&exchange);
    assert_string_equal(request->purpose, "keys");
    assert_string_equal(request->method, "GET");
    assert_string_equal(request->url, "https://op.example/keys");
    assert_null(request->body);
    assert_int_equal(request->answer_limit, 1048576); /* as it is promised, not as it is named */
    assert_int_equal(request->time_limit, 30);
    assert_int_equal(request->header_count, 1);
    assert_string_equal(request->headers[0].value, "application/json");
    exchange_clear(&exchange);
    assert_null(exchange_request(&exchange));
}

static void transports_have_codes(void **state)
{
    static const struct {
        oidc_transport transport;
        oidc_code code;
    } cases[] = {
        {OIDC_TRANSPORT_UNREACHABLE, OIDC_E_PROVIDER_UNREACHABLE},
        {OIDC_TRANSPORT_TIMEOUT, OIDC_E_PROVIDER_TIMEOUT},
        {OIDC_TRANSPORT_TLS, OIDC_E_PROVIDER_TLS},
        {OIDC_TRANSPORT_TOO_LARGE, OIDC_E_ANSWER_TOO_LARGE},
        {OIDC_TRANSPORT_CUT_SHORT, OIDC_E_ANSWER_CUT_SHORT},
        {(oidc_transport)77, OIDC_E_PROVIDER_UNREACHABLE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        oidc_http_response response = {.transport = cases[i].transport, .note = "its own words"};
        oidc_error error = {.code = OIDC_OK};

        assert_int_equal(exchange_check(&response, "keys", &error), cases[i].code);
        assert_int_equal(error.code, cases[i].code);
        assert_non_null(strstr(error.detail, "keys: "));
        assert_non_null(strstr(error.detail, ": its own words"));
    }
}

static void only_200_is_an_answer(void **state)
{
    static const struct {
        int status;
        oidc_code code;
    } cases[] = {
        {200, OIDC_OK},
        {0, OIDC_E_ANSWER_STATUS},
        {100, OIDC_E_ANSWER_STATUS},
        {201, OIDC_E_ANSWER_STATUS},
        {204, OIDC_E_ANSWER_STATUS},
        {299, OIDC_E_ANSWER_STATUS},
        {300, OIDC_E_ANSWER_REDIRECT},
        {302, OIDC_E_ANSWER_REDIRECT},
        {399, OIDC_E_ANSWER_REDIRECT},
        {400, OIDC_E_ANSWER_STATUS},
        {404, OIDC_E_ANSWER_STATUS},
        {503, OIDC_E_ANSWER_STATUS},
    };
    oidc_http_response response;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        response = answer(cases[i].status, NULL, "{}");
        assert_int_equal(exchange_check(&response, "keys", NULL), cases[i].code);
    }
    response = answer(200, NULL, "");
    response.body_size = OIDC_ANSWER_LIMIT + 1;
    assert_int_equal(exchange_check(&response, "keys", NULL), OIDC_E_ANSWER_TOO_LARGE);
}

static void media_types_are_compared_without_case_and_parameters(void **state)
{
    oidc_http_response response = answer(200, " Application/JWT ; charset=utf-8", "");

    (void)state;
    assert_true(exchange_has_type(&response, "application/jwt"));
    assert_false(exchange_has_type(&response, "application/jw"));
    assert_false(exchange_has_type(&response, "application/jwtt"));
    response.content_type = NULL;
    assert_false(exchange_has_type(&response, "application/jwt"));
}

static void one_json_object_is_read(void **state)
{
    static const struct {
        const char *type;
        const char *body;
        oidc_code code;
    } cases[] = {
        {"application/json", "{\"a\":1}", OIDC_OK},
        {"application/json; charset=utf-8", " {} ", OIDC_OK},
        {"application/entity-statement+json", "{}", OIDC_OK},
        {"text/plain", "{}", OIDC_OK},
        {NULL, "{}", OIDC_OK},
        {"text/html; charset=utf-8", "{}", OIDC_E_ANSWER_MALFORMED},
        {"TEXT/HTML", "{}", OIDC_E_ANSWER_MALFORMED},
        {"application/json", "", OIDC_E_ANSWER_MALFORMED},
        {"application/json", "[]", OIDC_E_ANSWER_MALFORMED},
        {"application/json", "\"x\"", OIDC_E_ANSWER_MALFORMED},
        {"application/json", "{\"a\":1", OIDC_E_ANSWER_MALFORMED},
        {"application/json", "{\"a\":1}x", OIDC_E_ANSWER_MALFORMED},
        {"application/json", "{\"a\":1,\"a\":2}", OIDC_E_ANSWER_MALFORMED},
        {"application/json", "<html>", OIDC_E_ANSWER_MALFORMED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        oidc_http_response response = answer(200, cases[i].type, cases[i].body);
        json_t *json = NULL;

        assert_int_equal(exchange_read_json(&response, "discovery", &json, NULL), cases[i].code);
        assert_int_equal(json != NULL, cases[i].code == OIDC_OK);
        json_decref(json);
    }
}

static bool post(void *context)
{
    struct exchange exchange = {.url = NULL};
    char *body = strdup("a=1");
    oidc_code code =
        body ? exchange_post(&exchange, "https://op.example/token", body, NULL) : OIDC_E_MEMORY;

    (void)context;
    exchange_clear(&exchange);
    return code == OIDC_OK;
}

static bool read_json(void *context)
{
    oidc_http_response response = answer(200, NULL, "{\"a\":[1,{}]}");
    json_t *json = NULL;
    oidc_code code = exchange_read_json(&response, "keys", &json, NULL);

    (void)context;
    json_decref(json);
    return code == OIDC_OK;
}

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    json_set_alloc_funcs(malloc, free);
    assert_int_not_equal(failalloc_sweep(post, NULL), 0);
    assert_int_not_equal(failalloc_sweep(read_json, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_owns_what_it_borrows),
        cmocka_unit_test(transports_have_codes),
        cmocka_unit_test(only_200_is_an_answer),
        cmocka_unit_test(media_types_are_compared_without_case_and_parameters),
        cmocka_unit_test(one_json_object_is_read),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
