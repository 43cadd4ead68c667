/* The list of findings. */
#include "report.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "utf16.h"

struct item {
    struct props_finding finding;
    struct impact impact;
    size_t file_order;
    size_t sequence;
};

struct props_findings {
    struct item *items;
    size_t count;
    size_t capacity;
    size_t errors;
    bool bad;
};

struct props_findings *findings_new(void)
{
    return calloc(1, sizeof(struct props_findings));
}

static void free_finding(struct props_finding *finding)
{
    free(finding->file);
    free(finding->key);
    free(finding->message);
    free(finding->hint);
}

void findings_free(struct props_findings *findings)
{
    if (findings == NULL)
        return;
    for (size_t i = 0; i < findings->count; i++)
        free_finding(&findings->items[i].finding);
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
    struct item item = {
        .finding = {.code = props_rule(rule)->code,
                    .severity = impact_worst(impact, READERS_ALL),
                    .file = strdup(at->file),
                    .line = at->at.line,
                    .column = at->at.column,
                    .key = strdup(at->key == NULL ? "" : SHOW(at->key, strlen(at->key))),
                    .message = message,
                    .hint = strdup("")},
        .impact = *impact,
        .file_order = at->file_order,
        .sequence = findings->count,
    };
    const struct props_finding *made = &item.finding;
    if (made->file == NULL || made->key == NULL || made->message == NULL || made->hint == NULL ||
        !memory_grow(&findings->items, &findings->capacity, findings->count + 1,
                     sizeof *findings->items)) {
        findings->bad = true;
        free_finding(&item.finding);
        return;
    }
    findings->items[findings->count++] = item;
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
    if (findings->bad || findings->count == 0)
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
    for (size_t i = 0; i < findings->count; i++) {
        struct item *item = &findings->items[i];
        bool automatic = target == PROPS_AUTO;
        reader_set set = automatic ? layout(context, item->file_order) : target_readers(target);
        item->finding.severity = impact_worst(&item->impact, set);
        if (item->finding.severity == PROPS_NONE && automatic)
            item->finding.severity = judge_other(findings, item);
        if (item->finding.severity == PROPS_NONE) {
            free_finding(&item->finding);
            continue;
        }
        if (item->finding.severity == PROPS_ERROR)
            findings->errors++;
        findings->items[kept++] = *item;
    }
    findings->count = kept;
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

/* Control characters could forge a line of a log or steer a terminal; the marks of writing
 * direction could make a key look like another. */
static bool is_unfit(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0xD800 && c <= 0xDFFF) ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

const char *show(struct shown *shown, const char *text, size_t size)
{
    const char *at = text;
    size_t used = 0;
    while (at < text + size) {
        const char *start = at;
        uint32_t c = utf16_next(&at);
        size_t width = (size_t)(at - start);
        if (used + width > SHOWN_MAX) {
            static const char ellipsis[] = "\xE2\x80\xA6";
            memcpy(shown->text + used, ellipsis, sizeof ellipsis);
            return shown->text;
        }
        if (is_unfit(c)) {
            shown->text[used++] = '?';
        } else {
            memcpy(shown->text + used, start, width);
            used += width;
        }
    }
    shown->text[used] = '\0';
    return shown->text;
}
