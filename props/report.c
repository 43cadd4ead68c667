/* The list of findings. */
#include "report.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "find.h"
#include "keys.h"
#include "memory.h"
#include "utf16.h"
#include "utf8.h"

struct item {
    struct props_finding finding;
    enum props_rule_id rule;
    struct impact impact;
    size_t file_order;
    size_t sequence;
    bool cause;        /* of whatever else is found in these lines */
    size_t first_line; /* of the entry or file it explains */
    size_t last_line;
    char *lacks;    /* the keys that are not there because of it, each after a line feed; or NULL */
    bool explained; /* by another */
};

struct props_findings {
    struct item *items;
    size_t count;
    size_t capacity;
    size_t errors;
    bool bad;
    bool dropped; /* the last finding was: its advice is, too */
};

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
    if (rule == RULE_EMPTY_VALUE && made->key[0] != '\0')
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

void explain_lines(struct props_findings *findings, size_t first, size_t last)
{
    if (findings->bad || findings->count == 0 || findings->dropped)
        return;
    struct item *item = &findings->items[findings->count - 1];
    item->cause = true;
    item->first_line = first;
    item->last_line = last;
}

void explain_lack(struct props_findings *findings, const char *key)
{
    if (findings->bad || findings->count == 0 || findings->dropped)
        return;
    struct item *item = &findings->items[findings->count - 1];
    size_t used = item->lacks == NULL ? 0 : strlen(item->lacks);
    size_t room = used + 1 + strlen(key) + 1;
    char *lacks = realloc(item->lacks, room);
    if (lacks == NULL) {
        findings->bad = true;
        return;
    }
    (void)snprintf(lacks + used, room - used, "\n%s", key);
    item->lacks = lacks;
}

/* --- what follows from another finding -----------------------------------------------------------
 */

/* The rules that say that something is not there. */
static bool is_about_lack(enum props_rule_id rule)
{
    static const enum props_rule_id rules[] = {
        RULE_METHOD_MISSING,      RULE_NO_PROVIDER,           RULE_NO_BLOCK,
        RULE_PROVIDER_ID_MISSING, RULE_SITE_URL_MISSING,      RULE_REDIRECT_PATH_MISSING,
        RULE_CLIENT_ID_MISSING,   RULE_CLIENT_SECRET_MISSING, RULE_NO_ENDPOINT,
        RULE_FILTER_EMPTY,        RULE_ENDPOINT_MISSING,      RULE_GATE_INCOMPLETE,
        RULE_BEARER_INCOMPLETE,   RULE_LINK_EXISTING,         RULE_LINK_MISSING,
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i] == rule)
            return true;
    return false;
}

/* Whether the list of keys has this one. */
static bool names_key(const char *lacks, const char *key)
{
    size_t size = strlen(key);
    for (const char *at = lacks + 1; size > 0 && (at = strstr(at, key)) != NULL; at++)
        if (at[-1] == '\n' && (at[size] == '\n' || at[size] == '\0'))
            return true;
    return false;
}

/* Where a provider is, one of two keys can say: whichever is spoilt explains that nothing does. */
static bool names_endpoint(const char *lacks, const char *key)
{
    static const char *const endpoints[] = {"userAuthUri", "accessTokenUri", "issuer"};
    const char *dot = strrchr(key, '.');
    for (size_t i = 0; dot != NULL && i < sizeof endpoints / sizeof *endpoints; i++) {
        char other[SHOWN_MAX + sizeof "accessTokenUri"];
        (void)snprintf(other, sizeof other, "%.*s.%s", (int)(dot - key), key, endpoints[i]);
        if (names_key(lacks, other))
            return true;
    }
    return false;
}

/* What is missing of one way in, the key for both ways gives as well. */
static bool names_shared_key(const char *lacks, const char *key)
{
    struct keys_match match;
    struct keys_name shared;
    char provider[KEYS_PROVIDER_MAX + 1];
    if (!keys_match(key, NULL, 0, &match) || match.scope == KEYS_SHARED)
        return false;
    (void)snprintf(provider, sizeof provider, "%.*s", (int)match.provider_size, match.provider);
    return names_key(lacks, keys_name(&shared, match.id, KEYS_SHARED, provider));
}

static bool explains(const struct item *cause, const struct item *lack)
{
    if (cause == lack || cause->lacks == NULL || cause->file_order != lack->file_order)
        return false;
    const char *key = lack->finding.key;
    if (lack->rule == RULE_NO_ENDPOINT)
        return names_endpoint(cause->lacks, key);
    if (lack->rule == RULE_NO_PROVIDER)
        return names_key(cause->lacks, "enabled") || names_key(cause->lacks, "provider.id");
    return names_key(cause->lacks, key) || names_shared_key(cause->lacks, key);
}

static void explain(struct item *cause, struct item *effect)
{
    cause->impact = impact_join(&cause->impact, &effect->impact);
    effect->explained = true;
}

static void explain_one_lack(struct props_findings *findings, struct item *lack, bool by_lack)
{
    for (size_t i = 0; i < findings->count; i++) {
        struct item *cause = &findings->items[i];
        if (is_about_lack(cause->rule) != by_lack || !explains(cause, lack))
            continue;
        explain(cause, lack);
        return;
    }
}

/* By a mistake first; what is left, by the finding that more than this is not there. */
static void explain_lacks(struct props_findings *findings, bool by_lack)
{
    for (size_t i = 0; i < findings->count; i++)
        if (is_about_lack(findings->items[i].rule) && !findings->items[i].explained)
            explain_one_lack(findings, &findings->items[i], by_lack);
}

/* Whether what the finding says could follow from what is wrong with the line's value. */
static bool can_follow(const struct item *item)
{
    return !item->cause && !item->explained && item->rule > RULE_MALFORMED_ESCAPE &&
           item->rule != RULE_DUPLICATE_KEY;
}

/* The findings are in their order. */
static void explain_neighbours(struct props_findings *findings, size_t index)
{
    struct item *cause = &findings->items[index];
    struct item *items = findings->items;
    for (size_t i = index; i > 0 && items[i - 1].file_order == cause->file_order &&
                           items[i - 1].finding.line >= cause->first_line;
         i--)
        if (can_follow(&items[i - 1]))
            explain(cause, &items[i - 1]);
    for (size_t i = index + 1; i < findings->count && items[i].file_order == cause->file_order &&
                               items[i].finding.line <= cause->last_line;
         i++)
        if (can_follow(&items[i]))
            explain(cause, &items[i]);
}

/* Says every mistake once: what only follows from another finding is dropped, and the other gets
 * its severity. */
static void explain_all(struct props_findings *findings)
{
    findings_sort(findings);
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].cause)
            explain_neighbours(findings, i);
    explain_lacks(findings, false);
    explain_lacks(findings, true);
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
    explain_all(findings);
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

/* Control characters could forge a line of a log or steer a terminal; the marks of writing
 * direction, and what has no width, could make a key look like another. */
static bool is_unfit(uint32_t c)
{
    bool no_width = c >= 0x200B && c <= 0x200D;
    return no_width || utf16_is_unmeant(c) || !utf8_is_plain(c);
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
