#include <config.h>

#include "site.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "crypto.h"
#include "file.h"
#include "ledger.h"
#include "log.h"
#include "target.h"
#include "wake.h"
#include "worker.h"

/* Bytes of a key or certificate file: more is a mistake. */
#define KEY_FILE_MAX ((size_t)64 * 1024)
#define CA_FILE_MAX ((size_t)4 * 1024 * 1024)

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

/* Says why the start ends, on the channel that is being read. */
static bool fail(const struct site *site, const char *subject, const char *detail)
{
    if (site->options.check_config)
        fprintf(stderr, "%s: error: %s\n", subject, detail);
    else
        log_event(LOG_ERROR, "start_failed", LOG_TEXT("subject", subject),
                  LOG_TEXT("detail", detail));
    return false;
}

/* The same with what to do about it. */
static bool fail_with_cure(const struct site *site, const char *subject, const char *detail,
                           const char *cure)
{
    if (site->options.check_config)
        fprintf(stderr, "%s: error: %s\n    cure: %s\n", subject, detail, cure);
    else
        log_event(LOG_ERROR, "start_failed", LOG_TEXT("subject", subject),
                  LOG_TEXT("detail", detail), LOG_TEXT("hint", cure));
    return false;
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
        return fail(site, "configuration", error.detail);
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

/* What does not keep the sidecar from starting: where, what it does, what to do about it. */
struct warning {
    const char *event;
    const char *subject;
    const char *option; /* or NULL */
    const char *effect;
    const char *cure;
};

static void warn(struct site *site, const struct warning *warning)
{
    site->warnings++;
    if (site->options.check_config)
        fprintf(stderr, "%s: warning: %s\n    cure: %s\n\n", warning->subject, warning->effect,
                warning->cure);
    else if (warning->option)
        log_event(LOG_WARNING, warning->event, LOG_TEXT("option", warning->option),
                  LOG_TEXT("file", warning->subject), LOG_TEXT("effect", warning->effect),
                  LOG_TEXT("hint", warning->cure));
    else
        log_event(LOG_WARNING, warning->event, LOG_TEXT("effect", warning->effect),
                  LOG_TEXT("hint", warning->cure));
}

/* --- keys ---------------------------------------------------------------------------------------
 */

/* What an option names a file of. */
struct file_kind {
    const char *option;
    const char *made_by; /* a command that writes one to standard output; NULL: none */
    size_t max;
};

static const struct file_kind session_keys = {"--session-key-file", "openssl rand -base64 32",
                                              KEY_FILE_MAX};
static const struct file_kind assertion_keys = {
    "--assertion-key-file", "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
    KEY_FILE_MAX};
static const struct file_kind decryption_keys = {"--decryption-key-file", "openssl genrsa 3072",
                                                 KEY_FILE_MAX};
static const struct file_kind authorities = {"--ca-file", NULL, CA_FILE_MAX};

/* What opens people's sessions, or signs for them, is nobody else's to read. */
static void tell_if_open(struct site *site, const struct file_kind *kind, const char *path)
{
    if (kind->made_by && file_is_open(path))
        warn(site, &(struct warning){
                       .event = "key_file_open",
                       .subject = path,
                       .option = kind->option,
                       .effect = "everybody on this machine can read the key, and whoever has it "
                                 "can pass for others",
                       .cure = "take the permission away (chmod 600), and write a new key"});
}

static void fail_to_read(const struct site *site, const struct file_kind *kind, const char *path,
                         int error)
{
    char detail[256], cure[512];

    snprintf(detail, sizeof(detail), "%s: %s", kind->option, strerror(error));
    if (error == EACCES)
        snprintf(cure, sizeof(cure),
                 "let the user that the sidecar runs as read it: chown or chgrp");
    else if (error == ENOENT && kind->made_by)
        snprintf(cure, sizeof(cure), "write one with: (umask 077 && %s > %s)", kind->made_by, path);
    else
        snprintf(cure, sizeof(cure), "name a file that is there and holds what the option takes");
    fail_with_cure(site, path, detail, cure);
}

/* NULL after saying why not. */
static char *read_file(struct site *site, const struct file_kind *kind, const char *path,
                       size_t *size)
{
    char *text = file_read(path, kind->max, size);

    if (text)
        tell_if_open(site, kind, path);
    else
        fail_to_read(site, kind, path, errno);
    return text;
}

static bool read_keyring(struct site *site)
{
    const char *path = site->options.session_key_file;
    oidc_error error = {0};
    size_t size = 0;
    char *text;
    oidc_code code;

    if (!path) {
        warn(site,
             &(struct warning){
                 .event = "session_key_generated",
                 .subject = "--session-key-file",
                 .effect = "without it everybody has to sign in again after a restart, and "
                           "replicas do not know each other's sessions",
                 .cure = "write a key with: (umask 077 && openssl rand -base64 32 > session.key), "
                         "and start with --session-key-file session.key"});
        if (oidc_keyring_generate(&site->keyring, &error) == OIDC_OK)
            return true;
        return fail(site, "session key", error.detail);
    }
    text = read_file(site, &session_keys, path, &size);
    if (!text)
        return false;
    code = oidc_keyring_parse(text, size, &site->keyring, &error);
    file_free(text, size);
    return code == OIDC_OK || fail(site, path, error.detail);
}

static bool read_signer(struct site *site)
{
    const char *path = site->options.assertion_key_file;
    oidc_error error = {0};
    size_t size = 0;
    char *pem;
    oidc_code code;

    if (!path)
        return oidc_signer_generate(&site->signer, &error) == OIDC_OK ||
               fail(site, "assertion key", error.detail);
    pem = read_file(site, &assertion_keys, path, &size);
    if (!pem)
        return false;
    code = oidc_signer_parse(pem, size, &site->signer, &error);
    file_free(pem, size);
    return code == OIDC_OK || fail(site, path, error.detail);
}

/* A key that cannot be had would be missed at everybody's sign-in. */
static bool check_no_keys_needed(const struct site *site)
{
    char detail[256], cure[512];

    for (size_t i = 0; i < oidc_config_provider_count(site->config); i++) {
        const oidc_provider_info *provider = oidc_config_provider(site->config, i);
        if (!provider->id_token_encryption)
            continue;
        snprintf(detail, sizeof(detail),
                 "provider %s encrypts ID tokens (%s), and there is no key to decrypt them with: "
                 "every sign-in would fail",
                 provider->id, provider->id_token_encryption);
        snprintf(
            cure, sizeof(cure),
            "write a key with: (umask 077 && openssl genrsa 3072 > decryption.pem), start with "
            "--decryption-key-file decryption.pem, and give the provider the address "
            "%s%s/jwks.json; or have it send ID tokens that are only signed, and remove "
            "openid.%s.idTokenEncryptionAlgorithm",
            site->url, site->options.path_prefix, provider->id);
        return fail_with_cure(site, "--decryption-key-file", detail, cure);
    }
    return true;
}

static bool read_decryption_keys(struct site *site)
{
    const char *path = site->options.decryption_key_file;
    oidc_error error = {0};
    size_t size = 0;
    char *pem;
    oidc_code code;

    if (!path)
        return check_no_keys_needed(site);
    pem = read_file(site, &decryption_keys, path, &size);
    if (!pem)
        return false;
    code = oidc_decryption_keys_parse(pem, size, &site->decryption_keys, &error);
    file_free(pem, size);
    return code == OIDC_OK || fail(site, path, error.detail);
}

static bool publish_keys(struct site *site)
{
    oidc_error error = {0};

    return oidc_published_jwks(site->signer, site->decryption_keys, site->config, &site->jwks,
                               &error) == OIDC_OK ||
           fail(site, "keys", error.detail);
}

static bool read_trust(struct site *site)
{
    const char *path = site->options.ca_file;
    oidc_error error = {0};
    size_t size = 0;
    char *pem;
    oidc_code code;

    if (!path)
        return true;
    pem = read_file(site, &authorities, path, &size);
    if (!pem)
        return false;
    code = oidc_trust_parse(pem, size, &site->trust, &error);
    file_free(pem, size);
    return code == OIDC_OK || fail(site, path, error.detail);
}

/* --- names --------------------------------------------------------------------------------------
 */

static bool make_paths(struct site *site)
{
    const char *prefix = site->options.path_prefix;
    struct site_paths *paths = &site->paths;
    const struct {
        char **path;
        const char *end;
    } made[] = {
        {&paths->sign_in, "/sign-in"},
        {&paths->sign_out, "/sign-out"},
        {&paths->backchannel_logout, "/backchannel-logout"},
        {&paths->signed_out, "/signed-out"},
        {&paths->auth, "/auth"},
        {&paths->auth_redirect, "/auth-redirect"},
        {&paths->session, "/session"},
        {&paths->keys, "/jwks.json"},
        {&paths->style, "/style.css"},
    };

    paths->redirect = oidc_config_redirect_path(site->config);
    for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
        if (asprintf(made[i].path, "%s%s", prefix, made[i].end) < 0) {
            *made[i].path = NULL;
            return false;
        }
    }
    return true;
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

/* What was short while OpenSSL was made ready may show only when it signs, and then every time:
 * better no start than one in which nobody can be handed off. */
static bool try_signer(struct site *site)
{
    const oidc_identity nobody = {.provider = "",
                                  .issuer = "",
                                  .subject = "",
                                  .username = "",
                                  .email = "",
                                  .given_name = "",
                                  .family_name = "",
                                  .provider_session = ""};
    oidc_handoff *handoff = NULL;
    oidc_error error = {0};

    if (oidc_handoff_new(site->signer, &nobody, site->url, site->options.header_prefix, 0, &handoff,
                         &error) != OIDC_OK)
        return fail(site, "assertion key", error.detail);
    oidc_handoff_free(&handoff);
    return true;
}

/* After all else that was OpenSSL's to make ready: what was lost on the way would be missed at
 * everybody's sign-in, for as long as the process runs. */
static bool check_crypto(const struct site *site)
{
    const char *missing = crypto_missing();
    char detail[128];

    if (!missing)
        return true;
    snprintf(detail, sizeof(detail), "it has no %s: memory was short, or openssl.cnf takes it away",
             missing);
    return fail_with_cure(
        site, "OpenSSL", detail,
        "start anew; if it stays, compare with: openssl list -providers -verbose");
}

bool site_open(struct site *site)
{
    if (!read_configuration(site) || !read_keyring(site) || !read_signer(site) ||
        !try_signer(site) || !read_decryption_keys(site) || !publish_keys(site) ||
        !read_trust(site) || !check_crypto(site))
        return false;
    if (!make_paths(site) || !make_tables(site))
        return fail(site, "start", "out of memory");
    return true;
}

void site_close(struct site *site)
{
    for (size_t i = 0; i < site->keeper_count; i++)
        keeper_close(&site->keepers[i]);
    free(site->keepers);
    free(site->workers);
    ledger_free(site->ledger);
    free(site->paths.sign_in);
    free(site->paths.sign_out);
    free(site->paths.backchannel_logout);
    free(site->paths.signed_out);
    free(site->paths.auth);
    free(site->paths.auth_redirect);
    free(site->paths.session);
    free(site->paths.keys);
    free(site->paths.style);
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
