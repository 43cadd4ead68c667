/* Fuzzes the authorization response: the query that a browser brings back. */
#include <stdint.h>
#include <string.h>

#include <oidc/login.h>

#include "liboidc/response.h"
#include "tests/fuzz/require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_state(const char *state)
{
    require(strlen(state) == OIDC_STATE_LENGTH);
    require(strspn(state, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
            OIDC_STATE_LENGTH);
}

static void check_response(const struct authorization_response *response)
{
    require(response->state != NULL);
    require((response->code != NULL) != (response->error != NULL));
    if (response->code)
        require(response->code[0] != '\0' && strlen(response->code) <= RESPONSE_CODE_MAX);
    if (response->error) {
        oidc_error error = {.code = OIDC_OK};
        oidc_code code = response_refusal(response, &error);

        require(code == OIDC_E_ACCESS_DENIED || code == OIDC_E_PROVIDER_ERROR);
        require(error.code == code && strpbrk(error.detail, "\r\n\x1b") == NULL);
    }
}

/* A login in which the query is the only input refuses or asks for the state's sealed text. */
static void check_login(const char *query, size_t size, oidc_code expected)
{
    oidc_login *login = NULL;

    require(oidc_login_new(query, size, &login) == OIDC_OK);
    if (expected == OIDC_OK)
        require(oidc_login_next(login) == OIDC_ACTION_OPEN_STATE);
    else
        require(oidc_login_error(login)->code == expected);
    oidc_login_free(&login);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct authorization_response response;
    oidc_error error = {.code = OIDC_OK};
    oidc_code code = response_read((const char *)data, size, &response, &error);

    require(code == error.code);
    require(size <= RESPONSE_QUERY_MAX || code == OIDC_E_RESPONSE_MALFORMED);
    if (response.state)
        check_state(response.state);
    if (code == OIDC_OK)
        check_response(&response);
    response_free(&response);
    check_login((const char *)data, size, code);
    return 0;
}
