/* Claim gates: the site's own rules about the claims of a token that was verified. */
#ifndef LIBOIDC_GATES_H
#define LIBOIDC_GATES_H

#include <jansson.h>

#include <oidc/error.h>

#include "props/model.h"

/**
 * Lets a person through every gate that is on, or says which one turned them away. A gate that is
 * on and has nothing to check for turns everybody away.
 *
 *   audCheck   one of acceptedAudiences is in `aud` (a text or a list of them)
 *   roleCheck  one of requiredRoles is at rolePath: a list of texts, or one text
 *   typCheck   `typ`, in the body, is one of expectedTypes
 *
 * All are compared letter by letter. `rolePath` is a path of members, divided by dots, as in
 * resource_access.xnat.roles. Names may have dots themselves: at each step, the longest name that
 * the claims have is the one that is meant.
 *
 * @param claims  the token's, with what user-info adds: roles may be there, `aud` and `typ` are the
 *                token's own (claims_merge).
 * @return OIDC_OK, OIDC_E_GATE_AUDIENCE, OIDC_E_GATE_ROLE, OIDC_E_GATE_TYPE.
 */
OIDC_CHECKED oidc_code gates_check(const struct props_gates *gates, const json_t *claims,
                                   oidc_error *error);

/** Whether the audience gate lets a token through. */
bool gates_admit_audience(const struct props_gates *gates, const json_t *claims);

/** Whether the type gate is on and lists the token's `typ`. */
bool gates_list_type(const struct props_gates *gates, const json_t *claims);

/** Whether the claims say what the gates look at; user-info may, where the token does not. */
bool gates_are_covered(const struct props_gates *gates, const json_t *claims);

#endif
