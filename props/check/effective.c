/* The configuration as the sidecar would use it, and where each value comes from. */
#include <stddef.h>
#include <string.h>

#include "formats.h"
#include "props/build.h"
#include "props/keys.h"
#include "props/properties.h"

enum kind { KIND_TEXT, KIND_SECRET, KIND_LIST, KIND_BOOLEAN, KIND_CHOICE };

/* What a provider's key has become: a field of the model, or of one way in (struct props_gates). */
struct field {
    enum keys_id id;
    enum kind kind;
    size_t at;
    enum keys_id other; /* that may give it too; KEYS_COUNT: none */
};

#define AT(name) offsetof(struct props_provider, name)

static const struct field fields[] = {
    {KEY_CLIENT_ID, KIND_SECRET, AT(client_id), KEYS_COUNT},
    {KEY_CLIENT_SECRET, KIND_SECRET, AT(client_secret), KEYS_COUNT},
    {KEY_ISSUER, KIND_TEXT, AT(issuer), KEYS_COUNT},
    {KEY_AUTHORIZATION_ENDPOINT, KIND_TEXT, AT(authorization_endpoint), KEYS_COUNT},
    {KEY_TOKEN_ENDPOINT, KIND_TEXT, AT(token_endpoint), KEYS_COUNT},
    {KEY_USERINFO_ENDPOINT, KIND_TEXT, AT(userinfo_endpoint), KEYS_COUNT},
    {KEY_JWKS_URI, KIND_TEXT, AT(jwks_uri), KEYS_COUNT},
    {KEY_LOGOUT_URI, KIND_TEXT, AT(end_session_endpoint), KEYS_COUNT},
    {KEY_SCOPES, KIND_LIST, AT(scopes), KEYS_COUNT},
    {KEY_PKCE, KIND_CHOICE, AT(pkce), KEYS_COUNT},
    {KEY_AUTO_LOGIN, KIND_BOOLEAN, AT(auto_login), KEYS_COUNT},
    {KEY_ID_TOKEN_ENCRYPTION, KIND_TEXT, AT(id_token_encryption), KEYS_COUNT},
    {KEY_FILTER_DOMAINS, KIND_BOOLEAN, AT(filter_email_domains), KEYS_COUNT},
    {KEY_ALLOWED_DOMAINS, KIND_LIST, AT(email_domains), KEYS_COUNT},
    {KEY_FORCE_USER_CREATE, KIND_BOOLEAN, AT(create_user), KEYS_COUNT},
    {KEY_USER_AUTO_ENABLED, KIND_BOOLEAN, AT(auto_enabled), KEY_AUTO_ENABLED},
    {KEY_USER_AUTO_VERIFIED, KIND_BOOLEAN, AT(auto_verified), KEY_AUTO_VERIFIED},
    {KEY_EMAIL_CLAIM, KIND_TEXT, AT(email_claim), KEYS_COUNT},
    {KEY_GIVEN_NAME_CLAIM, KIND_TEXT, AT(given_name_claim), KEYS_COUNT},
    {KEY_FAMILY_NAME_CLAIM, KIND_TEXT, AT(family_name_claim), KEYS_COUNT},
    {KEY_USERNAME_PATTERN, KIND_TEXT, AT(username_pattern), KEYS_COUNT},
};

/* What there is of API clients, where their tokens are accepted. */
static const struct field bearer_fields[] = {
    {KEY_BEARER, KIND_BOOLEAN, AT(bearer), KEYS_COUNT},
    {KEY_BEARER_USER_CREATE, KIND_BOOLEAN, AT(bearer_create_user), KEY_FORCE_USER_CREATE},
};

#define GATE(name) offsetof(struct props_gates, name)

static const struct field gate_fields[] = {
    {KEY_AUDIENCE_CHECK, KIND_BOOLEAN, GATE(audience), KEYS_COUNT},
    {KEY_ACCEPTED_AUDIENCES, KIND_LIST, GATE(accepted_audiences), KEYS_COUNT},
    {KEY_ROLE_CHECK, KIND_BOOLEAN, GATE(role), KEYS_COUNT},
    {KEY_ROLE_PATH, KIND_TEXT, GATE(role_path), KEYS_COUNT},
    {KEY_REQUIRED_ROLES, KIND_LIST, GATE(required_roles), KEYS_COUNT},
    {KEY_TYPE_CHECK, KIND_BOOLEAN, GATE(type), KEYS_COUNT},
    {KEY_EXPECTED_TYPES, KIND_LIST, GATE(expected_types), KEYS_COUNT},
};

static void write_quoted(const char *text, FILE *out)
{
    struct slice value = slice_of(text);
    (void)fputs(QUOTE(value), out);
}

static void write_list(const struct props_list *list, FILE *out)
{
    for (size_t i = 0; i < list->count; i++) {
        (void)fputs(i > 0 ? "," : "", out);
        write_quoted(list->items[i], out);
    }
}

static void write_credential(const struct field *field, const struct props_provider *provider,
                             FILE *out)
{
    bool shown = field->id == KEY_CLIENT_ID &&
                 quote_allows_client_id(provider->client_id, provider->client_secret);
    (void)fputs(shown ? provider->client_id : "***", out);
}

static void write_value(const struct field *field, const struct props_provider *provider,
                        const char *base, FILE *out)
{
    static const char *const choices[] = {"true", "false", "true"}; /* PKCE: see is_open */
    const char *value = NULL;
    switch (field->kind) {
    case KIND_LIST:
        write_list((const struct props_list *)(const void *)base, out);
        return;
    case KIND_BOOLEAN:
        (void)fputs(*(const bool *)base ? "true" : "false", out);
        return;
    case KIND_CHOICE:
        (void)fputs(choices[*(const enum props_choice *)(const void *)base], out);
        return;
    case KIND_SECRET:
    case KIND_TEXT:
        memcpy(&value, base, sizeof value);
        if (field->kind == KIND_SECRET)
            write_credential(field, provider, out);
        else
            write_quoted(value == NULL ? "" : value, out);
        return;
    }
}

/* The documents of the files, to find lines in. */
struct sources {
    const struct check_site *site;
    struct properties documents[PROPS_MAX_FILES];
    size_t count;
};

static void write_origin(const struct sources *sources, const char *file, const char *key,
                         const char *other, FILE *out)
{
    for (size_t i = 0; i < sources->count; i++) {
        const char *name = sources->site->files[i].name;
        if (file != NULL && strcmp(name, file) != 0)
            continue;
        const struct properties_entry *entry = properties_find(&sources->documents[i], key);
        if (entry == NULL && other != NULL)
            entry = properties_find(&sources->documents[i], other);
        if (entry == NULL || entry->value[0] == '\0')
            continue;
        (void)fprintf(out, "    # %s:%zu\n", name, entry->at.line);
        return;
    }
    (void)fputs("    # default\n", out);
}

static bool is_absent(const struct field *field, const char *base)
{
    const char *value = NULL;
    if (field->kind == KIND_LIST)
        return ((const struct props_list *)(const void *)base)->count == 0;
    if (field->kind == KIND_BOOLEAN || field->kind == KIND_CHOICE)
        return false;
    memcpy(&value, base, sizeof value);
    return value == NULL || value[0] == '\0';
}

/* Left to the provider: PKCE, which is used unless its metadata says that it does not know S256. */
static bool is_open(const struct field *field, const char *base)
{
    return field->kind == KIND_CHOICE &&
           *(const enum props_choice *)(const void *)base == PROPS_UNSET;
}

/* A part of a provider: what its fields are counted from, and the way in that they are about. */
struct part {
    const struct field *fields;
    size_t count;
    const void *base;
    enum keys_scope scope;
};

static void write_part(const struct sources *sources, const struct props_provider *provider,
                       const struct part *part, FILE *out)
{
    for (size_t i = 0; i < part->count; i++) {
        struct keys_name name, other;
        const struct field *field = &part->fields[i];
        const char *base = (const char *)part->base + field->at;
        if (is_absent(field, base))
            continue;
        (void)keys_name(&name, field->id, part->scope, provider->id);
        (void)keys_name(&other, field->other == KEYS_COUNT ? field->id : field->other, KEYS_SHARED,
                        provider->id);
        const bool own = part->scope == KEYS_BEARER && keys_row(field->id)->bearer_fallback != NULL;
        (void)fprintf(out, "%s = ", name.text);
        write_value(field, provider, base, out);
        if (is_open(field, base))
            (void)fputs("    # default, unless the provider's metadata rules it out\n", out);
        else
            write_origin(sources, provider->file, name.text, own ? NULL : other.text, out);
    }
}

static void write_provider(const struct sources *sources, const struct props_provider *provider,
                           FILE *out)
{
    const struct part parts[] = {
        {fields, sizeof fields / sizeof *fields, provider, KEYS_SHARED},
        {gate_fields, sizeof gate_fields / sizeof *gate_fields, &provider->id_token_gates,
         KEYS_ID_TOKEN},
        {bearer_fields, sizeof bearer_fields / sizeof *bearer_fields, provider, KEYS_SHARED},
        {gate_fields, sizeof gate_fields / sizeof *gate_fields, &provider->bearer_gates,
         KEYS_BEARER},
    };
    const size_t for_browsers = 2;
    const size_t count = provider->bearer ? sizeof parts / sizeof *parts : for_browsers;
    (void)fprintf(out, "\n# provider %s (%s), %s on the sign-in page\n", provider->id,
                  QUOTE(slice_of(provider->display_name)),
                  provider->visible ? "offered" : "not offered");
    for (size_t i = 0; i < count; i++)
        write_part(sources, provider, &parts[i], out);
}

static void write_site(const struct sources *sources, FILE *out)
{
    const struct props_model *model = sources->site->model;
    const struct {
        enum keys_id id;
        const char *value;
    } rows[] = {
        {KEY_SITE_URL, model->site_url},
        {KEY_REDIRECT_PATH, model->redirect_path},
        {KEY_DISABLE_PASSWORD_LOGIN, model->password_login_disabled ? "true" : "false"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        (void)fprintf(out, "%s = ", keys_row(rows[i].id)->pattern);
        write_quoted(rows[i].value, out);
        write_origin(sources, NULL, keys_row(rows[i].id)->pattern, NULL, out);
    }
}

static bool open_sources(struct sources *sources, const struct check_site *site)
{
    bool memory = true;
    *sources = (struct sources){.site = site};
    for (size_t i = 0; i < site->load.count && sources->count < PROPS_MAX_FILES; i++) {
        const struct load_file *file = &site->load.files[i];
        memory = properties_parse(&sources->documents[sources->count++], file->bytes, file->size) !=
                     PROPERTIES_E_MEMORY &&
                 memory;
    }
    return memory;
}

bool effective_write(const struct check_site *site, FILE *out)
{
    struct sources sources;
    bool memory = open_sources(&sources, site);
    if (memory) {
        write_site(&sources, out);
        for (size_t i = 0; i < site->model->provider_count; i++)
            write_provider(&sources, &site->model->providers[i], out);
    }
    for (size_t i = 0; i < sources.count; i++)
        properties_free(&sources.documents[i]);
    return memory;
}
