/*
 * Fuzzes what the token endpoint answers. The first byte says with which status, the rest is the
 * body. Tokens come out of a good answer only, and what is told of a bad one fits into a log line.
 */
#include <stdint.h>
#include <string.h>

#include "liboidc/token.h"
#include "tests/fuzz/require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = {200, 400, 401, 302, 500, 201, 204};
    oidc_http_response response = {.transport = OIDC_TRANSPORT_OK, .content_type = "text/plain"};
    struct tokens tokens = {0};
    oidc_error error = {.code = OIDC_OK};

    if (size == 0)
        return 0;
    response.status = statuses[data[0] % (sizeof statuses / sizeof statuses[0])];
    response.body = data + 1;
    response.body_size = size - 1;
    oidc_code code = token_read(&response, &tokens, &error);
    require(code != OIDC_E_MEMORY);
    require(code == OIDC_OK || error.code == code);
    require(code == OIDC_OK || strpbrk(error.detail, "\r\n\x1b") == NULL);
    if (code == OIDC_OK) {
        require(response.status == 200 && tokens.id_token && tokens.id_token[0] != '\0');
        /* what cannot end an Authorization field */
        for (const char *at = tokens.access_token; at && *at; at++)
            require(*at > ' ' && *at <= '~');
    }
    tokens_free(&tokens);
    return 0;
}
