/* The table of known addresses. Where a provider has moved, the old one is kept as legacy. */
#include "families.h"

#include <string.h>

#include "edits.h"

#define AAF_HOST "central.aaf.edu.au"
#define AAF_TEST_HOST "central.test.aaf.edu.au"

static const struct row {
    enum family family;
    const char *host;
    const char *path;
    enum keys_id key;
    bool legacy;
} rows[] = {
    {FAMILY_AAF, AAF_HOST, "", KEY_ISSUER, false},
    {FAMILY_AAF, AAF_HOST, "/oidc/authorize", KEY_AUTHORIZATION_ENDPOINT, false},
    {FAMILY_AAF, AAF_HOST, "/oidc/token", KEY_TOKEN_ENDPOINT, false},
    {FAMILY_AAF, AAF_HOST, "/oidc/userinfo", KEY_USERINFO_ENDPOINT, false},
    {FAMILY_AAF, AAF_HOST, "/oidc/jwks", KEY_JWKS_URI, false},
    {FAMILY_AAF, AAF_HOST, "/providers/op/authorize", KEY_AUTHORIZATION_ENDPOINT, true},
    {FAMILY_AAF, AAF_HOST, "/providers/op/token", KEY_TOKEN_ENDPOINT, true},
    {FAMILY_AAF, AAF_HOST, "/providers/op/userinfo", KEY_USERINFO_ENDPOINT, true},
    {FAMILY_AAF_TEST, AAF_TEST_HOST, "", KEY_ISSUER, false},
    {FAMILY_AAF_TEST, AAF_TEST_HOST, "/oidc/authorize", KEY_AUTHORIZATION_ENDPOINT, false},
    {FAMILY_AAF_TEST, AAF_TEST_HOST, "/oidc/token", KEY_TOKEN_ENDPOINT, false},
    {FAMILY_AAF_TEST, AAF_TEST_HOST, "/oidc/userinfo", KEY_USERINFO_ENDPOINT, false},
    {FAMILY_AAF_TEST, AAF_TEST_HOST, "/oidc/jwks", KEY_JWKS_URI, false},
    {FAMILY_AAF_TEST, AAF_TEST_HOST, "/providers/op/authorize", KEY_AUTHORIZATION_ENDPOINT, true},
    {FAMILY_AAF_TEST, AAF_TEST_HOST, "/providers/op/token", KEY_TOKEN_ENDPOINT, true},
    {FAMILY_AAF_TEST, AAF_TEST_HOST, "/providers/op/userinfo", KEY_USERINFO_ENDPOINT, true},
    {FAMILY_GOOGLE, "accounts.google.com", "", KEY_ISSUER, false},
    {FAMILY_GOOGLE, "accounts.google.com", "/o/oauth2/v2/auth", KEY_AUTHORIZATION_ENDPOINT, false},
    {FAMILY_GOOGLE, "accounts.google.com", "/o/oauth2/auth", KEY_AUTHORIZATION_ENDPOINT, true},
    {FAMILY_GOOGLE, "accounts.google.com", "/o/oauth2/token", KEY_TOKEN_ENDPOINT, true},
    {FAMILY_GOOGLE, "oauth2.googleapis.com", "/token", KEY_TOKEN_ENDPOINT, false},
    {FAMILY_GOOGLE, "www.googleapis.com", "/oauth2/v3/token", KEY_TOKEN_ENDPOINT, true},
    {FAMILY_GOOGLE, "www.googleapis.com", "/oauth2/v4/token", KEY_TOKEN_ENDPOINT, true},
    {FAMILY_GOOGLE, "openidconnect.googleapis.com", "/v1/userinfo", KEY_USERINFO_ENDPOINT, false},
    {FAMILY_GOOGLE, "www.googleapis.com", "/oauth2/v3/userinfo", KEY_USERINFO_ENDPOINT, true},
    {FAMILY_GOOGLE, "www.googleapis.com", "/oauth2/v3/certs", KEY_JWKS_URI, false},
};

#define ROWS (sizeof rows / sizeof *rows)

/* What the last part of a path says of most providers' endpoints. */
static const struct {
    const char *word;
    enum keys_id key;
} endings[] = {
    {"auth", KEY_AUTHORIZATION_ENDPOINT},
    {"authorize", KEY_AUTHORIZATION_ENDPOINT},
    {"authorization", KEY_AUTHORIZATION_ENDPOINT},
    {"token", KEY_TOKEN_ENDPOINT},
    {"userinfo", KEY_USERINFO_ENDPOINT},
    {"certs", KEY_JWKS_URI},
    {"jwks", KEY_JWKS_URI},
    {"jwks.json", KEY_JWKS_URI},
    {"logout", KEY_LOGOUT_URI},
    {"end_session", KEY_LOGOUT_URI},
    {"endsession", KEY_LOGOUT_URI},
};

static enum keys_id key_by_ending(struct slice path)
{
    size_t start = path.size;
    while (start > 0 && path.at[start - 1] != '/')
        start--;
    struct slice last = {path.at + start, path.size - start};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (slice_equals_folded(last, endings[i].word))
            return endings[i].key;
    return KEYS_COUNT;
}

/* An issuer with a slash at its end is told of elsewhere: it was to be that one. */
static bool has_path(const struct value_url *url, const char *path)
{
    return slice_equals(url->path, path) || (path[0] == '\0' && slice_equals(url->path, "/"));
}

/* Two slips at most; a host that is itself a parent or child of a known one is none. */
static const char *near_host(struct slice host)
{
    enum { SLIPS = 2 };
    for (size_t i = 0; i < ROWS; i++)
        if (edits_between(host, slice_of(rows[i].host), SLIPS) <= SLIPS)
            return rows[i].host;
    return NULL;
}

struct families_address families_look(const struct value_url *url)
{
    struct families_address address = {.key = key_by_ending(url->path)};
    for (size_t i = 0; i < ROWS; i++) {
        if (!slice_equals_folded(url->host, rows[i].host))
            continue;
        address.family = rows[i].family;
        if (!has_path(url, rows[i].path))
            continue;
        address.known = true;
        address.key = rows[i].key;
        address.legacy = rows[i].legacy;
        return address;
    }
    if (address.family == FAMILY_UNKNOWN)
        address.meant_host = near_host(url->host);
    return address;
}

const char *families_name(enum family family)
{
    static const char *const names[] = {"another provider", "AAF's production federation",
                                        "AAF's test federation", "Google"};
    return names[family];
}

const char *families_current(enum family family, enum keys_id key)
{
    static const struct {
        enum family family;
        enum keys_id key;
        const char *url;
    } current[] = {
        {FAMILY_AAF, KEY_ISSUER, "https://" AAF_HOST},
        {FAMILY_AAF, KEY_AUTHORIZATION_ENDPOINT, "https://" AAF_HOST "/oidc/authorize"},
        {FAMILY_AAF, KEY_TOKEN_ENDPOINT, "https://" AAF_HOST "/oidc/token"},
        {FAMILY_AAF, KEY_USERINFO_ENDPOINT, "https://" AAF_HOST "/oidc/userinfo"},
        {FAMILY_AAF, KEY_JWKS_URI, "https://" AAF_HOST "/oidc/jwks"},
        {FAMILY_AAF_TEST, KEY_ISSUER, "https://" AAF_TEST_HOST},
        {FAMILY_AAF_TEST, KEY_AUTHORIZATION_ENDPOINT, "https://" AAF_TEST_HOST "/oidc/authorize"},
        {FAMILY_AAF_TEST, KEY_TOKEN_ENDPOINT, "https://" AAF_TEST_HOST "/oidc/token"},
        {FAMILY_AAF_TEST, KEY_USERINFO_ENDPOINT, "https://" AAF_TEST_HOST "/oidc/userinfo"},
        {FAMILY_AAF_TEST, KEY_JWKS_URI, "https://" AAF_TEST_HOST "/oidc/jwks"},
        {FAMILY_GOOGLE, KEY_ISSUER, "https://accounts.google.com"},
        {FAMILY_GOOGLE, KEY_AUTHORIZATION_ENDPOINT, "https://accounts.google.com/o/oauth2/v2/auth"},
        {FAMILY_GOOGLE, KEY_TOKEN_ENDPOINT, "https://oauth2.googleapis.com/token"},
        {FAMILY_GOOGLE, KEY_USERINFO_ENDPOINT, "https://openidconnect.googleapis.com/v1/userinfo"},
        {FAMILY_GOOGLE, KEY_JWKS_URI, "https://www.googleapis.com/oauth2/v3/certs"},
    };
    for (size_t i = 0; i < sizeof current / sizeof *current; i++)
        if (current[i].family == family && current[i].key == key)
            return current[i].url;
    return NULL;
}

bool names_aaf(struct slice value)
{
    struct value_url url;
    if (value_url(value, &url) != URL_OK)
        return false;
    enum family family = families_look(&url).family;
    return family == FAMILY_AAF || family == FAMILY_AAF_TEST;
}
