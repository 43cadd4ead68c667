/* An entry as it stands in the file. */
#include "written.h"

#include <string.h>

#include "lines.h"

struct slice written_bytes(const struct file *file, const struct properties_entry *entry)
{
    return (struct slice){(const char *)file->bytes + entry->raw_offset, entry->raw_size};
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static bool is_separator(char c)
{
    return c == '=' || c == ':';
}

char written_separator(const struct file *file, const struct properties_entry *entry)
{
    struct slice bytes = written_bytes(file, entry);
    size_t at = 0;
    while (at < bytes.size && !lines_is_blank(bytes.at[at]) && !is_separator(bytes.at[at]) &&
           !is_line_end(bytes.at[at]))
        at += bytes.at[at] == '\\' ? 2 : 1;
    size_t end = at;
    while (at < bytes.size && lines_is_blank(bytes.at[at]))
        at++;
    if (at < bytes.size && is_separator(bytes.at[at]))
        return bytes.at[at];
    return end < bytes.size && at > end && entry->value[0] != '\0' ? ' ' : '\0';
}

struct place written_place(const struct file *file, const struct properties_entry *entry,
                           size_t offset)
{
    struct slice bytes = written_bytes(file, entry);
    struct place place = entry->at;
    for (size_t i = 0; i < offset && i < bytes.size; i++) {
        bool half = bytes.at[i] == '\r' && i + 1 < bytes.size && bytes.at[i + 1] == '\n';
        place.column++;
        if (is_line_end(bytes.at[i]) && !half)
            place = (struct place){place.line + 1, 1};
    }
    return place;
}

/* Past what stands between a comma and an item: blanks, and the end of a line that goes on. */
static size_t skip_gap(struct slice bytes, size_t at)
{
    while (at < bytes.size) {
        bool goes_on = bytes.at[at] == '\\' && at + 1 < bytes.size && is_line_end(bytes.at[at + 1]);
        if (!goes_on && !is_line_end(bytes.at[at]) && !lines_is_blank(bytes.at[at]))
            break;
        at++;
    }
    return at;
}

/* Commas are counted: an item that is written with escapes has another length than its text. */
struct place written_item(const struct file *file, const struct properties_entry *entry,
                          struct slice item)
{
    struct slice bytes = written_bytes(file, entry);
    size_t at = entry->value_offset;
    for (const char *c = entry->value; c < item.at; c++) {
        if (*c != ',')
            continue;
        while (at < bytes.size && bytes.at[at] != ',')
            at++;
        at++;
    }
    return written_place(file, entry, skip_gap(bytes, at));
}

bool written_next_line(const struct file *file, const struct properties_entry *entry,
                       size_t *offset, struct slice *line)
{
    struct slice bytes = written_bytes(file, entry);
    size_t at = *offset;
    while (at < bytes.size && !is_line_end(bytes.at[at]))
        at++;
    if (at >= bytes.size)
        return false;
    at += bytes.at[at] == '\r' && at + 1 < bytes.size && bytes.at[at + 1] == '\n' ? 2 : 1;
    while (at < bytes.size && lines_is_blank(bytes.at[at]))
        at++;
    line->at = bytes.at + at;
    while (at < bytes.size && !is_line_end(bytes.at[at]))
        at++;
    line->size = (size_t)(bytes.at + at - line->at);
    *offset = at;
    return true;
}
