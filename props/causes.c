/* Which finding is the cause of which: one mistake often shows in several places. */
#include "report_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys.h"
#include "show.h"

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

static bool is_about_lack(const struct item *item)
{
    return props_rule(item->rule)->part == PART_LACK;
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
        if (is_about_lack(cause) != by_lack || !explains(cause, lack))
            continue;
        explain(cause, lack);
        return;
    }
}

/* By a mistake first; what is left, by the finding that more than this is not there. */
static void explain_lacks(struct props_findings *findings, bool by_lack)
{
    for (size_t i = 0; i < findings->count; i++)
        if (is_about_lack(&findings->items[i]) && !findings->items[i].explained)
            explain_one_lack(findings, &findings->items[i], by_lack);
}

/* Whether what the finding says could follow from what is wrong with the line's value. */
static bool can_follow(const struct item *item)
{
    return !item->cause && !item->explained && props_rule(item->rule)->part != PART_FIRST;
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

void findings_explain(struct props_findings *findings)
{
    findings_sort(findings);
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].cause)
            explain_neighbours(findings, i);
    explain_lacks(findings, false);
    explain_lacks(findings, true);
}
