/* From verified claims to an identity, by the provider's settings. */
#ifndef LIBOIDC_MAPPING_H
#define LIBOIDC_MAPPING_H

#include <stdbool.h>
#include <jansson.h>

#include <oidc/error.h>
#include <oidc/identity.h>

#include "settings.h"

/** An identity with the memory that it borrows. */
struct identity {
    oidc_identity seen;
    char *provider;
    char *issuer;
    char *subject;
    char *email;
    char *given_name;
    char *family_name;
    char provider_session[OIDC_PROVIDER_SESSION_LENGTH + 1];
    char username[OIDC_USERNAME_MAX + 1];
};

/**
 * Maps claims and applies the site's policy.
 *
 * @param config    whose providers give user names, too; NULL: no other does.
 * @param claims    has a valid `sub`.
 * @param identity  new, for identity_free.
 * @return OIDC_OK, an error of class OIDC_CLASS_POLICY, OIDC_E_MEMORY.
 */
OIDC_CHECKED oidc_code identity_make(const oidc_config *config,
                                     const struct props_provider *settings, const char *issuer,
                                     const json_t *claims, struct identity **identity,
                                     oidc_error *error);

/** Frees it and sets the pointer to NULL; NULL is fine. */
void identity_free(struct identity **identity);

/** Whether the claims have everything that the settings map. */
bool identity_is_covered(const struct props_provider *settings, const json_t *claims);

#endif
