/* The thread that speaks to Redis. See redis.h. */
#include <config.h>

#include "redis.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "ledger.h"
#include "log.h"
#include "redis_hint.h"
#include "redis_link.h"
#include "remember.h"
#include "site.h"
#include "wake.h"

/* Seconds that the start waits for what Redis has. */
#define START_LIMIT 5

/* Milliseconds between two looks whether a silent connection is alive. */
#define PING_INTERVAL 2000

/* Milliseconds until the next try: doubled from one to the other. */
#define RETRY_FIRST 250
#define RETRY_LAST 8000

/* Milliseconds between two lines in the log about the same trouble. */
#define COMPLAINT_INTERVAL 60000

/* Milliseconds until what found no room is asked for again: doubled from one time to the other. */
#define RELEARN_FIRST PING_INTERVAL
#define RELEARN_LAST 60000

/* Milliseconds that a question may wait for others to be sent: a Redis that is slower is as good as
 * none. */
#define WAIT_LIMIT 1000

/* Most items that wait. More, and the link is made anew: then all there is to tell is told. */
#define QUEUE_MAX 100000

enum state {
    STATE_AWAY,
    STATE_FILLING, /* what is told is kept for it, what is asked is not */
    STATE_UP,
};

struct redis {
    struct site *site;
    struct redis_link link;
    struct metrics metrics;
    pthread_t thread;
    int event_fd;          /* readable when there are items, or to end */
    _Atomic bool stopping; /* no waiting, no new connection */
    pthread_mutex_t lock;  /* of the members up to the next comment */
    pthread_cond_t settled_condition;
    bool settled; /* the first try is over */
    enum state state;
    struct redis_item *first;
    struct redis_item **last;
    size_t queued;
    bool missed; /* an item that found no room */
    /* the thread's own: */
    size_t loaded;
    size_t lost;        /* entries that Redis has and that found no room here */
    int64_t relearn_at; /* when to ask for them again */
    int relearn;
    int64_t complained_at;
    bool complained;
    int retry;
};

/* --- items --------------------------------------------------------------------------------------
 */

/* With the lock held. */
static void enqueue(struct redis *redis, struct redis_item *item)
{
    item->next = NULL;
    *redis->last = item;
    redis->last = &item->next;
    redis->queued++;
}

bool redis_ask(struct redis *redis, struct redis_item *item)
{
    bool taken;

    item->asked_at = clock_steady();
    pthread_mutex_lock(&redis->lock);
    taken = redis->state == STATE_UP && redis->queued < QUEUE_MAX;
    if (taken)
        enqueue(redis, item);
    pthread_mutex_unlock(&redis->lock);
    if (taken)
        wake(redis->event_fd);
    return taken;
}

void redis_tell(struct redis *redis, const struct registry_entry *entry)
{
    struct redis_item *item = calloc(1, sizeof(*item));
    bool taken;

    if (item)
        item->entry = *entry;
    pthread_mutex_lock(&redis->lock);
    taken = item && redis->state != STATE_AWAY && redis->queued < QUEUE_MAX;
    if (taken)
        enqueue(redis, item);
    else if (redis->state != STATE_AWAY)
        redis->missed = true;
    pthread_mutex_unlock(&redis->lock);
    if (!taken)
        free(item);
    wake(redis->event_fd);
}

/* All that waits, and the new state; without a link nothing waits any more. */
static struct redis_item *take_queue(struct redis *redis, enum state state, bool *missed)
{
    struct redis_item *items;

    pthread_mutex_lock(&redis->lock);
    redis->state = state;
    items = redis->first;
    redis->first = NULL;
    redis->last = &redis->first;
    redis->queued = 0;
    *missed = redis->missed;
    redis->missed = false;
    pthread_mutex_unlock(&redis->lock);
    return items;
}

static void answer(struct redis_item *item, enum redis_answer answer)
{
    if (item->answered)
        item->answered(item, answer);
    else
        free(item);
}

static void answer_unknown(struct redis_item *item)
{
    while (item) {
        struct redis_item *next = item->next;

        answer(item, REDIS_UNKNOWN);
        item = next;
    }
}

static bool fail(struct redis *redis, const char *detail)
{
    snprintf(redis->link.detail, sizeof(redis->link.detail), "%s", detail);
    return false;
}

/* Takes as many as go at once off the items. @return how many; 0: one has waited too long. */
static size_t take_batch(struct redis_item **items, struct redis_item *batch[REDIS_OFFER_MAX])
{
    const int64_t oldest = clock_steady() - WAIT_LIMIT;
    size_t count = 0;

    for (; *items && count < REDIS_OFFER_MAX; count++) {
        if ((*items)->answered && (*items)->asked_at < oldest)
            return count;
        batch[count] = *items;
        *items = batch[count]->next;
    }
    return count;
}

/* Offers some. @param items set to the rest. */
static bool send_some(struct redis *redis, struct redis_item **items)
{
    struct registry_entry entries[REDIS_OFFER_MAX];
    struct redis_item *batch[REDIS_OFFER_MAX];
    enum redis_answer answers[REDIS_OFFER_MAX];
    size_t count = take_batch(items, batch);
    bool sent;

    if (count == 0)
        return fail(redis, "it is too slow");
    for (size_t i = 0; i < count; i++)
        entries[i] = batch[i]->entry;
    sent = redis_link_offer(&redis->link, entries, count, time(NULL), answers);
    for (size_t i = 0; i < count; i++)
        answer(batch[i], answers[i]);
    return sent;
}

static bool send_queue(struct redis *redis)
{
    bool missed;
    struct redis_item *items = take_queue(redis, STATE_UP, &missed);

    while (items) {
        if (!send_some(redis, &items)) {
            answer_unknown(items);
            return false;
        }
    }
    return !missed || fail(redis, "there was too much to tell at once");
}

/* --- both sides learn what they missed ----------------------------------------------------------
 */

/* The first of what finds no room says when it is asked for again. */
static void lose(struct redis *redis)
{
    if (redis->lost++ > 0)
        return;
    redis->relearn_at = clock_steady() + redis->relearn;
    redis->relearn = redis->relearn * 2 < RELEARN_LAST ? redis->relearn * 2 : RELEARN_LAST;
}

/* What no replica of ours would write is left alone. What finds no room is only put off: a sign-out
 * that is not known lets people in. */
static void learn(struct redis *redis, const struct registry_entry *entry)
{
    switch (remember_learn(redis->site, entry, time(NULL))) {
    case LEARNT:
        redis->loaded++;
        break;
    case LEARNT_NO_ROOM:
        lose(redis);
        break;
    case LEARNT_NOTHING:
        break;
    }
}

/* An entry that Redis has. */
static bool take_entry(void *context, const struct registry_entry *entry)
{
    struct redis *redis = context;

    learn(redis, entry);
    return !atomic_load(&redis->stopping);
}

/* An entry that somebody tells, perhaps we. */
static bool take_update(void *context, const struct registry_entry *entry)
{
    learn(context, entry);
    return true;
}

/* All that Redis has. */
static bool load(struct redis *redis)
{
    redis->loaded = redis->lost = 0;
    if (!redis_link_load(&redis->link, take_entry, redis))
        return false;
    if (redis->lost == 0)
        redis->relearn = RELEARN_FIRST;
    return true;
}

/* Once more, when it is time for what found no room. */
static bool relearn(struct redis *redis)
{
    if (redis->lost == 0 || clock_steady() < redis->relearn_at)
        return true;
    log_event(LOG_WARNING, "redis_no_room", LOG_TEXT("server", redis->link.address->name),
              LOG_NUMBER("entries", redis->lost),
              LOG_TEXT("effect", "these sign-outs at other replicas were not known here; Redis is "
                                 "asked for them again"));
    return load(redis);
}

static bool tell_entries(struct redis *redis, const struct registry_entry *entries, size_t count)
{
    struct registry_entry batch[REDIS_OFFER_MAX];
    enum redis_answer answers[REDIS_OFFER_MAX];
    size_t size = 0;

    for (size_t i = 0; i < count; i++) {
        batch[size++] = entries[i];
        if (size < REDIS_OFFER_MAX && i + 1 < count)
            continue;
        if (!redis_link_offer(&redis->link, batch, size, time(NULL), answers))
            return false;
        size = 0;
        if (atomic_load(&redis->stopping))
            return fail(redis, "given up");
    }
    return true;
}

static bool tell_registry(struct redis *redis, struct registry *registry)
{
    for (size_t shard = 0; shard < REGISTRY_SHARDS; shard++) {
        struct registry_entry *entries;
        size_t count;
        bool told;

        if (!registry_copy(registry, shard, time(NULL), &entries, &count))
            return fail(redis, "out of memory");
        told = tell_entries(redis, entries, count);
        free(entries);
        if (!told)
            return false;
    }
    return true;
}

static bool tell_ledger(struct redis *redis)
{
    for (unsigned kind = 0; kind < REGISTRY_KINDS; kind++) {
        if (remember_is_shared(kind) &&
            !tell_registry(redis, ledger_registry(redis->site->ledger, kind)))
            return false;
    }
    return true;
}

static bool connect_and_compare(struct redis *redis)
{
    bool missed;

    if (!redis_link_open(&redis->link))
        return false;
    /* From here on what workers tell is kept, so that nothing falls between the copies. */
    answer_unknown(take_queue(redis, STATE_FILLING, &missed));
    return redis_link_try(&redis->link) && load(redis) && tell_ledger(redis);
}

/* --- the thread ---------------------------------------------------------------------------------
 */

static void settle(struct redis *redis)
{
    pthread_mutex_lock(&redis->lock);
    redis->settled = true;
    pthread_cond_signal(&redis->settled_condition);
    pthread_mutex_unlock(&redis->lock);
}

static void say_ready(struct redis *redis)
{
    log_event(LOG_INFO, "redis_ready", LOG_TEXT("server", redis->link.address->name),
              LOG_NUMBER("entries", redis->loaded));
    redis->complained = false;
    redis->retry = RETRY_FIRST;
}

static void say_failed(struct redis *redis)
{
    int64_t now = clock_steady();

    metrics_count(&redis->metrics, METRIC_REDIS_FAILED);
    if (redis->complained && now - redis->complained_at < COMPLAINT_INTERVAL)
        return;
    redis->complained = true;
    redis->complained_at = now;
    log_event(LOG_WARNING, "redis_failed", LOG_TEXT("server", redis->link.address->name),
              LOG_TEXT("detail", redis->link.detail),
              LOG_TEXT("hint", redis_hint(redis->link.detail)),
              LOG_TEXT("effect", "sign-outs and used states are remembered by this process alone "
                                 "until Redis is back"));
}

static void pause_for(struct redis *redis, int milliseconds)
{
    struct pollfd fd = {.fd = redis->event_fd, .events = POLLIN};
    int64_t until = clock_steady() + milliseconds;
    int64_t left = milliseconds;

    while (left > 0 && !atomic_load(&redis->stopping)) {
        uint64_t count;

        if (poll(&fd, 1, (int)left) > 0 && read(redis->event_fd, &count, sizeof(count)) < 0)
            return;
        left = until - clock_steady();
    }
}

/* Waits for something to do, and does it. */
static bool turn(struct redis *redis, int64_t *ping_at)
{
    struct pollfd fds[] = {{.fd = redis->event_fd, .events = POLLIN},
                           {.fd = redis_link_fd(&redis->link), .events = POLLIN}};
    int64_t left = *ping_at - clock_steady();
    uint64_t count;

    if (poll(fds, 2, left > 0 ? (int)left : 0) < 0 && errno != EINTR)
        return fail(redis, strerror(errno));
    if (fds[0].revents && read(redis->event_fd, &count, sizeof(count)) < 0)
        return fail(redis, strerror(errno));
    if (!send_queue(redis) || !redis_link_receive(&redis->link, take_update, redis))
        return false;
    if (clock_steady() < *ping_at)
        return true;
    *ping_at = clock_steady() + PING_INTERVAL;
    return redis_link_ping(&redis->link) && relearn(redis);
}

/* Serves a link until it breaks, or the process ends. */
static void serve(struct redis *redis)
{
    int64_t ping_at = clock_steady() + PING_INTERVAL;
    bool going_on = send_queue(redis);

    if (going_on)
        say_ready(redis);
    settle(redis);
    while (going_on && !atomic_load(&redis->stopping))
        going_on = turn(redis, &ping_at);
    if (going_on)
        send_queue(redis); /* what came last */
}

static void *run(void *context)
{
    struct redis *redis = context;
    bool missed;

    while (!atomic_load(&redis->stopping)) {
        if (connect_and_compare(redis))
            serve(redis);
        answer_unknown(take_queue(redis, STATE_AWAY, &missed));
        redis_link_close(&redis->link);
        if (atomic_load(&redis->stopping))
            break;
        say_failed(redis);
        settle(redis);
        pause_for(redis, redis->retry);
        redis->retry = redis->retry * 2 < RETRY_LAST ? redis->retry * 2 : RETRY_LAST;
    }
    return NULL;
}

/* --- from outside -------------------------------------------------------------------------------
 */

static void wait_until_settled(struct redis *redis)
{
    struct timespec until;
    bool settled;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += START_LIMIT;
    pthread_mutex_lock(&redis->lock);
    while (!redis->settled &&
           pthread_cond_timedwait(&redis->settled_condition, &redis->lock, &until) == 0)
        ;
    settled = redis->settled;
    pthread_mutex_unlock(&redis->lock);
    if (!settled)
        log_event(
            LOG_WARNING, "redis_slow", LOG_TEXT("server", redis->link.address->name),
            LOG_TEXT("effect", "sign-ins begin before all sign-outs that Redis has are known"));
}

static bool make_condition(struct redis *redis)
{
    pthread_condattr_t steady;
    bool made = pthread_condattr_init(&steady) == 0;

    if (!made)
        return false;
    made = pthread_condattr_setclock(&steady, CLOCK_MONOTONIC) == 0 &&
           pthread_cond_init(&redis->settled_condition, &steady) == 0;
    pthread_condattr_destroy(&steady);
    return made;
}

static void dispose(struct redis *redis)
{
    pthread_cond_destroy(&redis->settled_condition);
    pthread_mutex_destroy(&redis->lock);
    close(redis->event_fd);
    free(redis);
}

struct redis *redis_start(struct site *site)
{
    struct redis *redis = calloc(1, sizeof(*redis));

    if (!redis)
        goto failed;
    redis->site = site;
    redis->last = &redis->first;
    redis->retry = RETRY_FIRST;
    redis->relearn = RELEARN_FIRST;
    redis->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (redis->event_fd < 0 || pthread_mutex_init(&redis->lock, NULL) != 0)
        goto failed_early;
    if (!make_condition(redis))
        goto failed_late;
    if (!redis_link_init(&redis->link, &site->options.redis, site->url, &redis->stopping) ||
        pthread_create(&redis->thread, NULL, run, redis) != 0) {
        dispose(redis);
        goto failed;
    }
    wait_until_settled(redis);
    return redis;
failed_late:
    pthread_mutex_destroy(&redis->lock);
failed_early:
    if (redis->event_fd >= 0)
        close(redis->event_fd);
    free(redis);
failed:
    log_event(LOG_ERROR, "start_failed", LOG_TEXT("subject", "redis"),
              LOG_TEXT("detail", "the system has no threads or memory left"));
    return NULL;
}

void redis_stop(struct redis *redis)
{
    if (!redis)
        return;
    atomic_store(&redis->stopping, true);
    wake(redis->event_fd);
    pthread_join(redis->thread, NULL);
    dispose(redis);
}

bool redis_is_up(struct redis *redis)
{
    bool up;

    pthread_mutex_lock(&redis->lock);
    up = redis->state == STATE_UP;
    pthread_mutex_unlock(&redis->lock);
    return up;
}

const struct metrics *redis_metrics(const struct redis *redis)
{
    return &redis->metrics;
}
