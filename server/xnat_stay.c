/* A list of who waits, and what is wiped at the end. See xnat_stay.h. */
#include <config.h>

#include "xnat_stay.h"

#include <stddef.h>

#include <openssl/crypto.h>

#include "request.h"
#include "xnat_token.h"

void xnat_stay_wait(struct xnat_stay *stay, struct xnat_waiter *waiter)
{
    waiter->next = stay->waiters;
    stay->waiters = waiter;
}

void xnat_stay_stop_waiting(struct xnat_stay *stay, struct xnat_waiter *waiter)
{
    struct xnat_waiter **at = &stay->waiters;

    while (*at && *at != waiter)
        at = &(*at)->next;
    if (*at)
        *at = waiter->next;
}

void xnat_stay_wake(struct xnat_stay *stay)
{
    struct xnat_waiter *waiter = stay->waiters;

    stay->waiters = NULL;
    for (; waiter; waiter = waiter->next)
        request_wake(waiter->request);
}

void xnat_stay_clear(struct xnat_stay *stay)
{
    xnat_authorization_free(stay->authorization);
    OPENSSL_cleanse(stay, sizeof(*stay));
}
