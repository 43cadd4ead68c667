/* From files to the model: the steps in their order, and the end of it all. */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "families.h"
#include "memory.h"

static void free_list(struct props_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
}

static void free_gates(struct props_gates *gates)
{
    free_list(&gates->accepted_audiences);
    free(gates->role_path);
    free_list(&gates->required_roles);
    free_list(&gates->expected_types);
}

static void free_provider(struct props_provider *provider)
{
    free(provider->id);
    free(provider->display_name);
    free(provider->client_id);
    memory_free_text(provider->client_secret);
    free(provider->issuer);
    free(provider->authorization_endpoint);
    free(provider->token_endpoint);
    free(provider->userinfo_endpoint);
    free(provider->jwks_uri);
    free(provider->end_session_endpoint);
    free_list(&provider->scopes);
    free(provider->link);
    free_list(&provider->email_domains);
    free(provider->email_claim);
    free(provider->given_name_claim);
    free(provider->family_name_claim);
    free(provider->username_pattern);
    free_gates(&provider->id_token_gates);
    free_gates(&provider->bearer_gates);
    free(provider->id_token_encryption);
    free(provider->file);
}

void props_model_free(struct props_model **model)
{
    if (*model == NULL)
        return;
    for (size_t i = 0; i < (*model)->provider_count; i++)
        free_provider(&(*model)->providers[i]);
    free((*model)->providers);
    free((*model)->site_url);
    free((*model)->redirect_path);
    findings_free((*model)->findings);
    free(*model);
    *model = NULL;
}

char *props_model_redirect_uri(const struct props_model *model)
{
    bool known = model->site_url[0] != '\0' && model->redirect_path[0] != '\0';
    size_t room = strlen(model->site_url) + strlen(model->redirect_path) + 1;
    char *uri = malloc(room);
    if (uri != NULL)
        (void)snprintf(uri, room, "%s%s", known ? model->site_url : "",
                       known ? model->redirect_path : "");
    return uri;
}

static void report_limit(struct build *build, const struct file *file,
                         enum properties_result result)
{
    struct report_at at = at_file(file);
    if (result == PROPERTIES_E_BYTES)
        report(build->findings, RULE_FILE_TOO_LARGE, &at,
               "the file is larger than %zu MiB, so it cannot be a provider file: nothing of it is "
               "used",
               PROPERTIES_MAX_BYTES / ((size_t)1024 * 1024));
    else
        report(
            build->findings, RULE_TOO_MANY_ENTRIES, &at,
            "the file has more than %zu entries, so it cannot be a provider file: nothing of it is "
            "used",
            PROPERTIES_MAX_ENTRIES);
    advise(build->findings, "name the file with the provider's keys, for example "
                            "openid-provider.properties");
}

/* False when memory is short. */
static bool open_file(struct build *build, struct file *file, const struct build_source *from)
{
    file->name = printable_name(from->source.name);
    file->order = from->order;
    file->from_folder = from->from_folder;
    file->named = from->named;
    file->open_to_all = from->open_to_all;
    file->bytes = from->source.bytes;
    file->size = from->source.size;
    if (file->name == NULL)
        return false;
    enum properties_result result = properties_parse(&file->document, file->bytes, file->size);
    if (result == PROPERTIES_E_MEMORY)
        return false;
    if (result != PROPERTIES_OK) {
        report_limit(build, file, result);
        build->incomplete = true;
        properties_free(&file->document);
        return true;
    }
    file->notes = calloc(file->document.count + 1, sizeof *file->notes);
    if (file->notes == NULL)
        return false;
    identify_file(build, file);
    return true;
}

static void close_file(struct file *file)
{
    for (size_t i = 0; i < file->id_count; i++)
        free(file->ids[i]);
    free(file->ids);
    free(file->notes);
    free(file->name);
    properties_free(&file->document);
}

/* Every file may have been skipped, and none of them is to blame. */
static void check_providers(struct build *build, const char *name)
{
    if (build->model->provider_count > 0 || build->incomplete ||
        props_findings_errors(build->findings) > 0)
        return;
    struct report_at at = {.file = name};
    report(build->findings, RULE_NO_PROVIDER, &at,
           "no file enables a provider, so nobody can sign in");
    advise(build->findings, "add a file with auth.method=openid and the keys of a provider");
}

const struct props_provider *find_provider(const struct build *build, const char *id)
{
    for (size_t i = 0; i < build->model->provider_count; i++)
        if (strcmp(build->model->providers[i].id, id) == 0)
            return &build->model->providers[i];
    return NULL;
}

bool site_has_aaf(const struct build *build)
{
    for (size_t i = 0; i < build->file_count; i++)
        for (size_t j = 0; build->files[i].usable && j < build->files[i].id_count; j++)
            if (names_aaf(find_setting(&build->files[i], KEY_AUTHORIZATION_ENDPOINT, KEYS_SHARED,
                                       build->files[i].ids[j])
                              .value))
                return true;
    return false;
}

static void check_file(struct build *build, struct file *file)
{
    if (file->usable) {
        check_endpoints(build, file);
        check_claims(build, file);
        check_credentials(build, file);
        check_accounts(build, file);
        check_gates(build, file);
        check_encryption(build, file);
        check_link(build, file);
    }
    survey_file(build, file);
}

/* A layout_readers. A path that could not be read concerns everybody. */
static reader_set readers_of(const void *context, size_t file_order)
{
    const struct build *build = context;
    for (size_t i = 0; i < build->file_count; i++)
        if (build->files[i].order == file_order && build->files[i].readers != 0)
            return build->files[i].readers;
    return READERS_ALL;
}

static bool build_files(struct build *build, const struct build_source *sources, size_t count)
{
    build->files = calloc(count + 1, sizeof *build->files);
    if (build->files == NULL)
        return false;
    while (build->file_count < count) {
        const struct build_source *from = &sources[build->file_count];
        if (!open_file(build, &build->files[build->file_count++], from))
            return false;
    }
    read_site(build);
    read_providers(build);
    if (build->no_memory)
        return false; /* the checks may rely on the model */
    for (size_t i = 0; i < count; i++)
        check_file(build, &build->files[i]);
    check_providers(build, count > 0 ? build->files[0].name : "");
    for (size_t i = 0; i < count; i++)
        quote_hide_secrets(build->findings, &build->files[i].document);
    findings_judge(build->findings, build->target, readers_of, build);
    findings_sort(build->findings);
    return !build->no_memory && !findings_bad(build->findings);
}

enum props_result build_model(const struct build_source *sources, size_t count,
                              enum props_target target, struct props_findings *findings,
                              struct props_model **model)
{
    struct build build = {.target = target, .findings = findings};
    *model = NULL;
    build.model = calloc(1, sizeof *build.model);
    if (build.model == NULL) {
        findings_free(findings);
        return PROPS_E_MEMORY;
    }
    build.model->findings = findings;
    build.incomplete = props_findings_errors(findings) > 0;
    bool done = build_files(&build, sources, count);
    for (size_t i = 0; i < build.file_count; i++)
        close_file(&build.files[i]);
    free(build.files);
    if (!done) {
        props_model_free(&build.model);
        return PROPS_E_MEMORY;
    }
    *model = build.model;
    return PROPS_OK;
}

enum props_result props_model_parse(const struct props_source *sources, size_t count,
                                    enum props_target target, struct props_model **model)
{
    *model = NULL;
    struct props_findings *findings = findings_new();
    struct build_source *from = calloc(count + 1, sizeof *from);
    enum props_result result = PROPS_E_MEMORY;
    for (size_t i = 0; from != NULL && i < count; i++)
        from[i] = (struct build_source){.source = sources[i], .order = i};
    if (findings != NULL && from != NULL)
        result = build_model(from, count, target, findings, model);
    else
        findings_free(findings);
    free(from);
    return result;
}
