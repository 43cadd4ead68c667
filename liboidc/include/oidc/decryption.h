/*
 * Encrypted ID tokens (OpenID Connect Core 1.0, 10.2) and logout tokens (Back-Channel Logout
 * 1.0, 2.4): the keys that open them, and how the provider learns their public halves.
 *
 * Give the keys to oidc_provider_new_with_keys. Where the configuration asks for encryption
 * (openid.P.idTokenEncryptionAlgorithm), a token that is not encrypted is refused; where it does
 * not, one that is. Inside is always a signed token, which is verified like any other.
 */
#ifndef OIDC_DECRYPTION_H
#define OIDC_DECRYPTION_H

#include <stdbool.h>
#include <stddef.h>

#include <oidc/config.h>
#include <oidc/handoff.h>

/** Most keys: the current one, the last one, the next one, and one to spare. It is also the most
 * private operations that one token can cost. */
#define OIDC_DECRYPTION_KEYS_MAX 4

/** RSA keys. Immutable and reference-counted; any number of threads may decrypt with them. */
typedef struct oidc_decryption_keys oidc_decryption_keys;

/**
 * Reads RSA private keys in PEM (PKCS#8 or PKCS#1, no passphrase) of 2048 to 4096 bits. The first
 * is the current one, whose public half is published; all decrypt, so that a key can be changed
 * without a lost login: put the new one in front, and take the old one out when no provider can
 * have it in memory any more.
 *
 * What else is in the file, such as a certificate, is passed over; a private key that cannot be
 * used is not.
 *
 * @param pem   borrowed for the call.
 * @param keys  new.
 * @return OIDC_OK, OIDC_E_KEY_FILE, OIDC_E_MEMORY, OIDC_E_CRYPTO.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_decryption_keys_parse(const void *pem, size_t size,
                                                           oidc_decryption_keys **keys,
                                                           oidc_error *error);

/** One more owner. Returns its argument; NULL is fine. Safe in any thread. */
OIDC_API oidc_decryption_keys *oidc_decryption_keys_ref(oidc_decryption_keys *keys);

/** One owner less, and sets the pointer to NULL; the last one frees, and OpenSSL cleanses the keys.
 * NULL is fine. Safe in any thread. */
OIDC_API void oidc_decryption_keys_unref(oidc_decryption_keys **keys);

/** Whether ID tokens are accepted whose content is encrypted with this algorithm (`enc`; RFC 7518,
 * 5.1). */
OIDC_API bool oidc_accepts_content_encryption(const char *name);

/**
 * What a site publishes: a JWK Set (RFC 7517) with the assertion's key and behind it the current
 * decryption key, with `use` "enc" and `kid` its RFC 7638 thumbprint. It has an `alg` where all
 * providers of the configuration that encrypt do it alike. The first three are borrowed for the
 * call.
 *
 * @param keys  NULL where there are none.
 * @param text  new, for free().
 * @return OIDC_OK, OIDC_E_MEMORY.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_published_jwks(const oidc_signer *signer,
                                                    const oidc_decryption_keys *keys,
                                                    const oidc_config *config, char **text,
                                                    oidc_error *error);

#endif
