/* <oidc/lint.h>: the rules of props for other programs. */
#include <oidc/lint.h>

#include <stdlib.h>

#include "fail.h"
#include "findings.h"
#include "props/keys.h"
#include "props/model.h"
#include "props/rules.h"

struct oidc_lint {
    struct props_model *model;
    oidc_finding *findings;
    size_t finding_count;
    char *redirect_uri; /* "" while it cannot be known */
};

static const enum props_target targets[] = {
    [OIDC_LINT_AUTO] = PROPS_AUTO,
    [OIDC_LINT_SIDECAR] = PROPS_SIDECAR,
    [OIDC_LINT_PLUGIN_1_0] = PROPS_PLUGIN_1_0,
    [OIDC_LINT_PLUGIN_1_3] = PROPS_PLUGIN_1_3,
    [OIDC_LINT_PLUGIN_1_6] = PROPS_PLUGIN_1_6,
};

/* Takes the model over. */
static oidc_code make(struct props_model *model, enum props_result result, oidc_lint **out,
                      oidc_error *error)
{
    oidc_lint *report = calloc(1, sizeof *report);

    *out = NULL;
    if (!report || !model || result == PROPS_E_MEMORY) {
        free(report);
        props_model_free(&model);
        return oidc_fail_memory(error);
    }
    report->model = model;
    report->redirect_uri = props_model_redirect_uri(model);
    if (!report->redirect_uri ||
        !findings_map(model->findings, &report->findings, &report->finding_count)) {
        oidc_lint_free(&report);
        return oidc_fail_memory(error);
    }
    *out = report;
    if (result == PROPS_E_FILE)
        return oidc_fail(error, OIDC_E_FILE, "a file cannot be read; the report says which");
    return OIDC_OK;
}

oidc_code oidc_lint_files(const char *const paths[], size_t count, oidc_lint_target target,
                          oidc_lint **report, oidc_error *error)
{
    struct props_model *model = NULL;
    enum props_result result = props_model_load(paths, count, targets[target], &model);

    return make(model, result, report, error);
}

oidc_code oidc_lint_bytes(const oidc_lint_source sources[], size_t count, oidc_lint_target target,
                          oidc_lint **report, oidc_error *error)
{
    struct props_model *model = NULL;
    struct props_source *from = calloc(count + 1, sizeof *from);
    enum props_result result = PROPS_E_MEMORY;

    for (size_t i = 0; from && i < count; i++)
        from[i] = (struct props_source){
            .name = sources[i].name, .bytes = sources[i].bytes, .size = sources[i].size};
    if (from)
        result = props_model_parse(from, count, targets[target], &model);
    free(from);
    return make(model, result, report, error);
}

void oidc_lint_free(oidc_lint **report)
{
    oidc_lint *gone = *report;

    *report = NULL;
    if (!gone)
        return;
    props_model_free(&gone->model);
    free(gone->findings);
    free(gone->redirect_uri);
    free(gone);
}

size_t oidc_lint_finding_count(const oidc_lint *report)
{
    return report->finding_count;
}

const oidc_finding *oidc_lint_finding(const oidc_lint *report, size_t index)
{
    return index < report->finding_count ? &report->findings[index] : NULL;
}

size_t oidc_lint_count(const oidc_lint *report, oidc_severity severity)
{
    size_t count = 0;

    for (size_t i = 0; i < report->finding_count; i++)
        count += report->findings[i].severity == severity;
    return count;
}

const char *oidc_lint_redirect_uri(const oidc_lint *report)
{
    return report->redirect_uri;
}

size_t oidc_lint_provider_count(const oidc_lint *report)
{
    return report->model->provider_count;
}

const char *oidc_lint_provider(const oidc_lint *report, size_t index)
{
    return index < report->model->provider_count ? report->model->providers[index].id : NULL;
}

static const char *lines_of(const struct rules_example *example)
{
    return example->scene == SCENE_NONE || !example->lines ? "" : example->lines;
}

bool oidc_lint_rule_at(size_t index, oidc_lint_rule *rule)
{
    const struct props_rule *row;

    if (index >= RULE_COUNT)
        return false;
    row = props_rule((enum props_rule_id)index);
    *rule =
        (oidc_lint_rule){.code = row->code,
                         .title = row->title,
                         .happens = row->happens,
                         .cure = row->cure,
                         .wrong = lines_of(&row->bad),
                         .right = lines_of(&row->good),
                         .severity = findings_severity(impact_worst(&row->impact, READERS_ALL))};
    return true;
}

bool oidc_lint_key_at(size_t index, oidc_lint_key *key)
{
    const struct keys_row *row;

    if (index >= KEYS_COUNT)
        return false;
    row = keys_row((enum keys_id)index);
    *key = (oidc_lint_key){.pattern = row->pattern,
                           .help = row->help,
                           .fallback = row->fallback,
                           .secret = row->secret};
    return true;
}
