/* On the first worker, every few seconds until XNAT has given a verdict. See xnat_probe.h. */
#include <config.h>

#include "xnat_probe.h"

#include <stdlib.h>

#include "clock.h"
#include "container.h"
#include "site.h"
#include "xnat_check.h"
#include "xnat_worker.h"

/* Seconds between two tries: XNAT takes minutes to start, and the sidecar seconds. */
#define PAUSE 15

/* What the answer means xnat_service.c has noted already. */
static void on_answer(struct xnat_question *question, const struct xnat_answer *answer)
{
    struct xnat_probe *probe = CONTAINER_OF(question, struct xnat_probe, question);

    (void)answer;
    probe->asking = false;
}

void xnat_probe_turn(struct worker *worker)
{
    struct xnat_probe *probe = &worker->xnat->probe;

    if (worker->index > 0 || worker->draining || probe->asking ||
        clock_left(probe->next_at, PAUSE, worker->now) > 0 ||
        atomic_load(&worker->site->xnat_standing) != XNAT_STANDING_UNKNOWN)
        return;
    probe->next_at = worker->now + PAUSE;
    free(probe->path);
    probe->path = xnat_check_path(worker->xnat->service.credentials.user);
    if (!probe->path)
        return;
    probe->request = (struct xnat_request){.method = "GET", .path = probe->path};
    probe->question =
        (struct xnat_question){.worker = worker, .request = &probe->request, .told = on_answer};
    probe->asking = true;
    xnat_service_ask(&probe->question);
}

void xnat_probe_drop(struct worker *worker)
{
    struct xnat_probe *probe = &worker->xnat->probe;

    if (probe->asking)
        xnat_service_cancel(&probe->question);
    free(probe->path);
}
