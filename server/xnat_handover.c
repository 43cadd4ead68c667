#include <config.h>

#include "xnat_handover.h"

#include <stdlib.h>

#include "log.h"
#include "site.h"
#include "xnat_account.h"
#include "xnat_queue.h"
#include "xnat_worker.h"

struct xnat_handover {
    struct xnat_turn turn;         /* first */
    struct xnat_question question; /* what XNAT is being asked */
    struct xnat_account *account;
    struct worker *worker;
    char username[OIDC_USERNAME_MAX + 1];
    bool driving; /* answers that come at once are no news */
    xnat_handover_told *told;
    void *context;
};

static void finish(struct xnat_handover *handover)
{
    struct worker *worker = handover->worker;

    xnat_queue_leave(worker->site->xnat_queue, &handover->turn);
    if (xnat_account_created(handover->account)) {
        metrics_count(&worker->metrics, METRIC_XNAT_ACCOUNTS_CREATED);
        log_event(LOG_INFO, "xnat_account_created", LOG_TEXT("username", handover->username));
    }
    if (xnat_account_token(handover->account))
        metrics_count(&worker->metrics, METRIC_XNAT_TOKENS_ISSUED);
}

/* Asks until XNAT has to be waited for (false) or it is over (true). */
static bool drive(struct xnat_handover *handover)
{
    bool waits = false;

    handover->driving = true;
    while (!waits && xnat_account_next(handover->account) == XNAT_SEND) {
        handover->question.request = xnat_account_request(handover->account);
        waits = xnat_service_ask(&handover->question);
    }
    handover->driving = false;
    if (!waits)
        finish(handover);
    return !waits;
}

static void on_answer(struct xnat_question *question, const struct xnat_answer *answer)
{
    struct xnat_handover *handover =
        (struct xnat_handover *)(void *)((char *)question -
                                         offsetof(struct xnat_handover, question));

    xnat_account_answer(handover->account, answer, handover->worker->now);
    if (!handover->driving && drive(handover))
        handover->told(handover->context);
}

static void on_turn(struct xnat_turn *turn)
{
    struct xnat_handover *handover = (struct xnat_handover *)(void *)turn; /* its first member */

    if (drive(handover))
        handover->told(handover->context);
}

struct xnat_handover *xnat_handover_new(struct worker *worker, const oidc_identity *identity,
                                        bool may_create, xnat_handover_told *told, void *context)
{
    struct xnat_handover *handover = calloc(1, sizeof(*handover));

    if (!handover)
        return NULL;
    handover->account = xnat_account_new(identity, may_create);
    if (!handover->account) {
        free(handover);
        return NULL;
    }
    handover->worker = worker;
    handover->turn.worker = worker;
    handover->turn.come = on_turn;
    handover->question.worker = worker;
    handover->question.told = on_answer;
    handover->told = told;
    handover->context = context;
    snprintf(handover->username, sizeof(handover->username), "%s", identity->username);
    return handover;
}

bool xnat_handover_begin(struct xnat_handover *handover)
{
    if (!xnat_queue_enter(handover->worker->site->xnat_queue, &handover->turn, handover->username))
        return true;
    return !drive(handover);
}

const struct xnat_token *xnat_handover_token(const struct xnat_handover *handover)
{
    return xnat_account_token(handover->account);
}

const oidc_error *xnat_handover_error(const struct xnat_handover *handover)
{
    return xnat_account_error(handover->account);
}

void xnat_handover_free(struct xnat_handover *handover)
{
    if (!handover)
        return;
    xnat_service_cancel(&handover->question);
    xnat_queue_leave(handover->worker->site->xnat_queue, &handover->turn);
    xnat_account_free(&handover->account);
    free(handover);
}
