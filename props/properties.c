/* Logical lines to entries. */
#include "properties.h"

#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "memory.h"

/* Where key and value of a logical line are. */
struct split {
    size_t key_size;
    size_t value_at;
};

/* The key ends at the first separator or white space that no backslash protects. */
static size_t key_size_of(const char *text, size_t size)
{
    bool backslash = false;
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (!backslash && (c == '=' || c == ':' || lines_is_blank(c)))
            return i;
        backslash = c == '\\' && !backslash;
    }
    return size;
}

/* White space, at most one separator, white space. */
static struct split split_line(const char *text, size_t size)
{
    struct split split = {.key_size = key_size_of(text, size)};
    bool separated = false;
    size_t at = split.key_size;
    for (; at < size; at++) {
        if (lines_is_blank(text[at]))
            continue;
        if (separated || (text[at] != '=' && text[at] != ':'))
            break;
        separated = true;
    }
    split.value_at = at;
    return split;
}

/* Where the trailing blanks of the line begin. */
static size_t tail_of(const char *text, size_t size, size_t value_at)
{
    while (size > value_at && lines_is_blank(text[size - 1]))
        size--;
    return size;
}

/* The decoded text in a block of its own size; no copy of a secret is left in a larger one. */
static enum properties_result decode(const char *written, size_t size, char **text, size_t *bad_at)
{
    char *room = malloc(ESCAPE_ROOM(size));
    if (room == NULL)
        return PROPERTIES_E_MEMORY;
    *bad_at = PROPERTIES_NONE;
    bool well_formed = escape_decode(written, size, room, bad_at);
    *text = well_formed ? strdup(room) : NULL;
    memory_free_cleansed(room, ESCAPE_ROOM(size));
    return well_formed && *text == NULL ? PROPERTIES_E_MEMORY : PROPERTIES_OK;
}

static void free_entry(struct properties_entry *entry)
{
    memory_free_text(entry->key);
    memory_free_text(entry->value);
}

static enum properties_result add_error(struct properties *document, const struct lines *lines,
                                        size_t bad_at)
{
    if (!memory_grow(&document->errors, &document->error_capacity, document->error_count + 1,
                     sizeof *document->errors))
        return PROPERTIES_E_MEMORY;
    document->errors[document->error_count++] = (struct properties_error){
        .at = lines_place(lines, bad_at), .entries_before = document->count};
    return PROPERTIES_OK;
}

/* Reads key and value into the entry; an escape's place in the line goes to bad_at. */
static enum properties_result read_entry(const struct lines *lines, struct properties_entry *entry,
                                         size_t *bad_at)
{
    struct split split = split_line(lines->text, lines->text_size);
    size_t value_size = lines->text_size - split.value_at;
    *entry = (struct properties_entry){
        .at = lines_place(lines, 0),
        .value_at = lines_place(lines, split.value_at),
        .tail_at = lines_place(lines, tail_of(lines->text, lines->text_size, split.value_at)),
        .raw_offset = lines->pieces[0].offset,
        .raw_size = lines->text_end - lines->pieces[0].offset,
        .value_offset = lines_offset(lines, split.value_at) - lines->pieces[0].offset,
        .overridden_by = PROPERTIES_NONE,
    };
    enum properties_result result = decode(lines->text, split.key_size, &entry->key, bad_at);
    if (result != PROPERTIES_OK || *bad_at != PROPERTIES_NONE)
        return result;
    result = decode(lines->text + split.value_at, value_size, &entry->value, bad_at);
    if (*bad_at != PROPERTIES_NONE)
        *bad_at += split.value_at;
    return result;
}

static enum properties_result add_line(struct properties *document, const struct lines *lines)
{
    if (document->count + document->error_count >= PROPERTIES_MAX_ENTRIES)
        return PROPERTIES_E_ENTRIES;
    if (!memory_grow(&document->entries, &document->capacity, document->count + 1,
                     sizeof *document->entries))
        return PROPERTIES_E_MEMORY;
    struct properties_entry entry;
    size_t bad_at;
    enum properties_result result = read_entry(lines, &entry, &bad_at);
    if (result == PROPERTIES_OK && bad_at == PROPERTIES_NONE) {
        document->entries[document->count++] = entry;
        return PROPERTIES_OK;
    }
    free_entry(&entry);
    return result == PROPERTIES_OK ? add_error(document, lines, bad_at) : result;
}

struct reference {
    const struct properties_entry *entry;
};

static int compare_keys(const void *a, const void *b)
{
    const struct reference *left = a;
    const struct reference *right = b;
    int order = strcmp(left->entry->key, right->entry->key);
    return order != 0 ? order : (left->entry > right->entry) - (left->entry < right->entry);
}

/* Sorts by key, and links the entries of one key in their order. */
static enum properties_result index_entries(struct properties *document)
{
    size_t count = document->count;
    struct reference *order = calloc(count + 1, sizeof *order);
    document->sorted = calloc(count + 1, sizeof *document->sorted);
    if (order == NULL || document->sorted == NULL) {
        free(order);
        return PROPERTIES_E_MEMORY;
    }
    for (size_t i = 0; i < count; i++)
        order[i].entry = &document->entries[i];
    qsort(order, count, sizeof *order, compare_keys);
    for (size_t i = 0; i < count; i++)
        document->sorted[i] = (size_t)(order[i].entry - document->entries);
    free(order);
    for (size_t i = 1; i < count; i++) {
        struct properties_entry *earlier = &document->entries[document->sorted[i - 1]];
        if (strcmp(earlier->key, document->entries[document->sorted[i]].key) == 0)
            earlier->overridden_by = document->sorted[i];
    }
    return PROPERTIES_OK;
}

enum properties_result properties_parse(struct properties *document, const void *bytes, size_t size)
{
    *document = (struct properties){0};
    if (size > PROPERTIES_MAX_BYTES)
        return PROPERTIES_E_BYTES;
    struct lines lines;
    lines_init(&lines, bytes, size);
    enum properties_result result = PROPERTIES_OK;
    enum lines_result next = LINES_READ;
    while (result == PROPERTIES_OK && (next = lines_next(&lines)) == LINES_READ)
        result = add_line(document, &lines);
    lines_free(&lines);
    if (next == LINES_E_MEMORY)
        result = PROPERTIES_E_MEMORY;
    return result == PROPERTIES_OK ? index_entries(document) : result;
}

void properties_free(struct properties *document)
{
    for (size_t i = 0; i < document->count; i++)
        free_entry(&document->entries[i]);
    free(document->entries);
    free(document->errors);
    free(document->sorted);
    *document = (struct properties){0};
}

const struct properties_entry *properties_find(const struct properties *document, const char *key)
{
    /* The first of the sorted entries that is beyond the key; the one before it is the answer. */
    size_t low = 0;
    size_t high = document->sorted == NULL ? 0 : document->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(document->entries[document->sorted[middle]].key, key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return NULL;
    const struct properties_entry *entry = &document->entries[document->sorted[low - 1]];
    return strcmp(entry->key, key) == 0 ? entry : NULL;
}
