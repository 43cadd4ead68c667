/* What was asked for and this release of the sidecar does not do. */
#include "reading.h"

static void warn_of_ignored(const struct reading *reading)
{
    for (enum keys_scope scope = KEYS_SHARED; scope <= KEYS_BEARER; scope++) {
        if (!read_boolean(reading->build, reading->file, KEY_LINK_EXISTING, scope, reading->id))
            continue;
        struct setting setting = find_setting(reading->file, KEY_LINK_EXISTING, scope, reading->id);
        struct report_at at = at_value(reading->file, setting.entry);
        report(reading->build->findings, RULE_LINK_EXISTING_IGNORED, &at,
               "the sidecar does not connect people with accounts of another provider: they get an "
               "account of their own");
        advise(reading->build->findings,
               "connect the accounts in XNAT before the switch, or keep the "
               "plugin for this provider");
    }
}

void refuse_unsupported(const struct reading *reading)
{
    warn_of_ignored(reading);
}
