/* The answer is made of a hand-off, and goes with it. See pass.h. */
#include <config.h>

#include "pass.h"

#include "site.h"

void pass_clear(struct pass *pass)
{
    oidc_handoff_free(&pass->handoff);
    if (pass->answer)
        MHD_destroy_response(pass->answer);
    pass->answer = NULL;
}

const oidc_handoff *pass_handoff(struct worker *worker, struct pass *pass,
                                 const oidc_identity *identity)
{
    struct site *site = worker->site;
    oidc_handoff *handoff;

    if (pass->handoff && oidc_handoff_is_fresh(pass->handoff, worker->now))
        return pass->handoff;
    if (oidc_handoff_new(site->signer, identity, site->url, site->options.header_prefix,
                         worker->now, &handoff, NULL) != OIDC_OK)
        return NULL;
    pass_clear(pass);
    pass->handoff = handoff;
    return handoff;
}
