/* Letters from thread to thread. Sending cannot fail: a letter is part of what it is about. */
#ifndef SERVER_MAILBOX_H
#define SERVER_MAILBOX_H

#include <pthread.h>
#include <stdbool.h>

struct letter {
    struct letter *next;
    void (*deliver)(struct letter *letter); /* called in the receiver's thread */
};

struct mailbox {
    pthread_mutex_t lock;
    struct letter *first;
    struct letter **last;
    bool shut;
    int event_fd; /* readable while there are letters */
};

bool mailbox_open(struct mailbox *mailbox);
void mailbox_close(struct mailbox *mailbox);

/** Nobody will deliver any more: letters that have come are dropped, and those that come are not
 * taken, so that who is freed may be part of one. */
void mailbox_shut(struct mailbox *mailbox);

/** Any thread. The letter must stay where it is until it is delivered, or the mailbox is shut. */
void mailbox_send(struct mailbox *mailbox, struct letter *letter);

/** Delivers what has come; in the receiver's thread. */
void mailbox_deliver(struct mailbox *mailbox);

#endif
