/* What the tests of props share: a good file to spoil, and a short way to say what is expected. */
#ifndef TESTS_UNIT_PROPS_SUPPORT_H
#define TESTS_UNIT_PROPS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "props/model.h"

/* Must never be seen in a finding. */
#define SECRET "s3cr3t-Zq8XwV5t"

#define HEAD                                                                                       \
    "auth.method=openid\nprovider.id=aaf\nsiteUrl=https://xnat.example.org\n"       /* 1 to 3      \
                                                                                     */
#define CLIENT "openid.aaf.clientId=client-1\nopenid.aaf.clientSecret=" SECRET "\n" /* 4, 5 */
#define ENDPOINTS                                                                                  \
    "openid.aaf.userAuthUri=https://op.example.org/authorize\n"                                    \
    "openid.aaf.accessTokenUri=https://op.example.org/token\n" /* 6, 7 */
#define GOOD HEAD CLIENT ENDPOINTS

/* One file in, all findings out, as "CODE@line:column" in their order, with a blank between. */
struct expectation {
    const char *what;
    const char *file;
    const char *findings;
};

static inline struct props_model *model_of(const char *text)
{
    struct props_source source = {"test.properties", text, strlen(text)};
    struct props_model *model = NULL;
    assert_int_equal(props_model_parse(&source, 1, PROPS_AUTO, &model), PROPS_OK);
    assert_non_null(model);
    return model;
}

/* What the short files of these tests lack for some reader is the matter of test_absent alone. */
static inline bool is_counted(const struct props_finding *finding)
{
    static const char *const absences[] = {"OC229", "OC315", "OC380"};
    for (size_t i = 0; i < sizeof absences / sizeof *absences; i++)
        if (strcmp(finding->code, absences[i]) == 0)
            return false;
    return true;
}

static inline size_t counted_findings(const struct props_model *model)
{
    size_t count = 0;
    for (size_t i = 0; i < props_findings_count(model->findings); i++)
        count += is_counted(props_findings_at(model->findings, i)) ? 1 : 0;
    return count;
}

/* The finding at an index of those that count. */
static inline const struct props_finding *counted_finding(const struct props_model *model,
                                                          size_t index)
{
    static char empty[] = "";
    static const struct props_finding none = {
        .code = "", .file = empty, .key = empty, .message = empty, .hint = empty};
    for (size_t i = 0; i < props_findings_count(model->findings); i++) {
        const struct props_finding *finding = props_findings_at(model->findings, i);
        if (finding != NULL && is_counted(finding) && index-- == 0)
            return finding;
    }
    fail_msg("there are fewer findings than that");
    return &none;
}

/* All findings that count as text; free it. */
static inline char *findings_text(const struct props_model *model, bool with_file)
{
    size_t count = counted_findings(model);
    size_t room = count * 200 + 1;
    char *text = calloc(room, 1);
    assert_non_null(text);
    for (size_t i = 0; i < count; i++) {
        const struct props_finding *finding = counted_finding(model, i);
        size_t used = strlen(text);
        (void)snprintf(text + used, room - used, "%s%s%s%s@%zu:%zu", i > 0 ? " " : "",
                       with_file ? finding->file : "", with_file ? "/" : "", finding->code,
                       finding->line, finding->column);
    }
    return text;
}

static inline bool has_secret(const struct props_model *model)
{
    for (size_t i = 0; i < props_findings_count(model->findings); i++) {
        const struct props_finding *finding = props_findings_at(model->findings, i);
        if (strstr(finding->message, SECRET) != NULL || strstr(finding->hint, SECRET) != NULL ||
            strstr(finding->key, SECRET) != NULL)
            return true;
    }
    return false;
}

/* Prints what is not as expected. */
static inline bool meets(const struct expectation *expected)
{
    struct props_model *model = model_of(expected->file);
    char *text = findings_text(model, false);
    bool same = strcmp(text, expected->findings) == 0;
    bool secret = has_secret(model);
    if (!same)
        print_error("%s: found \"%s\", not \"%s\"\n", expected->what, text, expected->findings);
    if (secret)
        print_error("%s: a finding shows the secret\n", expected->what);
    free(text);
    props_model_free(&model);
    return same && !secret;
}

static inline void expect_all(const struct expectation *cases, size_t count)
{
    size_t unmet = 0;
    for (size_t i = 0; i < count; i++)
        unmet += meets(&cases[i]) ? 0 : 1;
    assert_int_equal(unmet, 0);
}

#define EXPECT_ALL(table) expect_all((table), sizeof(table) / sizeof *(table))

/* How severe each finding is for a reader, as "error OC106", with ", " between. */
struct judgement {
    const char *what;
    const char *file;
    enum props_target target;
    const char *findings;
};

static inline bool is_judged(const struct judgement *expected)
{
    static const char *const words[] = {"none", "info", "warning", "error"};
    struct props_source source = {"test.properties", expected->file, strlen(expected->file)};
    struct props_model *model = NULL;
    char text[2048] = "";
    assert_int_equal(props_model_parse(&source, 1, expected->target, &model), PROPS_OK);
    for (size_t i = 0; i < counted_findings(model); i++) {
        const struct props_finding *finding = counted_finding(model, i);
        size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "%s%s %s", i > 0 ? ", " : "",
                       words[finding->severity], finding->code);
    }
    bool same = strcmp(text, expected->findings) == 0;
    if (!same)
        print_error("%s, target %d: \"%s\", not \"%s\"\n", expected->what, (int)expected->target,
                    text, expected->findings);
    props_model_free(&model);
    return same;
}

static inline void judge_all(const struct judgement *cases, size_t count)
{
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++)
        wrong += is_judged(&cases[i]) ? 0 : 1;
    assert_int_equal(wrong, 0);
}

#define JUDGE_ALL(table) judge_all((table), sizeof(table) / sizeof *(table))

/* The finding at index of a model made from a file, for looking at its words. */
static inline void assert_words(const char *file, size_t index, const char *message,
                                const char *hint)
{
    struct props_model *model = model_of(file);
    const struct props_finding *finding = counted_finding(model, index);
    assert_non_null(finding);
    if (strstr(finding->message, message) == NULL || strstr(finding->hint, hint) == NULL)
        fail_msg("\"%s\" / \"%s\" does not say \"%s\" / \"%s\"", finding->message, finding->hint,
                 message, hint);
    props_model_free(&model);
}

#endif
