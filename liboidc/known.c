/* Known shapes of authorization endpoints. See known.h. */
#include "known.h"

#include <string.h>
#include <strings.h>

#include "buf.h"
#include "url.h"

/* A path that ends in `suffix` belongs to the issuer that is origin and path without it. */
static const struct shape {
    const char *host; /* NULL: any */
    const char *suffix;
} shapes[] = {
    {"central.aaf.edu.au", "/oidc/authorize"},
    {"central.aaf.edu.au", "/providers/op/authorize"},
    {"central.test.aaf.edu.au", "/oidc/authorize"},
    {"central.test.aaf.edu.au", "/providers/op/authorize"},
    {"accounts.google.com", "/o/oauth2/v2/auth"},
    {"accounts.google.com", "/o/oauth2/auth"},
    {NULL, "/oidc/authorize"},
    {NULL, "/providers/op/authorize"},
    {NULL, "/protocol/openid-connect/auth"}, /* Keycloak: …/realms/R is the issuer */
};

static bool ends_in(const struct span *text, const char *suffix)
{
    size_t size = strlen(suffix);

    return text->size >= size && memcmp(text->data + text->size - size, suffix, size) == 0;
}

static bool has_host(const struct url *url, const char *host)
{
    return url->https && url->host.size == strlen(host) &&
           strncasecmp(url->host.data, host, url->host.size) == 0;
}

static const struct shape *find_shape(const struct url *url)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const struct shape *shape = &shapes[i];

        if ((!shape->host || has_host(url, shape->host)) && ends_in(&url->path, shape->suffix))
            return shape;
    }
    return NULL;
}

oidc_code known_issuer(const char *authorization_endpoint, char **issuer, bool *known)
{
    struct url url;
    const struct shape *shape;
    struct buf text;

    *issuer = NULL;
    *known = false;
    if (!url_parse(authorization_endpoint, &url))
        return OIDC_OK;
    shape = find_shape(&url);
    buf_init(&text, URL_MAX);
    url_add_origin(&text, &url);
    if (shape) {
        *known = shape->host != NULL;
        buf_add(&text, url.path.data, url.path.size - strlen(shape->suffix));
    }
    *issuer = buf_steal(&text);
    buf_free(&text);
    return *issuer != NULL ? OIDC_OK : OIDC_E_MEMORY;
}
