/* What can be said of a file line by line: the walk over its entries. */
#include "survey.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

bool line_of(struct line *line, struct build *build, const struct file *file,
             const struct properties_entry *entry)
{
    struct keys_match match;
    if (!keys_match(entry->key, file->ids, file->id_count, &match) ||
        match.provider_size > KEYS_PROVIDER_MAX)
        return false;
    *line = (struct line){.build = build, .file = file, .entry = entry};
    line->id = match.id;
    line->scope = match.scope;
    if (match.provider_size > 0)
        memcpy(line->provider, match.provider, match.provider_size);
    line->value = value_trim(slice_of(entry->value));
    return true;
}

bool is_on(const struct file *file, enum keys_id id, const char *provider)
{
    enum keys_scope last = keys_has_scope(keys_row(id)) ? KEYS_BEARER : KEYS_SHARED;
    for (enum keys_scope scope = KEYS_SHARED; scope <= last; scope++) {
        struct setting setting = find_setting(file, id, scope, provider);
        if (setting_is_on(&setting))
            return true;
    }
    return false;
}

/* Keys whose wrong value matters less, or not to everybody. The others are as their type says. */
static const struct {
    enum keys_id id;
    struct impact impact;
} weights[] = {
    {KEY_TYPE, IMPACT_PLUGINS(INFO)},
    {KEY_NAME, IMPACT_ALL(WARNING)},
    {KEY_ENABLED, IMPACT(ERROR, ERROR, NONE, NONE)},
    {KEY_ISSUER, IMPACT(ERROR, NONE, NONE, WARNING)},
    {KEY_JWKS_URI, IMPACT(ERROR, NONE, NONE, WARNING)},
    {KEY_LOGOUT_URI, IMPACT(WARNING, NONE, NONE, WARNING)},
    {KEY_TOS, IMPACT(NONE, NONE, NONE, WARNING)},
    {KEY_PRIVACY_POLICY, IMPACT(NONE, NONE, NONE, WARNING)},
    {KEY_ID_TOKEN_ENCRYPTION, IMPACT(ERROR, NONE, NONE, ERROR)},
    {KEY_SOURCE_PROVIDER, IMPACT(NONE, NONE, NONE, WARNING)},
    {KEY_ACCEPTED_AUDIENCES, IMPACT(WARNING, NONE, NONE, WARNING)},
    {KEY_REQUIRED_ROLES, IMPACT(WARNING, NONE, NONE, WARNING)},
    {KEY_EXPECTED_TYPES, IMPACT(WARNING, NONE, NONE, WARNING)},
};

static struct impact weight_of_type(enum keys_id id)
{
    static const struct impact error = IMPACT_ALL(ERROR);
    static const struct impact warning = IMPACT_ALL(WARNING);
    switch (keys_row(id)->type) {
    case KEYS_WORD:
    case KEYS_ID:
    case KEYS_TEXT:
    case KEYS_URL:
    case KEYS_ORIGIN:
    case KEYS_PATH:
        return error;
    case KEYS_BOOLEAN:
        return keys_row(id)->guard ? error : warning;
    default:
        return id == KEY_SCOPES ? error : warning;
    }
}

struct impact spoilt(const struct line *line)
{
    static const struct impact error = IMPACT_ALL(ERROR);
    bool filters = is_on(line->file, KEY_FILTER_DOMAINS, line->provider);
    if (filters && (line->id == KEY_ALLOWED_DOMAINS || line->id == KEY_EMAIL_CLAIM))
        return error;
    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++)
        if (weights[i].id == line->id)
            return weights[i].impact;
    struct impact weight = weight_of_type(line->id);
    return impact_mask(&weight, READER(READER_SIDECAR) | keys_readers(line->id));
}

void explain_entry(struct build *build, const struct properties_entry *entry)
{
    size_t last = entry->tail_at.line > entry->at.line ? entry->tail_at.line : entry->at.line;
    explain_lines(build->findings, entry->at.line, last);
}

/* --- duplicates ---------------------------------------------------------------------------------
 */

static void check_duplicate(struct build *build, const struct file *file,
                            const struct properties_entry *entry)
{
    static const struct impact info = IMPACT_ALL(INFO);
    if (entry->overridden_by == PROPERTIES_NONE)
        return;
    const struct properties_entry *last = properties_find(&file->document, entry->key);
    bool same = strcmp(entry->value, last->value) == 0;
    struct report_at at = at_key(file, entry);
    report_as(build->findings, RULE_DUPLICATE_KEY,
              same ? &info : &props_rule(RULE_DUPLICATE_KEY)->impact, &at,
              "%s stands again in line %zu%s, and the last one counts: this line does nothing",
              SHOW(at.key, strlen(at.key)), last->at.line,
              same ? " with the same value" : " with another value");
    advise(build->findings, same
                                ? "remove one of the lines"
                                : "decide which of the values is right, and remove the other line");
}

/* --- providers ----------------------------------------------------------------------------------
 */

static bool is_enabled(const struct file *file, const char *id)
{
    for (size_t i = 0; i < file->id_count; i++)
        if (strcmp(id, file->ids[i]) == 0)
            return true;
    return false;
}

/* The providers that a file configures without enabling them; each is mentioned once, up to a
 * number that no real file has. */
struct mentioned {
    char ids[PROPS_MAX_PROVIDERS][KEYS_PROVIDER_MAX + 1];
    size_t count;
};

static bool mention(struct mentioned *mentioned, const char *id)
{
    for (size_t i = 0; i < mentioned->count; i++)
        if (strcmp(mentioned->ids[i], id) == 0)
            return false;
    if (mentioned->count == PROPS_MAX_PROVIDERS)
        return false;
    (void)snprintf(mentioned->ids[mentioned->count++], sizeof *mentioned->ids, "%s", id);
    return true;
}

static bool names_provider(const struct file *file, const char *id)
{
    struct slice rest = slice_of(file->ids_entry->value);
    struct slice item;
    while (value_next_item(&rest, &item, NULL))
        if (slice_equals(item, id))
            return true;
    return false;
}

/* A key of a provider that is not enabled. Where nothing is enabled, or that very provider is
 * refused, an error says so already. */
static void check_provider(const struct line *line, struct mentioned *mentioned)
{
    if (line->file->id_count == 0 || !mention(mentioned, line->provider) ||
        names_provider(line->file, line->provider))
        return;
    struct report_at at = at_key(line->file, line->entry);
    report(line->build->findings, RULE_NOT_ENABLED, &at,
           "provider %s is configured here but not enabled: nobody is offered it",
           SHOW(line->provider, strlen(line->provider)));
    advise(line->build->findings,
           "to offer it, add it to `enabled`, or give it a file with its own provider.id");
}

/* --- the walk -----------------------------------------------------------------------------------
 */

/* Stops at the first thing that makes the rest of the value meaningless. */
static void survey_value(const struct line *line)
{
    if (!survey_template(line) && !survey_quotes(line) && !survey_encoding(line))
        survey_blanks(line);
    survey_release(line);
}

static void survey_entry(struct build *build, const struct file *file, struct mentioned *mentioned,
                         size_t index)
{
    struct line line;
    const struct properties_entry *entry = &file->document.entries[index];
    check_duplicate(build, file, entry);
    if (file->notes[index].explained || entry->overridden_by != PROPERTIES_NONE)
        return;
    survey_joined(build, file, entry);
    if (guess_key(file, index) != NULL || !line_of(&line, build, file, entry))
        survey_name(build, file, index);
    else if (line.provider[0] != '\0' && !is_enabled(file, line.provider))
        check_provider(&line, mentioned);
    else
        survey_value(&line);
}

/* --- the file as a whole ------------------------------------------------------------------------
 */

static bool has_key(const struct file *file)
{
    struct keys_match match;
    for (size_t i = 0; i < file->document.count; i++)
        if (keys_match(file->document.entries[i].key, file->ids, file->id_count, &match) ||
            guess_key(file, i) != NULL)
            return true;
    return false;
}

/* False after a finding that says it all. */
static bool check_content(struct build *build, const struct file *file)
{
    if (file->document.error_count > 0 || has_key(file))
        return true;
    struct report_at at = at_file(file);
    report(build->findings, RULE_FILE_NO_KEYS, &at,
           file->document.count == 0
               ? "there is nothing in the file but comments and blank lines: nobody can sign in"
               : "none of the lines has a key that the sidecar or XNAT's plugin reads: it is "
                 "probably another file");
    advise(build->findings, "check that this is the right file, whole and as plain text");
    explain_lines(build->findings, 0, SIZE_MAX);
    return false;
}

/* Named by path; in XNAT's own folder, or with a name that was meant to be right, it matters. */
static void check_name(struct build *build, const struct file *file)
{
    static const char folder[] = "/auth/";
    static const struct impact lost = IMPACT(NONE, ERROR, ERROR, ERROR);
    static const struct impact meant = IMPACT(NONE, WARNING, WARNING, WARNING);
    static const struct impact other = IMPACT_PLUGINS(INFO);
    const char *last = last_part(file->name);
    size_t head = (size_t)(last - file->name);
    if (!file->named || file->from_folder || loads_in_xnat(last))
        return;
    bool in_place = head + 1 >= sizeof folder &&
                    memcmp(last - (sizeof folder - 1), folder, sizeof folder - 1) == 0;
    in_place = in_place || strncmp(file->name, folder + 1, head) == 0;
    bool ours = strstr(last, "provider") != NULL;
    struct report_at at = at_file(file);
    report_as(build->findings, RULE_FILE_NOT_LOADED,
              head > 0 && in_place ? &lost : (ours ? &meant : &other), &at,
              "XNAT does not load a file of this name from its folder auth: it passes over it "
              "without a word");
    advise(build->findings, "let its name end in -provider.properties, for example "
                            "openid-provider.properties");
}

/* A file with a secret is for the one who runs XNAT. */
static void check_mode(struct build *build, const struct file *file)
{
    struct line line;
    for (size_t i = 0; file->open_to_all && i < file->document.count; i++) {
        const struct properties_entry *entry = &file->document.entries[i];
        if (!line_of(&line, build, file, entry) || !keys_row(line.id)->secret ||
            line.value.size == 0)
            continue;
        struct report_at at = at_file(file);
        report(build->findings, RULE_FILE_READABLE, &at,
               "everybody on this machine can read the file, and with it the client secret in line "
               "%zu: whoever has it can pass for your site",
               entry->at.line);
        advise(build->findings, "take the permission away: chmod o-r, for example chmod 640");
        return;
    }
}

/* Of a file for another login method nothing is said but whether that word is meant. */
static void survey_method(struct build *build, const struct file *file)
{
    struct line line;
    struct setting method = find_site_setting(file, KEY_AUTH_METHOD);
    if (method.entry != NULL && line_of(&line, build, file, method.entry))
        survey_value(&line);
}

void survey_file(struct build *build, struct file *file)
{
    struct mentioned mentioned = {.count = 0};
    if (file->notes == NULL)
        return;
    if (!file->ours) {
        survey_method(build, file);
        return;
    }
    if (survey_mark(build, file) || !check_content(build, file))
        return;
    check_name(build, file);
    check_mode(build, file);
    for (size_t i = 0; i < file->document.count; i++)
        survey_entry(build, file, &mentioned, i);
    if (file->usable)
        survey_absent(build, file);
}
