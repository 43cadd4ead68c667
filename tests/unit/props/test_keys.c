/* The table of keys holds together, and written keys are found in it, or guessed. */
#include "support.h"

#include "props/keys.h"

static char aaf[] = "aaf";
static char dotted[] = "my.idp";
static char *const ids[] = {aaf, dotted};

static void test_rows(void **state)
{
    (void)state;
    for (enum keys_id id = 0; id < KEYS_COUNT; id++) {
        const struct keys_row *row = keys_row(id);
        struct keys_name name;
        struct keys_match match;
        assert_non_null(row->pattern);
        assert_true(strlen(row->help) > 10);
        /* Each row is reached by its own key, in each of its scopes. */
        enum keys_scope last = keys_has_scope(row) ? KEYS_BEARER : KEYS_SHARED;
        for (enum keys_scope scope = KEYS_SHARED; scope <= last; scope++) {
            assert_true(keys_match(keys_name(&name, id, scope, "aaf"), ids, 2, &match));
            assert_int_equal(match.id, id);
            assert_int_equal(match.scope, scope);
            assert_int_equal(match.provider_size, keys_suffix(row) == NULL ? 0 : 3);
        }
        if (row->guard)
            assert_int_equal(row->type, KEYS_BOOLEAN);
        if (row->type == KEYS_BOOLEAN && row->fallback != NULL)
            assert_true(strcmp(row->fallback, "true") == 0 || strcmp(row->fallback, "false") == 0);
    }
    assert_true(keys_row(KEY_CLIENT_SECRET)->secret);
    assert_false(keys_row(KEY_CLIENT_ID)->secret);
}

/* The longest id in the longest key is not cut. */
static void test_room(void **state)
{
    (void)state;
    char longest[KEYS_PROVIDER_MAX + 1];
    memset(longest, 'x', KEYS_PROVIDER_MAX);
    longest[KEYS_PROVIDER_MAX] = '\0';
    for (enum keys_id id = 0; id < KEYS_COUNT; id++) {
        struct keys_name name;
        const char *suffix = keys_suffix(keys_row(id));
        if (suffix == NULL)
            continue;
        (void)keys_name(&name, id, KEYS_ID_TOKEN, longest);
        size_t size = strlen(name.text);
        assert_string_equal(name.text + size - strlen(suffix), suffix);
    }
}

static void assert_matches(const char *written, enum keys_id id, enum keys_scope scope,
                           const char *provider)
{
    struct keys_match match;
    assert_true(keys_match(written, ids, 2, &match));
    assert_int_equal(match.id, id);
    assert_int_equal(match.scope, scope);
    assert_int_equal(match.provider_size, strlen(provider));
    if (match.provider_size > 0)
        assert_memory_equal(match.provider, provider, match.provider_size);
}

static void test_match(void **state)
{
    (void)state;
    struct keys_match match;
    assert_matches("siteUrl", KEY_SITE_URL, KEYS_SHARED, "");
    assert_matches("openid.tos", KEY_TOS, KEYS_SHARED, "");
    assert_matches("openid.aaf.clientId", KEY_CLIENT_ID, KEYS_SHARED, "aaf");
    assert_matches("openid.google.clientId", KEY_CLIENT_ID, KEYS_SHARED, "google");
    assert_matches("openid.my.idp.clientId", KEY_CLIENT_ID, KEYS_SHARED, "my.idp");
    assert_matches("openid.your.idp.clientId", KEY_CLIENT_ID, KEYS_SHARED, "your.idp");
    assert_matches("openid.aaf.bearer.enabled", KEY_BEARER, KEYS_SHARED, "aaf");
    assert_matches("openid.aaf.bearer.audCheck.enabled", KEY_AUDIENCE_CHECK, KEYS_BEARER, "aaf");
    assert_matches("openid.x.idToken.roleCheck.enabled", KEY_ROLE_CHECK, KEYS_ID_TOKEN, "x");
    assert_false(keys_match("openid.aaf.clientID", ids, 2, &match));
    assert_false(keys_match("openid..clientId", ids, 2, &match));
    assert_false(keys_match("openid.clientId", ids, 2, &match));
    assert_false(keys_match("openid.aaf.bearer.clientId.x", ids, 2, &match));
    assert_false(keys_match("clientId", NULL, 0, &match));
    assert_false(keys_match("", NULL, 0, &match));
}

static void assert_guess(const char *written, const char *meant, bool only_case)
{
    struct keys_guess guess;
    assert_true(keys_guess(written, ids, 1, &guess));
    assert_string_equal(guess.name.text, meant);
    assert_int_equal(guess.only_case, only_case);
}

static void test_guess(void **state)
{
    (void)state;
    assert_guess("openid.aaf.clientID", "openid.aaf.clientId", true);
    assert_guess("OpenID.AAF.ClientId", "openid.aaf.clientId", true);
    assert_guess("openid.aaf.clinetId", "openid.aaf.clientId", false);
    assert_guess("openid.aaf.shouldFilterEmailDomain", "openid.aaf.shouldFilterEmailDomains",
                 false);
    assert_guess("openid.aaf.logoutUrl", "openid.aaf.logoutUri", false);
    assert_guess("openid.google.clientid", "openid.google.clientId", true);
    assert_guess("clientId", "openid.aaf.clientId", false);
    assert_guess("aaf.clientId", "openid.aaf.clientId", false);
    assert_guess("siteURL", "siteUrl", true);
    assert_guess("enable", "enabled", false);
    assert_guess("openid.aaf.preEstablishedRedirUri", "preEstablishedRedirUri", false);
    assert_guess("id", "provider.id", false);
    assert_guess("provider_id", "provider.id", false);
    assert_guess("openid_aaf_clientId", "openid.aaf.clientId", false);
    assert_guess("openid.aaf.client-id", "openid.aaf.clientId", false);
    assert_guess("openid.aafclientId", "openid.aaf.clientId", false);
    assert_guess("oidc.aaf.clientId", "openid.aaf.clientId", false);
    assert_guess("openid.AAF.clientId", "openid.aaf.clientId", true);
    assert_guess("openid.aaf.tokenEndpoint", "openid.aaf.accessTokenUri", false);
    assert_guess("openid.aaf.roleCheck.bearer.enabled", "openid.aaf.bearer.roleCheck.enabled",
                 false);
    assert_guess("openid.aaf.idToken.pkceEnabled", "openid.aaf.pkceEnabled", false);
    assert_guess("openid.aaf.idtoken.roleCheck.enable", "openid.aaf.idToken.roleCheck.enabled",
                 false);
}

static void test_no_guess(void **state)
{
    (void)state;
    struct keys_guess guess;
    char longer[KEYS_ROOM + 2];
    memset(longer, 'c', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_false(keys_guess("openid.aaf.id", ids, 1, &guess));
    assert_false(keys_guess("openid.aaf.test", ids, 1, &guess));
    assert_false(keys_guess("openid.aaf.allowedGroups", ids, 1, &guess));
    assert_false(keys_guess("", ids, 1, &guess));
    assert_false(keys_guess(longer, ids, 1, &guess));
    /* What a guess repeats is an id, never other text of the file. */
    assert_false(keys_guess("openid.a b.clientId", ids, 1, &guess));
    /* Which provider is open when there are several. */
    assert_true(keys_guess("clientSecret", ids, 2, &guess));
    assert_string_equal(guess.name.text, "openid.P.clientSecret");
}

/* Which generation reads what, and what it costs when it is not there. */
static void test_readers(void **state)
{
    (void)state;
    assert_int_equal(keys_readers(KEY_CLIENT_ID), READERS_PLUGINS);
    assert_int_equal(keys_readers(KEY_ENABLED), READER(READER_PLUGIN_1_0));
    assert_int_equal(keys_readers(KEY_USER_AUTO_ENABLED),
                     READER(READER_PLUGIN_1_0) | READER(READER_PLUGIN_1_3));
    assert_int_equal(keys_readers(KEY_USERNAME_PATTERN),
                     READER(READER_PLUGIN_1_3) | READER(READER_PLUGIN_1_6));
    assert_int_equal(keys_readers(KEY_AUTO_LOGIN), READER(READER_PLUGIN_1_6));
    assert_null(keys_absence(KEY_NAME));
    for (enum keys_id id = 0; id < KEYS_COUNT; id++) {
        const struct keys_absence *absence = keys_absence(id);
        if (absence == NULL)
            continue;
        assert_int_not_equal(impact_readers(&absence->impact), 0);
        assert_true(strlen(absence->effect) > 10);
    }
}

static void test_near_ids(void **state)
{
    (void)state;
    assert_true(keys_near_ids(slice_of("aff"), "aaf"));
    assert_true(keys_near_ids(slice_of("aa-f"), "aaf"));
    assert_true(keys_near_ids(slice_of("aaff"), "aaf"));
    assert_false(keys_near_ids(slice_of("google"), "aaf"));
    assert_false(keys_near_ids(slice_of("ab"), "aa"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),     cmocka_unit_test(test_room),
        cmocka_unit_test(test_match),    cmocka_unit_test(test_guess),
        cmocka_unit_test(test_no_guess), cmocka_unit_test(test_readers),
        cmocka_unit_test(test_near_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
