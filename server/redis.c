/* The thread that speaks to Redis. See redis.h. */
#include <config.h>

#include "redis.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "ledger.h"
#include "log.h"
#include "redis_hint.h"
#include "redis_link.h"
#include "redis_queue.h"
#include "remember.h"
#include "site.h"

/* Seconds that the start waits for what Redis has. */
#define START_LIMIT 5

/* Milliseconds between two looks whether a silent connection is alive. */
#define PING_INTERVAL 2000

/* Milliseconds until the next try: doubled from one to the other. */
#define RETRY_FIRST 250
#define RETRY_LAST 8000

/* Milliseconds between two lines in the log about the same trouble. */
#define COMPLAINT_INTERVAL_MS 60000

/* Milliseconds until what found no room is asked for again: doubled from one time to the other. */
#define RELEARN_FIRST PING_INTERVAL
#define RELEARN_LAST 60000

/* Milliseconds that a question may wait for others to be sent: a Redis that is slower is as good as
 * none. */
#define WAIT_LIMIT 1000

struct redis {
    struct site *site;
    struct redis_link link;
    struct metrics metrics;
    pthread_t thread;
    struct redis_queue queue;
    _Atomic bool stopping; /* no waiting, no new connection */
    pthread_mutex_t lock;  /* of the next two */
    pthread_cond_t settled_condition;
    bool settled; /* the first try is over */
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

bool redis_ask(struct redis *redis, struct redis_item *item)
{
    return redis_queue_ask(&redis->queue, item);
}

void redis_tell(struct redis *redis, const struct registry_entry *entry)
{
    redis_queue_tell(&redis->queue, entry);
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
        redis_item_answer(batch[i], answers[i]);
    return sent;
}

static bool send_queue(struct redis *redis)
{
    bool missed;
    struct redis_item *items = redis_queue_take(&redis->queue, REDIS_UP, &missed);

    while (items) {
        if (!send_some(redis, &items)) {
            redis_item_answer_unknown(items);
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
    redis_item_answer_unknown(redis_queue_take(&redis->queue, REDIS_FILLING, &missed));
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
    if (redis->complained && now - redis->complained_at < COMPLAINT_INTERVAL_MS)
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
    struct pollfd fd = {.fd = redis->queue.event_fd, .events = POLLIN};
    int64_t until = clock_steady() + milliseconds;
    int64_t left = milliseconds;

    while (left > 0 && !atomic_load(&redis->stopping)) {
        uint64_t count;

        if (poll(&fd, 1, (int)left) > 0 && read(redis->queue.event_fd, &count, sizeof(count)) < 0)
            return;
        left = until - clock_steady();
    }
}

/* Waits for something to do, and does it. */
static bool turn(struct redis *redis, int64_t *ping_at)
{
    struct pollfd fds[] = {{.fd = redis->queue.event_fd, .events = POLLIN},
                           {.fd = redis_link_fd(&redis->link), .events = POLLIN}};
    int64_t left = *ping_at - clock_steady();
    uint64_t count;

    if (poll(fds, 2, left > 0 ? (int)left : 0) < 0 && errno != EINTR)
        return fail(redis, strerror(errno));
    if (fds[0].revents && read(redis->queue.event_fd, &count, sizeof(count)) < 0)
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
        redis_item_answer_unknown(redis_queue_take(&redis->queue, REDIS_AWAY, &missed));
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

static void dispose_parts(struct redis *redis)
{
    pthread_cond_destroy(&redis->settled_condition);
    pthread_mutex_destroy(&redis->lock);
    redis_queue_close(&redis->queue);
}

static bool make_parts(struct redis *redis)
{
    if (!redis_queue_open(&redis->queue))
        return false;
    if (pthread_mutex_init(&redis->lock, NULL) != 0)
        goto no_lock;
    if (make_condition(redis))
        return true;
    pthread_mutex_destroy(&redis->lock);
no_lock:
    redis_queue_close(&redis->queue);
    return false;
}

static bool begin(struct redis *redis)
{
    if (!make_parts(redis))
        return false;
    if (redis_link_init(&redis->link, &redis->site->options.redis, redis->site->url,
                        &redis->stopping) &&
        pthread_create(&redis->thread, NULL, run, redis) == 0)
        return true;
    dispose_parts(redis);
    return false;
}

struct redis *redis_start(struct site *site)
{
    struct redis *redis = calloc(1, sizeof(*redis));

    if (redis) {
        redis->site = site;
        redis->retry = RETRY_FIRST;
        redis->relearn = RELEARN_FIRST;
    }
    if (!redis || !begin(redis)) {
        free(redis);
        log_event(LOG_ERROR, "start_failed", LOG_TEXT("subject", "redis"),
                  LOG_TEXT("detail", "the system has no threads or memory left"),
                  LOG_TEXT("hint", "allow more (TasksMax= and MemoryMax= in the unit, ulimit -u)"));
        return NULL;
    }
    wait_until_settled(redis);
    return redis;
}

void redis_stop(struct redis *redis)
{
    if (!redis)
        return;
    atomic_store(&redis->stopping, true);
    redis_queue_wake(&redis->queue);
    pthread_join(redis->thread, NULL);
    dispose_parts(redis);
    free(redis);
}

bool redis_is_up(struct redis *redis)
{
    return redis_queue_state(&redis->queue) == REDIS_UP;
}

const struct metrics *redis_metrics(const struct redis *redis)
{
    return &redis->metrics;
}
