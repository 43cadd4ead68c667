/* Claim gates, tokens of API clients, linking: configured by halves. */
#include "build.h"

#include <string.h>

struct gates {
    struct build *build;
    const struct file *file;
    const char *id;
    bool bearer; /* tokens of API clients are accepted */
};

/* A gate: its switch, and what it cannot do without. */
struct gate {
    enum keys_id id;
    enum keys_id needs[2]; /* KEYS_COUNT: nothing more */
    const char *keeps_out;
};

static const struct gate all_gates[] = {
    {KEY_AUDIENCE_CHECK, {KEY_ACCEPTED_AUDIENCES, KEYS_COUNT}, "tokens for other services"},
    {KEY_ROLE_CHECK, {KEY_ROLE_PATH, KEY_REQUIRED_ROLES}, "people without the role"},
    {KEY_TYPE_CHECK, {KEY_EXPECTED_TYPES, KEYS_COUNT}, "tokens of other types"},
};

static bool is_true(const struct setting *setting)
{
    bool value = false;
    return setting->entry != NULL && value_boolean(setting->value, &value) && value;
}

static struct setting find(const struct gates *gates, enum keys_id id, enum keys_scope scope)
{
    return find_setting(gates->file, id, scope, gates->id);
}

/* The key of one way in overrides the key for both. */
static enum keys_scope scope_for(const struct gates *gates, enum keys_id id, enum keys_scope way)
{
    return find(gates, id, way).entry != NULL ? way : KEYS_SHARED;
}

static struct setting find_for(const struct gates *gates, enum keys_id id, enum keys_scope way)
{
    return find(gates, id, scope_for(gates, id, way));
}

/* API clients' audience check is on unless it is switched off for them: that the key for both does
 * so counts for the plugin alone. */
static struct setting find_bearer_audience(const struct gates *gates)
{
    struct setting own = find(gates, KEY_AUDIENCE_CHECK, KEYS_BEARER);
    struct setting shared = find(gates, KEY_AUDIENCE_CHECK, KEYS_SHARED);
    return own.entry == NULL && is_true(&shared) ? shared : own;
}

/* Without what concerns releases that do not read the file anyway. */
static struct impact for_readers(const struct gates *gates, struct impact impact)
{
    reader_set set = gates->build->target == PROPS_AUTO ? gates->file->readers : READERS_ALL;
    for (unsigned reader = 0; reader < READERS_COUNT; reader++)
        if ((set & READER(reader)) == 0)
            impact.on[reader] = PROPS_NONE;
    return impact;
}

/* --- claim gates --------------------------------------------------------------------------------
 */

/* A list of commas and blanks is empty. */
static bool says_something(const struct setting *setting)
{
    struct slice rest = setting->value;
    struct slice item;
    return value_next_item(&rest, &item, NULL);
}

/* The key to write to: the one that is there and empty, else one of the scope that is meant. */
static const char *name_lack(struct keys_name *name, const struct gates *gates,
                             const struct setting *need, enum keys_id id, enum keys_scope scope)
{
    return need->entry != NULL ? need->entry->key : keys_name(name, id, scope, gates->id);
}

static bool report_incomplete(const struct gates *gates, const struct gate *gate,
                              enum keys_scope way)
{
    struct keys_name name;
    struct setting on = find_for(gates, gate->id, way);
    if (!is_true(&on))
        return false;
    for (size_t i = 0; i < 2 && gate->needs[i] != KEYS_COUNT; i++) {
        struct setting need = find_for(gates, gate->needs[i], way);
        if (says_something(&need))
            continue;
        struct impact impact = for_readers(gates, props_rule(RULE_GATE_INCOMPLETE)->impact);
        struct report_at at = at_value(gates->file, on.entry);
        at.key = name_lack(&name, gates, &need, gate->needs[i], scope_for(gates, gate->id, way));
        report_as(gates->build->findings, RULE_GATE_INCOMPLETE, &impact, &at,
                  "the check is on, but %s is %s: it turns everybody away", at.key,
                  need.entry == NULL ? "missing" : "empty");
        advise(gates->build->findings, "%s %s, or write %s=false",
               need.entry == NULL ? "add" : "fill in", at.key, on.entry->key);
        return true;
    }
    return false;
}

static bool on_anywhere(const struct gates *gates, enum keys_id id)
{
    for (enum keys_scope scope = KEYS_SHARED; scope <= KEYS_BEARER; scope++) {
        struct setting setting = find(gates, id, scope);
        if (is_true(&setting))
            return true;
    }
    struct setting bearer = find_bearer_audience(gates);
    return id == KEY_AUDIENCE_CHECK && gates->bearer && bearer.entry == NULL;
}

/* Whether the check goes by what a key of this scope says. */
static bool is_on_for(const struct gates *gates, enum keys_id id, enum keys_scope scope)
{
    if (scope == KEYS_SHARED)
        return on_anywhere(gates, id);
    bool audience = scope == KEYS_BEARER && id == KEY_AUDIENCE_CHECK;
    struct setting on = audience ? find_bearer_audience(gates) : find_for(gates, id, scope);
    return is_true(&on) || (audience && on.entry == NULL);
}

static bool off_on_purpose(const struct gates *gates, enum keys_id id, enum keys_scope scope)
{
    if (scope != KEYS_SHARED)
        return find_for(gates, id, scope).entry != NULL;
    for (enum keys_scope any = KEYS_SHARED; any <= KEYS_BEARER; any++)
        if (find(gates, id, any).entry != NULL)
            return true;
    return false;
}

static void report_off(const struct gates *gates, const struct gate *gate)
{
    static const struct impact on_purpose = IMPACT(INFO, NONE, NONE, INFO);
    for (size_t i = 0; i < 2 && gate->needs[i] != KEYS_COUNT; i++)
        for (enum keys_scope scope = KEYS_SHARED; scope <= KEYS_BEARER; scope++) {
            struct setting need = find(gates, gate->needs[i], scope);
            struct keys_name name;
            if (need.entry == NULL || need.value.size == 0 || is_on_for(gates, gate->id, scope))
                continue;
            if (scope == KEYS_BEARER && !gates->bearer)
                continue;
            struct report_at at = at_value(gates->file, need.entry);
            report_as(gates->build->findings, RULE_GATE_OFF,
                      off_on_purpose(gates, gate->id, scope) ? &on_purpose
                                                             : &props_rule(RULE_GATE_OFF)->impact,
                      &at, "the check that needs this line is off: it does not keep out %s",
                      gate->keeps_out);
            advise(gates->build->findings, "write %s=true to switch it on",
                   keys_name(&name, gate->id, scope, gates->id));
            return;
        }
}

static void report_unknown(const struct gates *gates, const struct gate *gate)
{
    for (enum keys_scope scope = KEYS_SHARED; scope <= KEYS_BEARER; scope++) {
        struct setting on = find(gates, gate->id, scope);
        if (!is_true(&on))
            continue;
        struct impact impact = for_readers(gates, props_rule(RULE_GATE_OTHER_RELEASE)->impact);
        struct report_at at = at_value(gates->file, on.entry);
        report_as(gates->build->findings, RULE_GATE_OTHER_RELEASE, &impact, &at,
                  "releases before 1.6 of the plugin do not know this check and let in %s",
                  gate->keeps_out);
        advise(gates->build->findings, "use release 1.6, or let the provider decide who may use "
                                       "the site");
        return;
    }
}

static void check_gate(const struct gates *gates, const struct gate *gate)
{
    if (!report_incomplete(gates, gate, KEYS_ID_TOKEN) && gates->bearer)
        (void)report_incomplete(gates, gate, KEYS_BEARER);
    report_off(gates, gate);
    report_unknown(gates, gate);
}

/* --- tokens of API clients ----------------------------------------------------------------------
 */

static void report_bearer_needs(const struct gates *gates, const struct setting *need,
                                enum keys_id id, struct impact impact)
{
    enum keys_scope scope = keys_has_scope(keys_row(id)) ? KEYS_BEARER : KEYS_SHARED;
    bool plugin_alone = impact.on[READER_SIDECAR] == PROPS_NONE;
    struct keys_name name;
    struct setting bearer = find(gates, KEY_BEARER, KEYS_SHARED);
    struct report_at at = at_value(gates->file, bearer.entry);
    at.key = name_lack(&name, gates, need, id, scope);
    impact = for_readers(gates, impact);
    report_as(gates->build->findings, RULE_BEARER_INCOMPLETE, &impact, &at,
              "tokens of API clients are to be accepted, but %s is %s: none can be verified, and "
              "all are turned away",
              at.key, need->entry == NULL ? "missing" : "empty");
    advise(gates->build->findings, "%s %s%s", need->entry == NULL ? "add" : "fill in", at.key,
           plugin_alone ? UNLESS_SIDECAR_ALONE : "");
}

static bool report_bearer_without_audience(const struct gates *gates)
{
    struct setting audience = find_bearer_audience(gates);
    struct setting list = find_for(gates, KEY_ACCEPTED_AUDIENCES, KEYS_BEARER);
    if (audience.entry != NULL || says_something(&list))
        return false;
    struct impact impact = props_rule(RULE_BEARER_INCOMPLETE)->impact;
    bool shared_off = find(gates, KEY_AUDIENCE_CHECK, KEYS_SHARED).entry != NULL;
    if (shared_off)
        impact = impact_mask(&impact, READER(READER_SIDECAR)); /* the plugin does without */
    report_bearer_needs(gates, &list, KEY_ACCEPTED_AUDIENCES, impact);
    return !shared_off;
}

static void report_any_audience(const struct gates *gates)
{
    struct setting audience = find_for(gates, KEY_AUDIENCE_CHECK, KEYS_BEARER);
    bool on = false;
    if (audience.entry == NULL || !value_boolean(audience.value, &on) || on)
        return;
    struct impact impact = for_readers(gates, props_rule(RULE_BEARER_AUDIENCE_OFF)->impact);
    if (find(gates, KEY_AUDIENCE_CHECK, KEYS_BEARER).entry == NULL)
        impact = impact_mask(&impact, READERS_PLUGINS); /* the sidecar checks all the same */
    struct report_at at = at_value(gates->file, audience.entry);
    report_as(gates->build->findings, RULE_BEARER_AUDIENCE_OFF, &impact, &at,
              "API clients may bring a token that was issued for any other service: whoever runs "
              "one can use the site in its users' names");
    advise(gates->build->findings,
           "remove the line, and list the site's own name at the provider in "
           "openid.%s.bearer.audCheck.acceptedAudiences",
           gates->id);
}

/* Issuer and keys: the sidecar asks the provider for them, the plugin does not. */
static void check_bearer(const struct gates *gates)
{
    static const enum keys_id needs[] = {KEY_ISSUER, KEY_JWKS_URI};
    static const struct impact plugin = IMPACT(NONE, NONE, NONE, ERROR);
    if (!gates->bearer)
        return;
    report_any_audience(gates);
    if (report_bearer_without_audience(gates))
        return;
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        struct setting need = find(gates, needs[i], KEYS_SHARED);
        if (need.value.size > 0)
            continue;
        report_bearer_needs(gates, &need, needs[i], plugin);
        return;
    }
}

/* Keys that only count once bearer.enabled is true; one finding is enough. */
static void check_bearer_off(const struct gates *gates)
{
    if (gates->bearer)
        return;
    for (enum keys_id id = KEY_BEARER_USER_CREATE; id <= KEY_EXPECTED_TYPES; id++) {
        enum keys_scope scope = id == KEY_BEARER_USER_CREATE ? KEYS_SHARED : KEYS_BEARER;
        struct setting setting = find(gates, id, scope);
        if (setting.entry == NULL || setting.value.size == 0 ||
            slice_equals_folded(setting.value, "false"))
            continue;
        struct impact impact = for_readers(gates, props_rule(RULE_BEARER_OFF)->impact);
        struct report_at at = at_key(gates->file, setting.entry);
        report_as(
            gates->build->findings, RULE_BEARER_OFF, &impact, &at,
            "the line is about tokens of API clients, which openid.%s.bearer.enabled does not "
            "switch on: it does nothing",
            gates->id);
        advise(gates->build->findings, "write openid.%s.bearer.enabled=true, or remove the line",
               gates->id);
        return;
    }
}

/* --- linking, automatic login -------------------------------------------------------------------
 */

static bool is_provider(const struct gates *gates, struct slice id)
{
    for (size_t i = 0; i < gates->build->model->provider_count; i++)
        if (slice_equals(id, gates->build->model->providers[i].id))
            return true;
    return false;
}

static void check_linking(const struct gates *gates, enum keys_scope scope)
{
    struct setting on = find(gates, KEY_LINK_EXISTING, scope);
    struct setting source = find_for(gates, KEY_SOURCE_PROVIDER, scope);
    struct impact impact = for_readers(gates, props_rule(RULE_LINK_EXISTING)->impact);
    if (!is_true(&on))
        return;
    bool own = slice_equals(source.value, gates->id);
    if (source.value.size > 0 && !own && is_provider(gates, source.value))
        return;
    struct report_at at = at_value(gates->file, source.entry != NULL ? source.entry : on.entry);
    report_as(gates->build->findings, RULE_LINK_EXISTING, &impact, &at,
              "people are to be connected with their account of another provider, but %s: each "
              "gets a new account",
              source.value.size == 0 ? "sourceProvider does not say which"
              : own                  ? "sourceProvider names this very provider"
                                     : "no file configures the one that sourceProvider names");
    advise(gates->build->findings, "write the id of the other provider, as its keys have it");
}

/* In the order of files and providers, the first stands. */
static void check_auto_login(const struct gates *gates)
{
    struct setting own = find(gates, KEY_AUTO_LOGIN, KEYS_SHARED);
    if (!is_true(&own))
        return;
    for (size_t i = 0; i < gates->build->file_count; i++) {
        const struct file *file = &gates->build->files[i];
        for (size_t j = 0; j < file->id_count; j++) {
            struct setting other = find_setting(file, KEY_AUTO_LOGIN, KEYS_SHARED, file->ids[j]);
            if (strcmp(file->ids[j], gates->id) == 0)
                return;
            if (!is_true(&other))
                continue;
            struct report_at at = at_value(gates->file, own.entry);
            report(gates->build->findings, RULE_AUTO_LOGIN_TWICE, &at,
                   "provider %s signs visitors in by itself already, and one of a site's can: the "
                   "sidecar does not start, and the plugin ignores this line",
                   file->ids[j]);
            advise(gates->build->findings, "write true for one provider alone");
            return;
        }
    }
}

void check_gates(struct build *build, const struct file *file)
{
    for (size_t i = 0; i < file->id_count; i++) {
        struct gates gates = {.build = build, .file = file, .id = file->ids[i]};
        struct setting bearer = find(&gates, KEY_BEARER, KEYS_SHARED);
        gates.bearer = is_true(&bearer);
        for (size_t j = 0; j < sizeof all_gates / sizeof *all_gates; j++)
            check_gate(&gates, &all_gates[j]);
        check_bearer(&gates);
        check_bearer_off(&gates);
        for (enum keys_scope scope = KEYS_SHARED; scope <= KEYS_BEARER; scope++)
            check_linking(&gates, scope);
        check_auto_login(&gates);
    }
}
