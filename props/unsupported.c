/* What was asked for and this release of the sidecar does not do. */
#include "reading.h"

static void refuse_encryption(const struct reading *reading)
{
    struct setting setting = provider_setting(reading, KEY_ID_TOKEN_ENCRYPTION);
    if (setting.value.size == 0)
        return;
    struct report_at at = at_value(reading->file, setting.entry);
    report(reading->build->findings, RULE_ENCRYPTION_UNSUPPORTED, &at,
           "this release of the sidecar cannot read encrypted ID tokens, so every sign-in with "
           "provider %s would fail",
           reading->id);
    advise(reading->build->findings, "have the provider send signed ID tokens without encryption "
                                     "(they travel by TLS) and remove the line");
}

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
    refuse_encryption(reading);
    warn_of_ignored(reading);
}
