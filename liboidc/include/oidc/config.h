/*
 * Configuration: what an openid-provider.properties file says.
 *
 * A configuration is read once and never changes; it is reference-counted, so that a reload makes a
 * new one and lets the old one go when its last user is done. Any number of threads may read it.
 */
#ifndef OIDC_CONFIG_H
#define OIDC_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include <oidc/error.h>

/** The settings of a site and its providers. */
typedef struct oidc_config oidc_config;

/** How bad a finding is. A configuration with an OIDC_ERROR cannot be used. */
typedef enum oidc_severity { OIDC_INFO, OIDC_WARNING, OIDC_ERROR } oidc_severity;

/** One remark on a configuration file. The strings belong to the configuration; none holds a
 * secret. */
typedef struct oidc_finding {
    const char *code; /**< stable, for example "OC201" */
    oidc_severity severity;
    const char *file;    /**< as it was named to the reader */
    size_t line;         /**< from 1; 0 where the finding is about the file as a whole */
    size_t column;       /**< from 1, in bytes; 0 with line 0 */
    const char *key;     /**< the key as it was written, or "" */
    const char *message; /**< what is wrong and what it does to users */
    const char *hint;    /**< what to do, or "" */
} oidc_finding;

/** Some names of a provider, for showing. The strings belong to the configuration. */
typedef struct oidc_provider_info {
    const char *id;
    const char *display_name; /**< never NULL or empty */
    bool visible;             /**< offered on the sign-in page */
    bool auto_login;          /**< visitors are signed in without being asked where that works;
                                   true of one provider at most */
    const char *id_token_encryption; /**< the algorithm (RFC 7518, 4.1); NULL for none */
} oidc_provider_info;

/**
 * Reads files and folders (of a folder, the files that XNAT itself would load, in name order).
 *
 * @param paths   what to read; borrowed.
 * @param config  new, whenever memory allows, also when the files have errors, so that its findings
 *                can be shown; NULL otherwise.
 * @return OIDC_OK; OIDC_E_CONFIG when a finding is an error: then the configuration serves for
 *         reading its findings only; OIDC_E_FILE when a path cannot be read; OIDC_E_MEMORY.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_config_load(const char *const paths[], size_t count,
                                                 oidc_config **config, oidc_error *error);

/** The same from memory: one file's bytes, and the name that findings give it; both borrowed for
 * the call. Does no I/O. */
OIDC_API OIDC_CHECKED oidc_code oidc_config_parse(const char *name, const void *bytes, size_t size,
                                                  oidc_config **config, oidc_error *error);

/** One more owner. Returns its argument; NULL is fine. Safe in any thread. */
OIDC_API oidc_config *oidc_config_ref(oidc_config *config);

/** One owner less, and sets the pointer to NULL; the last one frees. NULL is fine. Safe in any
 * thread. */
OIDC_API void oidc_config_unref(oidc_config **config);

/** How many findings there are, of every severity. */
OIDC_API size_t oidc_config_finding_count(const oidc_config *config);

/** The finding at index, in the order of files and lines; NULL past the end. Borrowed. */
OIDC_API const oidc_finding *oidc_config_finding(const oidc_config *config, size_t index);

/** Origin of the site, for example "https://xnat.example.com": no path, no trailing slash. This and
 * the two that follow are borrowed, and "" in a configuration with errors. */
OIDC_API const char *oidc_config_site_url(const oidc_config *config);

/** Path of the return leg, for example "/openid-login". */
OIDC_API const char *oidc_config_redirect_path(const oidc_config *config);

/** Site URL and redirect path together: what is registered with the provider. */
OIDC_API const char *oidc_config_redirect_uri(const oidc_config *config);

/** Whether XNAT's own user name and password form is switched off. */
OIDC_API bool oidc_config_password_login_disabled(const oidc_config *config);

/** How many providers are enabled; 0 in a configuration with errors. */
OIDC_API size_t oidc_config_provider_count(const oidc_config *config);

/** The enabled provider at index, in the order of the files; NULL past the end. Borrowed. */
OIDC_API const oidc_provider_info *oidc_config_provider(const oidc_config *config, size_t index);

#endif
