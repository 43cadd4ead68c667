/* Claim gates: a check that is on and lacks what it goes by, or off and has it. */
#include "check_gates.h"

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

struct setting gates_find(const struct gates *gates, enum keys_id id, enum keys_scope scope)
{
    return find_setting(gates->file, id, scope, gates->id);
}

struct setting gates_find_for(const struct gates *gates, enum keys_id id, enum keys_scope way)
{
    return gates_find(gates, id, scope_for(gates->file, id, way, gates->id));
}

struct setting gates_bearer_audience(const struct gates *gates)
{
    struct setting own = gates_find(gates, KEY_AUDIENCE_CHECK, KEYS_BEARER);
    struct setting shared = gates_find(gates, KEY_AUDIENCE_CHECK, KEYS_SHARED);
    return own.entry == NULL && setting_is_on(&shared) ? shared : own;
}

bool gates_says_something(const struct setting *setting)
{
    struct slice rest = setting->value;
    struct slice item;
    return value_next_item(&rest, &item, NULL);
}

const char *gates_name_lack(struct keys_name *name, const struct gates *gates,
                            const struct setting *need, enum keys_id id, enum keys_scope scope)
{
    return need->entry != NULL ? need->entry->key : keys_name(name, id, scope, gates->id);
}

static bool report_incomplete(const struct gates *gates, const struct gate *gate,
                              enum keys_scope way)
{
    struct keys_name name;
    struct setting on = gates_find_for(gates, gate->id, way);
    if (!setting_is_on(&on))
        return false;
    for (size_t i = 0; i < 2 && gate->needs[i] != KEYS_COUNT; i++) {
        struct setting need = gates_find_for(gates, gate->needs[i], way);
        if (gates_says_something(&need))
            continue;
        struct impact impact =
            impact_for_readers(gates->build, gates->file, props_rule(RULE_GATE_INCOMPLETE)->impact);
        struct report_at at = at_value(gates->file, on.entry);
        at.key = gates_name_lack(&name, gates, &need, gate->needs[i],
                                 scope_for(gates->file, gate->id, way, gates->id));
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
        struct setting setting = gates_find(gates, id, scope);
        if (setting_is_on(&setting))
            return true;
    }
    struct setting bearer = gates_bearer_audience(gates);
    return id == KEY_AUDIENCE_CHECK && gates->bearer && bearer.entry == NULL;
}

/* Whether the check goes by what a key of this scope says. */
static bool is_on_for(const struct gates *gates, enum keys_id id, enum keys_scope scope)
{
    if (scope == KEYS_SHARED)
        return on_anywhere(gates, id);
    bool audience = scope == KEYS_BEARER && id == KEY_AUDIENCE_CHECK;
    struct setting on = audience ? gates_bearer_audience(gates) : gates_find_for(gates, id, scope);
    return setting_is_on(&on) || (audience && on.entry == NULL);
}

static bool off_on_purpose(const struct gates *gates, enum keys_id id, enum keys_scope scope)
{
    if (scope != KEYS_SHARED)
        return gates_find_for(gates, id, scope).entry != NULL;
    for (enum keys_scope any = KEYS_SHARED; any <= KEYS_BEARER; any++)
        if (gates_find(gates, id, any).entry != NULL)
            return true;
    return false;
}

static void report_off(const struct gates *gates, const struct gate *gate)
{
    static const struct impact on_purpose = IMPACT(INFO, NONE, NONE, INFO);
    for (size_t i = 0; i < 2 && gate->needs[i] != KEYS_COUNT; i++)
        for (enum keys_scope scope = KEYS_SHARED; scope <= KEYS_BEARER; scope++) {
            struct setting need = gates_find(gates, gate->needs[i], scope);
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
        struct setting on = gates_find(gates, gate->id, scope);
        if (!setting_is_on(&on))
            continue;
        struct impact impact = impact_for_readers(gates->build, gates->file,
                                                  props_rule(RULE_GATE_OTHER_RELEASE)->impact);
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

void check_gates(struct build *build, const struct file *file)
{
    for (size_t i = 0; i < file->id_count; i++) {
        struct gates gates = {.build = build, .file = file, .id = file->ids[i]};
        struct setting bearer = gates_find(&gates, KEY_BEARER, KEYS_SHARED);
        gates.bearer = setting_is_on(&bearer);
        for (size_t j = 0; j < sizeof all_gates / sizeof *all_gates; j++)
            check_gate(&gates, &all_gates[j]);
        check_bearer(&gates);
        check_linking(&gates);
    }
}
