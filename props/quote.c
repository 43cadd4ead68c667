/* Which values may be quoted. */
#include "quote.h"

#include <string.h>
#include <strings.h>

#include "edits.h"
#include "find.h"
#include "keys.h"

/* Twice as many as a site can have providers: with thousands, looking for each in every finding
 * would take minutes. */
#define SECRETS_MAX 128

/* No word of a key is longer; what is hangs on to one. */
#define KEYS_WORD_MOST 32

static bool begins(struct slice value, const char *prefix)
{
    size_t size = strlen(prefix);
    return value.size >= size && strncasecmp(value.at, prefix, size) == 0;
}

static struct slice without_quotes(struct slice value)
{
    while (value.size > 0 && strchr("\"'", value.at[0]) != NULL) {
        value.at++;
        value.size--;
    }
    while (value.size > 0 && strchr("\"'", value.at[value.size - 1]) != NULL)
        value.size--;
    return value;
}

/* What the characters of a value are. */
struct looks {
    unsigned capitals;
    unsigned letters;
    unsigned digits;
    unsigned joints;  /* as between words */
    unsigned foreign; /* to what providers issue */
};

static struct looks look(struct slice value)
{
    struct looks looks = {0};
    for (size_t i = 0; i < value.size; i++) {
        char c = value.at[i];
        if (c >= 'A' && c <= 'Z')
            looks.capitals = 1;
        else if (c >= 'a' && c <= 'z')
            looks.letters = 1;
        else if (c >= '0' && c <= '9')
            looks.digits = 1;
        else if (c == '_' || c == '.' || c == '-')
            looks.joints = 1;
        else if ((unsigned char)c <= ' ' || strchr("<>[]{}$,\"", c) != NULL)
            looks.foreign = 1;
    }
    return looks;
}

/* Whether a value could be a secret, by its looks. */
static bool looks_secret(struct slice value)
{
    value = without_quotes(value_trim(value));
    if (value.size < QUOTE_SECRET_MIN || begins(value, "https://") || begins(value, "http://") ||
        begins(value, "/"))
        return false;
    struct looks looks = look(value);
    if (looks.foreign)
        return false;
    return looks.capitals + looks.letters + looks.digits > 1 || !looks.joints;
}

/* As in https://name:password@host/ and ?client_secret=… */
static bool is_url_with_secret(struct slice value)
{
    if (find_bytes(value.at, value.size, "//", 2) == FIND_NONE)
        return false;
    if (memchr(value.at, '@', value.size) != NULL)
        return true;
    const char *query = memchr(value.at, '?', value.size);
    for (const char *at = query; at != NULL;
         at = memchr(at, '=', (size_t)(value.at + value.size - at))) {
        at++;
        if (looks_secret((struct slice){at, (size_t)(value.at + value.size - at)}))
            return true;
    }
    return false;
}

/* A name of RFC 7518 (3.1, 4.1, 5.1), or nearly one: with letters and digits it looks like a secret
 * and is none, and how it is misspelt is what people have to see. */
static bool is_algorithm(struct slice value)
{
    static const char *const names[] = {
        "RSA1_5",         "RSA-OAEP",  "RSA-OAEP-256",       "RSA-OAEP-384",  "RSA-OAEP-512",
        "ECDH-ES+A128KW", "A128GCMKW", "PBES2-HS256+A128KW", "A128CBC-HS256", "A256CBC-HS512",
    };
    enum { MOST_EDITS = 3 };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (edits_between(value, slice_of(names[i]), MOST_EDITS) <= MOST_EDITS)
            return true;
    return false;
}

static bool may_show(struct slice value)
{
    return is_algorithm(value) || (!looks_secret(value) && !is_url_with_secret(value));
}

bool quote_allows(const char *value)
{
    return may_show(slice_of(value));
}

bool quote_allows_key(const char *key)
{
    static const char prefix[] = "openid.";
    struct keys_guess guess;
    struct slice last = slice_of(key);
    if (keys_guess(key, NULL, 0, &guess))
        return true;
    if (!begins(last, prefix))
        return !looks_secret(last);
    const char *dot = strrchr(key, '.');
    return !looks_secret(slice_of(dot + 1)) || strlen(dot + 1) < KEYS_WORD_MOST;
}

bool quote_allows_client_id(const char *client_id, const char *client_secret)
{
    static const char google_secret[] = "GOCSPX-";
    struct slice id = without_quotes(value_trim(slice_of(client_id)));
    struct slice secret = without_quotes(value_trim(slice_of(client_secret)));
    bool same = find_bytes(id.at, id.size, secret.at, secret.size) != FIND_NONE;
    return !looks_secret(id) || (looks_secret(secret) && !same && !begins(id, google_secret));
}

const char *quote_value(struct shown *shown, struct slice value)
{
    return may_show(value) ? show(shown, value.at, value.size) : "***";
}

bool quote_is_secret(const struct properties_entry *entry)
{
    static const char *const words[] = {"secret", "passw", "passphrase", "credential"};
    struct keys_match match;
    struct keys_guess guess;
    if (keys_match(entry->key, NULL, 0, &match))
        return keys_row(match.id)->secret;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (find_folded(entry->key, words[i]) != NULL)
            return true;
    return keys_guess(entry->key, NULL, 0, &guess) && keys_row(guess.id)->secret;
}

void quote_hide_secrets(struct props_findings *findings, const struct properties *document)
{
    size_t hidden = 0;
    for (size_t i = 0; i < document->count && hidden < SECRETS_MAX; i++) {
        const struct properties_entry *entry = &document->entries[i];
        struct slice value = without_quotes(value_trim(slice_of(entry->value)));
        if (value.size < QUOTE_SECRET_MIN || !quote_is_secret(entry))
            continue;
        findings_hide(findings, value.at, value.size);
        hidden++;
    }
}
