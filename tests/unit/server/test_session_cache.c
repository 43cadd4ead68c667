/* The session cache: found by digest, bounded, and nothing freed while somebody holds it. */
#include "tests/support/check.h"

#include "server/session_cache.h"

#define NOW 1700000000

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

    assert_int_equal(oidc_session_new(&identity, NOW, NOW + 100, &session, NULL), OIDC_OK);
    return session;
}

static void digest_of(unsigned number, unsigned char digest[DIGEST_SIZE])
{
    memset(digest, 0, DIGEST_SIZE);
    /* The first two bytes choose the set: the same for all, so that they compete. */
    memcpy(digest + 2, &number, sizeof(number));
}

static void found_by_its_whole_digest(void **state)
{
    struct session_cache *cache = session_cache_new();
    unsigned char digest[DIGEST_SIZE];
    struct session_entry *entry;

    (void)state;
    digest_of(1, digest);
    assert_null(session_cache_find(cache, digest));
    entry = session_cache_add(cache, digest, new_session());
    assert_non_null(entry);
    session_entry_unref(entry);
    assert_ptr_equal(session_cache_find(cache, digest), entry);
    session_entry_unref(entry);
    digest[DIGEST_SIZE - 1] ^= 1;
    assert_null(session_cache_find(cache, digest));
    session_cache_free(cache);
}

/* More sessions than a set has room for: the newest stay, and one that is held stays usable. */
static void bounded_and_safe_to_hold(void **state)
{
    struct session_cache *cache = session_cache_new();
    unsigned char digest[DIGEST_SIZE];
    struct session_entry *held;
    unsigned kept = 0;

    (void)state;
    digest_of(0, digest);
    held = session_cache_add(cache, digest, new_session());
    for (unsigned i = 1; i <= 50; i++) {
        digest_of(i, digest);
        session_entry_unref(session_cache_add(cache, digest, new_session()));
    }
    for (unsigned i = 0; i <= 50; i++) {
        struct session_entry *entry;

        digest_of(i, digest);
        entry = session_cache_find(cache, digest);
        kept += entry != NULL;
        session_entry_unref(entry);
    }
    assert_in_range(kept, 1, 8);
    assert_string_equal(oidc_session_identity(held->session)->username, "aaf_s");
    session_entry_unref(held);
    session_cache_free(cache);
}

static void removed_is_not_found(void **state)
{
    struct session_cache *cache = session_cache_new();
    unsigned char digest[DIGEST_SIZE];
    struct session_entry *entry;

    (void)state;
    digest_of(7, digest);
    entry = session_cache_add(cache, digest, new_session());
    session_cache_remove(cache, entry);
    assert_null(session_cache_find(cache, digest));
    session_cache_remove(cache, entry); /* again: nothing happens */
    session_entry_unref(entry);
    session_entry_unref(NULL);
    session_cache_free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(found_by_its_whole_digest),
        cmocka_unit_test(bounded_and_safe_to_hold),
        cmocka_unit_test(removed_is_not_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
