/* One list for all names: the first of a name has the turn. See xnat_queue.h. */
#include <config.h>

#include "xnat_queue.h"

#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "container.h"
#include "worker.h"

/* Few sign in at one moment: a list will do. */
struct xnat_queue {
    pthread_mutex_t lock;
    struct xnat_turn *first; /* in the order they came */
};

struct xnat_queue *xnat_queue_new(void)
{
    struct xnat_queue *queue = calloc(1, sizeof(*queue));

    if (queue && pthread_mutex_init(&queue->lock, NULL) == 0)
        return queue;
    free(queue);
    return NULL;
}

void xnat_queue_free(struct xnat_queue *queue)
{
    if (queue)
        pthread_mutex_destroy(&queue->lock);
    free(queue);
}

/* The place that leads to the first of this name, or to the end. */
static struct xnat_turn **find(struct xnat_turn **at, const char *name)
{
    while (*at && strcmp((*at)->name, name) != 0)
        at = &(*at)->next;
    return at;
}

static void fold(const char *username, char name[OIDC_USERNAME_MAX + 1])
{
    size_t size = strnlen(username, OIDC_USERNAME_MAX);

    for (size_t i = 0; i < size; i++)
        name[i] = (char)tolower((unsigned char)username[i]);
    name[size] = '\0';
}

bool xnat_queue_enter(struct xnat_queue *queue, struct xnat_turn *turn, const char *username)
{
    struct xnat_turn **end;

    fold(username, turn->name);
    turn->next = NULL;
    pthread_mutex_lock(&queue->lock);
    turn->mine = *find(&queue->first, turn->name) == NULL;
    for (end = &queue->first; *end;)
        end = &(*end)->next;
    *end = turn;
    pthread_mutex_unlock(&queue->lock);
    return turn->mine;
}

static void deliver(struct letter *letter)
{
    struct xnat_turn *turn = CONTAINER_OF(letter, struct xnat_turn, letter);

    turn->come(turn);
}

void xnat_queue_leave(struct xnat_queue *queue, struct xnat_turn *turn)
{
    struct xnat_turn **at;
    struct xnat_turn *next = NULL;

    pthread_mutex_lock(&queue->lock);
    for (at = &queue->first; *at && *at != turn;)
        at = &(*at)->next;
    if (*at) {
        *at = turn->next;
        next = turn->mine ? *find(at, turn->name) : NULL;
        turn->mine = false;
    }
    if (next) {
        next->mine = true;
        next->letter.deliver = deliver;
        mailbox_send(&next->worker->mailbox, &next->letter);
    }
    pthread_mutex_unlock(&queue->lock);
}
