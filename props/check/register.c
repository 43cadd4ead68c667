/* What a site registers with its provider, under the names that it has there. */
#include "register.h"

#include <string.h>

/* An address of the site's. Its names: in a specification, in a registration request (OpenID
 * Connect Dynamic Client Registration 1.0, RP-Initiated Logout 1.0, Back-Channel Logout 1.0), and
 * in consoles of providers. */
struct address {
    const char *name;
    const char *member;
    const char *elsewhere;
    const char *path; /* with the sidecar's standard --path-prefix; NULL: the file's own */
    bool encrypts;    /* only of use where ID tokens are encrypted */
};

static const struct address addresses[] = {
    {.name = "redirect URI",
     .member = "redirect_uris",
     .elsewhere = "callback URL, redirect URL, sign-in redirect URI"},
    {.name = "post-logout redirect URI",
     .member = "post_logout_redirect_uris",
     .elsewhere = "allowed logout URL, sign-out redirect URI",
     .path = "/oidc/signed-out"},
    {.name = "back-channel logout URI",
     .member = "backchannel_logout_uri",
     .elsewhere = "backchannel logout URL, single logout URL",
     .path = "/oidc/backchannel-logout"},
    {.name = "JWK Set URL",
     .member = "jwks_uri",
     .elsewhere = "JWKS URL, public key URL",
     .path = "/oidc/jwks.json",
     .encrypts = true},
};

static bool is_aaf(const struct props_provider *provider)
{
    return (provider->authorization_endpoint != NULL &&
            strstr(provider->authorization_endpoint, ".aaf.edu.au/") != NULL) ||
           (provider->issuer != NULL && strstr(provider->issuer, ".aaf.edu.au") != NULL);
}

static const char *whom(const struct props_model *model)
{
    bool aaf = false;
    for (size_t i = 0; i < model->provider_count; i++)
        aaf = aaf || is_aaf(&model->providers[i]);
    if (model->provider_count > 1)
        return aaf ? "each provider (AAF: in its Federation Manager)" : "each provider";
    return aaf ? "AAF (in its Federation Manager)" : "the provider";
}

static bool encrypts(const struct props_model *model)
{
    for (size_t i = 0; i < model->provider_count; i++) {
        const char *algorithm = model->providers[i].id_token_encryption;
        if (algorithm != NULL && algorithm[0] != '\0')
            return true;
    }
    return false;
}

static void write_address(const struct props_model *model, const struct address *address, FILE *out)
{
    (void)fprintf(out, "  %s (%s), also called %s:\n    %s%s\n", address->name, address->member,
                  address->elsewhere, model->site_url,
                  address->path == NULL ? model->redirect_path : address->path);
}

void register_write(const struct check_site *site, FILE *out)
{
    const struct props_model *model = site->model;
    bool sidecar = site->target == PROPS_AUTO || site->target == PROPS_SIDECAR;
    if (model->site_url[0] == '\0' || model->redirect_path[0] == '\0')
        return;
    (void)fprintf(out, "To register with %s:\n", whom(model));
    write_address(model, &addresses[0], out);
    if (!sidecar)
        return;
    (void)fputs("and, for the sidecar, where the provider takes them (a --path-prefix stands in "
                "place of /oidc):\n",
                out);
    for (size_t i = 1; i < sizeof addresses / sizeof *addresses; i++)
        if (!addresses[i].encrypts || encrypts(model))
            write_address(model, &addresses[i], out);
}
