/* Opened in the order in which one part needs the other. See site.h. */
#include <config.h>

#include "site.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "ledger.h"
#include "log.h"
#include "site_complaint.h"
#include "site_handover.h"
#include "site_keys.h"
#include "target.h"
#include "wake.h"
#include "worker.h"
#include "xnat_pause.h"
#include "xnat_queue.h"

/* --- configuration ------------------------------------------------------------------------------
 */

static const char *const severity_words[] = {
    [OIDC_INFO] = "info", [OIDC_WARNING] = "warning", [OIDC_ERROR] = "error"};
static const enum log_level severity_levels[] = {
    [OIDC_INFO] = LOG_INFO, [OIDC_WARNING] = LOG_WARNING, [OIDC_ERROR] = LOG_ERROR};

/* As oidc-check says it, but for the source line. */
static void tell_in_words(const oidc_finding *finding)
{
    fputs(finding->file, stderr);
    if (finding->line > 0)
        fprintf(stderr, ":%zu:%zu", finding->line, finding->column);
    fprintf(stderr, ": %s [%s]\n    %s\n", severity_words[finding->severity], finding->code,
            finding->message);
    if (finding->hint[0] != '\0')
        fprintf(stderr, "    cure: %s\n", finding->hint);
    fputc('\n', stderr);
}

static void tell_findings(struct site *site)
{
    for (size_t i = 0; i < oidc_config_finding_count(site->config); i++) {
        const oidc_finding *finding = oidc_config_finding(site->config, i);

        site->warnings += finding->severity == OIDC_WARNING;
        if (site->options.check_config)
            tell_in_words(finding);
        else
            log_event(severity_levels[finding->severity], "configuration",
                      LOG_TEXT("code", finding->code), LOG_TEXT("file", finding->file),
                      LOG_NUMBER("line", finding->line), LOG_NUMBER("column", finding->column),
                      LOG_TEXT("key", finding->key), LOG_TEXT("message", finding->message),
                      LOG_TEXT("hint", finding->hint));
    }
}

static size_t count_errors(const struct site *site)
{
    size_t errors = 0;

    for (size_t i = 0; site->config && i < oidc_config_finding_count(site->config); i++)
        errors += oidc_config_finding(site->config, i)->severity == OIDC_ERROR;
    return errors;
}

/* Where every finding has been told, their number is what is left to say. */
static bool tell_number(size_t errors)
{
    fprintf(stderr, "%zu error%s: the sidecar would not start. oidc-check shows the lines.\n",
            errors, errors == 1 ? "" : "s");
    return false;
}

static bool read_configuration(struct site *site)
{
    const struct options *options = &site->options;
    oidc_error error = {0};
    oidc_code code =
        oidc_config_load(options->configs, options->config_count, &site->config, &error);

    if (site->config)
        tell_findings(site);
    if (code != OIDC_OK && site->options.check_config && count_errors(site) > 0)
        return tell_number(count_errors(site));
    if (code != OIDC_OK)
        return site_complain(site, "configuration", error.detail);
    site->url = oidc_config_site_url(site->config);
    site->https = strncasecmp(site->url, "https:", 6) == 0;
    site->cookies = cookie_names_for(site->https);
    site->password_login_disabled = oidc_config_password_login_disabled(site->config);
    site->unauthenticated = options->unauthenticated;
    if (site->unauthenticated == UNAUTHENTICATED_BY_SITE)
        site->unauthenticated =
            site->password_login_disabled ? UNAUTHENTICATED_LOGIN : UNAUTHENTICATED_PASS;
    return true;
}

/* A name can lead to the front end for browsers and to XNAT for this machine, so it is no error. */
static void warn_of_upstream(struct site *site)
{
    if (site->options.upstream && target_is_same_origin(site->options.upstream, site->url))
        site_warn(site, &(struct site_warning){
                            .event = "upstream_is_site",
                            .subject = "--upstream",
                            .effect = "it is the site's own address (siteUrl): where that leads to "
                                      "the front end, each request comes back without end",
                            .cure = "name XNAT itself, such as http://127.0.0.1:8080"});
}

/* --- names --------------------------------------------------------------------------------------
 */

/* Marks the way to XNAT's own login page, which the sign-in page stands in front of otherwise. */
#define XNAT_LOGIN_MARK "?xnat-account"

/* Nobody gets there who is let through signed in alone. */
static bool make_xnat_login(struct site *site)
{
    if (!site->password_login_disabled && site->unauthenticated != UNAUTHENTICATED_DENY &&
        asprintf(&site->paths.xnat_login, "%s" XNAT_LOGIN_MARK, site->options.login_page) < 0) {
        site->paths.xnat_login = NULL;
        return false;
    }
    return true;
}

static const struct {
    size_t offset; /* in struct site_paths */
    const char *end;
} own_paths[] = {
    {offsetof(struct site_paths, sign_in), "/sign-in"},
    {offsetof(struct site_paths, sign_out), "/sign-out"},
    {offsetof(struct site_paths, backchannel_logout), "/backchannel-logout"},
    {offsetof(struct site_paths, signed_out), "/signed-out"},
    {offsetof(struct site_paths, auth), "/auth"},
    {offsetof(struct site_paths, auth_redirect), "/auth-redirect"},
    {offsetof(struct site_paths, session), "/session"},
    {offsetof(struct site_paths, keys), "/jwks.json"},
    {offsetof(struct site_paths, style), "/style.css"},
    {offsetof(struct site_paths, logo), "/logo"},
};

#define OWN_PATHS (sizeof(own_paths) / sizeof(own_paths[0]))

static char **own_path(struct site *site, size_t i)
{
    return (void *)((char *)&site->paths + own_paths[i].offset);
}

static bool make_paths(struct site *site)
{
    site->paths.redirect = oidc_config_redirect_path(site->config);
    for (size_t i = 0; i < OWN_PATHS; i++) {
        char **path = own_path(site, i);

        if (asprintf(path, "%s%s", site->options.path_prefix, own_paths[i].end) < 0) {
            *path = NULL;
            return false;
        }
    }
    return make_xnat_login(site);
}

static void free_paths(struct site *site)
{
    for (size_t i = 0; i < OWN_PATHS; i++)
        free(*own_path(site, i));
    free(site->paths.xnat_login);
}

/* --- the whole ----------------------------------------------------------------------------------
 */

static void end_process(struct worker *home)
{
    site_fail(home->site);
}

static bool make_tables(struct site *site)
{
    size_t count = oidc_config_provider_count(site->config);

    site->ledger = ledger_new(SIZE_MAX);
    site->workers = calloc(site->options.workers, sizeof(*site->workers));
    site->keepers = calloc(count, sizeof(*site->keepers));
    if (!site->ledger || !site->workers || !site->keepers)
        return false;
    for (; site->keeper_count < count; site->keeper_count++) {
        const oidc_provider_info *info = oidc_config_provider(site->config, site->keeper_count);
        oidc_provider *provider;

        if (oidc_provider_new_with_keys(site->config, info->id, site->decryption_keys, &provider,
                                        NULL) != OIDC_OK)
            return false;
        if (!keeper_open(&site->keepers[site->keeper_count], site->workers, provider,
                         end_process)) {
            oidc_provider_unref(&provider);
            return false;
        }
        site->takes_bearer = site->takes_bearer || oidc_provider_accepts_bearer(provider);
        if (info->auto_login)
            site->silent = &site->keepers[site->keeper_count];
    }
    return true;
}

/* A front end on a UNIX socket has no address to be trusted by; `unix` names nobody when we listen
 * elsewhere. */
static void warn_of_front_end(struct site *site)
{
    const struct options *options = &site->options;
    const bool on_socket = options->listen.address.ss_family == AF_UNIX;
    bool named = false;

    for (size_t i = 0; i < options->trusted_proxy_count; i++)
        named = named || options->trusted_proxies[i].family == AF_UNIX;
    if (on_socket && !named)
        site_warn(site, &(struct site_warning){
                            .event = "front_end_unnamed",
                            .subject = "--trusted-proxy",
                            .option = "--trusted-proxy",
                            .effect = "--listen is a UNIX socket, and nobody who connects to it is "
                                      "believed: in the log every client is `unix`, and XNAT takes "
                                      "the sidecar for it",
                            .cure = "add --trusted-proxy unix"});
    else if (named && !on_socket)
        site_warn(site, &(struct site_warning){
                            .event = "front_end_unnamed",
                            .subject = "--trusted-proxy unix",
                            .option = "--trusted-proxy",
                            .effect = "--listen is no UNIX socket, so that this names nobody",
                            .cure = "name the front end's address, or --listen unix:/path"});
}

bool site_open(struct site *site)
{
    if (!read_configuration(site))
        return false;
    warn_of_upstream(site);
    warn_of_front_end(site);
    if (!site_keys_read(site) || !site_handover_open(site))
        return false;
    if (!make_paths(site) || !make_tables(site))
        return site_complain(site, "start", "out of memory");
    return site_look_open(site);
}

void site_close(struct site *site)
{
    site_look_close(site);
    for (size_t i = 0; i < site->keeper_count; i++)
        keeper_close(&site->keepers[i]);
    free(site->keepers);
    free(site->workers);
    ledger_free(site->ledger);
    xnat_queue_free(site->xnat_queue);
    free_paths(site);
    xnat_pause_free(site->xnat_pause);
    oidc_trust_free(&site->trust);
    free(site->jwks);
    oidc_decryption_keys_unref(&site->decryption_keys);
    oidc_signer_unref(&site->signer);
    oidc_keyring_unref(&site->keyring);
    oidc_config_unref(&site->config);
    options_free(&site->options);
}

struct keeper *site_keeper(struct site *site, const char *provider_id)
{
    for (size_t i = 0; provider_id && i < site->keeper_count; i++) {
        if (strcmp(site->keepers[i].id, provider_id) == 0)
            return &site->keepers[i];
    }
    return NULL;
}

const char *site_provider_name(const struct site *site, const char *provider_id)
{
    for (size_t i = 0; i < oidc_config_provider_count(site->config); i++) {
        const oidc_provider_info *provider = oidc_config_provider(site->config, i);

        if (strcmp(provider->id, provider_id) == 0)
            return provider->display_name;
    }
    return provider_id;
}

/* Our own pages, and XNAT's logout, which would undo the sign-in. In doubt it is one of them. A
 * fragment is no part of what is asked for. */
static bool leads_nowhere(const struct site *site, const char *path)
{
    char *without_fragment = strndup(path, strcspn(path, "#"));
    struct target target;
    bool barred = true;

    if (without_fragment && target_parse(without_fragment, &target) == TARGET_OK) {
        barred = target_is_within(&target, site->options.path_prefix) ||
                 target_is_within(&target, site->paths.redirect) ||
                 target_is_within(&target, site->options.logout_path);
        target_free(&target);
    }
    free(without_fragment);
    return barred;
}

char *site_return_path(const struct site *site, const char *rd)
{
    char *path = target_return_path(rd, site->url);

    if (!path || !leads_nowhere(site, path))
        return path;
    free(path);
    return strdup("/");
}

void site_fail(struct site *site)
{
    wake(site->stop_fd);
}
