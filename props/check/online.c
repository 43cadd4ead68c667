/* oidc-check --online, provider by provider. */
#include "online.h"

#include <stdlib.h>
#include <string.h>

#include "look.h"

static const struct check_file *find_source(const struct check_site *site, const char *name)
{
    for (size_t i = 0; i < site->file_count; i++)
        if (strcmp(site->files[i].name, name) == 0 && site->files[i].source != NULL)
            return &site->files[i];
    return NULL;
}

/* A layout_readers. */
static reader_set readers_of(const void *context, size_t file_order)
{
    const struct props_provider *provider = context;
    (void)file_order;
    return provider->readers;
}

/* The endpoints of the file come first: where their host cannot be reached, that is wrong for every
 * reader, and not for the sidecar alone. */
static bool ask_provider(struct look *look)
{
    bool done = look_ask_endpoints(look, true) && look_discover(look) &&
                (!look->usable || look_ask_endpoints(look, false));
    if (done)
        look_judge_endpoints(look);
    json_decref(look->document);
    return done;
}

/* The answers of one provider against its file. */
static bool check_provider(struct check_site *site, const struct props_provider *provider,
                           const struct file *file, enum props_target target)
{
    struct look look = {.ask = &site->ask,
                        .provider = provider,
                        .file = file,
                        .known = site->model->findings,
                        .findings = findings_new()};
    if (look.findings == NULL)
        return false;
    bool done = ask_provider(&look);
    quote_hide_secrets(look.findings, &file->document);
    findings_judge(look.findings, target, readers_of, provider);
    bool joined = findings_join(site->model->findings, look.findings);
    return done && joined;
}

static bool open_and_check(struct check_site *site, const struct props_provider *provider,
                           const struct check_file *from, enum props_target target)
{
    /* The name is the finding's and stays; nothing here changes it. */
    struct file file = {.name = provider->file, .order = from->source->order};
    enum properties_result result =
        properties_parse(&file.document, from->source->bytes, from->source->size);
    file.notes = calloc(file.document.count + 1, sizeof *file.notes);
    bool done = result == PROPERTIES_OK && file.notes != NULL &&
                check_provider(site, provider, &file, target);
    free(file.notes);
    properties_free(&file.document);
    return done;
}

bool online_check(struct check_site *site, enum props_target target)
{
    site->online = true;
    for (size_t i = 0; i < site->model->provider_count; i++) {
        const struct props_provider *provider = &site->model->providers[i];
        const struct check_file *from = find_source(site, provider->file);
        site->ask.file = provider->file;
        site->ask.provider = provider->id;
        if (from != NULL && !open_and_check(site, provider, from, target))
            return false;
    }
    return check_site_count(site);
}
