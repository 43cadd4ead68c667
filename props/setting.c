/* What a file says for one key, and how findings speak of it. */
#include "build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "find.h"
#include "utf16.h"
#include "utf8.h"
#include "written.h"

struct setting find_setting(const struct file *file, enum keys_id id, enum keys_scope scope,
                            const char *provider)
{
    struct keys_name name;
    struct setting setting = {0};
    setting.entry = properties_find(&file->document, keys_name(&name, id, scope, provider));
    if (setting.entry != NULL)
        setting.value = value_trim(slice_of(setting.entry->value));
    return setting;
}

struct setting find_site_setting(const struct file *file, enum keys_id id)
{
    return find_setting(file, id, KEYS_SHARED, "");
}

enum keys_scope scope_for(const struct file *file, enum keys_id id, enum keys_scope way,
                          const char *provider)
{
    return find_setting(file, id, way, provider).entry != NULL ? way : KEYS_SHARED;
}

bool setting_is_on(const struct setting *setting)
{
    bool on = false;
    return setting->entry != NULL && value_boolean(setting->value, &on) && on;
}

const struct properties_entry *find_block(const struct file *file, struct slice id)
{
    static const char prefix[] = "openid.";
    for (size_t i = 0; i < file->document.count; i++) {
        const char *key = file->document.entries[i].key;
        if (strncmp(key, prefix, sizeof prefix - 1) != 0)
            continue;
        key += sizeof prefix - 1;
        if (strncmp(key, id.at, id.size) == 0 && key[id.size] == '.')
            return &file->document.entries[i];
    }
    return NULL;
}

/* Whether the provider in a key of the table is an enabled one written otherwise: in other
 * capitals; or with another letter, and the enabled one lacks this key. */
static bool is_provider_slip(const struct file *file, const struct keys_match *match,
                             const char *enabled)
{
    struct slice id = {match->provider, match->provider_size};
    if (slice_equals_folded(id, enabled))
        return true;
    return keys_near_ids(id, enabled) &&
           find_setting(file, match->id, match->scope, enabled).entry == NULL;
}

/* An enabled provider with more after it, which is then a path and no part of an id. */
static bool guess_path(const struct file *file, const struct properties_entry *entry,
                       const struct keys_match *match, struct keys_guess *guess)
{
    for (size_t i = 0; i < file->id_count; i++) {
        size_t size = strlen(file->ids[i]);
        if (match->provider_size > size && match->provider[size] == '.' &&
            memcmp(match->provider, file->ids[i], size) == 0)
            return keys_guess(entry->key, file->ids, file->id_count, guess);
    }
    return false;
}

static bool guess_provider(const struct file *file, const struct properties_entry *entry,
                           const struct keys_match *match, struct keys_guess *guess)
{
    struct slice id = {match->provider, match->provider_size};
    for (size_t i = 0; i < file->id_count; i++)
        if (slice_equals(id, file->ids[i]))
            return false;
    if (guess_path(file, entry, match, guess))
        return true;
    for (size_t i = 0; id.size > 0 && i < file->id_count; i++) {
        if (!is_provider_slip(file, match, file->ids[i]))
            continue;
        *guess = (struct keys_guess){.id = match->id,
                                     .scope = match->scope,
                                     .slip = KEYS_SLIP_PROVIDER,
                                     .only_case = slice_equals_folded(id, file->ids[i])};
        (void)keys_name(&guess->name, match->id, match->scope, file->ids[i]);
        return true;
    }
    return false;
}

/* A blank in a key ends it: what follows, up to the separator that was meant, belongs to it. */
static bool guess_joined(const struct file *file, const struct properties_entry *entry,
                         struct keys_guess *guess)
{
    char joined[KEYS_ROOM];
    struct keys_match match;
    size_t size = strcspn(entry->value, "=:");
    if (entry->value[size] == '\0' || strnlen(entry->key, KEYS_ROOM) + size >= KEYS_ROOM ||
        written_separator(file, entry) != ' ')
        return false;
    struct slice rest = value_trim((struct slice){entry->value, size});
    (void)snprintf(joined, sizeof joined, "%s%.*s", entry->key, (int)rest.size, rest.at);
    if (keys_match(joined, file->ids, file->id_count, &match))
        (void)snprintf(guess->name.text, sizeof guess->name.text, "%s", joined);
    else if (!keys_guess(joined, file->ids, file->id_count, guess) ||
             !keys_match(guess->name.text, file->ids, file->id_count, &match))
        return false;
    guess->id = match.id;
    guess->scope = match.scope;
    guess->slip = KEYS_SLIP_BLANK;
    guess->only_case = false;
    return true;
}

static bool guess_entry(const struct file *file, const struct properties_entry *entry,
                        struct keys_guess *guess)
{
    struct keys_match match;
    if (keys_match(entry->key, file->ids, file->id_count, &match))
        return guess_provider(file, entry, &match, guess);
    return guess_joined(file, entry, guess) ||
           keys_guess(entry->key, file->ids, file->id_count, guess);
}

const struct keys_guess *guess_key(const struct file *file, size_t index)
{
    struct file_note *note = &file->notes[index];
    if (!note->looked_up)
        note->guessed = guess_entry(file, &file->document.entries[index], &note->guess);
    note->looked_up = true;
    return note->guessed ? &note->guess : NULL;
}

struct slice read_list(struct build *build, const struct file *file, const struct setting *setting)
{
    size_t count = 1;
    for (size_t i = 0; i < setting->value.size; i++)
        count += setting->value.at[i] == ',' ? 1 : 0;
    if (count <= PROPS_MAX_ITEMS)
        return setting->value;
    struct report_at at = at_value(file, setting->entry);
    report(build->findings, RULE_TOO_MANY_ITEMS, &at,
           "the list has more than %zu items, which cannot be meant: none of them is used",
           PROPS_MAX_ITEMS);
    advise(build->findings, "look for what filled the list");
    return (struct slice){"", 0};
}

/* What was meant by it is what it does. */
static bool means_false(struct slice value)
{
    static const char *const words[] = {"no", "off", "0", "n", "f", "none"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_equals_folded(value, words[i]))
            return true;
    return false;
}

static void report_boolean(struct build *build, const struct file *file, enum keys_id id,
                           const struct setting *setting)
{
    static const struct impact info = IMPACT_ALL(INFO);
    struct report_at at = at_value(file, setting->entry);
    const char *value = QUOTE(setting->value);
    const char *fallback = keys_row(id)->fallback;
    bool harmless =
        means_false(setting->value) || (setting->value.size == 0 && !keys_row(id)->guard &&
                                        fallback != NULL && strcmp(fallback, "false") == 0);
    struct impact impact =
        impact_mask(&props_rule(RULE_BOOLEAN)->impact, READER(READER_SIDECAR) | keys_readers(id));
    if (harmless)
        report_as(build->findings, RULE_BOOLEAN, &info, &at,
                  "\"%s\" is neither true nor false; it is read as false", value);
    else if (keys_row(id)->guard)
        report(build->findings, RULE_BOOLEAN_GUARD, &at,
               "\"%s\" is neither true nor false. XNAT's plugin would read it as false and leave "
               "the restriction off without a word; the sidecar does not start",
               value);
    else
        report_as(build->findings, RULE_BOOLEAN, &impact, &at,
                  "\"%s\" is neither true nor false: it is read as false, as everything but true "
                  "is, and %s is off",
                  value, setting->entry->key);
    advise(build->findings, "write true or false");
}

bool read_boolean(struct build *build, const struct file *file, enum keys_id id,
                  enum keys_scope scope, const char *provider)
{
    struct setting setting = find_setting(file, id, scope, provider);
    const char *fallback = keys_row(id)->fallback;
    bool is_true;
    if (setting.entry == NULL)
        return fallback != NULL && strcmp(fallback, "true") == 0;
    if (!value_boolean(setting.value, &is_true))
        report_boolean(build, file, id, &setting);
    return is_true;
}

char *keep_text(struct build *build, struct slice text)
{
    char *kept = utf16_clean(text.at, text.size);
    if (kept == NULL)
        build->no_memory = true;
    return kept;
}

void keep_item(struct build *build, struct props_list *list, struct slice text)
{
    char *kept = keep_text(build, text);
    char **items = kept == NULL ? NULL : realloc(list->items, (list->count + 1) * sizeof *items);
    if (items == NULL) {
        build->no_memory = true;
        free(kept);
        return;
    }
    list->items = items;
    list->items[list->count++] = kept;
}

static struct report_at at_place(const struct file *file, const struct properties_entry *entry,
                                 struct place place)
{
    return (struct report_at){.file = file->name,
                              .file_order = file->order,
                              .at = place,
                              .key = safe_key(file, entry),
                              .muted = file->notes[entry - file->document.entries].muted};
}

struct report_at at_file(const struct file *file)
{
    return (struct report_at){.file = file->name, .file_order = file->order};
}

struct report_at at_key(const struct file *file, const struct properties_entry *entry)
{
    return at_place(file, entry, entry->at);
}

struct report_at at_value(const struct file *file, const struct properties_entry *entry)
{
    return at_place(file, entry, entry->value_at);
}

struct report_at at_item(const struct file *file, const struct properties_entry *entry,
                         struct slice item)
{
    return at_place(file, entry, written_item(file, entry, item));
}

struct report_at at_tail(const struct file *file, const struct properties_entry *entry)
{
    return at_place(file, entry, entry->tail_at);
}

static const char secret_word[] = "secret";

/* As in `openid.aaf.clientSecret\=…`: the separator was lost and the secret hangs on to the key.
 * Two letters may follow the word, for a slip like `clientSecrets`. */
static bool holds_secret(const char *key)
{
    enum { SLIP = 2 };
    const char *word = find_folded(key, secret_word);
    if (word == NULL)
        return false;
    const char *rest = word + sizeof secret_word - 1;
    size_t letters = strspn(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return rest[letters] != '\0' || letters > SLIP;
}

/* The line after a secret that is no key of ours may be the rest of it, or all of it. */
static bool follows_secret(const struct file *file, const struct properties_entry *entry)
{
    static const char prefix[] = "openid.";
    if (entry == file->document.entries || find_folded(entry[-1].key, secret_word) == NULL)
        return false;
    struct keys_match match;
    return strncmp(entry->key, prefix, sizeof prefix - 1) != 0 &&
           !keys_match(entry->key, NULL, 0, &match);
}

const char *safe_key(const struct file *file, const struct properties_entry *entry)
{
    struct keys_match match;
    bool known = keys_match(entry->key, NULL, 0, &match);
    return holds_secret(entry->key) || follows_secret(file, entry) ||
                   (!known && !quote_allows_key(entry->key))
               ? "(not shown)"
               : entry->key;
}

struct impact impact_for_readers(const struct build *build, const struct file *file,
                                 struct impact impact)
{
    reader_set set = build->target == PROPS_AUTO ? file->readers : READERS_ALL;
    return impact_mask(&impact, set);
}

const char *url_problem_text(enum value_url_problem problem)
{
    static const char *const texts[URL_PROBLEMS] = {
        [URL_EMPTY] = "is empty",
        [URL_RELATIVE] = "does not begin with https:// and is therefore no complete URL",
        [URL_SCHEME] = "is neither an https nor an http URL",
        [URL_CHARACTER] =
            "has a blank, a quotation mark or another character that a URL cannot have",
        [URL_HOST] = "has no host name that could be right",
        [URL_PORT] = "has a port that is not a number from 1 to 65535",
        [URL_USERINFO] = "has a name or password in front of the host",
        [URL_FRAGMENT] = "has a part after #",
        [URL_QUERY] = "has a part after ?",
        [URL_PATH] = "has a path after the host",
    };
    return texts[problem];
}

char *printable_name(const char *name)
{
    char *copy = strdup(name);
    for (char *at = copy; at != NULL && *at != '\0';) {
        uint32_t character;
        size_t size = utf8_read(at, strlen(at), &character);
        if (size > 0 && utf8_is_plain(character)) {
            at += size;
            continue;
        }
        for (size_t i = 0; i < (size > 0 ? size : 1); i++)
            *at++ = '?';
    }
    return copy;
}
