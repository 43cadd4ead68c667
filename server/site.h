/* What all workers share: settings, keys, providers, and what is remembered for a while. Everything
 * but the ledger and the keepers is immutable once the workers run. */
#ifndef SERVER_SITE_H
#define SERVER_SITE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <oidc/oidc.h>
#include <oidc/curl.h>

#include "cookie.h"
#include "keeper.h"
#include "options.h"
#include "site_look.h"

struct ledger;
struct redis;
struct worker;
struct xnat_pause;
struct xnat_queue;

/** Paths that we serve and link to; those of our own pages are made of --path-prefix. */
struct site_paths {
    char *sign_in;
    char *sign_out;
    char *backchannel_logout;
    char *signed_out;
    char *auth;
    char *auth_redirect;
    char *session;
    char *keys;
    char *style;
    char *logo;
    char *xnat_login;     /* XNAT's own login page, past ours; NULL: it is switched off */
    const char *redirect; /* of the return leg; the configuration's */
};

struct site {
    struct options options;
    oidc_config *config;
    oidc_keyring *keyring;
    oidc_signer *signer;
    oidc_decryption_keys *decryption_keys; /* NULL: no provider encrypts */
    char *jwks;                            /* the public halves, for others to read */
    oidc_trust *trust; /* certificate authorities beside the system's; NULL: none */
    const char *url;   /* origin, without trailing slash */
    bool https;
    struct cookie_names cookies;
    enum unauthenticated unauthenticated; /* never _BY_SITE */
    bool password_login_disabled;
    struct site_paths paths;
    struct site_look look;
    struct ledger *ledger;  /* what is remembered for a while */
    struct keeper *keepers; /* one a provider */
    size_t keeper_count;
    bool takes_bearer;             /* some provider's tokens are accepted from API clients */
    struct keeper *silent;         /* of the provider with autoLogin; NULL: none has it */
    struct worker *workers;        /* options.workers of them */
    _Atomic unsigned busy_workers; /* threads that have not ended */
    size_t warnings;               /* told while it was opened */
    struct redis *redis;           /* what replicas share; NULL without --redis */
    struct xnat_queue *xnat_queue; /* hand-overs under way; NULL where none are by tokens */
    struct xnat_pause *xnat_pause; /* after a refusal of the service account; the same */
    _Atomic int xnat_standing;     /* enum xnat_standing: of the service account */
    int stop_fd;                   /* eventfd: written to when the process must end */
};

/**
 * Reads configuration and keys. Says in the log (or, with --check-config, on standard error in
 * words) what is wrong.
 *
 * @return false when the sidecar cannot start.
 */
bool site_open(struct site *site);
void site_close(struct site *site);

/** The keeper of a provider, or NULL. */
struct keeper *site_keeper(struct site *site, const char *provider_id);

/** What a provider is called; the id where there is none of that id (any more). Borrowed. */
const char *site_provider_name(const struct site *site, const char *provider_id);

/** Where to go after sign-in: as target_return_path, but never to a page of ours or to XNAT's
 * logout, which would sign the person out again or in a circle. New, for free(); NULL when memory
 * is short. */
char *site_return_path(const struct site *site, const char *rd);

/** Ends the process with exit status 1 once the workers have stopped. Any thread. */
void site_fail(struct site *site);

#endif
