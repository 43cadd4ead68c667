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

static const char pem[] = "-----BEGIN PRIVATE KEY-----\n"
                          "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQChqFQihbDQrS6w\n"
                          "o245HofjCR/igFRcdPFG+BvjwT4FW/GR4M2NsLiF7ytRZwmhmZ2zaHszvSKYRWFF\n"
                          "Tl2Mg1e2qWVcjgMWpwjUOCNP0t7A0PwxbYqt/dKmyT9mSgWeKVqQbKBPClne56wf\n"
                          "48UAE0hRik6I3Xl2xBGSCvS8SHE33aLZqxs56dJl7JrHOIrvZTDGusqgTG/qRzm3\n"
                          "BdOriH5AKEs6WfT+a1RnB+xFoxK0+zqZLpeuDGfFtaGiN/rre24RC54YL4UIx+tr\n"
                          "foL2ScMUbMqw1rstkrZ2NiDIPclH8wH/g1Qlb9Oo5C3AdhvF6+gkCub4vlK2jCPM\n"
                          "bL79urobAgMBAAECggEBAJC3bSI+hmw5LPwKQkk2ELXpXDbbZSojsj8zK1x3iPsp\n"
                          "NRe/pKQ8WOPlmOTVleSp7WhHl0tY/NhN++ccYVjB18r42HnD0/X6cEfzPYFfJ/R6\n"
                          "4dmp06Uw/dw7etsqVt8g7CcwZ0562LtYsFkYASqxGGOOqgGSKwNsQMJ5tl+7hkdY\n"
                          "YIZKg6dFao95G0gs9V8nwrOvy3oQcLcRyMofEYqcuNKduJqDgG4MVcN68U/75bd1\n"
                          "FXuFjtyZCTs5aVH/ik1SNj7YJvnQEcUxLRPonfuDia9IfivlRbN1Up3VUyM50sX8\n"
                          "q4/CCy+jBv1L/GALu1SC0gd5TltPOfuKhNw84K044MkCgYEA1r52Xk46c+LsfB5P\n"
                          "442p7atdPUrxQSy4mti/tZI3Mgf2EuFVbUoDBvaRQ+SWxkbkmoEzL7JXroSBjSrK\n"
                          "3YIQgYdMgyAEPTPjXv/hI2/1eTSPVZfzL0lffNn03IXqWF5MDFuoUYE0hzb2vhrl\n"
                          "N/rKrbfDIwUbTrjjgieRbwC6Cl0CgYEAwLb35x7hmQWZsWJmB/vle87ihgZ19S8l\n"
                          "BEROLIsZG4ayZVe9Hi9gDVCOBmUDdaDYVTSNx/8Fyw1YYa9XGrGnDew00J28cRUo\n"
                          "eBB/jKI1oma0Orv1T9aXIWxKwd4gvxFImOWr3QRL9KEBRzk2RatUBnmDZJTIAfwT\n"
                          "s0g68UZHvtcCgYBkr5jATt2JSHSpHW1HvDxYe2iUPHcxn85OjCIW+B95DdKKt6xe\n"
                          "Ob2BnkouExe+j67P4pQlYPFLmkVD8zR692jV0qJFONXD/Hg3KrJc8zmdQs+RylTz\n"
                          "buuelnMAkql2FYCCqtcYoAQJAfRe3i1rOeOd3/NWkCZlmrrRY8wEx8py4QKBgA6t\n"
                          "IH4CdQ3RRl4i70BGZ7ihDdFFJrCQcZI8nXN4+GWHQYjEQMvOsdLxwo8sHDJWGIOM\n"
                          "qAuGGWvYTVXLI6gNxXoi9fa5PIOkJ9vU7dHI/Kqshac/bzQwVHwgIiVXhEjoyQ2T\n"
                          "2B3R2PL9W/qPmdl+bby8fkwnpH+6Mcnig1Kilo4rAoGAVIMpMYbPf47dT1w/zDUX\n"
                          "fPimsSegnMOA1zTaX7aGk/8urY6R8+ZW1FxU7AlWAyLWybqq6t16VFd7hQd0y6fl\n"
                          "UK4SlOydB61gwanOsXGOAOv82cHq0E3eL4HrtZkUuKvnPrMnsUUFlfUdybVzxyjz\n"
                          "9JF/XyaY14ardLSjf4L/FNY=\n"
                          "-----END PRIVATE KEY-----\n";

static const struct jwe_codes codes = {
    .malformed = OIDC_E_ID_TOKEN_MALFORMED,
    .plain = OIDC_E_ID_TOKEN_NOT_ENCRYPTED,
    .algorithm = OIDC_E_ID_TOKEN_ALGORITHM,
    .decryption = OIDC_E_ID_TOKEN_DECRYPTION,
};

static oidc_decryption_keys *keys_of_the_rfc(void)
{
    static oidc_decryption_keys *keys;

    if (!keys && oidc_decryption_keys_parse(pem, strlen(pem), &keys, NULL) != OIDC_OK)
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
        key = mint_read(pem);
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
