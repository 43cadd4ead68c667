/* Key files. See site_keys.h. */
#include <config.h>

#include "site_keys.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "crypto.h"
#include "file.h"
#include "log.h"
#include "site_complaint.h"

/* Bytes of a key or certificate file: more is a mistake. */
#define KEY_FILE_MAX ((size_t)64 * 1024)
#define CA_FILE_MAX ((size_t)4 * 1024 * 1024)

/* What opens people's sessions, or signs for them, is nobody else's to read. */
static const char open_effect[] =
    "everybody on this machine can read the key, and whoever has it can pass for others";
static const char open_cure[] = "take the permission away (chmod 600), and write a new key";

static const struct site_file_kind session_keys = {"--session-key-file", "openssl rand -base64 32",
                                                   KEY_FILE_MAX, open_effect, open_cure};
static const struct site_file_kind assertion_keys = {
    "--assertion-key-file", "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
    KEY_FILE_MAX, open_effect, open_cure};
static const struct site_file_kind decryption_keys = {
    "--decryption-key-file", "openssl genrsa 3072", KEY_FILE_MAX, open_effect, open_cure};
static const struct site_file_kind authorities = {"--ca-file", NULL, CA_FILE_MAX, NULL, NULL};

static void tell_if_open(struct site *site, const struct site_file_kind *kind, const char *path)
{
    if (kind->effect && file_is_open(path))
        site_warn(site, &(struct site_warning){.event = "key_file_open",
                                               .subject = path,
                                               .option = kind->option,
                                               .file = path,
                                               .effect = kind->effect,
                                               .cure = kind->cure});
}

static void fail_to_read(const struct site *site, const struct site_file_kind *kind,
                         const char *path, int error)
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
    site_complain_with_cure(site, path, detail, cure);
}

char *site_file_read(struct site *site, const struct site_file_kind *kind, const char *path,
                     size_t *size)
{
    char *text = file_read(path, kind->max, size);

    if (text)
        tell_if_open(site, kind, path);
    else
        fail_to_read(site, kind, path, errno);
    return text;
}

static bool is_blank(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!strchr(" \t\r\n", text[i]))
            return false;
    }
    return true;
}

/* What is in a file that cannot be used. */
enum content { CONTENT_BLANK, CONTENT_ENCRYPTED, CONTENT_OTHER };

/* RFC 7468, 11: PKCS#8 under a passphrase; RFC 1421, 4.6.1.1: PKCS#1 under one. */
static enum content look_at(const char *text, size_t size)
{
    static const char pkcs8[] = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
    static const char pkcs1[] = "Proc-Type: 4,ENCRYPTED";

    if (is_blank(text, size))
        return CONTENT_BLANK;
    return memmem(text, size, pkcs8, sizeof(pkcs8) - 1) ||
                   memmem(text, size, pkcs1, sizeof(pkcs1) - 1)
               ? CONTENT_ENCRYPTED
               : CONTENT_OTHER;
}

/* A file that something stands in may hold a key worth keeping: it is not to be written over in
 * passing. Providers may have the public half of one under a passphrase. */
static void fail_to_use(const struct site *site, const struct site_file_kind *kind,
                        const char *path, enum content content, const oidc_error *error)
{
    char cure[512];

    if (oidc_code_class(error->code) == OIDC_CLASS_SYSTEM) {
        site_complain(site, path, error->detail);
        return;
    }
    if (!kind->made_by)
        snprintf(cure, sizeof(cure), "name a file of certificates in PEM, or leave %s out",
                 kind->option);
    else if (content == CONTENT_ENCRYPTED && kind != &session_keys)
        snprintf(cure, sizeof(cure),
                 "write the same key without its passphrase: openssl pkey -in %s -out new.pem; and "
                 "name that file",
                 path);
    else if (content == CONTENT_BLANK)
        snprintf(cure, sizeof(cure), "write a key with: (umask 077 && %s > %s)", kind->made_by,
                 path);
    else
        snprintf(cure, sizeof(cure),
                 "name the right file; or, where nothing in this one is still needed, write it "
                 "anew with: (umask 077 && %s > %s)",
                 kind->made_by, path);
    site_complain_with_cure(site, path, error->detail, cure);
}

/* What is made of a file that was read. */
typedef oidc_code take_keys(struct site *site, const char *text, size_t size, oidc_error *error);

static bool read_keys(struct site *site, const struct site_file_kind *kind, const char *path,
                      take_keys *take)
{
    oidc_error error = {0};
    size_t size = 0;
    char *text = site_file_read(site, kind, path, &size);
    enum content content;
    bool taken;

    if (!text)
        return false;
    taken = take(site, text, size, &error) == OIDC_OK;
    content = look_at(text, size);
    file_free(text, size);
    if (!taken)
        fail_to_use(site, kind, path, content, &error);
    return taken;
}

static oidc_code take_keyring(struct site *site, const char *text, size_t size, oidc_error *error)
{
    return oidc_keyring_parse(text, size, &site->keyring, error);
}

static oidc_code take_signer(struct site *site, const char *pem, size_t size, oidc_error *error)
{
    return oidc_signer_parse(pem, size, &site->signer, error);
}

static oidc_code take_decryption_keys(struct site *site, const char *pem, size_t size,
                                      oidc_error *error)
{
    return oidc_decryption_keys_parse(pem, size, &site->decryption_keys, error);
}

static bool read_keyring(struct site *site)
{
    oidc_error error = {0};

    if (!site->options.session_key_file) {
        site_warn(site,
                  &(struct site_warning){
                      .event = "session_key_generated",
                      .subject = "--session-key-file",
                      .effect = "without it everybody has to sign in again after a restart, and "
                                "replicas do not know each other's sessions",
                      .cure =
                          "write a key with: (umask 077 && openssl rand -base64 32 > session.key), "
                          "and start with --session-key-file session.key"});
        if (oidc_keyring_generate(&site->keyring, &error) == OIDC_OK)
            return true;
        return site_complain(site, "session key", error.detail);
    }
    return read_keys(site, &session_keys, site->options.session_key_file, take_keyring);
}

static bool read_signer(struct site *site)
{
    const char *path = site->options.assertion_key_file;
    oidc_error error = {0};

    if (!path)
        return oidc_signer_generate(&site->signer, &error) == OIDC_OK ||
               site_complain(site, "assertion key", error.detail);
    return read_keys(site, &assertion_keys, path, take_signer);
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
        return site_complain_with_cure(site, "--decryption-key-file", detail, cure);
    }
    return true;
}

static bool read_decryption_keys(struct site *site)
{
    const char *path = site->options.decryption_key_file;

    return path ? read_keys(site, &decryption_keys, path, take_decryption_keys)
                : check_no_keys_needed(site);
}

static bool publish_keys(struct site *site)
{
    oidc_error error = {0};

    return oidc_published_jwks(site->signer, site->decryption_keys, site->config, &site->jwks,
                               &error) == OIDC_OK ||
           site_complain(site, "keys", error.detail);
}

static oidc_code take_trust(struct site *site, const char *pem, size_t size, oidc_error *error)
{
    return oidc_trust_parse(pem, size, &site->trust, error);
}

static bool read_trust(struct site *site)
{
    const char *path = site->options.ca_file;

    return !path || read_keys(site, &authorities, path, take_trust);
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
        return site_complain(site, "assertion key", error.detail);
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
    return site_complain_with_cure(
        site, "OpenSSL", detail,
        "start anew; if it stays, compare with: openssl list -providers -verbose");
}

bool site_keys_read(struct site *site)
{
    return read_keyring(site) && read_signer(site) && try_signer(site) &&
           read_decryption_keys(site) && publish_keys(site) && read_trust(site) &&
           check_crypto(site);
}
