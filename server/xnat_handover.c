/* Waits for its turn, looks whose the name is, then asks as the account's machine says. See
 * xnat_handover.h. */
#include <config.h>

#include "xnat_handover.h"

#include <stdlib.h>

#include "container.h"
#include "log.h"
#include "ownership.h"
#include "site.h"
#include "xnat_account.h"
#include "xnat_farewell.h"
#include "xnat_queue.h"
#include "xnat_worker.h"

struct xnat_handover {
    struct xnat_turn turn;         /* first */
    struct xnat_question question; /* what XNAT is being asked */
    struct xnat_account *account;
    struct worker *worker;
    struct ownership ownership;
    bool signs_in;    /* and has the name from then on */
    oidc_error error; /* of the name, not XNAT's */
    bool driving;     /* answers that come at once are no news */
    xnat_handover_told *told;
    void *context;
};

/* Who comes next with this name finds whose it is: the turn is still ours. */
static void take_name(struct xnat_handover *handover)
{
    const struct xnat_token *token = xnat_account_token(handover->account);

    if (token && handover->signs_in &&
        !ownership_take(handover->worker, &handover->ownership, &handover->error))
        xnat_farewell_token(handover->worker, token);
}

static void finish(struct xnat_handover *handover)
{
    struct worker *worker = handover->worker;

    take_name(handover);
    xnat_queue_leave(worker->site->xnat_queue, &handover->turn);
    if (xnat_account_created(handover->account)) {
        metrics_count(&worker->metrics, METRIC_XNAT_ACCOUNTS_CREATED);
        log_event(LOG_INFO, "xnat_account_created",
                  LOG_TEXT("username", handover->ownership.username));
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

/* When it is its turn. XNAT is not asked about a name that is another's: an account would be made
 * that nobody can use. */
static bool start(struct xnat_handover *handover)
{
    if (ownership_is_free(handover->worker, &handover->ownership, &handover->error))
        return drive(handover);
    finish(handover);
    return true;
}

static void on_answer(struct xnat_question *question, const struct xnat_answer *answer)
{
    struct xnat_handover *handover = CONTAINER_OF(question, struct xnat_handover, question);

    xnat_account_answer(handover->account, answer, handover->worker->now);
    if (!handover->driving && drive(handover))
        handover->told(handover->context);
}

static void on_turn(struct xnat_turn *turn)
{
    struct xnat_handover *handover = CONTAINER_OF(turn, struct xnat_handover, turn);

    if (start(handover))
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
    handover->signs_in = may_create;
    ownership_of(identity, &handover->ownership);
    return handover;
}

bool xnat_handover_begin(struct xnat_handover *handover)
{
    if (!xnat_queue_enter(handover->worker->site->xnat_queue, &handover->turn,
                          handover->ownership.username))
        return true;
    return !start(handover);
}

const struct xnat_token *xnat_handover_token(const struct xnat_handover *handover)
{
    return handover->error.code == OIDC_OK ? xnat_account_token(handover->account) : NULL;
}

const oidc_error *xnat_handover_error(const struct xnat_handover *handover)
{
    return handover->error.code == OIDC_OK ? xnat_account_error(handover->account)
                                           : &handover->error;
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
