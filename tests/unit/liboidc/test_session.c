/* Sessions: what goes in comes out, everything fits into a cookie, nothing malformed is read. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "liboidc/sealing.h"
#include "liboidc/session_plain.h"

static const oidc_identity ada = {
    .provider = "aaf",
    .issuer = "https://central.aaf.edu.au",
    .subject = "7f1e-41",
    .username = "aaf-7f1e-41",
    .email = "ada@uni.example",
    .given_name = "Ad\xc3\xa4",
    .family_name = "",
    .provider_session = "q83vEjRWeJCrze8SNFZ4kA",
    .auto_enabled = true,
    .auto_verified = false,
    .create_user = true,
};

static oidc_keyring *ring;

static int make_ring(void **state)
{
    (void)state;
    return oidc_keyring_generate(&ring, NULL) == OIDC_OK ? 0 : -1;
}

static int free_ring(void **state)
{
    (void)state;
    oidc_keyring_unref(&ring);
    return 0;
}

static oidc_session *new_session(const oidc_identity *identity)
{
    oidc_session *session = NULL;
    oidc_error error;

    if (oidc_session_new(identity, 1000, 2000, &session, &error) != OIDC_OK)
        fail_msg("%s", error.detail);
    return session;
}

static char *seal(const oidc_session *session)
{
    char *text = NULL;

    assert_int_equal(oidc_session_seal(session, ring, &text, NULL), OIDC_OK);
    return text;
}

static void same_identity(const oidc_identity *a, const oidc_identity *b)
{
    assert_string_equal(a->provider, b->provider);
    assert_string_equal(a->issuer, b->issuer);
    assert_string_equal(a->subject, b->subject);
    assert_string_equal(a->username, b->username);
    assert_string_equal(a->email, b->email);
    assert_string_equal(a->given_name, b->given_name);
    assert_string_equal(a->family_name, b->family_name);
    assert_string_equal(a->provider_session, b->provider_session);
    assert_int_equal(a->auto_enabled, b->auto_enabled);
    assert_int_equal(a->auto_verified, b->auto_verified);
    assert_int_equal(a->create_user, b->create_user);
}

/* What counts at a sign-in alone: nobody is refused in mid-session for it. */
static void what_a_session_does_not_keep_is_false(void **state)
{
    oidc_identity identity = ada;
    oidc_session *session, *opened = NULL;
    char *text;

    (void)state;
    identity.email_unverified = true;
    identity.username_of_subject = true;
    session = new_session(&identity);
    text = seal(session);
    assert_int_equal(oidc_session_open(ring, text, strlen(text), 1999, &opened, NULL), OIDC_OK);
    assert_false(oidc_session_identity(session)->email_unverified);
    assert_false(oidc_session_identity(session)->username_of_subject);
    assert_false(oidc_session_identity(opened)->email_unverified);
    assert_false(oidc_session_identity(opened)->username_of_subject);
    oidc_session_free(&opened);
    oidc_session_free(&session);
    free(text);
}

static void what_goes_in_comes_out(void **state)
{
    oidc_identity identity = ada;

    (void)state;
    for (unsigned flags = 0; flags < 8; flags++) {
        identity.auto_enabled = flags & 1;
        identity.auto_verified = flags & 2;
        identity.create_user = flags & 4;
        oidc_session *session = new_session(&identity);
        same_identity(oidc_session_identity(session), &identity);
        oidc_session_touch(session, 1500);
        assert_int_equal(oidc_session_millisecond(session), 0);
        oidc_session_set_millisecond(session, 998 + flags);
        char *text = seal(session);
        oidc_session *opened = NULL;
        assert_int_equal(oidc_session_open(ring, text, strlen(text), 1999, &opened, NULL), OIDC_OK);
        same_identity(oidc_session_identity(opened), &identity);
        assert_memory_equal(oidc_session_id(opened), oidc_session_id(session),
                            OIDC_SESSION_ID_SIZE);
        assert_int_equal(oidc_session_issued_at(opened), 1000);
        assert_int_equal(oidc_session_millisecond(opened), flags == 0 ? 998 : 999);
        assert_int_equal(oidc_session_expires_at(opened), 2000);
        assert_int_equal(oidc_session_seen_at(opened), 1500);
        oidc_session_free(&opened);
        oidc_session_free(&session);
        assert_null(session);
        free(text);
    }
}

static void the_identity_is_copied(void **state)
{
    char name[] = "Ada";
    oidc_identity identity = ada;

    (void)state;
    identity.given_name = name;
    oidc_session *session = new_session(&identity);
    name[0] = 'X';
    assert_string_equal(oidc_session_identity(session)->given_name, "Ada");
    assert_int_equal(oidc_session_seen_at(session), 1000);
    oidc_session_free(&session);
}

static void each_session_has_its_own_id(void **state)
{
    oidc_session *one = new_session(&ada);
    oidc_session *two = new_session(&ada);

    (void)state;
    assert_memory_not_equal(oidc_session_id(one), oidc_session_id(two), OIDC_SESSION_ID_SIZE);
    oidc_session_free(&one);
    oidc_session_free(&two);
}

static void it_ends_when_it_says(void **state)
{
    oidc_session *session = new_session(&ada);
    char *text = seal(session);
    oidc_session *opened = (oidc_session *)&opened;
    oidc_error error;

    (void)state;
    assert_int_equal(oidc_session_open(ring, text, strlen(text), 2000, &opened, &error),
                     OIDC_E_SESSION_EXPIRED);
    assert_null(opened);
    assert_non_null(strstr(error.detail, "0 seconds ago"));
    assert_int_equal(oidc_session_open(ring, text, strlen(text), INT64_MAX, &opened, &error),
                     OIDC_E_SESSION_EXPIRED);
    free(text);
    oidc_session_free(&session);
}

static void what_is_no_session_is_invalid(void **state)
{
    static const char *const texts[] = {"", "x", "nonsense",
                                        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    oidc_session *opened = (oidc_session *)&opened;
    char *other = NULL;
    oidc_session *session = new_session(&ada);
    char *text = seal(session);

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_int_equal(oidc_session_open(ring, texts[i], strlen(texts[i]), 1500, &opened, NULL),
                         OIDC_E_SESSION_INVALID);
        assert_null(opened);
    }
    text[strlen(text) / 2] ^= 1;
    assert_int_equal(oidc_session_open(ring, text, strlen(text), 1500, &opened, NULL),
                     OIDC_E_SESSION_INVALID);
    /* sealed by us and for sessions, but not a session */
    assert_int_equal(seal_text(ring, SEAL_SESSION, "junk", 4, &other, NULL), OIDC_OK);
    assert_int_equal(oidc_session_open(ring, other, strlen(other), 1500, &opened, NULL),
                     OIDC_E_SESSION_INVALID);
    assert_null(opened);
    free(other);
    free(text);
    oidc_session_free(&session);
}

/* A session sealed as the state of a sign-in, and the other way round. */
static void a_state_is_no_session(void **state)
{
    unsigned char plain[SESSION_PLAIN_MAX];
    oidc_session *session = new_session(&ada);
    oidc_session *opened = NULL;
    char *text = NULL;

    (void)state;
    size_t size = session_write(session, plain);
    assert_int_equal(seal_text(ring, SEAL_STATE, plain, size, &text, NULL), OIDC_OK);
    assert_int_equal(oidc_session_open(ring, text, strlen(text), 1500, &opened, NULL),
                     OIDC_E_SESSION_INVALID);
    free(text);
    oidc_session_free(&session);
}

static const struct {
    size_t offset;
    size_t max;
} limits[] = {
    {offsetof(oidc_identity, provider), OIDC_SESSION_PROVIDER_MAX},
    {offsetof(oidc_identity, issuer), OIDC_ISSUER_MAX},
    {offsetof(oidc_identity, subject), OIDC_SUBJECT_MAX},
    {offsetof(oidc_identity, username), OIDC_USERNAME_MAX},
    {offsetof(oidc_identity, email), OIDC_EMAIL_MAX},
    {offsetof(oidc_identity, given_name), OIDC_NAME_MAX},
    {offsetof(oidc_identity, family_name), OIDC_NAME_MAX},
    {offsetof(oidc_identity, provider_session), OIDC_PROVIDER_SESSION_LENGTH},
};

static void set_text(oidc_identity *identity, size_t i, const char *text)
{
    memcpy((char *)identity + limits[i].offset, &text, sizeof text);
}

/* --- what the program attaches ------------------------------------------------------------------
 */

static const unsigned char longest_attachment[OIDC_SESSION_ATTACHMENT_MAX] = "a\0b";

static void attach(oidc_session *session, const void *bytes, size_t size)
{
    assert_int_equal(oidc_session_attach(session, bytes, size, NULL), OIDC_OK);
}

static void is_attached(const oidc_session *session, const void *bytes, size_t size)
{
    size_t found = SIZE_MAX;
    const void *attached = oidc_session_attachment(session, &found);

    assert_int_equal(found, size);
    if (size == 0)
        assert_null(attached);
    else
        assert_memory_equal(attached, bytes, size);
}

static void an_attachment_comes_along(void **state)
{
    static const size_t sizes[] = {1, 2, 255, OIDC_SESSION_ATTACHMENT_MAX};

    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        oidc_session *session = new_session(&ada), *opened = NULL;
        char *text;

        is_attached(session, NULL, 0);
        attach(session, longest_attachment, sizes[i]);
        text = seal(session);
        assert_int_equal(oidc_session_open(ring, text, strlen(text), 1999, &opened, NULL), OIDC_OK);
        is_attached(opened, longest_attachment, sizes[i]);
        same_identity(oidc_session_identity(opened), &ada);
        assert_int_equal(oidc_session_expires_at(opened), 2000);
        oidc_session_free(&opened);
        oidc_session_free(&session);
        free(text);
    }
}

static void an_attachment_is_replaced_and_taken_away(void **state)
{
    oidc_session *session = new_session(&ada);
    unsigned char more[OIDC_SESSION_ATTACHMENT_MAX + 1] = {0};
    oidc_error error;

    (void)state;
    attach(session, "first", 5);
    attach(session, "2nd", 3);
    is_attached(session, "2nd", 3);
    assert_int_equal(oidc_session_attach(session, more, sizeof more, &error), OIDC_E_USAGE);
    is_attached(session, "2nd", 3);
    attach(session, NULL, 0);
    is_attached(session, NULL, 0);
    oidc_session_free(&session);
}

/* Releases that know no attachments write and read version 2: cookies of theirs are still good, and
 * where nothing is attached ours are good for them. */
static void without_attachment_the_form_is_the_old_one(void **state)
{
    unsigned char plain[SESSION_PLAIN_MAX], attached[SESSION_PLAIN_MAX];
    oidc_session *session = new_session(&ada), *read = NULL;
    size_t size = session_write(session, plain);

    (void)state;
    assert_int_equal(plain[0], 2);
    attach(session, "x", 1);
    assert_int_equal(session_write(session, attached), size + 3);
    assert_int_equal(attached[0], 3);
    assert_memory_equal(attached + 1, plain + 1, size - 1);
    assert_memory_equal(attached + size, "\0\1x", 3);
    assert_int_equal(session_read(plain, size, &read, NULL), OIDC_OK);
    is_attached(read, NULL, 0);
    oidc_session_free(&read);
    oidc_session_free(&session);
}

static oidc_code read_plain(const unsigned char *plain, size_t size);

static void every_cut_of_an_attachment_is_refused(void **state)
{
    unsigned char plain[2 * SESSION_PLAIN_MAX] = {0};
    oidc_session *session = new_session(&ada);
    size_t without = session_write(session, plain);
    size_t size;

    (void)state;
    attach(session, longest_attachment, sizeof longest_attachment);
    size = session_write(session, plain);
    assert_int_equal(read_plain(plain, size), OIDC_OK);
    for (size_t cut = 0; cut < size; cut++)
        assert_int_equal(read_plain(plain, cut), OIDC_E_SESSION_INVALID);
    assert_int_equal(read_plain(plain, size + 1), OIDC_E_SESSION_INVALID);
    /* one byte more than may be, with a size that says so */
    plain[without + 1]++;
    assert_int_equal(read_plain(plain, size + 1), OIDC_E_SESSION_INVALID);
    /* nothing attached is version 2: the other spelling is none */
    plain[without] = plain[without + 1] = 0;
    assert_int_equal(read_plain(plain, without + 2), OIDC_E_SESSION_INVALID);
    plain[0] = 2;
    assert_int_equal(read_plain(plain, without + 2), OIDC_E_SESSION_INVALID);
    assert_int_equal(read_plain(plain, without), OIDC_OK);
    oidc_session_free(&session);
}

static void the_longest_identity_fits_into_a_cookie(void **state)
{
    char longest[COUNT(limits)][OIDC_ISSUER_MAX + 1];
    oidc_identity identity = ada;

    (void)state;
    for (size_t i = 0; i < COUNT(limits); i++) {
        memset(longest[i], 'a' + (int)i, limits[i].max);
        longest[i][limits[i].max] = '\0';
        set_text(&identity, i, longest[i]);
    }
    oidc_session *session = new_session(&identity);
    attach(session, longest_attachment, sizeof longest_attachment);
    unsigned char plain[SESSION_PLAIN_MAX];
    assert_int_equal(session_write(session, plain), SESSION_PLAIN_MAX);
    char *text = seal(session);
    assert_true(strlen(text) <= OIDC_SEALED_MAX);
    oidc_session *opened = NULL;
    assert_int_equal(oidc_session_open(ring, text, strlen(text), 1500, &opened, NULL), OIDC_OK);
    same_identity(oidc_session_identity(opened), &identity);
    is_attached(opened, longest_attachment, sizeof longest_attachment);
    oidc_session_free(&opened);
    oidc_session_free(&session);
    free(text);
}

static void identities_that_break_the_promise_are_refused(void **state)
{
    char longer[OIDC_ISSUER_MAX + 2];

    (void)state;
    for (size_t i = 0; i < COUNT(limits); i++) {
        const char *const wrong[] = {NULL, "a\nb", "a\xff", "a\xc2\x80", longer};
        memset(longer, 'x', sizeof longer);
        longer[limits[i].max + 1] = '\0';
        for (size_t j = 0; j < COUNT(wrong); j++) {
            oidc_identity identity = ada;
            oidc_session *session = (oidc_session *)&session;
            oidc_error error;
            set_text(&identity, i, wrong[j]);
            assert_int_equal(oidc_session_new(&identity, 1000, 2000, &session, &error),
                             OIDC_E_USAGE);
            assert_null(session);
            assert_non_null(strstr(error.detail, "the identity's "));
        }
    }
}

/* --- the form inside the seal -------------------------------------------------------------------
 */

static oidc_code read_plain(const unsigned char *plain, size_t size)
{
    /* Exactly as long as it says: the sanitizer watches its end. */
    unsigned char *copy = malloc(size + (size == 0));
    oidc_session *session = (oidc_session *)&session;

    assert_non_null(copy);
    memcpy(copy, plain, size);
    oidc_code code = session_read(copy, size, &session, NULL);
    assert_true((code == OIDC_OK) == (session != NULL));
    oidc_session_free(&session);
    free(copy);
    return code;
}

static void every_cut_and_every_addition_is_refused(void **state)
{
    unsigned char plain[2 * SESSION_PLAIN_MAX] = {0};
    oidc_session *session = new_session(&ada);
    size_t size = session_write(session, plain);

    (void)state;
    assert_int_equal(read_plain(plain, size), OIDC_OK);
    for (size_t cut = 0; cut < size; cut++)
        assert_int_equal(read_plain(plain, cut), OIDC_E_SESSION_INVALID);
    assert_int_equal(read_plain(plain, size + 1), OIDC_E_SESSION_INVALID);
    assert_int_equal(read_plain(plain, size + 2), OIDC_E_SESSION_INVALID);
    assert_int_equal(read_plain(plain, SESSION_PLAIN_MAX + 1), OIDC_E_SESSION_INVALID);
    oidc_session_free(&session);
}

static void versions_flags_and_nuls_are_checked(void **state)
{
    enum { FLAGS_AT = 1, MILLISECOND_AT = 2 + 16 + 8, PROVIDER_AT = 2 + 16 + 26 + 2 };
    unsigned char plain[SESSION_PLAIN_MAX];
    oidc_session *session = new_session(&ada);
    size_t size = session_write(session, plain);

    (void)state;
    for (unsigned value = 0; value < 256; value++) {
        plain[0] = (unsigned char)value;
        assert_int_equal(read_plain(plain, size), value == 2 ? OIDC_OK : OIDC_E_SESSION_INVALID);
    }
    plain[0] = 2;
    for (unsigned value = 0; value < 256; value++) {
        plain[FLAGS_AT] = (unsigned char)value;
        assert_int_equal(read_plain(plain, size), value < 8 ? OIDC_OK : OIDC_E_SESSION_INVALID);
    }
    plain[FLAGS_AT] = 0;
    plain[MILLISECOND_AT] = 999 >> 8;
    plain[MILLISECOND_AT + 1] = 999 & 0xff;
    assert_int_equal(read_plain(plain, size), OIDC_OK);
    plain[MILLISECOND_AT + 1]++;
    assert_int_equal(read_plain(plain, size), OIDC_E_SESSION_INVALID);
    plain[MILLISECOND_AT] = 0;
    assert_memory_equal(plain + PROVIDER_AT, "aaf", 3);
    plain[PROVIDER_AT + 1] = '\0';
    assert_int_equal(read_plain(plain, size), OIDC_E_SESSION_INVALID);
    oidc_session_free(&session);
}

static void a_text_longer_than_its_limit_is_refused(void **state)
{
    unsigned char plain[SESSION_PLAIN_MAX] = {2};
    size_t at = 2 + 16 + 26;

    (void)state;
    /* provider of 256 bytes, the seven other texts empty */
    plain[at] = 1;
    plain[at + 1] = 0;
    memset(plain + at + 2, 'p', 256);
    assert_int_equal(read_plain(plain, at + 2 + 256 + 14), OIDC_E_SESSION_INVALID);
    /* the same with 255 */
    plain[at] = 0;
    plain[at + 1] = 255;
    memset(plain + at + 2 + 255, 0, 14);
    assert_int_equal(read_plain(plain, at + 2 + 255 + 14), OIDC_OK);
}

static void times_of_any_sign_survive(void **state)
{
    static const int64_t times[] = {0, 1, -1, 1700000000, INT64_MAX, INT64_MIN, INT64_MIN + 1};

    (void)state;
    for (size_t i = 0; i < COUNT(times); i++) {
        unsigned char plain[SESSION_PLAIN_MAX];
        oidc_session *session = NULL, *read = NULL;
        assert_int_equal(oidc_session_new(&ada, times[i], times[i], &session, NULL), OIDC_OK);
        size_t size = session_write(session, plain);
        assert_int_equal(session_read(plain, size, &read, NULL), OIDC_OK);
        assert_true(oidc_session_issued_at(read) == times[i]);
        assert_true(oidc_session_expires_at(read) == times[i]);
        assert_true(oidc_session_seen_at(read) == times[i]);
        oidc_session_free(&read);
        oidc_session_free(&session);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out),
        cmocka_unit_test(what_a_session_does_not_keep_is_false),
        cmocka_unit_test(the_identity_is_copied),
        cmocka_unit_test(each_session_has_its_own_id),
        cmocka_unit_test(it_ends_when_it_says),
        cmocka_unit_test(what_is_no_session_is_invalid),
        cmocka_unit_test(a_state_is_no_session),
        cmocka_unit_test(an_attachment_comes_along),
        cmocka_unit_test(an_attachment_is_replaced_and_taken_away),
        cmocka_unit_test(without_attachment_the_form_is_the_old_one),
        cmocka_unit_test(every_cut_of_an_attachment_is_refused),
        cmocka_unit_test(the_longest_identity_fits_into_a_cookie),
        cmocka_unit_test(identities_that_break_the_promise_are_refused),
        cmocka_unit_test(every_cut_and_every_addition_is_refused),
        cmocka_unit_test(versions_flags_and_nuls_are_checked),
        cmocka_unit_test(a_text_longer_than_its_limit_is_refused),
        cmocka_unit_test(times_of_any_sign_survive),
    };
    return cmocka_run_group_tests(tests, make_ring, free_ring);
}
