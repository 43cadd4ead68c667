/* Everything that is not ours: XNAT's, with the visitor's identity or bare. */
#include <config.h>

#include "handlers.h"

#include "bearer.h"
#include "password_login.h"
#include "proxy.h"
#include "respond.h"
#include "signed_out.h"
#include "site.h"
#include "stranger.h"
#include "visitor.h"
#include "xnat_forward.h"

static enum MHD_Result forward_bare(struct request *request)
{
    return proxy_begin(request, NULL, 0);
}

static enum MHD_Result forward_as(struct request *request, struct session_entry *entry)
{
    const oidc_handoff *handoff;

    if (xnat_is_handed_tokens(request->worker->site))
        return xnat_forward(request, entry);
    handoff = visitor_handoff(request, entry);
    if (!handoff)
        return MHD_NO;
    visitor_refresh_cookie(request, entry);
    return proxy_begin(request, oidc_handoff_headers(handoff), OIDC_HANDOFF_HEADERS);
}

static enum MHD_Result forward_client(struct request *request, struct pass *pass)
{
    return proxy_begin(request, oidc_handoff_headers(pass->handoff), OIDC_HANDOFF_HEADERS);
}

/* XNAT's logout ends our session as well; it goes there bare, so that nobody is signed in again on
 * the way out. Whom another site sent is asked first, as at our own sign-out. */
static enum MHD_Result forward_logout(struct request *request)
{
    if (request_is_foreign(request))
        return signed_out_ask(request, "/");
    visitor_sign_out(request);
    return forward_bare(request);
}

enum MHD_Result handle_forward(struct request *request)
{
    static const struct bearer_way for_clients = {.go_on = forward_client};
    const struct site *site = request->worker->site;
    struct session_entry *entry;

    if (!site->options.upstream)
        return respond_plain(request, MHD_HTTP_NOT_FOUND,
                             "oidc-sidecar forwards nothing here: it was started without "
                             "--upstream.\n");
    if (password_login_is_barred(request))
        return password_login_refuse(request);
    if (bearer_is_brought(request))
        return bearer_judge(request, &for_clients);
    entry = visitor_of(request);
    if (visitor_is_in_doubt(request))
        return respond_short_of_memory(request);
    /* Only for somebody who is signed in: what lies below that path, or could be read as it, must
     * not be a way past --unauthenticated. */
    if (entry && target_is_within(&request->target, site->options.logout_path))
        return forward_logout(request);
    if (entry && !request_brings_credentials(request))
        return forward_as(request, entry);
    return entry ? forward_bare(request) : stranger_forward(request);
}
