/* One public key of a provider (RFC 7517, 4). */
#ifndef LIBOIDC_JWK_H
#define LIBOIDC_JWK_H

#include <jansson.h>
#include <openssl/evp.h>

/** RSA keys below are within reach of attackers (NIST SP 800-131A); OpenSSL takes none above. */
#define JWK_RSA_BITS_MIN 2048
#define JWK_RSA_BITS_MAX 16384

struct jwk {
    char *kid;           /* NULL where the key has none */
    unsigned algorithms; /* that the key fits by its kind, curve and `alg`: enum jws_algorithm */
    EVP_PKEY *key;
};

/** What became of a key: one that is skipped is not for us, which is no failure. */
enum jwk_outcome { JWK_KEPT, JWK_SKIPPED, JWK_NO_MEMORY };

/**
 * Reads a key.
 *
 * Skipped is one that is not for verifying signatures (`use`, `key_ops`, an `alg` we do not take),
 * that is of a kind cjose or we cannot read, malformed, symmetric, of RSA outside JWK_RSA_BITS_MIN
 * to _MAX, or off its curve. A key that comes with its private half is skipped, too: what everybody
 * can sign with proves nothing.
 *
 * What OpenSSL has to say of it stays in its queue of errors.
 *
 * @param key  zeroed; for jwk_forget, and zeroed where nothing was kept.
 */
enum jwk_outcome jwk_read(const json_t *jwk, struct jwk *key);

/** Frees what is in it. */
void jwk_forget(struct jwk *key);

#endif
