/* Opens, turns and closes what the other files of this hand-over keep on a worker. See
 * xnat_worker.h. */
#include <config.h>

#include "xnat_worker.h"

#include <stdlib.h>

#include "clock.h"
#include "site.h"
#include "xnat_farewell.h"
#include "xnat_session.h"

/* Seconds between two looks for sessions that are over: so long may what was signed out elsewhere
 * still be good in XNAT. */
#define SWEEP_PAUSE 5

bool xnat_worker_open(struct worker *worker)
{
    const struct options *options = &worker->site->options;

    if (options->handoff != HANDOFF_XNAT_TOKEN)
        return true;
    worker->xnat = calloc(1, sizeof(*worker->xnat));
    return worker->xnat && xnat_service_open(&worker->xnat->service, options->xnat_admin_file);
}

void xnat_worker_close(struct worker *worker)
{
    if (!worker->xnat)
        return;
    xnat_farewells_drop(worker);
    xnat_probe_drop(worker);
    xnat_renewals_drop(worker);
    xnat_service_close(&worker->xnat->service);
    free(worker->xnat);
    worker->xnat = NULL;
}

void xnat_worker_turn(struct worker *worker)
{
    if (!worker->xnat)
        return;
    if (clock_has_passed(worker->xnat->swept_at, SWEEP_PAUSE, worker->now)) {
        worker->xnat->swept_at = worker->now;
        xnat_sessions_sweep(worker);
    }
    xnat_farewells_turn(worker);
    xnat_probe_turn(worker);
}

int xnat_worker_timeout(const struct worker *worker)
{
    int farewells = worker->xnat ? xnat_farewells_timeout(worker) : -1;

    if (!worker->xnat || (farewells >= 0 && farewells < SWEEP_PAUSE * 1000))
        return farewells;
    return SWEEP_PAUSE * 1000;
}

/* A renewal may have the turn of its user name, for which sign-ins on other workers wait. Strays
 * are waited for by nobody: whoever brings one after the other would put the end off. */
bool xnat_worker_is_busy(const struct worker *worker)
{
    return worker->xnat && (worker->xnat->farewells.first || worker->xnat->renewals);
}
