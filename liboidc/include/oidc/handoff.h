/*
 * The hand-off: what the application behind us is told of an identity. A set of headers, and among
 * them an assertion: a JWS (RFC 7515, ES256) that a receiver can verify without trusting the
 * network.
 */
#ifndef OIDC_HANDOFF_H
#define OIDC_HANDOFF_H

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

/** A new random key. */
OIDC_API OIDC_CHECKED oidc_code oidc_signer_generate(oidc_signer **signer, oidc_error *error);

/** A private key in PEM (PKCS#8 or SEC 1); OIDC_E_KEY_FILE for anything but EC P-256. */
OIDC_API OIDC_CHECKED oidc_code oidc_signer_parse(const void *pem, size_t size,
                                                  oidc_signer **signer, oidc_error *error);
OIDC_API oidc_signer *oidc_signer_ref(oidc_signer *signer);
OIDC_API void oidc_signer_unref(oidc_signer **signer);

/** The public key as a JWK Set (RFC 7517), with `kid` its RFC 7638 thumbprint. Borrowed. */
OIDC_API const char *oidc_signer_jwks(const oidc_signer *signer);

/** Headers for one identity, good for a while. Immutable. */
typedef struct oidc_handoff oidc_handoff;

/**
 * Writes the headers and signs the assertion. In values, '%' and every byte outside printable ASCII
 * are percent-encoded.
 *
 * @param site_url  the assertion's `iss`; borrowed.
 * @param prefix    of the header names, for example "X-XNAT-OIDC-"; borrowed.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_handoff_new(oidc_signer *signer, const oidc_identity *identity,
                                                 const char *site_url, const char *prefix,
                                                 int64_t now, oidc_handoff **handoff,
                                                 oidc_error *error);
OIDC_API void oidc_handoff_free(oidc_handoff **handoff);

/** OIDC_HANDOFF_HEADERS headers, always all of them, empty where there is no value. */
OIDC_API const oidc_header *oidc_handoff_headers(const oidc_handoff *handoff);

/** When to make a new one: half of the assertion's life has passed. */
OIDC_API int64_t oidc_handoff_renew_at(const oidc_handoff *handoff);

#endif
