/* What is believed of other replicas. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "server/ledger.h"
#include "server/remember.h"

#define NOW 1700000000
#define NOW_MS (INT64_C(1000) * NOW)
#define DAY 86400

static struct site site;

static int begin(void **state)
{
    (void)state;
    site.ledger = ledger_new(10);
    return site.ledger ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    ledger_free(site.ledger);
    return 0;
}

static struct registry_entry entry_of(unsigned kind, int64_t value, int64_t expires_at)
{
    struct registry_entry entry = {.value = value, .expires_at = expires_at};

    entry.key[REGISTRY_KEY_SIZE - 1] = (unsigned char)kind;
    return entry;
}

static void only_what_a_replica_would_tell_is_learnt(void **state)
{
    static const struct {
        unsigned kind;
        int64_t value;
        int64_t expires_at;
        enum learnt learnt;
    } checks[] = {
        {REGISTRY_STATE_USED, 0, NOW + 600, LEARNT},
        {REGISTRY_SESSION_REVOKED, 1, NOW + DAY, LEARNT},
        {REGISTRY_LOGOUT_TOKEN, 0, NOW + 600, LEARNT},
        {REGISTRY_LOGOUT_SUBJECT, NOW_MS, NOW + DAY, LEARNT},
        {REGISTRY_LOGOUT_SESSION, NOW_MS + 600000, NOW + DAY, LEARNT},
        {REGISTRY_LOGOUT_NO_SESSION, NOW_MS, NOW + 31 * DAY, LEARNT},
        {REGISTRY_SESSION_SEEN, NOW, NOW + 600, LEARNT_NOTHING},
        {REGISTRY_USERNAME, 7, NOW + 600, LEARNT_NOTHING},
        {REGISTRY_KINDS, 0, NOW + 600, LEARNT_NOTHING},
        {255, 0, NOW + 600, LEARNT_NOTHING},
        {REGISTRY_STATE_USED, 0, NOW, LEARNT_NOTHING},
        {REGISTRY_STATE_USED, -1, NOW + 600, LEARNT_NOTHING},
        {REGISTRY_STATE_USED, 2, NOW + 600, LEARNT_NOTHING},
        {REGISTRY_STATE_USED, 0, NOW + 31 * DAY + 1, LEARNT_NOTHING},
        {REGISTRY_LOGOUT_SUBJECT, NOW_MS + 600001, NOW + DAY, LEARNT_NOTHING},
        {REGISTRY_LOGOUT_SUBJECT, INT64_MAX, INT64_MAX, LEARNT_NOTHING},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(checks); i++) {
        struct registry_entry entry =
            entry_of(checks[i].kind, checks[i].value, checks[i].expires_at);
        entry.key[0] = (unsigned char)i;
        assert_int_equal(remember_learn(&site, &entry, NOW), checks[i].learnt);
        if (checks[i].kind < REGISTRY_KINDS)
            assert_int_equal(ledger_get(site.ledger, entry.key, NOW, NULL),
                             checks[i].learnt == LEARNT);
    }
}

static void the_latest_sign_out_counts(void **state)
{
    struct registry_entry late = entry_of(REGISTRY_LOGOUT_SUBJECT, NOW_MS, NOW + 100);
    struct registry_entry early = entry_of(REGISTRY_LOGOUT_SUBJECT, NOW_MS - 5, NOW + 50);
    int64_t value = 0;

    (void)state;
    late.key[0] = early.key[0] = 77;
    assert_int_equal(remember_learn(&site, &late, NOW), LEARNT);
    assert_int_equal(remember_learn(&site, &early, NOW), LEARNT);
    assert_int_equal(remember_put(&site, late.key, NOW_MS - 9, NOW + 10, NOW), REGISTRY_ADDED);
    assert_true(ledger_get(site.ledger, late.key, NOW + 99, &value));
    assert_true(value == NOW_MS);
}

static void what_finds_no_room_is_told_from_what_is_none(void **state)
{
    struct registry_entry out = entry_of(REGISTRY_SESSION_REVOKED, 1, NOW + 100);
    struct site small = {.ledger = ledger_new(1)};

    (void)state;
    assert_int_equal(remember_learn(&small, &out, NOW), LEARNT);
    out.key[0] = 1;
    assert_int_equal(remember_learn(&small, &out, NOW), LEARNT_NO_ROOM);
    out.expires_at = NOW;
    assert_int_equal(remember_learn(&small, &out, NOW), LEARNT_NOTHING);
    ledger_free(small.ledger);
}

static void room_is_made_before_a_sign_out(void **state)
{
    struct registry_entry out = entry_of(REGISTRY_LOGOUT_SUBJECT, NOW_MS, NOW + 100);
    struct registry_entry other = out;
    struct site small = {.ledger = ledger_new(1)};
    int64_t value = -1;

    (void)state;
    other.key[0] = 1;
    assert_int_equal(remember_make_room(&small, out.key, NOW + 100, NOW), REGISTRY_ADDED);
    assert_true(ledger_get(small.ledger, out.key, NOW, &value));
    assert_true(value == 0); /* it ends no session yet */
    assert_int_equal(remember_make_room(&small, other.key, NOW + 100, NOW), REGISTRY_FULL);
    assert_int_equal(remember_put(&small, out.key, NOW_MS, NOW + 100, NOW), REGISTRY_ADDED);
    assert_int_equal(remember_make_room(&small, out.key, NOW + 100, NOW), REGISTRY_ADDED);
    assert_true(ledger_get(small.ledger, out.key, NOW, &value));
    assert_true(value == NOW_MS);
    ledger_free(small.ledger);
}

static void what_finds_no_room_did_not_come_before(void **state)
{
    struct site small = {.ledger = ledger_new(1)};
    struct worker worker = {.site = &small, .now = NOW};
    struct claim claim = {.worker = &worker,
                          .item.entry = entry_of(REGISTRY_LOGOUT_TOKEN, 0, NOW + 100)};
    struct claim again = claim;
    struct claim other = claim;

    (void)state;
    other.item.entry.key[0] = 1;
    assert_true(remember_claim(&claim));
    assert_true(claim.first && !claim.full);
    assert_true(remember_claim(&again));
    assert_true(!again.first && !again.full);
    assert_true(remember_claim(&other));
    assert_true(!other.first && other.full);
    ledger_free(small.ledger);
}

static void parts_are_copied_whole(void **state)
{
    struct registry *registry = registry_new(1000);
    size_t total = 0;
    int64_t sum = 0;

    (void)state;
    for (int64_t i = 0; i < 500; i++) {
        unsigned char key[REGISTRY_KEY_SIZE];
        assert_true(registry_key(REGISTRY_STATE_USED, &i, sizeof i, key));
        assert_int_equal(registry_put(registry, key, i, i < 400 ? NOW + 1 : NOW, NOW - 1),
                         REGISTRY_ADDED);
    }
    for (size_t shard = 0; shard < REGISTRY_SHARDS; shard++) {
        struct registry_entry *entries = NULL;
        size_t count = 0;
        assert_true(registry_copy(registry, shard, NOW, &entries, &count));
        for (size_t i = 0; i < count; i++)
            sum += entries[i].value;
        total += count;
        free(entries);
    }
    assert_int_equal(total, 400);
    assert_int_equal(sum, 400 * 399 / 2);
    registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_a_replica_would_tell_is_learnt),
        cmocka_unit_test(the_latest_sign_out_counts),
        cmocka_unit_test(what_finds_no_room_is_told_from_what_is_none),
        cmocka_unit_test(room_is_made_before_a_sign_out),
        cmocka_unit_test(what_finds_no_room_did_not_come_before),
        cmocka_unit_test(parts_are_copied_whole),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
