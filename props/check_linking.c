/* Connecting with another provider's accounts, where it can connect nobody; two providers that sign
 * visitors in by themselves. */
#include "check_gates.h"

#include <string.h>

static bool is_provider(const struct gates *gates, struct slice id)
{
    for (size_t i = 0; i < gates->build->model->provider_count; i++)
        if (slice_equals(id, gates->build->model->providers[i].id))
            return true;
    return false;
}

static void check_source(const struct gates *gates, enum keys_scope scope)
{
    struct setting on = gates_find(gates, KEY_LINK_EXISTING, scope);
    struct setting source = gates_find_for(gates, KEY_SOURCE_PROVIDER, scope);
    struct impact impact =
        impact_for_readers(gates->build, gates->file, props_rule(RULE_LINK_EXISTING)->impact);
    if (!setting_is_on(&on))
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
    struct setting own = gates_find(gates, KEY_AUTO_LOGIN, KEYS_SHARED);
    if (!setting_is_on(&own))
        return;
    for (size_t i = 0; i < gates->build->file_count; i++) {
        const struct file *file = &gates->build->files[i];
        for (size_t j = 0; j < file->id_count; j++) {
            struct setting other = find_setting(file, KEY_AUTO_LOGIN, KEYS_SHARED, file->ids[j]);
            if (strcmp(file->ids[j], gates->id) == 0)
                return;
            if (!setting_is_on(&other))
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

void check_linking(const struct gates *gates)
{
    for (enum keys_scope scope = KEYS_SHARED; scope <= KEYS_BEARER; scope++)
        check_source(gates, scope);
    check_auto_login(gates);
}
