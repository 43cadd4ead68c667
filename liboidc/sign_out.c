/* Sign-out at the provider (OpenID Connect RP-Initiated Logout 1.0). */
#include <string.h>

#include <oidc/provider.h>

#include "buf.h"
#include "fail.h"
#include "form.h"
#include "provider.h"
#include "url.h"

/* RP-Initiated Logout 1.0, 2.1: https. The configuration's endpoint has been seen by the check of
 * the file, discovery's by the reading of the document; a URL with a fragment could hide what is
 * appended to it, so none gets past here either way. */
static oidc_code check_endpoint(const char *endpoint, oidc_error *error)
{
    struct url url;

    if (url_parse(endpoint, &url) && url_is_secure(&url))
        return OIDC_OK;
    return oidc_fail(error, OIDC_E_ENDPOINT_INSECURE,
                     "end_session_endpoint is not an https URL, or has a fragment: %s", endpoint);
}

oidc_code oidc_provider_sign_out_url(const oidc_provider *provider, const oidc_sign_out *sign_out,
                                     char **url, oidc_error *error)
{
    const char *endpoint = oidc_provider_end_session_endpoint(provider);
    struct buf text;
    oidc_code code;

    *url = NULL;
    if (!endpoint)
        return OIDC_OK;
    code = check_endpoint(endpoint, error);
    if (code != OIDC_OK)
        return code;
    buf_init(&text, REQUEST_URL_MAX);
    buf_adds(&text, endpoint);
    if (!strchr(endpoint, '?'))
        buf_adds(&text, "?");
    /* 2: the client that post_logout_redirect_uri is registered for, when no id_token_hint says it.
     */
    form_add(&text, "client_id", provider->settings->client_id);
    if (sign_out->return_uri)
        form_add(&text, "post_logout_redirect_uri", sign_out->return_uri);
    if (sign_out->state)
        form_add(&text, "state", sign_out->state);
    *url = buf_steal(&text);
    buf_free(&text);
    return *url ? OIDC_OK : oidc_fail_memory(error);
}
