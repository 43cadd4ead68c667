/* The table of rules, the list of findings, and what may be shown. */
#include "support.h"

#include "props/report.h"
#include "props/show.h"

static void test_rules(void **state)
{
    (void)state;
    for (enum props_rule_id a = 0; a < RULE_COUNT; a++) {
        const struct props_rule *row = props_rule(a);
        assert_non_null(row->code);
        assert_int_equal(strlen(row->code), 5);
        assert_int_equal(strspn(row->code + 2, "0123456789"), 3);
        assert_memory_equal(row->code, "OC", 2);
        assert_true(strlen(row->title) > 5);
        /* In order, so that a number is not given twice and a reader finds it. */
        if (a > 0)
            assert_true(strcmp(props_rule(a - 1)->code, row->code) < 0);
    }
}

static void test_order(void **state)
{
    (void)state;
    struct props_findings *findings = findings_new();
    const struct report_at second = {.file = "b", .file_order = 1, .at = {1, 1}};
    const struct report_at late = {.file = "a", .at = {7, 1}, .key = "k"};
    const struct report_at whole = {.file = "a"};
    report(findings, RULE_BLANKS, &second, "four");
    report(findings, RULE_NO_PROVIDER, &late, "two");
    advise(findings, "hint %d", 2);
    report(findings, RULE_BLANKS, &late, "three");
    report(findings, RULE_NOT_ENABLED, &whole, "%s", "one");
    findings_sort(findings);
    static const char *const words[] = {"one", "two", "three", "four"};
    assert_int_equal(props_findings_count(findings), 4);
    assert_int_equal(props_findings_errors(findings), 3);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(props_findings_at(findings, i)->message, words[i]);
    const struct props_finding *finding = props_findings_at(findings, 1);
    assert_string_equal(finding->hint, "hint 2");
    assert_string_equal(finding->key, "k");
    assert_string_equal(finding->code, "OC204");
    assert_int_equal(finding->severity, PROPS_ERROR);
    assert_string_equal(props_findings_at(findings, 0)->hint, "");
    assert_null(props_findings_at(findings, 4));
    assert_false(findings_bad(findings));
    findings_free(findings);
    findings_free(NULL);
}

/* Findings that came later stand at their places, and count. */
static void test_join(void **state)
{
    (void)state;
    struct props_findings *findings = findings_new();
    struct props_findings *more = findings_new();
    const struct report_at early = {.file = "a", .at = {1, 1}};
    const struct report_at late = {.file = "a", .at = {7, 1}};
    report(findings, RULE_NO_PROVIDER, &late, "two");
    report(more, RULE_NO_PROVIDER, &early, "one");
    assert_true(findings_join(findings, more));
    assert_int_equal(props_findings_count(findings), 2);
    assert_int_equal(props_findings_errors(findings), 2);
    assert_string_equal(props_findings_at(findings, 0)->message, "one");
    assert_true(findings_join(findings, findings_new()));
    assert_int_equal(props_findings_count(findings), 2);
    findings_free(findings);
}

static void test_advice_needs_a_finding(void **state)
{
    (void)state;
    struct props_findings *findings = findings_new();
    advise(findings, "to whom?");
    findings_sort(findings);
    assert_int_equal(props_findings_count(findings), 0);
    findings_free(findings);
}

static reader_set sidecar_alone(const void *context, size_t file_order)
{
    (void)context;
    (void)file_order;
    return READER(READER_SIDECAR);
}

/* What follows from another finding is dropped; the other gets its severity. */
static void test_causes(void **state)
{
    (void)state;
    static const struct impact info = IMPACT_ALL(INFO);
    struct props_findings *findings = findings_new();
    const struct report_at line = {.file = "a", .at = {3, 7}, .key = "k"};
    const struct report_at next = {.file = "a", .at = {4, 7}, .key = "l"};
    const struct report_at elsewhere = {.file = "b", .file_order = 1, .at = {3, 7}, .key = "k"};
    const struct report_at whole = {.file = "a", .key = "siteUrl"};
    report(findings, RULE_SITE_URL_MISSING, &whole, "follows, by the key");
    report(findings, RULE_ENDPOINT, &line, "follows, by the line");
    report(findings, RULE_DUPLICATE_KEY, &line, "does not follow");
    report(findings, RULE_ENDPOINT, &next, "another line");
    report(findings, RULE_ENDPOINT, &elsewhere, "another file");
    report_as(findings, RULE_TEMPLATE, &info, &line, "the cause of one");
    explain_lines(findings, 3, 3);
    report_as(findings, RULE_MISSPELT_KEY, &info, &next, "the cause of the other");
    explain_lack(findings, "name");
    explain_lack(findings, "siteUrl");
    findings_judge(findings, PROPS_SIDECAR, sidecar_alone, NULL);
    findings_sort(findings);
    static const char *const words[] = {"does not follow", "the cause of one", "another line",
                                        "the cause of the other", "another file"};
    assert_int_equal(props_findings_count(findings), 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(props_findings_at(findings, i)->message, words[i]);
    assert_int_equal(props_findings_at(findings, 1)->severity, PROPS_ERROR);
    assert_int_equal(props_findings_at(findings, 3)->severity, PROPS_ERROR);
    findings_free(findings);
}

/* Parts of names are no names. */
static void test_causes_by_whole_names(void **state)
{
    (void)state;
    struct props_findings *findings = findings_new();
    const struct report_at lack = {.file = "a", .key = "auth.method"};
    const struct report_at cause = {.file = "a", .at = {1, 1}, .key = "x"};
    explain_lack(findings, "to nobody");
    explain_lines(findings, 0, 1);
    report(findings, RULE_METHOD_MISSING, &lack, "a lack");
    report(findings, RULE_MISSPELT_KEY, &cause, "no cause");
    explain_lack(findings, "my.auth.method");
    explain_lack(findings, "auth.methods");
    findings_judge(findings, PROPS_PLUGIN_1_0, sidecar_alone, NULL);
    assert_int_equal(props_findings_count(findings), 2);
    findings_free(findings);
}

/* What forges lines, turns the direction of writing or has no width. */
static void test_unfit(void **state)
{
    static const struct {
        const char *text;
        const char *shown;
    } rows[] = {
        {"a\x1b[1m\x7f", "a?[1m?"},
        {"a\xc2\x9b\xc0\x80", "a??"},                      /* C1; NUL in Java's way */
        {"a\xd8\x9c", "a?"},                               /* U+061C */
        {"a\xe2\x80\x8b\xe2\x80\x8d\xe2\x80\x8e", "a???"}, /* U+200B, U+200D, U+200E */
        {"a\xe2\x80\xa8\xe2\x80\xae", "a??"},              /* U+2028, U+202E */
        {"a\xe2\x81\xa6\xe2\x81\xa9", "a??"},              /* U+2066, U+2069 */
        {"a\xef\xbb\xbf\xef\xbf\xb9\xef\xbf\xbb", "a???"}, /* U+FEFF, U+FFF9, U+FFFB */
        {"a\xf3\xa0\x80\x80\xf3\xa0\x81\xbf", "a??"},      /* U+E0000, U+E007F */
        {"a\xed\xa0\xbd", "a?"},                           /* half a pair */
        {"\xc3\xa9\xe2\x80\x93\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x80\x93\xf0\x9f\x98\x80"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(SHOW(rows[i].text, strlen(rows[i].text)), rows[i].shown);
}

static void test_show(void **state)
{
    (void)state;
    assert_string_equal(SHOW("plain \xc3\xa9", 8), "plain \xc3\xa9");
    assert_string_equal(SHOW("a\nb\x1b\xc0\x80\xed\xa0\xbd\xe2\x80\xae\xc2\x9f", 14), "a?b?????");
    char text[SHOWN_MAX + 2];
    memset(text, 'x', sizeof text);
    assert_int_equal(strlen(SHOW(text, SHOWN_MAX)), SHOWN_MAX);
    struct shown shown;
    const char *cut = show(&shown, text, sizeof text);
    assert_int_equal(strlen(cut), SHOWN_MAX + 3);
    assert_string_equal(cut + SHOWN_MAX, "\xe2\x80\xa6");
    /* A character that does not fit whole is left out whole. */
    memcpy(text + SHOWN_MAX - 1, "\xe2\x82\xac", 3);
    assert_string_equal(show(&shown, text, sizeof text) + SHOWN_MAX - 1, "\xe2\x80\xa6");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),  cmocka_unit_test(test_order),
        cmocka_unit_test(test_join),   cmocka_unit_test(test_advice_needs_a_finding),
        cmocka_unit_test(test_causes), cmocka_unit_test(test_causes_by_whole_names),
        cmocka_unit_test(test_show),   cmocka_unit_test(test_unfit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
