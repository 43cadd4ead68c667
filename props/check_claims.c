/* Claims that the provider does not send, or whose scope is not asked for. */
#include "build.h"
#include "edits.h"

#include <string.h>

/* What a claim can stand for. */
enum use { USE_EMAIL = 1, USE_GIVEN = 2, USE_FAMILY = 4 };

/* OpenID Connect Core 1.0, 5.1 and 5.4: standard claims and the scope that asks for them. */
static const struct claim {
    const char *name;
    const char *scope; /* NULL: needs none */
    unsigned uses;
} claims[] = {
    {"email", "email", USE_EMAIL},
    {"email_verified", "email", 0},
    {"name", "profile", USE_GIVEN | USE_FAMILY},
    {"given_name", "profile", USE_GIVEN},
    {"family_name", "profile", USE_FAMILY},
    {"middle_name", "profile", USE_GIVEN | USE_FAMILY},
    {"nickname", "profile", USE_GIVEN | USE_FAMILY},
    {"preferred_username", "profile", USE_EMAIL | USE_GIVEN | USE_FAMILY},
    {"profile", "profile", 0},
    {"picture", "profile", 0},
    {"website", "profile", 0},
    {"gender", "profile", 0},
    {"birthdate", "profile", 0},
    {"zoneinfo", "profile", 0},
    {"locale", "profile", 0},
    {"updated_at", "profile", 0},
    {"address", "address", 0},
    {"phone_number", "phone", 0},
    {"sub", NULL, 0},
};

#define CLAIMS (sizeof claims / sizeof *claims)

/* The samples name it so that the plugin finds no family name. */
static const char deliberate[] = "deliberately_unknown_property";

struct mapping {
    struct build *build;
    const struct file *file;
    const struct props_provider *provider;
    struct setting setting;
    unsigned use;
    const char *holds; /* "e-mail address" */
};

static const struct claim *find_claim(struct slice name)
{
    for (size_t i = 0; i < CLAIMS; i++)
        if (slice_equals(name, claims[i].name))
            return &claims[i];
    return NULL;
}

/* A name as people mistype it: without the signs between words. */
static struct slice squeeze(struct slice name, char room[EDITS_ROOM])
{
    size_t used = 0;
    for (size_t i = 0; i < name.size && used < EDITS_ROOM; i++)
        if (name.at[i] != '_' && name.at[i] != '-')
            room[used++] = name.at[i];
    return (struct slice){room, used};
}

static const struct claim *near_claim(struct slice name)
{
    /* What directories call it, and some providers after them. */
    if (slice_equals(name, "mail"))
        return NULL;
    char one[EDITS_ROOM];
    char other[EDITS_ROOM];
    struct slice squeezed = squeeze(name, one);
    for (size_t i = 0; i < CLAIMS; i++) {
        size_t slips = claims[i].name[0] == '\0' || strlen(claims[i].name) < 5 ? 0 : 1;
        if (edits_between(squeezed, squeeze(slice_of(claims[i].name), other), slips) <= slips)
            return &claims[i];
    }
    return NULL;
}

static bool asks_for(const struct props_provider *provider, const char *scope)
{
    for (size_t i = 0; i < provider->scopes.count; i++)
        if (strcmp(provider->scopes.items[i], scope) == 0)
            return true;
    return false;
}

static void check_scope(const struct mapping *mapping, const struct claim *claim)
{
    static const struct impact locked = IMPACT(WARNING, ERROR, ERROR, ERROR);
    static const struct impact less = IMPACT_ALL(WARNING);
    if (claim->scope == NULL || asks_for(mapping->provider, claim->scope))
        return;
    bool filtered = mapping->use == USE_EMAIL && mapping->provider->filter_email_domains &&
                    !mapping->provider->any_email_domain;
    struct report_at at = at_value(mapping->file, mapping->setting.entry);
    report_as(mapping->build->findings, RULE_SCOPE_FOR_CLAIM, filtered ? &locked : &less, &at,
              "the provider sends the claim %s to those who ask for the scope %s, and "
              "openid.%s.scopes does not: people arrive without %s%s",
              claim->name, claim->scope, mapping->provider->id, mapping->holds,
              filtered ? ", and the e-mail filter turns all of them away" : "");
    advise(mapping->build->findings, "add %s to openid.%s.scopes", claim->scope,
           mapping->provider->id);
}

/* A value that is a claim's name but for a letter is no secret, however long it is. */
static const char *shown_claim(struct shown *shown, struct slice value)
{
    return find_claim(value) != NULL || near_claim(value) != NULL
               ? show(shown, value.at, value.size)
               : quote_value(shown, value);
}

static void report_claim(const struct mapping *mapping, const char *why, const char *instead)
{
    struct shown shown = {{0}};
    static const struct impact locked = IMPACT(WARNING, ERROR, ERROR, ERROR);
    static const struct impact less = IMPACT_ALL(WARNING);
    bool filtered = mapping->use == USE_EMAIL && mapping->provider->filter_email_domains &&
                    !mapping->provider->any_email_domain;
    struct report_at at = at_value(mapping->file, mapping->setting.entry);
    report_as(mapping->build->findings, RULE_CLAIM_UNKNOWN, filtered ? &locked : &less, &at,
              "\"%s\" %s: people arrive without %s%s", shown_claim(&shown, mapping->setting.value),
              why, mapping->holds,
              filtered ? ", and the e-mail filter turns all of them away" : "");
    advise(mapping->build->findings, "write %s", instead);
}

static void check_mapping(const struct mapping *mapping, const char *usual)
{
    struct slice name = mapping->setting.value;
    const struct claim *claim = find_claim(name);
    if (mapping->setting.entry == NULL || name.size == 0)
        return;
    if (slice_equals(name, deliberate) && mapping->use != USE_EMAIL) {
        struct report_at at = at_value(mapping->file, mapping->setting.entry);
        report(mapping->build->findings, RULE_CLAIM_DELIBERATE, &at,
               "no provider has such a claim; the samples write it where the whole name comes in "
               "another one. People have no %s of their own in XNAT",
               mapping->holds);
        advise(mapping->build->findings,
               "nothing need be done; where the provider sends %s, write "
               "that",
               usual);
    } else if (claim != NULL && (claim->uses & mapping->use) == 0) {
        report_claim(mapping, "is the claim for something else", usual);
    } else if (claim != NULL) {
        check_scope(mapping, claim);
    } else if ((claim = near_claim(name)) != NULL) {
        report_claim(mapping, "is not how the claim is spelt", claim->name);
    } else if (slice_equals(name, "true") || slice_equals(name, "false") || slice_has(name, ",") ||
               slice_has(name, " ") || (slice_has(name, "/") && !slice_has(name, "://"))) {
        report_claim(mapping, "is no name of a claim", usual);
    }
}

void check_claims(struct build *build, const struct file *file)
{
    static const struct {
        enum keys_id id;
        unsigned use;
        const char *holds;
        const char *usual;
    } rows[] = {
        {KEY_EMAIL_CLAIM, USE_EMAIL, "e-mail address", "email"},
        {KEY_GIVEN_NAME_CLAIM, USE_GIVEN, "given name", "given_name"},
        {KEY_FAMILY_NAME_CLAIM, USE_FAMILY, "family name", "family_name"},
    };
    for (size_t i = 0; i < file->id_count; i++)
        for (size_t j = 0; j < sizeof rows / sizeof *rows; j++) {
            struct mapping mapping = {build,
                                      file,
                                      find_provider(build, file->ids[i]),
                                      find_setting(file, rows[j].id, KEYS_SHARED, file->ids[i]),
                                      rows[j].use,
                                      rows[j].holds};
            if (mapping.provider != NULL)
                check_mapping(&mapping, rows[j].usual);
        }
}
