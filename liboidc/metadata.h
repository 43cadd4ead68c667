/* What is known of a provider's endpoints and abilities (OpenID Connect Discovery 1.0, 3).
 */
#ifndef LIBOIDC_METADATA_H
#define LIBOIDC_METADATA_H

#include <stdatomic.h>
#include <stdbool.h>
#include <jansson.h>

#include <oidc/error.h>

#include "props/model.h"

/** How this site authenticates at the token endpoint (OpenID Connect Core 1.0, 9). */
enum client_auth { CLIENT_SECRET_BASIC, CLIENT_SECRET_POST };

/** Immutable and reference-counted. Of every endpoint url_is_secure holds true. */
struct metadata {
    atomic_size_t owners;
    char *issuer;
    char *authorization_endpoint;
    char *token_endpoint;
    char *jwks_uri;
    char *userinfo_endpoint;      /* or NULL */
    char *end_session_endpoint;   /* or NULL */
    unsigned algorithms;          /* of ID tokens: bits of enum jws_algorithm, never 0 */
    unsigned userinfo_algorithms; /* of signed user-info answers, never 0 */
    enum client_auth client_auth;
    bool pkce;         /* send a code challenge (S256) */
    bool promises_iss; /* RFC 9207, 3: every authorization response names its issuer */
    bool documented;   /* from a discovery document, not from the file alone */
};

/** The issuer that metadata must come from, and how we came by it. Borrowed. */
struct metadata_source {
    const char *issuer;
    bool derived; /* from the authorization endpoint: believed only if the document says so too */
};

/** Where an issuer's discovery document is; new. NULL when memory is out. */
char *metadata_url(const char *issuer);

/**
 * Puts a discovery document and the file's own words together. What the file says of an endpoint
 * wins over the document.
 *
 * @param document  NULL for a provider without one: the file says everything then, and abilities
 *                  are the specification's defaults (RS256, client_secret_basic).
 * @param metadata  new.
 * @return OIDC_OK, OIDC_E_DISCOVERY_ISSUER, OIDC_E_DISCOVERY_INCOMPLETE, OIDC_E_ENDPOINT_INSECURE,
 *         OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code metadata_read(const json_t *document, const struct props_provider *settings,
                                     const struct metadata_source *source,
                                     struct metadata **metadata, oidc_error *error);

/** Whether the file alone says everything that a sign-in needs. */
bool metadata_is_in_file(const struct props_provider *settings);

/** One more owner. Returns its argument. */
struct metadata *metadata_ref(struct metadata *metadata);

/** One owner less, and sets the pointer to NULL; the last one frees. NULL is fine. */
void metadata_unref(struct metadata **metadata);

#endif
