/* The claims of an ID token, signed here so that they get past the signature. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "liboidc/id_token.h"
#include "liboidc/jwt.h"
#include "tests/support/mint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct mint_key *key;
static struct jwks *keys;

static void prepare(void)
{
    key = mint_ec("P-256", "key");
    char *set = mint_set(key, NULL);
    if (jwks_parse(set, strlen(set), &keys, NULL) != OIDC_OK)
        abort();
    free(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct id_token_expectation expected = {
        .issuer = "https://op.example",
        .client_id = "client",
        .nonce = "nonce",
        .access_token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
        .algorithms = JWS_ES256,
        .now = 1700000000,
    };
    json_t *verified = NULL;
    oidc_error error;

    if (!key)
        prepare();
    char *claims = strndup((const char *)data, size);
    char *token = claims ? mint_token(key, "ES256", claims) : NULL;
    if (token && id_token_verify(token, keys, &expected, &verified, &error) == OIDC_OK &&
        !jwt_is_subject(json_string_value(json_object_get(verified, "sub"))))
        abort();
    json_decref(verified);
    free(token);
    free(claims);
    return 0;
}
