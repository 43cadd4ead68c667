/* SipHash-2-4 of 16 bytes: a hash whose collisions cannot be chosen without knowing its key. */
#ifndef SERVER_SIPHASH_H
#define SERVER_SIPHASH_H

#include <stdint.h>

/** The random secret of a table. */
struct siphash_key {
    uint64_t words[2];
};

/** Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), for a message of 16 bytes. */
uint64_t siphash16(const struct siphash_key *key, const unsigned char message[16]);

#endif
