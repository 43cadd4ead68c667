/* The keys of one provider, read into types. */
#include "reading.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "families.h"
#include "memory.h"

struct setting provider_setting(const struct reading *reading, enum keys_id id)
{
    return find_setting(reading->file, id, KEYS_SHARED, reading->id);
}

bool provider_switch(const struct reading *reading, enum keys_id id)
{
    return read_boolean(reading->build, reading->file, id, KEYS_SHARED, reading->id);
}

char *provider_fallback(const struct reading *reading, enum keys_id id)
{
    return keep_text(reading->build, slice_of(keys_row(id)->fallback));
}

struct report_at at_provider(const struct reading *reading, const char *key)
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
    "the provider cannot know which site asks, and answers every sign-in with an error page"};
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
        /* Whole blocks of keys are told of once (names.c). */
        if (guess == NULL || guess->slip == KEYS_SLIP_PROVIDER || guess->slip == KEYS_SLIP_PREFIX ||
            strcmp(guess->name.text, name) != 0)
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
    struct report_at at = at_provider(reading, name.text);
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
    struct setting setting = provider_setting(reading, required->id);
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
    bool query;          /* whether it may have one */
    const char *lost;    /* what a broken one does */
    const char *exposed; /* what plain http does */
};

#define LOST "The provider is not reached and nobody can sign in"
#define EXPOSED "could read the client secret and sign in as anybody"
/* For the key that AAF has no address for. */
#define EXAMPLE "https://login.example.org/oauth2/logout"

static const struct endpoint endpoints[] = {
    {offsetof(struct props_provider, issuer), KEY_ISSUER, false, LOST, EXPOSED},
    {offsetof(struct props_provider, authorization_endpoint), KEY_AUTHORIZATION_ENDPOINT, true,
     LOST, EXPOSED},
    {offsetof(struct props_provider, token_endpoint), KEY_TOKEN_ENDPOINT, true, LOST, EXPOSED},
    {offsetof(struct props_provider, userinfo_endpoint), KEY_USERINFO_ENDPOINT, true, LOST,
     EXPOSED},
    {offsetof(struct props_provider, jwks_uri), KEY_JWKS_URI, true, LOST, EXPOSED},
    {offsetof(struct props_provider, end_session_endpoint), KEY_LOGOUT_URI, true,
     "Whoever signs out stays signed in at the provider",
     "could keep a person signed in who signs out, or show them a page of their own"},
};

/* Whether a value is an address that lacks https:// alone: a host with a dot, and for all but an
 * issuer a path. */
static bool lacks_scheme(const struct endpoint *endpoint, struct slice value)
{
    static const char scheme[] = "https://";
    const size_t size = sizeof scheme - 1;
    char text[sizeof scheme + SHOWN_MAX];
    struct value_url url;
    if (value.size > SHOWN_MAX)
        return false;
    memcpy(text, scheme, size);
    memcpy(text + size, value.at, value.size);
    return value_url((struct slice){text, size + value.size}, &url) == URL_OK &&
           slice_has(url.host, ".") && (url.query.size == 0 || endpoint->query) &&
           (endpoint->id == KEY_ISSUER || url.path.size > 1);
}

static void advise_address(const struct reading *reading, const struct endpoint *endpoint,
                           struct slice value)
{
    const char *example = families_current(FAMILY_AAF, endpoint->id);
    if (lacks_scheme(endpoint, value))
        advise(reading->build->findings, "write https://%s", QUOTE(value));
    else
        advise(reading->build->findings,
               "copy the URL from the provider's documentation, for example %s; no quotation "
               "marks, nothing after it",
               example == NULL ? EXAMPLE : example);
}

static void report_endpoint(const struct reading *reading, const struct endpoint *endpoint,
                            const struct setting *setting, enum value_url_problem problem)
{
    struct report_at at = at_value(reading->file, setting->entry);
    report(reading->build->findings, RULE_ENDPOINT, &at,
           "%s must be a complete https URL, but the value %s: \"%s\". %s", setting->entry->key,
           url_problem_text(problem), QUOTE(setting->value), endpoint->lost);
    advise_address(reading, endpoint, setting->value);
}

static void report_plain_http(const struct reading *reading, const struct endpoint *endpoint,
                              const struct setting *setting)
{
    struct report_at at = at_value(reading->file, setting->entry);
    report(reading->build->findings, RULE_ENDPOINT_HTTP, &at,
           "%s is on plain http: whoever is on the way %s. The sidecar takes http from its own "
           "machine only (localhost, 127.0.0.1, [::1])",
           setting->entry->key, endpoint->exposed);
    advise(reading->build->findings, "write https://");
}

static void report_empty(const struct reading *reading, const struct setting *setting)
{
    static const struct impact warning = IMPACT_ALL(WARNING);
    struct report_at at = at_value(reading->file, setting->entry);
    report_as(reading->build->findings, RULE_EMPTY_VALUE, &warning, &at,
              "%s is empty and counts as absent", setting->entry->key);
    advise(reading->build->findings, "write the URL, or remove the line");
}

static char *read_endpoint(const struct reading *reading, const struct endpoint *endpoint)
{
    struct setting setting = provider_setting(reading, endpoint->id);
    if (setting.entry == NULL)
        return NULL;
    struct value_url url;
    enum value_url_problem problem = value_url(setting.value, &url);
    if (problem == URL_EMPTY) {
        /* What is told of a missing key is told of an empty one (absent.c). */
        if (!told_when_absent(endpoint->id))
            report_empty(reading, &setting);
        return NULL;
    }
    if (problem == URL_OK && url.query.size > 0 && !endpoint->query)
        problem = URL_QUERY;
    if (problem != URL_OK)
        report_endpoint(reading, endpoint, &setting, problem);
    else if (!url.https && !url.loopback)
        report_plain_http(reading, endpoint, &setting);
    return keep_text(reading->build, setting.value);
}

static void read_endpoints(const struct reading *reading)
{
    for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
        char *url = read_endpoint(reading, &endpoints[i]);
        memcpy((char *)reading->provider + endpoints[i].field, &url, sizeof url);
    }
    const struct props_provider *provider = reading->provider;
    /* The token endpoint alone does not tell whose it is, nor where people are to be sent. */
    if (provider->issuer != NULL || provider->authorization_endpoint != NULL)
        return;
    bool half = provider->token_endpoint != NULL;
    struct keys_name name;
    struct report_at at = at_provider(
        reading, keys_name(&name, KEY_AUTHORIZATION_ENDPOINT, KEYS_SHARED, reading->id));
    report(reading->build->findings, RULE_NO_ENDPOINT, &at,
           "nothing says where provider %s is: neither userAuthUri%s nor issuer %s there",
           reading->id, half ? "" : " and accessTokenUri", half ? "is" : "are");
    if (half)
        advise(reading->build->findings, "add openid.%s.userAuthUri, or openid.%s.issuer",
               reading->id, reading->id);
    else
        advise(reading->build->findings,
               "add openid.%s.userAuthUri and openid.%s.accessTokenUri, or openid.%s.issuer",
               reading->id, reading->id, reading->id);
    explain_lack(reading->build->findings, name.text);
    explain_lack(reading->build->findings,
                 keys_name(&name, KEY_TOKEN_ENDPOINT, KEYS_SHARED, reading->id));
}

/* --- scopes -------------------------------------------------------------------------------------
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
        struct report_at at = at_item(reading->file, setting->entry, scope);
        report(reading->build->findings, RULE_SCOPE, &at,
               "\"%s\" cannot be a scope: the provider refuses the whole sign-in", QUOTE(scope));
        advise(reading->build->findings, "separate scopes by commas, for example "
                                         "openid,profile,email");
    } else if (!list_has(&reading->provider->scopes, scope)) {
        keep_item(reading->build, &reading->provider->scopes, scope);
    }
}

static void read_scopes(const struct reading *reading)
{
    struct setting setting = provider_setting(reading, KEY_SCOPES);
    bool given = setting.value.size > 0;
    struct slice rest = given ? read_list(reading->build, reading->file, &setting)
                              : slice_of(keys_row(KEY_SCOPES)->fallback);
    struct slice openid = slice_of("openid");
    struct slice item;
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

/* --- the whole ----------------------------------------------------------------------------------
 */

static enum props_choice read_pkce(const struct reading *reading)
{
    if (provider_setting(reading, KEY_PKCE).entry == NULL)
        return PROPS_UNSET;
    return provider_switch(reading, KEY_PKCE) ? PROPS_YES : PROPS_NO;
}

static void read_provider(const struct reading *reading)
{
    struct build *build = reading->build;
    struct props_provider *provider = reading->provider;
    struct setting link = provider_setting(reading, KEY_LINK);
    struct setting client = provider_setting(reading, KEY_CLIENT_ID);
    provider->id = keep_text(build, slice_of(reading->id));
    provider->file = strdup(reading->file->name);
    if (provider->file == NULL)
        build->no_memory = true;
    provider->readers = reading->file->readers;
    provider->client_id_line = client.entry == NULL ? 0 : client.entry->at.line;
    provider->client_id = read_required(reading, &client_id);
    provider->client_secret = read_required(reading, &client_secret);
    read_endpoints(reading);
    read_scopes(reading);
    provider->link = keep_text(build, slice_of(link.entry == NULL ? "" : link.entry->value));
    read_policy(reading);
    provider->pkce = read_pkce(reading);
    provider->id_token_encryption = read_encryption(reading);
    provider->auto_login = provider_switch(reading, KEY_AUTO_LOGIN);
    read_gates(reading, KEYS_ID_TOKEN, &provider->id_token_gates);
    read_bearer(reading);
    refuse_unsupported(reading);
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
