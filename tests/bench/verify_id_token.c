/* How many ID tokens a second are verified, every check of them: verify_id_token SECONDS. Prints
 * the number. The token is RS256 with a key of 2048 bits and has the claims that AAF sends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "liboidc/id_token.h"
#include "tests/support/mint.h"

#define NOW 1700000000
#define ACCESS_TOKEN "b1946ac92492d2347c6235b4d2611184b1946ac92492d2347c6235b4d2611184"

/* Tokens between two looks at the clock. */
#define BATCH 64

static const struct id_token_expectation expected = {
    .issuer = "https://central.aaf.example",
    .client_id = "5e0f1f6a-2e3f-4c4b-9d70-6a0e6c3ad7b4",
    .nonce = "Yl0p7zq2mUeR4XfXl4tqzv0m2t7b7m1kQW8vB0h3nJc",
    .access_token = ACCESS_TOKEN,
    .algorithms = JWS_RS256,
    .now = NOW,
};

static char *new_token(const struct mint_key *key)
{
    static const char format[] =
        "{\"iss\":\"%s\",\"aud\":\"%s\",\"azp\":\"%s\",\"nonce\":\"%s\",\"at_hash\":\"%s\","
        "\"sub\":\"uTgJqHnIJbLQxr6ZlZNpOhGWfKzoV9Vp\",\"iat\":%d,\"exp\":%d,\"auth_time\":%d,"
        "\"name\":\"Alice Nguyen\",\"given_name\":\"Alice\",\"family_name\":\"Nguyen\","
        "\"email\":\"alice.nguyen@example.com\",\"schac_home_organization\":\"example.com\","
        "\"edu_person_affiliation\":[\"member\",\"staff\"]}";
    char claims[2048];
    char *at_hash = mint_half_hash(256, ACCESS_TOKEN);
    int size = snprintf(claims, sizeof claims, format, expected.issuer, expected.client_id,
                        expected.client_id, expected.nonce, at_hash, NOW - 1, NOW + 300, NOW - 9);

    free(at_hash);
    return size < (int)sizeof claims ? mint_token(key, "RS256", claims) : NULL;
}

static struct jwks *new_keys(const struct mint_key *key)
{
    struct jwks *keys = NULL;
    char *text = mint_set(key, NULL);

    if (jwks_parse(text, strlen(text), &keys, NULL) != OIDC_OK)
        fputs("the key set is refused\n", stderr);
    free(text);
    return keys;
}

static oidc_code verify(const char *token, const struct jwks *keys)
{
    oidc_error error = {.detail = ""};
    json_t *claims = NULL;
    oidc_code code = id_token_verify(token, keys, &expected, &claims, &error);

    json_decref(claims);
    return code;
}

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Verified tokens a second; 0 when one is refused. */
static double rate(const char *token, const struct jwks *keys, double seconds)
{
    double begin = seconds_now();
    double elapsed;
    unsigned long count = 0;

    do {
        for (unsigned i = 0; i < BATCH; i++, count++)
            if (verify(token, keys) != OIDC_OK)
                return 0;
        elapsed = seconds_now() - begin;
    } while (elapsed < seconds);
    return (double)count / elapsed;
}

int main(int argc, char *argv[])
{
    double seconds = argc == 2 ? strtod(argv[1], NULL) : 0;
    double result = 0;

    if (!(seconds > 0)) {
        fputs("usage: verify_id_token SECONDS\n", stderr);
        return 2;
    }
    struct mint_key *key = mint_rsa(2048, "signing-key-1");
    struct jwks *keys = new_keys(key);
    char *token = new_token(key);
    char *spoilt = token ? mint_spoil(token) : NULL;
    /* A verifier that takes everything is fast, too. */
    if (keys && spoilt && verify(spoilt, keys) == OIDC_E_ID_TOKEN_SIGNATURE)
        result = rate(token, keys, seconds);
    if (result > 0)
        printf("%.1f\n", result);
    else
        fputs("a good token is refused, or a forged one is not\n", stderr);
    free(spoilt);
    free(token);
    jwks_free(&keys);
    mint_free(key);
    return result > 0 ? 0 : 1;
}
