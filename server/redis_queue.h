/*
 * What waits for Redis's thread, and whether anything may: workers put items in, the thread takes
 * all of them out.
 */
#ifndef SERVER_REDIS_QUEUE_H
#define SERVER_REDIS_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "redis.h"

enum redis_state {
    REDIS_AWAY,
    REDIS_FILLING, /* what is told is kept for it, what is asked is not */
    REDIS_UP,
};

struct redis_queue {
    int event_fd;         /* readable when there are items, or it was woken */
    pthread_mutex_t lock; /* of all that follows */
    enum redis_state state;
    struct redis_item *first;
    struct redis_item **last;
    size_t count;
    bool missed; /* an item that found no room */
};

/** The queue must stay where it is from then on. False when the system has no descriptors left. */
bool redis_queue_open(struct redis_queue *queue);
void redis_queue_close(struct redis_queue *queue);

/** Makes event_fd readable. Any thread. */
void redis_queue_wake(struct redis_queue *queue);

/** As redis_ask and redis_tell. Any thread. */
bool redis_queue_ask(struct redis_queue *queue, struct redis_item *item);
void redis_queue_tell(struct redis_queue *queue, const struct registry_entry *entry);

/** Takes all that waits, and sets the state. @param missed set to whether something found no room
 * meanwhile. */
struct redis_item *redis_queue_take(struct redis_queue *queue, enum redis_state state,
                                    bool *missed);

enum redis_state redis_queue_state(struct redis_queue *queue);

/** Gives an item back to who waits for it; frees it when nobody does. */
void redis_item_answer(struct redis_item *item, enum redis_answer answer);

/** The same for a list, of which Redis said nothing. */
void redis_item_answer_unknown(struct redis_item *item);

#endif
