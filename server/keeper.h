/*
 * A keeper holds what is known of one provider and looks again when it is time. It lives on the
 * first worker, which does its fetching; every thread may ask it for what is known now.
 */
#ifndef SERVER_KEEPER_H
#define SERVER_KEEPER_H

#include <pthread.h>
#include <stdbool.h>

#include <oidc/provider.h>

#include "mailbox.h"

struct exchange;
struct worker;

struct keeper_waiter;
typedef void keeper_told(struct keeper_waiter *waiter);

/** Somebody who waits for newer keys. Embedded in the waiter; must live until told. */
struct keeper_waiter {
    struct letter letter; /* to the keeper, then back */
    struct keeper *keeper;
    struct worker *worker; /* whose mailbox to answer to */
    keeper_told *told;
    struct keeper_waiter *next;
};

/** Called at home, once, when the first look shows that the configuration can never work. */
typedef void keeper_hopeless(struct worker *home);

struct keeper {
    struct worker *home;
    keeper_hopeless *hopeless;
    const char *id;
    pthread_mutex_t lock;    /* of the members up to the next comment */
    oidc_provider *provider; /* what is known now */
    oidc_error error;        /* of the last look; OIDC_OK when it went well */
    /* home's own: */
    oidc_refresh *refresh; /* under way, or NULL */
    struct exchange *exchange;
    bool looked;      /* the first look is over */
    int64_t short_at; /* when memory was too short to begin a look */
    struct keeper_waiter *waiters;
};

/** @param provider a reference that the keeper takes over. */
bool keeper_open(struct keeper *keeper, struct worker *home, oidc_provider *provider,
                 keeper_hopeless *hopeless);

/** Ends a look that is under way; before the home worker is closed. */
void keeper_stop(struct keeper *keeper);
void keeper_close(struct keeper *keeper);

/** What is known now: a new reference. Any thread. */
oidc_provider *keeper_provider(struct keeper *keeper);

/** Whether the provider is of that issuer, or not known to be of another. Any thread. */
bool keeper_may_be_of(struct keeper *keeper, const char *issuer);

/** Whether sign-ins work; else why not. Any thread. */
bool keeper_ready(struct keeper *keeper, oidc_error *error);

/** Asks for keys newer than a provider's; `told` is called on the worker when there are, or when
 * there will be none. On that worker's thread. @return false where nobody is asked, since they were
 * fetched a moment ago: what is known now may have them. */
bool keeper_await_keys(struct keeper *keeper, const oidc_provider *provider, struct worker *worker,
                       struct keeper_waiter *waiter, keeper_told *told);

/** Begins a look that is due. At home. */
void keeper_turn(struct keeper *keeper);

/** Milliseconds until keeper_turn has something to do; -1 while a look is under way. At home. */
int keeper_timeout(const struct keeper *keeper);

#endif
