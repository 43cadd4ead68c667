/* Lines that a backslash at the end of the line before made part of it, against all intentions. */
#include "survey.h"

#include <stdio.h>
#include <string.h>

#include "lines.h"
#include "written.h"

/* A key of the table with its separator at the start of a line. */
static bool begins_with_key(struct slice text, char *key, size_t room)
{
    size_t size = 0;
    struct keys_match match;
    while (size < text.size && !lines_is_blank(text.at[size]) && text.at[size] != '=' &&
           text.at[size] != ':')
        size++;
    size_t next = size;
    while (next < text.size && lines_is_blank(text.at[next]))
        next++;
    if (size >= room || next >= text.size || (text.at[next] != '=' && text.at[next] != ':'))
        return false;
    memcpy(key, text.at, size);
    key[size] = '\0';
    return keys_match(key, NULL, 0, &match);
}

static struct impact cost_of(struct build *build, const struct file *file,
                             const struct properties_entry *entry)
{
    struct line line;
    static const struct impact warning = IMPACT_ALL(WARNING);
    if (!line_of(&line, build, file, entry))
        return warning;
    struct impact cost = spoilt(&line);
    return impact_join(&cost, &warning);
}

static void report_key(struct build *build, const struct file *file,
                       const struct properties_entry *entry, struct place place, const char *key)
{
    struct keys_match match;
    struct impact impact = cost_of(build, file, entry);
    struct report_at at = at_key(file, entry);
    at.at = place;
    if (!keys_match(key, NULL, 0, &match))
        return;
    const struct keys_absence *absence = keys_absence(match.id);
    bool missing = properties_find(&file->document, key) == NULL;
    report_as(build->findings, RULE_SWALLOWED_LINE, &impact, &at,
              "the line before ends in a backslash, which makes this line a part of it: %s is not "
              "read here, and the value of %s goes on into this line%s%s",
              SHOW(key, strlen(key)), SHOW(at.key, strlen(at.key)),
              missing && absence != NULL ? ". So " : "",
              missing && absence != NULL ? absence->effect : "");
    advise(build->findings, "remove the backslash at the end of the line before");
    explain_entry(build, entry);
}

static void report_text(struct build *build, const struct file *file,
                        const struct properties_entry *entry, struct place place, bool comment)
{
    static const struct impact info = IMPACT_ALL(INFO);
    struct impact impact = comment ? cost_of(build, file, entry) : info;
    struct report_at at = at_key(file, entry);
    at.at = place;
    report_as(build->findings, RULE_SWALLOWED_LINE, &impact, &at, "%s",
              comment ? "the line before ends in a backslash, which makes this comment a part of "
                        "its value"
                      : "the line before ends in a backslash, which does not become part of the "
                        "value but joins this empty line to it");
    advise(build->findings, "remove the backslash at the end of the line before; a backslash that "
                            "is meant as such is written \\\\");
    if (comment)
        explain_entry(build, entry);
}

/* The rest of the entry's lines: what else it has swallowed. */
static void note_others(struct build *build, const struct file *file,
                        const struct properties_entry *entry, size_t offset)
{
    enum { MOST = 64 };
    struct slice text;
    char key[KEYS_ROOM];
    for (size_t noted = 0; noted < MOST && written_next_line(file, entry, &offset, &text);)
        if (begins_with_key(text, key, sizeof key)) {
            explain_lack(build->findings, key);
            noted++;
        }
}

/* An entry that ends in a backslash was joined to a line with nothing in it; unless the file ends.
 */
static void check_empty_line(struct build *build, const struct file *file,
                             const struct properties_entry *entry)
{
    size_t end = entry->raw_offset + entry->raw_size;
    if (entry->raw_size == 0 || file->bytes[end - 1] != '\\' || end >= file->size)
        return;
    end += file->bytes[end] == '\r' && end + 1 < file->size && file->bytes[end + 1] == '\n' ? 2 : 1;
    if (end >= file->size)
        return;
    struct place place = written_place(file, entry, entry->raw_size);
    report_text(build, file, entry, (struct place){place.line + 1, 1}, false);
}

void survey_joined(struct build *build, const struct file *file,
                   const struct properties_entry *entry)
{
    struct slice bytes = written_bytes(file, entry);
    struct slice text;
    char key[KEYS_ROOM];
    for (size_t offset = 0; written_next_line(file, entry, &offset, &text);) {
        bool is_key = begins_with_key(text, key, sizeof key);
        bool comment = text.size > 0 && (text.at[0] == '#' || text.at[0] == '!');
        if (!is_key && !comment)
            continue;
        struct place place = written_place(file, entry, (size_t)(text.at - bytes.at));
        if (!is_key) {
            report_text(build, file, entry, place, true);
            return;
        }
        report_key(build, file, entry, place, key);
        explain_lack(build->findings, key);
        note_others(build, file, entry, offset);
        return;
    }
    check_empty_line(build, file, entry);
}
