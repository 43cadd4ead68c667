/* Blanks around values: the sidecar drops them, XNAT's plugin keeps them. And keys that the
 * plugin's other releases read. */
#include "survey.h"

#include <string.h>

/* What XNAT's plugin makes of blanks after the value of a key, or in front of it. */
struct habit {
    enum keys_id id;
    struct impact impact;
    const char *effect;
};

/* clang-format off */
static const struct habit habits[] = {
    {KEY_AUTH_METHOD, IMPACT_PLUGINS(ERROR),
     "takes it for another login method and does not see the file at all"},
    {KEY_TYPE, IMPACT_PLUGINS(INFO), "does not read the line"},
    {KEY_NAME, IMPACT_PLUGINS(INFO), "shows the name with them"},
    {KEY_PROVIDER_ID, IMPACT(NONE, INFO, ERROR, ERROR),
     "makes them a part of the id, which since 1.1 matches no other key"},
    {KEY_ENABLED, IMPACT(NONE, ERROR, NONE, NONE),
     "makes them a part of the last id, and offers no such provider"},
    {KEY_SCOPES, IMPACT_PLUGINS(INFO), "does, by luck, the same"},
    {KEY_CLIENT_ID, IMPACT_PLUGINS(ERROR),
     "sends them to the provider, which does not know such a site"},
    {KEY_CLIENT_SECRET, IMPACT_PLUGINS(ERROR),
     "sends them to the provider, which refuses the secret"},
    {KEY_EMAIL_CLAIM, IMPACT_PLUGINS(WARNING),
     "looks for a claim whose name ends in blanks: accounts have no e-mail address"},
    {KEY_ISSUER, IMPACT(NONE, NONE, NONE, WARNING), "makes them a part of the name to compare"},
    {KEY_JWKS_URI, IMPACT(NONE, NONE, NONE, WARNING), "makes them a part of the address"},
    {KEY_LOGOUT_URI, IMPACT(NONE, NONE, NONE, WARNING), "makes them a part of the address"},
    {KEY_ALLOWED_DOMAINS, IMPACT_PLUGINS(INFO),
     "would make them a part of the last domain, were the filter on"},
};

static const struct habit habits_by_type[] = {
    [KEYS_WORD] = {0, IMPACT_PLUGINS(WARNING), "takes it for another word"},
    [KEYS_ID] = {0, IMPACT_PLUGINS(WARNING), "makes them a part of the id"},
    [KEYS_TEXT] = {0, IMPACT_PLUGINS(WARNING), "makes them a part of it"},
    [KEYS_HTML] = {0, IMPACT_ALL(NONE), ""},
    [KEYS_BOOLEAN] = {0, IMPACT_PLUGINS(WARNING), "reads it as false"},
    [KEYS_URL] = {0, IMPACT_PLUGINS(ERROR), "makes them a part of the address"},
    [KEYS_ORIGIN] = {0, IMPACT_PLUGINS(ERROR),
                     "makes them a part of the address that people are sent back to, which the "
                     "provider then does not know"},
    [KEYS_PATH] = {0, IMPACT_PLUGINS(ERROR),
                   "makes them a part of the address that people are sent back to, which the "
                   "provider then does not know"},
    [KEYS_LIST] = {0, IMPACT_PLUGINS(WARNING),
                   "makes them a part of the last item, which then matches nothing"},
    [KEYS_CLAIM] = {0, IMPACT_PLUGINS(WARNING),
                    "looks for a claim whose name ends in blanks, and finds none"},
    [KEYS_PATTERN] = {0, IMPACT_PLUGINS(WARNING), "makes them a part of every user name"},
    [KEYS_ALGORITHM] = {0, IMPACT_PLUGINS(ERROR),
                        "does not know such an algorithm, and XNAT does not start"},
};

static const struct habit habit_of_filter = {KEY_ALLOWED_DOMAINS, IMPACT_PLUGINS(ERROR),
    "makes them a part of the last domain, which then admits nobody"};
static const struct habit habit_of_address = {KEY_EMAIL_CLAIM, IMPACT_PLUGINS(ERROR),
    "looks for a claim whose name ends in blanks: the e-mail filter finds no address and admits "
    "nobody"};
static const struct habit habit_of_false = {0, IMPACT_PLUGINS(INFO), "does, by luck, the same"};
static const struct habit habit_of_guard = {0, IMPACT_PLUGINS(ERROR),
    "reads it as false and leaves the restriction off"};
/* Legal texts are shown, no address is made of them. */
static const struct habit habit_of_text = {0, IMPACT(NONE, NONE, NONE, WARNING),
    "does not find the file"};
/* clang-format on */

static const struct habit *habit_of_boolean(const struct line *line)
{
    bool on;
    (void)value_boolean(line->value, &on);
    if (!on)
        return &habit_of_false;
    return keys_row(line->id)->guard ? &habit_of_guard : &habits_by_type[KEYS_BOOLEAN];
}

static const struct habit *habit_of(const struct line *line)
{
    enum keys_id id = line->id;
    if (keys_row(id)->type == KEYS_BOOLEAN)
        return habit_of_boolean(line);
    if (id == KEY_TOS || id == KEY_PRIVACY_POLICY)
        return &habit_of_text;
    if (is_on(line->file, KEY_FILTER_DOMAINS, line->provider)) {
        if (id == KEY_ALLOWED_DOMAINS && !slice_equals(line->value, "*"))
            return &habit_of_filter;
        if (id == KEY_EMAIL_CLAIM)
            return &habit_of_address;
    }
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++)
        if (habits[i].id == id)
            return &habits[i];
    return &habits_by_type[keys_row(id)->type];
}

/* Blanks in the list of providers, of which release 1.0 makes another id. */
static void check_list(const struct line *line)
{
    static const struct impact impact = IMPACT(NONE, ERROR, NONE, NONE);
    struct slice rest = line->value;
    struct slice item;
    bool padded = false;
    while (line->id == KEY_ENABLED && !padded && value_next_item(&rest, &item, &padded))
        continue;
    if (!padded)
        return;
    struct report_at at = at_item(line->file, line->entry, item);
    report_as(line->build->findings, RULE_BLANKS, &impact, &at,
              "there are blanks between the ids. The sidecar drops them; XNAT's plugin makes them "
              "a part of the id, and knows no such provider");
    advise(line->build->findings, "separate the ids by commas alone");
}

void survey_blanks(const struct line *line)
{
    struct slice written = slice_of(line->entry->value);
    check_list(line);
    if (line->value.size == written.size || line->value.size == 0)
        return;
    const struct habit *habit = habit_of(line);
    struct impact impact = impact_mask(&habit->impact, keys_readers(line->id));
    bool at_end = line->value.at + line->value.size < written.at + written.size;
    struct report_at at =
        at_end ? at_tail(line->file, line->entry) : at_value(line->file, line->entry);
    if (impact_readers(&impact) == 0)
        return;
    report_as(line->build->findings, RULE_BLANKS, &impact, &at,
              "the value of %s has blanks %s it. The sidecar drops them; XNAT's plugin keeps them "
              "and %s",
              line->entry->key, at_end ? "after" : "before", habit->effect);
    advise(line->build->findings, "remove the blanks");
}

/* --- releases -----------------------------------------------------------------------------------
 */

/* Keys whose releases other rules speak of, or that do no harm where nobody reads them. */
static bool is_told_elsewhere(enum keys_id id)
{
    static const enum keys_id ids[] = {KEY_ENABLED,           KEY_ISSUER,
                                       KEY_JWKS_URI,          KEY_LOGOUT_URI,
                                       KEY_USER_AUTO_ENABLED, KEY_USER_AUTO_VERIFIED};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (ids[i] == id)
            return true;
    return keys_has_scope(keys_row(id));
}

void survey_release(const struct line *line)
{
    const struct keys_row *row = keys_row(line->id);
    reader_set others = line->file->readers & READERS_PLUGINS & ~keys_readers(line->id);
    bool on = false;
    if (others == 0 || is_told_elsewhere(line->id) || line->value.size == 0 ||
        (row->type == KEYS_BOOLEAN && !(value_boolean(line->value, &on) && on)))
        return;
    struct impact impact = impact_mask(&props_rule(RULE_OTHER_RELEASE)->impact, others);
    struct report_at at = at_key(line->file, line->entry);
    report_as(line->build->findings, RULE_OTHER_RELEASE, &impact, &at,
              "XNAT's plugin reads %s %s %s; %s, for which the layout of this file is, passes over "
              "it",
              line->entry->key, row->since != NULL ? "since release" : "up to release",
              row->since != NULL ? row->since : row->until, readers_text(others));
    struct impact cost = spoilt(line);
    bool sidecar_reads_it = cost.on[READER_SIDECAR] != PROPS_NONE;
    advise(line->build->findings, "remove the line, or use a release that reads it%s",
           sidecar_reads_it ? UNLESS_SIDECAR_ALONE : "");
}
