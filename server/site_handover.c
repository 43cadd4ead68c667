/* What would fail at everybody's first sign-in is refused here. See site_handover.h. */
#include <config.h>

#include "site_handover.h"

#include <stdio.h>

#include "file.h"
#include "site_complaint.h"
#include "site_keys.h"
#include "xnat_pause.h"
#include "xnat_queue.h"
#include "xnat_service.h"

static const struct site_file_kind service_account = {
    "--xnat-admin-file", "printf '%s' 'user:password'", XNAT_ADMIN_FILE_MAX,
    "everybody on this machine can read the password, and do in XNAT whatever a site administrator "
    "can",
    "take the permission away (chmod 600), and choose a new password"};

/* API clients' tokens make no session that an alias token could go with. */
static bool check_no_bearer(const struct site *site)
{
    char cure[256];

    for (size_t i = 0; i < oidc_config_provider_count(site->config); i++) {
        const oidc_provider_info *provider = oidc_config_provider(site->config, i);
        oidc_provider *made = NULL;
        bool takes = oidc_provider_new_with_keys(site->config, provider->id, site->decryption_keys,
                                                 &made, NULL) == OIDC_OK &&
                     oidc_provider_accepts_bearer(made);

        oidc_provider_unref(&made);
        if (!takes)
            continue;
        snprintf(cure, sizeof(cure),
                 "remove openid.%s.bearer.enabled (API clients use alias tokens of XNAT's), or "
                 "hand over with --handoff headers",
                 provider->id);
        return site_complain_with_cure(
            site, "--handoff xnat-token",
            "bearer tokens of API clients are accepted, and cannot be handed to XNAT that way: an "
            "alias token goes with a session, and they have none",
            cure);
    }
    return true;
}

/* Read here to say what is wrong with it; each worker reads it for itself. */
static bool check_service_account(struct site *site)
{
    const char *path = site->options.xnat_admin_file;
    struct xnat_credentials credentials;
    size_t size = 0;
    char *text = site_file_read(site, &service_account, path, &size);
    const char *why;

    if (!text)
        return false;
    file_free(text, size);
    if (!xnat_credentials_read(path, &credentials, &why))
        return site_complain_with_cure(site, path, why, XNAT_ADMIN_FILE_CURE);
    xnat_credentials_clear(&credentials);
    return true;
}

/* An alias token of an administrator's would let whoever is believed by a provider run XNAT, so
 * that they sign in by password: where nobody may, they are left without. */
static void remark_on_administrators(const struct site *site)
{
    struct site_warning warning = {.event = "administrators_shut_out",
                                   .subject = "--handoff xnat-token"};

    if (site->password_login_disabled) {
        warning.effect = "site administrators cannot sign in here: accounts of theirs are not "
                         "handed over, and disableUsernamePasswordLogin=true refuses passwords";
        warning.cure = "let them sign in at XNAT's own port, or set "
                       "disableUsernamePasswordLogin=false";
    } else if (site->unauthenticated == UNAUTHENTICATED_DENY) {
        warning.effect = "site administrators cannot sign in here: accounts of theirs are not "
                         "handed over, and --unauthenticated deny lets nobody to XNAT's own login";
        warning.cure = "let them sign in at XNAT's own port, or take --unauthenticated login";
    } else {
        return;
    }
    site_remark(site, &warning);
}

bool site_handover_open(struct site *site)
{
    if (site->options.handoff != HANDOFF_XNAT_TOKEN)
        return true;
    if (!check_no_bearer(site) || !check_service_account(site))
        return false;
    remark_on_administrators(site);
    site->xnat_queue = xnat_queue_new();
    site->xnat_pause = xnat_pause_new();
    return (site->xnat_queue && site->xnat_pause) || site_complain(site, "start", "out of memory");
}
