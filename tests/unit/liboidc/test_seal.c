/* Sealing: known answers, every bit, every purpose, key changes and key files. */
#include "tests/support/check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "liboidc/base64url.h"
#include "liboidc/sealing.h"
#include "liboidc/secret.h"

#define OVERHEAD 33 /* version, hint, nonce, tag */

/* The bytes 0 to 31, and two others. */
#define KEY_1 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define KEY_2 "//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA="
#define KEY_3 "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"

static oidc_keyring *ring_of(const char *text)
{
    oidc_keyring *ring = NULL;
    oidc_error error;

    if (oidc_keyring_parse(text, strlen(text), &ring, &error) != OIDC_OK)
        fail_msg("%s: %s", text, error.detail);
    return ring;
}

static char *seal(oidc_keyring *ring, enum seal_purpose purpose, const char *plain)
{
    char *text = NULL;

    assert_int_equal(seal_text(ring, purpose, plain, strlen(plain), &text, NULL), OIDC_OK);
    return text;
}

static void opens_to(oidc_keyring *ring, enum seal_purpose purpose, const char *text,
                     const char *expected)
{
    void *plain = NULL;
    size_t size = 0;

    assert_int_equal(seal_open(ring, purpose, text, strlen(text), &plain, &size, NULL), OIDC_OK);
    assert_int_equal(size, strlen(expected));
    assert_string_equal(plain, expected);
    secret_free(plain, size);
}

static void stays_shut(oidc_keyring *ring, enum seal_purpose purpose, const char *text, size_t size)
{
    void *plain = &plain;
    size_t plain_size = 99;
    oidc_code invalid = purpose == SEAL_STATE ? OIDC_E_STATE_INVALID : OIDC_E_SESSION_INVALID;
    oidc_error error;

    if (seal_open(ring, purpose, text, size, &plain, &plain_size, &error) != invalid)
        fail_msg("%.*s was opened, or failed otherwise", (int)size, text);
    assert_null(plain);
    assert_int_equal(plain_size, 0);
    assert_int_equal(error.code, invalid);
}

/* Made by another implementation of HKDF (RFC 5869) and AES-GCM: the form is what the file says. */
static void texts_of_another_implementation_open(void **state)
{
    oidc_keyring *ring = ring_of(KEY_1);

    (void)state;
    opens_to(ring, SEAL_STATE,
             "AfEty_cRERERERERERERERG4llyC4nUHneFBfMQzgIc3DkhTJZ7kOM946ZkxOYg4_0tM",
             "state of a sign-in");
    opens_to(ring, SEAL_SESSION, "Afc5UmUiIiIiIiIiIiIiIiI066j5TQUTq-qYcvL-MuwF-rv5Q3HAg1Jj",
             "a session");
    oidc_keyring_unref(&ring);
    assert_null(ring);
}

static void what_was_sealed_opens(void **state)
{
    oidc_keyring *ring = NULL;
    char plain[OIDC_SEAL_PLAIN_MAX + 2];

    (void)state;
    assert_int_equal(oidc_keyring_generate(&ring, NULL), OIDC_OK);
    memset(plain, 'p', sizeof plain);
    for (size_t size = 0; size <= OIDC_SEAL_PLAIN_MAX; size += size < 100 ? 1 : 250) {
        plain[size] = '\0';
        char *text = seal(ring, SEAL_SESSION, plain);
        assert_int_equal(strlen(text), base64url_encoded_size(OVERHEAD + size));
        assert_true(strlen(text) <= OIDC_SEALED_MAX);
        opens_to(ring, SEAL_SESSION, text, plain);
        free(text);
        plain[size] = 'p';
    }
    plain[OIDC_SEAL_PLAIN_MAX + 1] = '\0';
    char *text = plain;
    assert_int_equal(seal_text(ring, SEAL_SESSION, plain, OIDC_SEAL_PLAIN_MAX + 1, &text, NULL),
                     OIDC_E_USAGE);
    assert_null(text);
    oidc_keyring_unref(&ring);
}

static void no_bit_can_be_changed(void **state)
{
    oidc_keyring *ring = ring_of(KEY_1 "\n" KEY_2 "\n" KEY_3);
    char *text = seal(ring, SEAL_STATE, "what a sign-in needs");
    unsigned char sealed[256];
    char changed[512];
    size_t size = 0;

    (void)state;
    assert_true(base64url_decode(text, strlen(text), sealed, &size));
    for (size_t bit = 0; bit < 8 * size; bit++) {
        sealed[bit / 8] ^= (unsigned char)(1U << bit % 8);
        base64url_encode(sealed, size, changed);
        stays_shut(ring, SEAL_STATE, changed, strlen(changed));
        sealed[bit / 8] ^= (unsigned char)(1U << bit % 8);
    }
    base64url_encode(sealed, size, changed);
    opens_to(ring, SEAL_STATE, changed, "what a sign-in needs");
    free(text);
    oidc_keyring_unref(&ring);
}

static void nothing_can_be_cut_or_added(void **state)
{
    oidc_keyring *ring = ring_of(KEY_1);
    char *text = seal(ring, SEAL_STATE, "what a sign-in needs");
    unsigned char sealed[256];
    char changed[512];
    size_t size = 0;

    (void)state;
    assert_true(base64url_decode(text, strlen(text), sealed, &size));
    memset(sealed + size, 0, sizeof sealed - size);
    /* every shorter text, among them those with a tag of 12, 4, 1 and 0 bytes; and longer ones */
    for (size_t cut = 0; cut < size + 20; cut++) {
        base64url_encode(sealed, cut, changed);
        if (cut != size)
            stays_shut(ring, SEAL_STATE, changed, strlen(changed));
    }
    /* a short ciphertext with its tag cut to fit */
    for (size_t tag = 0; tag < 16; tag++) {
        base64url_encode(sealed, size - 16 + tag, changed);
        stays_shut(ring, SEAL_STATE, changed, strlen(changed));
    }
    /* the text itself, not what it stands for */
    (void)snprintf(changed, sizeof changed, "%s=", text);
    stays_shut(ring, SEAL_STATE, changed, strlen(changed));
    (void)snprintf(changed, sizeof changed, " %s", text);
    stays_shut(ring, SEAL_STATE, changed, strlen(changed));
    stays_shut(ring, SEAL_STATE, text, strlen(text) + 1);
    stays_shut(ring, SEAL_STATE, "", 0);
    free(text);
    oidc_keyring_unref(&ring);
}

static void long_texts_are_not_even_read(void **state)
{
    oidc_keyring *ring = ring_of(KEY_1);
    size_t size = 1024 * 1024;
    char *text = malloc(size);

    (void)state;
    assert_non_null(text);
    memset(text, 'A', size);
    stays_shut(ring, SEAL_STATE, text, size);
    stays_shut(ring, SEAL_STATE, text, base64url_encoded_size(OVERHEAD + OIDC_SEAL_PLAIN_MAX));
    stays_shut(ring, SEAL_STATE, text, base64url_encoded_size(OVERHEAD + OIDC_SEAL_PLAIN_MAX) + 1);
    free(text);
    oidc_keyring_unref(&ring);
}

static void purposes_do_not_open_each_other(void **state)
{
    oidc_keyring *ring = ring_of(KEY_1);

    (void)state;
    for (int sealed = 0; sealed < SEAL_PURPOSES; sealed++) {
        char *text = seal(ring, (enum seal_purpose)sealed, "text");
        for (int opened = 0; opened < SEAL_PURPOSES; opened++) {
            if (opened == sealed)
                opens_to(ring, (enum seal_purpose)opened, text, "text");
            else
                stays_shut(ring, (enum seal_purpose)opened, text, strlen(text));
        }
        free(text);
    }
    oidc_keyring_unref(&ring);
}

/* Not by the hint alone: with the other purpose's hint in it the text stays shut, too. */
static void the_hint_opens_nothing(void **state)
{
    oidc_keyring *ring = ring_of(KEY_1);
    char *state_text = seal(ring, SEAL_STATE, "text");
    char *session_text = seal(ring, SEAL_SESSION, "text");
    unsigned char a[64], b[64];
    char mixed[128];
    size_t size;

    (void)state;
    assert_true(base64url_decode(state_text, strlen(state_text), a, &size));
    assert_true(base64url_decode(session_text, strlen(session_text), b, &size));
    assert_memory_not_equal(a + 1, b + 1, 4);
    memcpy(a + 1, b + 1, 4);
    base64url_encode(a, size, mixed);
    stays_shut(ring, SEAL_SESSION, mixed, strlen(mixed));
    stays_shut(ring, SEAL_STATE, mixed, strlen(mixed));
    free(session_text);
    free(state_text);
    oidc_keyring_unref(&ring);
}

static void the_first_key_seals_and_all_open(void **state)
{
    oidc_keyring *old = ring_of(KEY_1);
    oidc_keyring *both = ring_of(KEY_2 "\n" KEY_1 "\n");
    oidc_keyring *new = ring_of(KEY_2);
    char *by_old = seal(old, SEAL_SESSION, "old");
    char *by_both = seal(both, SEAL_SESSION, "new");

    (void)state;
    opens_to(both, SEAL_SESSION, by_old, "old");
    opens_to(both, SEAL_SESSION, by_both, "new");
    opens_to(new, SEAL_SESSION, by_both, "new");
    stays_shut(new, SEAL_SESSION, by_old, strlen(by_old));
    stays_shut(old, SEAL_SESSION, by_both, strlen(by_both));
    free(by_both);
    free(by_old);
    oidc_keyring_unref(&new);
    oidc_keyring_unref(&both);
    oidc_keyring_unref(&old);
}

static void generated_keys_differ(void **state)
{
    oidc_keyring *one = NULL, *two = NULL;

    (void)state;
    assert_int_equal(oidc_keyring_generate(&one, NULL), OIDC_OK);
    assert_int_equal(oidc_keyring_generate(&two, NULL), OIDC_OK);
    char *text = seal(one, SEAL_STATE, "text");
    stays_shut(two, SEAL_STATE, text, strlen(text));
    free(text);
    oidc_keyring_unref(&one);
    oidc_keyring_unref(&two);
}

static int by_nonce(const void *a, const void *b)
{
    return memcmp(a, b, 12);
}

static void a_nonce_never_comes_twice(void **state)
{
    enum { SEALS = 1000000 };
    unsigned char(*nonces)[12] = malloc(SEALS * sizeof *nonces);
    oidc_keyring *ring = ring_of(KEY_1);

    (void)state;
    assert_non_null(nonces);
    for (size_t i = 0; i < SEALS; i++) {
        unsigned char sealed[64];
        size_t size;
        char *text = NULL;
        if (seal_text(ring, SEAL_STATE, "x", 1, &text, NULL) != OIDC_OK ||
            !base64url_decode(text, strlen(text), sealed, &size))
            fail();
        memcpy(nonces[i], sealed + 5, sizeof nonces[i]);
        free(text);
    }
    qsort(nonces, SEALS, sizeof *nonces, by_nonce);
    for (size_t i = 1; i < SEALS; i++)
        if (by_nonce(nonces[i - 1], nonces[i]) == 0)
            fail_msg("nonce %zu came twice", i);
    free(nonces);
    oidc_keyring_unref(&ring);
}

static void key_files_are_read_line_by_line(void **state)
{
    static const char *const files[] = {
        KEY_1,
        KEY_1 "\n",
        KEY_1 "\r\n",
        "# first\n\n  " KEY_1 "\t\n#" KEY_2 "\n",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", /* no padding */
        KEY_1 "\n" KEY_2 "\n" KEY_3 "\n\n\n",
    };
    oidc_keyring *one = ring_of(KEY_1);
    oidc_keyring *standard = ring_of(KEY_2);
    oidc_keyring *url = ring_of("__79_Pv6-fj39vX08_Lx8O_u7ezr6uno5-bl5OPi4eA");

    (void)state;
    for (size_t i = 0; i < COUNT(files); i++) {
        oidc_keyring *ring = ring_of(files[i]);
        char *text = seal(ring, SEAL_STATE, "text");
        opens_to(one, SEAL_STATE, text, "text");
        free(text);
        oidc_keyring_unref(&ring);
    }
    char *text = seal(standard, SEAL_STATE, "text");
    opens_to(url, SEAL_STATE, text, "text");
    free(text);
    oidc_keyring_unref(&url);
    oidc_keyring_unref(&standard);
    oidc_keyring_unref(&one);
}

static void key_files_that_are_wrong_say_where(void **state)
{
    static const struct {
        const char *text;
        size_t size;
        const char *where;
    } cases[] = {
        {"", 0, "no key"},
        {"\n# nothing\n", 0, "no key"},
        {KEY_1 "\nsecret\n", 0, "line 2 "},
        {"\n\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==", 0, "line 3 "}, /* 31 bytes */
        {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g", 0, "line 1 "},     /* 33 bytes */
        {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=", 0, "line 1 "},     /* stray bits */
        {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8==", 0, "line 1 "},
        {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8 =", 0, "line 1 "},
        {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8A\0", 45, "line 1 "},
        {KEY_1 " " KEY_2, 0, "line 1 "},
        {KEY_1 "\n" KEY_1 "\n" KEY_1 "\n" KEY_1 "\n" KEY_1 "\n" KEY_1 "\n" KEY_1 "\n" KEY_1
               "\n" KEY_1,
         0, "line 9: more than 8"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        oidc_keyring *ring = (oidc_keyring *)&ring;
        oidc_error error;
        size_t size = cases[i].size > 0 ? cases[i].size : strlen(cases[i].text);
        assert_int_equal(oidc_keyring_parse(cases[i].text, size, &ring, &error), OIDC_E_KEY_FILE);
        assert_null(ring);
        if (!strstr(error.detail, cases[i].where))
            fail_msg("\"%s\" does not say \"%s\"", error.detail, cases[i].where);
        assert_null(strstr(error.detail, "secret"));
        assert_null(strstr(error.detail, "AAEC"));
    }
}

static void *use_and_drop(void *argument)
{
    oidc_keyring *ring = argument;

    for (int i = 0; i < 2000; i++) {
        oidc_keyring *mine = oidc_keyring_ref(ring);
        char *text = NULL;
        void *plain = NULL;
        size_t size = 0;
        if (seal_text(mine, SEAL_STATE, "text", 4, &text, NULL) != OIDC_OK ||
            seal_open(mine, SEAL_STATE, text, strlen(text), &plain, &size, NULL) != OIDC_OK ||
            size != 4)
            return argument;
        secret_free(plain, size);
        free(text);
        oidc_keyring_unref(&mine);
    }
    oidc_keyring_unref(&ring);
    return NULL;
}

static void threads_share_a_ring(void **state)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    oidc_keyring *ring = ring_of(KEY_1);

    (void)state;
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, use_and_drop, oidc_keyring_ref(ring)),
                         0);
    oidc_keyring_unref(&ring);
    for (size_t i = 0; i < THREADS; i++) {
        void *failed = NULL;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    assert_null(oidc_keyring_ref(NULL));
    oidc_keyring_unref(&ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_of_another_implementation_open),
        cmocka_unit_test(what_was_sealed_opens),
        cmocka_unit_test(no_bit_can_be_changed),
        cmocka_unit_test(nothing_can_be_cut_or_added),
        cmocka_unit_test(long_texts_are_not_even_read),
        cmocka_unit_test(purposes_do_not_open_each_other),
        cmocka_unit_test(the_hint_opens_nothing),
        cmocka_unit_test(the_first_key_seals_and_all_open),
        cmocka_unit_test(generated_keys_differ),
        cmocka_unit_test(a_nonce_never_comes_twice),
        cmocka_unit_test(key_files_are_read_line_by_line),
        cmocka_unit_test(key_files_that_are_wrong_say_where),
        cmocka_unit_test(threads_share_a_ring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
