/* Bytes beyond ASCII, byte order marks, and characters that cannot be meant. */
#include "survey.h"

#include <stdint.h>
#include <string.h>

#include "find.h"
#include "utf16.h"
#include "utf8.h"
#include "written.h"

/* What the bytes beyond ASCII are. */
enum letters { LETTERS_ASCII, LETTERS_UTF8, LETTERS_LATIN1 };

/* @param first  where the first of them is. */
static enum letters letters_of(struct slice bytes, size_t *first)
{
    const unsigned char *at = (const unsigned char *)bytes.at;
    enum letters letters = LETTERS_ASCII;
    for (size_t i = 0; i < bytes.size;) {
        uint32_t character;
        size_t length = utf8_read(at + i, bytes.size - i, &character);
        if (length != 1 && letters == LETTERS_ASCII)
            *first = i;
        if (length == 0)
            return LETTERS_LATIN1;
        if (length > 1)
            letters = LETTERS_UTF8;
        i += length;
    }
    return letters;
}

static struct report_at at_byte(const struct line *line, size_t offset)
{
    struct report_at at = at_value(line->file, line->entry);
    at.at = written_place(line->file, line->entry, offset);
    return at;
}

/* The sidecar reads such a value as XNAT does. */
static void report_utf8(const struct line *line, size_t first)
{
    static const struct impact warning = IMPACT_ALL(WARNING);
    struct impact impact = spoilt(line);
    impact = impact_join(&impact, &warning);
    impact.on[READER_SIDECAR] = PROPS_WARNING;
    struct report_at at = at_byte(line, first);
    report_as(line->build->findings, RULE_UTF8, &impact, &at,
              "the line is written in UTF-8, but Java reads the file as ISO-8859-1: every letter "
              "beyond ASCII becomes two or three others");
    advise(line->build->findings, "write such letters as \\uXXXX, for example \\u00e9");
    explain_entry(line->build, line->entry);
}

static void report_latin1(const struct line *line, size_t first)
{
    struct report_at at = at_byte(line, first);
    report(line->build->findings, RULE_LATIN1, &at,
           "the line has a letter beyond ASCII, in ISO-8859-1. Java reads it as it is meant; an "
           "editor that saves the file as UTF-8 would spoil it");
    advise(line->build->findings, "to be safe, write such letters as \\uXXXX, for example \\u00e9");
}

/* --- characters ---------------------------------------------------------------------------------
 */

/* Characters that show as a blank or not at all, and that nobody trims. */
static bool is_invisible(uint32_t c)
{
    return c == 0xA0 || c == 0xAD || (c >= 0x2000 && c <= 0x200F) || c == 0x202F || c == 0x2060 ||
           c == 0x3000 || c == 0xFEFF;
}

/* The kind of character that should not be there: NULL: none. */
static const char *find_unmeant(const struct line *line)
{
    bool text = keys_row(line->id)->type == KEYS_HTML || line->id == KEY_NAME;
    bool list = keys_row(line->id)->type == KEYS_LIST;
    const char *end = line->value.at + line->value.size;
    for (const char *at = line->value.at; at < end;) {
        uint32_t c = utf16_next(&at);
        if (is_invisible(c) && !text)
            return "a blank that is no ordinary one, or a character that cannot be seen";
        /* In HTML a line end or a tabulator is a blank like any other; in lists a tabulator is. */
        bool blank = (c == '\t' && (text || list)) || (text && (c == '\n' || c == '\r'));
        if (utf16_is_unmeant(c) && !blank)
            return "a control character or half a character";
    }
    return NULL;
}

/* In UTF-8, what looks like a blank and is none. */
static bool has_wide_blank(struct slice bytes)
{
    static const char *const blanks[] = {"\xC2\xA0",     "\xC2\xAD",     "\xE2\x80\x8B",
                                         "\xE2\x80\x8C", "\xE2\x80\x8D", "\xE2\x80\xAF",
                                         "\xE2\x81\xA0", "\xEF\xBB\xBF"};
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++)
        if (find_bytes(bytes.at, bytes.size, blanks[i], strlen(blanks[i])) != FIND_NONE)
            return true;
    return false;
}

static void report_character(const struct line *line, const char *what)
{
    struct impact impact = spoilt(line);
    struct report_at at = at_value(line->file, line->entry);
    report_as(line->build->findings, RULE_CHARACTERS, &impact, &at,
              "the value of %s has %s in it, which becomes part of it", line->entry->key, what);
    advise(
        line->build->findings,
        "type the value again instead of pasting it; where there is a backslash in it, mind that "
        "\\t, \\n, \\r, \\f and \\u are read as escapes, and that \\\\ stands for one backslash");
    explain_entry(line->build, line->entry);
}

bool survey_encoding(const struct line *line)
{
    struct slice bytes = written_bytes(line->file, line->entry);
    size_t first = 0;
    enum letters letters = letters_of(bytes, &first);
    bool text = keys_row(line->id)->type == KEYS_HTML || line->id == KEY_NAME;
    if (letters == LETTERS_UTF8 && !text && has_wide_blank(bytes)) {
        report_character(line, "a blank that is no ordinary one");
        return true;
    }
    if (letters == LETTERS_UTF8) {
        report_utf8(line, first);
        return true;
    }
    const char *what = find_unmeant(line);
    if (what != NULL)
        report_character(line, what);
    else if (letters == LETTERS_LATIN1)
        report_latin1(line, first);
    return what != NULL;
}

/* --- byte order marks ---------------------------------------------------------------------------
 */

static bool begins_with(const struct file *file, const char *bytes, size_t size)
{
    return file->size >= size && memcmp(file->bytes, bytes, size) == 0;
}

static bool report_utf16(struct build *build, const struct file *file)
{
    struct report_at at = at_file(file);
    at.at = (struct place){1, 1};
    report(build->findings, RULE_BYTE_ORDER_MARK, &at,
           "the file is written in UTF-16, of which Java makes no key that anybody reads");
    advise(build->findings, "save the file as ASCII or ISO-8859-1, without byte order mark");
    explain_lines(build->findings, 0, SIZE_MAX);
    return true;
}

/* What the first key was to be, when the mark has become part of it; "": something else. */
static const char *spoilt_key(const struct file *file)
{
    static const char mark[] = "\xC3\xAF\xC2\xBB\xC2\xBF"; /* as Java reads it */
    struct keys_match match;
    const struct properties_entry *entry = file->document.entries;
    if (file->document.count == 0 || entry->raw_offset != 0 ||
        strncmp(entry->key, mark, sizeof mark - 1) != 0)
        return "";
    file->notes[0].explained = true;
    const char *key = entry->key + sizeof mark - 1;
    return keys_match(key, file->ids, file->id_count, &match) ? key : "";
}

bool survey_mark(struct build *build, const struct file *file)
{
    static const struct impact info = IMPACT_ALL(INFO);
    static const struct impact warning = IMPACT_ALL(WARNING);
    if (begins_with(file, "\xFF\xFE", 2) || begins_with(file, "\xFE\xFF", 2))
        return report_utf16(build, file);
    if (!begins_with(file, "\xEF\xBB\xBF", 3))
        return false;
    const char *key = spoilt_key(file);
    struct report_at at = at_file(file);
    at.at = (struct place){1, 1};
    report_as(build->findings, RULE_BYTE_ORDER_MARK, key[0] != '\0' ? &warning : &info, &at,
              "the file begins with a byte order mark, which Java takes for three letters: the "
              "first line is not the %s that it seems to be%s%s%s",
              key[0] != '\0' ? "key" : "comment or blank line", key[0] != '\0' ? ", and " : "",
              SHOW(key, strlen(key)), key[0] != '\0' ? " is missing" : "");
    advise(build->findings, "save the file without byte order mark, as ASCII or ISO-8859-1");
    if (key[0] != '\0')
        explain_lack(build->findings, key);
    return false;
}
