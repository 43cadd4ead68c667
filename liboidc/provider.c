/* <oidc/provider.h>: snapshots of what is known of a provider. How they come about: refresh.c. */
#include "provider.h"

#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "known.h"

/* The expected issuer (OpenID Connect Discovery 1.0, 4.3): what the file says, else what the
 * authorization endpoint suggests. */
static oidc_code expect_issuer(oidc_provider *provider, oidc_error *error)
{
    const struct props_provider *settings = provider->settings;
    bool known = false;

    if (settings->issuer) {
        provider->issuer_source = ISSUER_CONFIGURED;
        provider->issuer = strdup(settings->issuer);
        return provider->issuer ? OIDC_OK : oidc_fail_memory(error);
    }
    if (!settings->authorization_endpoint)
        return OIDC_OK;
    if (known_issuer(settings->authorization_endpoint, &provider->issuer, &known) != OIDC_OK)
        return oidc_fail_memory(error);
    if (provider->issuer)
        provider->issuer_source = known ? ISSUER_KNOWN : ISSUER_GUESSED;
    return OIDC_OK;
}

static oidc_provider *provider_make(oidc_config *config, const struct props_provider *settings,
                                    oidc_decryption_keys *keys)
{
    oidc_provider *made = calloc(1, sizeof *made);

    if (!made)
        return NULL;
    atomic_init(&made->owners, 1);
    made->config = oidc_config_ref(config);
    made->settings = settings;
    made->retry_after = OIDC_RETRY_FIRST;
    made->decryption_keys = oidc_decryption_keys_ref(keys);
    return made;
}

oidc_code oidc_provider_new(oidc_config *config, const char *id, oidc_provider **provider,
                            oidc_error *error)
{
    return oidc_provider_new_with_keys(config, id, NULL, provider, error);
}

oidc_code oidc_provider_new_with_keys(oidc_config *config, const char *id,
                                      oidc_decryption_keys *keys, oidc_provider **provider,
                                      oidc_error *error)
{
    const struct props_provider *settings = settings_provider(config, id);
    oidc_code code;

    *provider = NULL;
    if (!settings)
        return oidc_fail(error, OIDC_E_PROVIDER_UNKNOWN, "no provider %s is enabled", id);
    *provider = provider_make(config, settings, keys);
    if (!*provider)
        return oidc_fail_memory(error);
    code = expect_issuer(*provider, error);
    if (code != OIDC_OK)
        oidc_provider_unref(provider);
    return code;
}

oidc_code provider_copy(const oidc_provider *from, oidc_provider **provider, oidc_error *error)
{
    oidc_provider *copy = provider_make(from->config, from->settings, from->decryption_keys);

    *provider = copy;
    if (!copy)
        return oidc_fail_memory(error);
    copy->issuer_source = from->issuer_source;
    copy->refresh_at = from->refresh_at;
    copy->retry_after = from->retry_after;
    copy->keys_were_fetched = from->keys_were_fetched;
    copy->keys_fetched_at = from->keys_fetched_at;
    if (from->metadata)
        copy->metadata = metadata_ref(from->metadata);
    if (from->keys) {
        atomic_fetch_add_explicit(&from->keys->owners, 1, memory_order_relaxed);
        copy->keys = from->keys;
    }
    if (from->issuer && !(copy->issuer = strdup(from->issuer))) {
        oidc_provider_unref(provider);
        return oidc_fail_memory(error);
    }
    return OIDC_OK;
}

oidc_code provider_keys_new(struct jwks *set, struct provider_keys **keys, oidc_error *error)
{
    *keys = malloc(sizeof **keys);
    if (!*keys) {
        jwks_free(&set);
        return oidc_fail_memory(error);
    }
    atomic_init(&(*keys)->owners, 1);
    (*keys)->set = set;
    return OIDC_OK;
}

static void keys_unref(struct provider_keys *keys)
{
    if (!keys || atomic_fetch_sub_explicit(&keys->owners, 1, memory_order_acq_rel) > 1)
        return;
    jwks_free(&keys->set);
    free(keys);
}

void provider_set_metadata(oidc_provider *provider, struct metadata *metadata)
{
    metadata_unref(&provider->metadata);
    provider->metadata = metadata;
}

void provider_set_keys(oidc_provider *provider, struct provider_keys *keys)
{
    keys_unref(provider->keys);
    provider->keys = keys;
}

oidc_provider *oidc_provider_ref(oidc_provider *provider)
{
    if (provider)
        atomic_fetch_add_explicit(&provider->owners, 1, memory_order_relaxed);
    return provider;
}

void oidc_provider_unref(oidc_provider **provider)
{
    oidc_provider *gone = *provider;

    *provider = NULL;
    if (!gone || atomic_fetch_sub_explicit(&gone->owners, 1, memory_order_acq_rel) > 1)
        return;
    metadata_unref(&gone->metadata);
    keys_unref(gone->keys);
    oidc_decryption_keys_unref(&gone->decryption_keys);
    free(gone->issuer);
    oidc_config_unref(&gone->config);
    free(gone);
}

/* Taken before the other is let go: it may be its last reference. */
void provider_keep(oidc_provider **held, oidc_provider *provider)
{
    oidc_provider *before = *held;

    *held = oidc_provider_ref(provider);
    oidc_provider_unref(&before);
}

const char *oidc_provider_id(const oidc_provider *provider)
{
    return provider->settings->id;
}

const char *oidc_provider_issuer(const oidc_provider *provider)
{
    if (provider->metadata)
        return provider->metadata->issuer;
    return provider->issuer_source == ISSUER_GUESSED ? NULL : provider->issuer;
}

const char *oidc_provider_end_session_endpoint(const oidc_provider *provider)
{
    /* What the file says is known without discovery, also while the provider is out of reach. */
    return provider->metadata ? provider->metadata->end_session_endpoint
                              : provider->settings->end_session_endpoint;
}

const char *oidc_provider_client_id(const oidc_provider *provider)
{
    return provider->settings->client_id;
}

bool oidc_provider_accepts_bearer(const oidc_provider *provider)
{
    return provider->settings->bearer;
}

bool oidc_provider_ready(const oidc_provider *provider)
{
    return provider->metadata && provider->keys;
}

oidc_code provider_check_ready(const oidc_provider *provider, oidc_error *error)
{
    if (oidc_provider_ready(provider))
        return OIDC_OK;
    return oidc_fail(error, OIDC_E_PROVIDER_NOT_READY, "metadata and keys of %s are not known yet",
                     oidc_provider_id(provider));
}

const struct jwks *provider_jwks(const oidc_provider *provider)
{
    return provider->keys->set;
}

int64_t oidc_provider_refresh_at(const oidc_provider *provider)
{
    return provider->refresh_at;
}

/* A clock that was set back by more than the interval must not lock the keys up. */
bool oidc_provider_may_fetch_keys(const oidc_provider *provider, int64_t now)
{
    if (!provider->metadata)
        return false;
    return !provider->keys_were_fetched || now >= provider->keys_fetched_at + OIDC_KEYS_INTERVAL ||
           now <= provider->keys_fetched_at - OIDC_KEYS_INTERVAL;
}
