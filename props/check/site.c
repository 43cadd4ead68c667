/* What was checked. */
#include "site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "props/build.h"
#include "props/memory.h"

const char *check_severity_name(enum props_severity severity)
{
    static const char *const names[] = {"none", "info", "warning", "error"};
    return names[severity];
}

static struct check_file *find_file(struct check_site *site, const char *name)
{
    for (size_t i = 0; i < site->file_count; i++)
        if (strcmp(site->files[i].name, name) == 0)
            return &site->files[i];
    return NULL;
}

static struct check_file *add_file(struct check_site *site, const char *name,
                                   const struct load_file *source)
{
    if (!memory_grow(&site->files, &site->capacity, site->file_count + 1, sizeof *site->files))
        return NULL;
    struct check_file *file = &site->files[site->file_count++];
    *file = (struct check_file){.name = name, .source = source};
    return file;
}

/* The names of what was read, as findings have them. */
static bool name_sources(struct check_site *site)
{
    site->names = calloc(site->load.count + 1, sizeof *site->names);
    if (site->names == NULL)
        return false;
    for (size_t i = 0; i < site->load.count; i++) {
        site->names[i] = printable_name(site->load.files[i].path);
        if (site->names[i] == NULL || add_file(site, site->names[i], &site->load.files[i]) == NULL)
            return false;
    }
    return true;
}

static void count_finding(struct check_counts *counts, const struct props_finding *finding)
{
    if (finding->severity == PROPS_ERROR)
        counts->errors++;
    else if (finding->severity == PROPS_WARNING)
        counts->warnings++;
    else
        counts->infos++;
}

bool check_site_count(struct check_site *site)
{
    const struct props_findings *findings = site->model->findings;
    for (size_t i = 0; i < site->file_count; i++)
        site->files[i].counts = (struct check_counts){0};
    for (size_t i = 0; i < props_findings_count(findings); i++) {
        const struct props_finding *finding = props_findings_at(findings, i);
        struct check_file *file = find_file(site, finding->file);
        if (file == NULL)
            file = add_file(site, finding->file, NULL);
        if (file == NULL)
            return false;
        count_finding(&file->counts, finding);
    }
    return true;
}

bool check_site_open(struct check_site *site, const char *const paths[], size_t count,
                     enum props_target target)
{
    *site = (struct check_site){.target = target};
    if (!load_paths(&site->load, paths, count, true))
        return false;
    enum props_result result = load_build(&site->load, target, &site->model);
    site->unreadable = result == PROPS_E_FILE;
    return result != PROPS_E_MEMORY && name_sources(site) && check_site_count(site);
}

void check_site_close(struct check_site *site)
{
    for (size_t i = 0; site->names != NULL && i < site->load.count; i++)
        free(site->names[i]);
    free(site->names);
    ask_close(&site->ask);
    free(site->files);
    props_model_free(&site->model);
    load_free(&site->load);
}

struct check_counts check_site_total(const struct check_site *site)
{
    struct check_counts total = {0};
    for (size_t i = 0; i < site->file_count; i++) {
        total.errors += site->files[i].counts.errors;
        total.warnings += site->files[i].counts.warnings;
        total.infos += site->files[i].counts.infos;
    }
    return total;
}

bool check_site_redirect_uri(const struct check_site *site, char **uri)
{
    const struct props_model *model = site->model;
    *uri = NULL;
    if (model->site_url[0] == '\0' || model->redirect_path[0] == '\0')
        return true;
    *uri = props_model_redirect_uri(model);
    return *uri != NULL;
}
