/* A list under a lock, emptied at once, and an event descriptor that wakes the receiver. See
 * mailbox.h. */
#include <config.h>

#include "mailbox.h"

#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "wake.h"

/* @return what was in it. */
static struct letter *empty(struct mailbox *mailbox)
{
    struct letter *first = mailbox->first;

    mailbox->first = NULL;
    mailbox->last = &mailbox->first;
    return first;
}

bool mailbox_open(struct mailbox *mailbox)
{
    empty(mailbox);
    mailbox->shut = false;
    mailbox->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (mailbox->event_fd < 0)
        return false;
    if (pthread_mutex_init(&mailbox->lock, NULL) != 0) {
        close(mailbox->event_fd);
        return false;
    }
    return true;
}

void mailbox_close(struct mailbox *mailbox)
{
    pthread_mutex_destroy(&mailbox->lock);
    close(mailbox->event_fd);
}

void mailbox_shut(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->lock);
    mailbox->shut = true;
    empty(mailbox);
    pthread_mutex_unlock(&mailbox->lock);
}

void mailbox_send(struct mailbox *mailbox, struct letter *letter)
{
    letter->next = NULL;
    pthread_mutex_lock(&mailbox->lock);
    if (!mailbox->shut) {
        *mailbox->last = letter;
        mailbox->last = &letter->next;
    }
    pthread_mutex_unlock(&mailbox->lock);
    wake(mailbox->event_fd);
}

void mailbox_deliver(struct mailbox *mailbox)
{
    struct letter *letter;
    uint64_t count;

    if (read(mailbox->event_fd, &count, sizeof(count)) < 0)
        return; /* nothing has come */
    pthread_mutex_lock(&mailbox->lock);
    letter = empty(mailbox);
    pthread_mutex_unlock(&mailbox->lock);
    while (letter) {
        struct letter *next = letter->next;

        letter->deliver(letter);
        letter = next;
    }
}
