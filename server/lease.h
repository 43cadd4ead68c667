/*
 * What a piece of work has of a provider: which one it is, what was known of it when that was last
 * asked for, and a place in line for its newer keys.
 */
#ifndef SERVER_LEASE_H
#define SERVER_LEASE_H

#include <stdbool.h>

#include <oidc/provider.h>

#include "keeper.h"

struct lease;
struct site;
struct worker;

typedef void lease_told(struct lease *lease);

/** Embedded in the work; all zero in the beginning. */
struct lease {
    struct keeper *keeper;   /* the work's or lease_choose's choice; NULL: no such provider */
    oidc_provider *provider; /* of the last lease_renew */
    struct keeper_waiter waiter;
    lease_told *told;
};

/** How well a provider fits what is asked about; the more, the better. 0: not at all. */
typedef unsigned lease_fit(const void *what, const oidc_provider *provider);

/** Takes the provider that fits best; none where none does. */
void lease_choose(struct lease *lease, struct site *site, lease_fit *fit, const void *what);

/** What is known of the provider now; NULL: there is none. Borrowed until the next call, or the
 * end. */
oidc_provider *lease_renew(struct lease *lease);

/** Asks for keys newer than those of the last lease_renew; `told` is called on the worker when
 * there are, or when there will be none. @return false where nobody is asked, since somebody else
 * may have fetched them meanwhile. Either way, lease_renew comes next. */
bool lease_await_keys(struct lease *lease, struct worker *worker, lease_told *told);

/** The provider's id; NULL: there is none. */
const char *lease_provider_id(const struct lease *lease);

void lease_end(struct lease *lease);

#endif
