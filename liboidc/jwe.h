/* Encrypted tokens: JWE compact serialization (RFC 7516) with the algorithm agreed on at
 * registration, and around a signed token only (RFC 7519, 5.2). */
#ifndef LIBOIDC_JWE_H
#define LIBOIDC_JWE_H

#include <stdbool.h>

#include "compact.h"
#include "decryption.h"

/** Longest token that is looked at: a signed one of JWS_TOKEN_MAX, encrypted, takes a third more,
 * and its header and key a little. */
#define JWE_TOKEN_MAX ((size_t)192 * 1024)

/** The codes a caller gives its failures. */
struct jwe_codes {
    oidc_code malformed;
    oidc_code plain;      /* it is not encrypted */
    oidc_code algorithm;  /* not the one agreed on, or `enc` is none of ours */
    oidc_code decryption; /* every failure behind the header: one code, one text for the log */
};

/** Whether `alg` is one we decrypt: RSA-OAEP with SHA-1 (whose weakness OAEP does not feel), -256,
 * -384 or -512. Never RSA1_5: its padding gives an oracle away (Bleichenbacher 1998). For tests
 * alone. */
bool jwe_takes(const char *algorithm);

/** An encrypted token, taken apart once. Empty, it has no header. */
struct jwe {
    struct compact compact; /* borrowed from the token's text */
    json_t *header;
};

/** Whether a token has the five parts of an encrypted one (RFC 7516, 9). */
bool jwe_is_one(const char *token);

/**
 * Takes an encrypted token apart and reads its header, in which nothing is checked yet.
 *
 * @param text  must outlive *jwe.
 * @param jwe   for jwe_forget; empty on failure.
 * @return OIDC_OK, codes->malformed, codes->plain, OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code jwe_read(const char *text, const struct jwe_codes *codes, struct jwe *jwe,
                                oidc_error *error);

/**
 * Decrypts a token.
 *
 * The header's `alg` must be the one agreed on and its `enc` one of RFC 7518, 5. `crit`,
 * `zip` (a small token could swell to any size, and its length tell what is in it) and parameters
 * of other kinds of key agreement are refused, and so is what is around anything but a token.
 * `jku`, `jwk`, `x5u` and `x5c` are ignored. Where the token names the `kid` of one of the keys,
 * that key is used; otherwise every one is tried, because who was given a certificate names it in a
 * way of its own.
 *
 * Nothing distinguishes one failure to decrypt from another but the public header: neither code nor
 * detail, and no branch on what came of the key (RFC 7516, 11.5).
 *
 * @param algorithm  borrowed; jwe_takes it.
 * @param keys       borrowed; NULL is OIDC_E_KEY_FILE.
 * @param text       new, for secret_free_text: what was inside, without a NUL but the last.
 * @return OIDC_OK, a code of codes, OIDC_E_KEY_FILE, OIDC_E_MEMORY, OIDC_E_RANDOM, OIDC_E_CRYPTO.
 */
OIDC_CHECKED oidc_code jwe_open(const struct jwe *jwe, const char *algorithm,
                                const oidc_decryption_keys *keys, const struct jwe_codes *codes,
                                char **text, oidc_error *error);

/** Empties it. */
void jwe_forget(struct jwe *jwe);

/**
 * jwe_read, jwe_open and jwe_forget in one: for callers that know which keys to use before they
 * have seen the header.
 *
 * @return as jwe_read and jwe_open.
 */
OIDC_CHECKED oidc_code jwe_decrypt(const char *token, const char *algorithm,
                                   const oidc_decryption_keys *keys, const struct jwe_codes *codes,
                                   char **text, oidc_error *error);

#endif
