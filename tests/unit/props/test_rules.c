/* The table of rules is true: every bad example sets its rule off, and no good one does. */
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

#include "props/rules.h"
#include "tests/support/joined.h"

/* Rules that no short text can show, and the test that makes them. */
static const struct {
    enum props_rule_id id;
    const char *made_by;
} made_elsewhere[] = {
    {RULE_FILE_UNREADABLE, "test_load"},   {RULE_FILE_TOO_LARGE, "test_model"},
    {RULE_TOO_MANY_ENTRIES, "test_model"}, {RULE_FOLDER_EMPTY, "test_load"},
    {RULE_TOO_MANY_FILES, "test_load"},    {RULE_TOO_MANY_ITEMS, "test_provider"},
    {RULE_METHOD_SKIPPED, "test_load"},    {RULE_TOO_MANY_PROVIDERS, "test_model"},
};

static bool is_made_elsewhere(enum props_rule_id id)
{
    for (size_t i = 0; i < sizeof made_elsewhere / sizeof *made_elsewhere; i++)
        if (made_elsewhere[i].id == id)
            return true;
    return false;
}

/* The key of a line, which ends at its equals sign. */
static bool has_key(const char *line, const char *key, size_t size)
{
    return strncmp(line, key, size) == 0 && (line[size] == '=' || line[size] == '\n');
}

static bool is_named(const char *words, const char *key, size_t size)
{
    while (words != NULL && *words != '\0') {
        size_t word = strcspn(words, " ");
        if (word == size && strncmp(words, key, size) == 0)
            return true;
        words += word + (words[word] == ' ');
    }
    return false;
}

static bool is_replaced(const char *lines, const char *key, size_t size)
{
    while (lines != NULL && *lines != '\0') {
        if (has_key(lines, key, size))
            return true;
        lines += strcspn(lines, "\n");
        lines += *lines == '\n';
    }
    return false;
}

/* The base without what the example leaves out or replaces, then the example's lines. */
static char *compose(const struct rules_example *example, const char *lines)
{
    char *kept;
    char *text;
    size_t used = 0;
    if (example->scene == SCENE_WHOLE)
        return joined(lines, "");
    kept = calloc(strlen(rules_base) + 1, 1);
    assert_non_null(kept);
    for (const char *line = rules_base; *line != '\0';) {
        size_t size = strcspn(line, "\n") + 1;
        size_t key = strcspn(line, "=");
        if (!is_named(example->without, line, key) && !is_replaced(lines, line, key)) {
            memcpy(kept + used, line, size);
            used += size;
        }
        line += size;
    }
    text = joined(kept, lines == NULL ? "" : lines);
    free(kept);
    return text;
}

/* Writes a file of the owner's, or of everybody's, for the rules that look at files. */
static void write_file(const char *path, const char *text, bool open)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fputs(text, file) >= 0, 1);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, open ? 0644 : 0600), 0);
}

static struct props_model *check_files(const struct rules_example *example, const char *folder,
                                       enum props_target target)
{
    char first[200];
    char second[200];
    struct props_model *model = NULL;
    const char *name = example->scene == SCENE_NAME ? example->lines : "openid-provider.properties";
    char *text = compose(example, example->scene == SCENE_NAME ? NULL : example->lines);
    (void)snprintf(first, sizeof first, "%s/%s", folder, name);
    (void)snprintf(second, sizeof second, "%s/second-provider.properties", folder);
    write_file(first, text, example->scene == SCENE_OPEN);
    free(text);
    const char *const paths[] = {first, second};
    size_t count = 1;
    if (example->other != NULL) {
        struct rules_example other = {
            .scene = SCENE_LINES, .without = "enabled", .lines = example->other};
        text = compose(&other, example->other);
        write_file(second, text, false);
        free(text);
        count = 2;
    }
    assert_int_equal(props_model_load(paths, count, target, &model), PROPS_OK);
    assert_int_equal(remove(first), 0);
    if (count == 2)
        assert_int_equal(remove(second), 0);
    return model;
}

static const struct props_finding *find_code(const struct props_model *model, const char *code)
{
    for (size_t i = 0; i < props_findings_count(model->findings); i++)
        if (strcmp(props_findings_at(model->findings, i)->code, code) == 0)
            return props_findings_at(model->findings, i);
    return NULL;
}

static void print_findings(const struct props_model *model)
{
    for (size_t i = 0; i < props_findings_count(model->findings); i++) {
        const struct props_finding *finding = props_findings_at(model->findings, i);
        print_message("  %s %d at %zu:%zu: %s\n", finding->code, (int)finding->severity,
                      finding->line, finding->column, finding->message);
    }
}

/* Blanks at the end of a line are told of in words: nobody sees them in a manual. */
static size_t hides(const char *code, const struct rules_example *example)
{
    const char *lines =
        example->scene == SCENE_LINES && example->lines != NULL ? example->lines : "";
    if (strstr(lines, " \n") == NULL || example->unseen != NULL)
        return 0;
    print_message("%s: the example has blanks that nobody sees\n", code);
    return 1;
}

/* What is wrong leaves people in, or out, whom the site does not mean: what is right must not. */
static void test_restrictions_are_kept(void **state)
{
    static const enum props_rule_id rules[] = {RULE_MISSPELT_GUARD, RULE_BOOLEAN_GUARD,
                                               RULE_UNKNOWN_RESTRICTION};
    (void)state;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const struct props_rule *rule = props_rule(rules[i]);
        struct props_model *model = NULL;
        char *text = compose(&rule->good, rule->good.lines);
        struct props_source source = {"openid-provider.properties", text, strlen(text)};
        assert_int_equal(props_model_parse(&source, 1, PROPS_SIDECAR, &model), PROPS_OK);
        print_findings(model);
        assert_int_equal(props_findings_count(model->findings), 0);
        assert_true(model->providers[0].filter_email_domains);
        props_model_free(&model);
        free(text);
    }
}

static size_t wrong_examples(enum props_rule_id id, const char *folder)
{
    const struct props_rule *rule = props_rule(id);
    size_t wrong = 0;
    /* What a provider answers decides: tests/check/test_online.py has one for each. */
    if (rule->bad.scene == SCENE_ASKED)
        return 0;
    if (rule->bad.scene == SCENE_NONE) {
        wrong += is_made_elsewhere(id) ? 0 : 1;
        if (wrong > 0)
            print_message("%s has no example\n", rule->code);
        return wrong;
    }
    struct props_model *bad = check_files(&rule->bad, folder, rule->bad.target);
    if (find_code(bad, rule->code) == NULL) {
        print_message("%s: the bad example does not set it off\n", rule->code);
        print_findings(bad);
        wrong++;
    }
    props_model_free(&bad);
    struct props_model *good = check_files(&rule->good, folder, rule->good.target);
    if (find_code(good, rule->code) != NULL) {
        print_message("%s: the good example sets it off\n", rule->code);
        print_findings(good);
        wrong++;
    }
    props_model_free(&good);
    wrong += hides(rule->code, &rule->bad) + hides(rule->code, &rule->good);
    return wrong;
}

static void test_examples(void **state)
{
    char folder[] = "/tmp/test_rules.XXXXXX";
    size_t wrong = 0;
    (void)state;
    assert_non_null(mkdtemp(folder));
    for (enum props_rule_id id = 0; id < RULE_COUNT; id++)
        wrong += wrong_examples(id, folder);
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(wrong, 0);
}

static void test_texts(void **state)
{
    (void)state;
    for (enum props_rule_id id = 0; id < RULE_COUNT; id++) {
        const struct props_rule *rule = props_rule(id);
        assert_non_null(rule->code);
        if (id > 0 && strcmp(props_rule(id - 1)->code, rule->code) >= 0)
            fail_msg("%s does not come after %s", rule->code, props_rule(id - 1)->code);
        if (rule->title == NULL || rule->happens == NULL || rule->cure == NULL ||
            rule->title[0] == '\0' || rule->happens[0] == '\0' || rule->cure[0] == '\0')
            fail_msg("%s has no manual", rule->code);
        assert_int_not_equal(impact_worst(&rule->impact, READERS_ALL), PROPS_NONE);
    }
}

static void test_base_is_clean(void **state)
{
    static const enum props_target targets[] = {PROPS_AUTO, PROPS_SIDECAR, PROPS_PLUGIN_1_0};
    struct props_source source = {"openid-provider.properties", rules_base, strlen(rules_base)};
    (void)state;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct props_model *model = NULL;
        assert_int_equal(props_model_parse(&source, 1, targets[i], &model), PROPS_OK);
        print_findings(model);
        assert_int_equal(props_findings_count(model->findings), 0);
        props_model_free(&model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_base_is_clean),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_restrictions_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
