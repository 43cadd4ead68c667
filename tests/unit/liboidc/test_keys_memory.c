/* Keys that are read while OpenSSL has too little memory: those that are kept verify. */
#include "tests/support/check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include <openssl/crypto.h>

#include "liboidc/id_token.h"
#include "tests/support/mint.h"

#define CLAIMS                                                                                     \
    "{\"iss\":\"https://op.example\",\"aud\":\"client\",\"exp\":1700000300,\"iat\":1700000000,"    \
    "\"nonce\":\"nonce\",\"sub\":\"somebody\"}"

static int failing; /* it is the failing-th allocation from now that fails; 0: none */

static bool fails(void)
{
    return failing > 0 && --failing == 0;
}

/* What OpenSSL holds stays in reach: cjose 0.6 loses numbers when it has no memory for the next one
 * (_cjose_jwk_rsa_set), and those are not for us to free. */
static struct block {
    _Alignas(max_align_t) struct block *previous;
    struct block *next;
} held = {&held, &held};

static void *enter(struct block *block)
{
    if (!block)
        return NULL;
    block->previous = &held;
    block->next = held.next;
    held.next->previous = block;
    held.next = block;
    return block + 1;
}

static struct block *leave(void *bytes)
{
    struct block *block = (struct block *)bytes - 1;

    block->previous->next = block->next;
    block->next->previous = block->previous;
    return block;
}

static void *take(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return fails() ? NULL : enter(malloc(sizeof(struct block) + size));
}

static void give(void *bytes, const char *file, int line)
{
    (void)file;
    (void)line;
    if (bytes)
        free(leave(bytes));
}

static void *move(void *bytes, size_t size, const char *file, int line)
{
    struct block *block, *moved;

    if (!bytes)
        return take(size, file, line);
    if (fails())
        return NULL;
    block = leave(bytes);
    moved = realloc(block, sizeof(*block) + size);
    if (!moved)
        enter(block);
    return enter(moved);
}

static oidc_code verify(const char *token, const struct jwks *keys)
{
    const struct id_token_expectation expected = {
        .issuer = "https://op.example",
        .client_id = "client",
        .nonce = "nonce",
        .algorithms = JWS_ES256 | JWS_RS256,
        .now = 1700000000,
    };
    json_t *claims = NULL;
    oidc_code code = id_token_verify(token, keys, &expected, &claims, NULL);

    json_decref(claims);
    return code;
}

/* A key that is lost is asked for anew; one that is there and verifies nothing would not be. */
static void a_key_that_is_kept_verifies(void **state)
{
    struct mint_key *rsa = mint_rsa(2048, "rsa");
    struct mint_key *ec = mint_ec("P-256", "ec");
    char *set = mint_set(rsa, ec);
    char *tokens[] = {mint_token(rsa, "RS256", CLAIMS), mint_token(ec, "ES256", CLAIMS)};
    int kept = 0;
    bool over = false;

    (void)state;
    for (int number = 1; !over; number++) {
        struct jwks *keys = NULL;

        failing = number;
        oidc_code code = jwks_parse(set, strlen(set), &keys, NULL);
        over = failing > 0;
        failing = 0;
        for (size_t i = 0; code == OIDC_OK && i < COUNT(tokens); i++) {
            oidc_code verdict = verify(tokens[i], keys);

            assert_int_not_equal(verdict, OIDC_E_ID_TOKEN_SIGNATURE);
            kept += verdict == OIDC_OK;
        }
        jwks_free(&keys);
    }
    assert_true(kept > 2);
    for (size_t i = 0; i < COUNT(tokens); i++)
        free(tokens[i]);
    free(set);
    mint_free(ec);
    mint_free(rsa);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_that_is_kept_verifies),
    };

    if (CRYPTO_set_mem_functions(take, move, give) != 1)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
