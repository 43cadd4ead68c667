/* The table of keys, and matching against it. */
#include "keys.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
static const struct keys_row rows[KEYS_COUNT] = {
    [KEY_AUTH_METHOD] =
        {"auth.method", KEYS_WORD, false, false, NULL, NULL, NULL, NULL,
         "must be openid, or neither XNAT's plugin nor the sidecar reads the file; without the line "
         "the sidecar reads it all the same"},
    [KEY_TYPE] =
        {"type", KEYS_WORD, false, false, NULL, NULL, NULL, NULL,
         "openid; no release reads it since XNAT 1.7.5"},
    [KEY_PROVIDER_ID] =
        {"provider.id", KEYS_ID, false, false, NULL, NULL, NULL, NULL,
         "openid together with `enabled`; in a file for one provider, that provider's id"},
    [KEY_NAME] =
        {"name", KEYS_TEXT, false, false, NULL, NULL, NULL, NULL,
         "what people see as the provider's name"},
    [KEY_VISIBLE] =
        {"visible", KEYS_BOOLEAN, false, false, "true", NULL, NULL, NULL,
         "whether people are offered the provider"},
    [KEY_AUTO_ENABLED] =
        {"auto.enabled", KEYS_BOOLEAN, false, false, "false", NULL, NULL, NULL,
         "new accounts can be used at once; the plugin's only such switch since 1.4. Where "
         "userAutoEnabled says otherwise, the sidecar goes by this one in a file for one provider, by "
         "that one in a file with `enabled`"},
    [KEY_AUTO_VERIFIED] =
        {"auto.verified", KEYS_BOOLEAN, false, false, "false", NULL, NULL, NULL,
         "the e-mail of a new account counts as verified; the plugin's only such switch since 1.4. "
         "Where userAutoVerified says otherwise, the sidecar goes by this one in a file for one "
         "provider, by that one in a file with `enabled`"},
    [KEY_ENABLED] =
        {"enabled", KEYS_LIST, false, false, NULL, NULL, NULL, "1.0",
         "ids of the providers in use; only in files with several providers. The sidecar goes by it "
         "wherever it is"},
    [KEY_DISABLE_PASSWORD_LOGIN] =
        {"disableUsernamePasswordLogin", KEYS_BOOLEAN, false, true, "false", NULL, NULL, NULL,
         "hides XNAT's own form for user name and password; the sidecar refuses what is sent to it, "
         "too"},
    [KEY_SITE_URL] =
        {"siteUrl", KEYS_ORIGIN, false, false, NULL, NULL, NULL, NULL,
         "address of the site: scheme and host, nothing after it"},
    [KEY_REDIRECT_PATH] =
        {"preEstablishedRedirUri", KEYS_PATH, false, false, "/openid-login", NULL, NULL, NULL,
         "path that the provider sends people back to; with siteUrl, the URL registered there"},
    [KEY_TOS] =
        {"openid.tos", KEYS_PATH, false, false, NULL, NULL, "1.6", NULL,
         "the site's terms of service; the sidecar does not read it"},
    [KEY_PRIVACY_POLICY] =
        {"openid.privacyPolicy", KEYS_PATH, false, false, NULL, NULL, "1.6", NULL,
         "the site's privacy policy; the sidecar does not read it"},
    [KEY_CLIENT_ID] =
        {"openid.P.clientId", KEYS_TEXT, false, false, NULL, NULL, NULL, NULL,
         "the name under which the provider knows the site"},
    [KEY_CLIENT_SECRET] =
        {"openid.P.clientSecret", KEYS_TEXT, true, false, NULL, NULL, NULL, NULL,
         "the site's password at the provider"},
    [KEY_TOKEN_ENDPOINT] =
        {"openid.P.accessTokenUri", KEYS_URL, false, false, NULL, NULL, NULL, NULL,
         "the provider's token endpoint. Absent: the sidecar takes it from the provider's metadata"},
    [KEY_AUTHORIZATION_ENDPOINT] =
        {"openid.P.userAuthUri", KEYS_URL, false, false, NULL, NULL, NULL, NULL,
         "the provider's authorization endpoint. Absent: the sidecar takes it from the provider's "
         "metadata"},
    [KEY_USERINFO_ENDPOINT] =
        {"openid.P.userInfoUri", KEYS_URL, false, false, NULL, NULL, NULL, NULL,
         "the provider's user-info endpoint, which is asked at every sign-in. Absent: the plugin asks "
         "none; the sidecar asks the one of the provider's metadata when the ID token lacks a claim "
         "that is mapped or checked"},
    [KEY_ISSUER] =
        {"openid.P.issuer", KEYS_URL, false, false, NULL, NULL, "1.6", NULL,
         "the provider's issuer, letter by letter, which is also where its metadata is found. Absent: "
         "the sidecar tells it from userAuthUri"},
    [KEY_JWKS_URI] =
        {"openid.P.jwksUri", KEYS_URL, false, false, NULL, NULL, "1.6", NULL,
         "where the provider's keys are. Absent: the sidecar takes it from the provider's metadata"},
    [KEY_SCOPES] =
        {"openid.P.scopes", KEYS_LIST, false, false, "openid,profile,email", NULL, NULL, NULL,
         "what the provider is asked for, separated by commas"},
    [KEY_LINK] =
        {"openid.P.link", KEYS_HTML, false, false, NULL, NULL, NULL, NULL,
         "the button on XNAT's login page, in HTML; the sidecar makes a button of its own, with the "
         "provider's name on it"},
    [KEY_FILTER_DOMAINS] =
        {"openid.P.shouldFilterEmailDomains", KEYS_BOOLEAN, false, true, "false", NULL, NULL, NULL,
         "admit only people with an e-mail address in one of the allowed domains"},
    [KEY_ALLOWED_DOMAINS] =
        {"openid.P.allowedEmailDomains", KEYS_LIST, false, false, NULL, NULL, NULL, NULL,
         "the allowed domains, separated by commas; * alone for all"},
    [KEY_FORCE_USER_CREATE] =
        {"openid.P.forceUserCreate", KEYS_BOOLEAN, false, false, "false", NULL, NULL, NULL,
         "make an account for people who have none"},
    [KEY_USER_AUTO_ENABLED] =
        {"openid.P.userAutoEnabled", KEYS_BOOLEAN, false, false, "false", NULL, NULL, "1.3",
         "as auto.enabled, for this provider; the sidecar reads it, too: see there"},
    [KEY_USER_AUTO_VERIFIED] =
        {"openid.P.userAutoVerified", KEYS_BOOLEAN, false, false, "false", NULL, NULL, "1.3",
         "as auto.verified, for this provider; the sidecar reads it, too: see there"},
    [KEY_EMAIL_CLAIM] =
        {"openid.P.emailProperty", KEYS_CLAIM, false, false, "email", NULL, NULL, NULL,
         "the claim with the e-mail address"},
    [KEY_GIVEN_NAME_CLAIM] =
        {"openid.P.givenNameProperty", KEYS_CLAIM, false, false, "given_name", NULL, NULL, NULL,
         "the claim with the given name"},
    [KEY_FAMILY_NAME_CLAIM] =
        {"openid.P.familyNameProperty", KEYS_CLAIM, false, false, "family_name", NULL, NULL, NULL,
         "the claim with the family name"},
    [KEY_USERNAME_PATTERN] =
        {"openid.P.usernamePattern", KEYS_PATTERN, false, false, "[providerId]_[sub]", NULL, "1.1", NULL,
         "how a user name is made; [providerId] and [claim] are filled in"},
    [KEY_PKCE] =
        {"openid.P.pkceEnabled", KEYS_BOOLEAN, false, false, NULL, NULL, NULL, NULL,
         "proof key for code exchange (S256). Absent: the sidecar uses it unless the provider's "
         "metadata rules it out; the plugin does not"},
    [KEY_ID_TOKEN_ENCRYPTION] =
        {"openid.P.idTokenEncryptionAlgorithm", KEYS_ALGORITHM, false, false, NULL, NULL, "1.4", NULL,
         "how the provider encrypts ID tokens and logout tokens: RSA-OAEP, RSA-OAEP-256, -384 or "
         "-512 (the sidecar refuses RSA1_5, which the plugin takes)"},
    [KEY_BEARER] =
        {"openid.P.bearer.enabled", KEYS_BOOLEAN, false, false, "false", NULL, "1.6", NULL,
         "accept the provider's tokens on REST calls"},
    [KEY_BEARER_USER_CREATE] =
        {"openid.P.bearer.forceUserCreate", KEYS_BOOLEAN, false, false, NULL, NULL, "1.6", NULL,
         "as forceUserCreate, for REST calls"},
    [KEY_AUDIENCE_CHECK] =
        {"openid.P[.path].audCheck.enabled", KEYS_BOOLEAN, false, true, "false", "true", "1.6", NULL,
         "admit only tokens for one of the accepted audiences"},
    [KEY_ACCEPTED_AUDIENCES] =
        {"openid.P[.path].audCheck.acceptedAudiences", KEYS_LIST, false, false, NULL, NULL, "1.6", NULL,
         "the accepted audiences, separated by commas"},
    [KEY_ROLE_CHECK] =
        {"openid.P[.path].roleCheck.enabled", KEYS_BOOLEAN, false, true, "false", NULL, "1.6", NULL,
         "admit only people with one of the required roles"},
    [KEY_ROLE_PATH] =
        {"openid.P[.path].roleCheck.rolePath", KEYS_CLAIM, false, false, NULL, NULL, "1.6", NULL,
         "where the roles are in the token, for example resource_access.xnat.roles"},
    [KEY_REQUIRED_ROLES] =
        {"openid.P[.path].roleCheck.requiredRoles", KEYS_LIST, false, false, NULL, NULL, "1.6", NULL,
         "the required roles, separated by commas"},
    [KEY_TYPE_CHECK] =
        {"openid.P[.path].typCheck.enabled", KEYS_BOOLEAN, false, true, "false", NULL, "1.6", NULL,
         "admit only tokens of one of the expected types"},
    [KEY_EXPECTED_TYPES] =
        {"openid.P[.path].typCheck.expectedTypes", KEYS_LIST, false, false, NULL, NULL, "1.6", NULL,
         "the expected values of the claim typ, separated by commas"},
    [KEY_LINK_EXISTING] =
        {"openid.P[.path].linkExisting.enabled", KEYS_BOOLEAN, false, false, "false", NULL, "1.6", NULL,
         "connect people with their account of another provider; the sidecar ignores it"},
    [KEY_SOURCE_PROVIDER] =
        {"openid.P[.path].linkExisting.sourceProvider", KEYS_ID, false, false, NULL, NULL, "1.6", NULL,
         "that other provider; the sidecar ignores it"},
    [KEY_LOGOUT_URI] =
        {"openid.P.logoutUri", KEYS_URL, false, false, NULL, NULL, "1.6", NULL,
         "the provider's end-session endpoint, where its discovery document has none or another"},
    [KEY_AUTO_LOGIN] =
        {"openid.P.autoLogin", KEYS_BOOLEAN, false, false, "false", NULL, "1.6", NULL,
         "try, once, to sign visitors of the login page in without asking them"},
};
/* clang-format on */

/* Whether the sidecar starts without the key. What it has of two ways, one is enough. */
static const char *const required[KEYS_COUNT] = {
    [KEY_PROVIDER_ID] = "unless `enabled` lists providers",
    [KEY_ENABLED] = "unless provider.id is a provider's",
    [KEY_SITE_URL] = "always",
    [KEY_CLIENT_ID] = "always",
    [KEY_CLIENT_SECRET] = "always",
    [KEY_AUTHORIZATION_ENDPOINT] = "unless issuer is there",
    [KEY_ISSUER] = "unless userAuthUri is there",
};

/* clang-format off */
static const struct keys_absence absences[KEYS_COUNT] = {
    [KEY_AUTH_METHOD] = {RULE_METHOD_MISSING, IMPACT(INFO, ERROR, ERROR, ERROR),
        KEY_AUTH_METHOD,
        "XNAT does not give the file to its OpenID plugin"},
    [KEY_PROVIDER_ID] = {RULE_PROVIDER_ID_MISSING, IMPACT(NONE, WARNING, ERROR, ERROR),
        KEY_AUTH_METHOD,
        "releases since 1.1 of XNAT's plugin find no provider in the file"},
    [KEY_ENABLED] = {RULE_NO_PROVIDER, IMPACT(WARNING, ERROR, NONE, NONE),
        KEY_AUTH_METHOD,
        "release 1.0 of XNAT's plugin offers no provider"},
    [KEY_SITE_URL] = {RULE_SITE_URL_MISSING, IMPACT_ALL(ERROR),
        KEY_AUTH_METHOD,
        "the provider cannot be told where to send people back to"},
    [KEY_REDIRECT_PATH] = {RULE_REDIRECT_PATH_MISSING, IMPACT(NONE, ERROR, ERROR, NONE),
        KEY_AUTH_METHOD,
        "releases up to 1.5 of XNAT's plugin send a redirect URL that ends in the word null, which "
        "the provider refuses"},
    [KEY_CLIENT_ID] = {RULE_CLIENT_ID_MISSING, IMPACT_ALL(ERROR),
        KEY_AUTH_METHOD,
        "the provider answers every sign-in with an error"},
    [KEY_CLIENT_SECRET] = {RULE_CLIENT_SECRET_MISSING, IMPACT_ALL(ERROR),
        KEY_AUTH_METHOD,
        "every sign-in fails at its end"},
    [KEY_TOKEN_ENDPOINT] = {RULE_ENDPOINT_MISSING, IMPACT_PLUGINS(ERROR),
        KEY_AUTH_METHOD,
        "XNAT's plugin does not know where to ask who has signed in, so every sign-in fails at its "
        "end"},
    [KEY_AUTHORIZATION_ENDPOINT] = {RULE_ENDPOINT_MISSING, IMPACT_PLUGINS(ERROR),
        KEY_AUTH_METHOD,
        "XNAT's plugin does not know where to send people to sign in"},
    [KEY_SCOPES] = {RULE_ENDPOINT_MISSING, IMPACT_PLUGINS(ERROR),
        KEY_AUTH_METHOD,
        "every sign-in through XNAT's plugin ends in an error page"},
    [KEY_LINK] = {RULE_LINK_MISSING, IMPACT(NONE, ERROR, WARNING, WARNING),
        KEY_AUTH_METHOD,
        "XNAT's login page has no button for the provider (release 1.0 prints the word null)"},
    [KEY_ALLOWED_DOMAINS] = {RULE_FILTER_EMPTY, IMPACT_ALL(ERROR),
        KEY_FILTER_DOMAINS,
        "the e-mail filter has nothing to go by"},
    [KEY_EMAIL_CLAIM] = {RULE_ENDPOINT_MISSING, IMPACT_PLUGINS(WARNING),
        KEY_AUTH_METHOD,
        "accounts that XNAT's plugin makes have no e-mail address"},
    [KEY_GIVEN_NAME_CLAIM] = {RULE_ENDPOINT_MISSING, IMPACT_PLUGINS(WARNING),
        KEY_AUTH_METHOD,
        "accounts that XNAT's plugin makes have no first name"},
    [KEY_FAMILY_NAME_CLAIM] = {RULE_ENDPOINT_MISSING, IMPACT_PLUGINS(WARNING),
        KEY_AUTH_METHOD,
        "accounts that XNAT's plugin makes have no last name"},
    [KEY_ACCEPTED_AUDIENCES] = {RULE_GATE_INCOMPLETE, IMPACT(ERROR, NONE, NONE, ERROR),
        KEY_AUDIENCE_CHECK,
        "the audience check has nothing to go by"},
    [KEY_ROLE_PATH] = {RULE_GATE_INCOMPLETE, IMPACT(ERROR, NONE, NONE, ERROR),
        KEY_ROLE_CHECK,
        "the role check does not know where the roles are"},
    [KEY_REQUIRED_ROLES] = {RULE_GATE_INCOMPLETE, IMPACT(ERROR, NONE, NONE, ERROR),
        KEY_ROLE_CHECK,
        "the role check has nothing to go by"},
    [KEY_EXPECTED_TYPES] = {RULE_GATE_INCOMPLETE, IMPACT(ERROR, NONE, NONE, ERROR),
        KEY_TYPE_CHECK,
        "the type check has nothing to go by"},
    [KEY_ISSUER] = {RULE_BEARER_INCOMPLETE, IMPACT(NONE, NONE, NONE, ERROR),
        KEY_BEARER,
        "tokens on REST calls cannot be verified"},
    [KEY_JWKS_URI] = {RULE_BEARER_INCOMPLETE, IMPACT(NONE, NONE, NONE, ERROR),
        KEY_BEARER,
        "tokens on REST calls cannot be verified"},
};
/* clang-format on */

static const char provider_prefix[] = "openid.";
static const char plain_provider[] = "openid.P.";
static const char scoped_provider[] = "openid.P[.path].";
static const char *const scopes[] = {
    [KEYS_SHARED] = "", [KEYS_ID_TOKEN] = "idToken.", [KEYS_BEARER] = "bearer."};

const struct keys_row *keys_row(enum keys_id id)
{
    return &rows[id];
}

const char *keys_required(enum keys_id id)
{
    return required[id];
}

const struct keys_absence *keys_absence(enum keys_id id)
{
    return absences[id].effect == NULL ? NULL : &absences[id];
}

reader_set keys_readers(enum keys_id id)
{
    const char *since = rows[id].since == NULL ? "1.0" : rows[id].since;
    const char *until = rows[id].until == NULL ? "9" : rows[id].until;
    reader_set set = 0;
    if (strcmp(since, "1.1") < 0)
        set |= READER(READER_PLUGIN_1_0);
    if (strcmp(since, "1.4") < 0 && strcmp(until, "1.1") >= 0)
        set |= READER(READER_PLUGIN_1_3);
    if (strcmp(until, "1.4") >= 0)
        set |= READER(READER_PLUGIN_1_6);
    return set;
}

bool keys_has_scope(const struct keys_row *row)
{
    return strncmp(row->pattern, scoped_provider, sizeof scoped_provider - 1) == 0;
}

const char *keys_suffix(const struct keys_row *row)
{
    if (keys_has_scope(row))
        return row->pattern + sizeof scoped_provider - 1;
    if (strncmp(row->pattern, plain_provider, sizeof plain_provider - 1) == 0)
        return row->pattern + sizeof plain_provider - 1;
    return NULL;
}

const char *keys_name(struct keys_name *name, enum keys_id id, enum keys_scope scope,
                      const char *provider)
{
    const char *suffix = keys_suffix(&rows[id]);
    if (suffix == NULL)
        (void)snprintf(name->text, sizeof name->text, "%s", rows[id].pattern);
    else
        (void)snprintf(name->text, sizeof name->text, "%s%.*s.%s%s", provider_prefix,
                       KEYS_PROVIDER_MAX, provider, scopes[scope], suffix);
    return name->text;
}

/* Whether text is a scope and a suffix of the table, all of it. */
static bool match_suffix(const char *text, struct keys_match *match)
{
    for (enum keys_id id = 0; id < KEYS_COUNT; id++) {
        const char *suffix = keys_suffix(&rows[id]);
        enum keys_scope last = keys_has_scope(&rows[id]) ? KEYS_BEARER : KEYS_SHARED;
        for (enum keys_scope scope = KEYS_SHARED; suffix != NULL && scope <= last; scope++) {
            size_t scope_size = strlen(scopes[scope]);
            if (strncmp(text, scopes[scope], scope_size) != 0 ||
                strcmp(text + scope_size, suffix) != 0)
                continue;
            match->id = id;
            match->scope = scope;
            return true;
        }
    }
    return false;
}

static bool match_site(const char *written, struct keys_match *match)
{
    for (enum keys_id id = 0; id < KEYS_COUNT; id++) {
        if (keys_suffix(&rows[id]) != NULL || strcmp(written, rows[id].pattern) != 0)
            continue;
        *match = (struct keys_match){.id = id, .scope = KEYS_SHARED};
        return true;
    }
    return false;
}

/* The id is what stands between the prefix and a dot; of several such readings, the shortest. */
static bool match_any_provider(const char *rest, struct keys_match *match)
{
    for (const char *dot = strchr(rest, '.'); dot != NULL; dot = strchr(dot + 1, '.')) {
        if (dot == rest || !match_suffix(dot + 1, match))
            continue;
        match->provider = rest;
        match->provider_size = (size_t)(dot - rest);
        return true;
    }
    return false;
}

bool keys_match(const char *written, char *const ids[], size_t id_count, struct keys_match *match)
{
    size_t prefix = sizeof provider_prefix - 1;
    if (match_site(written, match))
        return true;
    if (strncmp(written, provider_prefix, prefix) != 0)
        return false;
    const char *rest = written + prefix;
    for (size_t i = 0; i < id_count; i++) {
        size_t size = strlen(ids[i]);
        if (strncmp(rest, ids[i], size) != 0 || rest[size] != '.' ||
            !match_suffix(rest + size + 1, match))
            continue;
        match->provider = rest;
        match->provider_size = size;
        return true;
    }
    return match_any_provider(rest, match);
}
