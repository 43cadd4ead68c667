/* Booleans, lists, ids, scopes, paths and patterns. URLs have a file of their own. */
#include "values.h"

#include <string.h>
#include <strings.h>

#include "ascii.h"
#include "find.h"

#include "keys.h"
#include "utf16.h"

struct slice slice_of(const char *text)
{
    return (struct slice){text, strlen(text)};
}

bool slice_equals(struct slice slice, const char *text)
{
    return slice.size == strlen(text) && memcmp(slice.at, text, slice.size) == 0;
}

bool slice_equals_folded(struct slice slice, const char *text)
{
    return slice.size == strlen(text) && strncasecmp(slice.at, text, slice.size) == 0;
}

static bool is_trimmed(char c)
{
    return (unsigned char)c <= ' ';
}

bool slice_begins(struct slice slice, const char *word)
{
    size_t size = strlen(word);
    return slice.size >= size && memcmp(slice.at, word, size) == 0;
}

bool slice_has_capitals(struct slice slice)
{
    for (size_t i = 0; i < slice.size; i++)
        if (slice.at[i] >= 'A' && slice.at[i] <= 'Z')
            return true;
    return false;
}

bool slice_has(struct slice slice, const char *word)
{
    return find_bytes(slice.at, slice.size, word, strlen(word)) != FIND_NONE;
}

bool slice_is_address(struct slice host)
{
    for (size_t i = 0; i < host.size; i++) {
        if (host.at[i] == ':')
            return true;
        if (host.at[i] != '.' && (host.at[i] < '0' || host.at[i] > '9'))
            return false;
    }
    return host.size > 0;
}

struct slice value_trim(struct slice value)
{
    while (value.size > 0 && is_trimmed(value.at[0])) {
        value.at++;
        value.size--;
    }
    while (value.size > 0 && is_trimmed(value.at[value.size - 1]))
        value.size--;
    return value;
}

bool value_has_control(struct slice value)
{
    for (const char *at = value.at; at < value.at + value.size;)
        if (utf16_is_unmeant(utf16_next(&at)))
            return true;
    return false;
}

bool value_boolean(struct slice value, bool *is_true)
{
    *is_true = slice_equals_folded(value, "true");
    return *is_true || slice_equals_folded(value, "false");
}

bool value_next_item(struct slice *rest, struct slice *item, bool *padded)
{
    while (rest->size > 0) {
        const char *comma = memchr(rest->at, ',', rest->size);
        size_t size = comma == NULL ? rest->size : (size_t)(comma - rest->at);
        struct slice written = {rest->at, size};
        size_t taken = comma == NULL ? size : size + 1;
        rest->at += taken;
        rest->size -= taken;
        *item = value_trim(written);
        if (item->size == 0)
            continue;
        if (padded != NULL)
            *padded = item->size != written.size;
        return true;
    }
    return false;
}

bool value_is_provider_id(struct slice value)
{
    if (value.size == 0 || value.size > KEYS_PROVIDER_MAX)
        return false;
    for (size_t i = 0; i < value.size; i++) {
        char c = value.at[i];
        bool at_edge = i == 0 || i + 1 == value.size;
        if (c == '.' && (at_edge || value.at[i - 1] == '.'))
            return false;
        if (!ascii_is_alphanumeric(c) && c != '-' && c != '_' && c != '.')
            return false;
    }
    return true;
}

bool value_is_scope(struct slice value)
{
    for (size_t i = 0; i < value.size; i++) {
        char c = value.at[i];
        if (c <= ' ' || c > '~' || c == '"' || c == '\\')
            return false;
    }
    return value.size > 0;
}

/* RFC 3986, 3.3: what a segment may have, less the semicolon (Tomcat cuts there) and the percent
 * sign (servers decode it at different moments). */
static bool is_path_character(char c)
{
    return ascii_is_alphanumeric(c) || (c != '\0' && strchr("-._~!$&'()*+,=:@/", c) != NULL);
}

static bool is_dot_segment(struct slice segment)
{
    return slice_equals(segment, ".") || slice_equals(segment, "..");
}

/* Segments after the first slash; only the last may be empty. */
static bool has_bad_segment(struct slice value)
{
    const char *end = value.at + value.size;
    for (const char *at = value.at + 1; at < end;) {
        const char *slash = memchr(at, '/', (size_t)(end - at));
        struct slice segment = {at, (size_t)((slash == NULL ? end : slash) - at)};
        if (segment.size == 0 || is_dot_segment(segment))
            return true;
        at += segment.size + 1;
    }
    return false;
}

enum value_path_problem value_path(struct slice value)
{
    if (value.size == 0)
        return PATH_EMPTY;
    if (value.at[0] != '/')
        return PATH_NO_SLASH;
    for (size_t i = 0; i < value.size; i++) {
        char c = value.at[i];
        if (c == '?' || c == '#')
            return PATH_QUERY;
        if (c == '%')
            return PATH_ESCAPE;
        if (!is_path_character(c))
            return PATH_CHARACTER;
    }
    if (value.size == 1)
        return PATH_ROOT;
    return has_bad_segment(value) ? PATH_SEGMENT : PATH_OK;
}

enum value_pattern_problem value_pattern(struct slice value)
{
    const char *open = NULL;
    bool has_claim = false;
    for (size_t i = 0; i < value.size; i++) {
        const char *at = value.at + i;
        if (*at == '[') {
            if (open != NULL)
                return PATTERN_UNBALANCED;
            open = at;
        } else if (*at == ']') {
            if (open == NULL)
                return PATTERN_UNBALANCED;
            struct slice name = value_trim((struct slice){open + 1, (size_t)(at - open - 1)});
            if (name.size == 0)
                return PATTERN_NO_NAME;
            if (!slice_equals(name, "providerId"))
                has_claim = true;
            open = NULL;
        }
    }
    if (value.size == 0)
        return PATTERN_EMPTY;
    if (open != NULL)
        return PATTERN_UNBALANCED;
    return has_claim ? PATTERN_OK : PATTERN_CONSTANT;
}
