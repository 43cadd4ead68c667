/*
 * Fuzzes what the user-info endpoint answers: its bytes as JSON and as a signed answer and, where
 * they begin with "claims:", signed by the provider. What is believed is about the person that the
 * ID token names.
 */
#include <config.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "liboidc/json.h"
#include "liboidc/userinfo.h"
#include "tests/fuzz/require.h"
#include "tests/support/flow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char subject[] = "person-1";
static const char claims_mark[] = "claims:";

static void read_as(const oidc_provider *provider, const char *type, const void *body, size_t size)
{
    const oidc_http_response response = {
        .transport = OIDC_TRANSPORT_OK,
        .status = 200,
        .content_type = type,
        .body = body,
        .body_size = size,
    };
    json_t *claims = NULL;
    oidc_error error = {.code = OIDC_OK};
    oidc_code code = userinfo_read(provider, &response, subject, FLOW_NOW, &claims, &error);

    require(code != OIDC_E_MEMORY && code != OIDC_E_CRYPTO);
    require((code == OIDC_OK) == (claims != NULL));
    if (code == OIDC_OK) {
        const char *sub = json_text(claims, "sub");

        require(sub && strcmp(sub, subject) == 0);
    } else {
        require(strpbrk(error.detail, "\r\n\x1b") == NULL);
    }
    json_decref(claims);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct flow flow;

    if (!flow.key)
        flow_begin(&flow, mint_ec("P-256", "one"), NULL,
                   "{\"id_token_signing_alg_values_supported\":[\"ES256\"],"
                   "\"userinfo_signing_alg_values_supported\":[\"ES256\"],"
                   "\"userinfo_endpoint\":\"" FLOW_ISSUER "/userinfo\"}");
    read_as(flow.provider, "application/json", data, size);
    read_as(flow.provider, "application/jwt", data, size);
    read_as(flow.provider, NULL, data, size);
    if (size > strlen(claims_mark) && memcmp(data, claims_mark, strlen(claims_mark)) == 0) {
        char *claims =
            strndup((const char *)data + strlen(claims_mark), size - strlen(claims_mark));
        char *token = mint_token(flow.key, "ES256", claims);

        read_as(flow.provider, "application/jwt", token, strlen(token));
        free(token);
        free(claims);
    }
    return 0;
}
