/* The list of findings. */
#include "report_list.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "find.h"
#include "memory.h"
#include "show.h"

struct props_findings *findings_new(void)
{
    return calloc(1, sizeof(struct props_findings));
}

static void free_item(struct item *item)
{
    free(item->finding.file);
    free(item->finding.key);
    free(item->finding.message);
    free(item->finding.hint);
    free(item->lacks);
}

void findings_free(struct props_findings *findings)
{
    if (findings == NULL)
        return;
    for (size_t i = 0; i < findings->count; i++)
        free_item(&findings->items[i]);
    free(findings->items);
    free(findings);
}

size_t props_findings_count(const struct props_findings *findings)
{
    return findings->count;
}

size_t props_findings_errors(const struct props_findings *findings)
{
    return findings->errors;
}

const struct props_finding *props_findings_at(const struct props_findings *findings, size_t index)
{
    return index < findings->count ? &findings->items[index].finding : NULL;
}

bool findings_bad(const struct props_findings *findings)
{
    return findings->bad;
}

/* Like vasprintf, which is not POSIX. */
__attribute__((format(printf, 1, 0))) static char *format_text(const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = size < 0 ? NULL : malloc((size_t)size + 1);
    if (text != NULL)
        (void)vsnprintf(text, (size_t)size + 1, format, args);
    return text;
}

/* Takes the message over. */
static void add(struct props_findings *findings, enum props_rule_id rule,
                const struct impact *impact, const struct report_at *at, char *message)
{
    findings->dropped = at->muted;
    if (at->muted) {
        free(message);
        return;
    }
    struct item item = {
        .finding = {.code = props_rule(rule)->code,
                    .severity = impact_worst(impact, READERS_ALL),
                    .file = strdup(at->file),
                    .line = at->at.line,
                    .column = at->at.column,
                    .key = strdup(at->key == NULL ? "" : SHOW(at->key, strlen(at->key))),
                    .message = message,
                    .hint = strdup("")},
        .rule = rule,
        .impact = *impact,
        .file_order = at->file_order,
        .sequence = findings->count,
    };
    const struct props_finding *made = &item.finding;
    if (made->file == NULL || made->key == NULL || made->message == NULL || made->hint == NULL ||
        !memory_grow(&findings->items, &findings->capacity, findings->count + 1,
                     sizeof *findings->items)) {
        findings->bad = true;
        free_item(&item);
        return;
    }
    findings->items[findings->count++] = item;
    if (props_rule(rule)->part == PART_EMPTY && made->key[0] != '\0')
        explain_lack(findings, made->key);
    if (made->severity == PROPS_ERROR)
        findings->errors++;
}

void report(struct props_findings *findings, enum props_rule_id rule, const struct report_at *at,
            const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *message = format_text(format, args);
    va_end(args);
    add(findings, rule, &props_rule(rule)->impact, at, message);
}

void report_as(struct props_findings *findings, enum props_rule_id rule,
               const struct impact *impact, const struct report_at *at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *message = format_text(format, args);
    va_end(args);
    add(findings, rule, impact, at, message);
}

void advise(struct props_findings *findings, const char *format, ...)
{
    if (findings->bad || findings->count == 0 || findings->dropped)
        return;
    va_list args;
    va_start(args, format);
    char *hint = format_text(format, args);
    va_end(args);
    if (hint == NULL) {
        findings->bad = true;
        return;
    }
    struct props_finding *last = &findings->items[findings->count - 1].finding;
    free(last->hint);
    last->hint = hint;
}

/* Says which releases a finding is about, where the file's own reader is not among them. */
static bool name_releases(struct props_finding *finding, reader_set concerned)
{
    static const char format[] = "%s (Only %s of the plugin would stumble over this.)";
    size_t room = strlen(finding->message) + sizeof format + strlen(readers_text(concerned));
    char *message = malloc(room);
    if (message == NULL)
        return false;
    (void)snprintf(message, room, format, finding->message, readers_text(concerned));
    free(finding->message);
    finding->message = message;
    return true;
}

/* The severity of a finding that the readers of its file do not mind. */
static enum props_severity judge_other(struct props_findings *findings, struct item *item)
{
    enum props_severity worst = impact_worst(&item->impact, READERS_PLUGINS);
    if (worst == PROPS_NONE)
        return PROPS_NONE;
    if (!name_releases(&item->finding, impact_readers(&item->impact)))
        findings->bad = true;
    return worst == PROPS_ERROR ? PROPS_WARNING : worst;
}

void findings_judge(struct props_findings *findings, enum props_target target,
                    layout_readers *layout, const void *context)
{
    size_t kept = 0;
    findings->errors = 0;
    findings_explain(findings);
    for (size_t i = 0; i < findings->count; i++) {
        struct item *item = &findings->items[i];
        bool automatic = target == PROPS_AUTO;
        reader_set set = automatic ? layout(context, item->file_order) : target_readers(target);
        item->finding.severity = impact_worst(&item->impact, set);
        if (item->finding.severity == PROPS_NONE && automatic && !item->explained)
            item->finding.severity = judge_other(findings, item);
        if (item->finding.severity == PROPS_NONE || item->explained) {
            free_item(item);
            continue;
        }
        if (item->finding.severity == PROPS_ERROR)
            findings->errors++;
        findings->items[kept++] = *item;
    }
    findings->count = kept;
}

static void hide(char *in, const char *text, size_t size)
{
    static const char mask[] = {'*', '*', '*'};
    for (size_t at; (at = find_bytes(in, strlen(in), text, size)) != FIND_NONE;) {
        in += at;
        memcpy(in, mask, sizeof mask);
        memmove(in + sizeof mask, in + size, strlen(in + size) + 1);
        in += sizeof mask;
    }
}

void findings_hide(struct props_findings *findings, const char *text, size_t size)
{
    for (size_t i = 0; i < findings->count; i++) {
        hide(findings->items[i].finding.key, text, size);
        hide(findings->items[i].finding.message, text, size);
        hide(findings->items[i].finding.hint, text, size);
    }
}

static int compare_sizes(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_items(const void *a, const void *b)
{
    const struct item *left = a;
    const struct item *right = b;
    int order = compare_sizes(left->file_order, right->file_order);
    if (order == 0)
        order = compare_sizes(left->finding.line, right->finding.line);
    if (order == 0)
        order = compare_sizes(left->finding.column, right->finding.column);
    return order != 0 ? order : compare_sizes(left->sequence, right->sequence);
}

void findings_sort(struct props_findings *findings)
{
    if (findings->count > 0)
        qsort(findings->items, findings->count, sizeof *findings->items, compare_items);
}

bool findings_join(struct props_findings *findings, struct props_findings *more)
{
    bool fits = !more->bad && memory_grow(&findings->items, &findings->capacity,
                                          findings->count + more->count, sizeof *findings->items);
    for (size_t i = 0; fits && i < more->count; i++)
        findings->items[findings->count++] = more->items[i];
    if (fits) {
        findings->errors += more->errors;
        more->count = 0;
        findings_sort(findings);
    }
    findings_free(more);
    return fits;
}
