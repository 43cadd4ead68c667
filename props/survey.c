/* What can be said of a file line by line: keys twice, keys that nobody reads, values that are not
 * what they look like. */
#include "build.h"

#include <string.h>

static void check_duplicate(struct build *build, const struct file *file,
                            const struct properties_entry *entry)
{
    if (entry->overridden_by == PROPERTIES_NONE)
        return;
    const struct properties_entry *last = properties_find(&file->document, entry->key);
    struct report_at at = at_key(file, entry);
    report(build->findings, RULE_DUPLICATE_KEY, &at,
           "%s stands again in line %zu, and the last one counts: this line does nothing",
           SHOW(at.key, strlen(at.key)), last->at.line);
    advise(build->findings, "remove one of the lines");
}

/* --- keys ---------------------------------------------------------------------------------------
 */

/* A misspelt restriction is a restriction that is off; unless it was to be off. */
static bool closes_a_door(const struct properties_entry *entry, enum keys_id id)
{
    return keys_row(id)->guard && !slice_equals_folded(value_trim(slice_of(entry->value)), "false");
}

/* Somebody may rely on such a line. */
static bool sounds_restrictive(const char *key)
{
    static const char *const words[] = {"llow", "eny", "roup", "ole", "equire", "estrict", "ilter"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(key, words[i]) != NULL)
            return true;
    return false;
}

static void report_unknown(struct build *build, const struct report_at *at,
                           const struct properties_entry *entry)
{
    report(build->findings, RULE_UNKNOWN_KEY, at,
           "neither the sidecar nor XNAT's plugin reads a key \"%s\": the line does nothing%s",
           SHOW(at->key, strlen(at->key)),
           sounds_restrictive(entry->key) ? ", and keeps nobody out" : "");
    advise(build->findings, "remove the line, or look the key up in the plugin's documentation");
}

static void report_misspelt(struct build *build, const struct report_at *at,
                            const struct properties_entry *entry, const struct keys_guess *guess)
{
    const char *key = SHOW(at->key, strlen(at->key));
    if (closes_a_door(entry, guess->id))
        report(build->findings, RULE_MISSPELT_GUARD, at,
               "\"%s\" is not %s%s. XNAT's plugin passes over it without a word and leaves the "
               "restriction off; the sidecar does not start",
               key, guess->name.text, guess->only_case ? " (capitals count)" : "");
    else
        report(build->findings, RULE_MISSPELT_KEY, at,
               "nobody reads a key \"%s\"; it looks like %s%s. The line does nothing", key,
               guess->name.text, guess->only_case ? " with other capitals" : "");
    advise(build->findings, "write %s", guess->name.text);
}

static bool is_enabled(const struct file *file, struct slice id)
{
    for (size_t i = 0; i < file->id_count; i++)
        if (slice_equals(id, file->ids[i]))
            return true;
    return false;
}

/* The providers that a file configures without enabling them; each is mentioned once, up to a
 * number that no real file has. */
struct mentioned {
    struct slice ids[PROPS_MAX_PROVIDERS];
    size_t count;
};

static bool mention(struct mentioned *mentioned, struct slice id)
{
    for (size_t i = 0; i < mentioned->count; i++)
        if (mentioned->ids[i].size == id.size && memcmp(mentioned->ids[i].at, id.at, id.size) == 0)
            return false;
    if (mentioned->count == PROPS_MAX_PROVIDERS)
        return false;
    mentioned->ids[mentioned->count++] = id;
    return true;
}

static bool names_provider(const struct file *file, struct slice id)
{
    struct slice rest = slice_of(file->ids_entry->value);
    struct slice item;
    while (value_next_item(&rest, &item, NULL))
        if (item.size == id.size && memcmp(item.at, id.at, id.size) == 0)
            return true;
    return false;
}

/* A key of a provider that is not enabled. Where nothing is enabled, or that very provider is
 * refused, an error says so already. */
static void check_provider(struct build *build, const struct file *file,
                           struct mentioned *mentioned, const struct properties_entry *entry,
                           struct slice id)
{
    if (file->id_count == 0 || !mention(mentioned, id) || names_provider(file, id))
        return;
    struct report_at at = at_key(file, entry);
    report(build->findings, RULE_NOT_ENABLED, &at,
           "provider %s is configured here but not enabled: nobody is offered it",
           SHOW(id.at, id.size));
    advise(build->findings, "to offer it, add it to `enabled`, or give it a file with its own "
                            "provider.id");
}

/* --- values -------------------------------------------------------------------------------------
 */

/* What XNAT's plugin makes of a value with blanks around it. */
static const char *effect_of_blanks(enum keys_id id, bool is_true)
{
    static const char *const effects[] = {
        [KEYS_WORD] = "takes it for another word",
        [KEYS_ID] = "takes them for a part of the id, which then matches no other key",
        [KEYS_TEXT] = "sends them to the provider, which then does not know the site",
        [KEYS_BOOLEAN] = "reads it as false",
        [KEYS_URL] = "makes them a part of the address",
        [KEYS_ORIGIN] = "makes them a part of the address that people are sent back to",
        [KEYS_PATH] = "makes them a part of the address that people are sent back to",
        [KEYS_LIST] = "makes them a part of the last item, which then matches nothing",
        [KEYS_CLAIM] = "looks for a claim whose name ends in blanks, and finds none",
        [KEYS_PATTERN] = "makes them a part of every user name",
        [KEYS_ALGORITHM] = "does not know such an algorithm, and XNAT does not start",
    };
    if (id == KEY_AUTH_METHOD)
        return "takes it for another login method and does not see the file at all";
    /* Scopes end up separated by blanks anyway. */
    if (id == KEY_SCOPES || (keys_row(id)->type == KEYS_BOOLEAN && !is_true))
        return "does, by luck, the same";
    return effects[keys_row(id)->type];
}

static void check_blanks(struct build *build, const struct file *file,
                         const struct properties_entry *entry, enum keys_id id)
{
    struct slice written = slice_of(entry->value);
    struct slice trimmed = value_trim(written);
    bool is_true = false;
    if (keys_row(id)->type == KEYS_HTML || id == KEY_NAME || trimmed.size == written.size ||
        trimmed.size == 0)
        return;
    (void)value_boolean(trimmed, &is_true);
    bool at_end = trimmed.at + trimmed.size < written.at + written.size;
    struct report_at at = at_end ? at_tail(file, entry) : at_value(file, entry);
    report(
        build->findings, RULE_BLANKS, &at,
        "the value of %s has blanks %s it. The sidecar drops them; XNAT's plugin keeps them and %s",
        entry->key, at_end ? "after" : "before", effect_of_blanks(id, is_true));
    advise(build->findings, "remove the blanks");
}

/* Blanks in the list of providers, of which release 1.0 makes another id. */
static void check_list_blanks(struct build *build, const struct file *file,
                              const struct properties_entry *entry, enum keys_id id)
{
    struct slice rest = value_trim(slice_of(entry->value));
    struct slice item;
    bool padded = false;
    bool any = false;
    while (id == KEY_ENABLED && value_next_item(&rest, &item, &padded))
        any = any || padded;
    if (!any)
        return;
    struct report_at at = at_value(file, entry);
    report(
        build->findings, RULE_BLANKS, &at,
        "there are blanks between the ids. The sidecar drops them; XNAT's plugin makes them a part "
        "of the id, and knows no such provider");
    advise(build->findings, "separate the ids by commas alone");
}

static void check_quotes(struct build *build, const struct file *file,
                         const struct properties_entry *entry, enum keys_id id)
{
    struct slice value = value_trim(slice_of(entry->value));
    if (keys_row(id)->type == KEYS_HTML || value.size < 2 ||
        (value.at[0] != '"' && value.at[0] != '\'') || value.at[value.size - 1] != value.at[0])
        return;
    struct report_at at = at_value(file, entry);
    report(build->findings, RULE_QUOTES, &at,
           "the value of %s stands in quotation marks, which become part of it", entry->key);
    advise(build->findings, "remove the quotation marks");
}

/* Length of the UTF-8 character at the start, 0 where there is none (RFC 3629, 4). */
static size_t utf8_length(const unsigned char *at, size_t size)
{
    size_t more = at[0] < 0x80   ? 0
                  : at[0] < 0xC2 ? size
                  : at[0] < 0xE0 ? 1
                  : at[0] < 0xF0 ? 2
                  : at[0] < 0xF5 ? 3
                                 : size;
    if (more >= size)
        return 0;
    for (size_t i = 1; i <= more; i++)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    return more + 1;
}

/* Whether the bytes have characters beyond ASCII, all of them in UTF-8. */
static bool looks_like_utf8(const unsigned char *at, size_t size)
{
    bool beyond_ascii = false;
    while (size > 0) {
        size_t length = utf8_length(at, size);
        if (length == 0)
            return false;
        beyond_ascii = beyond_ascii || length > 1;
        at += length;
        size -= length;
    }
    return beyond_ascii;
}

static void check_encoding(struct build *build, const struct file *file,
                           const struct properties_entry *entry)
{
    if (!looks_like_utf8(file->bytes + entry->raw_offset, entry->raw_size))
        return;
    struct report_at at = at_value(file, entry);
    report(
        build->findings, RULE_UTF8, &at,
        "the line is written in UTF-8, but Java reads the file as ISO-8859-1: every letter beyond "
        "ASCII becomes two or three others");
    advise(build->findings, "write such letters as \\uXXXX, for example \\u00e9");
}

static const unsigned char byte_order_mark[] = {0xEF, 0xBB, 0xBF};

static void check_byte_order_mark(struct build *build, const struct file *file)
{
    if (file->size < sizeof byte_order_mark ||
        memcmp(file->bytes, byte_order_mark, sizeof byte_order_mark) != 0)
        return;
    struct report_at at = at_file(file);
    at.at = (struct place){1, 1};
    report(build->findings, RULE_BYTE_ORDER_MARK, &at,
           "the file begins with a byte order mark, which Java takes for three letters: the first "
           "line "
           "is not the key, or the comment, that it seems to be");
    advise(build->findings, "save the file without byte order mark, as ASCII or ISO-8859-1");
    if (file->document.count > 0 && file->document.entries[0].raw_offset == 0)
        file->notes[0].explained = true;
}

static void survey_entry(struct build *build, const struct file *file, struct mentioned *mentioned,
                         size_t index)
{
    struct keys_match match;
    const struct properties_entry *entry = &file->document.entries[index];
    struct report_at at = at_key(file, entry);
    check_duplicate(build, file, entry);
    if (file->notes[index].explained || entry->overridden_by != PROPERTIES_NONE)
        return;
    const struct keys_guess *guess = guess_key(file, index);
    if (guess != NULL) {
        report_misspelt(build, &at, entry, guess);
        return;
    }
    if (!keys_match(entry->key, file->ids, file->id_count, &match)) {
        report_unknown(build, &at, entry);
        return;
    }
    struct slice id = {match.provider, match.provider_size};
    if (id.size > 0 && !is_enabled(file, id)) {
        check_provider(build, file, mentioned, entry, id);
        return;
    }
    check_blanks(build, file, entry, match.id);
    check_list_blanks(build, file, entry, match.id);
    check_quotes(build, file, entry, match.id);
    check_encoding(build, file, entry);
}

void survey_file(struct build *build, struct file *file)
{
    struct mentioned mentioned = {.count = 0};
    if (!file->ours)
        return;
    check_byte_order_mark(build, file);
    for (size_t i = 0; i < file->document.count; i++)
        survey_entry(build, file, &mentioned, i);
}
