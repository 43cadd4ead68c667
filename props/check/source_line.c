/* A line of a file, fit to be shown. */
#include "source_line.h"

#include <string.h>

#include "props/keys.h"
#include "props/quote.h"

bool source_open(struct source *source, const struct load_file *file)
{
    enum properties_result result = properties_parse(&source->document, file->bytes, file->size);
    source->file = file;
    source->whole = result == PROPERTIES_OK;
    return result != PROPERTIES_E_MEMORY;
}

void source_close(struct source *source)
{
    properties_free(&source->document);
}

/* A natural line: a slice of the file. */
struct natural {
    const char *at;
    size_t offset;
    size_t size;
};

static bool find_line(const struct load_file *file, size_t line, struct natural *found)
{
    size_t number = 1;
    size_t start = 0;
    for (size_t i = 0; i <= file->size; i++) {
        bool end = i == file->size || file->bytes[i] == '\n' || file->bytes[i] == '\r';
        if (!end)
            continue;
        if (number == line) {
            *found = (struct natural){file->bytes + start, start, i - start};
            return true;
        }
        if (i + 1 < file->size && file->bytes[i] == '\r' && file->bytes[i + 1] == '\n')
            i++;
        start = i + 1;
        number++;
    }
    return false;
}

static const struct properties_entry *find_entry(const struct source *source, size_t offset)
{
    const struct properties *document = &source->document;
    for (size_t i = 0; i < document->count; i++) {
        const struct properties_entry *entry = &document->entries[i];
        if (offset >= entry->raw_offset && offset <= entry->raw_offset + entry->raw_size)
            return entry;
    }
    return NULL;
}

/* Whether the value is that of a known key, and neither is nor could be a secret. The client id is
 * left out too: the secret is pasted there often enough. */
static bool may_show_value(const struct properties_entry *entry)
{
    struct keys_match match;
    if (!keys_match(entry->key, NULL, 0, &match) || match.id == KEY_CLIENT_ID)
        return false;
    return !keys_row(match.id)->secret && quote_allows(entry->value);
}

/* Whether the key is one that we know, or would be but for a slip; or at least no secret that has
 * lost its key. */
static bool may_show_key(const struct properties_entry *entry)
{
    struct keys_match match;
    return keys_match(entry->key, NULL, 0, &match) || quote_allows_key(entry->key);
}

/* How much of the line is shown: up to and with the separator, or all. */
static size_t shown_size(const struct properties_entry *entry, const struct natural *line)
{
    if (may_show_value(entry))
        return line->size;
    if (line->offset > entry->raw_offset || !may_show_key(entry))
        return 0;
    size_t begin = entry->raw_offset - line->offset;
    for (size_t i = begin; i < line->size; i++)
        if (line->at[i] == '=' || line->at[i] == ':' || lines_is_blank(line->at[i]))
            return i + 1;
    return 0;
}

/* Bytes beyond ASCII are shown as a mark each, so that columns stay true. */
static char printable(char c)
{
    unsigned char byte = (unsigned char)c; /* char has no sign on some machines */
    if (byte == '\t')
        return ' ';
    if (byte < ' ' || byte >= 0x7F)
        return '?';
    return c;
}

/* Cuts a long line around its column. */
static void copy(struct source_line *shown, const struct natural *line, size_t size, size_t caret)
{
    static const char dots[] = "...";
    const size_t before = 60;
    size_t from = size > SOURCE_LINE_MAX / 2 && caret > 2 * before ? caret - before : 0;
    size_t used = 0;
    if (from > 0) {
        memcpy(shown->text, dots, sizeof dots - 1);
        used = sizeof dots - 1;
    }
    shown->caret = used + (caret - from);
    for (size_t i = from; i < size && used < SOURCE_LINE_MAX / 2; i++)
        shown->text[used++] = printable(line->at[i]);
    shown->text[used] = '\0';
}

bool source_line(const struct source *source, size_t line, size_t column, struct source_line *shown)
{
    struct natural natural;
    if (!source->whole || line == 0 || column == 0 || !find_line(source->file, line, &natural))
        return false;
    const struct properties_entry *entry = find_entry(source, natural.offset + column - 1);
    if (entry == NULL)
        return false;
    size_t size = shown_size(entry, &natural);
    if (size == 0)
        return false;
    size_t caret = column - 1 < size ? column - 1 : size;
    copy(shown, &natural, size, caret);
    if (size < natural.size)
        memcpy(shown->text + strlen(shown->text), "***", sizeof "***");
    return true;
}
