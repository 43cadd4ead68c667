/* What the steps of --online share. */
#include "look.h"

#include <string.h>

/* The first of these keys that the file has. */
static const struct properties_entry *find_place(const struct look *look, enum keys_id key)
{
    const enum keys_id ids[] = {key, KEY_ISSUER, KEY_AUTHORIZATION_ENDPOINT};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct setting setting = find_setting(look->file, ids[i], KEYS_SHARED, look->provider->id);
        if (setting.entry != NULL)
            return setting.entry;
    }
    return NULL;
}

/* Whether the line is known to do as much harm. */
static bool is_known(const struct look *look, const struct report_at *at, enum props_rule_id rule)
{
    enum props_severity worst = impact_worst(&props_rule(rule)->impact, READERS_ALL);
    for (size_t i = 0; i < props_findings_count(look->known); i++) {
        const struct props_finding *finding = props_findings_at(look->known, i);
        if (finding->severity >= worst && finding->line == at->at.line &&
            strcmp(finding->file, at->file) == 0)
            return true;
    }
    return false;
}

struct report_at look_at(const struct look *look, enum props_rule_id rule, enum keys_id key)
{
    const struct properties_entry *entry = find_place(look, key);
    if (entry == NULL) {
        entry = find_block(look->file, slice_of(look->provider->id));
        return entry == NULL ? at_file(look->file) : at_key(look->file, entry);
    }
    struct report_at at = at_value(look->file, entry);
    at.muted = is_known(look, &at, rule);
    return at;
}

struct impact look_impact(const struct look *look, enum props_rule_id rule, enum keys_id key)
{
    struct setting setting = find_setting(look->file, key, KEYS_SHARED, look->provider->id);
    reader_set readers = READER(READER_SIDECAR);
    if (setting.entry != NULL)
        readers |= keys_readers(key);
    return impact_mask(&props_rule(rule)->impact, readers);
}

bool look_may_ask(const char *text)
{
    struct value_url url;
    return value_url(slice_of(text), &url) == URL_OK && (url.https || url.loopback);
}

/* --- the transport ------------------------------------------------------------------------------
 */

void look_report_transport(const struct look *look, enum keys_id key,
                           const struct ask_record *record)
{
    bool tls = record->transport == OIDC_TRANSPORT_TLS;
    enum props_rule_id rule = tls ? RULE_ENDPOINT_TLS : RULE_ENDPOINT_UNREACHABLE;
    struct report_at at = look_at(look, rule, key);
    struct impact impact = look_impact(look, rule, key);
    const char *note = record->note == NULL ? "" : record->note;
    char outcome[ASK_OUTCOME_ROOM];
    report_as(look->findings, rule, &impact, &at, "%s from %s%s%s%s. %s",
              ask_outcome(record, outcome), QUOTE(slice_of(record->url)),
              note[0] == '\0' ? "" : " (", SHOW(note, strlen(note)), note[0] == '\0' ? "" : ")",
              tls ? "The sidecar and XNAT's plugin refuse to speak with it, so nobody can sign in"
                  : "While it is so, nobody can sign in");
    if (tls)
        advise(look->findings,
               "have the provider renew or mend its certificate; for an authority of your own, "
               "give its certificate with --ca-file, here and to the sidecar");
    else
        advise(look->findings,
               "compare the address with the provider's documentation; if it is right, look at "
               "name resolution, firewall and proxy (https_proxy) of this machine");
}
