/* Client id and secret that the provider cannot have issued, and PKCE switched off. No value is
 * ever quoted here. */
#include "build.h"
#include "families.h"

#include <string.h>

/* A secret of fewer characters can be guessed, and no provider issues one. */
#define SECRET_SHORTEST 12

static const char google_id[] = ".apps.googleusercontent.com";
static const char google_secret[] = "GOCSPX-";

struct credentials {
    struct build *build;
    const struct file *file;
    const char *id;
    struct setting client;
    struct setting secret;
    bool google;
};

static bool ends_with(struct slice value, const char *suffix)
{
    size_t size = strlen(suffix);
    return value.size >= size && memcmp(value.at + value.size - size, suffix, size) == 0;
}

static bool is_url(struct slice value)
{
    return slice_begins(value, "https://") || slice_begins(value, "http://");
}

/* Client id and secret of the documentation, and what people write until they have their own. */
static bool is_sample(struct slice value, bool secret)
{
    static const char *const whole[] = {"123jsdjd", "chahdkdfdhffkhf", "changeit",    "todo",
                                        "example",  "foobar",          "placeholder", "dummy"};
    static const char *const secrets[] = {"secret", "test", "password", "client-secret"};
    static const char *const parts[] = {
        "changeme",   "change-me",   "change_me", "clientid", "client_id", "client-id",
        "clientsecr", "client_secr", "your-",     "your_",    "replace-",  "replaceme",
        "replace_",   "insert-",     "xxxx",      "<",        "example-id"};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (slice_equals_folded(value, whole[i]))
            return true;
    for (size_t i = 0; secret && i < sizeof secrets / sizeof *secrets; i++)
        if (slice_equals_folded(value, secrets[i]))
            return true;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (size_t at = 0; at + strlen(parts[i]) <= value.size; at++)
            if (slice_equals_folded((struct slice){value.at + at, strlen(parts[i])}, parts[i]))
                return true;
    return false;
}

static void report_swapped(const struct credentials *of, const struct setting *setting,
                           const char *what)
{
    struct report_at at = at_value(of->file, setting->entry);
    report(of->build->findings, RULE_CREDENTIALS_SWAPPED, &at,
           "the value of %s is %s. The provider does not accept it, so every sign-in fails",
           setting->entry->key, what);
    advise(of->build->findings,
           "copy client id and client secret anew from where the site is registered with the "
           "provider, each to its own key");
}

static void report_sample(const struct credentials *of, const struct setting *setting)
{
    struct report_at at = at_value(of->file, setting->entry);
    report(of->build->findings, RULE_SAMPLE_CREDENTIALS, &at,
           "the value of %s is that of a sample, or a word that stands for what is still to come. "
           "The provider does not know it",
           setting->entry->key);
    advise(of->build->findings, "write what the provider gave you when the site was registered");
}

static void report_shape(const struct credentials *of, const struct setting *setting,
                         const char *what)
{
    struct report_at at = at_value(of->file, setting->entry);
    report(of->build->findings, RULE_CREDENTIALS_SHAPE, &at,
           "the value of %s %s: the provider may not know it", setting->entry->key, what);
    advise(of->build->findings, "compare it with what the provider gave you, to the last letter");
}

static bool equal(struct slice a, struct slice b)
{
    return a.size == b.size && memcmp(a.at, b.at, a.size) == 0;
}

static bool has_blank(struct slice value)
{
    return memchr(value.at, ' ', value.size) != NULL || memchr(value.at, '\t', value.size) != NULL;
}

static void check_client(const struct credentials *of)
{
    const struct setting *client = &of->client;
    struct value_url url;
    if (client->value.size == 0)
        return;
    if (slice_begins(client->value, google_secret) ||
        (is_url(client->value) && value_url(client->value, &url) == URL_OK &&
         families_look(&url).family != FAMILY_UNKNOWN))
        report_swapped(of, client,
                       is_url(client->value) ? "an address of the provider's" : "a client secret");
    else if (is_sample(client->value, false))
        report_sample(of, client);
    else if (of->google && !ends_with(client->value, google_id))
        report_shape(of, client, "does not end in .apps.googleusercontent.com as Google's ids do");
    else if (has_blank(client->value) ||
             memchr(client->value.at, '@', client->value.size) != NULL ||
             memchr(client->value.at, ',', client->value.size) != NULL ||
             slice_equals(client->value, "true") || slice_equals(client->value, "false"))
        report_shape(of, client, "does not look like a client id");
}

static void check_secret(const struct credentials *of)
{
    const struct setting *secret = &of->secret;
    if (secret->value.size == 0)
        return;
    if (is_url(secret->value)) {
        report_swapped(of, secret, "an address, not a client secret");
    } else if (ends_with(secret->value, google_id)) {
        report_swapped(of, secret, "a client id");
    } else if (is_sample(secret->value, true)) {
        report_sample(of, secret);
    } else if (of->client.value.size > 0 && equal(of->client.value, secret->value)) {
        report_shape(of, secret, "is the client id over again");
    } else if (has_blank(secret->value) || secret->value.at[0] == '/' ||
               slice_has(secret->value, ",")) {
        report_shape(of, secret, "does not look like a client secret");
    } else if (secret->value.size < SECRET_SHORTEST) {
        struct report_at at = at_value(of->file, secret->entry);
        report(of->build->findings, RULE_SECRET_SHORT, &at,
               "the client secret has fewer than %d characters: it is cut off, or so short that it "
               "can be guessed",
               SECRET_SHORTEST);
        advise(of->build->findings, "copy it anew from the provider, or have a new one issued");
    }
}

static void check_pkce(const struct credentials *of)
{
    struct setting pkce = find_setting(of->file, KEY_PKCE, KEYS_SHARED, of->id);
    if (pkce.entry == NULL || !slice_equals_folded(pkce.value, "false"))
        return;
    static const struct impact impact = IMPACT(WARNING, INFO, INFO, INFO);
    struct report_at at = at_value(of->file, pkce.entry);
    report_as(
        of->build->findings, RULE_PKCE_OFF, &impact, &at,
        "PKCE is switched off, so a stolen authorization code is worth more. Without the line "
        "the sidecar uses PKCE, which providers that do not know it ignore");
    advise(of->build->findings, "remove the line, or write %s=true", pkce.entry->key);
}

void check_credentials(struct build *build, const struct file *file)
{
    for (size_t i = 0; i < file->id_count; i++) {
        const char *id = file->ids[i];
        struct value_url url;
        struct setting endpoint = find_setting(file, KEY_AUTHORIZATION_ENDPOINT, KEYS_SHARED, id);
        struct credentials of = {
            .build = build,
            .file = file,
            .id = id,
            .client = find_setting(file, KEY_CLIENT_ID, KEYS_SHARED, id),
            .secret = find_setting(file, KEY_CLIENT_SECRET, KEYS_SHARED, id),
            .google = value_url(endpoint.value, &url) == URL_OK &&
                      families_look(&url).family == FAMILY_GOOGLE,
        };
        if (endpoint.entry == NULL)
            of.google = false;
        check_client(&of);
        check_secret(&of);
        check_pkce(&of);
    }
}
