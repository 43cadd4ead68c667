/* Alias tokens: what is attached to a session comes back, and nothing else does. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "server/xnat_token.h"

#define ALIAS "4d5ab1c0-1df5-4a7e-9f3c-0d9a3f6f1b11"

static const struct xnat_token usual = {
    .alias = ALIAS, .secret = "s3cret", .issued_at = 1000, .expires_at = 2000};

static oidc_session *new_session(void)
{
    const oidc_identity identity = {.provider = "aaf",
                                    .issuer = "https://central.aaf.edu.au",
                                    .subject = "s",
                                    .username = "aaf_s",
                                    .email = "",
                                    .given_name = "",
                                    .family_name = "",
                                    .provider_session = ""};
    oidc_session *session = NULL;

    assert_int_equal(oidc_session_new(&identity, 1000, 2000, &session, NULL), OIDC_OK);
    return session;
}

static void same_token(const struct xnat_token *a, const struct xnat_token *b)
{
    assert_string_equal(a->alias, b->alias);
    assert_string_equal(a->secret, b->secret);
    assert_true(a->issued_at == b->issued_at);
    assert_true(a->expires_at == b->expires_at);
}

static void a_token_comes_back(void **state)
{
    struct xnat_token longest = {.issued_at = 0, .expires_at = INT64_MAX};
    const struct xnat_token *const tokens[] = {&usual, &longest};

    (void)state;
    memset(longest.alias, 'a', XNAT_ALIAS_MAX);
    memset(longest.secret, 'Z', XNAT_SECRET_MAX);
    for (size_t i = 0; i < COUNT(tokens); i++) {
        oidc_session *session = new_session();
        struct xnat_token found;

        assert_int_equal(xnat_token_attach(tokens[i], session, NULL), OIDC_OK);
        assert_true(xnat_token_of(session, &found));
        same_token(&found, tokens[i]);
        oidc_session_free(&session);
    }
}

static bool is_token(oidc_session *session, const unsigned char *bytes, size_t size)
{
    struct xnat_token found;
    bool is;

    assert_int_equal(oidc_session_attach(session, bytes, size, NULL), OIDC_OK);
    is = xnat_token_of(session, &found);
    if (!is) {
        assert_string_equal(found.alias, "");
        assert_string_equal(found.secret, "");
    }
    return is;
}

static void what_is_no_token_is_none(void **state)
{
    unsigned char bytes[OIDC_SESSION_ATTACHMENT_MAX] = {0};
    oidc_session *session = new_session();
    size_t size = 0;

    (void)state;
    assert_false(is_token(session, NULL, 0));
    assert_int_equal(xnat_token_attach(&usual, session, NULL), OIDC_OK);
    memcpy(bytes, oidc_session_attachment(session, &size), 17 + 1 + strlen(ALIAS) + 1 + 6);
    assert_int_equal(size, 17 + 1 + strlen(ALIAS) + 1 + 6);
    assert_true(is_token(session, bytes, size));
    for (size_t cut = 0; cut < size; cut++)
        assert_false(is_token(session, bytes, cut));
    assert_false(is_token(session, bytes, size + 1));
    bytes[0]++; /* another version */
    assert_false(is_token(session, bytes, size));
    bytes[0]--;
    bytes[1] = 0x80; /* a time before the beginning */
    assert_false(is_token(session, bytes, size));
    bytes[1] = 0;
    bytes[18] = ':'; /* in the alias: the secret would begin elsewhere */
    assert_false(is_token(session, bytes, size));
    bytes[18] = '4';
    bytes[size - 1] = '\0';
    assert_false(is_token(session, bytes, size));
    bytes[size - 1] = 't';
    assert_true(is_token(session, bytes, size));
    oidc_session_free(&session);
}

static void words_are_letters_digits_and_dashes(void **state)
{
    (void)state;
    assert_true(xnat_token_is_word(ALIAS, XNAT_ALIAS_MAX));
    assert_true(xnat_token_is_word("aZ09-", 5));
    assert_false(xnat_token_is_word("aZ09-x", 5));
    assert_false(xnat_token_is_word("", 5));
    for (int c = 1; c < 256; c++) {
        const char word[] = {'a', (char)c, '\0'};
        bool fits =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';

        assert_int_equal(xnat_token_is_word(word, 5), fits);
    }
}

/* RFC 7617, section 2, whose example this is. */
static void credentials_are_basic(void **state)
{
    static const struct {
        const char *user, *password, *text;
    } pairs[] = {
        {"Aladdin", "open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
        {"a", "b", "Basic YTpi"},
        {"a", "", "Basic YTo="},
        {"", "", "Basic Og=="},
    };
    char *text;

    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        text = xnat_authorization(pairs[i].user, pairs[i].password);
        assert_string_equal(text, pairs[i].text);
        xnat_authorization_free(text);
    }
    text = xnat_token_authorization(&(struct xnat_token){.alias = "a", .secret = "b"});
    assert_string_equal(text, "Basic YTpi");
    xnat_authorization_free(text);
    xnat_authorization_free(NULL);
}

static void renewed_before_it_ends(void **state)
{
    (void)state;
    assert_true(xnat_token_renew_at(&usual) == 1750);
    assert_true(xnat_token_renew_at(&(struct xnat_token){.issued_at = 1000, .expires_at = 1001}) ==
                1001);
    assert_true(xnat_token_renew_at(&(struct xnat_token){.issued_at = 0, .expires_at = INT64_MAX}) <
                INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_comes_back),
        cmocka_unit_test(what_is_no_token_is_none),
        cmocka_unit_test(words_are_letters_digits_and_dashes),
        cmocka_unit_test(credentials_are_basic),
        cmocka_unit_test(renewed_before_it_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
