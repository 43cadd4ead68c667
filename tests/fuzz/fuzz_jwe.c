/*
 * Encrypted tokens. What begins with '{' is a header, a line feed, and what is inside: it is
 * encrypted for our key and must come out as it went in, or be refused. Everything else is a token
 * as it comes. The key is that of RFC 7516, A.1, so that seeds can be made for it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "liboidc/jwe.h"
#include "tests/support/mint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct jwe_codes codes = {
    .malformed = OIDC_E_ID_TOKEN_MALFORMED,
    .plain = OIDC_E_ID_TOKEN_NOT_ENCRYPTED,
    .algorithm = OIDC_E_ID_TOKEN_ALGORITHM,
    .decryption = OIDC_E_ID_TOKEN_DECRYPTION,
};

static oidc_decryption_keys *keys_of_the_rfc(void)
{
    static oidc_decryption_keys *keys;

    if (!keys && oidc_decryption_keys_parse(mint_rfc7516_key, strlen(mint_rfc7516_key), &keys,
                                            NULL) != OIDC_OK)
        abort();
    return keys;
}

/* @return new, for secret_free_text; NULL when it was refused. */
static char *decrypt(const char *token, const char *algorithm)
{
    char *text = NULL;
    oidc_error error;
    oidc_code code = jwe_decrypt(token, algorithm, keys_of_the_rfc(), &codes, &text, &error);

    if (code == OIDC_E_CRYPTO || code == OIDC_E_USAGE || code == OIDC_E_KEY_FILE)
        abort(); /* bad input is never mistaken for our own trouble */
    if ((code == OIDC_OK) != (text != NULL))
        abort();
    return text;
}

static void try_token(const uint8_t *data, size_t size)
{
    static const char *const algorithms[] = {"RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384",
                                             "RSA-OAEP-512"};
    char *token = strndup((const char *)data, size);

    if (!token)
        return;
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++)
        free(decrypt(token, algorithms[i]));
    free(token);
}

static void try_header(const char *header, const uint8_t *inside, size_t size)
{
    static struct mint_key *key;

    if (!key)
        key = mint_read(mint_rfc7516_key);
    char *token = mint_encrypted_with(key, "RSA-OAEP", "A128CBC-HS256", header, inside, size);
    char *text = decrypt(token, "RSA-OAEP");
    if (text && (strlen(text) != size || memcmp(text, inside, size) != 0))
        abort();
    free(text);
    free(token);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 && data[0] == '{' ? memchr(data, '\n', size) : NULL;

    if (!end) {
        try_token(data, size);
        return 0;
    }
    char *header = strndup((const char *)data, (size_t)(end - data));
    if (header)
        try_header(header, end + 1, size - (size_t)(end - data) - 1);
    free(header);
    return 0;
}
