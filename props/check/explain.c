/* The manual of rules and keys, from their tables. */
#include <string.h>
#include <strings.h>

#include "formats.h"
#include "json_out.h"
#include "props/keys.h"
#include "props/rules.h"

static const char *const reader_names[READERS_COUNT] = {"sidecar", "plugin 1.0", "plugin 1.1-1.3",
                                                        "plugin 1.4-1.6"};

static void write_lines(const char *lines, FILE *out)
{
    while (*lines != '\0') {
        size_t size = strcspn(lines, "\n");
        (void)fprintf(out, "    %.*s\n", (int)size, lines);
        lines += size + (lines[size] == '\n');
    }
}

static void write_example(const char *title, const struct rules_example *example, FILE *out)
{
    if (example->scene == SCENE_NONE)
        return;
    (void)fprintf(out, "\n%s", title);
    if (example->unseen != NULL)
        (void)fprintf(out, " (%s)", example->unseen);
    (void)fputs(":\n", out);
    if (example->without != NULL)
        (void)fprintf(out, "    (no line for: %s)\n", example->without);
    if (example->lines != NULL)
        write_lines(example->lines, out);
    if (example->scene == SCENE_NAME)
        (void)fputc('\n', out);
    if (example->other != NULL) {
        (void)fputs("  and in a second file:\n", out);
        write_lines(example->other, out);
    }
}

static void explain_rule(const struct props_rule *rule, FILE *out)
{
    (void)fprintf(out, "%s: %s\n\n%s\n\nCure: %s\n\nSeverity at worst:", rule->code, rule->title,
                  rule->happens, rule->cure);
    for (size_t reader = 0; reader < READERS_COUNT; reader++)
        (void)fprintf(out, "%s %s %s", reader == 0 ? "" : ",", reader_names[reader],
                      check_severity_name(rule->impact.on[reader]));
    (void)fputc('\n', out);
    write_example("Wrong", &rule->bad, out);
    write_example("Right", &rule->good, out);
}

static const char *type_text(enum keys_type type)
{
    static const char *const texts[] = {
        [KEYS_WORD] = "a word",
        [KEYS_ID] = "a provider's id",
        [KEYS_TEXT] = "text",
        [KEYS_HTML] = "HTML",
        [KEYS_BOOLEAN] = "true or false",
        [KEYS_URL] = "a URL",
        [KEYS_ORIGIN] = "scheme and host",
        [KEYS_PATH] = "a path",
        [KEYS_LIST] = "a list, separated by commas",
        [KEYS_CLAIM] = "the name of a claim",
        [KEYS_PATTERN] = "text with claims in square brackets",
        [KEYS_ALGORITHM] = "an encryption algorithm",
    };
    return texts[type];
}

static void explain_key(enum keys_id id, FILE *out)
{
    const struct keys_row *row = keys_row(id);
    const char *required = keys_required(id);
    (void)fprintf(out, "%s\n\n%s.\n\nValue: %s\n", row->pattern, row->help, type_text(row->type));
    if (required != NULL)
        (void)fprintf(out, "Required by the sidecar: %s\n", required);
    if (row->fallback != NULL)
        (void)fprintf(out, "Default: %s%s%s\n", row->fallback,
                      row->bearer_fallback == NULL ? "" : "; for .bearer: ",
                      row->bearer_fallback == NULL ? "" : row->bearer_fallback);
    if (row->since != NULL)
        (void)fprintf(out, "Read by the plugin since release %s\n", row->since);
    if (row->until != NULL)
        (void)fprintf(out, "Read by the plugin until release %s\n", row->until);
    if (keys_suffix(row) != NULL)
        (void)fprintf(out, "P stands for the provider's id%s\n",
                      keys_has_scope(row)
                          ? "; [.path] for nothing, .idToken (sign-in) or .bearer (REST calls)"
                          : "");
}

/* KEYS_COUNT: there is none. */
static enum keys_id find_key(const char *topic)
{
    struct keys_match match;
    if (keys_match(topic, NULL, 0, &match))
        return match.id;
    for (enum keys_id id = 0; id < KEYS_COUNT; id++) {
        const char *suffix = keys_suffix(keys_row(id));
        if (strcmp(topic, keys_row(id)->pattern) == 0 ||
            (suffix != NULL && strcmp(topic, suffix) == 0))
            return id;
    }
    return KEYS_COUNT;
}

bool explain_write(const char *topic, FILE *out)
{
    for (enum props_rule_id id = 0; id < RULE_COUNT; id++)
        if (strcasecmp(topic, props_rule(id)->code) == 0) {
            explain_rule(props_rule(id), out);
            return true;
        }
    enum keys_id key = find_key(topic);
    if (key != KEYS_COUNT) {
        explain_key(key, out);
        return true;
    }
    struct keys_guess guess;
    if (keys_guess(topic, NULL, 0, &guess))
        (void)fprintf(stderr, "oidc-check: there is no key %s; did you mean %s?\n", topic,
                      guess.name.text);
    else
        (void)fprintf(stderr,
                      "oidc-check: there is no rule or key %s; see --list-rules and "
                      "--list-keys\n",
                      topic);
    return false;
}

static json_t *rules_array(void)
{
    json_t *list = json_array();
    for (enum props_rule_id id = 0; id < RULE_COUNT; id++) {
        const struct props_rule *rule = props_rule(id);
        const enum props_severity *on = rule->impact.on;
        json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:{s:s, s:s, s:s, s:s}}", "code", rule->code,
                                "title", rule->title, "happens", rule->happens, "cure", rule->cure,
                                "severity", "sidecar", check_severity_name(on[READER_SIDECAR]),
                                "plugin-1.0", check_severity_name(on[READER_PLUGIN_1_0]),
                                "plugin-1.3", check_severity_name(on[READER_PLUGIN_1_3]),
                                "plugin-1.6", check_severity_name(on[READER_PLUGIN_1_6]));
        if (json_array_append_new(list, row) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

bool list_rules(bool json, FILE *out)
{
    if (json)
        return json_out_write(rules_array(), out);
    for (enum props_rule_id id = 0; id < RULE_COUNT; id++) {
        const struct props_rule *rule = props_rule(id);
        (void)fprintf(out, "%s  %-7s  %s\n", rule->code,
                      check_severity_name(impact_worst(&rule->impact, READERS_ALL)), rule->title);
    }
    return true;
}

static json_t *keys_array(void)
{
    json_t *list = json_array();
    for (enum keys_id id = 0; id < KEYS_COUNT; id++) {
        const struct keys_row *row = keys_row(id);
        json_t *object =
            json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:b, s:s}", "key", row->pattern,
                      "type", type_text(row->type), "required", keys_required(id), "default",
                      row->fallback, "bearer_default", row->bearer_fallback, "since", row->since,
                      "until", row->until, "secret", (int)row->secret, "help", row->help);
        if (json_array_append_new(list, object) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

bool list_keys(bool json, FILE *out)
{
    if (json)
        return json_out_write(keys_array(), out);
    for (enum keys_id id = 0; id < KEYS_COUNT; id++)
        (void)fprintf(out, "%-48s  %s\n", keys_row(id)->pattern, keys_row(id)->help);
    return true;
}
