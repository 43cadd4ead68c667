/* Who may come in. See policy.h. */
#include "policy.h"

#include <string.h>
#include <strings.h>

#include "email.h"
#include "fail.h"

/* The claim is a boolean (OpenID Connect Core 1.0, 5.1); some providers write it as a string. */
bool policy_is_email_unverified(const json_t *claims)
{
    const json_t *verified = json_object_get(claims, "email_verified");
    const char *text = json_string_value(verified);

    return json_is_false(verified) || (text && strcasecmp(text, "false") == 0);
}

static bool has_domain(const struct props_list *domains, const char *domain)
{
    for (size_t i = 0; i < domains->count; i++)
        if (strcasecmp(domains->items[i], domain) == 0)
            return true;
    return false;
}

oidc_code policy_check_email(const struct props_provider *settings, const char *email,
                             const json_t *claims, oidc_error *error)
{
    if (!settings->filter_email_domains)
        return OIDC_OK;
    if (email[0] == '\0')
        return oidc_fail(error, OIDC_E_EMAIL_INVALID,
                         "shouldFilterEmailDomains is on and the provider gives no valid e-mail "
                         "address in %s",
                         settings->email_claim);
    if (policy_is_email_unverified(claims))
        return oidc_fail(error, OIDC_E_EMAIL_INVALID,
                         "shouldFilterEmailDomains is on and the provider says email_verified is "
                         "false");
    if (settings->any_email_domain || has_domain(&settings->email_domains, email_domain(email)))
        return OIDC_OK;
    return oidc_fail(error, OIDC_E_EMAIL_DOMAIN, "%s is not in allowedEmailDomains",
                     email_domain(email));
}
