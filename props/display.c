/* The name of a provider that people see. */
#include "build.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "utf16.h"

/* What every sample file calls every provider. */
static const char stock_name[] = "OpenID Authentication Provider";

struct known_name {
    const char *id;
    const char *host; /* this host, and with the dot in front, all below it */
    const char *name;
};

static const struct known_name known_names[] = {
    {"aaf", ".aaf.edu.au", "Australian Access Federation (AAF)"},
    {"google", "accounts.google.com", "Google"},
};

static bool host_matches(struct slice host, const char *known)
{
    size_t size = strlen(known);
    if (known[0] != '.' || slice_equals_folded(host, known + 1))
        return slice_equals_folded(host, known[0] == '.' ? known + 1 : known);
    return host.size > size && strncasecmp(host.at + host.size - size, known, size) == 0;
}

static const char *name_by_host(const char *endpoint)
{
    struct value_url url;
    if (endpoint == NULL || value_url(slice_of(endpoint), &url) != URL_OK)
        return NULL;
    for (size_t i = 0; i < sizeof known_names / sizeof *known_names; i++)
        if (host_matches(url.host, known_names[i].host))
            return known_names[i].name;
    return NULL;
}

/* Where the provider is says more than what the site calls it. */
static const char *known_name(const struct props_provider *provider)
{
    const char *name = name_by_host(provider->authorization_endpoint);
    if (name == NULL)
        name = name_by_host(provider->issuer);
    if (name == NULL)
        name = name_by_host(provider->token_endpoint);
    for (size_t i = 0;
         name == NULL && provider->id != NULL && i < sizeof known_names / sizeof *known_names; i++)
        if (strcasecmp(provider->id, known_names[i].id) == 0)
            name = known_names[i].name;
    return name;
}

char *display_name(const struct file *file, const struct props_provider *provider)
{
    struct setting name = find_site_setting(file, KEY_NAME);
    if (file->id_count == 1 && name.value.size > 0 && !slice_equals(name.value, stock_name))
        return utf16_clean(name.value.at, name.value.size);
    const char *known = known_name(provider);
    if (known == NULL)
        known = provider->id == NULL ? "" : provider->id;
    return strdup(known);
}
