/* What a key that nobody reads was meant to be. */
#include "keys.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "values.h"

/* Two slips of the finger, and one in four letters at most: beyond that a guess misleads. */
enum { MOST_EDITS = 2, LETTERS_AN_EDIT = 4 };

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* How many letters must be added, dropped or replaced, capitals not counted (Levenshtein). */
static size_t edits_between(const char *a, const char *b)
{
    size_t a_size = strlen(a);
    size_t b_size = strlen(b);
    size_t row[KEYS_ROOM + 1];
    if (b_size > KEYS_ROOM || a_size > b_size + MOST_EDITS || b_size > a_size + MOST_EDITS)
        return MOST_EDITS + 1;
    for (size_t j = 0; j <= b_size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t replaced = diagonal + (lower(a[i - 1]) != lower(b[j - 1]));
            diagonal = row[j];
            row[j] = least(replaced, row[j] + 1, row[j - 1] + 1);
        }
    }
    return row[b_size];
}

/* The best guess so far. */
struct search {
    size_t edits; /* fewer are wanted */
    enum keys_id id;
    enum keys_scope scope;
    bool found;
};

static void consider(struct search *best, const char *written, const char *candidate,
                     enum keys_id id, enum keys_scope scope)
{
    size_t edits = edits_between(written, candidate);
    if (edits * LETTERS_AN_EDIT > strlen(candidate) || edits > MOST_EDITS)
        return;
    if (best->found && edits >= best->edits)
        return;
    *best = (struct search){.edits = edits, .id = id, .scope = scope, .found = true};
}

static void consider_site_keys(struct search *best, const char *written)
{
    for (enum keys_id id = 0; id < KEYS_COUNT; id++)
        if (keys_suffix(keys_row(id)) == NULL)
            consider(best, written, keys_row(id)->pattern, id, KEYS_SHARED);
}

static void consider_provider_keys(struct search *best, const char *rest)
{
    for (enum keys_id id = 0; id < KEYS_COUNT; id++) {
        static const char *const scopes[] = {"", "idToken.", "bearer."};
        const char *suffix = keys_suffix(keys_row(id));
        enum keys_scope last = keys_has_scope(keys_row(id)) ? KEYS_BEARER : KEYS_SHARED;
        for (enum keys_scope scope = KEYS_SHARED; suffix != NULL && scope <= last; scope++) {
            char candidate[KEYS_ROOM];
            (void)snprintf(candidate, sizeof candidate, "%s%s", scopes[scope], suffix);
            consider(best, rest, candidate, id, scope);
        }
    }
}

/* The provider that a key speaks of, and what follows it. */
struct address {
    char provider[KEYS_PROVIDER_MAX + 1];
    const char *rest;
};

static bool begins(const char *text, const char *prefix, size_t size)
{
    return strncasecmp(text, prefix, size) == 0;
}

/* Capitals aside, a known id with its dot. */
static bool take_known_id(struct address *address, const char *text, char *const ids[],
                          size_t id_count)
{
    for (size_t i = 0; i < id_count; i++) {
        size_t size = strlen(ids[i]);
        if (!begins(text, ids[i], size) || text[size] != '.')
            continue;
        (void)snprintf(address->provider, sizeof address->provider, "%s", ids[i]);
        address->rest = text + size + 1;
        return true;
    }
    return false;
}

static void split_address(struct address *address, const char *written, char *const ids[],
                          size_t id_count)
{
    static const char prefix[] = "openid.";
    bool prefixed = begins(written, prefix, sizeof prefix - 1);
    const char *text = prefixed ? written + sizeof prefix - 1 : written;
    if (take_known_id(address, text, ids, id_count))
        return;
    const char *dot = strchr(text, '.');
    struct slice id = {text, dot == NULL ? 0 : (size_t)(dot - text)};
    if (prefixed && value_is_provider_id(id)) {
        (void)snprintf(address->provider, sizeof address->provider, "%.*s", (int)(dot - text),
                       text);
        address->rest = dot + 1;
        return;
    }
    /* No prefix at all, as in `clientId=`, or nothing that a guess could repeat. */
    (void)snprintf(address->provider, sizeof address->provider, "%s", id_count == 1 ? ids[0] : "P");
    address->rest = text;
}

bool keys_guess(const char *written, char *const ids[], size_t id_count, struct keys_guess *guess)
{
    struct search best = {0};
    struct address address;
    if (strlen(written) > KEYS_ROOM)
        return false;
    split_address(&address, written, ids, id_count);
    consider_site_keys(&best, written);
    consider_provider_keys(&best, address.rest);
    /* A key of the site written as if it were a provider's. */
    consider_site_keys(&best, address.rest);
    if (!best.found)
        return false;
    guess->id = best.id;
    (void)keys_name(&guess->name, best.id, best.scope, address.provider);
    guess->only_case = strcasecmp(written, guess->name.text) == 0;
    return true;
}
