/* Values that were to be something else: placeholders that nobody filled in, and values in
 * quotation marks. */
#include "survey.h"

#include <string.h>

#include "find.h"

/* How a template marks what is to be filled in. */
struct template
{
    const char *begins;
    const char *ends;
    bool whole; /* it must be all of the value: as a part of one it may be meant */
};

static const struct template templates[] = {
    {"${", "}", false}, {"{{", "}}", false}, {"{%", "%}", false}, {"<%", "%>", false},
    {"$(", ")", true},  {"#{", "}", false},  {"map[", "]", true}, {"<", ">", true},
    {"__", "__", true}, {"%", "%", true},    {"@", "@", true},    {"[[", "]]", true},
};

static bool has_template(struct slice value, const struct template *template)
{
    size_t begin = strlen(template->begins);
    size_t end = strlen(template->ends);
    if (template->whole)
        return value.size > begin + end && memcmp(value.at, template->begins, begin) == 0 &&
               memcmp(value.at + value.size - end, template->ends, end) == 0;
    size_t at = find_bytes(value.at, value.size, template->begins, begin);
    if (at == FIND_NONE)
        return false;
    size_t rest = at + begin;
    return find_bytes(value.at + rest, value.size - rest, template->ends, end) != FIND_NONE;
}

/* A name in braces or between underscores, as in `https://xnat.{host}/`. */
static bool has_braces(struct slice value)
{
    const char *open = memchr(value.at, '{', value.size);
    if (open == NULL)
        return false;
    const char *close = memchr(open, '}', (size_t)(value.at + value.size - open));
    return close != NULL && close > open + 1;
}

static bool is_shell_variable(struct slice value)
{
    if (value.size < 2 || value.at[0] != '$')
        return false;
    for (size_t i = 1; i < value.size; i++)
        if (!(value.at[i] >= 'A' && value.at[i] <= 'Z') && value.at[i] != '_')
            return false;
    return true;
}

static bool is_template(const struct line *line)
{
    enum keys_type type = keys_row(line->id)->type;
    bool address = type == KEYS_URL || type == KEYS_ORIGIN || type == KEYS_PATH;
    bool pattern = type == KEYS_PATTERN;
    struct slice value = line->value;
    for (size_t i = 0; value.size > 0 && i < sizeof templates / sizeof *templates; i++) {
        /* HTML is made of what marks a placeholder elsewhere, a pattern has its own brackets. */
        if (((type == KEYS_HTML || pattern) && templates[i].whole) ||
            (keys_row(line->id)->secret && value.size > 0 && templates[i].whole == false &&
             value.at[0] != templates[i].begins[0]))
            continue;
        if (has_template(value, &templates[i]))
            return true;
    }
    return (value.size > 0 && address && has_braces(value)) || is_shell_variable(value);
}

bool survey_template(const struct line *line)
{
    if (!is_template(line))
        return false;
    struct impact impact = spoilt(line);
    struct report_at at = at_value(line->file, line->entry);
    report_as(
        line->build->findings, RULE_TEMPLATE, &impact, &at,
        "the value of %s is a placeholder of a template, or has one in it, and is taken as it "
        "stands",
        line->entry->key);
    advise(line->build->findings,
           "write the value itself, or look why the program that makes this file did not");
    explain_entry(line->build, line->entry);
    return true;
}

/* --- quotation marks ----------------------------------------------------------------------------
 */

/* Pairs of marks, in the ways Java can come to them: plain, by an escape (UTF-8 here), and as UTF-8
 * read for ISO-8859-1. */
static const struct {
    const char *begins;
    const char *ends;
} marks[] = {
    {"\"", "\""},
    {"'", "'"},
    {"`", "`"},
    {"\xE2\x80\x9C", "\xE2\x80\x9D"},
    {"\xE2\x80\x9E", "\xE2\x80\x9C"},
    {"\xE2\x80\x98", "\xE2\x80\x99"},
    {"\xE2\x80\x9D", "\xE2\x80\x9D"},
    {"\xC2\xAB", "\xC2\xBB"},
    {"\xC3\xA2\xC2\x80\xC2\x9C", "\xC3\xA2\xC2\x80\xC2\x9D"},
    {"\xC3\xA2\xC2\x80\xC2\x9E", "\xC3\xA2\xC2\x80\xC2\x9C"},
    {"\xC3\xA2\xC2\x80\xC2\x98", "\xC3\xA2\xC2\x80\xC2\x99"},
    {"\xC3\xA2\xC2\x80\xC2\x9D", "\xC3\xA2\xC2\x80\xC2\x9D"},
};

static bool is_quoted(struct slice value)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t begin = strlen(marks[i].begins);
        size_t end = strlen(marks[i].ends);
        if (value.size >= begin + end && memcmp(value.at, marks[i].begins, begin) == 0 &&
            memcmp(value.at + value.size - end, marks[i].ends, end) == 0)
            return true;
    }
    return false;
}

/* In quotation marks false is read as false still; and domains are not looked at while the filter
 * is off. */
static bool does_no_harm(const struct line *line)
{
    struct slice inner = {line->value.at + 1, line->value.size - 2};
    if (keys_row(line->id)->type == KEYS_BOOLEAN)
        return slice_equals_folded(inner, "false");
    return line->id == KEY_ALLOWED_DOMAINS &&
           !is_on(line->file, KEY_FILTER_DOMAINS, line->provider);
}

bool survey_quotes(const struct line *line)
{
    static const struct impact harmless = IMPACT_ALL(INFO);
    if (keys_row(line->id)->type == KEYS_HTML || !is_quoted(line->value))
        return false;
    struct impact impact = does_no_harm(line) ? harmless : spoilt(line);
    struct report_at at = at_value(line->file, line->entry);
    report_as(line->build->findings, RULE_QUOTES, &impact, &at,
              "the value of %s stands in quotation marks, which become part of it",
              line->entry->key);
    advise(line->build->findings, "remove the quotation marks");
    explain_entry(line->build, line->entry);
    return true;
}
