/* <oidc/config.h>: the bridge from the model of the files to the library's configuration. */
#include <oidc/config.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "findings.h"
#include "settings.h"
#include "username.h"

struct oidc_config {
    atomic_size_t owners;
    struct props_model *model;
    bool usable; /* no finding is an error */
    char *redirect_uri;
    oidc_finding *findings;
    size_t finding_count;
    oidc_provider_info *providers;
    size_t provider_count;
};

static bool map_providers(oidc_config *config)
{
    const struct props_model *model = config->model;

    if (model->provider_count == 0)
        return true;
    config->providers = calloc(model->provider_count, sizeof *config->providers);
    if (!config->providers)
        return false;
    config->provider_count = model->provider_count;
    for (size_t i = 0; i < model->provider_count; i++) {
        const struct props_provider *from = &model->providers[i];

        config->providers[i] = (oidc_provider_info){
            .id = from->id,
            .display_name = from->display_name,
            .visible = from->visible,
            .auto_login = from->auto_login,
            .id_token_encryption = from->id_token_encryption,
        };
    }
    return true;
}

static const oidc_finding *first_error(const oidc_config *config)
{
    size_t i = 0;

    while (i + 1 < config->finding_count && config->findings[i].severity != OIDC_ERROR)
        i++;
    return i < config->finding_count ? &config->findings[i] : NULL;
}

static oidc_code report(const oidc_config *config, oidc_code code, oidc_error *error)
{
    const oidc_finding *finding = first_error(config);

    if (!finding)
        return oidc_fail(error, code, "the configuration cannot be read");
    if (finding->line == 0)
        return oidc_fail(error, code, "%s: %s", finding->file, finding->message);
    return oidc_fail(error, code, "%s:%zu:%zu: %s", finding->file, finding->line, finding->column,
                     finding->message);
}

/* What a configuration without errors has beside its findings. OpenID Connect Core 1.0, 3.1.2.1:
 * redirect_uri matches the registered one as a string, so it is put together once and used
 * everywhere. */
static bool fill(oidc_config *config)
{
    config->redirect_uri = props_model_redirect_uri(config->model);
    return config->redirect_uri != NULL && map_providers(config);
}

/* Takes the model over. */
static oidc_code make(struct props_model *model, enum props_result result, oidc_config **out,
                      oidc_error *error)
{
    oidc_config *config = calloc(1, sizeof *config);

    *out = NULL;
    if (!config || !model) {
        free(config);
        props_model_free(&model);
        return oidc_fail_memory(error);
    }
    atomic_init(&config->owners, 1);
    config->model = model;
    config->usable = result == PROPS_OK && props_findings_errors(model->findings) == 0;
    if (!findings_map(model->findings, &config->findings, &config->finding_count) ||
        (config->usable && !fill(config))) {
        oidc_config_unref(&config);
        return oidc_fail_memory(error);
    }
    *out = config;
    if (config->usable)
        return OIDC_OK;
    return report(config, result == PROPS_E_FILE ? OIDC_E_FILE : OIDC_E_CONFIG, error);
}

static oidc_code finish(struct props_model *model, enum props_result result, oidc_config **config,
                        oidc_error *error)
{
    if (result != PROPS_E_MEMORY)
        return make(model, result, config, error);
    props_model_free(&model);
    *config = NULL;
    return oidc_fail_memory(error);
}

oidc_code oidc_config_load(const char *const paths[], size_t count, oidc_config **config,
                           oidc_error *error)
{
    struct props_model *model = NULL;
    enum props_result result = props_model_load(paths, count, PROPS_SIDECAR, &model);

    return finish(model, result, config, error);
}

oidc_code oidc_config_parse(const char *name, const void *bytes, size_t size, oidc_config **config,
                            oidc_error *error)
{
    const struct props_source source = {.name = name, .bytes = bytes, .size = size};
    struct props_model *model = NULL;
    enum props_result result = props_model_parse(&source, 1, PROPS_SIDECAR, &model);

    return finish(model, result, config, error);
}

oidc_config *oidc_config_ref(oidc_config *config)
{
    if (config)
        atomic_fetch_add_explicit(&config->owners, 1, memory_order_relaxed);
    return config;
}

void oidc_config_unref(oidc_config **config)
{
    oidc_config *gone = *config;

    *config = NULL;
    if (!gone || atomic_fetch_sub_explicit(&gone->owners, 1, memory_order_acq_rel) > 1)
        return;
    props_model_free(&gone->model);
    free(gone->redirect_uri);
    free(gone->findings);
    free(gone->providers);
    free(gone);
}

size_t oidc_config_finding_count(const oidc_config *config)
{
    return config->finding_count;
}

const oidc_finding *oidc_config_finding(const oidc_config *config, size_t index)
{
    return index < config->finding_count ? &config->findings[index] : NULL;
}

const char *oidc_config_site_url(const oidc_config *config)
{
    return config->usable ? config->model->site_url : "";
}

const char *oidc_config_redirect_path(const oidc_config *config)
{
    return config->usable ? config->model->redirect_path : "";
}

const char *oidc_config_redirect_uri(const oidc_config *config)
{
    return config->usable ? config->redirect_uri : "";
}

bool oidc_config_password_login_disabled(const oidc_config *config)
{
    return config->usable && config->model->password_login_disabled;
}

size_t oidc_config_provider_count(const oidc_config *config)
{
    return config->provider_count;
}

const oidc_provider_info *oidc_config_provider(const oidc_config *config, size_t index)
{
    return index < config->provider_count ? &config->providers[index] : NULL;
}

const struct props_provider *settings_provider(const oidc_config *config, const char *id)
{
    for (size_t i = 0; i < config->provider_count; i++) {
        const struct props_provider *provider = &config->model->providers[i];

        if (strcmp(provider->id, id) == 0)
            return provider;
    }
    return NULL;
}

bool settings_share_usernames(const oidc_config *config, const struct props_provider *provider)
{
    for (size_t i = 0; i < config->provider_count; i++) {
        const struct props_provider *other = &config->model->providers[i];

        if (other != provider && username_may_be_anothers(provider->username_pattern, provider->id,
                                                          other->username_pattern, other->id))
            return true;
    }
    return false;
}
