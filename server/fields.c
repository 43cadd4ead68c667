/* Header fields by name. */
#include "fields.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "ascii.h"

/* The next letter (as a small one) or digit, past everything else; NUL at the end. */
static char next_folded(const char **text)
{
    while (**text && !ascii_is_alphanumeric(**text))
        (*text)++;
    if (!**text)
        return '\0';
    const char c = *(*text)++;
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c;
}

/* Frameworks make one name of many: CGI turns '-' into '_', Apache every odd character, some drop
 * them. Comparing letters and digits alone is stricter than each. */
bool field_is_identity(const char *name, const char *prefix)
{
    for (;;) {
        const char wanted = next_folded(&prefix);
        if (!wanted)
            return true;
        if (next_folded(&name) != wanted)
            return false;
    }
}

static bool is_one_of(const char *name, const char *const names[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    return false;
}

bool field_is_hop_by_hop(const char *name, const char *connection)
{
    static const char *const always[] = {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "proxy-connection",
        "trailer",
        "upgrade",
        "transfer-encoding",
    };
    /* RFC 9110, 7.6.1: Connection must not name what is meant for every recipient. One that
     * does asks us to take the length, the credentials or the host off a request: it is not heard.
     */
    static const char *const never[] = {
        "authorization", "cache-control", "content-encoding", "content-length",
        "content-range", "content-type",  "cookie",           "host",
    };
    if (is_one_of(name, always, sizeof(always) / sizeof(always[0])))
        return true;
    if (!connection || is_one_of(name, never, sizeof(never) / sizeof(never[0])))
        return false;
    return field_list_has(connection, name);
}

bool field_name_is_valid(const char *name)
{
    size_t size = 0;
    while (ascii_is_alphanumeric(name[size]) ||
           (name[size] && strchr("!#$%&'*+-.^_`|~", name[size])))
        size++;
    return size > 0 && name[size] == '\0';
}

bool field_list_has(const char *list, const char *word)
{
    const size_t word_size = strlen(word);
    if (word_size == 0)
        return false;
    for (;;) {
        list += strspn(list, " \t,");
        if (!*list)
            return false;
        const size_t size = strcspn(list, ",");
        size_t trimmed = size;
        while (list[trimmed - 1] == ' ' || list[trimmed - 1] == '\t')
            trimmed--;
        if (trimmed == word_size && strncasecmp(list, word, word_size) == 0)
            return true;
        list += size;
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

void field_trim(const char **start, size_t *size)
{
    while (*size > 0 && is_blank(**start)) {
        (*start)++;
        (*size)--;
    }
    while (*size > 0 && is_blank((*start)[*size - 1]))
        (*size)--;
}
