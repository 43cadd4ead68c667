/*
 * The hand-off: what the application behind us is told of an identity. A set of headers, and among
 * them an assertion: a JWS (RFC 7515, ES256) that a receiver can verify without trusting the
 * network.
 */
#ifndef OIDC_HANDOFF_H
#define OIDC_HANDOFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <oidc/http.h>
#include <oidc/identity.h>
#include <oidc/error.h>

/** Seconds an assertion is good for. */
#define OIDC_ASSERTION_TTL 60

/** Headers in a hand-off: Username, Subject, Issuer, Provider, Email, Given-Name, Family-Name,
 * Auto-Enabled, Auto-Verified, Create-User, Assertion. */
#define OIDC_HANDOFF_HEADERS 11

/** The key that signs assertions (EC P-256). Reference-counted; any thread may sign. */
typedef struct oidc_signer oidc_signer;

/**
 * Draws a new key. What it signs is good for receivers that fetch oidc_signer_jwks from this very
 * process.
 *
 * @param signer  new.
 * @return OIDC_OK, OIDC_E_CRYPTO, OIDC_E_MEMORY.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_signer_generate(oidc_signer **signer, oidc_error *error);

/**
 * Reads a private key in PEM (PKCS#8 or SEC 1, no passphrase) on the curve P-256.
 *
 * @param pem     borrowed for the call.
 * @param signer  new.
 * @return OIDC_OK; OIDC_E_KEY_FILE for anything else; OIDC_E_CRYPTO, OIDC_E_MEMORY.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_signer_parse(const void *pem, size_t size,
                                                  oidc_signer **signer, oidc_error *error);

/** One more owner. Returns its argument; NULL is fine. Safe in any thread. */
OIDC_API oidc_signer *oidc_signer_ref(oidc_signer *signer);

/** One owner less, and sets the pointer to NULL; the last one frees, and OpenSSL cleanses the key.
 * NULL is fine. Safe in any thread. */
OIDC_API void oidc_signer_unref(oidc_signer **signer);

/** The public key as a JWK Set (RFC 7517), with `kid` its RFC 7638 thumbprint. Borrowed. */
OIDC_API const char *oidc_signer_jwks(const oidc_signer *signer);

/** Headers for one identity, good for OIDC_ASSERTION_TTL seconds. Immutable; any number of threads
 * may read it. */
typedef struct oidc_handoff oidc_handoff;

/**
 * Writes the headers and signs the assertion (RFC 7519, with ES256 of RFC 7518, 3.4). In
 * values, '%', every byte outside printable ASCII, and a blank at either end are percent-encoded,
 * so that decoding always gives the text back. Everything is copied: nothing need outlive the call.
 *
 * @param signer    borrowed for the call; may be shared with other threads.
 * @param identity  borrowed for the call.
 * @param site_url  the assertion's `iss`; borrowed for the call.
 * @param prefix    of the header names, for example "X-XNAT-OIDC-"; borrowed for the call.
 * @param now       the assertion's `iat`.
 * @param handoff   new.
 * @return OIDC_OK; OIDC_E_USAGE for an identity that breaks the promises of <oidc/identity.h>, a
 *         site_url that is too long, or a prefix that cannot begin the name of a header;
 *         OIDC_E_CRYPTO, OIDC_E_MEMORY.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_handoff_new(oidc_signer *signer, const oidc_identity *identity,
                                                 const char *site_url, const char *prefix,
                                                 int64_t now, oidc_handoff **handoff,
                                                 oidc_error *error);

/** Frees it and cleanses the values; sets the pointer to NULL. NULL is fine. */
OIDC_API void oidc_handoff_free(oidc_handoff **handoff);

/** OIDC_HANDOFF_HEADERS headers, always all of them, empty where there is no value. Borrowed until
 * the hand-off is freed. */
OIDC_API const oidc_header *oidc_handoff_headers(const oidc_handoff *handoff);

/** Whether it may still be used at a time; else make a new one. It may until half of the
 * assertion's life has passed, and not before it was made: the clock has been put back since, and a
 * receiver would refuse what is from the future. */
OIDC_API bool oidc_handoff_is_fresh(const oidc_handoff *handoff, int64_t now);

#endif
