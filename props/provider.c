/* The keys of one provider, read into types. */
#include "build.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* A provider being read. */
struct reading {
    struct build *build;
    const struct file *file;
    struct props_provider *provider;
    const char *id;
};

static struct setting find(const struct reading *reading, enum keys_id id)
{
    return find_setting(reading->file, id, KEYS_SHARED, reading->id);
}

static bool read_switch(const struct reading *reading, enum keys_id id)
{
    return read_boolean(reading->build, reading->file, id, KEYS_SHARED, reading->id);
}

static char *fallback_of(const struct reading *reading, enum keys_id id)
{
    return keep_text(reading->build, slice_of(keys_row(id)->fallback));
}

/* Where the provider's first key is, for findings about a key that is not there. An enabled
 * provider has one. */
static struct report_at at_block(const struct reading *reading, const char *key)
{
    struct report_at at = at_key(reading->file, find_block(reading->file, slice_of(reading->id)));
    at.key = key;
    return at;
}

/* --- client id and secret -----------------------------------------------------------------------
 */

/* What is told when a required text is not there. */
struct required {
    enum keys_id id;
    enum props_rule_id missing;
    const char *effect;
};

static const struct required client_id = {
    KEY_CLIENT_ID, RULE_CLIENT_ID_MISSING,
    "the provider cannot know who asks and answers every sign-in with an error (AAF: 400)"};
static const struct required client_secret = {
    KEY_CLIENT_SECRET, RULE_CLIENT_SECRET_MISSING,
    "the provider refuses to hand over who has signed in, so every sign-in fails at its end"};

/* The entry that was probably meant to be this key. */
static const struct properties_entry *find_misspelt(const struct reading *reading, const char *name,
                                                    bool *only_case)
{
    const struct file *file = reading->file;
    for (size_t i = 0; i < file->document.count; i++) {
        const struct keys_guess *guess = guess_key(file, i);
        if (guess == NULL || strcmp(guess->name.text, name) != 0)
            continue;
        file->notes[i].explained = true;
        *only_case = guess->only_case;
        return &file->document.entries[i];
    }
    return NULL;
}

static void report_required(const struct reading *reading, const struct required *required,
                            const struct setting *setting)
{
    struct keys_name name;
    bool only_case = false;
    (void)keys_name(&name, required->id, KEYS_SHARED, reading->id);
    const struct properties_entry *misspelt = find_misspelt(reading, name.text, &only_case);
    struct report_at at = at_block(reading, name.text);
    if (misspelt != NULL) {
        at = at_key(reading->file, misspelt);
        report(reading->build->findings, RULE_REQUIRED_MISSPELT, &at,
               "%s is not %s%s, so %s is %s: %s", SHOW(at.key, strlen(at.key)), name.text,
               only_case ? " (capitals count)" : "", name.text,
               setting->entry == NULL ? "missing" : "empty", required->effect);
        advise(reading->build->findings, "write %s", name.text);
        return;
    }
    if (setting->entry != NULL)
        at = at_value(reading->file, setting->entry);
    report(reading->build->findings, required->missing, &at, "%s is %s: %s", name.text,
           setting->entry == NULL ? "missing" : "empty", required->effect);
    advise(reading->build->findings,
           "write what the provider gave you when the site was registered, "
           "without quotation marks");
}

static char *read_required(const struct reading *reading, const struct required *required)
{
    struct setting setting = find(reading, required->id);
    if (setting.value.size == 0) {
        report_required(reading, required, &setting);
        return keep_text(reading->build, slice_of(""));
    }
    if (value_has_control(setting.value)) {
        struct report_at at = at_value(reading->file, setting.entry);
        report(reading->build->findings, RULE_CHARACTERS, &at,
               "the value of %s has a control character or half a character in it: %s",
               setting.entry->key, required->effect);
        advise(reading->build->findings,
               "look for a backslash in the value: \\t, \\n, \\r, \\f and \\u "
               "are read as escapes, and \\\\ stands for one backslash");
    }
    return keep_text(reading->build, setting.value);
}

/* --- endpoints ----------------------------------------------------------------------------------
 */

struct endpoint {
    size_t field; /* of struct props_provider */
    enum keys_id id;
    bool query; /* whether it may have one */
};

static const struct endpoint endpoints[] = {
    {offsetof(struct props_provider, issuer), KEY_ISSUER, false},
    {offsetof(struct props_provider, authorization_endpoint), KEY_AUTHORIZATION_ENDPOINT, true},
    {offsetof(struct props_provider, token_endpoint), KEY_TOKEN_ENDPOINT, true},
    {offsetof(struct props_provider, userinfo_endpoint), KEY_USERINFO_ENDPOINT, true},
    {offsetof(struct props_provider, jwks_uri), KEY_JWKS_URI, true},
    {offsetof(struct props_provider, end_session_endpoint), KEY_LOGOUT_URI, true},
};

static void report_endpoint(const struct reading *reading, const struct setting *setting,
                            enum value_url_problem problem)
{
    struct report_at at = at_value(reading->file, setting->entry);
    report(reading->build->findings, RULE_ENDPOINT, &at,
           "%s must be a complete https URL, but the value %s: \"%s\". The provider is not reached "
           "and nobody can sign in",
           setting->entry->key, url_problem_text(problem), SHOW_URL(setting->value));
    advise(reading->build->findings,
           "copy the URL from the provider's documentation, for example "
           "https://central.aaf.edu.au/providers/op/token; no quotation marks, nothing after it");
}

static void report_plain_http(const struct reading *reading, const struct setting *setting)
{
    struct report_at at = at_value(reading->file, setting->entry);
    report(
        reading->build->findings, RULE_ENDPOINT_HTTP, &at,
        "%s is on plain http: whoever is on the way could read the client secret and sign in as "
        "anybody. The sidecar takes http from its own machine only (localhost, 127.0.0.1, [::1])",
        setting->entry->key);
    advise(reading->build->findings, "write https://");
}

static char *read_endpoint(const struct reading *reading, const struct endpoint *endpoint)
{
    struct setting setting = find(reading, endpoint->id);
    if (setting.entry == NULL)
        return NULL;
    struct value_url url;
    enum value_url_problem problem = value_url(setting.value, &url);
    if (problem == URL_EMPTY) {
        struct report_at at = at_value(reading->file, setting.entry);
        report(reading->build->findings, RULE_EMPTY_VALUE, &at, "%s is empty and counts as absent",
               setting.entry->key);
        advise(reading->build->findings, "write the URL, or remove the line");
        return NULL;
    }
    if (problem == URL_OK && url.query.size > 0 && !endpoint->query)
        problem = URL_QUERY;
    if (problem != URL_OK)
        report_endpoint(reading, &setting, problem);
    else if (!url.https && !url.loopback)
        report_plain_http(reading, &setting);
    return keep_text(reading->build, setting.value);
}

static void read_endpoints(const struct reading *reading)
{
    for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
        char *url = read_endpoint(reading, &endpoints[i]);
        memcpy((char *)reading->provider + endpoints[i].field, &url, sizeof url);
    }
    const struct props_provider *provider = reading->provider;
    if (provider->issuer != NULL || provider->authorization_endpoint != NULL ||
        provider->token_endpoint != NULL)
        return;
    struct keys_name name;
    struct report_at at =
        at_block(reading, keys_name(&name, KEY_AUTHORIZATION_ENDPOINT, KEYS_SHARED, reading->id));
    report(
        reading->build->findings, RULE_NO_ENDPOINT, &at,
        "nothing says where provider %s is: neither userAuthUri and accessTokenUri nor issuer are "
        "there",
        reading->id);
    advise(reading->build->findings,
           "add openid.%s.userAuthUri and openid.%s.accessTokenUri, or "
           "openid.%s.issuer",
           reading->id, reading->id, reading->id);
}

/* --- scopes and the e-mail filter ---------------------------------------------------------------
 */

static bool list_has(const struct props_list *list, struct slice item)
{
    for (size_t i = 0; i < list->count; i++)
        if (slice_equals(item, list->items[i]))
            return true;
    return false;
}

static void add_scope(const struct reading *reading, const struct setting *setting,
                      struct slice scope)
{
    if (!value_is_scope(scope)) {
        struct report_at at = at_value(reading->file, setting->entry);
        report(reading->build->findings, RULE_SCOPE, &at,
               "\"%s\" cannot be a scope: the provider refuses the whole sign-in",
               SHOW(scope.at, scope.size));
        advise(reading->build->findings, "separate scopes by commas, for example "
                                         "openid,profile,email");
    } else if (!list_has(&reading->provider->scopes, scope)) {
        keep_item(reading->build, &reading->provider->scopes, scope);
    }
}

static void read_scopes(const struct reading *reading)
{
    struct setting setting = find(reading, KEY_SCOPES);
    bool given = setting.value.size > 0;
    struct slice rest = given ? read_list(reading->build, reading->file, &setting)
                              : slice_of(keys_row(KEY_SCOPES)->fallback);
    struct slice openid = slice_of("openid");
    struct slice item;
    if (setting.entry != NULL && !given) {
        struct report_at at = at_value(reading->file, setting.entry);
        report(reading->build->findings, RULE_EMPTY_VALUE, &at,
               "%s is empty; the sidecar asks for %s", setting.entry->key,
               keys_row(KEY_SCOPES)->fallback);
        advise(reading->build->findings, "write openid,profile,email");
    }
    while (value_next_item(&rest, &item, NULL))
        add_scope(reading, &setting, item);
    if (list_has(&reading->provider->scopes, openid))
        return;
    if (given) {
        struct report_at at = at_value(reading->file, setting.entry);
        report(reading->build->findings, RULE_SCOPE_OPENID, &at,
               "the scope openid is not in the list. The sidecar adds it; XNAT's plugin gets no "
               "identity from the provider without it");
        advise(reading->build->findings, "write openid first, for example openid,profile,email");
    }
    keep_item(reading->build, &reading->provider->scopes, openid);
}

static void check_domain(const struct reading *reading, const struct setting *setting,
                         struct slice domain)
{
    bool plain = domain.size > 0;
    for (size_t i = 0; i < domain.size; i++)
        if ((unsigned char)domain.at[i] <= ' ' || strchr("@*/\"'", domain.at[i]) != NULL)
            plain = false;
    if (plain)
        return;
    struct report_at at = at_value(reading->file, setting->entry);
    report(reading->build->findings, RULE_FILTER_ITEM, &at,
           "\"%s\" is no domain that an e-mail address can end in: the item admits nobody",
           SHOW(domain.at, domain.size));
    advise(reading->build->findings,
           "write what stands after the @, complete, for example "
           "example.edu.au; a * alone, as the only item, admits all domains");
}

static void fold(char *text)
{
    for (; text != NULL && *text != '\0'; text++)
        if (*text >= 'A' && *text <= 'Z')
            *text = (char)(*text - 'A' + 'a');
}

static void report_empty_filter(const struct reading *reading, const struct setting *setting)
{
    struct keys_name name;
    (void)keys_name(&name, KEY_ALLOWED_DOMAINS, KEYS_SHARED, reading->id);
    struct report_at at = setting->entry == NULL ? at_block(reading, name.text)
                                                 : at_value(reading->file, setting->entry);
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

static void read_filter(const struct reading *reading)
{
    struct props_provider *provider = reading->provider;
    struct setting setting = find(reading, KEY_ALLOWED_DOMAINS);
    struct slice rest = read_list(reading->build, reading->file, &setting);
    struct slice item;
    bool listed = rest.size == setting.value.size;
    provider->filter_email_domains = read_switch(reading, KEY_FILTER_DOMAINS);
    provider->any_email_domain = slice_equals(setting.value, "*");
    while (value_next_item(&rest, &item, NULL)) {
        if (provider->filter_email_domains && !provider->any_email_domain)
            check_domain(reading, &setting, item);
        keep_item(reading->build, &provider->email_domains, item);
    }
    for (size_t i = 0; i < provider->email_domains.count; i++)
        fold(provider->email_domains.items[i]);
    if (provider->filter_email_domains && listed && provider->email_domains.count == 0)
        report_empty_filter(reading, &setting);
    if (provider->filter_email_domains || provider->email_domains.count == 0 ||
        provider->any_email_domain)
        return;
    struct report_at at = at_value(reading->file, setting.entry);
    report(
        reading->build->findings, RULE_FILTER_UNUSED, &at,
        "the domains are not looked at while shouldFilterEmailDomains is not true: people of every "
        "domain are admitted");
    advise(reading->build->findings,
           "to admit these domains alone, write "
           "openid.%s.shouldFilterEmailDomains=true",
           reading->id);
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
    struct setting own = find(reading, older);
    bool own_value = read_switch(reading, older);
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
    struct setting setting = find(reading, id);
    if (setting.value.size == 0)
        return fallback_of(reading, id);
    if (value_has_control(setting.value)) {
        struct report_at at = at_value(reading->file, setting.entry);
        report(reading->build->findings, RULE_CHARACTERS, &at,
               "%s has a control character or half a character in it: no claim has such a name",
               setting.entry->key);
        advise(reading->build->findings, "write the name of a claim, for example %s",
               keys_row(id)->fallback);
    }
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
           "the pattern \"%s\" %s: %s", SHOW(setting->value.at, setting->value.size),
           texts[problem],
           constant ? "everybody would get the same user name, and with it the same account"
                    : "no user name can be made with it, and nobody can sign in");
    advise(reading->build->findings, "write names of claims in square brackets, for example "
                                     "[providerId]_[sub], or remove the line");
}

static char *read_pattern(const struct reading *reading)
{
    struct setting setting = find(reading, KEY_USERNAME_PATTERN);
    if (setting.entry == NULL)
        return fallback_of(reading, KEY_USERNAME_PATTERN);
    enum value_pattern_problem problem = value_pattern(setting.value);
    if (problem != PATTERN_OK)
        report_pattern(reading, &setting, problem);
    return keep_text(reading->build, setting.value);
}

static void read_accounts(const struct reading *reading)
{
    struct props_provider *provider = reading->provider;
    provider->create_user = read_switch(reading, KEY_FORCE_USER_CREATE);
    provider->auto_enabled = read_auto(reading, KEY_AUTO_ENABLED, KEY_USER_AUTO_ENABLED);
    provider->auto_verified = read_auto(reading, KEY_AUTO_VERIFIED, KEY_USER_AUTO_VERIFIED);
    provider->email_claim = read_claim(reading, KEY_EMAIL_CLAIM);
    provider->given_name_claim = read_claim(reading, KEY_GIVEN_NAME_CLAIM);
    provider->family_name_claim = read_claim(reading, KEY_FAMILY_NAME_CLAIM);
    provider->username_pattern = read_pattern(reading);
}

/* --- what this release does not do --------------------------------------------------------------
 */

/* A check that was asked for and is not made would let in whom it was to keep out. */
static void refuse_gate(const struct reading *reading, enum keys_id id)
{
    /* The key of the browser's way in overrides the one for both ways. */
    enum keys_scope scope = KEYS_ID_TOKEN;
    struct setting setting = find_setting(reading->file, id, scope, reading->id);
    if (setting.entry == NULL) {
        scope = KEYS_SHARED;
        setting = find_setting(reading->file, id, scope, reading->id);
    }
    if (!read_boolean(reading->build, reading->file, id, scope, reading->id))
        return;
    struct report_at at = at_value(reading->file, setting.entry);
    report(reading->build->findings, RULE_GATE_UNSUPPORTED, &at,
           "%s=true asks for a check that this release of the sidecar does not make. It does not "
           "start, so that nobody comes in whom the check would keep out",
           setting.entry->key);
    advise(reading->build->findings,
           "let the provider decide who may use the site, or keep XNAT's "
           "plugin for this provider; to go without the check, write %s=false",
           setting.entry->key);
}

static void refuse_encryption(const struct reading *reading)
{
    struct setting setting = find(reading, KEY_ID_TOKEN_ENCRYPTION);
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

static void refuse_bearer(const struct reading *reading)
{
    if (!read_switch(reading, KEY_BEARER))
        return;
    struct setting setting = find(reading, KEY_BEARER);
    struct report_at at = at_value(reading->file, setting.entry);
    report(
        reading->build->findings, RULE_BEARER_UNSUPPORTED, &at,
        "this release of the sidecar does not accept the provider's tokens on REST calls: scripts "
        "that rely on it would be turned away");
    advise(reading->build->findings, "write %s=false; scripts can use XNAT's alias tokens",
           setting.entry->key);
}

static void warn_of_ignored(const struct reading *reading)
{
    if (read_switch(reading, KEY_AUTO_LOGIN)) {
        struct setting setting = find(reading, KEY_AUTO_LOGIN);
        struct report_at at = at_value(reading->file, setting.entry);
        report(reading->build->findings, RULE_AUTO_LOGIN_IGNORED, &at,
               "the sidecar does not sign visitors in by itself: they choose a provider on the "
               "sign-in page");
        advise(reading->build->findings,
               "nothing need be done; links to the sign-in of one provider "
               "work as before");
    }
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

/* --- the whole ----------------------------------------------------------------------------------
 */

static enum props_choice read_pkce(const struct reading *reading)
{
    if (find(reading, KEY_PKCE).entry == NULL)
        return PROPS_UNSET;
    return read_switch(reading, KEY_PKCE) ? PROPS_YES : PROPS_NO;
}

static void read_provider(const struct reading *reading)
{
    struct build *build = reading->build;
    struct props_provider *provider = reading->provider;
    struct setting link = find(reading, KEY_LINK);
    struct setting client = find(reading, KEY_CLIENT_ID);
    provider->id = keep_text(build, slice_of(reading->id));
    provider->file = strdup(reading->file->name);
    if (provider->file == NULL)
        build->no_memory = true;
    provider->client_id_line = client.entry == NULL ? 0 : client.entry->at.line;
    provider->client_id = read_required(reading, &client_id);
    provider->client_secret = read_required(reading, &client_secret);
    read_endpoints(reading);
    read_scopes(reading);
    provider->link = keep_text(build, slice_of(link.entry == NULL ? "" : link.entry->value));
    read_filter(reading);
    read_accounts(reading);
    provider->pkce = read_pkce(reading);
    refuse_gate(reading, KEY_AUDIENCE_CHECK);
    refuse_gate(reading, KEY_ROLE_CHECK);
    refuse_gate(reading, KEY_TYPE_CHECK);
    refuse_bearer(reading);
    refuse_encryption(reading);
    warn_of_ignored(reading);
    provider->display_name = display_name(reading->file, provider);
    if (provider->display_name == NULL)
        build->no_memory = true;
}

void read_providers(struct build *build)
{
    struct props_model *model = build->model;
    for (size_t i = 0; i < build->file_count; i++) {
        const struct file *file = &build->files[i];
        bool visible =
            file->id_count == 0 || read_boolean(build, file, KEY_VISIBLE, KEYS_SHARED, "");
        for (size_t j = 0; j < file->id_count; j++) {
            if (!memory_grow(&model->providers, &build->provider_capacity,
                             model->provider_count + 1, sizeof *model->providers)) {
                build->no_memory = true;
                return;
            }
            struct props_provider *provider = &model->providers[model->provider_count++];
            *provider = (struct props_provider){.visible = visible};
            read_provider(&(struct reading){build, file, provider, file->ids[j]});
        }
    }
}
