/* Tokens of API clients: accepted, and what they need is not there; or the other way round. */
#include "check_gates.h"

static void report_bearer_needs(const struct gates *gates, const struct setting *need,
                                enum keys_id id, struct impact impact)
{
    enum keys_scope scope = keys_has_scope(keys_row(id)) ? KEYS_BEARER : KEYS_SHARED;
    bool plugin_alone = impact.on[READER_SIDECAR] == PROPS_NONE;
    struct keys_name name;
    struct setting bearer = gates_find(gates, KEY_BEARER, KEYS_SHARED);
    struct report_at at = at_value(gates->file, bearer.entry);
    at.key = gates_name_lack(&name, gates, need, id, scope);
    impact = impact_for_readers(gates->build, gates->file, impact);
    report_as(gates->build->findings, RULE_BEARER_INCOMPLETE, &impact, &at,
              "tokens of API clients are to be accepted, but %s is %s: none can be verified, and "
              "all are turned away",
              at.key, need->entry == NULL ? "missing" : "empty");
    advise(gates->build->findings, "%s %s%s", need->entry == NULL ? "add" : "fill in", at.key,
           plugin_alone ? UNLESS_SIDECAR_ALONE : "");
}

static bool report_bearer_without_audience(const struct gates *gates)
{
    struct setting audience = gates_bearer_audience(gates);
    struct setting list = gates_find_for(gates, KEY_ACCEPTED_AUDIENCES, KEYS_BEARER);
    if (audience.entry != NULL || gates_says_something(&list))
        return false;
    struct impact impact = props_rule(RULE_BEARER_INCOMPLETE)->impact;
    bool shared_off = gates_find(gates, KEY_AUDIENCE_CHECK, KEYS_SHARED).entry != NULL;
    if (shared_off)
        impact = impact_mask(&impact, READER(READER_SIDECAR)); /* the plugin does without */
    report_bearer_needs(gates, &list, KEY_ACCEPTED_AUDIENCES, impact);
    return !shared_off;
}

static void report_any_audience(const struct gates *gates)
{
    struct setting audience = gates_find_for(gates, KEY_AUDIENCE_CHECK, KEYS_BEARER);
    bool on = false;
    if (audience.entry == NULL || !value_boolean(audience.value, &on) || on)
        return;
    struct impact impact =
        impact_for_readers(gates->build, gates->file, props_rule(RULE_BEARER_AUDIENCE_OFF)->impact);
    if (gates_find(gates, KEY_AUDIENCE_CHECK, KEYS_BEARER).entry == NULL)
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
static void check_needs(const struct gates *gates)
{
    static const enum keys_id needs[] = {KEY_ISSUER, KEY_JWKS_URI};
    static const struct impact plugin = IMPACT(NONE, NONE, NONE, ERROR);
    report_any_audience(gates);
    if (report_bearer_without_audience(gates))
        return;
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        struct setting need = gates_find(gates, needs[i], KEYS_SHARED);
        if (need.value.size > 0)
            continue;
        report_bearer_needs(gates, &need, needs[i], plugin);
        return;
    }
}

/* Keys that only count once bearer.enabled is true; one finding is enough. */
static void check_off(const struct gates *gates)
{
    static const struct {
        enum keys_id id;
        enum keys_scope scope;
    } lines[] = {
        {KEY_BEARER_USER_CREATE, KEYS_SHARED}, {KEY_AUDIENCE_CHECK, KEYS_BEARER},
        {KEY_ACCEPTED_AUDIENCES, KEYS_BEARER}, {KEY_ROLE_CHECK, KEYS_BEARER},
        {KEY_ROLE_PATH, KEYS_BEARER},          {KEY_REQUIRED_ROLES, KEYS_BEARER},
        {KEY_TYPE_CHECK, KEYS_BEARER},         {KEY_EXPECTED_TYPES, KEYS_BEARER},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct setting setting = gates_find(gates, lines[i].id, lines[i].scope);
        if (setting.entry == NULL || setting.value.size == 0 ||
            slice_equals_folded(setting.value, "false"))
            continue;
        struct impact impact =
            impact_for_readers(gates->build, gates->file, props_rule(RULE_BEARER_OFF)->impact);
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

void check_bearer(const struct gates *gates)
{
    if (gates->bearer)
        check_needs(gates);
    else
        check_off(gates);
}
