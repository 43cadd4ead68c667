/* Keys that nobody reads: misspelt, in the wrong place, unknown. */
#include "survey.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "find.h"
#include "written.h"

/* An entry whose key was probably meant to be another. */
struct slip {
    struct build *build;
    const struct file *file;
    size_t index;
    const struct properties_entry *entry;
    const struct keys_guess *guess;
    struct report_at at;
    const struct properties_entry *right; /* the entry with the right key, unless empty; or NULL */
};

/* The right key, fit for a message: its provider's id is the file's. */
#define SHOW_RIGHT(slip) SHOW((slip)->guess->name.text, strlen((slip)->guess->name.text))

static bool is_blank_value(const struct properties_entry *entry)
{
    return value_trim(slice_of(entry->value)).size == 0;
}

static struct slip slip_of(struct build *build, const struct file *file, size_t index)
{
    const struct properties_entry *entry = &file->document.entries[index];
    const struct keys_guess *guess = guess_key(file, index);
    const struct properties_entry *right = properties_find(&file->document, guess->name.text);
    if (right != NULL && is_blank_value(right))
        right = NULL;
    return (struct slip){build, file, index, entry, guess, at_key(file, entry), right};
}

/* Why it matters that the right key is not there; NULL: it does not, or it is there. */
static const char *effect_of(const struct slip *slip)
{
    const struct keys_absence *absence = keys_absence(slip->guess->id);
    struct keys_match match;
    char provider[KEYS_PROVIDER_MAX + 1] = "";
    if (slip->right != NULL || absence == NULL)
        return NULL;
    if (keys_row(absence->needed_by)->type != KEYS_BOOLEAN)
        return absence->effect;
    if (keys_match(slip->guess->name.text, slip->file->ids, slip->file->id_count, &match))
        (void)snprintf(provider, sizeof provider, "%.*s", (int)match.provider_size, match.provider);
    return is_on(slip->file, absence->needed_by, provider) ? absence->effect : NULL;
}

static bool is_true(const struct properties_entry *entry)
{
    bool on = false;
    return entry != NULL && value_boolean(value_trim(slice_of(entry->value)), &on) && on;
}

/* A misspelt restriction is a restriction that is off; unless it was to be off, or the right key
 * puts it on. */
static bool closes_a_door(const struct slip *slip)
{
    return keys_row(slip->guess->id)->guard && !is_true(slip->right) &&
           !slice_equals_folded(value_trim(slice_of(slip->entry->value)), "false");
}

static void explain_slip(const struct slip *slip)
{
    if (slip->right == NULL)
        explain_lack(slip->build->findings, slip->guess->name.text);
}

/* --- one key ------------------------------------------------------------------------------------
 */

static void report_door(const struct slip *slip, enum props_rule_id rule)
{
    static const struct impact error = IMPACT_ALL(ERROR);
    report_as(slip->build->findings, rule, &error, &slip->at,
              "\"%s\" is not %s%s. XNAT's plugin passes over it without a word and leaves the "
              "restriction off; the sidecar does not start",
              SHOW(slip->at.key, strlen(slip->at.key)), SHOW_RIGHT(slip),
              slip->guess->only_case ? " (capitals count)" : "");
}

static void report_useless(const struct slip *slip, enum props_rule_id rule)
{
    static const struct impact warning = IMPACT_ALL(WARNING);
    const char *key = SHOW(slip->at.key, strlen(slip->at.key));
    const char *name = SHOW_RIGHT(slip);
    const char *effect = effect_of(slip);
    if (effect != NULL)
        report_as(slip->build->findings, rule, &warning, &slip->at,
                  "\"%s\" is not %s%s, so %s is missing: %s", key, name,
                  slip->guess->only_case ? " (capitals count)" : "", name, effect);
    else if (slip->right != NULL)
        report_as(slip->build->findings, rule, &warning, &slip->at,
                  "nobody reads a key \"%s\"; it looks like %s, which stands in line %zu and "
                  "counts. This line does nothing",
                  key, name, slip->right->at.line);
    else
        report_as(slip->build->findings, rule, &warning, &slip->at,
                  "nobody reads a key \"%s\"; it looks like %s%s. The line does nothing", key, name,
                  slip->guess->only_case ? " with other capitals" : "");
}

static void report_slip(const struct slip *slip)
{
    enum props_rule_id rule = RULE_MISSPELT_KEY;
    if (slip->guess->slip == KEYS_SLIP_PLACE)
        rule = RULE_FALSE_PLACE;
    if (slip->guess->slip == KEYS_SLIP_BLANK)
        rule = RULE_NO_SEPARATOR;
    if (closes_a_door(slip))
        report_door(slip, rule == RULE_MISSPELT_KEY ? RULE_MISSPELT_GUARD : rule);
    else
        report_useless(slip, rule);
    if (rule == RULE_NO_SEPARATOR)
        advise(slip->build->findings, "a blank ends a key: write %s", SHOW_RIGHT(slip));
    else if (slip->right != NULL)
        advise(slip->build->findings, "remove the line, or move its value to %s", SHOW_RIGHT(slip));
    else
        advise(slip->build->findings, "write %s", SHOW_RIGHT(slip));
    explain_slip(slip);
}

/* --- a block of keys ----------------------------------------------------------------------------
 */

/* What the keys of a block have in common: all up to what follows the provider's id. */
static size_t head_of(const struct slip *slip)
{
    struct keys_match match;
    size_t name = strlen(slip->guess->name.text);
    size_t written = strlen(slip->entry->key);
    if (slip->guess->slip != KEYS_SLIP_PROVIDER ||
        !keys_match(slip->guess->name.text, slip->file->ids, slip->file->id_count, &match))
        return 0;
    size_t rest =
        name - (size_t)(match.provider + match.provider_size + 1 - slip->guess->name.text);
    return written > rest ? written - rest : 0;
}

/* Whether an entry is one of the block, and not told of. What is cheap is asked first: there can be
 * thousands of blocks. */
static bool is_of_block(const struct slip *first, size_t head, size_t index, struct slip *slip)
{
    const struct properties_entry *entry = &first->file->document.entries[index];
    const struct keys_guess *guess;
    if (strncmp(first->entry->key, entry->key, head) != 0 || first->file->notes[index].explained ||
        entry->overridden_by != PROPERTIES_NONE ||
        (guess = guess_key(first->file, index)) == NULL || guess->slip != first->guess->slip)
        return false;
    *slip = slip_of(first->build, first->file, index);
    return head_of(slip) == head;
}

struct block {
    size_t count;
    bool door;
    const char *effect; /* the first */
};

static struct block survey_block(const struct slip *first, size_t head)
{
    struct block block = {0};
    for (size_t i = first->index; i < first->file->document.count; i++) {
        struct slip slip;
        if (!is_of_block(first, head, i, &slip))
            continue;
        block.count++;
        block.door = block.door || closes_a_door(&slip);
        if (block.effect == NULL)
            block.effect = effect_of(&slip);
    }
    return block;
}

/* The block's keys are told of; what their absence sets off is not told again. */
static void close_block(const struct slip *first, size_t head)
{
    for (size_t i = first->index; i < first->file->document.count; i++) {
        struct slip slip;
        if (!is_of_block(first, head, i, &slip))
            continue;
        first->file->notes[i].explained = true;
        if (keys_absence(slip.guess->id) != NULL)
            explain_slip(&slip);
    }
    const struct properties_entry *ids = first->file->ids_entry;
    if (first->guess->slip == KEYS_SLIP_PREFIX && ids != NULL && first->file->id_count == 0)
        explain_lack(first->build->findings, ids->key);
}

/* The beginning that the keys should have had. */
static const char *right_head(const struct slip *slip, struct keys_name *head)
{
    struct keys_match match;
    struct setting own = find_site_setting(slip->file, KEY_PROVIDER_ID);
    const char *name = slip->guess->name.text;
    if (slip->file->id_count == 0 && value_is_provider_id(own.value))
        (void)snprintf(head->text, sizeof head->text, "openid.%.*s.", (int)own.value.size,
                       own.value.at);
    else if (keys_match(name, slip->file->ids, slip->file->id_count, &match))
        (void)snprintf(head->text, sizeof head->text, "%.*s.",
                       (int)(match.provider + match.provider_size - name), name);
    return head->text;
}

static void report_block(const struct slip *first)
{
    static const struct impact error = IMPACT_ALL(ERROR);
    static const struct impact warning = IMPACT_ALL(WARNING);
    struct keys_name right = {""};
    size_t head = head_of(first);
    struct block block = survey_block(first, head);
    bool prefix = first->guess->slip == KEYS_SLIP_PREFIX;
    struct report_at at = first->at;
    (void)right_head(first, &right);
    enum props_rule_id rule =
        prefix ? RULE_FALSE_PLACE : (block.door ? RULE_MISSPELT_GUARD : RULE_MISSPELT_KEY);
    report_as(first->build->findings, rule, block.door ? &error : &warning, &at,
              "%s %s%s%s: nobody reads %s%s%s",
              block.count == 1 ? "this key" : "this key and others after it",
              prefix ? (block.count == 1 ? "does not begin with " : "do not begin with ")
                     : (block.count == 1 ? "begins with " : "begin with "),
              prefix ? SHOW(right.text, strlen(right.text)) : SHOW(first->entry->key, head),
              prefix                    ? ""
              : first->guess->only_case ? ", and capitals count"
                                        : ", which is no enabled provider",
              block.count == 1 ? "it" : "them", block.effect == NULL ? "" : ", and ",
              block.effect == NULL ? "" : block.effect);
    advise(first->build->findings, "write %s at the beginning of %s",
           SHOW(right.text, strlen(right.text)),
           block.count == 1 ? "the key" : "each of these keys");
    close_block(first, head);
}

/* --- unknown keys -------------------------------------------------------------------------------
 */

static bool ends_in(const char *key, const char *end)
{
    size_t size = strlen(key);
    size_t end_size = strlen(end);
    return size >= end_size && strcasecmp(key + size - end_size, end) == 0;
}

/* Somebody may rely on such a line to keep people out. */
static bool sounds_restrictive(const char *key)
{
    static const char *const words[] = {
        "allow",     "deny",      "denied",    "group",  "role",   "require", "restrict",
        "whitelist", "blacklist", "blocklist", "forbid", "permit", "entitle", "filter"};
    static const char *const ends[] = {"message", "text",      "url",   "uri",  "label",
                                       "claim",   "attribute", "scope", "name", "property"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends_in(key, ends[i]))
            return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (find_folded(key, words[i]) != NULL)
            return true;
    return false;
}

/* A key that could have been meant for us: of the site, or of a provider in use. */
static bool is_in_use(const struct file *file, const char *key)
{
    static const char prefix[] = "openid.";
    if (strncasecmp(key, prefix, sizeof prefix - 1) != 0)
        return strchr(key, '.') == NULL;
    const char *rest = key + sizeof prefix - 1;
    const char *dot = strchr(rest, '.');
    if (dot == NULL)
        return true;
    for (size_t i = 0; i < file->id_count; i++)
        if (strncasecmp(rest, file->ids[i], strlen(file->ids[i])) == 0)
            return true;
    return false;
}

static bool asks_for_restriction(const struct file *file, const struct properties_entry *entry)
{
    struct slice value = value_trim(slice_of(entry->value));
    return value.size > 0 && !slice_equals_folded(value, "false") && is_in_use(file, entry->key) &&
           sounds_restrictive(entry->key);
}

static void report_unknown(struct build *build, const struct file *file,
                           const struct properties_entry *entry)
{
    struct report_at at = at_key(file, entry);
    const char *key = SHOW(at.key, strlen(at.key));
    if (asks_for_restriction(file, entry)) {
        report(build->findings, RULE_UNKNOWN_RESTRICTION, &at,
               "\"%s\" sounds like a restriction, but XNAT's plugin reads no such key: it keeps "
               "nobody out. The sidecar does not start, so that nobody relies on it",
               key);
        advise(build->findings,
               "restrict access with allowedEmailDomains or, since 1.6, a role check; or at the "
               "provider; and remove the line");
        return;
    }
    if (written_separator(file, entry) == '\0' && entry->value[0] == '\0') {
        report(build->findings, RULE_NO_SEPARATOR, &at,
               "the line has neither = nor :, so all of it is a key, and nobody reads it");
        advise(build->findings, "if it belongs to the line before, put it there; to make it a "
                                "comment, write # in front");
        return;
    }
    report(build->findings, RULE_UNKNOWN_KEY, &at,
           "neither the sidecar nor XNAT's plugin reads a key \"%s\": the line does nothing", key);
    advise(build->findings, "remove the line, or look the key up in the plugin's documentation");
}

/* A misspelt key of a provider that nobody is offered harms nobody. */
static bool concerns_nobody(const struct slip *slip)
{
    struct keys_match match;
    if (slip->file->id_count == 0 ||
        !keys_match(slip->guess->name.text, slip->file->ids, slip->file->id_count, &match) ||
        match.provider_size == 0 || slip->guess->slip == KEYS_SLIP_PREFIX)
        return false;
    struct slice id = {match.provider, match.provider_size};
    for (size_t i = 0; i < slip->file->id_count; i++)
        if (slice_equals(id, slip->file->ids[i]))
            return false;
    return true;
}

void survey_name(struct build *build, const struct file *file, size_t index)
{
    if (guess_key(file, index) == NULL) {
        report_unknown(build, file, &file->document.entries[index]);
        return;
    }
    struct slip slip = slip_of(build, file, index);
    if (slip.guess->slip == KEYS_SLIP_PROVIDER || slip.guess->slip == KEYS_SLIP_PREFIX)
        report_block(&slip);
    else if (!concerns_nobody(&slip))
        report_slip(&slip);
}
