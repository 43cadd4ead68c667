/* Findings for code scanning services: SARIF 2.1.0 (OASIS). */
#include <stdlib.h>
#include <string.h>

#include <oidc/version.h>

#include "formats.h"
#include "json_out.h"
#include "props/rules.h"

static const char schema[] = "https://json.schemastore.org/sarif-2.1.0.json";

static const char *level_of(enum props_severity severity)
{
    return severity == PROPS_ERROR ? "error" : severity == PROPS_WARNING ? "warning" : "note";
}

static json_t *rule_object(const struct props_rule *rule)
{
    return json_pack("{s:s, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}}", "id", rule->code,
                     "shortDescription", "text", rule->title, "fullDescription", "text",
                     rule->happens, "help", "text", rule->cure, "defaultConfiguration", "level",
                     level_of(impact_worst(&rule->impact, READERS_ALL)));
}

static json_t *all_rules(void)
{
    json_t *list = json_array();
    for (enum props_rule_id id = 0; id < RULE_COUNT; id++)
        if (json_array_append_new(list, rule_object(props_rule(id))) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_int_t rule_index(const char *code)
{
    for (enum props_rule_id id = 0; id < RULE_COUNT; id++)
        if (strcmp(props_rule(id)->code, code) == 0)
            return (json_int_t)id;
    return -1;
}

/* RFC 3986, 2: a path as a relative reference; a colon in its first part would look like a scheme.
 */
static json_t *uri_of(const char *path)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-._~/!$&'()*+,;=@";
    static const char digits[] = "0123456789ABCDEF";
    char *uri = malloc(strlen(path) * 3 + 1);
    size_t used = 0;
    if (uri == NULL)
        return NULL;
    for (const char *at = path; *at != '\0'; at++) {
        if (strchr(plain, *at) != NULL) {
            uri[used++] = *at;
            continue;
        }
        uri[used++] = '%';
        uri[used++] = digits[(unsigned char)*at >> 4];
        uri[used++] = digits[(unsigned char)*at & 0xF];
    }
    uri[used] = '\0';
    json_t *value = json_string(uri);
    free(uri);
    return value;
}

static json_t *location_of(const struct props_finding *finding)
{
    json_t *artifact = json_pack("{s:o}", "uri", uri_of(finding->file));
    if (finding->line == 0)
        return json_pack("{s:{s:o}}", "physicalLocation", "artifactLocation", artifact);
    return json_pack("{s:{s:o, s:{s:I, s:I}}}", "physicalLocation", "artifactLocation", artifact,
                     "region", "startLine", (json_int_t)finding->line, "startColumn",
                     (json_int_t)finding->column);
}

static json_t *result_object(const struct props_finding *finding)
{
    json_t *message = json_sprintf("%s%s%s", finding->message,
                                   finding->hint[0] == '\0' ? "" : ". Cure: ", finding->hint);
    return json_pack("{s:s, s:I, s:s, s:{s:o}, s:[o]}", "ruleId", finding->code, "ruleIndex",
                     rule_index(finding->code), "level", level_of(finding->severity), "message",
                     "text", message, "locations", location_of(finding));
}

static json_t *all_results(const struct props_findings *findings)
{
    json_t *list = json_array();
    for (size_t i = 0; i < props_findings_count(findings); i++)
        if (json_array_append_new(list, result_object(props_findings_at(findings, i))) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

bool sarif_write(const struct check_site *site, FILE *out)
{
    json_t *log = json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s, s:o}}, s:s, s:o}]}", "$schema", schema,
                            "version", "2.1.0", "runs", "tool", "driver", "name", "oidc-check",
                            "version", OIDC_VERSION, "rules", all_rules(), "columnKind",
                            "utf16CodeUnits", "results", all_results(site->model->findings));
    return json_out_write(log, out);
}
