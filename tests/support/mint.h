/*
 * Mints keys, key sets and tokens for tests: right ones and wrong ones.
 *
 * Shares no code with the product: it signs with OpenSSL's EVP interface and writes base64url with
 * OpenSSL's encoder, so a mistake in the product cannot hide behind the same mistake here. Nothing
 * is checked: any header, any claims, any key can be put together. Whatever goes wrong inside ends
 * the test program; strings that are handed out are for free().
 *
 *     struct mint_key *key = mint_rsa(2048, "one");
 *     char *keys = mint_set(key, NULL);
 *     char *token = mint_token(key, "RS256", "{\"iss\":\"https://op.example\"}");
 */
#ifndef TESTS_SUPPORT_MINT_H
#define TESTS_SUPPORT_MINT_H

#include <stddef.h>

#include <openssl/types.h>

struct mint_key;

/** A new RSA key. With MINT_KEYS in the environment it is kept in that folder, and read from there
 * by the next program: under valgrind it takes half a minute to make one. @param kid copied; NULL
 * for a key without one. */
struct mint_key *mint_rsa(unsigned bits, const char *kid);

/** A new EC key. @param curve "P-256", "P-384", "P-521" or "secp256k1". */
struct mint_key *mint_ec(const char *curve, const char *kid);

/** An RSA key from a private key in PEM. */
struct mint_key *mint_read(const char *pem);

/** The private key of RFC 7516, A.1, which everybody knows, in PEM. */
extern const char mint_rfc7516_key[];

void mint_free(struct mint_key *key);

/** The public key as a JWK, with `kid` where the key has one, and further members behind it, for
 * example "\"use\":\"sig\",\"alg\":\"RS256\""; NULL for none. */
char *mint_jwk(const struct mint_key *key, const char *members);

/** The key as a JWK with its private member `d`. */
char *mint_private_jwk(const struct mint_key *key);

/** The private key in PEM: PKCS#8, or the older form of its kind where traditional is not 0. */
char *mint_pem(const struct mint_key *key, int traditional);

/** Any private key in PEM, PKCS#8. @param passphrase  that it is under; NULL: it is bare. */
char *mint_pem_of(EVP_PKEY *key, const char *passphrase);

/** A JWK Set of one or two keys. @param second NULL for a set of one. */
char *mint_set(const struct mint_key *first, const struct mint_key *second);

/** A JWK Set of JWKs in JSON: the strings up to NULL. */
char *mint_set_of(const char *jwk, ...) __attribute__((sentinel));

/** A token with the header {"alg":…,"kid":…,"typ":"JWT"} (`kid` where the key has one), signed as
 * alg says: RS…, PS…, ES… of 256, 384 and 512. The key's kind need not be the algorithm's as long
 * as OpenSSL can sign with it. */
char *mint_token(const struct mint_key *key, const char *alg, const char *claims);

/** The same with any header. What is signed is header and claims as they are, byte for byte. */
char *mint_token_with(const struct mint_key *key, const char *alg, const char *header,
                      const char *claims);

/** A token whose signature is an HMAC with SHA-256: what an attacker makes of a public key. */
char *mint_token_hmac(const void *secret, size_t size, const char *header, const char *claims);

/** header.claims. with nothing behind the last dot. */
char *mint_token_unsigned(const char *header, const char *claims);

/** header.claims.signature of ready-made bytes. */
char *mint_token_raw(const char *header, const char *claims, const void *signature, size_t size);

/** A text encrypted for an RSA key, with the header {"alg":…,"enc":…,"cty":"JWT"}.
 * @param alg "RSA-OAEP" or "RSA-OAEP-256", "-384", "-512"; "RSA1_5" for what nobody should take.
 * @param enc as in RFC 7518 section 5.1. */
char *mint_encrypted(const struct mint_key *key, const char *alg, const char *enc,
                     const char *text);

/** The same with any header, and of any bytes. */
char *mint_encrypted_with(const struct mint_key *key, const char *alg, const char *enc,
                          const char *header, const void *bytes, size_t size);

/** A copy of a token with one bit of its signature turned; the text stays proper base64url. */
char *mint_spoil(const char *token);

char *mint_base64url(const void *bytes, size_t size);

/** base64url of the left half of the hash of a text: `at_hash`. @param bits 256, 384 or 512. */
char *mint_half_hash(unsigned bits, const char *text);

/** RFC 7638 thumbprint (SHA-256) of a key. */
char *mint_thumbprint(const struct mint_key *key);

#endif
