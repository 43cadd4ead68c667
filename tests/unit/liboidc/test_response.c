/* The authorization response. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "liboidc/response.h"
#include "tests/support/failalloc.h"

#define STATE "AAAAAAAAAAAAAAAAAAAAAA"

static oidc_code read_text(const char *query, struct authorization_response *response)
{
    oidc_error error = {.code = OIDC_OK};
    oidc_code code = response_read(query, strlen(query), response, &error);

    assert_int_equal(error.code, code);
    return code;
}

static void a_code_comes_with_its_state(void **state)
{
    struct authorization_response response;

    (void)state;
    assert_int_equal(read_text("code=a%2Fb&state=" STATE
                               "&iss=https%3A%2F%2Fop.example&session_state=x",
                               &response),
                     OIDC_OK);
    assert_string_equal(response.code, "a/b");
    assert_string_equal(response.state, STATE);
    assert_string_equal(response.iss, "https://op.example");
    assert_null(response.error);
    response_free(&response);
    assert_null(response.code);
}

static void an_error_comes_with_its_state(void **state)
{
    struct authorization_response response;

    (void)state;
    assert_int_equal(
        read_text("error=access_denied&error_description=No+thanks&state=" STATE, &response),
        OIDC_OK);
    assert_string_equal(response.error, "access_denied");
    assert_string_equal(response.error_description, "No thanks");
    assert_null(response.code);
    response_free(&response);
}

static void anything_else_is_malformed(void **state)
{
    static const struct {
        const char *query;
        oidc_code code;
    } cases[] = {
        {"", OIDC_E_RESPONSE_MALFORMED},
        {"code=a", OIDC_E_RESPONSE_MALFORMED},
        {"state=" STATE, OIDC_E_RESPONSE_MALFORMED},
        {"code=&state=" STATE, OIDC_E_RESPONSE_MALFORMED},
        {"error=&state=" STATE, OIDC_E_RESPONSE_MALFORMED},
        {"error=a%22b&state=" STATE, OIDC_E_RESPONSE_MALFORMED},
        {"error=%C3%A4&state=" STATE, OIDC_E_RESPONSE_MALFORMED},
        {"code=a&error=b&state=" STATE, OIDC_E_RESPONSE_MALFORMED},
        {"code=a&code=b&state=" STATE, OIDC_E_RESPONSE_MALFORMED},
        {"code=a&state=" STATE "&state=" STATE, OIDC_E_RESPONSE_MALFORMED},
        {"code=a&iss=x&iss=y&state=" STATE, OIDC_E_RESPONSE_MALFORMED},
        {"code=a%0Ab&state=" STATE, OIDC_E_RESPONSE_MALFORMED},
        {"code=%C3%A4&state=" STATE, OIDC_E_RESPONSE_MALFORMED},
        {"code=a%00&state=" STATE, OIDC_E_RESPONSE_MALFORMED},
        {"code=a%&state=" STATE, OIDC_E_RESPONSE_MALFORMED},
        {"code=a&state=", OIDC_E_STATE_INVALID},
        {"code=a&state=AAAAAAAAAAAAAAAAAAAAA", OIDC_E_STATE_INVALID},
        {"code=a&state=AAAAAAAAAAAAAAAAAAAAAAA", OIDC_E_STATE_INVALID},
        {"code=a&state=AAAAAAAAAAAAAAAAAAAAAB", OIDC_E_STATE_INVALID},
        {"code=a&state=AAAAAAAAAAAAAAAAAAAA%2FA", OIDC_E_STATE_INVALID},
        {"code=a&state=..%2F..%2FAAAAAAAAAAAAAAAA", OIDC_E_STATE_INVALID},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct authorization_response response;

        if (read_text(cases[i].query, &response) != cases[i].code)
            fail_msg("not refused as it should be: '%s'", cases[i].query);
        response_free(&response);
    }
}

static void sizes_are_bounded(void **state)
{
    char query[RESPONSE_QUERY_MAX + 2];
    struct authorization_response response;
    int head = snprintf(query, sizeof query, "state=%s&code=", STATE);

    (void)state;
    assert_true(head > 0);
    memset(query + head, 'c', sizeof query - (size_t)head);
    query[(size_t)head + RESPONSE_CODE_MAX] = '\0';
    assert_int_equal(read_text(query, &response), OIDC_OK);
    response_free(&response);
    query[(size_t)head + RESPONSE_CODE_MAX] = 'c';
    query[(size_t)head + RESPONSE_CODE_MAX + 1] = '\0';
    assert_int_equal(read_text(query, &response), OIDC_E_RESPONSE_MALFORMED);
    response_free(&response);

    /* A query that is too long is not looked at, whatever is in it. */
    memset(query, 'x', sizeof query);
    memcpy(query, "state=" STATE "&code=a&", strlen("state=" STATE "&code=a&"));
    query[RESPONSE_QUERY_MAX] = '\0';
    assert_int_equal(read_text(query, &response), OIDC_OK);
    response_free(&response);
    query[RESPONSE_QUERY_MAX] = 'x';
    query[RESPONSE_QUERY_MAX + 1] = '\0';
    assert_int_equal(read_text(query, &response), OIDC_E_RESPONSE_MALFORMED);
    assert_null(response.state);
    response_free(&response);

    head = snprintf(query, sizeof query, "code=a&state=%s&iss=", STATE);
    memset(query + head, 'i', 2049);
    query[head + 2049] = '\0';
    assert_int_equal(read_text(query, &response), OIDC_E_RESPONSE_MALFORMED);
    assert_string_equal(response.state, STATE);
    response_free(&response);
}

static void errors_are_told_apart(void **state)
{
    static const struct {
        const char *query;
        oidc_code code;
        const char *detail;
    } cases[] = {
        {"error=access_denied", OIDC_E_ACCESS_DENIED, "said no"},
        {"error=consent_required", OIDC_E_ACCESS_DENIED, "did not consent"},
        {"error=temporarily_unavailable", OIDC_E_PROVIDER_ERROR, "overloaded"},
        {"error=invalid_scope", OIDC_E_PROVIDER_ERROR, "scopes"},
        {"error=own_word&error_description=because%0Aof%1B%5B1m", OIDC_E_PROVIDER_ERROR,
         "own_word (not a word of the specification): because?of?[1m"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct authorization_response response;
        oidc_error error = {.code = OIDC_OK};
        char query[300];

        (void)snprintf(query, sizeof query, "%s&state=%s", cases[i].query, STATE);
        assert_int_equal(read_text(query, &response), OIDC_OK);
        assert_int_equal(response_refusal(&response, &error), cases[i].code);
        assert_non_null(strstr(error.detail, cases[i].detail));
        response_free(&response);
    }
}

/* OpenID Connect Core 1.0, 3.1.2.6. */
static void errors_that_answer_a_silent_request_are_told_apart(void **state)
{
    static const struct {
        const char *query;
        bool needs_person;
    } cases[] = {
        {"error=login_required", true},
        {"error=interaction_required", true},
        {"error=consent_required", true},
        {"error=account_selection_required", true},
        {"error=access_denied", false},
        {"error=invalid_request", false},
        {"error=invalid_scope", false},
        {"error=server_error", false},
        {"error=temporarily_unavailable", false},
        {"error=unauthorized_client", false},
        {"error=unsupported_response_type", false},
        {"error=login_required_not", false},
        {"error=LOGIN_REQUIRED", false},
        {"code=login_required", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct authorization_response response;
        char query[300];

        (void)snprintf(query, sizeof query, "%s&state=%s", cases[i].query, STATE);
        assert_int_equal(read_text(query, &response), OIDC_OK);
        assert_int_equal(response_needs_person(&response), cases[i].needs_person);
        response_free(&response);
    }
}

static bool read_one(void *context)
{
    static const char query[] = "code=a&iss=b&state=" STATE;
    struct authorization_response response;
    oidc_code code = response_read(query, strlen(query), &response, NULL);

    (void)context;
    response_free(&response);
    return code == OIDC_OK;
}

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    assert_int_not_equal(failalloc_sweep(read_one, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_comes_with_its_state),
        cmocka_unit_test(an_error_comes_with_its_state),
        cmocka_unit_test(anything_else_is_malformed),
        cmocka_unit_test(sizes_are_bounded),
        cmocka_unit_test(errors_are_told_apart),
        cmocka_unit_test(errors_that_answer_a_silent_request_are_told_apart),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
