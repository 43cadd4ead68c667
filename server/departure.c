/* Off to the provider. See departure.h. */
#include <config.h>

#include "departure.h"

#include <string.h>

#include "keeper.h"
#include "log.h"
#include "respond.h"
#include "site.h"
#include "state_cookie.h"
#include "worker.h"

static enum MHD_Result send_to_provider(struct request *request, const char *provider_id,
                                        const oidc_authorization *authorization)
{
    if (!state_cookie_set(request, oidc_authorization_state(authorization),
                          oidc_authorization_sealed(authorization)))
        return MHD_NO;
    metrics_count(&request->worker->metrics, METRIC_LOGINS_STARTED);
    log_event(LOG_INFO, "login_started", LOG_TEXT("provider", provider_id),
              LOG_TEXT("request_id", request_reference(request)));
    return respond_redirect(request, strdup(oidc_authorization_url(authorization)));
}

bool depart(struct request *request, struct keeper *keeper,
            const oidc_authorization_options *options, enum MHD_Result *result, oidc_error *error)
{
    oidc_provider *provider = keeper_provider(keeper);
    oidc_authorization *authorization = NULL;
    bool started = oidc_authorization_new(provider, request->worker->site->keyring, options,
                                          request->worker->now, &authorization, error) == OIDC_OK;

    if (started)
        *result = send_to_provider(request, keeper->id, authorization);
    oidc_authorization_free(&authorization);
    oidc_provider_unref(&provider);
    return started;
}
