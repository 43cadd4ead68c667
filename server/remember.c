/* What is remembered. See remember.h. */
#include <config.h>

#include "remember.h"

#include <stddef.h>
#include <string.h>

#include "container.h"
#include "ledger.h"

/* Seconds that an entry can have left: a session lasts at most 30 days, and a day is to spare. */
#define UNTIL_MOST (INT64_C(31) * 24 * 3600)

/* Seconds by which an entry's time may lie ahead of ours: one further off is nonsense, and would
 * end sessions that have not begun. Wide, for a replica whose clock is wrong still has sign-outs to
 * tell of. */
#define TIME_AHEAD_MOST 600

/* Which kinds replicas tell each other, and which of them have a time as their value. */
static const struct {
    bool shared;
    bool timed;
} kinds[REGISTRY_KINDS] = {
    [REGISTRY_STATE_USED] = {.shared = true},
    [REGISTRY_SESSION_REVOKED] = {.shared = true},
    [REGISTRY_LOGOUT_TOKEN] = {.shared = true},
    [REGISTRY_LOGOUT_SUBJECT] = {.shared = true, .timed = true},
    [REGISTRY_LOGOUT_SESSION] = {.shared = true, .timed = true},
    [REGISTRY_LOGOUT_NO_SESSION] = {.shared = true, .timed = true},
};

bool remember_is_shared(unsigned kind)
{
    return kind < REGISTRY_KINDS && kinds[kind].shared;
}

enum learnt remember_learn(struct site *site, const struct registry_entry *entry, int64_t now)
{
    bool timed;

    if (!remember_is_shared(registry_kind_of(entry->key)) || entry->expires_at <= now ||
        entry->expires_at > now + UNTIL_MOST)
        return LEARNT_NOTHING;
    timed = kinds[registry_kind_of(entry->key)].timed;
    if (entry->value < 0 || entry->value > (timed ? (now + TIME_AHEAD_MOST) * 1000 : 1))
        return LEARNT_NOTHING;
    return ledger_raise(site->ledger, entry->key, entry->value, entry->expires_at, now) ==
                   REGISTRY_FULL
               ? LEARNT_NO_ROOM
               : LEARNT;
}

/* --- claims -------------------------------------------------------------------------------------
 */

static void decide_alone(struct claim *claim)
{
    metrics_count(&claim->worker->metrics, METRIC_REDIS_ALONE);
    claim->first = true;
}

static void on_letter(struct letter *letter)
{
    struct claim *claim = CONTAINER_OF(letter, struct claim, letter);

    if (claim->alone)
        decide_alone(claim);
    claim->decided(claim);
}

/* In Redis's thread. */
static void on_answered(struct redis_item *item, enum redis_answer answer)
{
    struct claim *claim = CONTAINER_OF(item, struct claim, item);

    claim->first = answer == REDIS_FIRST;
    claim->alone = answer == REDIS_UNKNOWN;
    claim->letter.deliver = on_letter;
    mailbox_send(&claim->worker->mailbox, &claim->letter);
}

bool remember_claim(struct claim *claim)
{
    struct worker *worker = claim->worker;
    struct site *site = worker->site;
    const struct registry_entry *entry = &claim->item.entry;
    enum registry_result result =
        ledger_claim(site->ledger, entry->key, NULL, entry->expires_at, worker->now);

    claim->first = result == REGISTRY_ADDED;
    claim->full = result == REGISTRY_FULL;
    if (!claim->first || !site->redis)
        return true;
    claim->item.answered = on_answered;
    if (redis_ask(site->redis, &claim->item))
        return false;
    decide_alone(claim);
    return true;
}

/* --- sign-outs ----------------------------------------------------------------------------------
 */

/* A time before every session: it ends none, and raises nothing. */
enum registry_result remember_make_room(struct site *site,
                                        const unsigned char key[REGISTRY_KEY_SIZE], int64_t until,
                                        int64_t now)
{
    return ledger_raise(site->ledger, key, 0, until, now);
}

enum registry_result remember_put(struct site *site, const unsigned char key[REGISTRY_KEY_SIZE],
                                  int64_t value, int64_t until, int64_t now)
{
    struct registry_entry entry = {.value = value, .expires_at = until};
    enum registry_result result = ledger_raise(site->ledger, key, value, until, now);

    memcpy(entry.key, key, sizeof(entry.key));
    if (site->redis)
        redis_tell(site->redis, &entry);
    return result;
}
