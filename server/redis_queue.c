/* Items on their way to Redis. See redis_queue.h. */
#include <config.h>

#include "redis_queue.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"
#include "wake.h"

/* Most items that wait. More, and the link is made anew: then all there is to tell is told. */
#define QUEUE_MAX 100000

bool redis_queue_open(struct redis_queue *queue)
{
    queue->last = &queue->first;
    queue->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (queue->event_fd < 0)
        return false;
    if (pthread_mutex_init(&queue->lock, NULL) == 0)
        return true;
    close(queue->event_fd);
    return false;
}

void redis_queue_close(struct redis_queue *queue)
{
    pthread_mutex_destroy(&queue->lock);
    close(queue->event_fd);
}

void redis_queue_wake(struct redis_queue *queue)
{
    wake(queue->event_fd);
}

/* With the lock held. */
static void enqueue(struct redis_queue *queue, struct redis_item *item)
{
    item->next = NULL;
    *queue->last = item;
    queue->last = &item->next;
    queue->count++;
}

bool redis_queue_ask(struct redis_queue *queue, struct redis_item *item)
{
    bool taken;

    item->asked_at = clock_steady();
    pthread_mutex_lock(&queue->lock);
    taken = queue->state == REDIS_UP && queue->count < QUEUE_MAX;
    if (taken)
        enqueue(queue, item);
    pthread_mutex_unlock(&queue->lock);
    if (taken)
        redis_queue_wake(queue);
    return taken;
}

void redis_queue_tell(struct redis_queue *queue, const struct registry_entry *entry)
{
    struct redis_item *item = calloc(1, sizeof(*item));
    bool taken;

    if (item)
        item->entry = *entry;
    pthread_mutex_lock(&queue->lock);
    taken = item && queue->state != REDIS_AWAY && queue->count < QUEUE_MAX;
    if (taken)
        enqueue(queue, item);
    else if (queue->state != REDIS_AWAY)
        queue->missed = true;
    pthread_mutex_unlock(&queue->lock);
    if (!taken)
        free(item);
    redis_queue_wake(queue);
}

struct redis_item *redis_queue_take(struct redis_queue *queue, enum redis_state state, bool *missed)
{
    struct redis_item *items;

    pthread_mutex_lock(&queue->lock);
    queue->state = state;
    items = queue->first;
    queue->first = NULL;
    queue->last = &queue->first;
    queue->count = 0;
    *missed = queue->missed;
    queue->missed = false;
    pthread_mutex_unlock(&queue->lock);
    return items;
}

void redis_item_answer(struct redis_item *item, enum redis_answer answer)
{
    if (item->answered)
        item->answered(item, answer);
    else
        free(item);
}

void redis_item_answer_unknown(struct redis_item *item)
{
    while (item) {
        struct redis_item *next = item->next;

        redis_item_answer(item, REDIS_UNKNOWN);
        item = next;
    }
}

enum redis_state redis_queue_state(struct redis_queue *queue)
{
    enum redis_state state;

    pthread_mutex_lock(&queue->lock);
    state = queue->state;
    pthread_mutex_unlock(&queue->lock);
    return state;
}
