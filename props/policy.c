/* Who may come in and as whom: the e-mail filter, switches for new accounts, user names. */
#include "reading.h"

#include <string.h>

#include "ascii.h"

/* --- the e-mail filter ---------------------------------------------------------------------------
 */

/* What stands after the @ of an address; it has a dot, but not at its ends. */
static bool is_domain(struct slice domain)
{
    for (size_t i = 0; i < domain.size; i++)
        if ((unsigned char)domain.at[i] <= ' ' || strchr("@*/\"';:()[]{}<>$", domain.at[i]) != NULL)
            return false;
    return domain.size > 0 && memchr(domain.at, '.', domain.size) != NULL && domain.at[0] != '.' &&
           domain.at[domain.size - 1] != '.';
}

static bool has_domain(struct slice list)
{
    struct slice item;
    while (value_next_item(&list, &item, NULL))
        if (is_domain(item))
            return true;
    return false;
}

/* @param admits_nobody  the whole list: no item of it is a domain. */
static void check_domain(const struct reading *reading, const struct setting *setting,
                         struct slice domain, bool admits_nobody)
{
    static const struct impact some = IMPACT(WARNING, ERROR, ERROR, ERROR);
    static const struct impact everybody = IMPACT_ALL(ERROR);
    struct report_at at = at_item(reading->file, setting->entry, domain);
    if (!is_domain(domain)) {
        report_as(reading->build->findings, RULE_FILTER_ITEM, admits_nobody ? &everybody : &some,
                  &at,
                  "\"%s\" in %s is no domain that an e-mail address can end in: the item admits "
                  "nobody, and %s",
                  QUOTE(domain), setting->entry->key,
                  admits_nobody ? "there is no domain beside it: everybody is turned away"
                                : "those it was meant for are turned away");
        advise(reading->build->findings,
               "write what stands after the @, complete, and separate domains by commas, for "
               "example example.edu.au,example.org; a * alone, as the only item, admits all "
               "domains");
    } else if (slice_has_capitals(domain)) {
        report(reading->build->findings, RULE_FILTER_CAPITALS, &at,
               "\"%s\" has capitals, which make no difference: domains are compared without them",
               QUOTE(domain));
        advise(reading->build->findings, "write it in small letters");
    }
}

static void fold(char *text)
{
    for (; text != NULL && *text != '\0'; text++)
        *text = ascii_lower(*text);
}

static void report_empty_filter(const struct reading *reading, const struct setting *setting)
{
    struct keys_name name;
    (void)keys_name(&name, KEY_ALLOWED_DOMAINS, KEYS_SHARED, reading->id);
    struct setting filter = provider_setting(reading, KEY_FILTER_DOMAINS);
    struct report_at at =
        at_value(reading->file, setting->entry == NULL ? filter.entry : setting->entry);
    at.key = name.text;
    report(
        reading->build->findings, RULE_FILTER_EMPTY, &at,
        "the e-mail filter of provider %s is on, but %s is %s: nobody could sign in (and release "
        "1.6 of XNAT's plugin would admit everybody)",
        reading->id, name.text, setting->entry == NULL ? "missing" : "empty");
    advise(reading->build->findings,
           "list the domains to admit, or write "
           "openid.%s.shouldFilterEmailDomains=false",
           reading->id);
}

/* Tells of domains that nobody looks at. @param setting  the list of them. */
static void report_unused_filter(const struct reading *reading, const struct setting *setting)
{
    static const struct impact meant = IMPACT_ALL(INFO);
    static const struct impact forgotten = IMPACT_ALL(WARNING);
    struct setting filter = provider_setting(reading, KEY_FILTER_DOMAINS);
    bool explicit = filter.entry != NULL;
    bool off = false;
    /* What is neither true nor false has been told. */
    if (explicit && !value_boolean(filter.value, &off))
        return;
    struct report_at at = at_value(reading->file, setting->entry);
    report_as(
        reading->build->findings, RULE_FILTER_UNUSED, explicit ? &meant : &forgotten, &at,
        "the domains are not looked at while shouldFilterEmailDomains is not true: people of every "
        "domain are admitted");
    advise(reading->build->findings,
           "to admit these domains alone, write "
           "openid.%s.shouldFilterEmailDomains=true",
           reading->id);
}

static void read_filter(const struct reading *reading)
{
    struct props_provider *provider = reading->provider;
    struct setting setting = provider_setting(reading, KEY_ALLOWED_DOMAINS);
    struct slice rest = read_list(reading->build, reading->file, &setting);
    struct slice item;
    bool listed = rest.size == setting.value.size;
    bool admits_nobody = !has_domain(rest);
    provider->filter_email_domains = provider_switch(reading, KEY_FILTER_DOMAINS);
    provider->any_email_domain = slice_equals(setting.value, "*");
    while (value_next_item(&rest, &item, NULL)) {
        if (provider->filter_email_domains && !provider->any_email_domain)
            check_domain(reading, &setting, item, admits_nobody);
        keep_item(reading->build, &provider->email_domains, item);
    }
    for (size_t i = 0; i < provider->email_domains.count; i++)
        fold(provider->email_domains.items[i]);
    if (provider->filter_email_domains && listed && provider->email_domains.count == 0)
        report_empty_filter(reading, &setting);
    if (!provider->filter_email_domains && !provider->any_email_domain &&
        provider->email_domains.count > 0)
        report_unused_filter(reading, &setting);
}

/* --- accounts -----------------------------------------------------------------------------------
 */

/* Tells that the two generations' switches disagree, and whose word counts. */
static void report_auto(const struct reading *reading, const struct setting *own,
                        const struct setting *site, bool own_value, bool result)
{
    bool listed = reading->file->listed;
    struct report_at at = at_value(reading->file, own->entry);
    report(
        reading->build->findings, RULE_AUTO_DISAGREE, &at,
        "%s is %s and %s is %s. The sidecar and the plugin %s go by %s: new accounts %s. %s go by "
        "%s",
        own->entry->key, own_value ? "true" : "false", site->entry->key,
        own_value ? "false" : "true", listed ? "1.0, which reads this layout," : "since 1.4",
        listed ? "this line" : site->entry->key,
        result ? "need nobody's approval in this" : "wait for an administrator in this",
        listed ? "Releases since 1.4" : "Earlier releases",
        listed ? site->entry->key : "this line");
    advise(reading->build->findings, "write the same in both lines");
}

/* Two generations, two switches: the provider's own up to 1.3, auto.* since 1.4. A file that lists
 * its providers is read by 1.0 alone, and its providers may differ: there the own one counts. In a
 * file of one provider the newer one does. Either serves where the other is absent. */
static bool read_auto(const struct reading *reading, enum keys_id newer, enum keys_id older)
{
    struct setting site = find_site_setting(reading->file, newer);
    struct setting own = provider_setting(reading, older);
    bool own_value = provider_switch(reading, older);
    if (site.entry == NULL)
        return own_value;
    /* Reported once for the file, not once for each of its providers. */
    bool first = strcmp(reading->id, reading->file->ids[0]) == 0;
    bool value = false;
    if (first)
        value = read_boolean(reading->build, reading->file, newer, KEYS_SHARED, "");
    else
        (void)value_boolean(site.value, &value);
    if (own.entry == NULL || own_value == value)
        return value;
    bool result = reading->file->listed ? own_value : value;
    report_auto(reading, &own, &site, own_value, result);
    return result;
}

static char *read_claim(const struct reading *reading, enum keys_id id)
{
    struct setting setting = provider_setting(reading, id);
    if (setting.value.size == 0)
        return provider_fallback(reading, id);
    return keep_text(reading->build, setting.value);
}

static void report_pattern(const struct reading *reading, const struct setting *setting,
                           enum value_pattern_problem problem)
{
    static const char *const texts[PATTERN_PROBLEMS] = {
        [PATTERN_EMPTY] = "is empty",
        [PATTERN_UNBALANCED] = "has a square bracket without its counterpart",
        [PATTERN_NO_NAME] = "has square brackets with no claim in them",
        [PATTERN_CONSTANT] = "has no claim in it",
    };
    bool constant = problem == PATTERN_CONSTANT;
    struct report_at at = at_value(reading->file, setting->entry);
    report(reading->build->findings, constant ? RULE_USERNAME_SHARED : RULE_USERNAME_PATTERN, &at,
           "the pattern \"%s\" %s: %s", QUOTE(setting->value), texts[problem],
           constant ? "everybody would get the same user name, and with it the same account"
                    : "no user name can be made with it, and nobody can sign in");
    advise(reading->build->findings, "write names of claims in square brackets, for example "
                                     "[providerId]_[sub], or remove the line");
}

static char *read_pattern(const struct reading *reading)
{
    struct setting setting = provider_setting(reading, KEY_USERNAME_PATTERN);
    if (setting.entry == NULL)
        return provider_fallback(reading, KEY_USERNAME_PATTERN);
    enum value_pattern_problem problem = value_pattern(setting.value);
    if (problem != PATTERN_OK)
        report_pattern(reading, &setting, problem);
    return keep_text(reading->build, setting.value);
}

static void read_accounts(const struct reading *reading)
{
    struct props_provider *provider = reading->provider;
    provider->create_user = provider_switch(reading, KEY_FORCE_USER_CREATE);
    provider->auto_enabled = read_auto(reading, KEY_AUTO_ENABLED, KEY_USER_AUTO_ENABLED);
    provider->auto_verified = read_auto(reading, KEY_AUTO_VERIFIED, KEY_USER_AUTO_VERIFIED);
    provider->email_claim = read_claim(reading, KEY_EMAIL_CLAIM);
    provider->given_name_claim = read_claim(reading, KEY_GIVEN_NAME_CLAIM);
    provider->family_name_claim = read_claim(reading, KEY_FAMILY_NAME_CLAIM);
    provider->username_pattern = read_pattern(reading);
}

void read_policy(const struct reading *reading)
{
    read_filter(reading);
    read_accounts(reading);
}
