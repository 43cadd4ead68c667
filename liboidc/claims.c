/* Claims, read for mapping. See claims.h. */
#include "claims.h"

#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\n\f\v"

static bool is_blank(const char *text)
{
    return text[strspn(text, BLANKS)] == '\0';
}

bool claims_have(const json_t *claims, const char *name)
{
    const json_t *value = json_object_get(claims, name);

    return json_is_number(value) || json_is_boolean(value) ||
           (json_is_string(value) && !is_blank(json_string_value(value)));
}

oidc_code claims_text(const json_t *claims, const char *name, char **text)
{
    const json_t *value = json_object_get(claims, name);

    *text = NULL;
    if (!claims_have(claims, name))
        return OIDC_OK;
    *text = json_is_string(value) ? strdup(json_string_value(value))
                                  : json_dumps(value, JSON_ENCODE_ANY);
    return *text ? OIDC_OK : OIDC_E_MEMORY;
}

/* Claims about the token or the sign-in rather than the person, and who it is (`sub`): OpenID
 * Connect Core 1.0, 2 and 3.1.3.6; `c_hash` is the hybrid flow's, `s_hash` FAPI's, `sid`
 * Back-Channel Logout's, and `typ` Keycloak's. */
static const char *const protocol_claims[] = {
    "acr", "amr", "at_hash", "aud",   "auth_time", "azp", "c_hash", "exp",
    "iat", "iss", "nbf",     "nonce", "s_hash",    "sid", "sub",    "typ",
};

static bool is_protocol_claim(const char *name)
{
    for (size_t i = 0; i < sizeof protocol_claims / sizeof *protocol_claims; i++)
        if (strcmp(protocol_claims[i], name) == 0)
            return true;
    return false;
}

/* OpenID Connect Core 1.0, 5.3.2: a user-info answer, too, has a `sub` and, signed, an `iss` and an
 * `aud`. They were checked by userinfo_read, and the ID token's stay. */
oidc_code claims_merge(json_t *claims, json_t *userinfo)
{
    const char *name;
    json_t *value;

    json_object_foreach(userinfo, name, value)
    {
        if (is_protocol_claim(name) || json_is_null(value))
            continue;
        if (json_object_set(claims, name, value) != 0)
            return OIDC_E_MEMORY;
    }
    return OIDC_OK;
}
