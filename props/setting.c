/* What a file says for one key, and how findings speak of it. */
#include "build.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "find.h"
#include "memory.h"
#include "utf16.h"

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

/* A key of the table; but not one whose provider differs from an enabled one in capitals alone. */
static bool is_known(const struct file *file, const char *key)
{
    struct keys_match match;
    if (!keys_match(key, file->ids, file->id_count, &match))
        return false;
    struct slice id = {match.provider, match.provider_size};
    for (size_t i = 0; i < file->id_count; i++)
        if (slice_equals_folded(id, file->ids[i]))
            return slice_equals(id, file->ids[i]);
    return true;
}

const struct keys_guess *guess_key(const struct file *file, size_t index)
{
    struct file_note *note = &file->notes[index];
    const char *key = file->document.entries[index].key;
    if (!note->looked_up)
        note->guessed =
            !is_known(file, key) && keys_guess(key, file->ids, file->id_count, &note->guess);
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

static void report_boolean(struct build *build, const struct file *file, enum keys_id id,
                           const struct setting *setting)
{
    struct report_at at = at_value(file, setting->entry);
    const char *value = QUOTE(setting->value);
    if (keys_row(id)->guard)
        report(build->findings, RULE_BOOLEAN_GUARD, &at,
               "\"%s\" is neither true nor false. XNAT's plugin would read it as false and leave "
               "the restriction off without a word; the sidecar does not start",
               value);
    else
        report(build->findings, RULE_BOOLEAN, &at,
               "\"%s\" is neither true nor false; it is read as false", value);
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
    return (struct report_at){
        .file = file->name, .file_order = file->order, .at = place, .key = safe_key(file, entry)};
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
    return holds_secret(entry->key) || follows_secret(file, entry) ? "(not shown)" : entry->key;
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
    for (char *at = copy; at != NULL && *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7F)
            *at = '?';
    return copy;
}
