/* Which issuer an authorization endpoint belongs to, where the file does not say. */
#ifndef LIBOIDC_KNOWN_H
#define LIBOIDC_KNOWN_H

#include <stdbool.h>

#include <oidc/error.h>

/**
 * Derives an issuer from the shape of an authorization endpoint: a table of providers that are
 * known (AAF, Google) and of shapes that are common (AAF's on any host, Keycloak's), else the
 * origin.
 *
 * What comes out is a guess until the discovery document found there names the same issuer (OpenID
 * Connect Discovery 1.0, 4.3). See metadata_read.
 *
 * @param issuer  new; NULL where the endpoint is no URL.
 * @param known   set to whether the host itself is a known provider's, so that a failure there is
 *                trouble that will pass.
 * @return OIDC_OK or OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code known_issuer(const char *authorization_endpoint, char **issuer, bool *known);

#endif
