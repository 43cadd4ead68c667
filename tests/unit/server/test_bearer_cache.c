/* The cache of bearer tokens: found by digest until they expire or have to be verified anew,
 * bounded, and nothing freed while somebody holds it. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "server/bearer_cache.h"
#include "tests/support/flow.h"

#define EXPIRES (FLOW_NOW + 100 + 60)

static struct mint_key *key;
static struct flow flow;

static int begin(void **state)
{
    (void)state;
    key = mint_rsa(2048, "one");
    flow_begin(&flow, key,
               "openid.aaf.bearer.enabled=true\nopenid.aaf.audCheck.acceptedAudiences=xnat\n"
               "openid.aaf.idToken.audCheck.enabled=false\n",
               NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    flow_end(&flow);
    mint_free(key);
    return 0;
}

/* A verified token of a subject, for so many seconds. */
static oidc_bearer *bearer_of(unsigned number, long long seconds)
{
    char *claims = flow_text("{\"iss\":\"" FLOW_ISSUER "\",\"aud\":\"xnat\",\"sub\":\"s%u\","
                             "\"exp\":%lld}",
                             number, (long long)FLOW_NOW + seconds);
    char *token = mint_token(key, "RS256", claims);
    oidc_bearer *bearer = NULL;

    assert_int_equal(oidc_bearer_new(token, strlen(token), &bearer), OIDC_OK);
    oidc_bearer_use_provider(bearer, flow.provider, FLOW_NOW);
    assert_int_equal(oidc_bearer_next(bearer), OIDC_BEARER_DONE);
    free(token);
    free(claims);
    return bearer;
}

/* The first byte chooses the set: the same for all, so that they compete. */
static void digest_of(unsigned number, unsigned char digest[DIGEST_SIZE])
{
    memset(digest, 0, DIGEST_SIZE);
    memcpy(digest + 1, &number, sizeof(number));
}

static struct bearer_entry *added_for(struct bearer_cache *cache, unsigned number,
                                      long long seconds)
{
    unsigned char digest[DIGEST_SIZE];
    struct bearer_entry *entry;

    digest_of(number, digest);
    entry = bearer_cache_add(cache, digest, bearer_of(number, seconds), FLOW_NOW);
    assert_non_null(entry);
    return entry;
}

static struct bearer_entry *added(struct bearer_cache *cache, unsigned number)
{
    return added_for(cache, number, 100);
}

static struct bearer_entry *found(struct bearer_cache *cache, unsigned number, int64_t now)
{
    unsigned char digest[DIGEST_SIZE];

    digest_of(number, digest);
    return bearer_cache_find(cache, digest, now);
}

static const char *subject_of(const struct bearer_entry *entry)
{
    return oidc_bearer_identity(entry->bearer)->subject;
}

static void found_by_its_whole_digest(void **state)
{
    struct bearer_cache *cache = bearer_cache_new();
    unsigned char digest[DIGEST_SIZE];
    struct bearer_entry *entry;

    (void)state;
    assert_null(found(cache, 1, FLOW_NOW));
    entry = added(cache, 1);
    bearer_entry_unref(entry);
    assert_ptr_equal(found(cache, 1, FLOW_NOW), entry);
    bearer_entry_unref(entry);
    digest_of(1, digest);
    digest[DIGEST_SIZE - 1] ^= 1;
    assert_null(bearer_cache_find(cache, digest, FLOW_NOW));
    bearer_cache_free(cache);
}

static void found_until_it_expires(void **state)
{
    struct bearer_cache *cache = bearer_cache_new();
    struct bearer_entry *entry;

    (void)state;
    bearer_entry_unref(added(cache, 1));
    entry = found(cache, 1, EXPIRES - 1);
    assert_non_null(entry);
    assert_null(found(cache, 1, EXPIRES));
    assert_null(found(cache, 1, EXPIRES - 1)); /* forgotten, not only passed over */
    assert_string_equal(subject_of(entry), "s1");
    bearer_entry_unref(entry);
    bearer_cache_free(cache);
}

/* However long a token lives: its key may have been withdrawn. */
static void found_until_it_is_to_be_verified_anew(void **state)
{
    const int64_t end = FLOW_NOW + BEARER_CACHE_AGE;
    struct bearer_cache *cache = bearer_cache_new();

    (void)state;
    bearer_entry_unref(added_for(cache, 1, 10LL * BEARER_CACHE_AGE));
    for (int64_t now = FLOW_NOW; now < end; now += BEARER_CACHE_AGE / 3) {
        struct bearer_entry *entry = found(cache, 1, now);

        assert_non_null(entry); /* and being used does not make it younger */
        bearer_entry_unref(entry);
    }
    assert_null(found(cache, 1, end));
    bearer_entry_unref(added(cache, 1)); /* as after another look */
    bearer_entry_unref(found(cache, 1, FLOW_NOW));
    assert_null(found(cache, 1, FLOW_NOW - 1000)); /* the clock has been put back */
    bearer_cache_free(cache);
}

/* More tokens than a set has room for: the newest stay, and one that is held stays usable. */
static void bounded_and_safe_to_hold(void **state)
{
    struct bearer_cache *cache = bearer_cache_new();
    struct bearer_entry *held = added(cache, 0);
    unsigned kept = 0;

    (void)state;
    for (unsigned number = 1; number < 8; number++)
        bearer_entry_unref(added(cache, number));
    for (unsigned number = 0; number < 8; number++) {
        struct bearer_entry *entry = found(cache, number, FLOW_NOW);

        if (entry)
            kept++;
        assert_int_equal(entry != NULL, number >= 4);
        bearer_entry_unref(entry);
    }
    assert_int_equal(kept, 4);
    assert_string_equal(subject_of(held), "s0");
    bearer_entry_unref(held);
    bearer_cache_free(cache);
}

static void what_is_removed_is_gone(void **state)
{
    struct bearer_cache *cache = bearer_cache_new();
    struct bearer_entry *held;

    (void)state;
    for (unsigned number = 1; number < 4; number++)
        bearer_entry_unref(added(cache, number));
    held = found(cache, 2, FLOW_NOW);
    bearer_cache_remove(cache, held);
    bearer_cache_remove(cache, held); /* once is enough */
    assert_null(found(cache, 2, FLOW_NOW));
    for (unsigned number = 1; number < 4; number += 2) {
        struct bearer_entry *entry = found(cache, number, FLOW_NOW);

        assert_non_null(entry);
        bearer_entry_unref(entry);
    }
    assert_string_equal(subject_of(held), "s2");
    bearer_entry_unref(held);
    bearer_entry_unref(NULL);
    bearer_cache_free(cache);
    bearer_cache_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(found_by_its_whole_digest),
        cmocka_unit_test(found_until_it_expires),
        cmocka_unit_test(found_until_it_is_to_be_verified_anew),
        cmocka_unit_test(bounded_and_safe_to_hold),
        cmocka_unit_test(what_is_removed_is_gone),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
