/* Findings for programs. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "formats.h"

/* Findings and paths may hold bytes that are no UTF-8; jansson takes none of them. */
static json_t *text(const char *bytes)
{
    json_t *value = json_string(bytes);
    if (value != NULL)
        return value;
    char *copy = strdup(bytes);
    for (char *at = copy; at != NULL && *at != '\0'; at++)
        if ((unsigned char)*at >= 0x80)
            *at = '?';
    value = copy == NULL ? NULL : json_string(copy);
    free(copy);
    return value;
}

static json_t *providers_of(const struct check_site *site, const char *name)
{
    json_t *list = json_array();
    for (size_t i = 0; i < site->model->provider_count; i++)
        if (strcmp(site->model->providers[i].file, name) == 0 &&
            json_array_append_new(list, text(site->model->providers[i].id)) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *finding_object(const struct props_finding *finding)
{
    return json_pack("{s:s, s:s, s:o, s:I, s:I, s:o, s:o}", "code", finding->code, "severity",
                     check_severity_name(finding->severity), "key", text(finding->key), "line",
                     (json_int_t)finding->line, "column", (json_int_t)finding->column, "message",
                     text(finding->message), "hint", text(finding->hint));
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
            json_pack("{s:o, s:s, s:o, s:s, s:I}", "provider", text(record->provider), "method",
                      record->method, "url", text(record->url), "outcome",
                      ask_outcome(record, room), "milliseconds", (json_int_t)record->milliseconds);
        if (json_array_append_new(list, item) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static bool add_asked(json_t *object, const struct ask *asked, const char *name)
{
    return asked == NULL || json_object_set_new(object, "asked", asked_of(asked, name)) == 0;
}

static json_t *file_object(const struct check_site *site, const struct check_file *file,
                           const char *redirect_uri)
{
    const struct check_counts *counts = &file->counts;
    return json_pack("{s:o, s:o, s:o, s:o, s:{s:I, s:I, s:I}}", "file", text(file->name),
                     "redirect_uri", redirect_uri == NULL ? json_null() : text(redirect_uri),
                     "providers", providers_of(site, file->name), "findings",
                     findings_of(site, file->name), "summary", "errors", (json_int_t)counts->errors,
                     "warnings", (json_int_t)counts->warnings, "infos", (json_int_t)counts->infos);
}

static json_t *all_files(const struct check_site *site, const char *redirect_uri)
{
    json_t *list = json_array();
    for (size_t i = 0; i < site->file_count; i++) {
        json_t *object = file_object(site, &site->files[i], redirect_uri);
        if (json_array_append_new(list, object) != 0 ||
            !add_asked(object, site->asked, site->files[i].name)) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

bool json_write(const struct check_site *site, FILE *out)
{
    char *redirect_uri = check_site_redirect_uri(site);
    json_t *list = all_files(site, redirect_uri);
    free(redirect_uri);
    if (list == NULL)
        return false;
    const json_t *root = json_array_size(list) == 1 ? json_array_get(list, 0) : list;
    (void)json_dumpf(root, out, JSON_INDENT(2));
    (void)fputc('\n', out);
    json_decref(list);
    return true;
}
