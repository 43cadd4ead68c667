/* One provider, for as long as somebody works with it. See lease.h. */
#include <config.h>

#include "lease.h"

#include "container.h"
#include "site.h"

void lease_choose(struct lease *lease, struct site *site, lease_fit *fit, const void *what)
{
    unsigned best = 0;

    lease->keeper = NULL;
    for (size_t i = 0; i < site->keeper_count; i++) {
        oidc_provider *provider = keeper_provider(&site->keepers[i]);
        unsigned fits = fit(what, provider);

        if (fits > best) {
            best = fits;
            lease->keeper = &site->keepers[i];
        }
        oidc_provider_unref(&provider);
    }
}

oidc_provider *lease_renew(struct lease *lease)
{
    oidc_provider_unref(&lease->provider);
    lease->provider = lease->keeper ? keeper_provider(lease->keeper) : NULL;
    return lease->provider;
}

static void on_newer_keys(struct keeper_waiter *waiter)
{
    struct lease *lease = CONTAINER_OF(waiter, struct lease, waiter);

    lease->told(lease);
}

bool lease_await_keys(struct lease *lease, struct worker *worker, lease_told *told)
{
    lease->told = told;
    return keeper_await_keys(lease->keeper, lease->provider, worker, &lease->waiter, on_newer_keys);
}

const char *lease_provider_id(const struct lease *lease)
{
    return lease->keeper ? lease->keeper->id : NULL;
}

void lease_end(struct lease *lease)
{
    oidc_provider_unref(&lease->provider);
}
