/* The table of signature algorithms. */
#include "algorithm.h"

#include <oidc/provider.h>

#include <string.h>

static const struct algorithm algorithms[] = {
    {"RS256", "SHA256", NULL, 32, JWS_RS256, false},
    {"RS384", "SHA384", NULL, 48, JWS_RS384, false},
    {"RS512", "SHA512", NULL, 64, JWS_RS512, false},
    {"PS256", "SHA256", NULL, 32, JWS_PS256, true},
    {"PS384", "SHA384", NULL, 48, JWS_PS384, true},
    {"PS512", "SHA512", NULL, 64, JWS_PS512, true},
    {"ES256", "SHA256", "P-256", 32, JWS_ES256, false},
    {"ES384", "SHA384", "P-384", 48, JWS_ES384, false},
    {"ES512", "SHA512", "P-521", 64, JWS_ES512, false},
};

#define ALGORITHMS (sizeof algorithms / sizeof algorithms[0])

const struct algorithm *algorithm_named(const char *name)
{
    for (size_t i = 0; i < ALGORITHMS; i++)
        if (strcmp(algorithms[i].name, name) == 0)
            return &algorithms[i];
    return NULL;
}

const struct algorithm *algorithm_of(unsigned bit)
{
    for (size_t i = 0; i < ALGORITHMS; i++)
        if (algorithms[i].bit == bit)
            return &algorithms[i];
    return NULL;
}

bool oidc_accepts_algorithm(const char *name)
{
    return algorithm_named(name) != NULL;
}

unsigned algorithm_bits_for(const char *curve)
{
    unsigned bits = 0;

    for (size_t i = 0; i < ALGORITHMS; i++) {
        const char *needed = algorithms[i].curve;
        if (curve ? needed && strcmp(needed, curve) == 0 : !needed)
            bits |= algorithms[i].bit;
    }
    return bits;
}

unsigned jws_algorithm_bit(const char *name)
{
    const struct algorithm *algorithm = algorithm_named(name);

    return algorithm ? algorithm->bit : 0;
}

size_t jws_algorithm_hash_size(unsigned bit)
{
    const struct algorithm *algorithm = algorithm_of(bit);

    return algorithm ? algorithm->hash_size : 0;
}
