/* The address of both legs of a sign-in: which is it? */
#include <config.h>

#include "handlers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <oidc/login.h>

#include "departure.h"
#include "keeper.h"
#include "refusal.h"
#include "respond.h"
#include "return_leg.h"
#include "site.h"
#include "to_sign_in.h"
#include "worker.h"

/* What /readyz says of it, too: that nothing is known yet is no help without the reason. */
static void add_reason(struct keeper *keeper, oidc_error *error)
{
    const size_t used = strlen(error->detail);
    oidc_error last;

    if (error->code == OIDC_E_PROVIDER_NOT_READY && !keeper_ready(keeper, &last) &&
        last.code != OIDC_OK)
        snprintf(error->detail + used, sizeof(error->detail) - used, ": %s: %s",
                 oidc_code_name(last.code), last.detail);
}

static enum MHD_Result start_at(struct request *request, struct keeper *keeper, const char *rd)
{
    char *return_to = site_return_path(request->worker->site, rd);
    const oidc_authorization_options options = {.return_to = return_to};
    oidc_error error = {0};
    enum MHD_Result result = MHD_NO;

    if (return_to && !depart(request, keeper, &options, &result, &error)) {
        add_reason(keeper, &error);
        result = refusal_show(request, keeper->id, &error);
    }
    free(return_to);
    return result;
}

static enum MHD_Result refuse_program(struct request *request)
{
    return respond_plain(request, MHD_HTTP_BAD_REQUEST,
                         "A sign-in starts in a browser: open this address in one. Programs use "
                         "XNAT's own credentials or an alias token.\n");
}

/* A login is started only for somebody who can see the provider's page. */
static enum MHD_Result start(struct request *request, const char *provider_id, const char *rd)
{
    struct keeper *keeper = site_keeper(request->worker->site, provider_id);

    if (!keeper) {
        oidc_error error = {.code = OIDC_E_PROVIDER_UNKNOWN};

        snprintf(error.detail, sizeof(error.detail), "providerId names no enabled provider");
        return refusal_show(request, NULL, &error);
    }
    if (!request_is_navigation(request))
        return refuse_program(request);
    return start_at(request, keeper, rd);
}

static bool query_has(const struct target *target, const char *name)
{
    size_t size = strlen(name);
    const char *at = target->query;
    const char *end = at ? at + target->query_size : NULL;

    while (at && at < end) {
        const char *next = memchr(at, '&', (size_t)(end - at));

        if ((size_t)(end - at) > size && memcmp(at, name, size) == 0 && at[size] == '=')
            return true;
        at = next ? next + 1 : NULL;
    }
    return false;
}

enum MHD_Result handle_login(struct request *request)
{
    const struct target *target = &request->target;
    char *provider_id = NULL;
    char *rd = NULL;
    enum MHD_Result result = MHD_NO;

    if (query_has(target, "state") || query_has(target, "code") || query_has(target, "error"))
        return return_leg_walk(request);
    if (!target_parameter(target, "providerId", &provider_id) ||
        !target_parameter(target, "rd", &rd))
        goto out;
    if (provider_id)
        result = start(request, provider_id, rd);
    else
        result = request_is_navigation(request) ? redirect_to_sign_in(request, rd)
                                                : refuse_program(request);
out:
    free(provider_id);
    free(rd);
    return result;
}
