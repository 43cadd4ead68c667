/* How a refusal is told. See refusal.h. */
#include <config.h>

#include "refusal.h"

#include "log.h"
#include "respond.h"
#include "site.h"
#include "worker.h"

/* What the administrator can do where the detail does not say it; NULL: it does. */
static const char *hint_of(const oidc_error *error)
{
    return error->seconds_off == 0 ? NULL
                                   : "the clock of this machine, of another replica or of the "
                                     "provider is wrong by that much: compare date -u with "
                                     "another machine's, and have the time synchronised (NTP)";
}

void refusal_log(struct request *request, const char *provider, const oidc_error *error)
{
    struct request_client client;

    request_client(request, &client);
    metrics_count_refusal(&request->worker->metrics, error->code);
    log_event(LOG_WARNING, "login_refused", LOG_TEXT("reason", oidc_code_name(error->code)),
              LOG_TEXT("provider", provider), LOG_TEXT("detail", error->detail),
              LOG_TEXT("hint", hint_of(error)), LOG_TEXT("request_id", request_reference(request)),
              LOG_CLIENT(client));
}

enum MHD_Result refusal_show(struct request *request, const char *provider, const oidc_error *error)
{
    refusal_log(request, provider, error);
    return respond_error(request, (unsigned)oidc_code_http_status(error->code),
                         oidc_code_name(error->code), error->seconds_off);
}
