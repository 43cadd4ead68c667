/* Secrets: drawn, compared and forgotten in one place. */
#include "secret.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>

#include "fail.h"

oidc_code secret_random(void *bytes, size_t size, oidc_error *error)
{
    if (size > INT_MAX)
        return oidc_fail(error, OIDC_E_RANDOM, "%zu random bytes at once are too many", size);
    ERR_set_mark();
    int drawn = RAND_priv_bytes(bytes, (int)size);
    ERR_pop_to_mark();
    if (drawn != 1)
        return oidc_fail(error, OIDC_E_RANDOM, "the system's random generator failed");
    return OIDC_OK;
}

bool secret_equal(const void *a, size_t a_size, const void *b, size_t b_size)
{
    return a_size == b_size && CRYPTO_memcmp(a, b, a_size) == 0;
}

bool secret_equal_text(const char *a, const char *b)
{
    return a && b && secret_equal(a, strlen(a), b, strlen(b));
}

void secret_free_text(char *text)
{
    if (text)
        secret_free(text, strlen(text));
}

void secret_free(void *bytes, size_t size)
{
    if (bytes)
        OPENSSL_cleanse(bytes, size);
    free(bytes);
}
