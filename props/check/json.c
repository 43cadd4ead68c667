/* Findings for programs. */
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "formats.h"
#include "json_out.h"

static json_t *providers_of(const struct check_site *site, const char *name)
{
    json_t *list = json_array();
    for (size_t i = 0; i < site->model->provider_count; i++)
        if (strcmp(site->model->providers[i].file, name) == 0 &&
            json_array_append_new(list, json_string(site->model->providers[i].id)) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *finding_object(const struct props_finding *finding)
{
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:s, s:s}", "code", finding->code, "severity",
                     check_severity_name(finding->severity), "key", finding->key, "line",
                     (json_int_t)finding->line, "column", (json_int_t)finding->column, "message",
                     finding->message, "hint", finding->hint);
}

static json_t *findings_of(const struct check_site *site, const char *name)
{
    const struct props_findings *findings = site->model->findings;
    json_t *list = json_array();
    for (size_t i = 0; i < props_findings_count(findings); i++) {
        const struct props_finding *finding = props_findings_at(findings, i);
        if (strcmp(finding->file, name) == 0 &&
            json_array_append_new(list, finding_object(finding)) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

/* What was asked about the file's providers. */
static json_t *asked_of(const struct ask *asked, const char *name)
{
    json_t *list = json_array();
    char room[ASK_OUTCOME_ROOM];
    for (size_t i = 0; i < asked->count; i++) {
        const struct ask_record *record = &asked->records[i];
        if (strcmp(record->file, name) != 0)
            continue;
        json_t *item =
            json_pack("{s:s, s:s, s:s, s:s, s:I}", "provider", record->provider, "method",
                      record->method, "url", record->url, "outcome", ask_outcome(record, room),
                      "milliseconds", (json_int_t)record->milliseconds);
        if (json_array_append_new(list, item) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static bool add_asked(json_t *object, const struct check_site *site, const char *name)
{
    return !site->online || json_object_set_new(object, "asked", asked_of(&site->ask, name)) == 0;
}

static json_t *file_object(const struct check_site *site, const struct check_file *file,
                           const char *redirect_uri)
{
    const struct check_counts *counts = &file->counts;
    return json_pack("{s:s, s:s?, s:o, s:o, s:{s:I, s:I, s:I}}", "file", file->name, "redirect_uri",
                     redirect_uri, "providers", providers_of(site, file->name), "findings",
                     findings_of(site, file->name), "summary", "errors", (json_int_t)counts->errors,
                     "warnings", (json_int_t)counts->warnings, "infos", (json_int_t)counts->infos);
}

static json_t *all_files(const struct check_site *site, const char *redirect_uri)
{
    json_t *list = json_array();
    for (size_t i = 0; i < site->file_count; i++) {
        json_t *object = file_object(site, &site->files[i], redirect_uri);
        if (json_array_append_new(list, object) != 0 ||
            !add_asked(object, site, site->files[i].name)) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

bool json_write(const struct check_site *site, FILE *out)
{
    char *redirect_uri = NULL;
    if (!check_site_redirect_uri(site, &redirect_uri))
        return false;
    json_t *list = all_files(site, redirect_uri);
    free(redirect_uri);
    json_t *root = json_array_size(list) == 1 ? json_incref(json_array_get(list, 0)) : list;
    bool written = json_out_write(root, out);
    if (root != list)
        json_decref(list);
    return written;
}
