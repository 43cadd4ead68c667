/* The signature algorithms that can be allowed (RFC 7518, 3), and what each needs. */
#ifndef LIBOIDC_ALGORITHM_H
#define LIBOIDC_ALGORITHM_H

#include <stdbool.h>
#include <stddef.h>

/** As bits, so that a set of them is a number. Asymmetric ones only: there is no bit for `none` or
 * for HMAC. */
enum jws_algorithm {
    JWS_RS256 = 1 << 0,
    JWS_RS384 = 1 << 1,
    JWS_RS512 = 1 << 2,
    JWS_PS256 = 1 << 3,
    JWS_PS384 = 1 << 4,
    JWS_PS512 = 1 << 5,
    JWS_ES256 = 1 << 6,
    JWS_ES384 = 1 << 7,
    JWS_ES512 = 1 << 8,
};

/** What the bit stands for. */
struct algorithm {
    const char *name;
    const char *hash;  /* OpenSSL's name */
    const char *curve; /* the only curve it is for (RFC 7518, 3.4); NULL for RSA */
    size_t hash_size;  /* bytes */
    unsigned bit;
    bool pss;
};

/** The row with this `alg` name, or NULL for one we do not take. */
const struct algorithm *algorithm_named(const char *name);

/** The row of a bit, or NULL for what is no single bit of the table. */
const struct algorithm *algorithm_of(unsigned bit);

/** The bits that a key on this curve fits; those of RSA for NULL. */
unsigned algorithm_bits_for(const char *curve);

/** The bit of an `alg` name, or 0 for one we do not take. */
unsigned jws_algorithm_bit(const char *name);

/** Hash of an algorithm, in bytes: 32, 48 or 64. 0 for what is no single bit. For tests alone. */
size_t jws_algorithm_hash_size(unsigned bit);

#endif
